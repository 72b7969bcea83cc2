"""Half-open time intervals [start, end), seconds: union, overlap, coverage.

A still picture lasts no time: its interval starts and ends at one moment, which it holds.
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = [
    "Interval",
    "clipped",
    "common_share",
    "holds",
    "meets",
    "overlap_seconds",
    "union",
    "union_seconds",
    "without",
]

Interval = tuple[float, float]
"""(start, end) with start <= end; an empty interval covers nothing."""
_EMPTY_SECONDS = 1e-9
"""Length below which a union is empty."""


def union(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """The same moments as disjoint intervals in order of time; touching ones are joined, empty ones dropped."""
    joined: list[Interval] = []
    for start, end in sorted(intervals):
        if end <= start:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple(joined)


def union_seconds(intervals: Iterable[Interval]) -> float:
    """Length of the union: overlaps are counted once."""
    return sum((end - start for start, end in union(intervals)), 0.0)


def overlap_seconds(left: Interval, right: Interval) -> float:
    """Length that two intervals share."""
    return max(0.0, min(left[1], right[1]) - max(left[0], right[0]))


def holds(interval: Interval, seconds: float) -> bool:
    """Whether a moment lies in an interval; that of a still picture holds its one moment."""
    return interval[0] <= seconds < interval[1] or interval[0] == seconds == interval[1]


def meets(left: Interval, right: Interval) -> bool:
    """Whether two intervals share time, or the moment of a still picture lies in the other."""
    if left[0] == left[1]:
        return holds(right, left[0])
    return holds(left, right[0]) if right[0] == right[1] else overlap_seconds(left, right) > 0


def common_share(left: Interval, right: Interval) -> float:
    """Intersection over union of two intervals, 0 to 1; 0 where both are empty."""
    both = overlap_seconds(left, right)
    return both / max(left[1] - left[0] + right[1] - right[0] - both, _EMPTY_SECONDS)


def clipped(interval: Interval, bounds: Interval) -> Interval:
    """The part of `interval` inside `bounds`; an empty interval at the bound where they do not meet."""
    start = min(max(interval[0], bounds[0]), bounds[1])
    return start, max(start, min(interval[1], bounds[1]))


def without(interval: Interval, gaps: Iterable[Interval]) -> tuple[Interval, ...]:
    """What remains of an interval where the gaps are taken out, in order of time."""
    remaining: list[Interval] = []
    start = interval[0]
    for gap in union(gaps):
        if gap[0] > start:
            remaining.append((start, min(gap[0], interval[1])))
        start = max(start, gap[1])
    remaining.append((start, interval[1]))
    return union(remaining)
