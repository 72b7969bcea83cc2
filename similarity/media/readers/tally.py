"""Bookkeeping of one pass over the content: a time line that only moves forward, and what was counted."""

from __future__ import annotations

import heapq
from collections import Counter
from fractions import Fraction

from similarity.absence import NotMeasured
from similarity.media.probe import Probe
from similarity.media.types import ReadCounts

__all__ = ["DecodeOrderStamps", "Tally", "Timeline", "seconds_after_start"]

_MAX_DISTINCT_INTERVALS = 4096  # bounds memory on files whose every interval differs
_MAX_FRAMES_IN_DECODER = 512  # more than any decoder holds back; bounds memory on damaged files
_SLACK_SECONDS_OF_VIDEO = 0.25  # how much earlier than its own header figure a whole stream may end
_SLACK_SECONDS_OF_FILE = 2.0  # the same where the figure is the file's and its sound may be longer


class Timeline:
    """Presentation time stamps made strictly increasing; good ones pass unchanged.

    A missing stamp follows the frame before it by that frame's duration.  A repeated or backward one follows by one
    tick, and the frames after it keep their distance to it until the file's own stamps have caught up.
    """

    __slots__ = ("_next", "_offset", "_previous", "num_irregular")

    def __init__(self) -> None:
        self._previous: int | None = None
        self._next = 0
        self._offset = 0
        self.num_irregular = 0

    def place(self, stamp: int | None, duration: int) -> int:
        """The time stamp to use, in ticks, for the next frame in order of presentation."""
        previous = self._previous
        if stamp is not None and (previous is None or stamp > previous):
            self._offset = 0
            placed = stamp
        else:
            self.num_irregular += 1
            placed = self._next if stamp is None or previous is None else self._moved(stamp, previous + 1)
        self._previous = placed
        self._next = placed + max(1, duration)
        return placed

    def _moved(self, stamp: int, earliest: int) -> int:
        if stamp + self._offset < earliest:
            self._offset = earliest - stamp
        return stamp + self._offset


class DecodeOrderStamps:
    """Time stamps of containers that know decoding order only (AVI): frame k is shown at the k-th smallest stamp."""

    __slots__ = ("_pending",)

    def __init__(self) -> None:
        self._pending: list[int] = []

    def packet(self, stamp: int | None) -> None:
        """A packet goes into the decoder."""
        if stamp is not None:
            heapq.heappush(self._pending, stamp)
            if len(self._pending) > _MAX_FRAMES_IN_DECODER:
                heapq.heappop(self._pending)

    def frame(self) -> int | None:
        """The stamp of the next frame that comes out, or of one that failed to."""
        return heapq.heappop(self._pending) if self._pending else None


class Tally:
    """Counts frames as they come by; constant work and memory per frame."""

    def __init__(self, probe: Probe, *, keyframes_only: bool = False) -> None:
        self._probe = probe
        self._latest_packet_pts: int | None = None
        self._keyframes_only = keyframes_only
        self.timeline = Timeline()
        self.num_frames = 0
        self.num_failures = 0
        self.stopped_early = False
        """Set where the container itself broke off."""
        self.is_complete = False
        """Set when the last frame has been delivered."""
        self._num_failures_at_end = 0
        self._intervals: Counter[int] = Counter()
        self._last_pts: int | None = None
        self._last_duration = 0
        self._packet_duration = 0
        self._end_pts: int | None = None

    def frame(self, pts: int, duration: int) -> None:
        """One frame was delivered."""
        self.num_frames += 1
        self._num_failures_at_end = 0
        if self._last_pts is not None and not self._keyframes_only:
            self._interval(pts - self._last_pts)
        self._last_pts = pts
        self._last_duration = duration

    def failure(self) -> None:
        """A packet or frame was passed over."""
        self.num_failures += 1
        self._num_failures_at_end += 1

    def packet(self, pts: int | None, duration: int) -> None:
        """A packet was read: where only keyframes are decoded, packets say how far and how regularly it goes on."""
        if pts is None:
            return
        if self._latest_packet_pts is None or pts > self._latest_packet_pts:
            self._latest_packet_pts = pts
            self._end_pts = pts + duration
        if self._keyframes_only:
            if self._packet_duration:
                self._interval(self._packet_duration)
            self._packet_duration = duration  # counted when the next comes: muxers make up the last one

    def counts(self) -> ReadCounts:
        """The figures so far."""
        seconds = self._duration_seconds()
        return ReadCounts(
            num_frames_from_content=self.num_frames,
            duration_seconds_from_content=seconds,
            num_decode_failures=self.num_failures,
            num_irregular_timestamps=self.timeline.num_irregular,
            is_variable_frame_rate=self._is_variable(),
            is_truncated=self._ends_in_damage() or (self.is_complete and self._ends_before_header(seconds)),
        )

    def _ends_in_damage(self) -> bool:
        if self.stopped_early or self._num_failures_at_end:
            return True
        if self._keyframes_only or not self.is_complete or self._latest_packet_pts is None:
            return False
        return self._last_pts is None or self._last_pts < self._latest_packet_pts  # the decoder swallowed the tail

    def _interval(self, ticks: int) -> None:
        if ticks in self._intervals or len(self._intervals) < _MAX_DISTINCT_INTERVALS:
            self._intervals[ticks] += 1

    def _is_variable(self) -> bool:
        return bool(self._intervals) and max(self._intervals) - min(self._intervals) > 1

    def _median_interval(self) -> int:
        half, seen = self._intervals.total() / 2, 0
        for ticks in sorted(self._intervals):
            seen += self._intervals[ticks]
            if seen >= half:
                return ticks
        return 0

    def _duration_seconds(self) -> float:
        info = self._probe.info
        if self._last_pts is None or info.is_still:
            return 0.0
        end = self._last_pts + (self._last_duration or self._median_interval())
        if self._keyframes_only and self._end_pts is not None:
            end = max(end, self._end_pts)
        return float((end - info.start_pts) * info.time_base)

    def _ends_before_header(self, seconds: float) -> bool:
        claimed = self._probe.info.duration_seconds_from_header
        if isinstance(claimed, NotMeasured):
            return False
        start_seconds = float(self._probe.info.start_pts * self._probe.info.time_base)
        reached = max(seconds, seconds + start_seconds)  # some muxers count from zero, some from the start
        slack = _SLACK_SECONDS_OF_VIDEO if self._probe.is_duration_of_video_alone else _SLACK_SECONDS_OF_FILE
        two_frames = float(2 * self._median_interval() * self._probe.info.time_base)
        return claimed - reached > max(slack, two_frames)


def seconds_after_start(pts: int, start_pts: int, time_base: Fraction) -> Fraction:
    """Exact time of a frame.

    Args:
        pts: presentation time stamp, ticks.
        start_pts: that of the first frame, ticks.
        time_base: seconds per tick.
    """
    return (pts - start_pts) * time_base
