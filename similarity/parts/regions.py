"""Regions of a picture that may hold a thing: fixed crops at three sizes, what stands out, and what moves.

What stands out is told by spectral residual (Hou and Zhang, CVPR 2007) and by contrast of colour with the border; what
moves, by the difference of two frames after the shift of the whole picture is taken out.  At most twelve regions.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from similarity.describe.conditions import Box
from similarity.media.types import Picture

__all__ = ["MOST_REGIONS", "WHOLE", "moving_box", "regions_within", "salient_boxes", "within"]

MOST_REGIONS = 12
"""Regions of one picture at most."""
WHOLE: Box = (0, 0, 1000, 1000)
"""All of a picture."""
_FIXED: tuple[Box, ...] = (
    (0, 0, 1000, 1000),
    (0, 0, 600, 600),
    (400, 0, 1000, 600),
    (0, 400, 600, 1000),
    (400, 400, 1000, 1000),
    (200, 200, 800, 800),
    (300, 300, 700, 700),
    (0, 200, 600, 800),
    (400, 200, 1000, 800),
)
_SIDE_PIXELS = 64
_LEAST_SHARE, _MOST_SHARE = 0.03, 0.8
"""Share of the picture that a region that stands out may take."""
_SAME_BOX = 0.7
"""Intersection over union from which two boxes are one."""
_BORDER = _SIDE_PIXELS // 8
"""Dots that count as near the border."""
_LEAST_MOVING = 12.0
"""Difference of grey levels from which a dot moves."""

Floats = npt.NDArray[np.float32]


def regions_within(picture: Picture, box: Box = WHOLE) -> tuple[Box, ...]:
    """Boxes of the regions inside a box, in thousandths of the picture; the box itself comes first.

    Args:
        picture: RGB.
        box: where to look.
    """
    found = [within(box, one) for one in _FIXED]
    if box == WHOLE:
        for one in salient_boxes(picture):
            if len(found) < MOST_REGIONS and all(_overlap(one, other) < _SAME_BOX for other in found):
                found.append(one)
    return tuple(found)


def within(outer: Box, inner: Box) -> Box:
    """A box that is given in thousandths of another, in thousandths of the picture."""
    left, top, right, bottom = outer
    wide, high = right - left, bottom - top
    return (
        left + round(inner[0] * wide / 1000),
        top + round(inner[1] * high / 1000),
        left + round(inner[2] * wide / 1000),
        top + round(inner[3] * high / 1000),
    )


def salient_boxes(picture: Picture, *, most: int = 3) -> tuple[Box, ...]:
    """What stands out, largest first.

    Args:
        picture: RGB.
        most: boxes at most.
    """
    side = (_SIDE_PIXELS, _SIDE_PIXELS)
    small = np.asarray(cv2.resize(picture, side, interpolation=cv2.INTER_AREA), np.uint8)
    strength = np.add(_unit(_spectral_residual(small)), _unit(_border_contrast(small)))
    found: list[Box] = []
    for quantile in (0.7, 0.85):
        for one in _components(strength > np.quantile(strength, quantile)):
            if all(_overlap(one, other) < _SAME_BOX for other in found):
                found.append(one)
    return tuple(sorted(found, key=_area, reverse=True)[:most])


def moving_box(before: Picture, after: Picture) -> Box | None:
    """What moves against the background between two frames of one size; None where nothing does, or all of it.

    Args:
        before: RGB.
        after: RGB, shortly later.
    """
    side = (_SIDE_PIXELS, _SIDE_PIXELS)
    first, second = (
        cv2.resize(cv2.cvtColor(one, cv2.COLOR_RGB2GRAY), side, interpolation=cv2.INTER_AREA).astype(np.float32)
        for one in (before, after)
    )
    (across, down), _ = cv2.phaseCorrelate(first, second, cv2.createHanningWindow(side, cv2.CV_32F))
    shift = np.array([[1, 0, across], [0, 1, down]], np.float32)
    laid = np.asarray(cv2.warpAffine(first, shift, side, borderMode=cv2.BORDER_REPLICATE), np.float32)
    away = min((np.abs(second - first), np.abs(second - laid)), key=_near_border)
    found = _components(cv2.GaussianBlur(away, (0, 0), 1.5) > _LEAST_MOVING)
    return max(found, key=_area) if found else None


def _near_border(away: Floats) -> float:
    """Mean difference near the border, where the background is more likely than the thing."""
    is_near = np.ones(away.shape, dtype=np.bool_)
    is_near[_BORDER:-_BORDER, _BORDER:-_BORDER] = False
    return float(away[is_near].mean())


def _spectral_residual(small: Picture) -> Floats:
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32)
    spectrum = np.fft.fft2(grey)
    magnitude = np.log(np.abs(spectrum) + 1e-6).astype(np.float32)
    residual = magnitude - cv2.blur(magnitude, (3, 3))
    strength = np.abs(np.fft.ifft2(np.exp(residual + 1j * np.angle(spectrum)))) ** 2
    return np.asarray(cv2.GaussianBlur(strength.astype(np.float32), (0, 0), 2.5), np.float32)


def _border_contrast(small: Picture) -> Floats:
    """Distance in Lab to the nearest colour of the border, weighed towards the middle."""
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2LAB).astype(np.float32)
    border = np.concatenate([lab[0], lab[-1], lab[:, 0], lab[:, -1]])[::8]
    away = np.sqrt(((lab[:, :, None] - border) ** 2).sum(axis=-1)).min(axis=-1)
    place = np.linspace(-1, 1, _SIDE_PIXELS, dtype=np.float32)
    near = np.exp(-(place[None] ** 2 + place[:, None] ** 2) / 0.8)
    return np.asarray(cv2.GaussianBlur(away * near, (0, 0), 1.5), np.float32)


def _unit(strength: Floats) -> Floats:
    return np.asarray(strength / max(float(strength.max()), 1e-6), np.float32)


def _components(mask: npt.NDArray[np.bool_]) -> list[Box]:
    """Boxes around connected dots, of a size that a thing may have."""
    closed = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(closed)
    scale = 1000 / _SIDE_PIXELS
    found = []
    for left, top, wide, high, _ in stats[1:].tolist():
        box = round(left * scale), round(top * scale), round((left + wide) * scale), round((top + high) * scale)
        if _LEAST_SHARE <= _area(box) / 1e6 <= _MOST_SHARE:
            found.append(box)
    return found


def _area(box: Box) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])


def _overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    shared = max(0, wide) * max(0, high)
    return shared / (_area(one) + _area(other) - shared)
