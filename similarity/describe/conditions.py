"""What stands in the way of describing a picture: too little in it, or bars around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from similarity.describe._black_bars import black_box
from similarity.describe._blurred_bars import blurred_box
from similarity.media.types import Picture

__all__ = ["Bars", "Box", "Gate", "common_area_share", "crop_to", "cut_out", "find_bars", "gate"]

Box = tuple[int, int, int, int]
"""Left, top, right, bottom of a part of a picture, thousandths; right and bottom exclusive."""

_GATE_SIZE = (96, 54)
_TILE_PIXELS = 6
_BLACK_LEVEL, _BLACK_BRIGHTEST = 22.0, 48.0
_FLAT_SPREAD = 4.0
_TILE_RANGE = 7
"""Brightest less darkest dot of a tile, grey levels, from which the tile shows something."""
_SAME_TONE = 6.0
_MIN_TILES_SHARE = 0.12
"""Share of tiles that must show something or leave the common tone."""
_MAX_PICTURES = 5


class Gate(IntEnum):
    """Whether a sample goes into the index, and if not, why."""

    KEPT = 0
    """Enough to tell it from other pictures."""
    BLACK = 1
    """Black, but for noise."""
    FLAT = 2
    """One tone all over."""
    NEAR_EMPTY = 3
    """A little on one tone, as a line of credits on black."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """What surrounds the picture, and the box of the picture inside, in thousandths of the frame."""

    kind: Literal["none", "black", "blurred"]
    """Nothing, dark even bars, or a blurred surround."""
    left: int
    """Left edge of the picture, 0 to 1000."""
    top: int
    """Upper edge of the picture, 0 to 1000."""
    right: int
    """Right edge of the picture (exclusive), 0 to 1000."""
    bottom: int
    """Lower edge of the picture (exclusive), 0 to 1000."""

    def __post_init__(self) -> None:
        if not (0 <= self.left < self.right <= 1000 and 0 <= self.top < self.bottom <= 1000):
            raise ValueError(
                f"a box needs 0 <= left < right <= 1000 and 0 <= top < bottom <= 1000, "
                f"got {self.left}, {self.top}, {self.right}, {self.bottom}: thousandths of the frame?"
            )


_NO_BARS = Bars(kind="none", left=0, top=0, right=1000, bottom=1000)


def gate(picture: Picture) -> Gate:
    """Whether there is enough in a picture to describe it.

    Works on 96 x 54 grey dots in tiles of 6 x 6: dark scenes, snow, fog and stars stay as long as their structure is
    spread over the picture; what counts is not brightness but in how many tiles something differs.
    """
    grey = _shrunk_grey(picture)
    columns, rows = _GATE_SIZE[0] // _TILE_PIXELS, _GATE_SIZE[1] // _TILE_PIXELS
    tiles = grey.reshape(rows, _TILE_PIXELS, columns, _TILE_PIXELS)
    highest, lowest = tiles.max(axis=(1, 3)), tiles.min(axis=(1, 3))
    tones = cv2.resize(grey, (columns, rows), interpolation=cv2.INTER_AREA).astype(np.float32)
    is_busy = highest - lowest >= _TILE_RANGE
    is_other_tone = np.abs(tones - np.median(tones)) >= _SAME_TONE
    if np.mean(is_busy | is_other_tone) >= _MIN_TILES_SHARE:
        return Gate.KEPT
    if float(highest.max()) <= _BLACK_BRIGHTEST and float(tones.mean()) <= _BLACK_LEVEL:
        return Gate.BLACK
    return Gate.FLAT if float(grey.std()) < _FLAT_SPREAD else Gate.NEAR_EMPTY


def _shrunk_grey(picture: Picture) -> npt.NDArray[np.uint8]:
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    height, width = grey.shape
    if width >= 2 * _GATE_SIZE[0] and height >= 2 * _GATE_SIZE[1]:
        grey = cv2.resize(grey, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    return cv2.resize(grey, _GATE_SIZE, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def find_bars(pictures: Sequence[Picture]) -> Bars:
    """Burned-in bars around a run of pictures of one scene: letterbox, pillarbox, windowbox, blurred surround.

    Conservative: both opposite sides, a straight border along the whole side, in most of the pictures.  What moves or
    fades towards the edge (night, sky, vignette) has no such border.

    Args:
        pictures: samples of one scene, all of one size; at most 5, evenly spread, are looked at.
    """
    shapes = {picture.shape for picture in pictures}
    if len(shapes) > 1:
        raise ValueError(f"expected pictures of one size, got {sorted(shapes)}: samples of one scene of one file?")
    step = max(1, -(-len(pictures) // _MAX_PICTURES))
    chosen = [picture for picture in pictures[::step] if gate(picture) is Gate.KEPT]
    if not chosen or min(chosen[0].shape[:2]) < 32:
        return _NO_BARS
    stack = np.stack(chosen)
    box = black_box(stack)
    if box is not None:
        return _bars("black", box, stack.shape[1:3])
    box = blurred_box(stack)
    return _bars("blurred", box, stack.shape[1:3]) if box is not None else _NO_BARS


def crop_to(picture: Picture, bars: Bars) -> Picture:
    """The picture inside the bars, a view; all of it where there are none."""
    return cut_out(picture, (bars.left, bars.top, bars.right, bars.bottom))


def cut_out(picture: Picture, box: Box) -> Picture:
    """The part of a picture inside a box, a view; at least one dot."""
    height, width = picture.shape[:2]
    left, top = min(round(box[0] * width / 1000), width - 1), min(round(box[1] * height / 1000), height - 1)
    right, bottom = round(box[2] * width / 1000), round(box[3] * height / 1000)
    return picture[top : max(bottom, top + 1), left : max(right, left + 1)]


def common_area_share(one: Box, other: Box) -> float:
    """Intersection over union of two boxes, 0 to 1."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / (_area(one) + _area(other) - shared)


def _area(box: Box) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])


def _bars(kind: Literal["black", "blurred"], box: tuple[int, int, int, int], size: tuple[int, ...]) -> Bars:
    left, top, right, bottom = box
    height, width = size[:2]
    return Bars(
        kind=kind,
        left=round(1000 * left / width),
        top=round(1000 * top / height),
        right=round(1000 * right / width),
        bottom=round(1000 * bottom / height),
    )
