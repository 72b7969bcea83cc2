"""Cells of the suspect's picture whose content stands elsewhere in the work's: block matching over the whole picture.

Blocks of 24 dots are compared by normalised correlation with every place of the work, four dots apart.  A block counts
only if the place it found finds it back, and if cells beside each other moved the same way: single likenesses of edges
are common.  Only shifts are looked for, no turns and no other sizes.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

__all__ = ["found_elsewhere"]

_SHRINK = 4
"""Pictures are compared at a fourth of their size."""
_BLOCK = 6
"""Side of a block, dots of the shrunk picture."""
_LEAST_SPREAD = 2.0
"""Spread of grey levels below which a block is plain."""
_LEAST_LIKE = 0.85
"""Correlation from which a block is found."""
_BACK_SLACK = 0.1
"""How much better than the block itself another one may fit the place it found."""
_LEAST_SHIFT_PIXELS = 12.0
"""Shifts below this are no other place."""
_SAME_SHIFT_PIXELS = 6.0
"""How far the shifts of cells beside each other may differ to count as one."""
_LEAST_CELLS = 8
"""Cells beside each other that must have moved the same way."""
_MOST_GROUPS = 6
"""Groups that are looked at closely, largest first."""
_REFINED_PIXELS = 3
"""How far the shift of a group is tried around what its blocks say."""
_SAME_LEVELS, _SAME_SHARE = 8.0, 0.35
"""Grey levels, and share of a cell's own spread, by which a cell may differ and be part of the group."""

Plane = npt.NDArray[np.float32]
Cells = npt.NDArray[np.bool_]


def found_elsewhere(suspect: Plane, work: Plane, asked: Cells, *, cell_pixels: int) -> tuple[Cells, Plane]:
    """Which cells were found elsewhere, and how far away.

    Args:
        suspect: (h, w) grey levels less those of their surroundings, sides of whole cells.
        work: (h, w), laid over the suspect, 0 where it does not reach.
        asked: (h / cell, w / cell) cells that are looked for.
        cell_pixels: side of a cell.

    Returns:
        (h / cell, w / cell) the cells found; (h / cell, w / cell, 2) dots to the right and down to where they stand in
        the work, 0 for the others.
    """
    shift = np.zeros((*asked.shape, 2), np.float32)
    if np.count_nonzero(asked) < _LEAST_CELLS:
        return np.zeros_like(asked), shift
    rows, columns = np.nonzero(asked)
    middles = (np.stack([columns, rows], axis=1) + 0.5) * cell_pixels / _SHRINK
    here, there = _shrunk(suspect), _shrunk(work)
    blocks, places = _blocks_at(here, middles), _grid(there.shape)
    everywhere = _blocks_at(there, places)
    likeness = blocks @ everywhere.T
    best = likeness.argmax(axis=1)
    own = likeness[np.arange(len(best)), best]
    moved = _SHRINK * (places[best] - middles)
    is_found = (own >= _LEAST_LIKE) & (np.hypot(moved[:, 0], moved[:, 1]) >= _LEAST_SHIFT_PIXELS)
    back = (everywhere[best[is_found]] @ _blocks_at(here, places).T).max(axis=1, initial=0)
    is_found[is_found] = own[is_found] >= back - _BACK_SLACK
    found = np.zeros_like(asked)
    found[rows, columns] = is_found
    shift[rows, columns] = np.where(is_found[:, None], moved, 0)
    return _grown(_groups(found, shift), shift, asked, suspect, work)


def _groups(found: Cells, shift: Plane) -> list[Cells]:
    """Cells that stand beside enough others that moved the same way, largest group first.

    Cells are every other dot of a picture, the dots between them say whether two neighbours moved alike; its connected
    parts are the groups.
    """
    linked = np.zeros((2 * found.shape[0] - 1, 2 * found.shape[1] - 1), np.uint8)
    linked[::2, ::2] = found
    linked[::2, 1::2] = _alike(found[:, 1:] & found[:, :-1], shift[:, 1:] - shift[:, :-1])
    linked[1::2, ::2] = _alike(found[1:] & found[:-1], shift[1:] - shift[:-1])
    _, numbers, sizes, _ = cv2.connectedComponentsWithStats(linked, connectivity=4)
    cells = numbers[::2, ::2]
    groups = [cells == number for number in 1 + np.flatnonzero(sizes[1:, cv2.CC_STAT_AREA] >= _LEAST_CELLS)]
    groups = [group for group in groups if np.count_nonzero(group) >= _LEAST_CELLS]
    return sorted(groups, key=np.count_nonzero, reverse=True)[:_MOST_GROUPS]


def _alike(both: Cells, apart: Plane) -> Cells:
    return np.asarray(both & (np.abs(apart).max(axis=2) <= _SAME_SHIFT_PIXELS), np.bool_)


def _grown(groups: list[Cells], shift: Plane, asked: Cells, suspect: Plane, work: Plane) -> tuple[Cells, Plane]:
    """The groups and the cells around them that are the same under their shift, and that shift."""
    found, shifts = np.zeros_like(asked), np.zeros_like(shift)
    spread = _cell_mean(suspect * suspect, asked.shape) ** 0.5
    for group in groups:
        around = [
            (gap, place)
            for place in _places_around(np.rint(np.median(shift[group], axis=0)))
            for gap in [_cell_mean((suspect - _shifted(work, place)) ** 2, asked.shape) ** 0.5]
        ]
        gap, place = min(around, key=lambda one: float(one[0][group].sum()))
        is_same = asked & (gap <= np.maximum(_SAME_LEVELS, _SAME_SHARE * spread))
        _, numbers = cv2.connectedComponents((is_same | group).astype(np.uint8), connectivity=8)
        cells = (is_same | group) & np.isin(numbers, np.unique(numbers[group])) & ~found
        found |= cells
        shifts[cells] = place
    return found, shifts


def _places_around(place: npt.NDArray[np.float32]) -> list[tuple[int, int]]:
    reach = range(-_REFINED_PIXELS, _REFINED_PIXELS + 1)
    return [(int(place[0]) + across, int(place[1]) + down) for down in reach for across in reach]


def _shifted(work: Plane, place: tuple[int, int]) -> Plane:
    """The work as seen from places that many dots to the left and up."""
    matrix = np.array([[1, 0, place[0]], [0, 1, place[1]]], np.float32)
    flags = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(work, matrix, work.shape[::-1], flags=flags), np.float32)


def _cell_mean(plane: Plane, shape: tuple[int, ...]) -> Plane:
    return np.asarray(cv2.resize(plane, (shape[1], shape[0]), interpolation=cv2.INTER_AREA), np.float32)


def _shrunk(plane: Plane) -> Plane:
    size = (plane.shape[1] // _SHRINK, plane.shape[0] // _SHRINK)
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.float32)


def _grid(shape: tuple[int, ...]) -> npt.NDArray[np.float64]:
    """(n, 2) places, across and down."""
    down, across = np.mgrid[0 : shape[0], 0 : shape[1]]
    return np.stack([across.ravel(), down.ravel()], axis=1).astype(np.float64)


def _blocks_at(plane: Plane, middles: npt.NDArray[np.float64]) -> Plane:
    """(n, 36) the block around each place, less its mean, of length 1; 0 where it is flat."""
    half = _BLOCK // 2
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(plane, half), (_BLOCK, _BLOCK))
    across, down = np.rint(middles).astype(int).T
    rows = windows[down, across].reshape(len(middles), -1)
    rows = rows - rows.mean(axis=1, keepdims=True)
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(np.where(length > _BLOCK * _LEAST_SPREAD, rows / np.maximum(length, 1e-6), 0), np.float32)
