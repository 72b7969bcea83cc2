"""Bars, captions and logos over the frames of one match: what stands in one place while the pictures change.

Of several aligned pairs of frames, the parts that are *added* in nearly all of them, at one place, were put over or
around the work's picture.  A still one is an overlay (caption, logo, border); one that moves is other footage.  Plain
dark strips along an edge are bars, on either side.  What the work itself shows still in all frames, while the rest of
its picture changes, is a mark of the work: it is kept or gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue, check_arrays
from similarity.absence import NotMeasured, not_measured
from similarity.geometry.change import PicturePart
from similarity.geometry.laid_over import CELL_PIXELS, to_map_size
from similarity.geometry.map_labels import LABELS, ChangeMap
from similarity.media.types import Picture

__all__ = ["MappedPair", "MarkFate", "MarkKind", "MarkSide", "StandingMark", "standing_marks"]

MarkKind = Literal["bars", "overlay", "footage"]
MarkFate = Literal["added", "kept", "gone"]
MarkSide = Literal["suspect", "work"]

LEAST_PAIRS = 3
"""Pairs of frames from which anything is said to stand."""
NEARLY_ALL = 0.8
"""Share of the pairs in which a cell must bear the label."""
STILL_LEVELS = 10.0
"""Grey levels, root mean square over a cell and all frames, within which it stands still."""
LEAST_CELLS = 4
"""Cells of a mark."""
MOST_STILL = 0.3
"""Share of the cells with detail that stand still above which a still part is no mark: the whole picture is still."""
MOST_OF_MARK = 0.2
"""Share of the picture above which a still part of the work is no mark."""
LEAST_FOOTAGE = 0.05
"""Share of the picture from which moving additions are listed."""
BAR_LEVEL, BAR_SPREAD = 40.0, 8.0
"""Grey level, and spread, of a row of cells up to which it is a bar."""

Cells = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
Plane = npt.NDArray[np.float32]
_KEPT, _ADDED, _GONE, _CROPPED = (LABELS.index(label) for label in ("kept", "added", "gone", "cropped"))
_EDGES = ("left", "top", "right", "bottom")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class MappedPair(ArrayValue):
    """Two aligned frames and their map."""

    suspect: Picture
    """(height, width, 3) uint8 RGB."""
    work: Picture
    """(height, width, 3) uint8 RGB."""
    found: ChangeMap
    """Of these two."""

    def __post_init__(self) -> None:
        check_arrays(self, suspect="uint8(h, w, 3)", work="uint8(q, p, 3)")


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingMark:
    """A part of the picture that stands through the frames of a match."""

    kind: MarkKind
    """bars: plain dark strips along an edge; overlay: still (caption, logo, border); footage: other moving pictures."""
    fate: MarkFate
    """added: in the suspect only; kept: in the work and in the suspect; gone: in the work only."""
    side: MarkSide
    """In whose picture the box lies."""
    part: PicturePart
    """Its box."""
    num_pairs: int
    """Frame pairs over which it stands."""


def standing_marks(pairs: Sequence[MappedPair]) -> tuple[StandingMark, ...] | NotMeasured:
    """Marks over the pairs of one match, largest first.

    Args:
        pairs: of one suspect and one work, at different times.
    """
    if len(pairs) < LEAST_PAIRS:
        return not_measured(
            "what stands still can't be told from {number} frame pairs, {needed} needed",
            number=len(pairs),
            needed=LEAST_PAIRS,
        )
    here = np.stack([to_map_size(pair.suspect) for pair in pairs])
    there = np.stack([to_map_size(pair.work) for pair in pairs])
    bars = _bars(here), _bars(there)
    found = [*_bar_marks(*bars), *_added(pairs, here, bars[0]), *_of_work(pairs, here, there, bars[1])]
    marks = [_mark(*one, num_pairs=len(pairs)) for one in found]
    return tuple(sorted(marks, key=lambda mark: -mark.part.area_share))


_Found = tuple[MarkKind, MarkFate, MarkSide, Mask]


def _bars(pictures: npt.NDArray[np.uint8]) -> dict[str, Mask]:
    """The strip along each edge that is plain and dark in every picture."""
    grey = pictures.mean(axis=3)
    rows = _plain(grey.reshape(len(grey), -1, CELL_PIXELS * grey.shape[2]))
    columns = _plain(grey.transpose(0, 2, 1).reshape(len(grey), -1, CELL_PIXELS * grey.shape[1]))
    found = {}
    for edge, lines in zip(_EDGES, (columns, rows, columns[::-1], rows[::-1]), strict=True):
        depth = int(np.argmin(np.append(lines, [False])))
        if 0 < depth < len(lines) // 2:
            mask = np.zeros((len(rows), len(columns)), np.bool_)
            turned = mask.T if edge in ("left", "right") else mask
            (turned if edge in ("left", "top") else turned[::-1])[:depth] = True
            found[edge] = mask
    return found


def _plain(lines: npt.NDArray[np.float64]) -> Mask:
    """(n,) which lines of cells are plain and dark in every picture."""
    return np.asarray((lines.mean(axis=2) <= BAR_LEVEL).all(axis=0) & (lines.std(axis=2) <= BAR_SPREAD).all(axis=0))


def _bar_marks(suspect: dict[str, Mask], work: dict[str, Mask]) -> list[_Found]:
    marks: list[_Found] = [
        ("bars", "kept" if edge in work else "added", "suspect", mask) for edge, mask in suspect.items()
    ]
    return marks + [("bars", "gone", "work", mask) for edge, mask in work.items() if edge not in suspect]


def _added(pairs: Sequence[MappedPair], here: npt.NDArray[np.uint8], bars: dict[str, Mask]) -> list[_Found]:
    """Additions that stand, still or moving."""
    stands = _nearly_all([pair.found.suspect == _ADDED for pair in pairs])
    for mask in bars.values():
        stands &= ~mask
    is_still = _unrest(here) <= STILL_LEVELS
    marks: list[_Found] = [("overlay", "added", "suspect", region) for region in _regions(stands & is_still)]
    moving = [region for region in _regions(stands & ~is_still) if region.mean() >= LEAST_FOOTAGE]
    return marks + [("footage", "added", "suspect", region) for region in moving]


def _of_work(
    pairs: Sequence[MappedPair],
    here: npt.NDArray[np.uint8],
    there: npt.NDArray[np.uint8],
    bars: dict[str, Mask],
) -> list[_Found]:
    """Marks of the work that were kept or are gone."""
    kept = _nearly_all([pair.found.suspect == _KEPT for pair in pairs])
    gone = _nearly_all([np.isin(pair.found.work, (_GONE, _CROPPED)) for pair in pairs])
    for mask in bars.values():
        gone &= ~mask
    marks: list[_Found] = [("overlay", "kept", "suspect", region) for region in _still_parts(here, kept)]
    return marks + [("overlay", "gone", "work", region) for region in _still_parts(there, gone)]


def _still_parts(pictures: npt.NDArray[np.uint8], asked: Mask) -> list[Mask]:
    """Small parts with detail that stand still while most of the picture changes."""
    has_detail = _detail(pictures) >= STILL_LEVELS
    is_still = (_unrest(pictures) <= STILL_LEVELS) & has_detail
    if np.count_nonzero(is_still) > MOST_STILL * max(1, np.count_nonzero(has_detail)):
        return []
    return [region for region in _regions(is_still & asked) if region.mean() <= MOST_OF_MARK]


def _nearly_all(masks: Sequence[Mask]) -> Mask:
    return np.asarray(np.mean(masks, axis=0) >= NEARLY_ALL, np.bool_)


def _unrest(pictures: npt.NDArray[np.uint8]) -> Plane:
    """(rows, columns) root mean square of what changes from picture to picture, grey levels."""
    grey = pictures.mean(axis=3, dtype=np.float32)
    return np.sqrt(_cells(grey.var(axis=0)))


def _detail(pictures: npt.NDArray[np.uint8]) -> Plane:
    """(rows, columns) spread of grey levels within each cell of the mean picture."""
    grey = pictures.mean(axis=(0, 3), dtype=np.float32)
    return np.sqrt(np.maximum(_cells(grey * grey) - _cells(grey) ** 2, 0))


def _cells(plane: Plane) -> Plane:
    size = (plane.shape[1] // CELL_PIXELS, plane.shape[0] // CELL_PIXELS)
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.float32)


def _regions(mask: Mask) -> list[Mask]:
    """Parts of at least `LEAST_CELLS` cells; the letters of a caption are one part."""
    joined = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    count, numbers = cv2.connectedComponents(joined, connectivity=8)
    regions = [(numbers == number) & mask for number in range(1, count)]
    return [region for region in regions if np.count_nonzero(region) >= LEAST_CELLS]


def _mark(kind: MarkKind, fate: MarkFate, side: MarkSide, mask: Mask, *, num_pairs: int) -> StandingMark:
    rows, columns = np.nonzero(mask)
    height, width = mask.shape
    part = PicturePart(
        left=float(columns.min() / width),
        top=float(rows.min() / height),
        right=float((columns.max() + 1) / width),
        bottom=float((rows.max() + 1) / height),
        area_share=float(mask.mean()),
    )
    return StandingMark(kind=kind, fate=fate, side=side, part=part, num_pairs=num_pairs)
