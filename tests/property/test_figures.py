"""Laws of the figures of quality; times and scores are whole numbers, so that ties and sums are exact."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from similarity.absence import NotMeasured
from similarity.evaluate.segments import (
    MatchedSegment,
    false_alarm_limit,
    micro_average_precision,
    operating_threshold,
    recall_at_threshold,
    segment_average_precision,
    segment_precision_recall_f1,
)
from similarity.evaluate.tiers import GeneratedPair, ScoreTable, tier_figures
from similarity.measure.likelihood_ratios import calibration_points, cllr, cllr_min, error_rates, tippett

SUSPECTS, WORKS = ("s0", "s1", "s2", "s3"), ("w0", "w1", "w2")

law = settings(max_examples=60)
spans = st.tuples(st.integers(0, 12), st.integers(1, 6)).map(lambda span: (float(span[0]), float(sum(span))))
segments = st.lists(
    st.builds(
        MatchedSegment,
        suspect_id=st.sampled_from(SUSPECTS),
        work_id=st.sampled_from(WORKS),
        suspect_interval=spans,
        work_interval=spans,
        score=st.integers(-5, 5).map(float),
    ),
    max_size=10,
)
some_segments = segments.filter(bool)
log10_lrs = st.lists(st.integers(-6, 6).map(lambda halves: halves / 2), min_size=1, max_size=20)
rising_maps = st.sampled_from([lambda x: 3 * x + 1, lambda x: x**3, math.exp, lambda x: x / 1000 - 40])
tables = st.lists(st.integers(-4, 4), min_size=12, max_size=12).map(lambda v: np.array(v, float).reshape(4, 3))
pair_lists = st.lists(
    st.builds(
        GeneratedPair,
        suspect_id=st.sampled_from(SUSPECTS[:3]),
        work_id=st.sampled_from(WORKS),
        relation=st.sampled_from(("edit", "pose")),
        resemblance=st.sampled_from(("high", "medium", "low", "none")),
        footage_group=st.sampled_from(("g0", "g1")),
    ),
    max_size=8,
    unique_by=lambda pair: pair.pair,
)


def rescored(found, rising):
    return [replace(segment, score=rising(segment.score)) for segment in found]


def table_of(values):
    return ScoreTable(suspect_ids=SUSPECTS, work_ids=WORKS, scores=values)


@law
@given(some_segments, segments)
def test_a_perfect_ranking_gives_one(truth, others):
    pairs = {segment.pair for segment in truth}
    wrong = [replace(segment, score=-9.0) for segment in others if segment.pair not in pairs]
    found = [replace(segment, score=9.0) for segment in truth]
    assert micro_average_precision([*found, *wrong], pairs) == 1.0
    assert segment_average_precision([*found, *wrong], truth) == pytest.approx(1.0, abs=1e-12)
    assert segment_precision_recall_f1([*found, *wrong], truth) == (1.0, 1.0, 1.0)


@law
@given(segments, some_segments)
def test_figures_of_segments_are_shares(found, truth):
    figures = [micro_average_precision(found, {segment.pair for segment in truth})]
    figures += [segment_average_precision(found, truth), *segment_precision_recall_f1(found, truth)]
    assert all(0 <= figure <= 1 for figure in figures)


@law
@given(segments, some_segments, rising_maps)
def test_a_rising_map_of_the_scores_changes_no_average_precision(found, truth, rising):
    pairs = {segment.pair for segment in truth}
    mapped = rescored(found, rising)
    assert micro_average_precision(mapped, pairs) == micro_average_precision(found, pairs)
    assert segment_average_precision(mapped, truth) == segment_average_precision(found, truth)


@law
@given(segments, some_segments, st.sets(st.sampled_from(SUSPECTS)), rising_maps)
def test_a_rising_map_of_the_scores_moves_the_threshold_and_nothing_else(found, truth, positives, rising):
    pairs = {segment.pair for segment in truth}
    is_positive = {name: name in positives for name in SUSPECTS}
    families = {name: name for name in sorted(positives)}
    recalls = []
    for scored in (found, rescored(found, rising)):
        threshold = operating_threshold(scored, pairs, is_positive=is_positive)
        recalls.append(recall_at_threshold(scored, pairs, family_of_suspect=families, threshold=threshold))
    assert recalls[0] == recalls[1]


@law
@given(segments, some_segments, st.randoms(use_true_random=False))
def test_order_changes_nothing(found, truth, random):
    pairs = {segment.pair for segment in truth}
    shuffled = random.sample(found, len(found))
    assert micro_average_precision(shuffled, pairs) == micro_average_precision(found, pairs)
    expected = segment_average_precision(found, truth)
    assert segment_average_precision(shuffled, truth[::-1]) == pytest.approx(expected, abs=1e-12)


@law
@given(segments, some_segments)
def test_finding_the_same_twice_changes_no_average_precision(found, truth):
    expected = segment_average_precision(found, truth)
    assert segment_average_precision([*found, *found], truth) == pytest.approx(expected, abs=1e-12)


@law
@given(some_segments, some_segments)
def test_changing_sides_exchanges_recall_and_precision_within_a_pair(found, truth):
    found, truth = ([replace(one, suspect_id="s0", work_id="w0") for one in many] for many in (found, truth))
    precision, recall, f1 = segment_precision_recall_f1(found, truth)
    assert segment_precision_recall_f1(truth, found) == pytest.approx((recall, precision, f1))


@law
@given(segments, segments, st.sets(st.sampled_from(SUSPECTS)))
def test_the_threshold_is_the_lowest_that_lets_no_alarm_through(found, truth, positives):
    pairs = {segment.pair for segment in truth}
    is_positive = {name: name in positives for name in SUSPECTS}
    threshold = operating_threshold(found, pairs, is_positive=is_positive)
    wrong = [segment.score for segment in found if segment.pair not in pairs]
    assert all(score < threshold for score in wrong)
    assert threshold == -math.inf or math.nextafter(threshold, -math.inf) in wrong


@law
@given(st.lists(st.integers(0, 9), min_size=1, max_size=50), st.sampled_from([0.0, 0.01, 0.1, 0.5]))
def test_the_limit_is_the_lowest_score_that_few_exceed(scores, max_share):
    limit = false_alarm_limit(scores, max_share=max_share)
    fitting = [score for score in scores if sum(s > score for s in scores) <= max_share * len(scores)]
    assert limit == min(fitting)


@law
@given(st.integers(1, 9), st.integers(1, 9))
def test_ratios_of_one_cost_one_bit(num_same, num_other):
    assert cllr([0.0] * num_same, [0.0] * num_other) == pytest.approx(1.0)
    assert cllr_min([0.0] * num_same, [0.0] * num_other) == pytest.approx(1.0)


@law
@given(log10_lrs, log10_lrs)
def test_recalibration_never_costs(same, other):
    assert 0 <= cllr_min(same, other) <= min(1.0, cllr(same, other)) + 1e-9


@law
@given(log10_lrs, log10_lrs, rising_maps)
def test_a_rising_map_changes_no_cost_after_recalibration(same, other, rising):
    mapped = cllr_min([rising(value) for value in same], [rising(value) for value in other])
    assert mapped == cllr_min(same, other)


@law
@given(log10_lrs, log10_lrs)
def test_recalibrating_what_is_recalibrated_changes_nothing(same, other):
    points = calibration_points(same, other)
    again = calibration_points(
        np.repeat(points.observed_log10_lr, points.num_same), np.repeat(points.observed_log10_lr, points.num_other)
    )
    assert again.observed_log10_lr == pytest.approx(again.stated_log10_lr, abs=1e-2)


@law
@given(log10_lrs, log10_lrs)
def test_observed_ratios_rise_with_stated_ones(same, other):
    points = calibration_points(same, other)
    assert (np.diff(points.stated_log10_lr) > 0).all()
    assert (np.diff(points.observed_log10_lr) >= 0).all()
    assert (points.num_same.sum(), points.num_other.sum()) == (len(same), len(other))


@law
@given(log10_lrs, log10_lrs)
def test_exchanging_the_hypotheses_changes_no_cost(same, other):
    turned = [-value for value in other], [-value for value in same]
    assert cllr(*turned) == pytest.approx(cllr(same, other))
    assert cllr_min(*turned) == pytest.approx(cllr_min(same, other), abs=1e-9)


@law
@given(log10_lrs, log10_lrs, st.integers(-6, 6).map(lambda halves: halves / 2))
def test_error_rates_lie_on_the_tippett_curves(same, other, threshold):
    rates, curves = error_rates(same, other, threshold_log10_lr=threshold), tippett(same, other)
    place = np.searchsorted(curves.log10_lr, threshold)
    expected = (curves.share_of_same[place], curves.share_of_other[place]) if place < len(curves.log10_lr) else (0, 0)
    assert (1 - rates.false_negative.rate, rates.false_positive.rate) == pytest.approx(expected, abs=1e-12)


@law
@given(st.integers(0, 30), st.integers(1, 30))
def test_the_interval_holds_the_rate(num_errors, num_right):
    rate = error_rates([], [1.0] * num_errors + [-1.0] * num_right).false_positive
    low, high = rate.interval_95
    assert 0 <= low <= rate.rate <= high <= 1
    assert low < high


@law
@given(pair_lists, tables, rising_maps)
def test_a_rising_map_changes_no_figure_of_generated_video_but_the_threshold(pairs, values, rising):
    figures = tier_figures(pairs, ["s3"], scores=table_of(values))
    mapped = tier_figures(pairs, ["s3"], scores=table_of(np.vectorize(rising, otypes=[float])(values)))
    assert replace(mapped, threshold=figures.threshold) == figures
    assert mapped.threshold == (figures.threshold if math.isinf(figures.threshold) else rising(figures.threshold))


@law
@given(pair_lists)
def test_scores_that_follow_the_truth_are_perfect(pairs):
    strength = {"high": 3.0, "medium": 2.0, "low": 1.0}
    known = {pair.pair: strength[pair.resemblance] for pair in pairs if pair.resemblance != "none"}
    everything = {(suspect, work): 0.0 for suspect in SUSPECTS for work in WORKS}
    figures = tier_figures(pairs, ["s3"], scores=everything | known)
    recalls = [*figures.recall_by_tier.values(), *figures.recall_by_relation.values()]
    assert all(isinstance(recall, NotMeasured) or recall == 1.0 for recall in recalls)
    for figure in (figures.separation_high_over_low, figures.top_1_right_group):
        assert isinstance(figure, NotMeasured) or figure == 1.0
    assert figures.num_same_prompt_alarms == 0
