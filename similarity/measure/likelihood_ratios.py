"""How good likelihood ratios are, given pairs whose truth is known.

A likelihood ratio (LR) says how much more probable what was seen is if the suspect takes from the work than if it does
not.

Conventions
    `same` are pairs where it does, `other` pairs where it does not: (n,) and (m,) float arrays in any order, never
    paired.  LRs are given as log10, positive for `same`; infinite ones are allowed, NaN is not.  Every pair counts
    alike; `similarity.measure.fitting` weighs footage groups.  What needs pairs that it did not get is not measured.

Metrics
    cllr: cost of the ratios as stated, bits.
    cllr_min: cost that their ranking alone would allow, bits.
    error_rates: how often a decision at a threshold is wrong, with exact intervals.
    tippett: share of either kind with at least each ratio.
    calibration_points: the ratio observed for each ratio stated.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue, check_arrays
from similarity.absence import NotMeasured, not_measured

__all__ = [
    "CalibrationPoints",
    "ErrorRate",
    "ErrorRates",
    "TippettCurves",
    "calibration_points",
    "cllr",
    "cllr_min",
    "error_rates",
    "tippett",
]

_LN_10 = math.log(10)
_LN_2 = math.log(2)
_LEAST_PROBABILITY = 1e-12
"""Recalibrated probabilities keep this distance from 0 and 1, so that what never failed stays finite."""
_TAIL = 0.025
"""Probability left out on each side of a 95 % interval."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRate:
    """How often a decision was wrong."""

    num_errors: int
    """Pairs decided wrongly."""
    num_pairs: int
    """Pairs for which this error was possible."""
    rate: float | NotMeasured
    """num_errors / num_pairs, 0 to 1; not measured without pairs."""
    interval_95: tuple[float, float] | NotMeasured
    """Exact 95 % interval of the rate (Clopper and Pearson 1934), both ends 0 to 1; it takes pairs as independent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRates:
    """Both kinds of error at one threshold."""

    threshold_log10_lr: float
    """A pair is decided to be the same where its log10 LR is at least this."""
    false_positive: ErrorRate
    """Other pairs decided to be the same."""
    false_negative: ErrorRate
    """Same pairs decided to be other."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class TippettCurves(ArrayValue):
    """Cumulative proportions of both hypotheses."""

    log10_lr: Floats
    """(n,) every distinct log10 LR of either hypothesis, rising."""
    share_of_same: Floats
    """(n,) share of same pairs with at least this log10 LR, 0 to 1, falling."""
    share_of_other: Floats
    """(n,) share of other pairs with at least this log10 LR, 0 to 1, falling."""

    def __post_init__(self) -> None:
        check_arrays(self, log10_lr="float64(n)", share_of_same="float64(n)", share_of_other="float64(n)")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class CalibrationPoints(ArrayValue):
    """What was stated beside what was observed; on the diagonal, LRs mean what they say."""

    stated_log10_lr: Floats
    """(n,) every distinct log10 LR that was stated, rising."""
    observed_log10_lr: Floats
    """(n,) log10 LR after the best rising recalibration; at most 12 either way, where only one hypothesis occurs."""
    num_same: npt.NDArray[np.int64]
    """(n,) same pairs with this stated log10 LR."""
    num_other: npt.NDArray[np.int64]
    """(n,) other pairs with this stated log10 LR."""

    def __post_init__(self) -> None:
        check_arrays(
            self,
            stated_log10_lr="float64(n)",
            observed_log10_lr="float64(n)",
            num_same="int64(n)",
            num_other="int64(n)",
        )


def cllr(log10_lr_same: npt.ArrayLike, log10_lr_other: npt.ArrayLike) -> float | NotMeasured:
    """Log-likelihood-ratio cost in bits: 0 is perfect, 1 tells nothing, above 1 misleads.

    1/2 [mean over same of log2(1 + 1 / LR) + mean over other of log2(1 + LR)] (Brümmer and du Preez 2006,
    Application-independent evaluation of speaker detection).  Infinite where certainty was stated and wrong.

    Not measured without pairs of both kinds.

    Args:
        log10_lr_same: (n,) log10 LRs of pairs of which the hypothesis is true; may be infinite.
        log10_lr_other: (m,) of pairs of which it is not.

    Raises:
        ValueError: an array has more than one axis or holds what is not a number.
    """
    same, other = _checked(log10_lr_same, "log10_lr_same"), _checked(log10_lr_other, "log10_lr_other")
    if absent := _what_is_missing(same, other):
        return absent
    cost_of_same = np.mean(np.logaddexp(0.0, -_LN_10 * same))
    cost_of_other = np.mean(np.logaddexp(0.0, _LN_10 * other))
    return float(cost_of_same + cost_of_other) / (2 * _LN_2)


def cllr_min(log10_lr_same: npt.ArrayLike, log10_lr_other: npt.ArrayLike) -> float | NotMeasured:
    """Cllr in bits after the best rising recalibration: what ranking alone allows, 0 to 1.

    Pool adjacent violators with both hypotheses weighted alike (Brümmer and du Preez 2006).  Any scores will do: only
    their order counts.  `cllr` less this is what calibration loses.  A perfect ranking gives about 1e-12, not 0, since
    recalibrated probabilities stay 1e-12 away from certainty.

    Not measured without pairs of both kinds.

    Args:
        log10_lr_same: (n,) log10 LRs, or scores, of pairs of which the hypothesis is true; may be infinite.
        log10_lr_other: (m,) of pairs of which it is not.

    Raises:
        ValueError: an array has more than one axis or holds what is not a number.
    """
    points = calibration_points(log10_lr_same, log10_lr_other)
    if isinstance(points, NotMeasured):
        return points
    return cllr(
        np.repeat(points.observed_log10_lr, points.num_same), np.repeat(points.observed_log10_lr, points.num_other)
    )


