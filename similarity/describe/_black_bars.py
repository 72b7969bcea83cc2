"""Black bars: rows or columns of one dark tone on both opposite sides, ending in a straight border."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["black_box"]

_Levels = npt.NDArray[np.int16]
_Extent = tuple[int, int]

_DARKEST_TONE_LEVEL = 42
_TONE_TOLERANCE_LEVELS = 12
_STRAY_SHARE = 0.04
"""Share of a line's dots that may leave the tone: noise of compression."""
_CAPTION_SHARE = 0.6
"""The same on a side where a caption may stand in the bar."""
_PERSISTENT_SHARE = 0.8
_MIN_WIDTH_SHARE = 0.03
_MIN_SECOND_WIDTH_SHARE = 0.012
"""Where the other two sides have bars already (a frame all around)."""
_MAX_UNEVENNESS = 2.5
_MIN_BORDER_SHARE = 0.6
"""Share of the border's length along which the picture inside stands out from the bar."""
_MAX_RAMP_SHARE = 0.5
"""Light right inside the border over light a little further in, below which it is a vignette, not a border."""
_MIN_INSIDE_SHARE = 0.12


def black_box(stack: npt.NDArray[np.uint8]) -> tuple[int, int, int, int] | None:
    """Left, top, right, bottom (exclusive) of the picture inside black bars, pixels; None without bars.

    Args:
        stack: (n, height, width, 3) pictures of one scene.
    """
    if not _may_have_bars(stack):
        return None
    levels = np.maximum(np.maximum(stack[..., 0], stack[..., 1]), stack[..., 2]).astype(np.int16)
    height, width = levels.shape[1:]
    turned = levels.transpose(0, 2, 1)
    rows = _bars_along(levels, span=(0, width), min_share=_MIN_WIDTH_SHARE)
    columns = _bars_along(turned, span=rows or (0, height), min_share=_MIN_WIDTH_SHARE if rows is None else 0.0)
    if rows is None and columns is not None:
        rows = _bars_along(levels, span=columns, min_share=_MIN_SECOND_WIDTH_SHARE)
    if rows is None and columns is None:
        return None
    (top, bottom), (left, right) = rows or (0, height), columns or (0, width)
    inside = (right - left) * (bottom - top)
    return (left, top, right, bottom) if inside >= _MIN_INSIDE_SHARE * height * width else None


def _may_have_bars(stack: npt.NDArray[np.uint8]) -> bool:
    """Whether the outermost lines of two opposite sides are dark: a glance that spares most pictures the search."""
    sides = (stack[:, :2], stack[:, -2:], stack[:, :, :2], stack[:, :, -2:])
    top, bottom, left, right = (float(np.median(side.max(axis=3))) <= _DARKEST_TONE_LEVEL for side in sides)
    return (top and bottom) or (left and right)


def _bars_along(levels: _Levels, *, span: _Extent, min_share: float) -> _Extent | None:
    """First line and end of the picture between two bars, lines counted along axis 1.

    `span` is the part of each line on which borders are looked at: what lies between bars on the other two sides.
    """
    num_lines = levels.shape[1]
    least = max(2, round(max(min_share, _MIN_SECOND_WIDTH_SHARE) * num_lines))
    first = _Side(levels, span)
    last = _Side(levels[:, ::-1], span)
    if not (first.is_dark and last.is_dark):
        return None
    before, after = first.strict_width, last.strict_width
    if before < after and first.is_captioned(after):
        before = after
    elif after < before and last.is_captioned(before):
        after = before
    if min(before, after) < least or max(before, after) > _MAX_UNEVENNESS * min(before, after):
        return None
    if before + after >= num_lines or not (first.has_border(before) and last.has_border(after)):
        return None
    return before, num_lines - after


class _Side:
    """One side of the frame, seen from outside in."""

    def __init__(self, levels: _Levels, span: _Extent) -> None:
        tone = int(np.median(levels[:, :2]))
        self._levels = levels[:, :, span[0] : span[1]]
        self._tone = tone
        self.is_dark = tone <= _DARKEST_TONE_LEVEL
        """Whether the outermost lines are dark enough for a bar."""
        half = levels[:, : levels.shape[1] // 2 + 1]
        leaving = (np.abs(half - tone) > _TONE_TOLERANCE_LEVELS).mean(axis=2)
        self._stray_share = np.quantile(leaving, _PERSISTENT_SHARE, axis=0)

    @property
    def strict_width(self) -> int:
        """Lines of the one tone, from outside in."""
        is_picture = self._stray_share > _STRAY_SHARE
        return int(np.argmax(is_picture)) if is_picture.any() else len(is_picture)

    def is_captioned(self, width: int) -> bool:
        """Whether this side is a bar as wide as the other one, but for a caption in it."""
        return bool(width <= len(self._stray_share) and (self._stray_share[:width] <= _CAPTION_SHARE).all())

    def has_border(self, width: int) -> bool:
        """Whether right inside the bar the picture stands out along most of the line."""
        soft = max(2, round(0.012 * self._levels.shape[1]))
        inside = self._levels[:, width + 1 : width + 2 + soft]
        if inside.shape[1] == 0:
            return False
        stands_out = (inside - self._tone).max(axis=(0, 1)) > _TONE_TOLERANCE_LEVELS
        further = self._levels[:, width + 2 + soft : width + 2 + 5 * soft]
        is_ramp = further.size > 0 and inside.mean() - self._tone < _MAX_RAMP_SHARE * (further.mean() - self._tone)
        return bool(stands_out.mean() >= _MIN_BORDER_SHARE) and not is_ramp
