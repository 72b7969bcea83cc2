"""Figures of generated videos: cases worked out by hand, and agreement with an independent scorer."""

from __future__ import annotations

import csv
import math

import numpy as np
import pytest
from support.bench_scorer import BENCH, bench_scorer

from similarity.absence import NotMeasured
from similarity.evaluate.tiers import GeneratedPair, ScoreTable, tier_figures

KINDS = (("style-edit", "high"), ("subject-swap", "medium"), ("pose", "low"), ("same-prompt", "none"))


@pytest.fixture(scope="module")
def scorer():
    with bench_scorer("score_derived") as module:
        yield module


def generated(suspect_id, work_id, kind="style-edit", *, group=None):
    return GeneratedPair(
        suspect_id=suspect_id,
        work_id=work_id,
        relation=kind,
        resemblance=dict(KINDS)[kind],
        footage_group=group or f"group of {work_id}",
    )


def random_pairs(rng):
    """Pairs with groups of several works, suspects of several works, and suspects that are works too."""
    num_works = int(rng.integers(3, 12))
    chosen = {}
    for number in range(int(rng.integers(5, 60))):
        suspect = f"s{number}" if rng.random() < 0.9 else f"w{rng.integers(num_works)}"
        for _ in range(rng.integers(1, 3)):
            work = int(rng.integers(num_works))
            kind = KINDS[rng.integers(len(KINDS))][0]
            if suspect != f"w{work}":
                group = f"g{work // 2 if rng.random() < 0.9 else 99}"
                chosen[suspect, f"w{work}"] = generated(suspect, f"w{work}", kind, group=group)
    return list(chosen.values())


def random_scores(rng, suspect_ids, work_ids, share):
    """Few distinct scores, some missing."""
    values = rng.integers(0, 30, (len(suspect_ids), len(work_ids))) / 7
    is_there = rng.random(values.shape) < share
    return {
        (suspect, work): float(values[row, column])
        for row, suspect in enumerate(suspect_ids)
        for column, work in enumerate(work_ids)
        if is_there[row, column]
    }


def in_their_words(figures):
    """What the bench's scorer prints, from ours."""
    named = {
        "works": figures.num_works,
        "derived": figures.num_derived,
        "unrelated": figures.num_unrelated,
        "threshold": figures.threshold,
        "recall by relation": {name: round(recall, 3) for name, recall in figures.recall_by_relation.items()},
        "separation": figures.separation_high_over_low,
        "same-prompt": [figures.num_same_prompt_alarms, figures.num_same_prompt_pairs],
        "top-1 right group": figures.top_1_right_group,
    }
    named |= {f"recall {tier}": recall for tier, recall in figures.recall_by_tier.items()}
    if isinstance(figures.separation_high_over_low, NotMeasured):
        del named["separation"]
    return {name: math.nan if isinstance(value, NotMeasured) else value for name, value in named.items()}


def assert_agreement(figures, scorer, pairs, independent_ids, scores):
    expected = scorer.evaluate(
        [
            {"query_id": p.suspect_id, "ref_id": p.work_id, "footage_group": p.footage_group}
            | {"relation": p.relation, "resemblance": p.resemblance}
            for p in pairs
        ],
        [{"query_id": name} for name in independent_ids],
        [{"query_id": suspect, "ref_id": work, "score": repr(score)} for (suspect, work), score in scores.items()],
    )
    got = in_their_words(figures)
    assert got.keys() == expected.keys()
    for name, value in expected.items():
        assert got[name] == pytest.approx(value, abs=1e-12, nan_ok=True), name


@pytest.mark.parametrize("seed", range(25))
def test_figures_agree_with_the_bench_on_random_tables(scorer, seed):
    rng = np.random.default_rng(seed)
    pairs = random_pairs(rng)
    independent_ids = [f"i{number}" for number in range(rng.integers(0, 250))]
    suspect_ids = sorted({pair.suspect_id for pair in pairs} | {*independent_ids[1:], "stranger"})
    work_ids = sorted({pair.work_id for pair in pairs} | {"extra"})
    scores = random_scores(rng, suspect_ids, work_ids, share=rng.choice([0.3, 0.9, 1.0]))
    strong = [pair.pair for pair in pairs if pair.resemblance != "none" and rng.random() < 0.6]
    scores |= dict.fromkeys(strong, 4.5)
    assert_agreement(tier_figures(pairs, independent_ids, scores=scores), scorer, pairs, independent_ids, scores)


