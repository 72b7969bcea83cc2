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

from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from similarity.geometry.found_elsewhere import found_elsewhere
from similarity.geometry.grading import MOST_COLOUR_GAP, NO_GRADING, colour_gap, common_grading, graded_picture
from similarity.geometry.laid_over import CELL_PIXELS, LaidOver, grey_of, lay_over, to_map_size
from similarity.geometry.map_cells import (
    CLEAR_DETAIL,
    LEAST_DETAIL,
    MeasuredCells,
    cell_means,
    detail_of,
    measured_cells,
    rest_of,
)
from similarity.geometry.map_labels import LABELS, ChangeMap, carrier_of
from similarity.geometry.orientation import cell_likeness
from similarity.media.types import Picture

__all__ = ["change_map", "graded_work", "map_of"]

LEAST_LIKENESS = 0.55
"""Likeness of edges from which a cell stands in place; 1 in 100 cells of unrelated pictures reaches it."""
PLAIN_COLOUR_GAP = 60.0
"""Levels of 255 by which the colour of a plain cell may differ: nothing but colour speaks there."""
SAME_LEVELS, SAME_SHARE = 8.0, 0.35
"""Grey levels, and share of a cell's own spread, by which a cell may differ from the graded work and be the same."""
OTHER_LEVELS = 30.0
"""Grey levels of difference, no less than the spread of the work's, from which a cell is another."""

NO_DETAIL, KEPT, MOVED, CHANGED, ADDED, GONE, CROPPED = range(len(LABELS))

Plane = npt.NDArray[np.float32]
Cells = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


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
        carried_by=carrier_of(labels),
    )


def graded_work(laid: LaidOver) -> npt.NDArray[np.uint8]:
    """(h, w, 3) the work in place under the grading that the cells in place follow; ungraded where they follow none."""
    _, grading = _graded_cells(laid)
    return laid.work_in_place if grading is None else graded_picture(laid.work_in_place, grading)


@lru_cache(maxsize=1)
def _graded_cells(laid: LaidOver) -> tuple[MeasuredCells, Floats | None]:
    """The cells, and the grading that those in place follow: asked for the map, and again for its pictures."""
    cells = measured_cells(laid)
    in_place = cells.is_in_place
    return cells, common_grading(cells.colour[in_place], cells.work_colour[in_place])


def _labels_of_suspect(laid: LaidOver) -> tuple[Cells, Plane]:
    cells, grading = _graded_cells(laid)
    in_place = cells.is_in_place
    gap = np.full(in_place.shape, np.inf) if grading is None else colour_gap(cells.work_colour, cells.colour, grading)
    has_edges = cell_likeness(grey_of(laid.suspect), grey_of(laid.work), CELL_PIXELS) >= LEAST_LIKENESS
    labels = np.full(in_place.shape, NO_DETAIL, np.uint8)
    labels[_is_other(cells, gap)] = ADDED
    labels[has_edges & cells.has_detail] = CHANGED
    labels[in_place] = np.where(gap[in_place] <= MOST_COLOUR_GAP, KEPT, CHANGED)
    labels = _sharpened(labels, cells, _difference(laid, NO_GRADING if grading is None else grading))
    labels[~cells.is_covered] = ADDED
    labels = _without_strays(labels)
    found, shift = found_elsewhere(
        rest_of(laid.suspect),
        np.where(laid.is_covered, rest_of(laid.work), 0).astype(np.float32),
        (labels == ADDED) & (cells.detail >= LEAST_DETAIL),
        cell_pixels=CELL_PIXELS,
    )
    labels[found] = MOVED
    return labels, np.asarray(shift / CELL_PIXELS, np.float32)


def _sharpened(labels: Cells, cells: MeasuredCells, difference: Plane) -> Cells:
    """The borders of what was kept, drawn by each cell alone: correlation looks at its neighbours too."""
    is_same = difference <= np.maximum(SAME_LEVELS, SAME_SHARE * cells.detail)
    beside_kept = _neighbours(labels == KEPT) > 0
    labels = np.where(is_same & (labels == ADDED), NO_DETAIL, labels)
    labels = np.where(is_same & beside_kept & cells.has_detail, KEPT, labels)
    is_other = (labels == KEPT) & (difference >= np.maximum(OTHER_LEVELS, cells.work_detail))
    return np.where(is_other, ADDED, labels).astype(np.uint8)


def _difference(laid: LaidOver, grading: Floats) -> Plane:
    """(rows, columns) root mean square of grey levels, the suspect's less those of the graded work.

    The lower of with and without flow: beside something added the flow is torn.
    """
    grey = grey_of(laid.suspect)
    gaps = [grey - grey_of(graded_picture(work, grading)) for work in (laid.work, laid.work_in_place)]
    return np.sqrt(np.minimum(*(cell_means(gap * gap) for gap in gaps)))


def _is_other(cells: MeasuredCells, gap: Floats) -> Mask:
    """Where the suspect shows clear detail that is not in place, or a surface of another colour."""
    is_clear = np.maximum(cells.detail, cells.work_detail) >= CLEAR_DETAIL
    of_other_colour = np.isfinite(gap) & (gap > np.where(is_clear, MOST_COLOUR_GAP, PLAIN_COLOUR_GAP))
    return np.asarray((cells.detail >= CLEAR_DETAIL) | of_other_colour, np.bool_)


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
    detail = detail_of(rest_of(small))
    rows, columns = detail.shape
    across, down = np.meshgrid((np.arange(columns) + 0.5) / columns, (np.arange(rows) + 0.5) / rows)
    seen_across, seen_down = _sent(np.asarray(np.linalg.inv(transform), np.float64), across, down)
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
    moved = shift[rows, columns].astype(np.float64)
    across = (columns + 0.5 + moved[:, 0]) / labels.shape[1]
    down = (rows + 0.5 + moved[:, 1]) / labels.shape[0]
    across, down = _sent(transform, np.asarray(across, np.float64), np.asarray(down, np.float64))
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
