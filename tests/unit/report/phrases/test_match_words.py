"""What a match's evidence says in words."""

from dataclasses import replace

import pytest

from similarity.absence import not_measured
from similarity.align.values import Rival
from similarity.describe.views import MIRRORED, View
from similarity.geometry.fit import PairPoints
from similarity.phrases import phrase
from similarity.report.phrases import match_words as words
from similarity.report.schema.match import Difference

UNSEEN = not_measured("the work's file is gone")
INSIDE = phrase("picture within 12 to 88 % of the height")
BARS = Difference(
    aspect=phrase("bars"),
    work=phrase("none"),
    suspect=INSIDE,
    is_different=True,
    in_short=phrase("set in bars ({bars})", bars=INSIDE),
)


@pytest.fixture
def match(sample_report):
    """Cropped, darker; local features confirm three of four pairs."""
    return sample_report().matches[0]


def points_of(**changes):
    facts = {"num_inliers": 37, "num_elsewhere": 30, "chance_exponent": 41.5, "is_confirmed": True}
    return PairPoints(num_suspect_points=300, num_work_points=280, **facts | changes)


def with_steps(match, **changes):
    return replace(match, score_steps=replace(match.score_steps, **changes))


def test_how_the_picture_was_changed_is_one_sentence(match, sample_report):
    cropped = "cropped to 64 % of the work's picture (cut off: left 20 %, top 20 %)"
    assert words.change_sentence(match) == f"{cropped}; darker by 8 % of full scale."
    mirrored = sample_report().matches[1]
    assert words.change_sentence(mirrored).startswith(f"mirrored left to right; {cropped}")
    assert words.change_sentence(replace(match, changes=(), differences=(BARS,))) == (
        "set in bars (picture within 12 to 88 % of the height)."
    )
    bare = replace(BARS, work=INSIDE, suspect=phrase("none"), in_short=phrase("without the work's bars"))
    assert words.change_sentence(replace(match, changes=(), differences=(bare,))) == ("without the work's bars.")
    assert "no change of framing" in words.change_sentence(replace(match, changes=(), differences=()))


@pytest.mark.parametrize("how", ["not asked", "not confirmed"])
def test_without_confirmation_only_the_mirror_is_known(match, how):
    facts = UNSEEN if how == "not asked" else replace(match.verification, change=UNSEEN)
    match = replace(match, verification=facts, changes=(), differences=())
    assert words.change_sentence(match) == ""
    mirrored = words.change_sentence(replace(match, view=MIRRORED))
    assert mirrored == "mirrored left to right, as the descriptors see it; not confirmed."


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        (
            (5, 4, 3, 3),
            "4 could be measured, 3 show a common arrangement of points beyond chance; all through the same",
        ),
        ((5, 4, 3, 2), "beyond chance; 2 of them through the same change."),
        ((5, 4, 1, 1), "4 could be measured, 1 shows a common arrangement of points beyond chance."),
        ((5, 4, 0, 0), "5 frame pairs examined, 4 could be measured, none shows a common arrangement"),
        ((1, 0, 0, 0), "1 frame pair examined, none could be measured."),
    ],
)
def test_verification_in_words(match, numbers, said):
    tried, measured, confirmed, agreeing = numbers
    facts = replace(
        match.verification,
        num_pairs_tried=tried,
        num_pairs_measured=measured,
        num_pairs_confirmed=confirmed,
        num_pairs_agreeing=agreeing,
    )
    assert said in words.verification_sentence(facts)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "37 corresponding points; far beyond chance"),
        ({"chance_exponent": 2.5}, "37 corresponding points; beyond chance"),
        ({"num_inliers": 0, "num_elsewhere": 0, "is_confirmed": False}, "no common arrangement of points found"),
        (
            {"num_elsewhere": 0, "is_confirmed": False},
            "37 corresponding points; not beyond chance, leaving out what a logo or a caption may share",
        ),
        (
            {"num_inliers": 4, "num_elsewhere": 4, "is_confirmed": False},
            "4 corresponding points; not beyond chance",
        ),
    ],
)
def test_points_of_a_frame_pair_in_words(changes, said):
    assert words.points_words(points_of(**changes)) == said


def test_the_picture_of_points_is_described_with_the_lines_that_are_drawn():
    assert "lines between 37 corresponding points" in words.points_alt(points_of())
    assert "lines between 40 of 120 corresponding points" in words.points_alt(points_of(num_inliers=120))


def test_a_better_explanation_is_named_with_its_score(match):
    assert words.rival_sentence(match, "") == ""
    other = with_steps(match, rival=Rival(work_id="work-2", score=12.34), rival_factor=0.5)
    assert words.rival_sentence(other, "The <film>") == (
        "Work “The <film>” explains this stretch better, with a score of 12.3. Both may hold the same footage."
    )
    same = with_steps(other, rival=Rival(work_id=other.work_id, score=12.34))
    assert words.rival_sentence(same, "") == (
        "Another stretch of this work explains this stretch better, with a score of 12.3."
    )


def test_the_score_is_told_step_by_step(match):
    steps = {step: (figure, reason) for step, figure, reason in words.score_rows(match)}
    assert [figure for figure, _ in steps.values()] == ["12.50", "+ 2.50", "\u00d7 1.000", "15.00"]
    assert "doubling of the evidence against chance: 2.50" in steps["Local features"][1]
    cut = words.score_rows(replace(match, verification=replace(match.verification, strength=7.0)))
    assert cut[1][2].endswith("7.00, of which at most 2.50 count")
    silent = replace(match.verification, num_pairs_confirmed=0)
    unconfirmed = with_steps(replace(match, verification=silent), verification_points=0.0)
    assert words.score_rows(unconfirmed)[1][1:] == ("+ 0.00", "none confirmed")
    plain = replace(silent, num_pairs_measured=0)
    unheard = with_steps(replace(match, verification=plain), verification_points=0.0)
    assert words.score_rows(unheard)[1][1:] == ("+ 0.00", "too few pairs could be measured")
    unasked = replace(unheard, verification=UNSEEN)
    assert words.score_rows(unasked)[1][2] == "not asked: the work's file is gone"


def test_a_pane_is_said_and_a_whole_picture_is_not(match):
    assert words.seen_words(match) == ""
    pane = View(region="pane", box=(500, 0, 1000, 600), is_mirrored=False)
    said = words.seen_words(replace(match, view=pane)).replace("\u00a0", " ")
    assert said == "Seen in a pane of the suspect's picture: 50 % to 100 % of the width, 0 % to 60 % of the height."


def test_differences_are_parted_into_differing_alike_and_unknown(match):
    rows = (
        *match.differences,
        Difference(
            aspect=phrase("colour"), work=phrase("in colour"), suspect=UNSEEN, is_different=UNSEEN, in_short=None
        ),
    )
    match = replace(match, differences=rows)
    assert [str(row.aspect) for row in words.differing(match)] == [
        "part shown",
        "brightness",
        "samples without support",
    ]
    assert [str(row.aspect) for row in words.agreeing(match)] == ["left and right", "speed"]
    assert [str(row.aspect) for row in words.unknown(match)] == ["colour"]
    assert words.aspects(words.agreeing(match)) == "left and right, speed"
