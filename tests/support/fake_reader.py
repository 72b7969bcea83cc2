"""A `VideoReader` over pictures in memory: for tests of everything that reads video, without decoding any."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

import cv2
import numpy as np

from similarity.absence import not_measured
from similarity.media.types import Frame, MediaInfo, Picture, ReadCounts

_FROM_MEMORY = not_measured("made in memory, there is no header")


class FakeReader:
    """Upright RGB pictures of one size, shown at the time stamps given."""

    def __init__(
        self,
        pictures: Sequence[Picture],
        *,
        pts: Sequence[int] | None = None,
        time_base: Fraction = Fraction(1, 25),
        keyframe_every: int = 12,
    ) -> None:
        self._pictures = pictures
        self._pts = list(range(len(pictures))) if pts is None else list(pts)
        self._time_base = time_base
        self._keyframe_every = keyframe_every
        self._num_read = 0
        self.num_closed = 0

    @property
    def info(self) -> MediaInfo:
        height, width = self._pictures[0].shape[:2]
        return MediaInfo(
            container="memory",
            codec="none",
            pixel_format="rgb24",
            width=width,
            height=height,
            display_width=width,
            display_height=height,
            rotation_degrees=0,
            sample_aspect_ratio=Fraction(1),
            time_base=self._time_base,
            start_pts=self._pts[0],
            frame_rate_from_header=_FROM_MEMORY,
            duration_seconds_from_header=_FROM_MEMORY,
            num_frames_from_header=_FROM_MEMORY,
            is_still=False,
        )

    def frames(self, *, keyframes_only: bool = False) -> Iterator[Frame]:
        self._num_read = 0
        for index, pts in enumerate(self._pts):
            is_keyframe = index % self._keyframe_every == 0
            if keyframes_only and not is_keyframe:
                continue
            self._num_read += 1
            time = (pts - self._pts[0]) * self._time_base
            yield Frame(pts=pts, time=time, is_keyframe=is_keyframe, source=index)

    def picture(self, frame: Frame, *, max_side: int | None = None) -> Picture:
        picture = self._pictures[int(frame.source)]
        height, width = picture.shape[:2]
        shrink = 1.0 if max_side is None else min(1.0, max_side / max(width, height))
        if shrink == 1.0:
            return picture.copy()
        size = max(1, round(width * shrink)), max(1, round(height * shrink))
        return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)

    def thumbnail(self, frame: Frame) -> Picture:
        picture = self._pictures[int(frame.source)]
        step = max(1, round(picture.shape[1] / 96))
        return np.ascontiguousarray(picture[::step, ::step, ::-1])

    @property
    def counts(self) -> ReadCounts:
        intervals = set(np.diff(self._pts).tolist())
        last_interval = self._pts[-1] - self._pts[-2] if len(self._pts) > 1 else 0
        return ReadCounts(
            num_frames_from_content=self._num_read,
            duration_seconds_from_content=float((self._pts[-1] + last_interval - self._pts[0]) * self._time_base),
            num_decode_failures=0,
            num_irregular_timestamps=0,
            is_variable_frame_rate=bool(intervals) and max(intervals) - min(intervals) > 1,
            is_truncated=False,
        )

    def close(self) -> None:
        self.num_closed += 1
