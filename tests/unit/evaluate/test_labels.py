"""Labelled pairs: both layouts, what counts as independent, and clear words for tables that can't be used."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from support.bench_scorer import BENCH, bench_scorer

from similarity.errors import ConfigurationError
from similarity.evaluate.calibrating import MeasuredTable, axis_values, read_measured_pairs
from similarity.evaluate.figures import PairScore, copy_figures, generated_figures, read_segments
from similarity.evaluate.labels import read_labels, refuse_other_names
from similarity.evaluate.pages import figures_page, scores_table

needs_bench = pytest.mark.skipif(not (BENCH / "derived").is_dir(), reason="needs ../shared/bench/derived")

GENERATED = [
    ("made", "film", "style-edit", "high", "one"),
    ("shape", "film", "motion-transfer", "low", "one"),
    ("twin", "other", "unrelated-same-prompt", "none", "two"),
    ("kept", "other", "subject-edit", "medium", "two"),
]


def write(path, head, rows):
    with path.open("w", newline="", encoding="utf-8") as handle:
        csv.writer(handle).writerows([head, *rows])
    return path


@pytest.fixture
def generated(tmp_path):
    write(tmp_path / "independent.csv", ["query_id"], [["stranger"]])
    head = ["query_id", "ref_id", "relation", "resemblance", "footage_group"]
    return write(tmp_path / "pairs.csv", head, GENERATED)


def measured(path, rows):
    head = ["query_id", "ref_id", "score", "copied", "composition", "structure", "num_samples", "num_comparisons"]
    return write(path, head, [(*row, 5_000) for row in rows])


def joined(table, labels):
    return read_measured_pairs([MeasuredTable(population="clips", table=table, labels=labels)], "adaptation")


def test_suspects_of_none_are_independent(generated):
    labels = read_labels(generated)
    assert labels.independent_ids == ("stranger", "twin")
    assert labels.suspect_ids == ("kept", "made", "shape", "stranger", "twin")
    assert labels.groups_of("made") == {"one"}
    assert labels.groups_of("stranger") == {"alone:stranger"}


def test_each_pair_stands_on_one_side_or_on_none(generated, tmp_path):
    every = [(q, r, 1.0, 2.0, 3.0, 0.5, 4) for q in ("made", "shape", "twin", "kept") for r in ("film", "other")]
    table = measured(tmp_path / "measured.csv", every)
    pairs = joined(table, read_labels(generated))
    sides = {(row["query_id"], row["ref_id"]): taken for row, taken in zip(pairs.rows, pairs.is_taken, strict=True)}
    assert sides == {
        ("made", "film"): True,
        ("made", "other"): False,
        ("shape", "other"): False,
        ("twin", "film"): False,
        ("twin", "other"): False,
        ("kept", "film"): False,
        ("kept", "other"): True,
    }


def test_where_nothing_was_aligned_there_is_no_evidence(generated, tmp_path):
    rows = [("made", "film", 5.0, 2.0, 3.0, 0.5, 4), ("made", "other", 1.0, 1.0, 1.0, "", 2)]
    rows += [("stranger", "film", 0.0, "", "", "", "")]
    pairs = joined(measured(tmp_path / "measured.csv", rows), read_labels(generated))
    assert [row["query_id"] for row in pairs.rows] == ["made", "made"]
    assert pairs.num_unaligned == 1
    assert pairs.innocent == {"clips:stranger": ("clips", 5_000.0)}  # it counts among those without an alarm
    values = axis_values(pairs.rows)
    assert values[0].tolist() == [2.0, 3.0, 0.5, 5.0]
    assert np.isnan(values[1, 2])


def test_clips_of_one_idea_are_a_population_of_their_own(tmp_path):
    table = write(tmp_path / "groups.csv", ["clip_id", "prompt_group"], [["a", "cat"], ["b", "cat"], ["c", "dog"]])
    labels = read_labels(table)
    assert labels.independent_ids == ("a", "b", "c")
    assert labels.are_of_one_idea("a", "b")
    assert not labels.are_of_one_idea("a", "c")


def test_stretches_may_be_adaptations_and_pairs_neither_right_nor_wrong(tmp_path):
    head = ["query_id", "ref_id", "family", "params"]
    truth = write(
        tmp_path / "truth.csv", head, [["s1", "w1", "bars", '{"resemblance": "medium"}'], ["s1", "w2", "x", ""]]
    )
    write(tmp_path / "suspects.csv", ["query_id"], [["s1"], ["s2"]])
    write(tmp_path / "ignore.csv", ["query_id", "ref_id"], [["s1", "w3"], ["s1", "w1"]])
    labels = read_labels(truth)
    assert [pair.tier for pair in labels.pairs] == ["medium", "copy"]
    assert labels.ignored == {("s1", "w3")}
    rows = [("s1", work, 5.0, 2.0, 3.0, 0.5, 4) for work in ("w1", "w2", "w3", "w4")]
    pairs = joined(measured(tmp_path / "measured.csv", rows), labels)
    sides = {row["ref_id"]: taken for row, taken in zip(pairs.rows, pairs.is_taken.tolist(), strict=True)}
    assert sides == {"w1": True, "w4": False}


def test_a_run_without_both_sides_is_refused(generated, tmp_path):
    table = measured(tmp_path / "measured.csv", [("made", "film", 1.0, 2.0, 3.0, 0.5, 4)])
    with pytest.raises(ConfigurationError, match="--all-pairs"):
        joined(table, read_labels(generated))


def test_identifiers_that_a_spreadsheet_would_calculate_are_found_again(tmp_path):
    head = ["query_id", "ref_id", "relation", "resemblance", "footage_group"]
    labels = read_labels(
        write(tmp_path / "pairs.csv", head, [("-a", "=b", "x", "high", "1"), ("c", "d", "x", "high", "2")])
    )
    table = measured(tmp_path / "measured.csv", [("'-a", "'=b", 1.0, 2, 3, 0.5, 4), ("'-a", "d", 1.0, 2, 3, 0.5, 4)])
    assert joined(table, labels).is_taken.tolist() == [True, False]


def test_copies_take_their_groups_from_the_works(tmp_path):
    head = ["query_id", "ref_id", "query_start", "query_end", "ref_start", "ref_end", "family"]
    truth = write(tmp_path / "truth.csv", head, [["s1", "w1", 0, 1, 0, 1, "crop"]])
    write(tmp_path / "suspects.csv", ["query_id"], [["s1"], ["s2"]])
    groups = write(tmp_path / "footage.csv", ["id", "group"], [["w1", "series"], ["w2", "series"]])
    labels = read_labels(truth, groups)
    assert labels.independent_ids == ("s2",)
    assert labels.groups_of("s1") & labels.groups_of("w2") == {"series"}
    figures = copy_figures(labels, read_segments(truth), read_segments(truth))
    assert figures.micro_average_precision == 1.0
    assert "crop" in figures_page(figures)


@pytest.mark.parametrize(
    ("head", "row", "words"),
    [
        (["query_id"], ["a"], "ref_id"),
        (["query_id", "ref_id", "resemblance"], ["a", "b", "high"], "relation"),
        (["query_id", "ref_id", "relation", "resemblance", "footage_group"], ["a", "b", "c", "alike", "d"], "alike"),
    ],
)
def test_a_table_that_says_too_little_is_refused_by_name(tmp_path, head, row, words):
    with pytest.raises(ConfigurationError, match=words):
        read_labels(write(tmp_path / "pairs.csv", head, [row]))


def test_a_missing_table_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="as a table"):
        read_labels(tmp_path / "pairs.csv")


@needs_bench
def test_figures_agree_with_the_independent_scorer(tmp_path):
    data = BENCH / "derived"
    labels = read_labels(data / "pairs.csv")
    rng = np.random.default_rng(3)
    works = sorted({pair.work_id for pair in labels.pairs})
    true = {(pair.suspect_id, pair.work_id): pair.tier for pair in labels.pairs}
    lift = {"high": 4.0, "medium": 3.0, "low": 1.0}
    scores = [
        PairScore(
            suspect_id=suspect,
            work_id=work,
            score=float(score := rng.normal() + lift.get(true.get((suspect, work), ""), 0.0)),
            log10_lr=float(score - 2.0),
            reading="nothing_found",
        )
        for suspect in labels.suspect_ids
        for work in works
    ]
    table = tmp_path / "scores.csv"
    table.write_text(scores_table(scores), encoding="utf-8")
    with bench_scorer("score_derived") as scorer:
        tables = (data / "pairs.csv", data / "independent.csv", table)
        theirs = scorer.evaluate(*(scorer.read(one) for one in tables))
    ours = generated_figures(labels, scores)
    assert ours.tiers.recall_by_tier == pytest.approx({t: theirs[f"recall {t}"] for t in ("high", "medium", "low")})
    assert ours.tiers.separation_high_over_low == pytest.approx(theirs["separation"], abs=1e-6)
    assert [ours.tiers.num_same_prompt_alarms, ours.tiers.num_same_prompt_pairs] == theirs["same-prompt"]
    assert ours.tiers.top_1_right_group == pytest.approx(theirs["top-1 right group"])
    assert ours.cllr == pytest.approx(theirs["cllr"], abs=1e-6)
    assert ours.cllr_min == pytest.approx(theirs["cllr_min"], abs=1e-6)


def test_a_run_that_knows_a_copy_of_the_footage_under_its_name_is_refused(tmp_path):
    clip, run = tmp_path / "clips" / "a.mp4", tmp_path / "run"
    refuse_other_names([clip], {str(clip): "a"}, run)
    refuse_other_names([clip], {"/elsewhere/a.mp4": "a"}, run)
    with pytest.raises(ConfigurationError, match="give a new run folder"):
        refuse_other_names([clip], {str(clip): "clips/a"}, run)
