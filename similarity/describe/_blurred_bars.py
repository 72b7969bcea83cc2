"""Blurred surrounds: bands without detail on both opposite sides, and detail at once behind a straight border."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

__all__ = ["blurred_box"]

_Grey = npt.NDArray[np.uint8]
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
    grey = [cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False) for picture in stack]
    height, width = stack.shape[1:3]
    rows = _bands_along(grey)
    columns = _bands_along([np.ascontiguousarray(picture.T) for picture in grey])
    if rows is None and columns is None:
        return None
    (top, bottom), (left, right) = rows or (0, height), columns or (0, width)
    return left, top, right, bottom


def _bands_along(grey: list[_Grey]) -> _Extent | None:
    """First line and end of the picture between two blurred bands, lines counted along axis 0 of each picture."""
    num_lines, length = grey[0].shape
    margin = round((1 - _SPAN_SHARE) / 2 * length)
    first_side = [np.ascontiguousarray(picture[:, margin : length - margin]) for picture in grey]
    last_side = [np.ascontiguousarray(picture[::-1]) for picture in first_side]
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


def _detail(side: list[_Grey]) -> _Detail:
    """(pictures, lines, parts): mean change from dot to dot, along the line and from the line further out."""
    return np.stack([_detail_of(picture) for picture in side])


def _detail_of(picture: _Grey) -> _Detail:
    along = cv2.absdiff(picture[:, 1:], picture[:, :-1])
    across = np.zeros_like(along)
    across[1:] = cv2.absdiff(picture[1:, 1:], picture[:-1, 1:])
    change = cv2.add(along, across).astype(np.float32)
    parts = cv2.resize(change, (_NUM_PARTS, len(picture)), interpolation=cv2.INTER_AREA)
    return parts.astype(np.float32, copy=False)


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


def _is_band(side: list[_Grey], detail: _Detail, width: int, inside: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    """(pictures,): blurred up to `width`, with a border there."""
    near = _near(detail.shape[1])
    band, border = detail[:, : width - 1], detail[:, width : width + near].mean(axis=(1, 2))
    is_smooth = np.quantile(band.mean(axis=2), 0.9, axis=1) <= _MAX_BAND_SHARE * np.maximum(inside, border)
    rises = border >= _MIN_RISE * 0.8 * (detail[:, width - 1 - near : width - 1].mean(axis=(1, 2)) + 0.25)
    spread = np.array([float(cv2.meanStdDev(picture[: width - 1])[1][0, 0]) for picture in side])
    shows_something = spread >= _MIN_BAND_SPREAD_LEVELS
    result: npt.NDArray[np.bool_] = is_smooth & rises & shows_something
    return result


def _near(num_lines: int) -> int:
    return max(3, round(_NEAR_SHARE * num_lines))
