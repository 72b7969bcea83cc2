"""Fitting: groups count once and never straddle folds; bounds bind and say which."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from support.paths import GOLDEN

from similarity.measure.bounds import elub, fit_bounds
from similarity.measure.calibrators import fit_calibrator
from similarity.measure.fitting import (
    AxisWeights,
    ScoredPairs,
    _splits,
    bootstrap_interval,
    choose_calibrator,
    fit_axis_weights,
    folds_of_groups,
)
from similarity.measure.groups import effective_number, group_weights

LIR = json.loads((GOLDEN / "lir.json").read_text(encoding="utf-8"))["cases"]
FOLDS = 4


def scored(scores, is_taken, suspects, works):
    """Pairs of one population."""
    return ScoredPairs(
        scores=scores,
        is_taken=is_taken,
        suspect_groups=suspects,
        work_groups=works,
        populations=np.full(len(suspects), "films"),
    )


def pairs_of_groups(*, num_groups=24, distance=3.0, seed=0, bend=lambda scores: scores):
    """Every suspect against every work; groups of different sizes, and with a habit of their own."""
    generator = np.random.default_rng(seed)
    suspects = np.repeat(np.arange(num_groups), generator.integers(1, 6, num_groups))
    works = np.arange(num_groups)
    first, second = (side.ravel() for side in np.meshgrid(suspects, works, indexing="ij"))
    is_taken = first == second
    habit = generator.normal(0, 0.3, num_groups)
    scores = np.where(is_taken, distance / 2, -distance / 2) + habit[first] + generator.normal(0, 1, len(first))
    return scored(bend(scores), is_taken, first, second)


def test_every_group_counts_once():
    taken = [True, True, True, False, False, False, False]
    suspects, works = list("aab" + "aabb"), list("aab" + "bcac")
    weights = group_weights(taken, suspect_groups=suspects, work_groups=works)
    assert weights[:3] == pytest.approx([0.5, 0.5, 1.0])  # two groups, a with itself and b with itself
    assert weights[3:] == pytest.approx([0.5] * 4)


def test_populations_count_alike_however_many_pairs_they_hold():
    taken = [True] + [False] * 6
    suspects, works = list("a" + "bcdebb"), list("a" + "aaaacd")
    populations = ["films"] + ["films"] * 4 + ["one idea"] * 2
    weights = group_weights(taken, suspect_groups=suspects, work_groups=works, populations=populations)
    assert weights[1:5].sum() == pytest.approx(weights[5:].sum())
    assert weights[1:].sum() == pytest.approx(4)  # b, c, d, e


def crossed(num_suspects, num_works, *, of_suspect, of_work, seed=0):
    """Values with effects of suspects, of works and of their own, and both groups."""
    generator = np.random.default_rng(seed)
    first, second = (a.ravel() for a in np.meshgrid(np.arange(num_suspects), np.arange(num_works), indexing="ij"))
    effects = generator.normal(0, of_suspect, num_suspects)[first] + generator.normal(0, of_work, num_works)[second]
    return effects + generator.normal(0, 1, len(first)), first, second + num_suspects


def test_pairs_without_common_habits_are_all_independent():
    values, suspects, works = crossed(30, 40, of_suspect=0.0, of_work=0.0)
    got = effective_number(values, weights=np.ones(1200), suspect_groups=suspects, work_groups=works)
    assert 800 < got <= 1200


def test_where_everything_hangs_on_the_suspect_there_are_as_many_as_suspects():
    values, suspects, works = crossed(30, 40, of_suspect=30.0, of_work=0.0)
    got = effective_number(values, weights=np.ones(1200), suspect_groups=suspects, work_groups=works)
    assert got == pytest.approx(30, rel=0.1)


def test_the_same_pair_measured_often_is_one_pair():
    values, suspects, works = crossed(30, 40, of_suspect=0.5, of_work=0.3)
    weights = np.ones(1200)
    once = effective_number(values, weights=weights, suspect_groups=suspects, work_groups=works)
    again = [np.tile(part, 3) for part in (values, weights, suspects, works)]
    often = effective_number(again[0], weights=again[1], suspect_groups=again[2], work_groups=again[3])
    assert often == pytest.approx(once)


def test_edits_of_one_group_that_differ_as_much_as_any_count_each():
    values = np.random.default_rng(1).normal(0, 1, 120)
    groups = np.repeat(np.arange(20), 6)
    got = effective_number(values, weights=np.ones(120), suspect_groups=groups, work_groups=groups)
    assert 80 < got <= 120


def test_the_effective_number_is_the_one_that_the_spread_of_means_shows():
    drawn = [crossed(30, 40, of_suspect=0.5, of_work=0.3, seed=seed) for seed in range(300)]
    means = np.array([values.mean() for values, _, _ in drawn])
    numbers = [
        effective_number(values, weights=np.ones(1200), suspect_groups=first, work_groups=second)
        for values, first, second in drawn
    ]
    assert np.median(numbers) == pytest.approx((1 + 0.5**2 + 0.3**2) / means.var(), rel=0.25)


def test_groups_may_be_named_or_numbered():
    numbers, letters = [0, 1, 2, 0], list("abca")
    taken = [True, True, False, False]
    by_number = group_weights(taken, suspect_groups=numbers, work_groups=[0, 1, 0, 1])
    assert by_number == pytest.approx(group_weights(taken, suspect_groups=letters, work_groups=list("abab")))


def test_groups_never_straddle_folds_and_every_pair_is_tested_once():
    pairs = pairs_of_groups()
    folds = folds_of_groups(pairs, num_folds=FOLDS, seed=3)
    tested = np.zeros(len(pairs.scores), dtype=int)
    for test, train in _splits(*folds, FOLDS):
        seen = {*pairs.suspect_groups[train].tolist(), *pairs.work_groups[train].tolist()}
        asked = {*pairs.suspect_groups[test].tolist(), *pairs.work_groups[test].tolist()}
        assert not seen & asked
        assert pairs.is_taken[train].any()
        tested += test
    assert (tested == 1).all()
    fold_of = dict(zip(pairs.suspect_groups.tolist(), folds[0].tolist(), strict=True))
    assert [fold_of[group] for group in pairs.work_groups.tolist()] == folds[1].tolist()
    assert set(folds[0][pairs.is_taken].tolist()) == set(range(FOLDS))


def test_too_few_groups_for_the_folds_are_refused():
    with pytest.raises(ValueError, match="add groups"):
        choose_calibrator(pairs_of_groups(num_groups=4), num_folds=5)
    with pytest.raises(ValueError, match="at least 3 folds"):
        choose_calibrator(pairs_of_groups(), num_folds=2)


def test_the_kind_of_least_held_aside_cost_is_chosen():
    straight, bent = (
        choose_calibrator(pairs_of_groups()),
        choose_calibrator(pairs_of_groups(bend=lambda x: np.exp(2 * x))),
    )
    for choice in (straight, bent):
        costs = dict(choice.cllrs)
        assert list(costs) == ["logistic", "isotonic", "bi_gaussian"]
        assert costs[choice.kind] == min(costs.values())
        assert np.isfinite(choice.log10_lrs).all()
    assert dict(bent.cllrs)["logistic"] > dict(straight.cllrs)["logistic"]
    assert bent.kind != "logistic"


def test_logistic_stays_where_nothing_is_better():
    pairs = pairs_of_groups()
    constant = scored(np.zeros(len(pairs.scores)), pairs.is_taken, pairs.suspect_groups, pairs.work_groups)
    choice = choose_calibrator(constant)
    assert min(cost for _, cost in choice.cllrs) == pytest.approx(1.0, abs=0.01)


def test_scores_may_be_refitted_within_the_folds():
    pairs, asked = pairs_of_groups(), []

    def fit_to(train):
        asked.append(train)
        return pairs.scores * 2, train

    choice = choose_calibrator(pairs, num_folds=FOLDS, fit_to=fit_to)
    assert len(asked) == FOLDS * (FOLDS + 1) / 2
    assert dict(choice.cllrs)["logistic"] == pytest.approx(
        dict(choose_calibrator(pairs, num_folds=FOLDS).cllrs)["logistic"]
    )


def test_axis_weights_recover_what_was_planted_and_are_never_negative():
    generator = np.random.default_rng(5)
    is_taken = np.arange(6_000) < 3_000
    side = np.where(is_taken, 1.0, -1.0)
    values = np.stack([side + generator.normal(0, 1, 6_000), generator.normal(5, 2, 6_000), -side], axis=1)
    values[:, 2] += generator.normal(0, 3, 6_000)
    fitted = fit_axis_weights(values, is_taken=is_taken, weights=np.ones(6_000), axes=("good", "blind", "backwards"))
    assert fitted.weights[0] / fitted.scale[0] == pytest.approx(2.0, rel=0.05)  # distance 2, variance 1
    assert fitted.weights[1] < 0.1
    assert fitted.weights[2] == 0.0


def test_an_axis_that_was_not_measured_adds_nothing():
    generator = np.random.default_rng(6)
    is_taken = np.arange(400) < 200
    values = np.where(is_taken, 1.0, -1.0)[:, None] + generator.normal(3, 1, (400, 2))
    values[::3, 1] = np.nan
    fitted = fit_axis_weights(values, is_taken=is_taken, weights=np.ones(400), axes=("first", "second"))
    absent, neutral = fitted.score([[3.5, math.nan], [3.5, fitted.neutral[1]]])
    assert absent == neutral
    assert fitted.score([math.nan, math.nan]) == fitted.intercept
    assert fitted.score(values).shape == (400,)


def test_axis_weights_weigh_hypotheses_equally():
    generator = np.random.default_rng(7)
    is_taken = np.arange(5_000) < 200
    values = np.where(is_taken, 1.0, -1.0)[:, None] + generator.normal(0, 1, (5_000, 1))
    fitted = fit_axis_weights(values, is_taken=is_taken, weights=np.ones(5_000), axes=("only",))
    assert fitted.intercept == pytest.approx(0.0, abs=0.3)


def test_axis_input_that_can_not_be_used_is_refused():
    taken = np.array([True, False])
    with pytest.raises(ValueError, match="never measured"):
        fit_axis_weights([[math.nan], [1.0]], is_taken=taken, weights=[1, 1], axes=("a",))
    with pytest.raises(ValueError, match="infinities"):
        fit_axis_weights([[math.inf], [1.0]], is_taken=taken, weights=[1, 1], axes=("a",))
    fitted = AxisWeights(axes=("a",), weights=(1.0,), neutral=(0.0,), scale=(1.0,), ceiling=(9.0,), intercept=0.0)
    with pytest.raises(ValueError, match="1 axes"):
        fitted.score([[1.0, 2.0]])
    with pytest.raises(ValueError, match="0 or more"):
        AxisWeights(axes=("a",), weights=(-1.0,), neutral=(0.0,), scale=(1.0,), ceiling=(9.0,), intercept=0.0)


@pytest.mark.parametrize("name", LIR)
def test_elub_is_that_of_lir(name):
    case = LIR[name]
    same, other = case["log10_lr_same"], case["log10_lr_other"]
    got = elub(same + other, is_taken=np.arange(len(same + other)) < len(same))
    assert got == pytest.approx(case["elub"], abs=1e-8)


def test_weights_of_elub_are_counts():
    case = LIR["good"]
    same, other = case["log10_lr_same"], case["log10_lr_other"]
    taken = np.arange(len(same + other)) < len(same)
    twice = elub(np.repeat(same + other, 2), is_taken=np.repeat(taken, 2))
    assert elub(same + other, is_taken=taken, weights=np.full(len(taken), 2.0)) == twice


def test_the_count_binds_where_hypotheses_are_far_apart():
    is_taken = np.arange(500) < 400
    bounds = fit_bounds(np.where(is_taken, 9.0, -9.0), is_taken=is_taken)
    assert (bounds.upper_rule, bounds.num_independent) == ("count", 100)
    assert (bounds.lower_rule, bounds.num_taken) == ("count", 400)
    assert bounds.upper == pytest.approx(math.log10(101), abs=0.02)
    assert bounds.upper <= math.log10(101)
    assert -math.log10(401) <= bounds.lower <= -math.log10(401) + 0.02


def test_elub_binds_where_ratios_mislead():
    is_taken = np.arange(500) < 400
    ratios = np.where(is_taken, 1.5, -1.5)
    ratios[-5:] = 4.0  # strong support for what is not true
    bounds = fit_bounds(ratios, is_taken=is_taken)
    assert bounds.upper_rule == "elub"
    assert bounds.upper < 1.5


def test_files_cut_from_one_group_do_not_raise_the_bound():
    pairs = pairs_of_groups(distance=40.0)
    scores = pairs.scores
    alone = fit_bounds(scores, is_taken=pairs.is_taken, weights=pairs.weights())
    again = scored(*(np.tile(part, 5) for part in (scores, pairs.is_taken, pairs.suspect_groups, pairs.work_groups)))
    repeated = fit_bounds(again.scores, is_taken=again.is_taken, weights=again.weights())
    assert (repeated.num_taken, repeated.num_independent) == (alone.num_taken, alone.num_independent)
    assert 24 <= alone.num_taken <= pairs.is_taken.sum()
    assert 24 < alone.num_independent < 24 * 23


@pytest.mark.parametrize("kind", ["logistic", "isotonic", "bi_gaussian"])
def test_the_interval_holds_the_fit_and_is_the_same_every_time(kind):
    pairs = pairs_of_groups()
    table = bootstrap_interval(pairs, kind, num_draws=60, seed=9)
    assert table == bootstrap_interval(pairs, kind, num_draws=60, seed=9)
    assert table != bootstrap_interval(pairs, kind, num_draws=60, seed=10)
    assert (np.diff(table.lower) >= 0).all()
    assert (np.diff(table.upper) >= 0).all()
    fitted = fit_calibrator(kind, pairs.scores, is_taken=pairs.is_taken, weights=pairs.weights())
    lower, upper = table.at(0.5)
    assert lower <= float(fitted.log10_lr(0.5)) <= upper


def test_the_interval_is_that_of_refitting_to_every_single_pair():
    pairs, num_draws, seed = pairs_of_groups(num_groups=60), 10, 2  # more independent pairs than bins
    table = bootstrap_interval(pairs, "logistic", num_draws=num_draws, seed=seed)
    generator, base, ratios = np.random.default_rng(seed), pairs.weights(), []
    for _ in range(num_draws):
        times = np.bincount(generator.integers(0, 60, 60), minlength=60)
        first, second = pairs.suspect_groups, pairs.work_groups
        weights = base * np.where(first == second, times[first], times[first] * times[second])
        fitted = fit_calibrator("logistic", pairs.scores, is_taken=pairs.is_taken, weights=weights)
        ratios.append(fitted.log10_lr(table.scores))
    lower, upper = np.percentile(ratios, [2.5, 97.5], axis=0)
    assert (~pairs.is_taken).sum() > 2 * 2_048
    assert table.lower == pytest.approx(lower, abs=0.003)
    assert table.upper == pytest.approx(upper, abs=0.003)


def test_intervals_cover_the_true_ratio_of_crossed_groups():
    """95 % of the intervals, of data in which pairs share the habits of suspects and of works."""
    held, asked = [], 1.0
    for seed in range(60):
        generator = np.random.default_rng(seed)
        suspects, works = np.meshgrid(np.arange(25), np.arange(25, 50), indexing="ij")
        habit = generator.normal(0, 0.5, 50)
        untaken = habit[suspects.ravel()] + habit[works.ravel()] + generator.normal(-1, 1, 625)
        taken = habit[:25] + generator.normal(2, math.sqrt(1.25), 25)  # the same spread as the others: sqrt(1.5)
        pairs = scored(
            np.concatenate([taken, untaken]),
            np.arange(650) < 25,
            np.concatenate([np.arange(25), suspects.ravel()]),
            np.concatenate([np.arange(25), works.ravel()]),
        )
        lower, upper = bootstrap_interval(pairs, "logistic", num_draws=100, seed=seed).at(asked)
        truth = (2.0 - (-1.0)) / 1.5 * (asked - 0.5) / math.log(10)
        held.append(lower <= truth <= upper)
    assert np.mean(held) >= 0.9


def test_more_groups_make_the_interval_narrower():
    few, many = (bootstrap_interval(pairs_of_groups(num_groups=size), "logistic", num_draws=60) for size in (12, 72))
    assert np.subtract(*many.at(1.5)) > np.subtract(*few.at(1.5))  # lower less upper: negative


def test_pairs_must_fit_together():
    with pytest.raises(ValueError, match=r"is_taken: expected bool\(n\) with n = 3, got bool\(1\)"):
        scored(np.zeros(3), np.array([True]), np.zeros(3), np.zeros(3))
    with pytest.raises(ValueError, match="both taken and independent"):
        scored(np.zeros(1), np.array([True]), np.zeros(1), np.zeros(1))
    with pytest.raises(ValueError, match="one shape"):
        scored(np.zeros(1), np.array([True]), np.zeros(3), np.zeros(1))
    assert repr(pairs_of_groups()).startswith("ScoredPairs(scores=float64(")
