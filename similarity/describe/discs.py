"""Discs over other footage: rings along which the step from inside to outside stands while footage moves.

Circles are tried by centre and radius (the Hough transform for circles; Duda and Hart, 1972) on how sharply the picture
changes at each dot, as a share of the change around it.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from similarity.describe.conditions import Box
from similarity.media.types import Picture

__all__ = ["standing_discs"]

_RADIUS_SHARES = np.linspace(0.11, 0.48, 24)
"""Radii tried, of the frame's shorter side, beside those half way between."""
_LONG_SIDE_PIXELS = 128
_AROUND_DOTS = 4
_NOISE_LEVELS = 8.0
_MIN_STRENGTH = 0.16
"""How much sharper the ring is than rings a little inside and outside, share of the change around it."""
_BESIDE_DOTS = 3
_INSIDE_SHARE = 0.8
"""Side of the square that is given of a disc, of its diameter: between the one inside it and the one around it."""

_Plane = npt.NDArray[np.float32]


def standing_discs(pictures: Sequence[Picture]) -> list[Box]:
    """The disc that stands best, as a square of four fifths of its diameter, thousandths; none where none stands.

    Args:
        pictures: of one scene, shrunk, of one size.
    """
    sharpness = _sharpness(pictures)
    height, width = sharpness.shape
    best, found = _MIN_STRENGTH, None
    for radius in np.unique(np.round(_RADIUS_SHARES * min(height, width) * 2) / 2).tolist():
        strength = _along(sharpness, radius) - np.maximum(
            _along(sharpness, radius - _BESIDE_DOTS), _along(sharpness, radius + _BESIDE_DOTS)
        )
        margin = int(np.ceil(radius))
        inside = strength[margin : height - margin, margin : width - margin]
        if inside.size and float(inside.max()) > best:
            best = float(inside.max())
            row, column = divmod(int(inside.argmax()), inside.shape[1])
            found = (float(column + margin), float(row + margin), radius)
    if found is None:
        return []
    across, down, radius = found
    half = _INSIDE_SHARE * radius
    edges = ((across - half) / width, (down - half) / height, (across + half) / width, (down + half) / height)
    left, top, right, bottom = (round(1000 * min(max(edge, 0.0), 1.0)) for edge in edges)
    return [(left, top, right, bottom)]


def _sharpness(pictures: Sequence[Picture]) -> _Plane:
    """(height, width) how sharply the pictures change at each dot, as a share of the change around it."""
    total = np.zeros(_small(pictures[0]).shape, np.float32)
    for picture in pictures:
        grey = _small(picture)
        total += np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)) / 4
    total /= len(pictures)
    side = 2 * _AROUND_DOTS + 1
    around = cv2.blur(total, (side, side))
    return np.asarray(total / (total + around + np.float32(_NOISE_LEVELS)), np.float32)


def _small(picture: Picture) -> Picture:
    scale = _LONG_SIDE_PIXELS / max(picture.shape[:2])
    size = (round(picture.shape[1] * scale), round(picture.shape[0] * scale))
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)


def _along(sharpness: _Plane, radius: float) -> _Plane:
    """(height, width) mean along the ring of a radius around each dot."""
    reach = int(np.ceil(radius)) + 1
    across = np.arange(-reach, reach + 1, dtype=np.float32)
    distance = np.hypot(across[:, None], across[None, :])
    ring = np.clip(1.5 - np.abs(distance - radius), 0, 1).astype(np.float32)
    ring /= ring.sum()
    return np.asarray(cv2.filter2D(sharpness, cv2.CV_32F, ring, borderType=cv2.BORDER_REFLECT_101), np.float32)
