"""Two pictures in one frame: the work's laid over the suspect's by the fit, then brought on it by dense flow.

The flow is that of DIS (Kroeger and others, 2016) between pictures whose local contrast is evened out, so that grading
does not matter.  It takes up what a global fit leaves over: lens, rounding, a camera that moved on by a frame.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue, check_arrays
from similarity.media.types import Picture

__all__ = [
    "CELL_PIXELS",
    "LONG_SIDE_PIXELS",
    "LaidOver",
    "evened",
    "grey_of",
    "lay_over",
    "less_surroundings",
    "to_map_size",
]

LONG_SIDE_PIXELS = 320
"""Longer side at which pictures are compared."""
CELL_PIXELS = 8
"""Side of a cell; both sides of a picture are brought to whole cells."""
_SMOOTH_PIXELS = 1.0
"""Blur before anything is compared: of grain and of what a codec leaves."""
_SURROUND_PIXELS = 25
"""Side of the surroundings whose brightness and contrast are evened out."""
_LEAST_CONTRAST = 6.0
"""Grey levels that are added to a local contrast before it divides: flat parts stay flat."""
_NEGATIVE_BELOW = -0.2
"""Correlation of the two evened pictures below which bright and dark are taken as exchanged."""

Floats = npt.NDArray[np.float64]
Plane = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class LaidOver(ArrayValue):
    """The suspect's picture and the work's in the suspect's frame, sides of whole cells."""

    suspect: npt.NDArray[np.uint8]
    """(h, w, 3) RGB."""
    work: npt.NDArray[np.uint8]
    """(h, w, 3) RGB, laid by the fit; its edge goes on where it does not reach."""
    work_in_place: npt.NDArray[np.uint8]
    """(h, w, 3) RGB, the same after the flow."""
    is_covered: npt.NDArray[np.bool_]
    """(h, w) where the work's picture reaches."""
    flow: npt.NDArray[np.float32]
    """(h, w, 2) dots to the right and down from a place of the suspect to its place in `work`."""
    is_negative: bool
    """Whether bright and dark are exchanged."""

    def __post_init__(self) -> None:
        check_arrays(
            self,
            suspect="uint8(h, w, 3)",
            work="uint8(h, w, 3)",
            work_in_place="uint8(h, w, 3)",
            is_covered="bool(h, w)",
            flow="float32(h, w, 2)",
        )


def lay_over(suspect: Picture, work: Picture, transform: Floats) -> LaidOver:
    """Bring the work's picture on the suspect's.

    Args:
        suspect: (height, width, 3) uint8 RGB.
        work: (height, width, 3) uint8 RGB.
        transform: (3, 3) from fractions of the suspect's picture to fractions of the work's.
    """
    here = to_map_size(suspect)
    there, is_covered = _laid(work, transform, here.shape[:2])
    flat_here, flat_there = evened(grey_of(here)), evened(grey_of(there))
    is_negative = _correlation(flat_here[is_covered], flat_there[is_covered]) < _NEGATIVE_BELOW
    flow = _flow(flat_here, -flat_there if is_negative else flat_there)
    return LaidOver(
        suspect=here,
        work=there,
        work_in_place=_moved(there, flow),
        is_covered=is_covered,
        flow=flow,
        is_negative=is_negative,
    )


def to_map_size(picture: Picture) -> npt.NDArray[np.uint8]:
    """(h, w, 3) the picture with a longer side of 320 dots, both sides of whole cells."""
    height, width = picture.shape[:2]
    scale = LONG_SIDE_PIXELS / max(height, width)
    size = tuple(max(2, round(side * scale / CELL_PIXELS)) * CELL_PIXELS for side in (width, height))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(np.ascontiguousarray(picture), size, interpolation=way), np.uint8)


def grey_of(picture: npt.NDArray[np.uint8]) -> Plane:
    """(h, w) grey levels, a little smoothed."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), _SMOOTH_PIXELS), np.float32)


def evened(grey: Plane) -> Plane:
    """(h, w) grey less that of its surroundings, over their contrast: about -2 to 2, 0 where it is flat."""
    rest = less_surroundings(grey)
    spread = np.sqrt(np.maximum(cv2.blur(rest * rest, (_SURROUND_PIXELS, _SURROUND_PIXELS)), 0))
    return np.asarray(rest / (spread + _LEAST_CONTRAST), np.float32)


def less_surroundings(grey: Plane) -> Plane:
    """(h, w) grey levels less the mean of their surroundings."""
    return np.asarray(grey - cv2.blur(grey, (_SURROUND_PIXELS, _SURROUND_PIXELS)), np.float32)


def _laid(
    work: Picture, transform: Floats, shape: tuple[int, int]
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.bool_]]:
    """The work's picture in the suspect's frame, and where it reaches."""
    height, width = shape
    matrix = _to_dots(work.shape[1], work.shape[0]) @ transform @ np.linalg.inv(_to_dots(width, height))
    shrink = float(np.sqrt(abs(np.linalg.det(matrix[:2, :2] / matrix[2, 2]))))
    if shrink > 1:  # fewer dots than the work has: average them first
        size = (max(8, round(work.shape[1] / shrink)), max(8, round(work.shape[0] / shrink)))
        work = np.asarray(cv2.resize(np.ascontiguousarray(work), size, interpolation=cv2.INTER_AREA), np.uint8)
        matrix = _to_dots(*size) @ transform @ np.linalg.inv(_to_dots(width, height))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    laid = cv2.warpPerspective(
        np.ascontiguousarray(work), matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(laid, np.uint8), _reached(transform, shape)


def _to_dots(width: int, height: int) -> Floats:
    """(3, 3) from fractions of a picture to numbers of dots, counted at their middles."""
    return np.array([[width, 0.0, -0.5], [0.0, height, -0.5], [0.0, 0.0, 1.0]])


def _reached(transform: Floats, shape: tuple[int, int]) -> npt.NDArray[np.bool_]:
    height, width = shape
    across, down = np.meshgrid((np.arange(width) + 0.5) / width, (np.arange(height) + 0.5) / height)
    places = np.stack([across, down, np.ones_like(across)]).reshape(3, -1)
    sent = transform @ places
    inside = (sent[2] > 0) & (sent[:2] >= 0).all(axis=0) & (sent[:2] <= sent[2]).all(axis=0)
    return np.asarray(inside.reshape(shape), np.bool_)


def _correlation(one: Plane, other: Plane) -> float:
    energy = float((one * one).sum() * (other * other).sum())
    return float((one * other).sum()) / energy**0.5 if energy > 0 else 0.0


def _flow(here: Plane, there: Plane) -> npt.NDArray[np.float32]:
    flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST).calc(_drawn(here), _drawn(there), None)  # type: ignore[call-overload]  # None asks for a new field
    return np.asarray(flow, np.float32)


def _drawn(flat: Plane) -> npt.NDArray[np.uint8]:
    return np.asarray(np.clip(128 + 50 * flat, 0, 255), np.uint8)


def _moved(picture: npt.NDArray[np.uint8], flow: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    height, width = flow.shape[:2]
    across, down = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return np.asarray(
        cv2.remap(
            picture, across + flow[..., 0], down + flow[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        ),
        np.uint8,
    )