def test_figures_agree_with_the_bench_on_its_own_pairs(scorer):
    with (BENCH / "derived" / "pairs.csv").open(newline="") as handle:
        pairs = [
            GeneratedPair(
                suspect_id=row["query_id"],
                work_id=row["ref_id"],
                relation=row["relation"],
                resemblance=row["resemblance"],
                footage_group=row["footage_group"],
            )
            for row in csv.DictReader(handle)
        ]
    with (BENCH / "derived" / "independent.csv").open(newline="") as handle:
        independent_ids = [row["query_id"] for row in csv.DictReader(handle)]
    rng = np.random.default_rng(7)
    suspect_ids = tuple(sorted({pair.suspect_id for pair in pairs} | set(independent_ids)))
    work_ids = tuple(sorted({pair.work_id for pair in pairs}))
    values = rng.normal(size=(len(suspect_ids), len(work_ids)))
    for pair in pairs:
        strength = {"high": 4, "medium": 3, "low": 2, "none": 1}[pair.resemblance]
        values[suspect_ids.index(pair.suspect_id), work_ids.index(pair.work_id)] += strength
    figures = tier_figures(
        pairs, independent_ids, scores=ScoreTable(suspect_ids=suspect_ids, work_ids=work_ids, scores=values)
    )
    scores = {
        (suspect, work): float(values[row, column])
        for row, suspect in enumerate(suspect_ids)
        for column, work in enumerate(work_ids)
    }
    assert_agreement(figures, scorer, pairs, independent_ids, scores)
    assert figures.recall_by_tier["high"] > figures.recall_by_tier["low"]


def example():
    pairs = [
        generated("high_1", "x"),
        generated("high_2", "x"),
        generated("high_3", "y"),
        generated("low_1", "y", "pose"),
        generated("apart_1", "y", "same-prompt"),
    ]
    scores = {
        ("high_1", "x"): 9.0,
        ("high_2", "x"): 1.0,
        ("high_2", "y"): 2.0,
        ("high_3", "y"): 4.0,
        ("low_1", "y"): 3.0,
        ("apart_1", "y"): 2.5,
        ("alone", "x"): 2.75,
    }
    return pairs, scores


def test_figures_of_a_small_case():
    pairs, scores = example()
    figures = tier_figures(pairs, ["alone"], scores=scores)
    assert (figures.num_works, figures.num_derived, figures.num_unrelated) == (2, 4, 2)
    assert figures.threshold == 2.75
    assert figures.recall_by_tier["high"] == pytest.approx((1 / 2 + 1) / 2)  # x: one of two, y: one of one
    assert isinstance(figures.recall_by_tier["medium"], NotMeasured)
    assert figures.recall_by_tier["low"] == 1.0
    assert figures.recall_by_relation == {"pose": 1.0, "style-edit": pytest.approx(3 / 4)}
    assert figures.separation_high_over_low == pytest.approx(2 / 3)
    assert (figures.num_same_prompt_alarms, figures.num_same_prompt_pairs) == (0, 1)
    assert figures.top_1_right_group == pytest.approx(3 / 4)


def test_a_table_and_a_mapping_give_the_same():
    pairs, scores = example()
    table = ScoreTable.from_mapping(scores)
    assert tier_figures(pairs, ["alone"], scores=table) == tier_figures(pairs, ["alone"], scores=scores)


def test_works_of_the_own_footage_raise_no_alarm():
    pairs = [generated("a", "x", group="one"), generated("b", "y", group="one")]
    figures = tier_figures(pairs, [], scores={("a", "y"): 9.0, ("a", "x"): 1.0, ("b", "y"): 1.0})
    assert figures.threshold == -math.inf
    assert figures.recall_by_tier["high"] == 1.0
    assert figures.top_1_right_group == 1.0


def test_an_alarm_of_the_same_prompt_is_counted():
    pairs = [generated("derived", "x"), *(generated(f"apart_{n}", "x", "same-prompt") for n in range(100))]
    figures = tier_figures(pairs, [], scores={("apart_0", "x"): 5.0, ("derived", "x"): 1.0})
    assert figures.threshold == -math.inf  # one in a hundred is allowed
    assert (figures.num_same_prompt_alarms, figures.num_same_prompt_pairs) == (1, 100)


def test_nothing_is_defined():
    figures = tier_figures([], [], scores={})
    assert (figures.num_works, figures.num_derived, figures.num_unrelated, figures.threshold) == (0, 0, 0, -math.inf)
    assert all(isinstance(recall, NotMeasured) for recall in figures.recall_by_tier.values())
    assert list(figures.recall_by_tier) == ["high", "medium", "low"]
    assert figures.recall_by_relation == {}
    assert isinstance(figures.separation_high_over_low, NotMeasured)
    assert isinstance(figures.top_1_right_group, NotMeasured)
    assert tier_figures([], ["alone"], scores={}).num_unrelated == 1


def test_a_missing_score_is_never_found():
    figures = tier_figures([generated("a", "x")], [], scores={})
    assert figures.recall_by_tier["high"] == 0.0


def test_a_pair_given_twice_is_refused():
    with pytest.raises(ValueError, match="comes twice"):
        tier_figures([generated("a", "x"), generated("a", "x", "pose")], [], scores={})


def test_an_unknown_resemblance_is_refused():
    with pytest.raises(ValueError, match="resemblance"):
        GeneratedPair(suspect_id="a", work_id="x", relation="edit", resemblance="some", footage_group="g")


@pytest.mark.parametrize(
    ("suspect_ids", "values", "said"),
    [
        (("a",), np.zeros((2, 1)), r"expected float64\(1, 1\), got float64\(2, 1\)"),
        (("a", "a"), np.zeros((2, 1)), "comes twice"),
        (("a", "b"), np.full((2, 1), np.nan), "numbers"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(suspect_ids, values, said):
    with pytest.raises(ValueError, match=said):
        ScoreTable(suspect_ids=suspect_ids, work_ids=("x",), scores=values)
