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
STILL_LEVELS = 8.0
"""Spread of grey levels over all frames up to which a dot stands still."""
STILL_SHARE = 0.4
"""Share of a cell's dots that must stand still."""
LEAST_DETAIL, MARKED_DETAIL = 3.0, 10.0
"""Spread of grey levels within a cell from which it has detail, and from which it can be part of a mark of the work."""
LEAST_CELLS = 4
"""Cells of a mark."""
LEAST_MARKED = 2
"""Cells of an overlay with clear detail: letters, a border; smooth surfaces stand still by chance."""
MOST_STILL = 0.3
"""Share of the cells with detail that stand still above which a still part is no mark: the whole picture is still."""
MOST_OF_MARK = 0.2
"""Share of the picture above which a still part of the work is no mark."""
LEAST_FOOTAGE = 0.1
"""Share of the picture from which moving additions are listed."""
BAR_LEVEL, BAR_SPREAD = 40.0, 8.0
"""Grey level, and spread, of a cell up to which it is plain and dark."""
MOST_OF_BAR = 0.6
"""Share of a line of cells that must be plain and dark for it to be part of a bar."""

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
    """The strip along each edge that is mostly plain and dark in every picture: a caption may stand in it."""
    plain = _plain(pictures)
    found = {}
    for edge, turned in zip(_EDGES, (plain.T, plain, plain.T[::-1], plain[::-1]), strict=True):
        is_bar = turned.mean(axis=1) >= MOST_OF_BAR
        depth = len(is_bar) if is_bar.all() else int(is_bar.argmin())
        if 0 < depth < len(is_bar) // 2:
            mask = np.zeros_like(plain)
            view = mask.T if edge in {"left", "right"} else mask
            (view if edge in {"left", "top"} else view[::-1])[:depth] = True
            found[edge] = mask
    return found


def _plain(pictures: npt.NDArray[np.uint8]) -> Mask:
    """(rows, columns) cells that are plain and dark in every picture."""
    grey = [picture.mean(axis=2, dtype=np.float32) for picture in pictures]
    dark = [_cells(one) <= BAR_LEVEL for one in grey]
    flat = [np.maximum(_cells(one * one) - _cells(one) ** 2, 0) <= BAR_SPREAD**2 for one in grey]
    return np.asarray(np.all([*dark, *flat], axis=0), np.bool_)


def _of_bars(bars: dict[str, Mask], plain: Mask) -> Mask:
    """The plain cells of bars, and the line of cells that a bar's edge runs through."""
    cells = np.zeros_like(plain)
    for mask in bars.values():
        border = cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.bool_) & ~mask
        cells |= (mask & plain) | border
    return cells


def _bar_marks(suspect: dict[str, Mask], work: dict[str, Mask]) -> list[_Found]:
    marks: list[_Found] = [
        ("bars", "kept" if edge in work else "added", "suspect", mask) for edge, mask in suspect.items()
    ]
    return marks + [("bars", "gone", "work", mask) for edge, mask in work.items() if edge not in suspect]


def _added(pairs: Sequence[MappedPair], here: npt.NDArray[np.uint8], bars: dict[str, Mask]) -> list[_Found]:
    """Additions that stand, still or moving."""
    stands = _nearly_all([pair.found.suspect == _ADDED for pair in pairs])
    stands &= ~_of_bars(bars, _plain(here))
    is_still, is_marked = _is_still(here), _detail(here) >= MARKED_DETAIL
    still = [region for region in _regions(stands & is_still) if (region & is_marked).sum() >= LEAST_MARKED]
    marks: list[_Found] = [("overlay", "added", "suspect", region) for region in still]
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
    gone &= ~_of_bars(bars, _plain(there))
    marks: list[_Found] = [("overlay", "kept", "suspect", region) for region in _still_parts(here, kept)]
    return marks + [("overlay", "gone", "work", region) for region in _still_parts(there, gone)]


def _still_parts(pictures: npt.NDArray[np.uint8], asked: Mask) -> list[Mask]:
    """Small parts with clear detail that stand still while most of the picture changes."""
    detail, is_still = _detail(pictures), _is_still(pictures)
    has_detail = detail >= LEAST_DETAIL
    if (is_still & has_detail).sum() > MOST_STILL * has_detail.sum():
        return []
    return [
        region for region in _regions(is_still & (detail >= MARKED_DETAIL) & asked) if region.mean() <= MOST_OF_MARK
    ]


def _nearly_all(masks: Sequence[Mask]) -> Mask:
    return np.asarray(np.mean(masks, axis=0) >= NEARLY_ALL, np.bool_)


def _is_still(pictures: npt.NDArray[np.uint8]) -> Mask:
    """(rows, columns) cells of whose dots enough stay what they are: between the letters of a caption much moves."""
    grey = pictures.mean(axis=3, dtype=np.float32)
    stays = (grey.std(axis=0) <= STILL_LEVELS).astype(np.float32)
    return np.asarray(_cells(stays) >= STILL_SHARE, np.bool_)


def _detail(pictures: npt.NDArray[np.uint8]) -> Plane:
    """(rows, columns) spread of grey levels within each cell, root mean square over the pictures."""
    grey = [picture.mean(axis=2, dtype=np.float32) for picture in pictures]
    variance = np.mean([_cells(one * one) - _cells(one) ** 2 for one in grey], axis=0)
    return np.asarray(np.sqrt(np.maximum(variance, 0)), np.float32)


def _cells(plane: Plane) -> Plane:
    size = (plane.shape[1] // CELL_PIXELS, plane.shape[0] // CELL_PIXELS)
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.float32)


def _regions(mask: Mask) -> list[Mask]:
    """Parts of at least `LEAST_CELLS` cells; the letters of a caption are one part."""
    joined = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
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
