"""The slow, obvious form of `similarity.align.lines`: try every stretch of every line."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from similarity.align.lines import LineRules

__all__ = ["best_gain"]


def best_gain(values: npt.NDArray[np.float32], rules: LineRules) -> float:
    """Largest sum above what is asked over all stretches of all lines, cost of the speed included; 0 if none gains."""
    num_rows, num_columns = values.shape
    best = 0.0
    for speed in rules.speeds:
        cost = _cost(speed, rules)
        steps = [round(float(np.round(row * speed))) for row in range(num_rows)]
        for first in range(-max(steps), num_columns - min(steps)):
            worths = [_worth(values, row, first + steps[row], rules) for row in range(num_rows)]
            for start in range(num_rows):
                for stop in range(start, num_rows):
                    stretch = worths[start : stop + 1]
                    if None not in stretch and not _drops(stretch, rules):
                        best = max(best, sum(worth for worth in stretch if worth is not None) - cost)
    return best


def _drops(stretch: list[float | None], rules: LineRules) -> bool:
    """Whether the sum falls by more than `most_drop` below its highest before the last bin."""
    total = peak = 0.0
    for worth in stretch[:-1]:
        total += worth or 0.0
        peak = max(peak, total)
        if total < peak - rules.most_drop:
            return True
    return False


def _worth(values: npt.NDArray[np.float32], row: int, column: int, rules: LineRules) -> float | None:
    if not 0 <= column < values.shape[1]:
        return None
    value = float(values[row, column])
    if np.isnan(value):
        return -rules.missing_cost
    return max(value - rules.asked_per_bin, rules.worst_per_bin)


def _cost(speed: float, rules: LineRules) -> float:
    octaves = abs(np.log2(abs(speed))) if speed else 1.0
    return float(rules.unusual_speed_cost * (octaves + (speed <= 0)))
