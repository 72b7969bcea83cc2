"""Which likelihood ratios the calibration data can support; beyond them every figure would be extrapolated."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

__all__ = ["Bounds", "elub", "fit_bounds"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_ELUB_STEP = 0.01
"""Step of the grid, log10 LR: that of the `lir` package."""
_DIGITS = 9
"""Decimals kept of a bound: what lies beyond is the rounding of the grid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The log10 LRs that the calibration data can support; beyond them every figure would be extrapolated."""

    lower: float
    """Lowest log10 LR that is reported, 0 or less."""
    upper: float
    """Highest log10 LR that is reported, 0 or more."""
    lower_rule: Literal["count", "elub"]
    """What set the lower bound."""
    upper_rule: Literal["count", "elub"]
    """What set the upper bound."""
    num_taken: int
    """Distinct pairs of groups among the taken pairs; the lower bound is at least -log10(num_taken + 1)."""
    num_independent: int
    """Distinct pairs of groups among the independent pairs; the upper bound is at most log10(num_independent + 1)."""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.lower) and math.isfinite(self.upper) and self.lower <= 0 <= self.upper):
            raise ValueError(f"bounds must be finite and lie on either side of 0, got {self.lower} and {self.upper}")
        if min(self.num_taken, self.num_independent) < 1:
            raise ValueError(f"bounds need observations, got {self.num_taken} and {self.num_independent}")


def elub(
    log10_lrs: npt.ArrayLike, *, is_taken: npt.ArrayLike, weights: npt.ArrayLike | None = None
) -> tuple[float, float]:
    """Empirical lower and upper bound of log10 LRs (Vergeer et al. 2016, Science & Justice 56, 482-491).

    Up to the bounds, deciding by the system costs no more than deciding without it, even were one more misleading
    ratio added to each hypothesis.  Read from a grid of steps of 0.01, as the `lir` package does.

    Args:
        log10_lrs: (n,) finite log10 LRs, best of pairs held aside.
        is_taken: (n,) bool; False: made independently.
        weights: (n,) that sum to the number of observations of each hypothesis; 1 each if not given.
    """
    ratios, taken = np.asarray(log10_lrs, dtype=np.float64), np.asarray(is_taken, dtype=np.bool_)
    counts = np.ones(ratios.shape) if weights is None else np.asarray(weights, dtype=np.float64)
    totals = float(counts[taken].sum()), float(counts[~taken].sum())
    lowest = max(float(ratios.min()), -math.log10(totals[0] + 1))
    highest = min(float(ratios.max()), math.log10(totals[1] + 1))
    steps = np.arange(min(0, int(lowest // _ELUB_STEP)), max(0, int(highest // _ELUB_STEP) + 1) + 1)
    thresholds: Floats = steps.astype(np.float64) * _ELUB_STEP
    hits = _counted_above(ratios[taken], counts[taken], thresholds) / (totals[0] + 1)
    false_hits = (_counted_above(ratios[~taken], counts[~taken], thresholds) + 1) / (totals[1] + 1)
    cost = 1 - hits + 10**thresholds * false_hits
    bad = np.where(steps < 0, 10**thresholds, 1.0) < cost
    lower = np.max(thresholds[bad & (steps <= 0)] + _ELUB_STEP, initial=thresholds[0])
    upper = np.min(thresholds[bad & (steps >= 0)] - _ELUB_STEP, initial=thresholds[-1])
    return min(0.0, round(float(lower), _DIGITS)), max(0.0, round(float(upper), _DIGITS))


def fit_bounds(log10_lrs: npt.ArrayLike, *, is_taken: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> Bounds:
    """The tighter, on each side, of the count of observations and of `elub`, and which of them it is.

    No ratio may exceed the number of independent observations plus one, nor fall below the inverse for taken ones.
    Where `elub` ends within its own resolution (two steps of 0.01) of that count, the count is named as the rule.

    Args:
        log10_lrs: (n,) finite log10 LRs, best of pairs held aside.
        is_taken: (n,) bool; False: made independently.
        weights: (n,) as for `elub`; with `group_weights` the counts are of distinct pairs of groups.
    """
    taken = np.asarray(is_taken, dtype=np.bool_)
    counts = np.ones(taken.shape) if weights is None else np.asarray(weights, dtype=np.float64)
    num_taken, num_independent = (round(float(counts[side].sum())) for side in (taken, ~taken))
    limits = -math.log10(num_taken + 1), math.log10(num_independent + 1)
    (lower, upper), near = elub(log10_lrs, is_taken=taken, weights=counts), 2 * _ELUB_STEP
    return Bounds(
        lower=max(lower, limits[0]),
        upper=min(upper, limits[1]),
        lower_rule="count" if lower <= limits[0] + near else "elub",
        upper_rule="count" if upper >= limits[1] - near else "elub",
        num_taken=num_taken,
        num_independent=num_independent,
    )


def _counted_above(ratios: Floats, counts: Floats, thresholds: Floats) -> Floats:
    """Sum of the counts of ratios above each threshold."""
    order = np.argsort(ratios, kind="stable")
    total = np.append(np.cumsum(counts[order][::-1])[::-1], 0.0)
    return np.asarray(total[np.searchsorted(ratios[order], thresholds, side="right")], dtype=np.float64)
