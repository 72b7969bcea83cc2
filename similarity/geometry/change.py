"""What a transformation means in words a person uses: mirrored, turned, stretched, cropped, inset."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from similarity.geometry.placement import apply_matrix

__all__ = ["PictureChange", "PicturePart", "picture_change"]

_CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PicturePart:
    """A part of a picture: its box, fractions of width and height, and its area."""

    left: float
    """Left edge of the box, 0 to 1."""
    top: float
    """Upper edge."""
    right: float
    """Right edge."""
    bottom: float
    """Lower edge."""
    area_share: float
    """Share of the picture, 0 to 1; less than the box's where the part stands aslant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureChange:
    """How the suspect's picture was made from the work's."""

    is_mirrored: bool
    """Whether left and right are exchanged, before anything else."""
    rotation_degrees: float
    """Turn, clockwise, -180 to 180."""
    stretch_factor: float
    """How much more the width was enlarged than the height; 1 where shapes are kept."""
    work_part: PicturePart
    """The part of the work's frame that the suspect's frame takes in (crop)."""
    suspect_part: PicturePart
    """The part of the suspect's frame that the work's frame fills (inset)."""


def picture_change(transform: Floats, *, suspect_aspect: float, work_aspect: float, is_mirrored: bool) -> PictureChange:
    """Read a transformation.

    Args:
        transform: (3, 3) from fractions of the suspect's picture to fractions of the work's.
        suspect_aspect: width over height of the suspect's picture.
        work_aspect: width over height of the work's picture.
        is_mirrored: whether the transformation turns the picture over.
    """
    back = np.asarray(np.linalg.inv(transform), np.float64)
    middle = apply_matrix(transform, np.array([[0.5, 0.5]]))
    middle = np.clip(middle, 0.0, 1.0)  # where the work is seen, not where it would lie outside
    linear = np.diag([suspect_aspect, 1.0]) @ _slope(back, middle[0]) @ np.diag([1.0 / work_aspect, 1.0])
    if is_mirrored:
        linear = linear @ np.diag([-1.0, 1.0])
    width_factor, height_factor = np.linalg.norm(linear, axis=0)
    upright = linear / np.array([width_factor, height_factor])
    turn = math.atan2(upright[1, 0] - upright[0, 1], upright[0, 0] + upright[1, 1])
    return PictureChange(
        is_mirrored=is_mirrored,
        rotation_degrees=math.degrees(turn),
        stretch_factor=float(width_factor / height_factor),
        work_part=_part(transform),
        suspect_part=_part(back),
    )


def _slope(matrix: Floats, point: Floats) -> Floats:
    """(2, 2) derivative of a projective matrix at a point."""
    lifted = matrix @ np.array([*point, 1.0])
    return np.asarray((matrix[:2, :2] - np.outer(lifted[:2] / lifted[2], matrix[2, :2])) / lifted[2], np.float64)


def _part(matrix: Floats) -> PicturePart:
    """What the unit square, sent through a matrix, covers of the unit square."""
    sent = np.clip(apply_matrix(matrix, _CORNERS), -100.0, 100.0)
    area_share, outline = cv2.intersectConvexConvex(sent.astype(np.float32), _CORNERS.astype(np.float32))
    if area_share <= 0:
        return PicturePart(left=0.0, top=0.0, right=0.0, bottom=0.0, area_share=0.0)
    corners = np.clip(outline.reshape(-1, 2), 0.0, 1.0)
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    return PicturePart(
        left=float(left),
        top=float(top),
        right=float(right),
        bottom=float(bottom),
        area_share=min(1.0, float(area_share)),
    )
