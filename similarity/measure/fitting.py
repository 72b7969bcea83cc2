"""Fitting a calibration to pairs of known origin, in which footage groups, not pairs, are what is independent.

A group is footage of one origin.  Pairs that share a group resemble each other, so every group counts once: in the
weights, in the folds of cross-validation, in the draws of the bootstrap, and in the count that bounds the ratios.

Conventions
    Arrays have one entry per pair, (n,); `is_taken` is True where the suspect was taken from the work.  Scores are
    float64 without NaN, higher for "taken"; axis values, (n, k), may be NaN where not measured.  A seed gives the same
    folds and draws everywhere.

Steps
    fit_axis_weights, independent_ceiling: several axes to one score.
    folds_of_groups, choose_calibrator: which calibrator predicts best what it was not fitted to.
    bootstrap_interval: how far the ratio of a score would move with other footage.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue, check_array, check_arrays
from similarity.measure.calibrators import (
    CALIBRATOR_KINDS,
    CalibratorKind,
    IntervalTable,
    fit_calibrator,
    weighted_cllr,
)
from similarity.measure.groups import effective_number, group_weights, numbered

__all__ = [
    "AxisWeights",
    "CalibratorChoice",
    "ScoredPairs",
    "bootstrap_interval",
    "choose_calibrator",
    "fit_axis_weights",
    "folds_of_groups",
    "independent_ceiling",
]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]

_RIDGE = 1e-4
"""Pull of the standardised weights towards 0: finite where axes part the hypotheses, unseen where they do not."""
_GRID = 101
"""Scores at which an interval is stated, evenly over the values and over the ranks of either hypothesis."""
_BINS = 2048
"""Scores kept apart in a bootstrap, per hypothesis, evenly over ranks and over values."""
_LEAST_FOLDS = 3
"""A pair whose groups lie in two folds needs a third to be judged by."""
_TRIES_PER_DRAW = 20
"""Draws that may lack a hypothesis for each that has both."""
_INTERVAL_PERCENT = (2.5, 97.5)
"""Percentiles of the draws between which a 95 % interval lies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisWeights:
    """A score out of several axis values: non-negative weights on standardised values."""

    axes: tuple[str, ...]
    """Names of the axes, in the order of the values."""
    weights: tuple[float, ...]
    """Natural log odds per standardised unit of each axis; 0 or more."""
    neutral: tuple[float, ...]
    """Value of each axis that speaks for neither side; it stands in where the axis was not measured."""
    scale: tuple[float, ...]
    """Root mean square distance of each axis from its neutral value, in the unit of the axis; above 0."""
    ceiling: tuple[float | None, ...]
    """Value of each axis beyond which more counts no more; None where all of it counts."""
    intercept: float
    """Natural log odds where every axis is neutral."""

    def __post_init__(self) -> None:
        if not self.axes or {
            len(self.weights),
            len(self.neutral),
            len(self.scale),
            len(self.ceiling),
        } != {len(self.axes)}:
            raise ValueError(f"every axis needs one weight, neutral value, scale and ceiling, got {self}")
        if not all(map(math.isfinite, (*self.weights, *self.neutral, *self.scale, self.intercept))):
            raise ValueError(f"axis weights must be finite, got {self}")
        if min(self.weights) < 0 or min(self.scale) <= 0:
            raise ValueError(f"weights must be 0 or more and scales above 0, got {self}")

    def score(self, values: npt.ArrayLike) -> Floats:
        """Natural log odds of axis values: (n, k) or (k,) float to (n,) or () float64; NaN is read as neutral.

        Raises:
            ValueError: not k values, or an infinite one.
        """
        rows = np.asarray(values, dtype=np.float64)
        if rows.ndim not in {1, 2} or rows.shape[-1] != len(self.axes) or np.isinf(rows).any():
            raise ValueError(f"expected finite values or NaN of {len(self.axes)} axes, got the shape {rows.shape}")
        below = np.minimum(rows, [np.inf if one is None else one for one in self.ceiling])
        standard = np.nan_to_num((below - np.array(self.neutral)) / np.array(self.scale), nan=0.0)
        return np.asarray((standard * np.array(self.weights)).sum(axis=-1) + self.intercept, dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ScoredPairs(ArrayValue):
    """Pairs of known origin with their scores."""

    scores: Floats
    """(n,) float64, finite; higher speaks for "taken from this work"."""
    is_taken: Bools
    """(n,) bool; False: made independently."""
    suspect_groups: npt.NDArray[np.generic]
    """(n,) footage group of each suspect; integers or text."""
    work_groups: npt.NDArray[np.generic]
    """(n,) footage group of each work, in the same names."""
    populations: npt.NDArray[np.generic]
    """(n,) name of the population of each pair; each counts alike."""

    def __post_init__(self) -> None:
        check_arrays(self, scores="float64(n)", is_taken="bool(n)")
        shapes = {self.scores.shape, self.suspect_groups.shape, self.work_groups.shape, self.populations.shape}
        if len(shapes) != 1:
            raise ValueError(f"scores, groups and populations need one shape (n,), got {sorted(shapes)}")
        if not np.isfinite(self.scores).all() or self.is_taken.all() or not self.is_taken.any():
            raise ValueError("scores must be finite, and there must be both taken and independent pairs")

    def among(self, scores: Floats, kept: Bools) -> ScoredPairs:
        """Some of the pairs, with other scores."""
        return ScoredPairs(
            scores=scores[kept],
            is_taken=self.is_taken[kept],
            suspect_groups=self.suspect_groups[kept],
            work_groups=self.work_groups[kept],
            populations=self.populations[kept],
        )

    def weights(self) -> Floats:
        """(n,) float64 `group_weights`, scaled so that those of a hypothesis sum to its `effective_number`."""
        weights = group_weights(
            self.is_taken,
            suspect_groups=self.suspect_groups,
            work_groups=self.work_groups,
            populations=self.populations,
        )
        for side in (self.is_taken, ~self.is_taken):
            number = effective_number(
                self.scores[side],
                weights=weights[side],
                suspect_groups=self.suspect_groups[side],
                work_groups=self.work_groups[side],
            )
            weights[side] *= number / weights[side].sum()
        return weights


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class CalibratorChoice(ArrayValue):
    """Which calibrator predicts best what it was not fitted to."""

    kind: CalibratorKind
    """Logistic, unless another has a lower Cllr held aside."""
    cllrs: tuple[tuple[CalibratorKind, float], ...]
    """Cllr held aside (bits) of every kind, each group counting once."""
    log10_lrs: Floats
    """(n,) float64 held-aside log10 LR of every pair by the chosen kind, for `fit_bounds` and for validation."""

    def __post_init__(self) -> None:
        check_array("CalibratorChoice.log10_lrs", self.log10_lrs, "float64(n)")


def fit_axis_weights(
    values: npt.ArrayLike,
    *,
    is_taken: npt.ArrayLike,
    weights: npt.ArrayLike,
    axes: tuple[str, ...],
    ceilings: tuple[float, ...] | None = None,
) -> AxisWeights:
    """Non-negative logistic regression on k axes (scipy L-BFGS-B); both hypotheses weigh equally.

    The neutral value of an axis is the middle between its mean among taken and among independent pairs, where it was
    measured.  An axis that was not measured is read at its neutral value and so adds exactly 0: that a value is absent
    speaks for neither side, and no offset is learned for it.

    Args:
        values: (n, k) axis values, NaN where not measured, higher for "taken".
        is_taken: (n,) bool; False: made independently.
        weights: (n,) `group_weights`.
        axes: k names.
        ceilings: k values beyond which an axis counts no more, +inf for none (`independent_ceiling`).

    Raises:
        ValueError: shapes differ, a value is infinite, or an axis is never measured under one of the hypotheses.
    """
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    rows, taken = np.asarray(values, dtype=np.float64), np.asarray(is_taken, dtype=np.bool_)
    counts = np.asarray(weights, dtype=np.float64)
    if rows.shape != (len(taken), len(axes)) or counts.shape != taken.shape or np.isinf(rows).any():
        raise ValueError(f"expected ({len(taken)}, {len(axes)}) values without infinities, got the shape {rows.shape}")
    ceiling = np.full(len(axes), np.inf) if ceilings is None else np.array(ceilings)
    rows = np.minimum(rows, ceiling)
    parts = [_standards(rows[:, column], taken, counts, name=name) for column, name in enumerate(axes)]
    neutral, scale = np.array(parts).T
    standard = np.nan_to_num((rows - neutral) / scale, nan=0.0)
    halves = 0.5 * counts / np.where(taken, counts[taken].sum(), counts[~taken].sum())
    signs = np.where(taken, 1.0, -1.0)

    def loss(parameters: Floats) -> tuple[float, Floats]:
        slopes, intercept = parameters[:-1], parameters[-1]
        margin = signs * (standard @ slopes + intercept)
        pull = -signs * halves * np.exp(-np.logaddexp(0.0, margin))
        value = (halves * np.logaddexp(0.0, -margin)).sum() + 0.5 * _RIDGE * (slopes**2).sum()
        return float(value), np.append(standard.T @ pull + _RIDGE * slopes, pull.sum())

    limits = [(0.0, None)] * len(axes) + [(None, None)]
    found = minimize(loss, np.zeros(len(axes) + 1), jac=True, method="L-BFGS-B", bounds=limits)
    return AxisWeights(
        axes=tuple(axes),
        weights=tuple(np.maximum(found.x[:-1], 0.0).tolist()),
        neutral=tuple(neutral.tolist()),
        scale=tuple(scale.tolist()),
        ceiling=tuple(one if math.isfinite(one) else None for one in ceiling.tolist()),
        intercept=float(found.x[-1]),
    )


def independent_ceiling(values: npt.ArrayLike, *, groups: npt.ArrayLike) -> float:
    """The highest value of independent pairs, the one footage group that reaches highest left out.

    Args:
        values: (n,) values of one axis on independent pairs; NaN where not measured.
        groups: (n,) footage group of each pair's suspect.

    Raises:
        ValueError: it was measured in fewer than two groups.
    """
    known = np.asarray(values, dtype=np.float64)
    names, group = np.unique(np.asarray(groups), return_inverse=True)
    highest = np.full(len(names), -np.inf)
    np.maximum.at(highest, group[~np.isnan(known)], known[~np.isnan(known)])
    ranked = np.sort(highest[np.isfinite(highest)])
    if len(ranked) < 2:
        raise ValueError(f"an axis needs independent pairs of two groups or more, got {len(ranked)}")
    return float(ranked[-2])


def folds_of_groups(pairs: ScoredPairs, *, num_folds: int, seed: int) -> tuple[Integers, Integers]:
    """Folds of the suspect's and of the work's group of every pair: two (n,) int64 arrays, 0 to num_folds - 1.

    Groups are shuffled by the seed and dealt in turn, first those with taken pairs, so that every fold has some.

    Args:
        pairs: the pairs.
        num_folds: 3 or more.
        seed: of the shuffle of groups.

    Raises:
        ValueError: fewer than three folds, or fewer groups with taken pairs than folds.
    """
    suspects, works, num_groups = numbered(pairs.suspect_groups, pairs.work_groups)
    with_taken = np.isin(np.arange(num_groups), suspects[pairs.is_taken])
    if not _LEAST_FOLDS <= num_folds <= with_taken.sum():
        raise ValueError(
            f"expected at least {_LEAST_FOLDS} folds and as many groups with taken pairs as folds, got {num_folds} "
            f"folds and {int(with_taken.sum())} such groups; add groups of footage"
        )
    shuffled = np.random.default_rng(seed).permutation(num_groups)
    order = np.concatenate([shuffled[with_taken[shuffled]], shuffled[~with_taken[shuffled]]])
    folds = np.empty(num_groups, dtype=np.int64)
    folds[order] = np.arange(num_groups) % num_folds
    return folds[suspects], folds[works]


def choose_calibrator(
    pairs: ScoredPairs,
    *,
    num_folds: int = 5,
    seed: int = 0,
    fit_to: Callable[[Bools], tuple[Floats, Bools]] | None = None,
) -> CalibratorChoice:
    """Cross-validate the three kinds; keep the logistic one unless another costs less on pairs held aside.

    A pair is only ever judged by a calibrator that saw neither of its two groups: pairs whose groups lie in two folds
    are judged by one fitted without both folds.

    Args:
        pairs: the pairs.
        num_folds: 3 or more.
        seed: of the shuffle of groups.
        fit_to: for pairs (n,) that may be fitted to, scores (n,) of all pairs by axis weights fitted to these alone,
            and the marks (n,) of those that the calibrators are fitted to; without it the given scores are taken as
            fixed, and every pair counts.

    Raises:
        ValueError: as for `folds_of_groups`.
    """
    weights = pairs.weights()
    held = {kind: np.empty(len(pairs.scores)) for kind in CALIBRATOR_KINDS}
    for test, train in _splits(*folds_of_groups(pairs, num_folds=num_folds, seed=seed), num_folds):
        scores, kept = (pairs.scores, train) if fit_to is None else fit_to(train)
        some = pairs.among(scores, kept)
        counts = some.weights()
        for kind, ratios in held.items():
            fitted = fit_calibrator(kind, some.scores, is_taken=some.is_taken, weights=counts)
            ratios[test] = fitted.log10_lr(scores[test])
    costs = {kind: weighted_cllr(held[kind], is_taken=pairs.is_taken, weights=weights) for kind in CALIBRATOR_KINDS}
    best = min(CALIBRATOR_KINDS, key=lambda kind: costs[kind])  # the first of equals, so logistic stays
    return CalibratorChoice(kind=best, cllrs=tuple(costs.items()), log10_lrs=held[best])


def bootstrap_interval(
    pairs: ScoredPairs, kind: CalibratorKind, *, num_draws: int = 200, seed: int = 0
) -> IntervalTable:
    """95 % interval of the log10 LR: groups drawn with replacement, the calibrator refitted to every draw.

    Groups are drawn once for suspects and works together; a pair counts as often as both of its groups were drawn,
    one whose groups are the same, as often as that group was.  So pairs that share a suspect or a work move together:
    the bootstrap of dyads (Snijders & Borgatti 1999, Connections 22), which on suspects and works without a common
    group is the pigeonhole bootstrap (Owen 2007, Annals of Applied Statistics 1).  A draw that lacks a hypothesis is
    drawn again.  Scores, and so axis weights, are taken as given; where a hypothesis has more than 2,048 scores,
    neighbours are put together.

    Args:
        pairs: the pairs.
        kind: which calibrator is refitted.
        num_draws: draws that hold both hypotheses.
        seed: of the draws.

    Raises:
        ValueError: so few groups that hardly any draw has both hypotheses.
    """
    suspects, works, num_groups = numbered(pairs.suspect_groups, pairs.work_groups)
    base, sides = pairs.weights(), (pairs.is_taken, ~pairs.is_taken)
    totals = [base[side].sum() for side in sides]
    position, centres = _binned(pairs)
    scores, is_taken = np.tile(centres, 2), np.repeat([True, False], len(centres))
    ends = np.linspace(pairs.scores.min(), pairs.scores.max(), _GRID)
    quantiles = [np.quantile(pairs.scores[side], np.linspace(0.0, 1.0, _GRID)) for side in sides]
    grid = np.unique(np.concatenate([ends, *quantiles]))
    generator = np.random.default_rng(seed)
    draws: list[Floats] = []
    for _ in range(_TRIES_PER_DRAW * num_draws):
        times = np.bincount(generator.integers(0, num_groups, num_groups), minlength=num_groups)
        weights = base * np.where(suspects == works, times[suspects], times[suspects] * times[works])
        parts = [np.bincount(position[side], weights[side], len(centres)) for side in sides]
        if all(part.any() for part in parts):
            counts = [part * (total / part.sum()) for part, total in zip(parts, totals, strict=True)]
            fitted = fit_calibrator(kind, scores, is_taken=is_taken, weights=np.concatenate(counts))
            draws.append(fitted.log10_lr(grid))
        if len(draws) == num_draws:
            break
    else:
        raise ValueError(f"hardly any draw of {num_groups} groups has both hypotheses; add groups of footage")
    lower, upper = np.percentile(draws, _INTERVAL_PERCENT, axis=0).tolist()
    return IntervalTable(
        scores=tuple(grid.tolist()), lower=tuple(lower), upper=tuple(upper), num_draws=num_draws, seed=seed
    )


def _standards(values: Floats, taken: Bools, counts: Floats, *, name: str) -> tuple[float, float]:
    """Neutral value and scale of one axis, from the pairs where it was measured; hypotheses weigh equally."""
    measured = ~np.isnan(values)
    sides = [measured & taken & (counts > 0), measured & ~taken & (counts > 0)]
    if not all(side.any() for side in sides):
        raise ValueError(f"axis {name!r} is never measured under one of the hypotheses; leave it out")
    neutral = float(np.mean([np.average(values[side], weights=counts[side]) for side in sides]))
    squares = [np.average((values[side] - neutral) ** 2, weights=counts[side]) for side in sides]
    return neutral, float(np.sqrt(np.mean(squares))) or 1.0


def _binned(pairs: ScoredPairs) -> tuple[Integers, Floats]:
    """Bin (n,) of every score and mean score of every bin; bins begin at scores spread over ranks and over values."""
    starts = []
    for side in (pairs.is_taken, ~pairs.is_taken):
        own = np.unique(pairs.scores[side])
        ranks = np.linspace(0, len(own) - 1, _BINS).astype(np.intp)
        starts += [own[ranks], own[np.searchsorted(own, np.linspace(own[0], own[-1], _BINS))]]
    position = np.searchsorted(np.unique(np.concatenate(starts)), pairs.scores, side="right") - 1
    return position, np.bincount(position, pairs.scores) / np.bincount(position)


def _splits(suspect_folds: Integers, work_folds: Integers, num_folds: int) -> Iterator[tuple[Bools, Bools]]:
    """Marks of the pairs to test and of those to train on; no group is on both sides, and every pair is tested once."""
    low, high = np.minimum(suspect_folds, work_folds), np.maximum(suspect_folds, work_folds)
    for first in range(num_folds):
        for second in range(first, num_folds):
            test = (low == first) & (high == second)
            if test.any():
                aside = [first, second]
                yield test, ~np.isin(low, aside) & ~np.isin(high, aside)
