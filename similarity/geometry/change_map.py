"""What of a picture was kept, moved, changed, added or gone: two aligned frames, cell by cell.

There are two sides to it, and so two grids.  That of the suspect says of every cell where its content comes from; that
of the work, what became of every cell's content.

kept        the same content in the same place with the same surface: grey levels correlate (0.7) after the fit and a
            flow of at most 2 % of the picture beside the common one, and the colour follows from the work's by one
            grading of the whole picture (within 14 % of full scale)
changed     in the same place, under another surface: grey levels correlate, and the colour is another; or only the
            edges stand in the same places (0.55)
moved       the same content, elsewhere in the work's picture: found there by block matching, and found back
added       (suspect) something else than the work shows there, or outside the work's picture
gone        (work) something else, or nothing, stands in the suspect where this should be seen
cropped     (work) outside the suspect's picture
no detail   too plain on both sides to tell; these cells enter no share

A surface that changed everywhere takes colour away as a witness: then nothing is kept, and what stands in its place is
changed.  `carried_by` says what bore the correspondence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue, check_arrays
from similarity.geometry.found_elsewhere import found_elsewhere
from similarity.geometry.laid_over import CELL_PIXELS, LaidOver, grey_of, lay_over, less_surroundings, to_map_size
from similarity.geometry.orientation import cell_likeness, over_windows
from similarity.media.types import Picture

__all__ = [
    "LABELS",
    "Carrier",
    "ChangeMap",
    "Label",
    "SuspectShares",
    "WorkShares",
    "change_map",
    "graded_work",
    "map_of",
    "suspect_shares",
    "work_shares",
]

Label = Literal["no detail", "kept", "moved", "changed", "added", "gone", "cropped"]
LABELS: tuple[Label, ...] = ("no detail", "kept", "moved", "changed", "added", "gone", "cropped")
"""A cell holds the number of its label here."""
Carrier = Literal["surface", "structure", "nothing"]

NO_DETAIL, KEPT, MOVED, CHANGED, ADDED, GONE, CROPPED = range(len(LABELS))

LEAST_CORRELATION = 0.7
"""Correlation of grey levels from which a cell stands in place; 2 in 100 cells of unrelated pictures reach it."""
LEAST_LIKENESS = 0.55
"""Likeness of edges from which a cell stands in place; 1 in 100 cells of unrelated pictures reaches it."""
MOST_FLOW = 0.02
"""How far a cell may have flowed beside the common flow and be in place, share of the longer side."""
LEAST_DETAIL, CLEAR_DETAIL = 3.0, 6.0
"""Spread of grey levels below which a cell is plain, and from which it is clearly not."""
MOST_COLOUR_GAP = 36.0
"""Levels of 255 by which a cell's colour may differ from the graded one of the work."""
LEAST_GRADED = 20
"""Cells in place from which a grading can be fitted; with fewer there is none."""
PLAIN_COLOUR_GAP = 60.0
"""The same for plain cells, where nothing but colour speaks."""
SAME_LEVELS, SAME_SHARE = 8.0, 0.35
"""Grey levels, and share of a cell's own spread, by which a cell may differ from the graded work and be the same."""
OTHER_LEVELS = 40.0
"""Grey levels of difference from which a cell is another, whatever stands around it."""
LEAST_CARRIED = 0.05
"""Share of the cells that can tell, from which the map speaks of a correspondence."""
_RIDGE = 0.2
"""Pull of a grading towards none, in cells."""
_ROUNDS = 4
"""Times that a grading is fitted again to the cells that follow it."""

NO_GRADING = np.vstack([np.eye(3), np.zeros((4, 3))])
"""Turns colours into themselves."""

Plane = npt.NDArray[np.float32]
Cells = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ChangeMap(ArrayValue):
    """What became of two aligned pictures, cell by cell; cells hold numbers of `LABELS`."""

    suspect: Cells
    """(rows, columns) cells of the suspect's picture: where their content comes from."""
    work: Cells
    """(rows, columns) cells of the work's picture: what became of their content."""
    shift: Plane
    """(rows, columns, 2) cells to the right and down from a moved cell of the suspect to its place in the work as it
    lies over the suspect; 0 for others."""
    carried_by: Carrier
    """surface: grey levels and colour; structure: edges alone, under another surface; nothing: too little corresponds
    to speak of."""

    def __post_init__(self) -> None:
        check_arrays(self, suspect="uint8(r, c)", work="uint8(q, p)", shift="float32(r, c, 2)")


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspectShares:
    """What the suspect's picture is made of: shares of the cells that can tell."""

    kept: float
    """Content of the work in its place, with its surface, 0 to 1."""
    moved: float
    """Content of the work that stands elsewhere in it."""
    changed: float
    """In its place, under another surface."""
    added: float
    """Something else, or outside the work's picture."""
    can_tell: float
    """Share of all cells that can tell; the others are too plain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkShares:
    """What became of the work's picture: shares of the cells that can tell and are seen."""

    kept: float
    """In its place, with its surface, 0 to 1."""
    moved: float
    """Elsewhere in the suspect's picture."""
    changed: float
    """In its place, under another surface."""
    gone: float
    """Something else, or nothing, stands there."""
    can_tell: float
    """Share of all cells that can tell and are not cropped."""
    cropped: float
    """Share of all cells that lie outside the suspect's picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cells:
    """What is measured of every cell of the suspect's picture."""

    correlation: Plane
    detail: Plane
    work_detail: Plane
    flow: Plane
    is_covered: Mask
    colour: Plane
    work_colour: Plane

    @property
    def has_detail(self) -> Mask:
        """Which cells are plain on neither side."""
        return np.asarray((self.detail >= LEAST_DETAIL) & (self.work_detail >= LEAST_DETAIL), np.bool_)


