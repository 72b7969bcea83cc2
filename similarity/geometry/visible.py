"""What two frames both show, cut out of each: the work's picture is laid over the suspect's by the fit first."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue, check_arrays
from similarity.geometry.framing import Part
from similarity.media.types import Picture

__all__ = ["VisibleParts", "visible_parts"]

_GRID = 48
"""Cells a side in which the part that both show is sought."""
_LEAST_SIDE = 0.08
"""Least side of that part, share of the suspect's: below, there is nothing to compare."""
_LEAST_PIXELS = 32

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class VisibleParts(ArrayValue):
    """The same part of what is shown, out of two frames; pictures of one size, `(height, width, 3)` uint8 RGB."""

    suspect: Picture
    """What the suspect's frame shows of it."""
    work: Picture
    """What the work's frame shows of it, laid by the fit."""
    area_share: float
    """Share of the suspect's frame that it fills, 0 to 1."""

    def __post_init__(self) -> None:
        check_arrays(self, suspect="uint8(h, w, 3)", work="uint8(h, w, 3)")


def visible_parts(
    suspect: Picture, work: Picture, transform: Floats, *, parts: tuple[Part, Part]
) -> VisibleParts | None:
    """Both cut out to the largest upright part of the suspect's frame in which both are seen; None for too small a one.

    Args:
        suspect: (height, width, 3) uint8 RGB.
        work: (height, width, 3) uint8 RGB.
        transform: (3, 3) from fractions of the suspect's frame to fractions of the work's.
        parts: what of each frame is compared: without bars.
    """
    left, top, right, bottom = _largest_box(_both_seen(transform, parts))
    height, width = suspect.shape[:2]
    first = round(left * width), round(top * height)
    last = round(right * width), round(bottom * height)
    size = last[0] - first[0], last[1] - first[1]
    if min(right - left, bottom - top) < _LEAST_SIDE or min(size) < _LEAST_PIXELS:
        return None
    # from dots of the part to fractions of the suspect's frame
    part = np.array([[1 / width, 0, (first[0] + 0.5) / width], [0, 1 / height, (first[1] + 0.5) / height], [0, 0, 1.0]])
    return VisibleParts(
        suspect=np.ascontiguousarray(suspect[first[1] : last[1], first[0] : last[0]]),
        work=_laid(work, transform @ part, size),
        area_share=(right - left) * (bottom - top),
    )


def _both_seen(transform: Floats, parts: tuple[Part, Part]) -> Mask:
    """(48, 48) cells of the suspect's frame whose corners both parts hold."""
    across, down = np.meshgrid(*[np.linspace(0.0, 1.0, _GRID + 1)] * 2)
    x, y, depth = np.einsum("ij,jkl->ikl", transform, np.stack([across, down, np.ones_like(across)]))
    with np.errstate(divide="ignore", invalid="ignore"):
        seen = _within(across, down, parts[0]) & (depth > 0) & _within(x / depth, y / depth, parts[1])
    return np.asarray(seen[1:, 1:] & seen[1:, :-1] & seen[:-1, 1:] & seen[:-1, :-1], np.bool_)


def _within(x: Floats, y: Floats, part: Part) -> Mask:
    """Whether places lie in a part, up to half a cell outside: bars are known to that."""
    left, top, right, bottom = part
    slack = 0.5 / _GRID
    return np.asarray((x >= left - slack) & (x <= right + slack) & (y >= top - slack) & (y <= bottom + slack), np.bool_)


def _largest_box(cells: Mask) -> Part:
    """The largest box of cells that are all set, fractions; an empty one where none is."""
    heights, best, box = np.zeros(_GRID, np.int64), 0, (0.0, 0.0, 0.0, 0.0)
    for row, is_set in enumerate(cells):
        heights = np.where(is_set, heights + 1, 0)
        for column in np.flatnonzero(heights):
            lower = np.flatnonzero(heights < heights[column])
            first = int(lower[lower < column].max(initial=-1)) + 1
            last = int(lower[lower > column].min(initial=_GRID))
            area = (last - first) * int(heights[column])
            if area > best:
                best = area
                edges = first, row + 1 - int(heights[column]), last, row + 1
                box = (edges[0] / _GRID, edges[1] / _GRID, edges[2] / _GRID, edges[3] / _GRID)
    return box


def _laid(work: Picture, matrix: Floats, size: tuple[int, int]) -> Picture:
    """(height, width, 3) the work's picture where a matrix from dots to its fractions looks it up."""
    width, height = work.shape[1], work.shape[0]
    to_dots = np.diag([width, height, 1.0]) @ matrix
    shrink = float(np.sqrt(abs(np.linalg.det(to_dots[:2, :2] / to_dots[2, 2]))))
    if shrink > 1:  # fewer dots than the work has: average them first
        width, height = max(8, round(width / shrink)), max(8, round(height / shrink))
        work = np.asarray(cv2.resize(np.ascontiguousarray(work), (width, height), interpolation=cv2.INTER_AREA))
    to_dots = np.array([[width, 0, -0.5], [0, height, -0.5], [0, 0, 1.0]]) @ matrix
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    laid = cv2.warpPerspective(np.ascontiguousarray(work), to_dots, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(laid, np.uint8)
