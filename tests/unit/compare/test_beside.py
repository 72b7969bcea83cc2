"""What stands beside a match: other backgrounds, decoys of equal length, same-idea controls."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.footage import write_video
from support.renders import recoloured, recompressed, shot

from index.local.library import Library
from similarity.absence import NotMeasured
from similarity.align.lines import LineRules
from similarity.align.normalise import EVERY_ITEM
from similarity.align.pair import distinct_pictures, match_score, pair_zscores, paired_zscores
from similarity.align.pieces import best_piece_score
from similarity.align.rescoring import score_steps, verified_score
from similarity.compare.controls import compared_controls, describe_controls, standings
from similarity.compare.decoys import decoy_standing
from similarity.compare.engine import compare_described
from similarity.compare.sensitivity import LeftOut
from similarity.compare.session import open_session
from similarity.compare.works import suspect_track
from similarity.config import load_profile
from similarity.describe.views import AS_IS
from similarity.ingest.add import add_files
from similarity.ingest.catalogue import read_catalogue

CONFIG = load_profile("standard", {"align": {"search_device": "cpu"}})
NUM_FRAMES = 75
TAKEN = [recompressed(recoloured(frame, 3), 40) for frame in shot(1, NUM_FRAMES)[10:60]]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Five works, two of them of one group, and two background films of which one resembles the work taken from."""
    folder = tmp_path_factory.mktemp("beside")
    (folder / "works").mkdir()
    for seed in range(1, 6):
        write_video(folder / "works" / f"work{seed}.mp4", shot(seed, NUM_FRAMES))
    (folder / "catalogue.csv").write_text("file,group\nworks/work1.mp4,film\nworks/work2.mp4,film\n", encoding="utf-8")
    near = [recoloured(np.ascontiguousarray(frame[::-1]), 5) for frame in shot(1, NUM_FRAMES)]
    backgrounds = [write_video(folder / "near.mp4", near), write_video(folder / "far.mp4", shot(70, NUM_FRAMES))]
    with Library.create(folder / "library") as library:
        add_files([folder / "works"], library, config=CONFIG, catalogue=read_catalogue(folder / "catalogue.csv"))
        add_files(backgrounds, library, config=CONFIG, role="background")
        session = open_session(library, CONFIG)
        video = session.describe(write_video(folder / "suspect.mp4", [*shot(90, 25), *TAKEN]))
        comparison = compare_described(video, session.rows, config=CONFIG, verifier=session.verifier)
        measurer = session.measurer(video, comparison.suspect)
        match = comparison.matches[0]
        assert match.work_id == "work1"
        yield session, video, comparison, measurer, match


def slow(session, video, measurer, match, backgrounds):
    """Score and finding under another background, with every track made anew and the whole matrix."""
    suspect = suspect_track(video, backgrounds)
    work = session.rows.rows_under(match.work_id, backgrounds)
    seen = suspect.views[match.view]
    rows = seen.rows_of(match.suspect_samples)
    matrix = pair_zscores(match.view, seen, work, backgrounds, rows=rows)
    zscores = matrix[np.arange(len(rows)), match.work_samples]
    pictures = distinct_pictures(seen.compact[rows], work.compact[match.work_samples])
    score = verified_score(match_score(zscores, pictures), match.verification) * score_steps(match).rival_factor
    again = replace(measurer, suspect=suspect, backgrounds=backgrounds, work_track=lambda _: work)
    return score, again.finding(replace(match, score=score))


def log10(ratio):
    return None if isinstance(ratio, NotMeasured) else ratio.log10_lr


def test_ranges_are_those_of_comparing_without_each_item_and_without_all(world):
    session, video, _, measurer, match = world
    found = LeftOut(session.rows).of(match, measurer.finding(match), measurer)
    entries = [entry.entry_id for entry in session.rows.background_entries]
    each = [slow(session, video, measurer, match, session.rows.background_without(one)) for one in entries]
    bare = slow(session, video, measurer, match, session.rows.shipped_background)
    scores = [score for score, _ in each]
    assert (found.score.lowest, found.score.highest) == pytest.approx((min(scores), max(scores)), abs=1e-4)
    assert found.score.without_all == pytest.approx(bare[0], abs=1e-4)
    assert found.score.highest > match.score + 0.03
    assert found.score.moved_most_without == "near"
    for name in ("copy", "adaptation"):
        ratios = [log10(getattr(finding, f"{name}_ratio")) for _, finding in each]
        spread = getattr(found, name)
        if None in ratios:
            assert isinstance(spread, NotMeasured)
        else:
            assert (spread.lowest, spread.highest) == pytest.approx((min(ratios), max(ratios)), abs=1e-4)
            assert spread.without_all == pytest.approx(log10(getattr(bare[1], f"{name}_ratio")), abs=1e-4)
    assert found.num_items == 2


