"""Round numbers along a time axis."""

from __future__ import annotations

import math

from similarity.report.phrases.words import short_clock
from similarity.report.plots.plot import Tick

__all__ = ["tick_step_seconds", "ticks_seconds", "time_ticks"]

STEPS_SECONDS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 36000)
EPSILON = 1e-9


def tick_step_seconds(length_seconds: float, most: int) -> float:
    """The smallest round step that puts at most `most` intervals into the length."""
    for step in STEPS_SECONDS:
        if length_seconds / step <= most:
            return step
    return 36000.0 * math.ceil(length_seconds / 36000.0 / most)


def ticks_seconds(start_seconds: float, end_seconds: float, most: int) -> tuple[float, ...]:
    """Multiples of the step inside `[start, end]`.

    Args:
        start_seconds: where the axis begins.
        end_seconds: where it ends, inclusive.
        most: ticks at most.
    """
    step = tick_step_seconds(end_seconds - start_seconds, most)
    first = math.ceil(start_seconds / step - EPSILON)
    last = math.floor(end_seconds / step + EPSILON)
    return tuple(number * step for number in range(first, last + 1))


def time_ticks(start_seconds: float, length_seconds: float, most: int) -> tuple[Tick, ...]:
    """Labels of an axis of time.

    Args:
        start_seconds: where the axis begins.
        length_seconds: how long it is.
        most: ticks at most.
    """
    step = tick_step_seconds(length_seconds, most)
    return tuple(
        Tick(at=(seconds - start_seconds) / length_seconds, label=short_clock(seconds, step))
        for seconds in ticks_seconds(start_seconds, start_seconds + length_seconds, most)
    )
