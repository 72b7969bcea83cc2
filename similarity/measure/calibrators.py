"""From a score to a log10 likelihood ratio: three monotone calibrators that are plain numbers once fitted.

All weights here are counts: the weights of one hypothesis sum to the number of independent observations that its
scores stand for, and the two hypotheses always weigh equally, so that no prior odds enter the ratio.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

__all__ = [
    "CALIBRATOR_KINDS",
    "BiGaussianCalibrator",
    "Calibrator",
    "CalibratorKind",
    "IntervalTable",
    "IsotonicCalibrator",
    "LogisticCalibrator",
    "fit_calibrator",
    "weighted_cllr",
]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
CalibratorKind = Literal["logistic", "isotonic", "bi_gaussian"]

CALIBRATOR_KINDS: tuple[CalibratorKind, ...] = ("logistic", "isotonic", "bi_gaussian")
"""In order of preference: the first is the simplest."""
LN10 = math.log(10.0)
_RIDGE = 1e-4
"""Pull of the standardised slope towards 0: finite where scores part the hypotheses, unseen where they do not."""
_MIN_SLOPE = 1e-6
"""Standardised slope where scores say nothing: a calibrator rises."""
_MAX_NEWTON_STEPS = 100
"""Steps at most; some ten are needed."""
_MIN_STEP, _MIN_GAIN, _FLAT_GRADIENT = 1e-6, 1e-14, 1e-9
"""Newton's method ends at a step this short, or a gain and gradient this small."""
_MIN_CURVATURE = 1e-12
"""Added to the curvature along the intercept, which else is 0 where every chance is 0 or 1."""
_MAX_LOG_ODDS = 700.0
"""The exponential of more overflows."""
_MAX_KNOTS = 257
"""Knots of a stored curve: between them it is read linearly."""
_CLLR_RANGE = (1e-6, 0.9999)
"""Costs (bits) between which a bi-Gaussian system is looked for."""
_DEVIATION_RANGE, _DEVIATION_TOLERANCE = (1e-3, 60.0), 1e-10
"""Its standard deviations (natural log), and how closely one is found."""
_TAIL_DEVIATIONS, _NUM_NODES = 8.5, 2001
"""Where the normal density is cut, and points at which it is summed."""
_LADDER_DEVIATIONS, _NUM_RUNGS = 8.0, 8001
"""The same of the cumulative distribution of the targets, that is read backwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogisticCalibrator:
    """A straight line in log odds (Morrison 2013, Australian Journal of Forensic Sciences 45:2)."""

    kind: Literal["logistic"] = "logistic"
    """Name of the kind."""
    slope: float
    """log10 LR per unit of score; above 0."""
    intercept: float
    """log10 LR at score 0."""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.slope) and self.slope > 0 and math.isfinite(self.intercept)):
            raise ValueError(
                "a logistic calibrator needs a finite slope above 0 and a finite intercept, "
                f"got {self.slope} and {self.intercept}"
            )

    def log10_lr(self, scores: npt.ArrayLike) -> Floats:
        """log10 LR of scores: float64 of the same shape, no unit; not bounded."""
        return self.slope * np.asarray(scores, dtype=np.float64) + self.intercept


@dataclass(frozen=True, slots=True, kw_only=True)
class IsotonicCalibrator:
    """Pool adjacent violators (Zadrozny & Elkan 2002, KDD), read linearly between knots and level beyond them."""

    kind: Literal["isotonic"] = "isotonic"
    """Name of the kind."""
    scores: tuple[float, ...]
    """Scores of the knots, strictly increasing."""
    log10_lrs: tuple[float, ...]
    """log10 LR at each knot, non-decreasing."""

    def __post_init__(self) -> None:
        _require_knots(self.scores, self.log10_lrs)

    def log10_lr(self, scores: npt.ArrayLike) -> Floats:
        """log10 LR of scores: float64 of the same shape, no unit; within the lowest and highest knot."""
        return _read_knots(scores, self.scores, self.log10_lrs)


@dataclass(frozen=True, slots=True, kw_only=True)
class BiGaussianCalibrator:
    """Scores warped to perfectly calibrated bi-Gaussian log ratios (Morrison 2024, Law, Probability and Risk mgae004).

    Read linearly between knots and level beyond them.
    """

    kind: Literal["bi_gaussian"] = "bi_gaussian"
    """Name of the kind."""
    scores: tuple[float, ...]
    """Scores of the knots, strictly increasing."""
    log10_lrs: tuple[float, ...]
    """log10 LR at each knot, non-decreasing."""
    variance: float
    """Variance s2 (natural log, squared) of both target distributions, whose means are +s2/2 and -s2/2."""

    def __post_init__(self) -> None:
        _require_knots(self.scores, self.log10_lrs)
        if not (math.isfinite(self.variance) and self.variance > 0):
            raise ValueError(f"the variance of the target distributions must be above 0, got {self.variance}")

    def log10_lr(self, scores: npt.ArrayLike) -> Floats:
        """log10 LR of scores: float64 of the same shape, no unit; within the lowest and highest knot."""
        return _read_knots(scores, self.scores, self.log10_lrs)


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalTable:
    """Bootstrap interval of the log10 LR along the score."""

    scores: tuple[float, ...]
    """Scores of the rows, strictly increasing."""
    lower: tuple[float, ...]
    """2.5th percentile of the log10 LR of the draws at each score."""
    upper: tuple[float, ...]
    """97.5th percentile of the log10 LR of the draws at each score."""
    num_draws: int
    """Bootstrap draws."""
    seed: int
    """Seed of the draws."""

    def __post_init__(self) -> None:
        if not self.scores or {len(self.lower), len(self.upper)} != {len(self.scores)} or self.num_draws < 1:
            raise ValueError("an interval table needs draws, and one lower and one upper limit per score")
        if not np.isfinite([self.scores, self.lower, self.upper]).all() or (np.diff(self.scores) <= 0).any():
            raise ValueError("scores of an interval table must increase strictly and everything in it be finite")
        if any(low > high for low, high in zip(self.lower, self.upper, strict=True)):
            raise ValueError("no lower limit may lie above its upper limit")

    def at(self, score: float) -> tuple[float, float]:
        """Lower and upper limit (log10 LR) at a score: linear between rows, level beyond them."""
        return float(np.interp(score, self.scores, self.lower)), float(np.interp(score, self.scores, self.upper))


Calibrator = LogisticCalibrator | IsotonicCalibrator | BiGaussianCalibrator


def fit_calibrator(
    kind: CalibratorKind, scores: npt.ArrayLike, *, is_taken: npt.ArrayLike, weights: npt.ArrayLike | None = None
) -> Calibrator:
    """A calibrator of scores of known origin.

    Args:
        kind: which of the three.
        scores: (n,) float, finite; higher speaks for "taken from this work".
        is_taken: (n,) bool; False means "made independently".
        weights: (n,) float, non-negative; per hypothesis they sum to its number of independent observations.
            Without weights each score is one observation.

    Raises:
        ValueError: shapes differ, a value is not finite, or a hypothesis has no observation.
    """
    checked = _checked(scores, is_taken, weights)
    fits: dict[CalibratorKind, Callable[[Floats, Bools, Floats], Calibrator]] = {
        "logistic": _fit_logistic,
        "isotonic": _fit_isotonic,
        "bi_gaussian": _fit_bi_gaussian,
    }
    if kind not in fits:
        raise ValueError(f"unknown kind of calibrator {kind!r}: expected one of {', '.join(CALIBRATOR_KINDS)}")
    return fits[kind](*checked)


def weighted_cllr(log10_lrs: npt.ArrayLike, *, is_taken: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """Log likelihood ratio cost in bits: 0 is perfect, 1 says nothing (Bruemmer & du Preez 2006, CSL 20:2-3).

    Args:
        log10_lrs: (n,) float, finite.
        is_taken: (n,) bool.
        weights: (n,) float, non-negative; only their proportions within a hypothesis count.

    Raises:
        ValueError: as for `fit_calibrator`.
    """
    ratios, taken, counts = _checked(log10_lrs, is_taken, weights)
    bits = np.logaddexp(0.0, np.where(taken, -ratios, ratios) * LN10) / math.log(2.0)
    return float((bits * _halves(taken, counts)).sum())


def _checked(
    scores: npt.ArrayLike, is_taken: npt.ArrayLike, weights: npt.ArrayLike | None
) -> tuple[Floats, Bools, Floats]:
    """Scores, hypotheses and weights as arrays, without the rows of weight 0."""
    values = np.asarray(scores, dtype=np.float64)
    taken = np.asarray(is_taken, dtype=np.bool_)
    counts = np.ones(values.shape) if weights is None else np.asarray(weights, dtype=np.float64)
    if values.ndim != 1 or values.shape != taken.shape or values.shape != counts.shape:
        raise ValueError(
            f"scores, hypotheses and weights need one shape (n,), got {values.shape}, {taken.shape}, {counts.shape}"
        )
    if not np.isfinite(values).all() or not np.isfinite(counts).all() or (counts < 0).any():
        raise ValueError(
            "scores must be finite, weights finite and not below 0; leave out pairs that were not measured"
        )
    kept = counts > 0
    values, taken, counts = values[kept], taken[kept], counts[kept]
    if not taken.any() or taken.all():
        raise ValueError(
            f"both hypotheses need observations, got {int(taken.sum())} taken and {int((~taken).sum())} independent"
        )
    return values, taken, counts


def _halves(taken: Bools, counts: Floats) -> Floats:
    """Weights of which each hypothesis has one half."""
    totals = np.where(taken, 2.0 * counts[taken].sum(), 2.0 * counts[~taken].sum())
    return np.asarray(counts / totals, dtype=np.float64)


def _fit_logistic(scores: Floats, taken: Bools, counts: Floats) -> LogisticCalibrator:
    """Newton's method on standardised scores; a small ridge on the slope keeps separated scores finite."""
    weights = _halves(taken, counts)
    centre = float((weights * scores).sum())
    scale = float(np.sqrt((weights * (scores - centre) ** 2).sum())) or 1.0
    standard = (scores - centre) / scale
    signs = np.where(taken, 1.0, -1.0)

    def loss(line: Floats) -> float:
        margin = signs * (line[0] * standard + line[1])
        return float((weights * np.logaddexp(0.0, -margin)).sum()) + 0.5 * _RIDGE * float(line[0]) ** 2

    line, value = np.zeros(2), math.log(2.0)
    for _ in range(_MAX_NEWTON_STEPS):
        chance = 1.0 / (1.0 + np.exp(-np.clip(line[0] * standard + line[1], -_MAX_LOG_ODDS, _MAX_LOG_ODDS)))
        error, curve = weights * (chance - taken), weights * chance * (1.0 - chance)
        gradient = np.array([(error * standard).sum() + _RIDGE * line[0], error.sum()])
        cross = (curve * standard).sum()
        hessian = np.array([[(curve * standard**2).sum() + _RIDGE, cross], [cross, curve.sum() + _MIN_CURVATURE]])
        step = np.linalg.solve(hessian, gradient)
        size = 1.0
        while (shorter := loss(line - size * step)) > value and size > _MIN_STEP:
            size /= 2.0
        if shorter > value:
            break
        line, gain, value = line - size * step, value - shorter, shorter
        if gain < _MIN_GAIN and float(np.abs(gradient).max()) < _FLAT_GRADIENT:
            break
    if line[0] < _MIN_SLOPE:  # the scores say nothing, or the contrary of what they should
        line = np.array([_MIN_SLOPE, 0.0])
    slope = float(line[0]) / scale
    return LogisticCalibrator(slope=slope / LN10, intercept=(float(line[1]) - slope * centre) / LN10)


