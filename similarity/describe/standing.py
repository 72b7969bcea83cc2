"""Steps between dots that stand in one place while what is shown changes: what the borders of panes are found by."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from similarity.media.types import Picture

__all__ = ["RIM_DOTS", "STEP_DOTS", "Standing", "shrunk", "standing_steps"]

Standing = npt.NDArray[np.float32]
"""(lines, borders): how much of a border runs there, 0 to 1; border b lies between dots b - 1 and b of a line."""

_LONG_SIDE_PIXELS = 256
_MIN_SIDE_PIXELS = 48
_MAX_PICTURES = 8
STEP_DOTS = 3
"""Distance of the dots compared: encoders and scaling smear a border over two or three."""
RIM_DOTS = 6
"""Nearer to the frame's edge than this no border can be told: steps are missing on one side."""
_NOISE_LEVELS = 8.0
"""Steps, in grey levels, that count for little: noise of compression."""


def shrunk(pictures: Sequence[Picture]) -> list[Picture]:
    """At most 8 of a run of pictures, evenly spread, at the size that is worked on; none where they are too small.

    Args:
        pictures: samples of one scene, all of one size.

    Raises:
        ValueError: pictures of more than one size.
    """
    shapes = {picture.shape for picture in pictures}
    if len(shapes) > 1:
        raise ValueError(f"expected pictures of one size, got {sorted(shapes)}: samples of one scene of one file?")
    if not shapes or min(shapes.pop()[:2]) < _MIN_SIDE_PIXELS:
        return []
    chosen = pictures[:: -(-len(pictures) // _MAX_PICTURES)]
    height, width = pictures[0].shape[:2]
    scale = _LONG_SIDE_PIXELS / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    method = cv2.INTER_AREA if scale <= 0.5 else cv2.INTER_LINEAR
    small = [np.asarray(cv2.resize(picture, size, interpolation=method), np.uint8) for picture in chosen]
    return small if min(size) >= _MIN_SIDE_PIXELS else []


def standing_steps(pictures: Sequence[Picture]) -> Standing:
    """Of each step between neighbouring dots of a row, its share in all steps around it, summed over the pictures."""
    height, width = pictures[0].shape[:2]
    total = np.zeros((height, width - STEP_DOTS), np.float32)
    for picture in pictures:
        red, green, blue = cv2.split(cv2.absdiff(picture[:, STEP_DOTS:], picture[:, :-STEP_DOTS]))
        cv2.accumulate(cv2.max(cv2.max(red, green), blue), total)
    total *= 1 / len(pictures)
    here = total[:, STEP_DOTS:-STEP_DOTS]
    around = (total[:, : -2 * STEP_DOTS] + total[:, 2 * STEP_DOTS :]) * 0.5
    standing = np.zeros((height, width + 1), np.float32)
    first = 2 + STEP_DOTS
    standing[:, first : first + here.shape[1]] = here / (here + around + _NOISE_LEVELS)
    standing[:, :RIM_DOTS] = 0
    standing[:, -RIM_DOTS:] = 0
    return standing
