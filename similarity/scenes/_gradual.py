"""Gradual transitions: dissolves, told by how blends behave, and fades, told by the blank between them."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from fractions import Fraction

import cv2
import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue
from similarity.scenes._tiny import TinyFrame, mean_difference, structure_correlation

__all__ = ["BlankFinder", "BlendFinder"]

_STEP_SECONDS = 0.07
"""Frames that follow faster than this are passed over."""
_WINDOWS_SECONDS = (0.4, 0.7, 1.1, 1.7)
"""Lengths of dissolves that are tried, from a soft cut to a slow one."""
_WINDOW_SHARES = (0.75, 0.5, 0.25)
"""How far before its end the frames inside a window are looked at."""
_SIZE = (24, 14)
"""Width and height of what is blended, dots."""
_MAX_STEPS = 64
"""Steps kept: more than the longest window holds."""
_LEAST_WEIGHT, _LEAST_RISE, _MIDDLE_WEIGHTS = 0.03, 0.1, (0.25, 0.75)
"""Weights of a blend lie this far inside 0 and 1, rise by this much from frame to frame, and pass the middle between
these."""
_MIN_CHANGE_LEVELS = 20.0
"""Root mean square difference of the two ends, grey levels."""
_MAX_RESIDUAL_SHARE = 0.2
"""Of the difference of the two ends, what blends of them may leave unexplained."""
_MAX_CORRELATION = 0.55
"""Of the two ends' layouts: above it the light has changed, not the picture."""
_MIN_CONTRAST_LEVELS = 12.0
"""Standard deviation of either end: below it the blend is a fade, and the blank beyond tells where."""
_SETTLE_SECONDS = 0.5
"""A dissolve is over once none has been seen for this long."""
_LONG_BLANK_SECONDS = 2
"""From this length on a blank is a scene of its own."""
_ABRUPT_LEVELS = 15.0
"""A blank that ends with such a jump ends in a hard cut, which is found as one."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class _Step(ArrayValue):
    time: Fraction
    seconds: float
    vector: npt.NDArray[np.float32]
    is_blank: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Blend:
    time: Fraction
    change: float


class BlendFinder:
    """Finds dissolves.

    In a dissolve every frame is a weighted mean of the last picture before and the first picture after it (Hampapur,
    Jain and Weymouth 1995, Production model based digital video segmentation).  So over windows of several lengths, the
    frames at a quarter, half and three quarters are explained as blends of the window's ends: small residual, weights
    that rise in step.  A camera move leaves half the difference unexplained, as the middle picture lies beside
    both ends, not between them.
    """

    def __init__(self) -> None:
        self._steps: deque[_Step] = deque(maxlen=_MAX_STEPS)
        self._best: _Blend | None = None
        self._last_seen_seconds = 0.0

    def push(self, frame: TinyFrame) -> Fraction | None:
        """Middle of a dissolve, once it is over."""
        seconds = frame.seconds
        if self._steps and seconds - self._steps[-1].seconds < _STEP_SECONDS:
            return None
        small = cv2.resize(frame.picture, _SIZE, interpolation=cv2.INTER_AREA)
        vector = small.astype(np.float32).ravel()
        self._steps.append(_Step(time=frame.time, seconds=seconds, vector=vector, is_blank=frame.is_blank))
        for blend in filter(None, map(self._blend_over, _WINDOWS_SECONDS)):
            self._last_seen_seconds = seconds
            if self._best is None or blend.change > self._best.change:
                self._best = blend
        is_settled = seconds - self._last_seen_seconds >= _SETTLE_SECONDS
        return self.take() if is_settled else None

    def take(self) -> Fraction | None:
        """The middle of the dissolve found so far, if any; forgets it."""
        best, self._best = self._best, None
        return best.time if best is not None else None

    def clear(self) -> None:
        """Forget all frames: what comes next has nothing to do with them (a cut, a gap)."""
        self._steps.clear()
        self._best = None

    def _blend_over(self, window_seconds: float) -> _Blend | None:
        end = self._steps[-1]
        start = self._step_at(end.seconds - window_seconds)
        if start is None or start.is_blank or end.is_blank:
            return None
        difference = end.vector - start.vector
        energy = float(difference @ difference)
        change = math.sqrt(energy / difference.size)
        if change < _MIN_CHANGE_LEVELS:
            return None
        inner = [self._step_at(end.seconds - window_seconds * share) for share in _WINDOW_SHARES]
        between = [step for step in inner if step is not None]
        if len(between) < len(inner) or not _is_blend(start, between, difference):
            return None
        if min(start.vector.std(), end.vector.std()) < _MIN_CONTRAST_LEVELS:
            return None
        if structure_correlation(start.vector, end.vector) > _MAX_CORRELATION:
            return None
        return _Blend(time=between[1].time, change=change)

    def _step_at(self, seconds: float) -> _Step | None:
        """The last step not after `seconds`; None where the frames do not reach back that far."""
        for step in reversed(self._steps):
            if step.seconds <= seconds + 0.5 * _STEP_SECONDS:
                return step if seconds - step.seconds < 3 * _STEP_SECONDS else None
        return None


def _is_blend(start: _Step, between: list[_Step], difference: npt.NDArray[np.float32]) -> bool:
    """Whether the steps between are weighted means of `start` and `start` + `difference`, in rising order."""
    energy = difference @ difference
    offsets = [step.vector - start.vector for step in between]
    first, middle, last = (float(offset @ difference / energy) for offset in offsets)
    is_rising = first < middle - _LEAST_RISE and middle + _LEAST_RISE < last
    is_inside = first > _LEAST_WEIGHT and last < 1 - _LEAST_WEIGHT
    if not (is_rising and is_inside and _MIDDLE_WEIGHTS[0] < middle < _MIDDLE_WEIGHTS[1]):
        return False
    most = _MAX_RESIDUAL_SHARE**2 * energy
    for offset, weight in zip(offsets, (first, middle, last), strict=True):
        rest = offset - np.float32(weight) * difference
        if rest @ rest > most:
            return False
    return True


class BlankFinder:
    """Finds where blank stretches (black, white, one tone) part two scenes, as a fade out and a fade in leave them.

    A short blank belongs to the scene that it ends; a blank longer than two seconds is a scene of its own.  Blanks at
    the very start and end of a video part nothing unless they are long.
    """

    def __init__(self) -> None:
        self._last: TinyFrame | None = None
        self._since: Fraction | None = None
        self._has_seen_picture = False
        self._is_reported = False

    def push(self, frame: TinyFrame) -> Fraction | None:
        """Time of the boundary that this frame confirmed."""
        last, self._last = self._last, frame
        if not frame.is_blank:
            boundary = self._on_picture(frame)
            if boundary is None or last is None or mean_difference(last, frame) < _ABRUPT_LEVELS:
                return boundary
            return None
        if self._since is None:
            self._since, self._is_reported = frame.time, False
        is_long = frame.time - self._since >= _LONG_BLANK_SECONDS
        if is_long and not self._is_reported:
            self._is_reported = True
            return self._since if self._has_seen_picture else None
        return None

    def _on_picture(self, frame: TinyFrame) -> Fraction | None:
        since, self._since = self._since, None
        parts_two = since is not None and (self._has_seen_picture or self._is_reported)
        self._has_seen_picture = True
        return frame.time if parts_two else None
