"""What scene detection looks at: frames shrunk to a few hundred dots, and how far apart two of them are."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import cv2
import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue, check_array
from similarity.media.types import Picture

__all__ = ["TinyFrame", "is_other_picture", "mean_difference", "shrink", "structure_correlation"]

_WIDTH_PIXELS, _HEIGHT_PIXELS = 48, 27
_BLANK_SPREAD_LEVELS = 6.0
"""Standard deviation, in each channel, up to which a frame counts as blank."""
_OTHER_BLANK_LEVELS, _OTHER_PICTURE_LEVELS = 15, 18
"""Mean difference from which a picture and a blank, or two pictures, can be of different shots, grey levels."""
_OTHER_CORRELATION, _OTHER_OVERLAP = 0.6, 0.65
"""Correlation of layouts and overlap of colours below which two pictures can be."""
_COLOUR_BINS = 6
"""Steps of each channel in a histogram of colours."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class TinyFrame(ArrayValue):
    """A frame as scene detection keeps it."""

    index: int
    """Position in decoding order, from 0."""
    time: Fraction
    """Exact presentation time, seconds."""
    seconds: float
    """The same, to the nearest float: for differences, where exactness does not matter."""
    picture: Picture
    """BGR, 27 x 48."""
    is_blank: bool
    """Black or one flat tone: shows nothing, as between a fade out and a fade in."""

    def __post_init__(self) -> None:
        check_array("TinyFrame.picture", self.picture, f"uint8({_HEIGHT_PIXELS}, {_WIDTH_PIXELS}, 3)")


def shrink(thumbnail: Picture, *, index: int, time: Fraction) -> TinyFrame:
    """The frame on 48 x 27 dots, whatever its shape.

    Args:
        thumbnail: BGR picture of any size.
        index: position in decoding order, from 0.
        time: exact presentation time, seconds.
    """
    tiny = cv2.resize(thumbnail, (_WIDTH_PIXELS, _HEIGHT_PIXELS), interpolation=cv2.INTER_AREA)
    _, spread = cv2.meanStdDev(tiny)
    is_blank = float(spread.max()) < _BLANK_SPREAD_LEVELS
    return TinyFrame(
        index=index, time=time, seconds=float(time), picture=tiny.astype(np.uint8, copy=False), is_blank=is_blank
    )


def mean_difference(left: TinyFrame, right: TinyFrame) -> float:
    """Mean absolute difference per channel, grey levels (0 to 255)."""
    return float(cv2.norm(left.picture, right.picture, cv2.NORM_L1)) / left.picture.size


def structure_correlation(left: npt.NDArray[np.float32], right: npt.NDArray[np.float32]) -> float:
    """Correlation of two pictures as vectors, each less its mean: 1 for the same layout, about 0 for unrelated ones."""
    left, right = left - left.mean(), right - right.mean()
    size = float(np.sqrt((left @ left) * (right @ right)))
    return float(left @ right) / size if size > 0 else 0.0


def is_other_picture(left: TinyFrame, right: TinyFrame) -> bool:
    """Whether two frames that lie far apart in time show different shots.

    Camera and people have moved in between, so layout alone says little: the colours must have changed as well.
    """
    if left.is_blank or right.is_blank:
        return left.is_blank != right.is_blank and mean_difference(left, right) > _OTHER_BLANK_LEVELS
    vectors = [frame.picture.astype(np.float32).ravel() for frame in (left, right)]
    is_moved = structure_correlation(vectors[0], vectors[1]) < _OTHER_CORRELATION
    is_changed = is_moved and mean_difference(left, right) > _OTHER_PICTURE_LEVELS
    return is_changed and _colour_overlap(left, right) < _OTHER_OVERLAP


def _colour_overlap(left: TinyFrame, right: TinyFrame) -> float:
    """Histogram intersection (Swain and Ballard 1991, Color indexing) over 6 x 6 x 6 colours, 0 to 1."""
    histograms = [
        cv2.calcHist([frame.picture], [0, 1, 2], None, [_COLOUR_BINS] * 3, [0, 256] * 3) / (frame.picture.size / 3)
        for frame in (left, right)
    ]
    return float(np.minimum(histograms[0], histograms[1]).sum())