def _pooled(scores: Floats, taken: Bools, counts: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Distinct scores in order, counts of taken and independent at each, and the pooled log10 LR at each.

    So that no ratio is infinite, one further observation against the trend is added at either end: one taken pair
    below all scores, one independent pair above them all.  A block without misleading observations therefore says no
    more than its number of observations does.
    """
    from scipy.optimize import isotonic_regression  # type: ignore[import-untyped]

    values, position = np.unique(scores, return_inverse=True)
    same: Floats = np.bincount(position, counts * taken, len(values)).astype(np.float64)
    other: Floats = np.bincount(position, counts * ~taken, len(values)).astype(np.float64)
    ends = np.array([1.0]), np.array([0.0])
    with_ends = np.concatenate([ends[0], same, ends[1]]), np.concatenate([ends[1], other, ends[0]])
    num_same, num_other = same.sum() + 1.0, other.sum() + 1.0
    halves = with_ends[0] / num_same, with_ends[1] / num_other
    total = halves[0] + halves[1]
    chances = np.asarray(isotonic_regression(halves[0] / total, weights=total).x, dtype=np.float64)[1:-1]
    ratios: Floats = np.maximum.accumulate(np.log10(chances) - np.log10(1.0 - chances))
    return values, same, other, ratios


def _fit_isotonic(scores: Floats, taken: Bools, counts: Floats) -> IsotonicCalibrator:
    values, _, _, ratios = _pooled(scores, taken, counts)
    changes = np.diff(ratios) > 0
    knots = np.concatenate([[True], changes]) | np.concatenate([changes, [True]])
    return IsotonicCalibrator(scores=tuple(values[knots].tolist()), log10_lrs=tuple(ratios[knots].tolist()))


def _fit_bi_gaussian(scores: Floats, taken: Bools, counts: Floats) -> BiGaussianCalibrator:
    """Match the cumulative distribution of all scores, hypotheses weighing equally, to that of the target.

    The spread of the target is the one whose Cllr equals that of the pooled (PAV) ratios of the same scores.
    """
    values, same, other, ratios = _pooled(scores, taken, counts)
    repeated = np.concatenate([ratios, ratios])
    labels = np.arange(len(repeated)) < len(ratios)
    cost = weighted_cllr(repeated, is_taken=labels, weights=np.concatenate([same, other]))
    deviation = _deviation_of(cost)
    mass = 0.5 * same / same.sum() + 0.5 * other / other.sum()
    middle = np.cumsum(mass) - 0.5 * mass
    targets = _target_quantiles(middle, deviation) / LN10
    kept = _spread_knots(targets)
    return BiGaussianCalibrator(
        scores=tuple(values[kept].tolist()),
        log10_lrs=tuple(np.maximum.accumulate(targets[kept]).tolist()),
        variance=deviation**2,
    )


def _deviation_of(cost: float) -> float:
    """Standard deviation (natural log) of the perfectly calibrated bi-Gaussian system with this Cllr."""
    from scipy.optimize import brentq

    nodes = np.linspace(-_TAIL_DEVIATIONS, _TAIL_DEVIATIONS, _NUM_NODES)
    density = np.exp(-0.5 * nodes**2)
    density /= density.sum()

    def excess(deviation: float) -> float:
        logs = 0.5 * deviation**2 + deviation * nodes
        return float((density * np.logaddexp(0.0, -logs)).sum()) / math.log(2.0) - wanted

    wanted = min(max(cost, _CLLR_RANGE[0]), _CLLR_RANGE[1])
    return float(brentq(excess, *_DEVIATION_RANGE, xtol=_DEVIATION_TOLERANCE))


def _target_quantiles(shares: Floats, deviation: float) -> Floats:
    """Natural-log ratios below which the given shares of the equal mixture of both targets lie."""
    from scipy.special import logit, ndtr  # type: ignore[import-untyped]

    mean = 0.5 * deviation**2
    reach = _LADDER_DEVIATIONS * deviation
    ladder = np.linspace(-mean - reach, mean + reach, _NUM_RUNGS)
    below = 0.5 * (ndtr((ladder - mean) / deviation) + ndtr((ladder + mean) / deviation))
    above = 0.5 * (ndtr((mean - ladder) / deviation) + ndtr((-mean - ladder) / deviation))
    odds = np.maximum.accumulate(np.log(below) - np.log(above))  # both tails stay exact
    return np.asarray(np.interp(logit(shares), odds, ladder), dtype=np.float64)


def _spread_knots(values: Floats) -> npt.NDArray[np.intp]:
    """Positions of at most `_MAX_KNOTS` of the ascending values, spread evenly over their range, ends included."""
    if len(values) <= _MAX_KNOTS:
        return np.arange(len(values))
    wanted = np.linspace(values[0], values[-1], _MAX_KNOTS)
    return np.unique(np.concatenate([np.searchsorted(values, wanted[:-1]), [len(values) - 1]]))


def _require_knots(scores: tuple[float, ...], log10_lrs: tuple[float, ...]) -> None:
    if not scores or len(scores) != len(log10_lrs):
        raise ValueError(
            f"a calibrator needs one log10 LR per knot, got {len(scores)} knots and {len(log10_lrs)} ratios"
        )
    if not all(map(math.isfinite, (*scores, *log10_lrs))):
        raise ValueError("knots must be finite")
    if (np.diff(scores) <= 0).any() or (np.diff(log10_lrs) < 0).any():
        raise ValueError("scores of knots must increase strictly and their log10 LRs must never decrease")


def _read_knots(scores: npt.ArrayLike, knots: tuple[float, ...], log10_lrs: tuple[float, ...]) -> Floats:
    return np.asarray(np.interp(np.asarray(scores, dtype=np.float64), knots, log10_lrs), dtype=np.float64)
