"""Shapes of screens, and the middle of a picture that is left when it is cut to fill one.

Footage that is shown on a screen of another shape is most often scaled to cover it, and what lies beyond is cut off on
both sides: a film on a telephone held upright keeps a third of its width.  A layout that was remade from the work's
whole picture and then cut so stands elsewhere in the frame; against the work's middle it stands in its place.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal, get_args

from similarity.describe.conditions import Box, cut_out
from similarity.media.types import Picture

__all__ = ["SHAPES", "Shape", "WorkShape", "cut_to_shape", "nearest_shape", "shape_box"]

Shape = Literal["wide", "square", "tall"]
"""A screen: 16:9, 1:1, 9:16."""
WorkShape = Literal["whole", "wide", "square", "tall"]
"""What of a work's picture is looked at: all of it, or its middle of that shape."""
SHAPES: tuple[Shape, ...] = get_args(Shape)
"""Every screen."""
_ASPECTS: Mapping[str, float] = {"wide": 16 / 9, "square": 1.0, "tall": 9 / 16}
"""Width over height."""


def nearest_shape(aspect: float) -> Shape:
    """The screen whose shape lies nearest to a picture's width over height, as a ratio."""
    return min(SHAPES, key=lambda shape: abs(math.log(aspect / _ASPECTS[shape])))


def shape_box(aspect: float, shape: WorkShape) -> Box:
    """What is left of a picture of some width over height when it is cut to cover a screen, centred."""
    if shape == "whole":
        return (0, 0, 1000, 1000)
    kept = _ASPECTS[shape] / aspect
    across, down = round(500 * min(1.0, kept)), round(500 * min(1.0, 1 / kept))
    return (500 - across, 500 - down, 500 + across, 500 + down)


def cut_to_shape(picture: Picture, shape: WorkShape) -> Picture:
    """The middle of a picture that covers a screen, a view; a picture of that shape stays whole."""
    return cut_out(picture, shape_box(picture.shape[1] / picture.shape[0], shape))