def test_under_the_whole_background_a_match_measures_what_it_measured(world):
    session, video, _, measurer, match = world
    score, finding = slow(session, video, measurer, match, session.rows.background)
    assert score == pytest.approx(match.score, abs=1e-5)
    assert finding.adaptation_score == pytest.approx(measurer.finding(match).adaptation_score, abs=1e-4)


def test_values_of_aligned_pairs_are_those_of_the_matrix(world):
    session, _, comparison, _, match = world
    work = session.rows.work(match.work_id)
    as_seen = comparison.suspect.views[match.view]
    turned = {replace(AS_IS, turn_degrees=90): as_seen, replace(AS_IS, region="pane"): as_seen}
    for view, seen in (comparison.suspect.views | turned).items():
        rows = np.arange(len(seen.samples))
        columns = (rows * 7) % len(work.seconds)
        matrix = pair_zscores(view, seen, work, session.rows.background, rows=rows)
        pairs = paired_zscores(view, seen, work, session.rows.background, (rows, columns))
        assert pairs == pytest.approx(matrix[rows, columns], abs=1e-5)


def test_biases_without_an_item_are_those_of_a_background_without_it(world):
    session, _, _, _, match = world
    rows, background = session.rows.work(match.work_id).compact, session.rows.background.compact
    items = session.rows.background_items(len(background.rows))
    found = background.biases_without(rows, items)
    entries = [entry.entry_id for entry in session.rows.background_entries]
    for number, entry_id in enumerate(entries):
        expected = session.rows.background_without(entry_id).compact.bias(rows)
        assert found.get(number, background.bias(rows)) == pytest.approx(expected, abs=1e-6)
    assert found[EVERY_ITEM] == pytest.approx(session.rows.shipped_background.compact.bias(rows), abs=1e-6)


def test_without_background_footage_nothing_can_be_left_out(world, tmp_path):
    session, video, _, _, _ = world
    with Library.create(tmp_path / "library") as bare:
        add_files([Path(session.rows.entry("work1").source_path)], bare, config=CONFIG)
        own = open_session(bare, CONFIG)
        comparison = compare_described(video, own.rows, config=CONFIG)
        measurer, match = own.measurer(video, comparison.suspect), comparison.matches[0]
        found = LeftOut(own.rows).of(match, measurer.finding(match), measurer)
    assert isinstance(found, NotMeasured)
    assert "no background footage" in str(found.reason)


def test_the_best_piece_of_the_work_itself_reaches_what_alignment_found(world):
    session, _, comparison, _, match = world
    found = piece(session, comparison, match, match.work_id)
    assert found == pytest.approx(match.alignment_score, abs=0.3)


def test_the_best_piece_is_the_best_of_all_lines_tried_one_by_one(world):
    """The mean along every line of every speed, cell by cell; then the score of that line's own samples or better."""
    session, _, comparison, _, match = world
    work = session.rows.work("work4")
    seen = comparison.suspect.views[match.view]
    rows = seen.rows_of(match.suspect_samples)
    values = pair_zscores(match.view, seen, work, session.rows.background, rows=rows)
    here, there = (np.floor(one / 0.5 + 1e-6).astype(int) for one in (match_seconds(comparison, match), work.seconds))
    best = max(
        np.mean([cell(values, number, there == begin + step) for number, step in enumerate(steps)])
        for speed in LineRules().speeds
        for steps in [np.round((here - here[0]) * speed).astype(int)]
        for begin in range(-steps.min(), there.max() + 1 - steps.max())
    )
    found = piece(session, comparison, match, "work4")
    pictures = distinct_pictures(seen.compact[rows], seen.compact[rows])
    assert found >= match_score(np.array([best], dtype=np.float32), 1.0) - 0.3
    assert found <= (best + 1.0) * pictures


