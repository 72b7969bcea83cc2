"""Figures of copied segments: cases worked out by hand, and agreement with an independent scorer."""

from __future__ import annotations

import math

import numpy as np
import pytest
from support.bench_scorer import bench_scorer

from similarity.absence import NotMeasured
from similarity.evaluate.segments import (
    MatchedSegment,
    SuspectRecall,
    false_alarm_limit,
    micro_average_precision,
    operating_threshold,
    recall_at_threshold,
    segment_average_precision,
    segment_precision_recall_f1,
)

SEEDS = range(12)


@pytest.fixture(scope="module")
def scorer():
    with bench_scorer("score") as module:
        yield module


def segment(pair, suspect_interval, work_interval=None, score=1.0):
    return MatchedSegment(
        suspect_id=pair[0],
        work_id=pair[1],
        suspect_interval=suspect_interval,
        work_interval=work_interval or suspect_interval,
        score=score,
    )


def random_segments(rng, num_segments, num_suspects=8, num_works=4):
    """Segments of few pairs and few scores, so that there are overlaps and ties; some have no length."""
    segments = []
    for _ in range(num_segments):
        pair = f"s{rng.integers(num_suspects)}", f"w{rng.integers(num_works)}"
        (start, begin), (seconds, length) = rng.integers(0, 40, 2) / 4, rng.integers(0, 20, 2) / 4
        score = float(rng.integers(0, 12)) / 3 - 1
        segments.append(segment(pair, (start, start + seconds), (begin, begin + length), score))
    return segments


def for_scorer(scorer, segments):
    return [scorer.Segment(one.pair, one.suspect_interval, one.work_interval, one.score) for one in segments]


