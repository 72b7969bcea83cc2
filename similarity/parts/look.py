"""What is measured of a picture's regions: two networks, colours, local features."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from similarity.describe.conditions import Box, cut_out
from similarity.describe.crops import rows_of_crops
from similarity.geometry.features import LocalFeatures, local_features
from similarity.media.types import Picture
from similarity.parts.regions import MOST_REGIONS, WHOLE, regions_within
from similarity.parts.values import RegionRows

__all__ = ["LOOK_PIXELS", "features_within", "look_at_regions", "mirrored_regions"]

LOOK_PIXELS = 384
"""Longer side at most of the pictures in which parts are looked for."""
MOST_POINTS = 400
_BINS = (5, 8, 8)
"""Of a histogram over L, a and b."""
_RANGES = ((0, 256), (64, 192), (64, 192))
_COLOUR_PIXELS = 96

Rows = npt.NDArray[np.float32]


def look_at_regions(picture: Picture, box: Box = WHOLE, *, also: Sequence[Box] = ()) -> RegionRows:
    """The regions of a picture, or of a box in it.

    Args:
        picture: RGB.
        box: where to look, thousandths.
        also: further regions that are known to hold something; the last of the others make room for them.
    """
    found = regions_within(picture, box)
    boxes = (*found[: MOST_REGIONS - len(also)], *also)
    return _rows_of(boxes, [np.ascontiguousarray(cut_out(picture, one)) for one in boxes])


def mirrored_regions(picture: Picture, regions: RegionRows) -> RegionRows:
    """The same regions seen in a mirror, region by region; boxes stay those of the picture as it is.

    Args:
        picture: RGB, as it is.
        regions: its regions.
    """
    boxes = [_box(one) for one in regions.boxes]
    return _rows_of(
        boxes, [np.ascontiguousarray(cut_out(picture, one)[:, ::-1]) for one in boxes], colour=regions.colour
    )


def features_within(picture: Picture, box: Box = WHOLE) -> LocalFeatures:
    """Local features inside a box; points are fractions of the whole picture.

    Args:
        picture: RGB.
        box: where to look, thousandths.
    """
    found = local_features(picture, max_points=MOST_POINTS)
    if box == WHOLE:
        return found
    left, top, right, bottom = (edge / 1000 for edge in box)
    x, y = found.points.T
    inside = (x >= left) & (x < right) & (y >= top) & (y < bottom)
    return LocalFeatures(
        points=found.points[inside],
        sizes=found.sizes[inside],
        degrees=found.degrees[inside],
        descriptors=found.descriptors[inside],
        width=found.width,
        height=found.height,
    )


def _rows_of(boxes: Sequence[Box], crops: Sequence[Picture], *, colour: Rows | None = None) -> RegionRows:
    compact, composition = rows_of_crops(crops)
    return RegionRows(
        boxes=np.array(boxes, dtype=np.int16).reshape(-1, 4),
        compact=compact,
        composition=composition,
        colour=np.stack([_colours(crop) for crop in crops]) if colour is None else colour,
    )


def _colours(crop: Picture) -> Rows:
    """(320,) square roots of the shares of colours: a unit row."""
    side = (_COLOUR_PIXELS, _COLOUR_PIXELS)
    lab = cv2.cvtColor(cv2.resize(crop, side, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2LAB).reshape(-1, 3)
    cells = [
        ((lab[:, axis].astype(np.int64) - low) * bins // (high - low)).clip(0, bins - 1)
        for axis, (bins, (low, high)) in enumerate(zip(_BINS, _RANGES, strict=True))
    ]
    counts = np.bincount(np.ravel_multi_index(cells, _BINS), minlength=int(np.prod(_BINS)))
    return np.sqrt(counts / len(lab)).astype(np.float16).astype(np.float32)


def _box(row: npt.NDArray[np.int16]) -> Box:
    left, top, right, bottom = row.tolist()
    return (left, top, right, bottom)
