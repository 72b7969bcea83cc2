"""Edges in the same places, cell by cell: what carries across a new surface, where colour does not.

As in `similarity.geometry.structure` each dot becomes the direction of its gradient, doubled (Bigun and Granlund,
1987), and windows are compared by normalised cross-correlation, moved by a few dots at most.  There the windows are few
and large, and one figure comes out; here they are as fine as the map of a pair of pictures.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

__all__ = ["cell_likeness", "over_windows"]

_MOST_SHIFT_PIXELS, _STEP_PIXELS = 6, 2
"""How far a window may lie from its place, and the steps tried, dots of the halved picture."""
_SCATTER = 0.03
"""Likeness falls with exp(-0.03 d^2), d dots of the halved picture from the common shift."""
_LEAST_GRADIENT = 1.0
"""Grey levels per dot below which a direction is noise."""
_LEAST_STRENGTH = 0.15
"""Mean strength of the field from which a window has edges to speak of."""
_LEAST_LIKE, _LEAST_VOICES = 0.5, 6
"""Correlation from which a window has a say in the common shift, and windows from which there is one."""
_LEAST_ENERGY = 1e-4
_TAPER = np.array([1.0, 2.0, 1.0], np.float32) / 4

Plane = npt.NDArray[np.float32]


def over_windows(plane: Plane, cell_pixels: int) -> Plane:
    """(h / cell, w / cell) weighted mean around each cell: 1, 2, 1 over three cells either way.

    Args:
        plane: (h, w), sides of whole cells.
        cell_pixels: side of a cell.
    """
    height, width = plane.shape
    cells = cv2.resize(plane, (width // cell_pixels, height // cell_pixels), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.sepFilter2D(cells, -1, _TAPER, _TAPER, borderType=cv2.BORDER_REFLECT_101), np.float32)


def cell_likeness(suspect: Plane, work: Plane, cell_pixels: int) -> Plane:
    """(h / cell, w / cell) how well the edges around each cell are found at their place in the other picture, 0 to 1.

    Args:
        suspect: (h, w) grey levels, sides of whole cells.
        work: (h, w), laid over the suspect.
        cell_pixels: side of a cell, an even number of dots.
    """
    here, there = _field(suspect), _field(work)
    reach, half = _MOST_SHIFT_PIXELS, cell_pixels // 2
    energy = over_windows(here[0] ** 2 + here[1] ** 2, half)
    planes = [np.pad(plane, reach) for plane in (*there, there[0] ** 2 + there[1] ** 2)]
    height, width = here[0].shape
    best, shift = np.full(energy.shape, -1, np.float32), np.zeros((*energy.shape, 2), np.float32)
    for down in range(0, 2 * reach + 1, _STEP_PIXELS):
        for across in range(0, 2 * reach + 1, _STEP_PIXELS):
            moved = [plane[down : down + height, across : across + width] for plane in planes]
            shared = over_windows(here[0] * moved[0] + here[1] * moved[1], half)
            value = shared / np.sqrt(energy * over_windows(moved[2], half) + _LEAST_ENERGY)
            is_better = value > best
            best[is_better], shift[is_better] = value[is_better], (down, across)
    has_edges = energy > _LEAST_STRENGTH**2
    return np.where(has_edges, np.clip(best, 0, 1) * _agreement(best, shift, has_edges), 0).astype(np.float32)


def _field(grey: Plane) -> tuple[Plane, Plane]:
    """Direction of the gradient of the halved picture, doubled, as long as the root of its strength."""
    size = (grey.shape[1] // 2, grey.shape[0] // 2)
    smooth = cv2.GaussianBlur(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), (0, 0), 1.0)
    across, down = cv2.Sobel(smooth, cv2.CV_32F, 1, 0) / 4, cv2.Sobel(smooth, cv2.CV_32F, 0, 1) / 4
    strength = np.hypot(across, down)
    root = np.where(strength > _LEAST_GRADIENT, np.sqrt(strength) / (strength * strength + 1e-6), 0)
    field = (across * across - down * down) * root, 2 * across * down * root
    return field[0].astype(np.float32), field[1].astype(np.float32)


def _agreement(best: Plane, shift: Plane, has_edges: npt.NDArray[np.bool_]) -> Plane:
    """1 where a window moved with the others, less the further off; a half where too few have a say."""
    says = has_edges & (best > _LEAST_LIKE)
    if np.count_nonzero(says) < _LEAST_VOICES:
        return np.full_like(best, 0.5)
    off = ((shift - np.median(shift[says], axis=0)) ** 2).sum(axis=2)
    return np.asarray(np.exp(-_SCATTER * off), np.float32)