def change_map(suspect: Picture, work: Picture, *, transform: Floats) -> ChangeMap:
    """Compare two aligned pictures.

    Args:
        suspect: (height, width, 3) uint8 RGB.
        work: (height, width, 3) uint8 RGB.
        transform: (3, 3) from fractions of the suspect's picture to fractions of the work's; the identity where
            nothing is known of a change.
    """
    return map_of(lay_over(suspect, work, transform), work, transform=transform)


def map_of(laid: LaidOver, work: Picture, *, transform: Floats) -> ChangeMap:
    """The same, of pictures that were laid over each other already.

    Args:
        laid: both pictures in the suspect's frame.
        work: (height, width, 3) uint8 RGB, the whole of it.
        transform: with which it was laid.
    """
    labels, shift = _labels_of_suspect(laid)
    return ChangeMap(
        suspect=labels,
        work=_labels_of_work(labels, shift, work, transform),
        shift=shift,
        carried_by=_carrier(labels),
    )


def suspect_shares(maps: Sequence[ChangeMap]) -> SuspectShares:
    """Shares of the suspect's cells, over one map or several."""
    cells = np.concatenate([one.suspect.ravel() for one in maps])
    return SuspectShares(
        kept=_share(cells, KEPT),
        moved=_share(cells, MOVED),
        changed=_share(cells, CHANGED),
        added=_share(cells, ADDED),
        can_tell=float((cells != NO_DETAIL).mean()),
    )


def work_shares(maps: Sequence[ChangeMap]) -> WorkShares:
    """Shares of the work's cells, over one map or several."""
    cells = np.concatenate([one.work.ravel() for one in maps])
    return WorkShares(
        kept=_share(cells, KEPT),
        moved=_share(cells, MOVED),
        changed=_share(cells, CHANGED),
        gone=_share(cells, GONE),
        can_tell=float(((cells != NO_DETAIL) & (cells != CROPPED)).mean()),
        cropped=float((cells == CROPPED).mean()),
    )


def _share(cells: Cells, number: int) -> float:
    """Share of the cells that can tell and are not cropped; 0 where none can tell."""
    tells = (cells != NO_DETAIL) & (cells != CROPPED)
    return float((cells[tells] == number).mean()) if tells.any() else 0.0


def _labels_of_suspect(laid: LaidOver) -> tuple[Cells, Plane]:
    cells = _measured(laid)
    in_place = _stands_in_place(cells, laid.suspect.shape)
    grading = _common_grading(cells.colour[in_place], cells.work_colour[in_place])
    gap = np.full(in_place.shape, np.inf) if grading is None else _colour_gap(cells, grading)
    has_edges = cell_likeness(grey_of(laid.suspect), grey_of(laid.work), CELL_PIXELS) >= LEAST_LIKENESS
    labels = np.full(in_place.shape, NO_DETAIL, np.uint8)
    labels[_is_other(cells, gap)] = ADDED
    labels[has_edges & cells.has_detail] = CHANGED
    labels[in_place] = np.where(gap[in_place] <= MOST_COLOUR_GAP, KEPT, CHANGED)
    labels = _sharpened(labels, cells, _difference(laid, NO_GRADING if grading is None else grading))
    labels[~cells.is_covered] = ADDED
    labels = _without_strays(labels)
    found, shift = found_elsewhere(
        _rest(laid.suspect),
        np.where(laid.is_covered, _rest(laid.work), 0).astype(np.float32),
        (labels == ADDED) & (cells.detail >= LEAST_DETAIL),
        cell_pixels=CELL_PIXELS,
    )
    labels[found] = MOVED
    return labels, shift / CELL_PIXELS


