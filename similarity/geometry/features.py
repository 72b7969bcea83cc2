"""Local features of a picture: where its distinctive small regions lie, and what they look like."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue, check_arrays
from similarity.media.types import Picture

__all__ = ["LocalFeatures", "Variant", "local_features", "seen_as"]

LONG_SIDE_PIXELS = 288
"""Longer side of the grey picture in which features are found."""
CONTRAST_THRESHOLD = 0.01
"""Least contrast of a point; a quarter of Lowe's, so that dim and blended pictures give some."""
EDGE_THRESHOLD = 10.0
"""Lowe's bound on the ratio of principal curvatures."""
_CELLS, _BINS = 4, 8
"""Layout of a SIFT descriptor: 4 x 4 places, 8 directions each."""

Variant = Literal["as_is", "mirrored", "negative", "mirrored_negative"]
"""What may have been done to a picture that SIFT does not overlook: left and right, or bright and dark, exchanged."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class LocalFeatures(ArrayValue):
    """The local features of one picture, strongest first."""

    points: npt.NDArray[np.float32]
    """(n, 2) x and y as fractions of the picture's width and height."""
    sizes: npt.NDArray[np.float32]
    """(n,) diameters as fractions of the picture's longer side."""
    degrees: npt.NDArray[np.float32]
    """(n,) directions, clockwise from the x axis, 0 to 360."""
    descriptors: npt.NDArray[np.float32]
    """(n, 128) RootSIFT rows of length 1."""
    width: int
    """Width of the picture, pixels."""
    height: int
    """Height of the picture, pixels."""

    def __post_init__(self) -> None:
        check_arrays(
            self, points="float32(n, 2)", sizes="float32(n)", degrees="float32(n)", descriptors="float32(n, 128)"
        )
        if self.width < 1 or self.height < 1:
            raise ValueError(f"a picture has at least one pixel, got {self.width} x {self.height}")


def local_features(picture: Picture, *, max_points: int = 400) -> LocalFeatures:
    """SIFT points (Lowe 2004) with RootSIFT descriptors (Arandjelovic & Zisserman 2012).

    Args:
        picture: (height, width, 3) uint8 RGB.
        max_points: points kept at most, strongest first.

    Raises:
        ValueError: not an RGB uint8 picture, or fewer than one point asked for.
    """
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8:
        raise ValueError(f"expected an RGB picture (height, width, 3) uint8, got {picture.shape} {picture.dtype}")
    if max_points < 1:
        raise ValueError(f"max_points must be at least 1, got {max_points}")
    grey = _grey(picture)
    found, raw = _detector(max_points).detectAndCompute(grey, None)
    rows = np.array([(*point.pt, point.size, point.angle, point.response) for point in found], np.float32)
    rows = rows.reshape(-1, 5)
    descriptors = np.asarray(raw, np.float32) if len(found) else np.zeros((0, _CELLS * _CELLS * _BINS), np.float32)
    strongest = np.argsort(-rows[:, 4], kind="stable")[:max_points]
    return _features(rows[strongest], descriptors[strongest], picture, grey)


def seen_as(features: LocalFeatures, variant: Variant) -> LocalFeatures:
    """The features that the mirrored picture, the negative or the mirrored negative would have, without looking again.

    A SIFT descriptor is laid out along the direction of its point.  A mirror turns its rows upside down and its
    directions round (Zhao & Ngo 2013); a negative turns point and places by half a turn.
    """
    points, degrees, descriptors = features.points, features.degrees, features.descriptors
    if variant in ("mirrored", "mirrored_negative"):
        points = np.stack([1.0 - points[:, 0], points[:, 1]], axis=1).astype(np.float32)
        degrees = (180.0 - degrees) % 360.0
        descriptors = descriptors[:, _order(variant="mirrored")]
    if variant in ("negative", "mirrored_negative"):
        degrees = (180.0 + degrees) % 360.0
        descriptors = descriptors[:, _order(variant="negative")]
    return LocalFeatures(
        points=points,
        sizes=features.sizes,
        degrees=degrees.astype(np.float32),
        descriptors=descriptors,
        width=features.width,
        height=features.height,
    )


@cache
def _order(*, variant: Literal["mirrored", "negative"]) -> npt.NDArray[np.int64]:
    places = np.arange(_CELLS * _CELLS * _BINS).reshape(_CELLS, _CELLS, _BINS)
    if variant == "mirrored":
        return places[::-1][..., -np.arange(_BINS) % _BINS].reshape(-1)
    return places[::-1, ::-1].reshape(-1)


@cache
def _detector(max_points: int) -> cv2.SIFT:
    return cv2.SIFT.create(
        nfeatures=max_points,
        contrastThreshold=CONTRAST_THRESHOLD,
        edgeThreshold=EDGE_THRESHOLD,
        enable_precise_upscale=True,
    )


def _grey(picture: Picture) -> npt.NDArray[np.uint8]:
    height, width = picture.shape[:2]
    scale = LONG_SIDE_PIXELS / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    grey = cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey, size, interpolation=how), np.uint8)


def _features(
    rows: npt.NDArray[np.float32],
    raw: npt.NDArray[np.float32],
    picture: Picture,
    grey: npt.NDArray[np.uint8],
) -> LocalFeatures:
    height, width = grey.shape
    sums = np.maximum(raw.sum(axis=1, keepdims=True), 1e-9)
    return LocalFeatures(
        points=((rows[:, :2] + 0.5) / (width, height)).astype(np.float32),
        sizes=(rows[:, 2] / max(width, height)).astype(np.float32),
        degrees=rows[:, 3].astype(np.float32),
        descriptors=np.sqrt(raw / sums).astype(np.float32),
        width=picture.shape[1],
        height=picture.shape[0],
    )