def error_rates(
    log10_lr_same: npt.ArrayLike, log10_lr_other: npt.ArrayLike, *, threshold_log10_lr: float = 0.0
) -> ErrorRates:
    """False positives and false negatives if every pair at or above the threshold is decided to be the same.

    At 0, an LR of exactly 1 counts as a false positive, never as a false negative.  A rate without pairs is not
    measured.

    Args:
        log10_lr_same: (n,) log10 LRs of pairs of which the hypothesis is true; may be infinite.
        log10_lr_other: (m,) of pairs of which it is not.
        threshold_log10_lr: where to decide.

    Raises:
        ValueError: an array has more than one axis or holds what is not a number, or the threshold is not a number.
    """
    same, other = _checked(log10_lr_same, "log10_lr_same"), _checked(log10_lr_other, "log10_lr_other")
    if math.isnan(threshold_log10_lr):
        raise ValueError(f"threshold_log10_lr must be a number, got {threshold_log10_lr}")
    return ErrorRates(
        threshold_log10_lr=threshold_log10_lr,
        false_positive=_error_rate(int(np.sum(other >= threshold_log10_lr)), len(other)),
        false_negative=_error_rate(int(np.sum(same < threshold_log10_lr)), len(same)),
    )


def tippett(log10_lr_same: npt.ArrayLike, log10_lr_other: npt.ArrayLike) -> TippettCurves | NotMeasured:
    """Share of pairs of each hypothesis with at least each log10 LR, as Tippett et al. 1968 plotted them.

    Not measured without pairs of both kinds.

    Args:
        log10_lr_same: (n,) log10 LRs of pairs of which the hypothesis is true; may be infinite.
        log10_lr_other: (m,) of pairs of which it is not.

    Raises:
        ValueError: an array has more than one axis or holds what is not a number.
    """
    same, other = _checked(log10_lr_same, "log10_lr_same"), _checked(log10_lr_other, "log10_lr_other")
    if absent := _what_is_missing(same, other):
        return absent
    levels = np.unique(np.concatenate([same, other]))
    return TippettCurves(
        log10_lr=levels,
        share_of_same=1 - np.searchsorted(np.sort(same), levels) / len(same),
        share_of_other=1 - np.searchsorted(np.sort(other), levels) / len(other),
    )


def calibration_points(log10_lr_same: npt.ArrayLike, log10_lr_other: npt.ArrayLike) -> CalibrationPoints | NotMeasured:
    """Observed log10 LR of each stated one, by pool adjacent violators (Brümmer and du Preez 2006).

    Both hypotheses weigh alike, so the log10 odds observed are log10 LRs, however many pairs of each there are.

    Not measured without pairs of both kinds.

    Args:
        log10_lr_same: (n,) log10 LRs, or scores, of pairs of which the hypothesis is true; may be infinite.
        log10_lr_other: (m,) of pairs of which it is not.

    Raises:
        ValueError: an array has more than one axis or holds what is not a number.
    """
    from scipy.optimize import isotonic_regression  # type: ignore[import-untyped]

    same, other = _checked(log10_lr_same, "log10_lr_same"), _checked(log10_lr_other, "log10_lr_other")
    if absent := _what_is_missing(same, other):
        return absent
    stated, level = np.unique(np.concatenate([same, other]), return_inverse=True)
    num_same = np.bincount(level[: len(same)], minlength=len(stated))
    num_other = np.bincount(level[len(same) :], minlength=len(stated))
    share_of_same, share_of_other = num_same / len(same), num_other / len(other)
    weights = share_of_same + share_of_other
    fitted = isotonic_regression(share_of_same / weights, weights=weights).x
    probability = np.clip(np.asarray(fitted, dtype=np.float64), _LEAST_PROBABILITY, 1 - _LEAST_PROBABILITY)
    return CalibrationPoints(
        stated_log10_lr=stated,
        observed_log10_lr=np.log10(probability / (1 - probability)),
        num_same=num_same,
        num_other=num_other,
    )


def _checked(log10_lrs: npt.ArrayLike, name: str) -> Floats:
    values: Floats = np.asarray(log10_lrs, dtype=np.float64)
    if values.ndim != 1:
        raise ValueError(f"{name} must have one axis, got the shape {values.shape}")
    if np.isnan(values).any():
        raise ValueError(f"{name} must hold numbers, got {int(np.isnan(values).sum())} that are none")
    return values


def _what_is_missing(same: Floats, other: Floats) -> NotMeasured | None:
    if len(same) and len(other):
        return None
    return not_measured(
        "needs pairs of both kinds whose truth is known, got {taken} that take from the work and {others} that do not",
        taken=len(same),
        others=len(other),
    )


def _error_rate(num_errors: int, num_pairs: int) -> ErrorRate:
    if not num_pairs:
        absent = not_measured("no pair whose truth is known could have been decided wrongly in this way")
        return ErrorRate(num_errors=0, num_pairs=0, rate=absent, interval_95=absent)
    from scipy.special import betaincinv  # type: ignore[import-untyped]

    num_right = num_pairs - num_errors
    low = float(betaincinv(num_errors, num_right + 1, _TAIL)) if num_errors else 0.0
    high = float(betaincinv(num_errors + 1, num_right, 1 - _TAIL)) if num_right else 1.0
    return ErrorRate(num_errors=num_errors, num_pairs=num_pairs, rate=num_errors / num_pairs, interval_95=(low, high))
