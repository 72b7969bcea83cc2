"""Random edits of a picture, in the ranges that copies in the field show (crops, overlays, blends, looks)."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

__all__ = ["random_edit"]

Picture = npt.NDArray[np.uint8]
Edit = Callable[[np.random.Generator, Picture, Picture], Picture]


def random_edit(rng: np.random.Generator, picture: Picture, other: Picture) -> Picture:
    """`picture` through a random chain of edits; `other` is blended in where the chain says so."""
    for chance, edit in EDITS:
        if rng.random() < chance:
            picture = np.ascontiguousarray(edit(rng, picture, other))
    return picture


def _crop(rng: np.random.Generator, picture: Picture, other: Picture) -> Picture:
    del other
    height, width = picture.shape[:2]
    side = rng.uniform(0.5, 1.0) ** 0.5
    top, left = rng.uniform(0, 1 - side, 2)
    y, x = int(top * height), int(left * width)
    return picture[y : y + max(16, int(side * height)), x : x + max(16, int(side * width))]


def _rotate(rng: np.random.Generator, picture: Picture, other: Picture) -> Picture:
    del other
    height, width = picture.shape[:2]
    degrees = rng.uniform(-12, 12)
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1 + abs(degrees) / 40)
    return cv2.warpAffine(picture, matrix, (width, height), borderMode=cv2.BORDER_REFLECT)


def _keystone(rng: np.random.Generator, picture: Picture, other: Picture) -> Picture:
    del other
    height, width = picture.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    inward = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]]) * (width, height)
    moved = (corners + rng.uniform(0.02, 0.1, (4, 2)) * inward).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(corners, moved)
    return cv2.warpPerspective(picture, matrix, (width, height), borderValue=(18, 16, 20))


def _blend(rng: np.random.Generator, picture: Picture, other: Picture) -> Picture:
    height, width = picture.shape[:2]
    share = rng.uniform(0.4, 0.95)
    return cv2.addWeighted(picture, share, cv2.resize(other, (width, height)), 1 - share, 0)


def _negative(rng: np.random.Generator, picture: Picture, other: Picture) -> Picture:
    del rng, other
    return 255 - picture


def _gamma(rng: np.random.Generator, picture: Picture, other: Picture) -> Picture:
    del other
    return (255 * (picture / 255.0) ** rng.uniform(0.5, 2.1)).astype(np.uint8)


def _blur(rng: np.random.Generator, picture: Picture, other: Picture) -> Picture:
    del other
    return cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.4, 2.0))


def _noise(rng: np.random.Generator, picture: Picture, other: Picture) -> Picture:
    del other
    grain = rng.standard_normal(picture.shape, dtype=np.float32) * rng.uniform(4, 22)
    return np.clip(picture + grain, 0, 255).astype(np.uint8)


def _caption_and_sticker(rng: np.random.Generator, picture: Picture, other: Picture) -> Picture:
    del other
    height, width = picture.shape[:2]
    picture = picture.copy()
    cv2.rectangle(picture, (0, int(height * 0.82)), (width, int(height * 0.97)), (0, 0, 0), -1)
    centre = (int(width * rng.uniform(0.2, 0.8)), int(height * rng.uniform(0.2, 0.8)))
    ink = tuple(int(value) for value in rng.integers(0, 256, 3))
    cv2.circle(picture, centre, int(height * rng.uniform(0.08, 0.2)), ink, -1)
    return picture


def _surround(rng: np.random.Generator, picture: Picture, other: Picture) -> Picture:
    del other
    height, width = picture.shape[:2]
    y, x = int(height * rng.uniform(0.05, 0.3)), int(width * rng.uniform(0.05, 0.3))
    canvas = cv2.GaussianBlur(cv2.copyMakeBorder(picture, y, y, x, x, cv2.BORDER_REFLECT), (0, 0), 5)
    canvas[y : y + height, x : x + width] = picture
    return canvas


def _posterise(rng: np.random.Generator, picture: Picture, other: Picture) -> Picture:
    del other
    step = 256 // int(rng.integers(4, 9))
    return (cv2.bilateralFilter(picture, 7, 60, 9) // step * step + step // 2).astype(np.uint8)


EDITS: tuple[tuple[float, Edit], ...] = (
    (0.6, _crop),
    (0.35, _rotate),
    (0.2, _keystone),
    (0.3, _blend),
    (0.15, _negative),
    (0.3, _gamma),
    (0.3, _blur),
    (0.3, _noise),
    (0.3, _caption_and_sticker),
    (0.15, _surround),
    (0.25, _posterise),
)
"""Chance and edit, applied in this order."""