def graded_work(laid: LaidOver) -> npt.NDArray[np.uint8]:
    """(h, w, 3) the work in place under the grading that the cells in place follow; ungraded where they follow none."""
    cells = _measured(laid)
    in_place = _stands_in_place(cells, laid.suspect.shape)
    grading = _common_grading(cells.colour[in_place], cells.work_colour[in_place])
    return laid.work_in_place if grading is None else _graded_picture(laid.work_in_place, grading)


def _sharpened(labels: Cells, cells: _Cells, difference: Plane) -> Cells:
    """The borders of what was kept, drawn by each cell alone: correlation looks at its neighbours too."""
    is_same = difference <= np.maximum(SAME_LEVELS, SAME_SHARE * cells.detail)
    beside_kept = _neighbours(labels == KEPT) > 0
    labels = np.where(is_same & (labels == ADDED), NO_DETAIL, labels)
    labels = np.where(is_same & beside_kept & cells.has_detail, KEPT, labels)
    is_other = (labels == KEPT) & (difference >= np.maximum(OTHER_LEVELS, cells.detail))
    return np.where(is_other, ADDED, labels).astype(np.uint8)


def _difference(laid: LaidOver, grading: Floats) -> Plane:
    """(rows, columns) root mean square of grey levels, the suspect's less those of the graded work.

    The lower of with and without flow: beside something added the flow is torn.
    """
    grey = grey_of(laid.suspect)
    gaps = [grey - grey_of(_graded_picture(work, grading)) for work in (laid.work, laid.work_in_place)]
    return np.sqrt(np.minimum(*(_means(gap * gap) for gap in gaps)))


def _graded_picture(picture: npt.NDArray[np.uint8], grading: Floats) -> npt.NDArray[np.uint8]:
    return np.clip(_graded(picture.astype(np.float32), grading), 0, 255).astype(np.uint8)


def _measured(laid: LaidOver) -> _Cells:
    here, there = _rest(laid.suspect), _rest(laid.work_in_place)
    mean, work_mean = _window(here), _window(there)
    variance = np.maximum(_window(here * here) - mean * mean, 0)
    work_variance = np.maximum(_window(there * there) - work_mean * work_mean, 0)
    shared = _window(here * there) - mean * work_mean
    correlation = shared / np.sqrt(np.maximum(variance * work_variance, 1e-3))
    common = np.median(laid.flow.reshape(-1, 2), axis=0)
    beside = laid.flow - common
    return _Cells(
        correlation=-correlation if laid.is_negative else correlation,
        detail=np.sqrt(variance),
        work_detail=np.sqrt(work_variance),
        flow=_window(np.hypot(beside[..., 0], beside[..., 1])),
        is_covered=_means(laid.is_covered.astype(np.float32)) > 0.5,
        colour=_means(laid.suspect.astype(np.float32)),
        work_colour=_means(laid.work_in_place.astype(np.float32)),
    )


def _stands_in_place(cells: _Cells, shape: tuple[int, ...]) -> Mask:
    """Where grey levels correlate without having flowed far."""
    is_near = cells.flow <= MOST_FLOW * max(shape[:2])
    return np.asarray(
        cells.has_detail & is_near & cells.is_covered & (cells.correlation >= LEAST_CORRELATION), np.bool_
    )


def _is_other(cells: _Cells, gap: Floats) -> Mask:
    """Where the suspect shows clear detail that is not in place, or a surface of another colour."""
    is_clear = np.maximum(cells.detail, cells.work_detail) >= CLEAR_DETAIL
    of_other_colour = np.isfinite(gap) & (gap > np.where(is_clear, MOST_COLOUR_GAP, PLAIN_COLOUR_GAP))
    return np.asarray((cells.detail >= CLEAR_DETAIL) | of_other_colour, np.bool_)


def _common_grading(here: Plane, there: Plane) -> Floats | None:
    """(7, 3) what turns colours of the work into the suspect's, by iterated weighted least squares.

    None where most cells in place do not follow one.
    """
    weight, grading = np.ones(len(here)), NO_GRADING
    for _ in range(_ROUNDS if len(here) >= LEAST_GRADED else 0):
        grading = _grading(there, here, weight)
        weight = 1 / (1 + (np.linalg.norm(_graded(there, grading) - here, axis=1) / (MOST_COLOUR_GAP / 3)) ** 2)
    gap = np.linalg.norm(_graded(there, grading) - here, axis=1)
    return grading if len(gap) and (gap <= MOST_COLOUR_GAP).mean() >= 0.5 else None


def _colour_gap(cells: _Cells, grading: Floats) -> Floats:
    """(rows, columns) how far each cell's colour lies from the work's under the grading, levels of 255."""
    graded = np.clip(_graded(cells.work_colour, grading), 0, 255)
    return np.asarray(np.linalg.norm(graded - cells.colour, axis=2), np.float64)