def random_case(seed):
    """(found, truth, is_positive, family of the positive ones); some suspects have no match, some no family's luck."""
    rng = np.random.default_rng(seed)
    num_suspects = 260 if seed % 2 else 8
    truth = random_segments(rng, 4 * num_suspects // 3, num_suspects)
    found = random_segments(rng, 4 * num_suspects, num_suspects)
    found += [segment(one.pair, one.suspect_interval, one.work_interval, rng.random() * 5) for one in truth[::2]]
    positives = {one.suspect_id for one in truth}
    is_positive = {f"s{number}": f"s{number}" in positives for number in range(num_suspects)}
    return found, truth, is_positive, {name: f"family{int(name[1:]) % 3}" for name in sorted(positives)}


@pytest.mark.parametrize("seed", SEEDS)
def test_average_precisions_agree_with_the_bench(scorer, seed):
    found, truth, _, _ = random_case(seed)
    pairs = {one.pair for one in truth}
    theirs = for_scorer(scorer, found)
    assert micro_average_precision(found, pairs) == pytest.approx(scorer.micro_ap(theirs, pairs), abs=1e-12)
    expected = scorer.segment_ap(theirs, for_scorer(scorer, truth))
    assert segment_average_precision(found, truth) == pytest.approx(expected, abs=1e-12)
    assert 0 < expected < 1


@pytest.mark.parametrize("seed", SEEDS)
def test_segment_precision_and_recall_agree_with_the_bench(scorer, seed):
    found, truth, _, _ = random_case(seed)
    for threshold in (-math.inf, 0.0, 1.5, 99.0):
        kept = [one for one in found if one.score >= threshold]
        expected = scorer.vcsl_scores(for_scorer(scorer, kept), for_scorer(scorer, truth))
        assert segment_precision_recall_f1(found, truth, threshold=threshold) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_operating_point_agrees_with_the_bench(scorer, seed):
    found, truth, is_positive, family = random_case(seed)
    pairs = {one.pair for one in truth}
    suspects = [
        {"query_id": name, "family": family.get(name, "none"), "positive": str(int(positive))}
        for name, positive in is_positive.items()
    ]
    expected = scorer.evaluate(for_scorer(scorer, truth), suspects, for_scorer(scorer, found))
    threshold = operating_threshold(found, pairs, is_positive=is_positive)
    assert threshold == expected["threshold"]
    recall = recall_at_threshold(found, pairs, family_of_suspect=family, threshold=threshold)
    assert recall.overall.share == pytest.approx(expected["recall@1%"], abs=1e-12)
    per_family = {name: [one.num_found, one.num_suspects] for name, one in recall.by_family.items()}
    assert per_family == expected["family_recall@1%"]


def test_average_precision_counts_the_best_match_of_each_pair_once():
    found = [
        segment(("a", "x"), (0.0, 1.0), score=0.9),
        segment(("a", "x"), (1.0, 2.0), score=0.1),
        segment(("b", "x"), (0.0, 1.0), score=0.8),
        segment(("b", "y"), (0.0, 1.0), score=0.7),
    ]
    # right at rank 1 of 1 and rank 3 of 3, of three true pairs: 1/3 * 1/1 + 1/3 * 2/3
    assert micro_average_precision(found, {("a", "x"), ("b", "y"), ("c", "z")}) == pytest.approx(5 / 9)


def test_equal_scores_are_one_step_of_average_precision():
    found = [segment(("a", "x"), (0.0, 1.0)), segment(("b", "x"), (0.0, 1.0))]
    assert micro_average_precision(found, {("a", "x")}) == 0.5
    assert micro_average_precision(found[::-1], {("a", "x")}) == 0.5


def test_segment_average_precision_is_a_geometric_mean_over_both_axes():
    truth = [segment(("a", "x"), (0.0, 4.0), (10.0, 14.0))]
    # suspect: 2 of 4 seconds inside, 2 of 2 right; work: 4 of 4 inside, 4 of 8 right
    found = [segment(("a", "x"), (0.0, 2.0), (10.0, 18.0))]
    assert segment_average_precision(found, truth) == pytest.approx(math.sqrt(1 / 2) * math.sqrt(1 / 2))


def test_a_segment_met_on_one_axis_only_counts_for_nothing():
    truth = [segment(("a", "x"), (0.0, 4.0), (10.0, 14.0))]
    found = [segment(("a", "x"), (0.0, 4.0), (20.0, 24.0))]
    assert segment_average_precision(found, truth) == 0.0
    assert segment_precision_recall_f1(found, truth) == (0.0, 0.0, 0.0)


def test_a_surer_wrong_segment_lowers_segment_average_precision():
    truth = [segment(("a", "x"), (0.0, 4.0))]
    right, wrong = segment(("a", "x"), (0.0, 4.0), score=1.0), segment(("b", "x"), (0.0, 4.0), score=2.0)
    assert segment_average_precision([right, wrong], truth) == pytest.approx(0.5)


def test_segment_precision_and_recall_multiply_both_axes():
    truth = [segment(("a", "x"), (0.0, 4.0), (0.0, 4.0)), segment(("b", "x"), (0.0, 4.0))]
    found = [segment(("a", "x"), (2.0, 6.0), (0.0, 8.0)), segment(("c", "x"), (0.0, 1.0))]
    precision, recall, f1 = segment_precision_recall_f1(found, truth)
    assert precision == pytest.approx(2 / 4 * 4 / 8)  # of the one true pair in which something was found
    assert recall == pytest.approx((2 / 4 * 4 / 4 + 0) / 2)
    assert f1 == pytest.approx(0.25)


def test_the_threshold_lies_just_above_what_must_be_refused():
    found = [
        segment(("negative", "x"), (0.0, 1.0), score=0.3),
        segment(("positive", "x"), (0.0, 1.0), score=0.2),
        segment(("positive", "y"), (0.0, 1.0), score=0.5),
        segment(("stranger", "y"), (0.0, 1.0), score=0.9),
    ]
    is_positive = {"positive": True, "negative": False}
    threshold = operating_threshold(found, {("positive", "x")}, is_positive=is_positive)
    assert threshold == math.nextafter(0.5, 1)
    loose = operating_threshold(found[:1], set(), is_positive={"positive": True, "n1": False})
    assert loose == -math.inf


def test_one_in_a_hundred_may_be_wrong():
    assert false_alarm_limit([*range(99)]) == 98
    assert false_alarm_limit([*range(100)]) == 98
    assert false_alarm_limit([*range(200)]) == 197
    assert false_alarm_limit([*range(100)], max_share=0.29) == 70
    assert false_alarm_limit([]) == -math.inf


def test_a_share_of_everything_is_refused():
    with pytest.raises(ValueError, match="max_share"):
        false_alarm_limit([1.0], max_share=1.0)


def test_recall_is_given_per_family():
    found = [segment(("a", "x"), (0.0, 1.0), score=0.5), segment(("b", "y"), (0.0, 1.0), score=0.9)]
    families = {"b": "crop", "a": "crop", "c": "blend"}
    pairs = {("a", "x"), ("b", "x"), ("c", "x")}
    recall = recall_at_threshold(found, pairs, family_of_suspect=families, threshold=0.5)
    assert recall.overall == SuspectRecall(num_found=1, num_suspects=3)
    assert list(recall.by_family) == ["blend", "crop"]
    assert recall.by_family["crop"].share == 0.5
    assert recall.by_family["blend"].share == 0.0


def test_nothing_found_is_zero():
    truth = [segment(("a", "x"), (0.0, 1.0))]
    assert micro_average_precision([], {("a", "x")}) == 0.0
    assert segment_average_precision([], truth) == 0.0
    assert segment_precision_recall_f1([], truth) == (0.0, 0.0, 0.0)


def test_without_anything_true_nothing_is_measured():
    found = [segment(("a", "x"), (0.0, 1.0))]
    assert isinstance(micro_average_precision(found, set()), NotMeasured)
    assert isinstance(segment_average_precision(found, []), NotMeasured)
    assert isinstance(segment_precision_recall_f1(found, []), NotMeasured)
    assert isinstance(segment_average_precision(found, [segment(("a", "x"), (1.0, 1.0))]), NotMeasured)
    recall = recall_at_threshold(found, set(), family_of_suspect={}, threshold=0.0)
    assert isinstance(recall.overall.share, NotMeasured)
    assert recall.by_family == {}


@pytest.mark.parametrize("interval", [(2.0, 1.0), (0.0, math.inf), (math.nan, 1.0)])
def test_an_impossible_interval_is_refused(interval):
    with pytest.raises(ValueError, match="suspect_interval"):
        segment(("a", "x"), interval, (0.0, 1.0))
    with pytest.raises(ValueError, match="work_interval"):
        segment(("a", "x"), (0.0, 1.0), interval)


@pytest.mark.parametrize("score", [math.nan, math.inf, -math.inf])
def test_a_score_that_is_not_finite_is_refused(score):
    with pytest.raises(ValueError, match="score"):
        segment(("a", "x"), (0.0, 1.0), score=score)
