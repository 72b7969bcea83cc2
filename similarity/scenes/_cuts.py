"""Hard cuts: PySceneDetect's adaptive detector, with flashes taken back out."""

from __future__ import annotations

import math
from collections import deque
from fractions import Fraction
from itertools import pairwise

import cv2
import numpy as np
from scenedetect.common import FrameTimecode
from scenedetect.detectors import AdaptiveDetector

from similarity.media.types import Picture
from similarity.scenes._tiny import TinyFrame, mean_difference

__all__ = ["CutFinder"]

_NOMINAL_RATE = Fraction(25)
"""The detector counts frames; their true times are kept here, so the rate it is told does not matter."""
_FEED_INTERVAL_SECONDS = 1 / 34
"""Frames that follow faster than this are not fed: a cut looks the same at every second frame of 60 a second."""
_RATIO = 3.0
"""Change relative to its neighbours' from which a frame begins a shot: PySceneDetect's own setting."""
_MIN_CONTENT_CHANGE = 12.0
"""Change in any case, levels; PySceneDetect's own setting is 15."""
_WINDOW_FRAMES = 2
"""Neighbours on either side: PySceneDetect's own setting."""
_FLASH_SECONDS = 0.25
"""A flash lasts at most this long."""
_FLASH_SHARE = 0.4
"""A jump is a flash if pictures before and after it lie closer than this share of the jump."""
_MAX_RECENT_FRAMES = 64
"""Frames kept: more than a flash lasts at any frame rate that is met."""
_MIN_BLANK_JUMP_LEVELS = 15.0
"""Into or out of a blank frame anything less is the end of a fade: hue and saturation of near-black mean nothing."""


class _LeanAdaptiveDetector(AdaptiveDetector):  # type: ignore[misc]  # PySceneDetect publishes no types
    """AdaptiveDetector with its frame score taken by one OpenCV call: the same number, a third of the time."""

    def __init__(self, **settings: float) -> None:
        super().__init__(**settings)
        self._last_hsv: Picture | None = None

    def _calculate_frame_score(self, timecode: FrameTimecode, frame_img: Picture) -> float:  # noqa: ARG002
        """Mean absolute difference of hue, saturation and brightness, equally weighted, to the frame before."""
        last, self._last_hsv = self._last_hsv, cv2.cvtColor(frame_img, cv2.COLOR_BGR2HSV).astype(np.uint8, copy=False)
        return 0.0 if last is None else float(cv2.norm(last, self._last_hsv, cv2.NORM_L1)) / last.size


class CutFinder:
    """Finds hard cuts in frames pushed one by one; says so two fed frames late.

    The score is AdaptiveDetector's: change in hue, saturation and brightness from frame to frame, relative to the mean
    of its neighbours in time, so that fast camera moves pass (PySceneDetect 0.7, `detect-adaptive`).
    """

    def __init__(self) -> None:
        self._detector = _LeanAdaptiveDetector(
            adaptive_threshold=_RATIO,
            min_scene_len=1,
            window_width=_WINDOW_FRAMES,
            min_content_val=_MIN_CONTENT_CHANGE,
        )
        self._recent: deque[TinyFrame] = deque(maxlen=_MAX_RECENT_FRAMES)
        self._fed_seconds = -math.inf

    def push(self, frame: TinyFrame) -> Fraction | None:
        """Time of the first frame of a new shot, if this frame confirmed one."""
        self._recent.append(frame)
        if frame.seconds - self._fed_seconds < _FEED_INTERVAL_SECONDS:
            return None
        self._fed_seconds = frame.seconds
        found = self._detector.process_frame(FrameTimecode(frame.index, _NOMINAL_RATE), frame.picture)
        return self._checked(found[0].frame_num) if found else None

    def _checked(self, index: int) -> Fraction | None:
        frames = list(self._recent)
        at = self._sharpest(frames, index)
        if at is None:
            return None
        cut = frames[at]
        before = [frame for frame in frames[: at - 1] if cut.seconds - frame.seconds <= _FLASH_SECONDS]
        jump = mean_difference(frames[at - 1], cut)
        if jump < _MIN_BLANK_JUMP_LEVELS and (cut.is_blank or frames[at - 1].is_blank):
            return None
        nearest = min(mean_difference(old, new) for old in [*before, frames[at - 1]] for new in frames[at:])
        return None if nearest < _FLASH_SHARE * jump else cut.time

    def _sharpest(self, frames: list[TinyFrame], index: int) -> int | None:
        """Where the largest jump lies among the frames between the fed one before `index` and `index` itself."""
        end = next((i for i, frame in enumerate(frames) if frame.index == index), None)
        if not end:
            return None
        start = end
        while start > 1 and frames[end].seconds - frames[start - 1].seconds < _FEED_INTERVAL_SECONDS:
            start -= 1
        jumps = [mean_difference(left, right) for left, right in pairwise(frames[start - 1 : end + 1])]
        return start + jumps.index(max(jumps))
