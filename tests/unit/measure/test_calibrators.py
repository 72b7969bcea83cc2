"""Calibrators: monotone, finite at the ends, right where the truth is known."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.paths import GOLDEN

from similarity.measure.calibrators import (
    CALIBRATOR_KINDS,
    BiGaussianCalibrator,
    IntervalTable,
    IsotonicCalibrator,
    LogisticCalibrator,
    fit_calibrator,
    weighted_cllr,
)
from similarity.measure.likelihood_ratios import cllr

LIR = json.loads((GOLDEN / "lir.json").read_text(encoding="utf-8"))["cases"]
DISTANCE = 3.0


def gaussians(num_taken, num_independent, *, seed=0, distance=DISTANCE):
    generator = np.random.default_rng(seed)
    taken, other = generator.normal(distance / 2, 1, num_taken), generator.normal(-distance / 2, 1, num_independent)
    return np.concatenate([taken, other]), np.repeat([True, False], [num_taken, num_independent])


@pytest.mark.parametrize("kind", CALIBRATOR_KINDS)
def test_known_gaussian_ratios_are_recovered_whatever_the_numbers_of_pairs(kind):
    scores, is_taken = gaussians(4_000, 40_000)
    wanted = np.linspace(-1.0, 1.0, 9)
    got = fit_calibrator(kind, scores, is_taken=is_taken).log10_lr(wanted)
    assert np.abs(got - DISTANCE * wanted / math.log(10)).max() < 0.2


def test_the_bi_gaussian_target_has_the_spread_of_the_data():
    scores, is_taken = gaussians(4_000, 4_000)
    assert fit_calibrator("bi_gaussian", scores, is_taken=is_taken).variance == pytest.approx(DISTANCE**2, rel=0.08)


def test_the_bi_gaussian_calibrator_follows_scores_that_were_bent():
    scores, is_taken = gaussians(4_000, 4_000)
    fitted = fit_calibrator("bi_gaussian", np.exp(scores), is_taken=is_taken)
    at = np.linspace(-1.0, 1.0, 9)
    assert np.abs(fitted.log10_lr(np.exp(at)) - DISTANCE * at / math.log(10)).max() < 0.2


@pytest.mark.parametrize("kind", CALIBRATOR_KINDS)
@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(-20, 20), st.booleans()), min_size=2, max_size=40))
def test_every_calibrator_is_monotone_and_finite(kind, pairs):
    scores, is_taken = np.array([score for score, _ in pairs], dtype=float), np.array([taken for _, taken in pairs])
    if is_taken.all() or not is_taken.any():
        with pytest.raises(ValueError, match="both hypotheses"):
            fit_calibrator(kind, scores, is_taken=is_taken)
        return
    ratios = fit_calibrator(kind, scores, is_taken=is_taken).log10_lr(np.linspace(-30, 30, 301))
    assert np.isfinite(ratios).all()
    assert (np.diff(ratios) >= 0).all()


@pytest.mark.parametrize("kind", CALIBRATOR_KINDS)
def test_weights_are_counts(kind):
    scores, is_taken = gaussians(30, 50)
    times = np.random.default_rng(1).integers(0, 4, len(scores))
    weighted = fit_calibrator(kind, scores, is_taken=is_taken, weights=times)
    repeated = fit_calibrator(kind, np.repeat(scores, times), is_taken=np.repeat(is_taken, times))
    at = np.linspace(-4, 4, 33)
    assert weighted.log10_lr(at) == pytest.approx(repeated.log10_lr(at), abs=1e-6)


def test_isotonic_ends_say_no_more_than_the_number_of_observations():
    scores, is_taken = gaussians(50, 900, distance=40.0)
    fitted = fit_calibrator("isotonic", scores, is_taken=is_taken)
    assert fitted.log10_lrs[-1] == pytest.approx(math.log10(901 * 50 / 51))
    assert fitted.log10_lrs[0] == pytest.approx(-math.log10(51 * 900 / 901))


@pytest.mark.parametrize("kind", CALIBRATOR_KINDS)
def test_scores_that_run_the_wrong_way_say_next_to_nothing(kind):
    scores, is_taken = gaussians(200, 200)
    assert np.abs(fit_calibrator(kind, -scores, is_taken=is_taken).log10_lr([-1.0, 0.0, 1.0])).max() < 0.05


@pytest.mark.parametrize("kind", CALIBRATOR_KINDS)
def test_all_scores_equal_say_nothing(kind):
    fitted = fit_calibrator(kind, np.ones(20), is_taken=np.arange(20) < 5)
    assert fitted.log10_lr([1.0]) == pytest.approx([0.0], abs=0.05)


def test_bi_gaussian_knots_stay_few():
    scores, is_taken = gaussians(2_000, 20_000)
    fitted = fit_calibrator("bi_gaussian", scores, is_taken=is_taken)
    assert len(fitted.scores) <= 257
    assert (fitted.scores[0], fitted.scores[-1]) == (scores.min(), scores.max())


@pytest.mark.parametrize("kind", CALIBRATOR_KINDS)
def test_fitting_twice_gives_the_same_numbers(kind):
    scores, is_taken = gaussians(100, 300)
    assert fit_calibrator(kind, scores, is_taken=is_taken) == fit_calibrator(kind, scores, is_taken=is_taken)


@pytest.mark.parametrize("name", LIR)
def test_cllr_is_that_of_lir_and_of_the_metrics(name):
    case = LIR[name]
    same, other = case["log10_lr_same"], case["log10_lr_other"]
    got = weighted_cllr(same + other, is_taken=np.arange(len(same + other)) < len(same))
    assert got == pytest.approx(case["cllr"], abs=1e-8)
    assert got == pytest.approx(cllr(same, other), abs=1e-12)


def test_unusable_input_is_refused():
    with pytest.raises(ValueError, match="unknown kind"):
        fit_calibrator("platt", [1.0, 2.0], is_taken=[True, False])
    with pytest.raises(ValueError, match="one shape"):
        fit_calibrator("logistic", [1.0, 2.0], is_taken=[True])
    with pytest.raises(ValueError, match="finite"):
        fit_calibrator("logistic", [1.0, math.nan], is_taken=[True, False])
    with pytest.raises(ValueError, match="both hypotheses"):
        fit_calibrator("logistic", [1.0, 2.0], is_taken=[True, False], weights=[1.0, 0.0])


@pytest.mark.parametrize(
    "make",
    [
        lambda: LogisticCalibrator(slope=0.0, intercept=0.0),
        lambda: LogisticCalibrator(slope=1.0, intercept=math.inf),
        lambda: IsotonicCalibrator(scores=(), log10_lrs=()),
        lambda: IsotonicCalibrator(scores=(0.0, 1.0), log10_lrs=(0.0,)),
        lambda: IsotonicCalibrator(scores=(0.0, 1.0), log10_lrs=(1.0, 0.0)),
        lambda: IsotonicCalibrator(scores=(1.0, 1.0), log10_lrs=(0.0, 1.0)),
        lambda: BiGaussianCalibrator(scores=(0.0, 1.0), log10_lrs=(0.0, 1.0), variance=0.0),
        lambda: IntervalTable(scores=(0.0,), lower=(1.0,), upper=(0.0,), num_draws=1, seed=0),
        lambda: IntervalTable(scores=(0.0, 0.0), lower=(0.0, 0.0), upper=(1.0, 1.0), num_draws=1, seed=0),
        lambda: IntervalTable(scores=(0.0,), lower=(0.0,), upper=(0.0,), num_draws=0, seed=0),
    ],
)
def test_values_that_can_not_be_are_not_made(make):
    with pytest.raises(ValueError, match=r"need|must|may"):
        make()
