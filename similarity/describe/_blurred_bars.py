"""Blurred surrounds: bands without detail on both opposite sides, and detail at once behind a straight border."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

__all__ = ["blurred_box"]

_Grey = npt.NDArray[np.float32]
_Detail = npt.NDArray[np.float32]
_Extent = tuple[int, int]

_MIN_PICTURES = 2
_SPAN_SHARE = 0.6
"""Middle part of a line that is looked at: a surround on all four sides leaves no less between its bands."""
_NUM_PARTS = 6
"""Parts into which that is divided; the border must show in most of them."""
_MIN_PARTS = 4
_MIN_WIDTH_SHARE, _MAX_WIDTH_SHARE = 0.05, 0.36
"""Width of a band: 16:9 inside 9:16 leaves 0.34 on either side."""
_NEAR_SHARE = 0.02
_MIN_RISE = 2.2
"""Detail right inside the border over detail right outside."""
_MIN_DETAIL_LEVELS = 2.0
_MAX_BAND_SHARE = 0.45
"""Of the detail inside, what the band may show anywhere."""
_MIN_PERSISTENT_SHARE = 0.7
"""Of the pictures, those that have the border."""
_MIN_BAND_SPREAD_LEVELS = 3.0
"""Standard deviation of a band's tones: a blurred picture, not a plain margin."""


def blurred_box(stack: npt.NDArray[np.uint8]) -> tuple[int, int, int, int] | None:
    """Left, top, right, bottom (exclusive) of the picture inside a blurred surround, pixels; None without one.

    Args:
        stack: (n, height, width, 3) pictures of one scene; one alone is too little to tell.
    """
    if len(stack) < _MIN_PICTURES:
        return None
    grey = np.stack([cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) for picture in stack]).astype(np.float32)
    height, width = grey.shape[1:]
    rows = _bands_along(grey)
    columns = _bands_along(grey.transpose(0, 2, 1))
    if rows is None and columns is None:
        return None
    (top, bottom), (left, right) = rows or (0, height), columns or (0, width)
    return left, top, right, bottom


def _bands_along(grey: _Grey) -> _Extent | None:
    """First line and end of the picture between two blurred bands, lines counted along axis 1."""
    num_lines, length = grey.shape[1:]
    margin = round((1 - _SPAN_SHARE) / 2 * length)
    middle = grey[:, :, margin : length - margin]
    first_side, last_side = middle, middle[:, ::-1]
    first_detail, last_detail = _detail(first_side), _detail(last_side)
    first, last = _strongest_rise(first_detail), _strongest_rise(last_detail)
    if first is None or last is None or abs(first - last) > max(2, round(_NEAR_SHARE * num_lines)):
        return None
    inside = first_detail[:, first : num_lines - last].mean(axis=(1, 2))
    is_first_band = _is_band(first_side, first_detail, first, inside)
    is_last_band = _is_band(last_side, last_detail, last, inside)
    if np.mean(is_first_band & is_last_band) < _MIN_PERSISTENT_SHARE:
        return None
    return first, num_lines - last


def _detail(side: _Grey) -> _Detail:
    """(pictures, lines, parts): mean change from dot to dot, along the line and from the line further out."""
    along = np.abs(np.diff(side, axis=2))
    across = np.zeros_like(along)
    across[:, 1:] = np.abs(np.diff(side, axis=1))[:, :, 1:]
    change = along + across
    usable = change.shape[2] - change.shape[2] % _NUM_PARTS
    parts: _Detail = change[:, :, :usable].reshape(*change.shape[:2], _NUM_PARTS, -1).mean(axis=3)
    return parts


def _strongest_rise(detail: _Detail) -> int | None:
    """Number of lines outside the border at which detail sets in at once in most parts."""
    num_lines = detail.shape[1]
    near = _near(num_lines)
    mean = detail.mean(axis=0)
    sums = np.concatenate([np.zeros((1, _NUM_PARTS)), np.cumsum(mean, axis=0)])
    lines = np.arange(max(near + 1, round(_MIN_WIDTH_SHARE * num_lines)), round(_MAX_WIDTH_SHARE * num_lines))
    if lines.size == 0:
        return None
    outside = (sums[lines - 1] - sums[lines - 1 - near]) / near
    inside = (sums[lines + near] - sums[lines]) / near
    rise = np.where(inside >= _MIN_DETAIL_LEVELS, inside / (outside + 0.25), 0.0)
    typical = np.sort(rise, axis=1)[:, _NUM_PARTS - _MIN_PARTS]
    best = int(np.argmax(typical))
    return int(lines[best]) if typical[best] >= _MIN_RISE else None


def _is_band(side: _Grey, detail: _Detail, width: int, inside: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    """(pictures,): blurred up to `width`, with a border there."""
    near = _near(detail.shape[1])
    band, border = detail[:, : width - 1], detail[:, width : width + near].mean(axis=(1, 2))
    is_smooth = np.quantile(band.mean(axis=2), 0.9, axis=1) <= _MAX_BAND_SHARE * np.maximum(inside, border)
    rises = border >= _MIN_RISE * 0.8 * (detail[:, width - 1 - near : width - 1].mean(axis=(1, 2)) + 0.25)
    shows_something = side[:, : width - 1].std(axis=(1, 2)) >= _MIN_BAND_SPREAD_LEVELS
    result: npt.NDArray[np.bool_] = is_smooth & rises & shows_something
    return result


def _near(num_lines: int) -> int:
    return max(3, round(_NEAR_SHARE * num_lines))
