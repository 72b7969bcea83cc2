"""Which way up: display matrices as a mirror and a clockwise turn, and how to apply them."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from av.sidedata.sidedata import Type as SideDataType
from av.video.frame import VideoFrame
from PIL import Image

from similarity.media.types import Picture

__all__ = ["UPRIGHT", "Orientation", "frame_orientation", "matrix_orientation"]

_TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Orientation:
    """How a stored picture is brought upright: first mirrored, then turned."""

    is_mirrored: bool
    """Whether left and right are exchanged first (some selfie cameras and scanners)."""
    rotation_degrees: int
    """Clockwise turn after that: 0, 90, 180 or 270."""

    @property
    def swaps_sides(self) -> bool:
        """Whether width becomes height."""
        return self.rotation_degrees in (90, 270)

    def apply(self, picture: Picture) -> Picture:
        """The picture upright."""
        if self.is_mirrored:
            picture = np.ascontiguousarray(picture[:, ::-1])
        if self.rotation_degrees:
            picture = np.asarray(cv2.rotate(picture, _TURNS[self.rotation_degrees]), np.uint8)
        return picture


UPRIGHT = Orientation(is_mirrored=False, rotation_degrees=0)
"""Nothing to do."""

_EXIF_ORIENTATION = 0x0112
_EXIF = {
    value: Orientation(is_mirrored=is_mirrored, rotation_degrees=degrees)
    for value, is_mirrored, degrees in (
        (1, False, 0), (2, True, 0), (3, False, 180), (4, True, 180),
        (5, True, 270), (6, False, 90), (7, True, 90), (8, False, 270),
    )
}  # fmt: skip


def matrix_orientation(a: float, b: float, c: float, d: float) -> Orientation:
    """Orientation of the display matrix that takes (x, y), y downwards, to (a x + c y, b x + d y).

    Args:
        a: what one step right adds to x.
        b: what one step right adds to y.
        c: what one step down adds to x.
        d: what one step down adds to y.
    """
    is_mirrored = bool(a * d - b * c < 0)
    if is_mirrored:
        a, b = -a, -b
    quarter_turns = round(math.degrees(math.atan2(b, a)) / 90)
    return Orientation(is_mirrored=is_mirrored, rotation_degrees=quarter_turns * 90 % 360)


def exif_orientation(path: Path) -> Orientation | None:
    """What a photograph's EXIF says, or None where the file is no picture that Pillow opens."""
    try:
        with (
            warnings.catch_warnings(category=Image.DecompressionBombWarning, action="ignore"),
            Image.open(path) as picture,
        ):
            return _EXIF.get(picture.getexif().get(_EXIF_ORIENTATION, 1), UPRIGHT)
    except (OSError, SyntaxError, Image.DecompressionBombError):
        return None  # no picture, or a damaged or monstrous one: EXIF has nothing to say


def frame_orientation(frame: VideoFrame, path: Path) -> Orientation:
    """What the file says about a frame: a phone's display matrix, or a photograph's EXIF orientation."""
    try:
        pieces: Any = frame.side_data  # a mapping by kind whose published type knows one kind only
    except ValueError:  # PyAV has no name for a kind of FFmpeg's, EXIF for one, and lists nothing then
        turn_only = Orientation(is_mirrored=False, rotation_degrees=-frame.rotation % 360)
        return exif_orientation(path) or turn_only
    for piece in pieces:
        if piece.type is SideDataType.DISPLAYMATRIX:
            matrix = np.frombuffer(bytes(piece), np.int32).astype(float)
            return matrix_orientation(matrix[0], matrix[1], matrix[3], matrix[4])
    return UPRIGHT
