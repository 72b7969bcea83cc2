"""Figures of likelihood ratios: cases worked out by hand, and agreement with an independent scorer."""

from __future__ import annotations

import math

import numpy as np
import pytest
from support.bench_scorer import bench_scorer

from similarity.absence import NotMeasured
from similarity.measure.likelihood_ratios import calibration_points, cllr, cllr_min, error_rates, tippett


@pytest.fixture(scope="module")
def scorer():
    with bench_scorer("score") as module:
        yield module


@pytest.mark.parametrize("seed", range(20))
def test_costs_agree_with_the_bench(scorer, seed):
    rng = np.random.default_rng(seed)
    num_same, num_other = rng.integers(1, 200, 2)
    same, other = rng.normal(rng.random() * 4, 1, num_same), rng.normal(-1, 2, num_other)
    if seed % 2:
        same, other = same.round(), other.round()  # many ties
    assert cllr(same, other) == pytest.approx(scorer.cllr(same, other), abs=1e-12)
    assert cllr_min(same, other) == pytest.approx(scorer.cllr_min(same, other), abs=1e-12)


def test_the_cost_of_a_small_case():
    # same: log2(1 + 1/10), other: log2(1 + 1/100) and log2(1 + 2)
    expected = (math.log2(1.1) + (math.log2(1.01) + math.log2(3)) / 2) / 2
    assert cllr([1.0], [-2.0, math.log10(2)]) == pytest.approx(expected)


def test_ratios_of_one_tell_nothing():
    assert cllr([0.0], [0.0, 0.0]) == 1.0
    assert cllr_min([0.0], [0.0, 0.0]) == pytest.approx(1.0)


def test_wrong_certainty_costs_everything_and_right_certainty_nothing():
    assert cllr([math.inf], [-math.inf]) == 0.0
    assert cllr([-math.inf], [-1.0]) == math.inf


def test_huge_ratios_do_not_overflow():
    assert cllr([-400.0], [400.0]) == pytest.approx(400 * math.log2(10))


def test_recalibration_pools_what_is_out_of_order():
    # of same 1/2 lies below the only other; pooled with it, 1/2 : 1
    expected = (math.log2(3 / 1) / 2 + math.log2(3 / 2)) / 2
    assert cllr_min([-1.0, 5.0], [0.0]) == pytest.approx(expected)


def test_a_perfect_ranking_costs_nothing_after_recalibration():
    assert cllr_min([0.3, 0.2], [0.1, -7.0]) == pytest.approx(0.0, abs=1e-11)


def test_calibration_points_of_a_small_case():
    points = calibration_points([1.0, 1.0, 2.0, 2.0], [1.0, 0.0])
    assert points.stated_log10_lr.tolist() == [0.0, 1.0, 2.0]
    assert points.observed_log10_lr == pytest.approx([-12.0, 0.0, 12.0], abs=1e-3)
    assert points.num_same.tolist() == [0, 2, 2]
    assert points.num_other.tolist() == [1, 1, 0]


def test_errors_are_counted_at_the_threshold():
    rates = error_rates([-1.0, 0.0, 2.0, 3.0], [-1.0, 0.0, 1.0])
    assert rates.threshold_log10_lr == 0.0
    assert (rates.false_negative.num_errors, rates.false_negative.num_pairs) == (1, 4)
    assert (rates.false_positive.num_errors, rates.false_positive.num_pairs) == (2, 3)
    assert rates.false_negative.rate == 0.25
    assert error_rates([1.0], [1.0], threshold_log10_lr=1.5).false_positive.num_errors == 0


@pytest.mark.parametrize(
    ("num_errors", "num_pairs", "low", "high"),
    [  # 0 of n and n of n in closed form; 1 of 10 as tabled
        (0, 10, 0.0, 1 - 0.025 ** (1 / 10)),
        (10, 10, 0.025 ** (1 / 10), 1.0),
        (1, 10, 0.00253, 0.44502),
        (0, 300, 0.0, 1 - 0.025 ** (1 / 300)),
    ],
)
def test_intervals_are_exact(num_errors, num_pairs, low, high):
    other = [1.0] * num_errors + [-1.0] * (num_pairs - num_errors)
    assert error_rates([], other).false_positive.interval_95 == pytest.approx((low, high), abs=1e-5)


def test_tippett_curves_of_a_small_case():
    curves = tippett([0.0, 2.0], [-1.0, -1.0, 0.0, 1.0])
    assert curves.log10_lr.tolist() == [-1.0, 0.0, 1.0, 2.0]
    assert curves.share_of_same.tolist() == [1.0, 1.0, 0.5, 0.5]
    assert curves.share_of_other.tolist() == [1.0, 0.5, 0.25, 0.0]


@pytest.mark.parametrize(("same", "other"), [([], []), ([1.0], []), ([], [1.0])])
def test_without_pairs_of_both_kinds_nothing_is_measured(same, other):
    for figure in (cllr, cllr_min, tippett, calibration_points):
        absent = figure(same, other)
        assert isinstance(absent, NotMeasured)
        assert f"{len(same)} that take from the work and {len(other)} that do not" in str(absent.reason)


def test_an_error_rate_without_pairs_is_not_measured():
    rates = error_rates([], [1.0])
    assert isinstance(rates.false_negative.rate, NotMeasured)
    assert isinstance(rates.false_negative.interval_95, NotMeasured)
    assert rates.false_positive.rate == 1.0


@pytest.mark.parametrize("figure", [cllr, cllr_min, tippett, calibration_points, error_rates])
def test_what_is_no_list_of_numbers_is_refused(figure):
    with pytest.raises(ValueError, match="log10_lr_same"):
        figure([math.nan], [0.0])
    with pytest.raises(ValueError, match="log10_lr_other"):
        figure([0.0], [[0.0]])


def test_a_threshold_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match="threshold_log10_lr"):
        error_rates([0.0], [0.0], threshold_log10_lr=math.nan)
