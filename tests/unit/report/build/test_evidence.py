"""Signals, steps of the score and what differs: told from a match, each with what could have been seen."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.records import SampleTable
from similarity.absence import NotMeasured, not_measured
from similarity.align.fit import LineFit
from similarity.align.rescoring import against_rivals, score_steps, verified_score
from similarity.align.values import AlignedMatch, PairAlignment
from similarity.config import load_profile
from similarity.describe.views import AS_IS, MIRRORED
from similarity.geometry.change import PictureChange, PicturePart
from similarity.geometry.colour import ColourChange
from similarity.geometry.verification import Verification
from similarity.report.build.differences import differences_of
from similarity.report.build.evidence import changes_of, colours_of, evidence_of, signals_of

CONFIG = load_profile("standard", {"align": {"search_device": "cpu"}})
WHOLE = PicturePart(left=0.0, top=0.0, right=1.0, bottom=1.0, area_share=1.0)
UNCHANGED = PictureChange(
    is_mirrored=False, rotation_degrees=0.3, stretch_factor=1.01, work_part=WHOLE, suspect_part=WHOLE
)
NOT_CONFIRMED = not_measured("no pair of pictures is confirmed by its local features")
NOT_ASKED = not_measured("the file of work film is no longer where it was indexed")
SAME_COLOURS = ColourChange(
    num_pairs=1, is_grey=False, grey_correlation=0.99, contrast_factor=1.02, brightness_change=0.01
)


def samples_of(count, box=(0, 0, 1000, 1000)):
    """Two a second, none gated."""
    return SampleTable(
        time_base=Fraction(1, 1000),
        start_pts=0,
        pts=np.arange(count, dtype=np.int64) * 500,
        scene=np.zeros(count, np.int32),
        reason=np.zeros(count, np.uint8),
        gate=np.zeros(count, np.uint8),
        quality=np.full(count, 100, np.uint8),
        box=np.tile(np.array(box, np.int16), (count, 1)),
    )


def match_of(*, zscores=(5.0, 7.0, 1.0, 6.0), rows=None, work_id="film", score=4.0, **more):
    count = len(zscores)
    fit = LineFit(speed_factor=1.0, offset_seconds=0.0, residual_seconds=0.0)
    facts = {
        "work_start_seconds": 0.0,
        "work_end_seconds": count / 2,
        "alignment_score": score,
        "score": score,
        "fit": fit,
        "view": AS_IS,
        "suspect_samples": np.arange(count) if rows is None else np.array(rows),
        "work_samples": np.arange(count),
        "zscores": np.array(zscores, dtype=np.float32),
        "pdq_distance_bits": np.array([10, 31, 32, 200][:count], dtype=np.int64),
        "pdq_quality": np.array([100, 50, 100, 49][:count], dtype=np.uint8),
        "num_samples_supporting": int(np.count_nonzero(np.array(zscores) >= 3)),
        "num_samples_available": count,
    }
    return AlignedMatch(work_id=work_id, suspect_start_seconds=0.0, suspect_end_seconds=count / 2, **facts | more)


def verification(*, tried=5, measured=4, confirmed=3, strength=2.5, change=UNCHANGED, is_negative=False):
    return Verification(
        num_pairs_tried=tried,
        num_pairs_measured=measured,
        num_pairs_confirmed=confirmed,
        num_pairs_agreeing=confirmed,
        strength=strength,
        is_negative=is_negative if confirmed else NOT_CONFIRMED,
        change=change if confirmed else NOT_CONFIRMED,
    )


def rows_of(match, colours=(SAME_COLOURS,), *, suspect=None, work=None):
    suspect, work = suspect or samples_of(9), work or samples_of(9)
    found = differences_of(match, colours_of(match, colours), suspect, work)
    return {str(row.aspect): in_english(row) for row in found}


def in_english(row):
    suspect = row.suspect if isinstance(row.suspect, NotMeasured) else str(row.suspect)
    return replace(row, aspect=str(row.aspect), work=str(row.work), suspect=suspect)


def test_a_signal_counts_what_it_saw_and_what_of_that_supports():
    descriptor, fingerprint, features = signals_of(match_of(verification=verification()), CONFIG)
    assert (descriptor.num_supporting, descriptor.num_available) == (3, 4)
    assert (fingerprint.num_supporting, fingerprint.num_available) == (2, 3)
    assert "Left out for too little detail: 1." in str(fingerprint.words)
    assert (features.num_supporting, features.num_available) == (3, 4)
    assert "Left out as too plain or not decoded: 1." in str(features.words)


def test_a_signal_that_was_not_asked_says_why():
    features = signals_of(match_of(verification=NOT_ASKED), CONFIG)[-1]
    assert features.num_supporting == features.num_available == NOT_ASKED


verifications = st.builds(
    verification,
    measured=st.integers(0, 5),
    confirmed=st.sampled_from([0, 1, 3]),
    strength=st.floats(0, 20),
) | st.just(NOT_ASKED)


@given(
    scores=st.lists(st.floats(0.1, 14), min_size=1, max_size=6),
    verified=st.lists(verifications, min_size=6, max_size=6),
    same_work=st.booleans(),
)
def test_the_score_can_be_derived_from_its_steps(scores, verified, same_work):
    found = []
    for number, (score, facts) in enumerate(zip(scores, verified, strict=False)):
        settled = score if isinstance(facts, NotMeasured) else verified_score(score, facts)
        match = replace(match_of(score=score, work_id=f"film-{number}"), verification=facts, score=settled)
        found.append(match)
    if same_work:
        found = [replace(match, work_id="film") for match in found]
    alignments = [PairAlignment(work_id=match.work_id, score=match.score, matches=(match,)) for match in found]
    reached = [match.score for match in found]
    for match in (match for alignment in against_rivals(alignments) for match in alignment.matches):
        steps = score_steps(match)
        derived = (steps.alignment_score + steps.verification_points) * steps.rival_factor
        assert derived == pytest.approx(match.score, abs=1e-9)
        assert 0 <= steps.rival_factor <= 1
        assert steps.rival == match.rival
        if steps.rival is not None and steps.rival_factor > 1e-9:
            assert any(steps.rival.score == pytest.approx(score) for score in reached)


def test_nothing_differs_where_nothing_does():
    rows = rows_of(match_of(zscores=(5.0, 5.0), verification=verification()))
    assert [row.aspect for row in rows.values() if row.is_different] == []
    assert {row.suspect for row in rows.values()} == {"as in the work", "none"}


def test_every_change_of_the_picture_has_its_row():
    change = PictureChange(
        is_mirrored=True,
        rotation_degrees=-7.25,
        stretch_factor=0.8,
        work_part=PicturePart(left=0.1, top=0.0, right=0.9, bottom=0.8, area_share=0.64),
        suspect_part=PicturePart(left=0.5, top=0.5, right=1.0, bottom=1.0, area_share=0.25),
    )
    colours = ColourChange(num_pairs=1, is_grey=True, grey_correlation=0.9, contrast_factor=0.5, brightness_change=-0.2)
    match = match_of(verification=verification(change=change, is_negative=True), view=MIRRORED)
    rows = rows_of(match, [colours])
    said = {aspect: row.suspect for aspect, row in rows.items() if row.is_different}
    assert said == {
        "left and right": "mirrored",
        "part shown": "64 % of the work's frame: 10 to 90 % of the width, 0 to 80 % of the height",
        "place in the frame": "fills 25 % of the suspect's frame: 50 to 100 % of the width, 50 to 100 % of the height",
        "rotation": "turned by 7.2 degrees anticlockwise",
        "shape": "stretched 1.25 times in height",
        "bright and dark": "exchanged",
        "colour": "without colour",
        "brightness": "darker by 20 % of full scale",
        "contrast": "0.50 times",
        "samples without support": "1 of 4 in the stretch: 00:00:01.000",
    }
    said = set(map(str, changes_of(match, [colours])))
    assert {"mirrored left to right", "without the work's colours"} <= said


@pytest.mark.parametrize(
    ("facts", "reason"),
    [(NOT_ASKED, NOT_ASKED), (verification(confirmed=0), NOT_CONFIRMED)],
    ids=["asked", "confirmed"],
)
def test_what_verification_could_not_tell_is_not_measured(facts, reason):
    rows = rows_of(match_of(verification=facts, view=MIRRORED), NOT_ASKED)
    absent = {aspect for aspect, row in rows.items() if row.suspect == row.is_different == reason}
    framing = {"part shown", "place in the frame", "rotation", "shape"}
    assert absent == framing | {"bright and dark", "colour", "brightness", "contrast"}
    assert rows["left and right"].suspect == "mirrored, as the descriptors see it"
    assert rows["speed"].is_different is False


@pytest.mark.parametrize(("by_points", "says"), [(True, "local features"), (False, "descriptors")])
def test_a_mirror_that_only_one_of_two_sees_is_told_apart(by_points, says):
    facts = verification(change=replace(UNCHANGED, is_mirrored=by_points))
    row = rows_of(match_of(verification=facts, view=AS_IS if by_points else MIRRORED))["left and right"]
    assert row.suspect.startswith(f"mirrored to the {says}, not to the ")


@pytest.mark.parametrize(
    ("speed", "said"),
    [
        (1.004, "as in the work"),
        (1.25, "1.25 times as fast"),
        (-1.0, "backwards, 1.00 times as fast"),
        (0.0, "one moment of the work held still"),
        (NOT_ASKED, NOT_ASKED),
    ],
)
def test_speed_in_words(speed, said):
    fit = LineFit(speed_factor=speed, offset_seconds=0.0, residual_seconds=0.0)
    assert rows_of(match_of(fit=fit))["speed"].suspect == said


def test_bars_of_either_are_told():
    letterbox = samples_of(9, box=(0, 120, 1000, 880))
    match = match_of(verification=verification())
    within = "picture within 12 to 88 % of the height"
    added, kept, taken = (
        rows_of(match, suspect=suspect, work=work)["bars"]
        for suspect, work in ((letterbox, None), (letterbox, letterbox), (None, letterbox))
    )
    assert (added.work, added.suspect, added.is_different) == ("none", within, True)
    assert (kept.work, kept.suspect, kept.is_different) == (within, "as in the work", False)
    assert (taken.work, taken.suspect, taken.is_different) == (within, "none", True)


def test_samples_that_are_not_aligned_lack_support_too_and_few_times_are_named():
    row = rows_of(match_of(rows=(0, 1, 2, 8)))["samples without support"]
    assert row.suspect.startswith("6 of 9 in the stretch: 00:00:01.000, 00:00:01.500,")
    many = match_of(
        zscores=(0.0,) * 9, pdq_distance_bits=np.zeros(9, dtype=np.int64), pdq_quality=np.zeros(9, dtype=np.uint8)
    )
    assert rows_of(many)["samples without support"].suspect.endswith("00:00:02.500 ...")


def test_colours_are_the_middle_of_what_could_be_measured():
    flat = not_measured("one of the pictures is of one grey level")
    first = ColourChange(num_pairs=1, is_grey=flat, grey_correlation=flat, contrast_factor=flat, brightness_change=0.1)
    others = [replace(SAME_COLOURS, brightness_change=change) for change in (0.2, 0.6)]
    match = match_of(verification=verification())
    facts = colours_of(match, [first, *others, flat])
    assert (facts.num_pairs, facts.is_grey, facts.brightness_change) == (3, False, 0.2)
    assert colours_of(match, [first]).contrast_factor == flat
    assert colours_of(match, [flat]) == flat
    assert colours_of(match, NOT_ASKED) == NOT_ASKED
    assert isinstance(colours_of(match, []), NotMeasured)


def test_all_of_it_comes_together():
    match = match_of(verification=verification())
    found = evidence_of(match, samples_of(9), samples_of(9), colours=[SAME_COLOURS], config=CONFIG)
    assert found.colours == colours_of(match, [SAME_COLOURS])
    assert found.changes == changes_of(match, [SAME_COLOURS])
    assert found.signals == signals_of(match, CONFIG)
