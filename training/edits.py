"""Random edits of a picture, in the ranges that copies in the field show, as a grey square for the network.

One call makes one view: the picture is turned grey (often by a random mix of the colours, which stands for every
change of hue), warped once (crop, stretch, turn, keystone), and passes through a random chain of looks, tones,
company (blend, inset, split screen, surround), marks, light and damage.  `strength`, 0 to 1, scales the chance of
every edit, so that a training can begin with plain pictures.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

__all__ = ["edited_view"]

Picture = npt.NDArray[np.uint8]
"""RGB, or grey without a third axis."""

GREY_MIX, LOOK, NEGATIVE, GAMMA, BLEND, CROP, TURN, KEYSTONE = 0.3, 0.25, 0.15, 0.3, 0.22, 0.6, 0.35, 0.2
INSET, SPLIT, SURROUND = 0.12, 0.04, 0.14
MARKS, LIGHT, BLUR, NOISE, COMPRESS = 0.3, 0.15, 0.35, 0.25, 0.25
"""Chance of each edit at strength 1; inset, split screen and surround exclude one another."""


def edited_view(rng: np.random.Generator, picture: Picture, other: Picture, *, strength: float, side: int) -> Picture:
    """(side, side) uint8: `picture` through a random chain of edits; `other` keeps it company where the chain says so.

    Args:
        rng: source of chance; one seed gives one view.
        picture: RGB.
        other: RGB of something else.
        strength: 0 to 1, scales every chance.
        side: side of the view, dots.
    """
    roll = rng.random(24)
    mixed = roll[0] < GREY_MIX * strength
    grey = _random_grey(rng, picture) if mixed else np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
    view = _warp(rng, grey, roll, strength, side)
    view = _tone(rng, view, roll, strength)
    view = _company(rng, view, other, roll, strength)
    if roll[6] < MARKS * strength:
        view = _marks(rng, view)
    if roll[7] < LIGHT * strength:
        view = _uneven_light(rng, view)
    return _damage(rng, view, roll, strength)


def _random_grey(rng: np.random.Generator, picture: Picture) -> Picture:
    weights = rng.dirichlet((1.5, 1.5, 1.5)).astype(np.float32)
    return np.asarray(cv2.transform(picture, weights[None]), np.uint8).reshape(picture.shape[:2])


def _warp(
    rng: np.random.Generator, grey: Picture, roll: npt.NDArray[np.float64], strength: float, side: int
) -> Picture:
    """Crop to 42 % of the area or more, stretch, turn by at most 15 degrees, keystone: one warp."""
    height, width = grey.shape[:2]
    across = down = 1.0
    x = y = 0.0
    if roll[11] < CROP * strength:
        keep = rng.uniform(0.42, 1.0) ** 0.5
        stretch = np.exp(rng.uniform(-0.12, 0.12) * (roll[12] < 0.5))
        across, down = min(1, keep * stretch), min(1, keep / stretch)
        x, y = rng.uniform(0, 1 - across), rng.uniform(0, 1 - down)
    x += rng.uniform(-0.02, 0.02)
    y += rng.uniform(-0.02, 0.02)
    corners = [[x, y], [x + across, y], [x + across, y + down], [x, y + down]]
    source = np.array(corners, np.float32) * (width, height)
    border = cv2.BORDER_REFLECT
    if roll[13] < TURN * strength:
        angle = np.deg2rad(rng.uniform(-15, 15))
        zoom = 1 + abs(np.rad2deg(angle)) / 40 * rng.uniform(0.6, 1)
        centre = source.mean(0)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        source = ((source - centre) @ turn.T / zoom + centre).astype(np.float32)
    target = np.array([[0, 0], [side, 0], [side, side], [0, side]], np.float32)
    if roll[14] < KEYSTONE * strength:
        inward = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]]) * side
        target = (target + rng.uniform(0.0, 0.1, (4, 2)) * inward).astype(np.float32)
        border = cv2.BORDER_CONSTANT
    matrix = cv2.getPerspectiveTransform(source.astype(np.float32), target)
    warped = cv2.warpPerspective(grey, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=border, borderValue=18)
    return np.asarray(warped, np.uint8)


def _tone(rng: np.random.Generator, view: Picture, roll: npt.NDArray[np.float64], strength: float) -> Picture:
    if roll[1] < LOOK * strength:
        view = _look(rng, view)
    if roll[2] < NEGATIVE * strength:
        view = 255 - view
    if roll[3] < GAMMA * strength:
        power = np.exp(rng.uniform(-0.75, 0.75))
        view = np.asarray(cv2.LUT(view, (255 * (np.arange(256) / 255.0) ** power).astype(np.uint8)), np.uint8)
    return view


def _look(rng: np.random.Generator, view: Picture) -> Picture:
    """Pencil, cartoon or paint."""
    kind = rng.integers(3)
    if kind == 0:
        soft = 255 - cv2.GaussianBlur(255 - view, (0, 0), rng.uniform(1.5, 3))
        return np.asarray(cv2.divide(view, soft, scale=235), np.uint8)
    step = 256 // int(rng.integers(4, 9))
    flat = np.asarray(cv2.bilateralFilter(view, 5, 60, 3), np.uint8) // step * step + step // 2
    if kind == 1:
        smooth = cv2.medianBlur(view, 3)
        lines = cv2.adaptiveThreshold(smooth, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, 5, 4)
        return np.asarray(cv2.bitwise_and(flat, cv2.max(lines, int(rng.integers(0, 120)))), np.uint8)
    return np.asarray(cv2.medianBlur(flat, 3), np.uint8)


def _company(
    rng: np.random.Generator, view: Picture, other: Picture, roll: npt.NDArray[np.float64], strength: float
) -> Picture:
    """Another picture blended in or around, or a surround."""
    if roll[4] < BLEND * strength:
        share = rng.uniform(0.4, 0.95)
        view = np.asarray(cv2.addWeighted(view, share, _grey_square(other, len(view)), 1 - share, 0), np.uint8)
    if roll[5] < INSET * strength:
        return _inset(rng, view, _grey_square(other, len(view)))
    if roll[5] < (INSET + SPLIT) * strength:
        return _split(rng, view, _grey_square(other, len(view)))
    return _surround(rng, view) if roll[5] < (INSET + SPLIT + SURROUND) * strength else view


def _grey_square(picture: Picture, side: int) -> Picture:
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey, (side, side), interpolation=cv2.INTER_AREA), np.uint8)


def _inset(rng: np.random.Generator, view: Picture, other: Picture) -> Picture:
    side = len(view)
    across = rng.uniform(0.5, 0.92)
    down = np.clip(across * np.exp(rng.uniform(-0.1, 0.1)), 0.4, 0.95)
    width, height = int(side * across), int(side * down)
    x, y = int(rng.integers(0, side - width + 1)), int(rng.integers(0, side - height + 1))
    other = other.copy()
    other[y : y + height, x : x + width] = cv2.resize(view, (width, height), interpolation=cv2.INTER_AREA)
    return other


def _split(rng: np.random.Generator, view: Picture, other: Picture) -> Picture:
    side = len(view)
    stacked = rng.random() < 0.5
    size = (side, side // 2) if stacked else (side // 2, side)
    one, two = (cv2.resize(picture, size, interpolation=cv2.INTER_AREA) for picture in (view, other))
    return np.concatenate((one, two) if rng.random() < 0.5 else (two, one), 0 if stacked else 1).astype(np.uint8)


def _surround(rng: np.random.Generator, view: Picture) -> Picture:
    """Dark bars, a blurred copy behind, or a soft invented edge."""
    side = len(view)
    down, across = rng.uniform(0.0, 0.23), rng.uniform(0.0, 0.23)
    if rng.random() < 0.3:
        down = 0
    elif rng.random() < 0.4:
        across = 0
    height, width = max(30, int(side * (1 - 2 * down))), max(30, int(side * (1 - 2 * across)))
    small = cv2.resize(view, (width, height), interpolation=cv2.INTER_AREA)
    top, left = (side - height) // 2, (side - width) // 2
    kind = rng.random()
    if kind < 0.35:
        canvas = np.full((side, side), int(rng.integers(0, 30)), np.uint8)
    elif kind < 0.65:
        canvas = np.asarray(cv2.GaussianBlur(view, (0, 0), 5), np.uint8)
    else:
        edge = (top, side - height - top, left, side - width - left)
        canvas = np.asarray(cv2.GaussianBlur(cv2.copyMakeBorder(small, *edge, cv2.BORDER_REFLECT), (0, 0), 3), np.uint8)
    canvas[top : top + height, left : left + width] = small
    return canvas


def _marks(rng: np.random.Generator, view: Picture) -> Picture:
    """A caption, and up to two stickers."""
    view, side = view.copy(), len(view)
    if rng.random() < 0.6:
        y = rng.uniform(0.78, 0.88) if rng.random() < 0.8 else rng.uniform(0, 0.1)
        if rng.random() < 0.6:
            cv2.rectangle(view, (0, int(side * y)), (side, int(side * (y + 0.15))), int(rng.integers(0, 40)), -1)
        text = "".join(rng.choice(list("ABCDEFGHJKLMNPQRSTUVWXYZ    "), int(rng.integers(8, 22))))
        place = (int(rng.integers(1, 20)), int(side * (y + 0.11)))
        cv2.putText(view, text, place, cv2.FONT_HERSHEY_SIMPLEX, side / 320, int(rng.integers(0, 256)), 1)
    for _ in range(int(rng.integers(0, 3))):
        centre = (int(side * rng.uniform(0.1, 0.9)), int(side * rng.uniform(0.1, 0.9)))
        axes = (int(side * rng.uniform(0.04, 0.19)), int(side * rng.uniform(0.04, 0.19)))
        cv2.ellipse(view, centre, axes, float(rng.uniform(0, 180)), 0, 360, int(rng.integers(0, 256)), -1)
    return view


def _uneven_light(rng: np.random.Generator, view: Picture) -> Picture:
    side = len(view)
    first, last = rng.uniform(0.6, 1.2, 2)
    ramp = np.linspace(first, last, side, dtype=np.float32)
    light = ramp[None] if rng.random() < 0.6 else ramp[:, None]
    if rng.random() < 0.5:
        light = light * (1 + 0.05 * np.sin(np.arange(side, dtype=np.float32) * rng.uniform(0.5, 3)))[:, None]
    return np.clip(view * light, 0, 255).astype(np.uint8)


def _damage(rng: np.random.Generator, view: Picture, roll: npt.NDArray[np.float64], strength: float) -> Picture:
    """Blur, noise, heavy compression at a low size."""
    side = len(view)
    if roll[8] < BLUR * strength:
        view = np.asarray(cv2.GaussianBlur(view, (0, 0), rng.uniform(0.3, 1.3)), np.uint8)
    if roll[9] < NOISE * strength:
        grain = rng.standard_normal(view.shape, dtype=np.float32) * rng.uniform(3, 20)
        view = np.clip(view + grain, 0, 255).astype(np.uint8)
    if roll[10] < COMPRESS * strength:
        low, quality = int(rng.integers(40, side)), int(rng.integers(8, 40))
        small = cv2.resize(view, (low, low), interpolation=cv2.INTER_AREA)
        _, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, quality])
        view = np.asarray(cv2.resize(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), (side, side)), np.uint8)
    return view
