"""How much of a video lies in matches: for the suspect and for each work, given apart."""

from __future__ import annotations

from collections.abc import Iterable

from similarity.absence import not_measured
from similarity.intervals import Interval, clipped, union_seconds
from similarity.measure.values import Coverage

__all__ = ["coverage"]


def coverage(intervals: Iterable[Interval], total_seconds: float) -> Coverage:
    """Length of the union of the intervals inside a video of `total_seconds`; overlaps counted once."""
    covered = union_seconds(clipped(interval, (0.0, total_seconds)) for interval in intervals)
    fraction = (
        min(1.0, covered / total_seconds)
        if total_seconds > 0
        else not_measured("a still picture has no duration to cover")
    )
    return Coverage(covered_seconds=covered, total_seconds=total_seconds, fraction=fraction)