def cell(values, row, columns):
    return np.clip(values[row, columns].max(), -1.0, 12.0) if columns.any() else -1.0


def match_seconds(comparison, match):
    return comparison.suspect.seconds[match.suspect_samples]


def piece(session, comparison, match, work_id):
    return best_piece_score(
        comparison.suspect,
        session.rows.work(work_id),
        session.rows.background,
        view=match.view,
        samples=match.suspect_samples,
        bin_seconds=0.5,
    )


def test_decoys_are_other_works_of_other_groups(world):
    _, _, comparison, measurer, match = world
    found = decoy_standing(match, comparison, measurer, num_works=5)
    assert (found.num_works, found.num_aligned, found.num_related, found.num_too_short) == (5, 5, 2, 0)
    assert found.score == pytest.approx(match.alignment_score)
    assert found.strongest.work_id in {"work3", "work4", "work5"}
    assert found.strongest.score < 0.75 * found.score
    assert isinstance(found.rank, NotMeasured)
    assert "only 3 others, 19 needed" in str(found.rank.reason)


def test_works_shorter_than_the_match_are_no_decoys(world):
    _, _, comparison, measurer, match = world
    long = replace(match, work_end_seconds=match.work_start_seconds + 60.0)
    found = decoy_standing(long, comparison, measurer, num_works=5)
    assert found.num_too_short == 3
    assert isinstance(found.strongest, NotMeasured)


@pytest.fixture(scope="module")
def controls(world, tmp_path_factory):
    """One that is unrelated, one that is a work, the suspect, one twice, one that is no video."""
    session, video, comparison, _, _ = world
    folder = tmp_path_factory.mktemp("controls")
    own = write_video(folder / "a-own.mp4", shot(120, NUM_FRAMES))
    shutil.copy(own, folder / "b-twice.mp4")
    shutil.copy(video.path, folder / "c-suspect.mp4")
    shutil.copy(session.rows.entry("work3").source_path, folder / "d-work.mp4")
    (folder / "e-broken.mp4").write_bytes(b"no video")
    again = [recoloured(frame, 8) for frame in shot(1, NUM_FRAMES)]
    write_video(folder / "f-taken.mkv", again, codec="ffv1", options={})
    clips = describe_controls([folder], session, video.digest.sha256)
    aligned = [one.work_id for one in comparison.alignments]
    return compared_controls(clips, session, aligned=aligned, wanted=["work1"])


def test_every_control_is_listed_and_what_is_none_says_why(controls):
    reasons = {one.name: str(one.matches.reason) for one in controls if isinstance(one.matches, NotMeasured)}
    assert [one.name for one in controls] == sorted(one.name for one in controls)
    assert len(controls) == 6
    assert "another of the controls" in reasons.pop("b-twice.mp4")
    assert "the suspect itself" in reasons.pop("c-suspect.mp4")
    assert "a work of the library" in reasons.pop("d-work.mp4")
    assert reasons.pop("e-broken.mp4").startswith("e-broken.mp4: ")
    assert not reasons
    assert all(len(one.sha256) == 64 for one in controls)


def test_a_control_is_measured_by_its_strongest_match_with_the_same_work(controls):
    known = {one.name: one.matches for one in controls}
    (found,) = known["f-taken.mkv"]
    assert found.work_id == "work1"
    assert found.copy_score > 5
    assert {one.axis for one in found.axes} >= {"copied", "composition", "structure"}
    structure = next(one for one in found.axes if one.axis == "structure")
    assert not isinstance(structure.value, NotMeasured)
    assert all(one.copy_score < 3 for one in known["a-own.mp4"])


def test_few_controls_give_no_rank_and_enough_of_them_do(world, controls):
    _, _, _, measurer, match = world
    finding = measurer.finding(match)
    few = {one.figure: one for one in standings(match.score, finding, controls)}
    assert few["copy_score"].value == match.score
    assert "only 2 others" in str(few["copy_score"].rank.reason)
    unrelated = next(one for one in controls if one.name == "a-own.mp4")
    many = {one.figure: one for one in standings(match.score, finding, [unrelated] * 19)}
    assert many["copy_score"].rank.rank == 1
    assert many["copied"].rank.num_others == 19
    assert isinstance(standings(match.score, finding, ()), NotMeasured)