def _grading(there: Plane, here: Plane, weight: Floats) -> Floats:
    """Weighted least squares, drawn a little to no grading."""
    lifted = _lifted(there)
    pull = _RIDGE * np.diag([1.0] * 6 + [0.0])
    weighted = lifted * weight[:, None]
    return np.asarray(np.linalg.solve(weighted.T @ lifted + pull, weighted.T @ (here / 255.0) + pull @ NO_GRADING))


def _lifted(colours: Plane) -> Floats:
    """Colours, 0 to 1, their squares, and 1."""
    share = colours / 255.0
    return np.concatenate([share, share * share, np.ones((*colours.shape[:-1], 1))], axis=-1)


def _graded(colours: Plane, grading: Floats) -> Floats:
    return np.asarray(255.0 * (_lifted(colours) @ grading), np.float64)


def _without_strays(labels: Cells) -> Cells:
    """Labels of cells that no neighbour shares give way to what most neighbours say."""
    counts = np.stack([_neighbours(labels == number) for number in range(len(LABELS))])
    counts[NO_DETAIL] = 0
    own = np.take_along_axis(counts, labels[None].astype(np.intp), axis=0)[0]
    is_stray = (labels != NO_DETAIL) & (own <= 1) & (counts.max(axis=0) >= 4)
    return np.where(is_stray, counts.argmax(axis=0), labels).astype(np.uint8)


def _neighbours(mask: Mask) -> Plane:
    around = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]], np.float32)
    return np.asarray(cv2.filter2D(mask.astype(np.float32), -1, around, borderType=cv2.BORDER_CONSTANT), np.float32)


def _labels_of_work(labels: Cells, shift: Plane, work: Picture, transform: Floats) -> Cells:
    """What became of the work's cells: read from the suspect's cell in which each is seen."""
    small = to_map_size(work)
    detail = _spread(_rest(small))
    rows, columns = detail.shape
    across, down = np.meshgrid((np.arange(columns) + 0.5) / columns, (np.arange(rows) + 0.5) / rows)
    seen_across, seen_down = _sent(np.linalg.inv(transform), across, down)
    is_seen = (seen_across >= 0) & (seen_across < 1) & (seen_down >= 0) & (seen_down < 1)
    row = np.clip(seen_down * labels.shape[0], 0, labels.shape[0] - 1).astype(int)
    column = np.clip(seen_across * labels.shape[1], 0, labels.shape[1] - 1).astype(int)
    there = labels[row, column]
    found = np.where(detail >= CLEAR_DETAIL, GONE, NO_DETAIL)
    found = np.where((there == KEPT) | (there == CHANGED), there, found)
    found = np.where(is_seen, found, CROPPED).astype(np.uint8)
    return _with_moved(found, labels, shift, transform)


def _with_moved(found: Cells, labels: Cells, shift: Plane, transform: Floats) -> Cells:
    """The places from which moved cells come."""
    rows, columns = np.nonzero(labels == MOVED)
    moved = shift[rows, columns]
    across = (columns + 0.5 + moved[:, 0]) / labels.shape[1]
    down = (rows + 0.5 + moved[:, 1]) / labels.shape[0]
    across, down = _sent(transform, across, down)
    inside = (across >= 0) & (across < 1) & (down >= 0) & (down < 1)
    row, column = (down[inside] * found.shape[0]).astype(int), (across[inside] * found.shape[1]).astype(int)
    is_free = ~np.isin(found[row, column], (KEPT, CHANGED))
    found[row[is_free], column[is_free]] = MOVED
    return found


def _sent(matrix: Floats, across: Floats, down: Floats) -> tuple[Floats, Floats]:
    sent = matrix @ np.stack([across.ravel(), down.ravel(), np.ones(across.size)])
    depth = np.where(sent[2] > 1e-9, sent[2], np.nan)
    both = np.nan_to_num(sent[:2] / depth, nan=-1.0).reshape(2, *across.shape)
    return both[0], both[1]


def _carrier(labels: Cells) -> Carrier:
    kept, changed, moved = (float((labels == number).sum()) for number in (KEPT, CHANGED, MOVED))
    tells = float((labels != NO_DETAIL).sum())
    if kept + changed + moved < LEAST_CARRIED * max(tells, 1.0):
        return "nothing"
    return "surface" if kept + moved >= changed else "structure"


def _rest(picture: npt.NDArray[np.uint8]) -> Plane:
    """(h, w) grey levels less those of their surroundings."""
    return less_surroundings(grey_of(picture))


def _spread(rest: Plane) -> Plane:
    mean = _window(rest)
    return np.sqrt(np.maximum(_window(rest * rest) - mean * mean, 0))


def _window(plane: Plane) -> Plane:
    return over_windows(plane, CELL_PIXELS)


def _means(plane: Plane) -> Plane:
    height, width = plane.shape[:2]
    size = (width // CELL_PIXELS, height // CELL_PIXELS)
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.float32)
