"""What is measured of every cell of the suspect's picture and of the work's laid over it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue, check_arrays
from similarity.geometry.laid_over import CELL_PIXELS, LaidOver, grey_of, less_surroundings
from similarity.geometry.orientation import over_windows

__all__ = [
    "CLEAR_DETAIL",
    "LEAST_CORRELATION",
    "LEAST_DETAIL",
    "MOST_FLOW",
    "MeasuredCells",
    "cell_means",
    "detail_of",
    "measured_cells",
    "rest_of",
]

LEAST_CORRELATION = 0.7
"""Correlation of grey levels from which a cell stands in place; 2 in 100 cells of unrelated pictures reach it."""
MOST_FLOW = 0.02
"""How far a cell may have flowed beside the common flow and be in place, share of the longer side."""
LEAST_DETAIL, CLEAR_DETAIL = 3.0, 6.0
"""Spread of grey levels below which a cell is plain, and from which it is clearly not."""
MOST_CONTRAST = 4.0
"""How many times the work's spread a cell's may be and stand in place."""

Plane = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class MeasuredCells(ArrayValue):
    """Both pictures cell by cell; but for colour, each cell with its neighbours, weighed 1, 2, 1 either way."""

    correlation: Plane
    """(r, c) of grey levels less those of their surroundings, after the flow; the other way round for a negative."""
    detail: Plane
    """(r, c) spread of the suspect's grey levels."""
    work_detail: Plane
    """(r, c) spread of the work's."""
    flow: Plane
    """(r, c) dots that a cell flowed beside the common flow."""
    is_covered: Mask
    """(r, c) where the work's picture reaches."""
    colour: Plane
    """(r, c, 3) mean colour of the suspect's cell, levels of 255."""
    work_colour: Plane
    """(r, c, 3) that of the work."""

    def __post_init__(self) -> None:
        planes = dict.fromkeys(("correlation", "detail", "work_detail", "flow"), "float32(r, c)")
        colours = dict.fromkeys(("colour", "work_colour"), "float32(r, c, 3)")
        check_arrays(self, **planes, is_covered="bool(r, c)", **colours)

    @property
    def has_detail(self) -> Mask:
        """(r, c) which cells are plain on neither side, nor of far more contrast than the work's: written over."""
        is_plain = np.minimum(self.detail, self.work_detail) < LEAST_DETAIL
        return np.asarray(~is_plain & (self.detail <= MOST_CONTRAST * self.work_detail), np.bool_)

    @property
    def is_in_place(self) -> Mask:
        """(r, c) where grey levels correlate without having flowed far."""
        is_near = self.flow <= MOST_FLOW * CELL_PIXELS * max(self.flow.shape)
        correlates = self.correlation >= LEAST_CORRELATION
        return np.asarray(self.has_detail & is_near & self.is_covered & correlates, np.bool_)


def measured_cells(laid: LaidOver) -> MeasuredCells:
    """Measure every cell of two pictures that were laid over each other."""
    here, there = rest_of(laid.suspect), rest_of(laid.work_in_place)
    mean, work_mean = _window(here), _window(there)
    variance = np.maximum(_window(here * here) - mean * mean, 0)
    work_variance = np.maximum(_window(there * there) - work_mean * work_mean, 0)
    shared = _window(here * there) - mean * work_mean
    correlation = shared / np.sqrt(np.maximum(variance * work_variance, 1e-3))
    common = np.median(laid.flow.reshape(-1, 2), axis=0)
    beside = laid.flow - common
    return MeasuredCells(
        correlation=-correlation if laid.is_negative else correlation,
        detail=np.sqrt(variance),
        work_detail=np.sqrt(work_variance),
        flow=_window(np.hypot(beside[..., 0], beside[..., 1])),
        is_covered=cell_means(laid.is_covered.astype(np.float32)) > 0.5,
        colour=cell_means(laid.suspect.astype(np.float32)),
        work_colour=cell_means(laid.work_in_place.astype(np.float32)),
    )


def rest_of(picture: npt.NDArray[np.uint8]) -> Plane:
    """(h, w) grey levels less those of their surroundings."""
    return less_surroundings(grey_of(picture))


def detail_of(rest: Plane) -> Plane:
    """(rows, columns) spread of grey levels around each cell."""
    mean = _window(rest)
    return np.sqrt(np.maximum(_window(rest * rest) - mean * mean, 0))


def _window(plane: Plane) -> Plane:
    return over_windows(plane, CELL_PIXELS)


def cell_means(plane: Plane) -> Plane:
    """(rows, columns, ...) mean of each cell alone."""
    height, width = plane.shape[:2]
    size = (width // CELL_PIXELS, height // CELL_PIXELS)
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.float32)
