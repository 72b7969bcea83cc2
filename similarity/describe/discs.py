"""Discs over other footage: rings along which the step from inside to outside stands while footage moves.

Circles are tried by centre and radius (the Hough transform for circles; Duda and Hart, 1972) on how sharply the picture
changes at each dot, as a share of the change around it.  A ring must stand in the weaker half of its eighths too.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from similarity.describe.conditions import Box
from similarity.media.types import Picture

__all__ = ["standing_disc"]

_LONG_SIDE_PIXELS = 128
_RADII_DOTS = range(8, 34)
_AROUND_DOTS = 4
_NOISE_LEVELS = 8.0
_MIN_STRENGTH = 0.07
"""How much sharper the weaker half of the ring is than rings beside it, share of the change around it."""
_BESIDE_DOTS = 3
_NUM_SECTORS = 8
_INSIDE_SHARE = 0.8
"""Side of the square that is given of a disc, of its diameter: between the one inside it and the one around it."""

_Plane = npt.NDArray[np.float32]
_Spectra = npt.NDArray[np.complex128]


def standing_disc(pictures: Sequence[Picture]) -> Box | None:
    """The disc that stands best, as a square of four fifths of its diameter, thousandths; None where none stands.

    Args:
        pictures: of one scene, shrunk, of one size.
    """
    sharpness = _sharpness(pictures)
    height, width = sharpness.shape
    spectrum = np.fft.rfft2(sharpness)
    best, found = _MIN_STRENGTH, None
    for radius in _RADII_DOTS:
        if 2 * radius > min(height, width):
            break
        sectors = np.fft.irfft2(spectrum * _ring(radius, height, width), s=(height, width))
        strength = np.sort(sectors, axis=0)[: _NUM_SECTORS // 2].mean(axis=0)
        inside = strength[radius : height - radius, radius : width - radius]
        if inside.size and float(inside.max()) > best:
            best = float(inside.max())
            row, column = divmod(int(inside.argmax()), inside.shape[1])
            found = (column + radius, row + radius, radius)
    if found is None:
        return None
    across, down, radius = found
    half = _INSIDE_SHARE * radius
    edges = ((across - half) / width, (down - half) / height, (across + half) / width, (down + half) / height)
    left, top, right, bottom = (round(1000 * min(max(edge, 0.0), 1.0)) for edge in edges)
    return left, top, right, bottom


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
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)


@lru_cache(maxsize=64)
def _ring(radius: int, height: int, width: int) -> _Spectra:
    """(sectors, height, width // 2 + 1) spectra of each eighth of a ring, less half of those inside and outside."""
    down, across = ((np.arange(side) + side // 2) % side - side // 2 for side in (height, width))
    distance = np.hypot(down[:, None], across[None, :])
    angle = np.arctan2(down[:, None], across[None, :]) + np.pi
    sector = np.minimum(np.floor(angle / (2 * np.pi) * _NUM_SECTORS), _NUM_SECTORS - 1)

    def mean_along(of_radius: int, number: int) -> npt.NDArray[np.float64]:
        weights = np.clip(1.5 - np.abs(distance - of_radius), 0, 1) * (sector == number)
        return np.asarray(weights / max(float(weights.sum()), 1e-9), np.float64)

    rings = [
        mean_along(radius, number)
        - (mean_along(radius - _BESIDE_DOTS, number) + mean_along(radius + _BESIDE_DOTS, number)) / 2
        for number in range(_NUM_SECTORS)
    ]
    return np.asarray(np.conj(np.fft.rfft2(np.stack(rings))), np.complex128)
