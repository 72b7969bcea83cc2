"""What a match's evidence says, in plain sentences: how the picture was changed, verification, rivals, the score."""

from __future__ import annotations

from similarity.absence import NotMeasured
from similarity.report.values import Difference, Match, PairPoints, VerificationFacts
from similarity.report.words import MINUS, TIMES, count, decimal, percent

__all__ = [
    "alike",
    "change_sentence",
    "differing",
    "points_alt",
    "points_words",
    "rival_sentence",
    "score_rows",
    "seen_words",
    "unknown",
    "verification_sentence",
]

FAR_FROM_CHANCE = 6.0
"""Powers of ten against chance from which a pair is said to be far beyond it."""
MOST_LINES = 40
"""Lines drawn at most."""
LEAST_SHOWN = 0.005
"""Smaller points of a score are shown as none."""

ALSO_SAID = ("bars", "brightness", "contrast")
"""Aspects that are said at the head of a match besides the words of verification."""
NO_CHANGE = "no change of framing or colour beyond what measuring leaves open"

ScoreRow = tuple[str, str, str]
"""Step, figure, reason."""


def change_sentence(match: Match) -> str:
    """How the suspect's picture was made from the work's; empty where nothing is known of it."""
    facts = match.verification
    others = [_difference(row) for row in match.differences if row.aspect in ALSO_SAID and row.is_different is True]
    if isinstance(facts, VerificationFacts) and not isinstance(facts.change, NotMeasured):
        return f"{'; '.join([*facts.words, *others]) or NO_CHANGE}."
    by_descriptors = ["mirrored left to right, as the descriptors see it; not confirmed"] * match.is_mirrored
    return f"{'; '.join([*by_descriptors, *others])}." if by_descriptors or others else ""


def _difference(row: Difference) -> str:
    said = "" if isinstance(row.suspect, NotMeasured) else row.suspect
    if row.aspect == "bars":
        return "without the work's bars" if said == "none" else f"set in bars ({said})"
    return said if row.aspect == "brightness" else f"{row.aspect} {said}"


def differing(match: Match) -> tuple[Difference, ...]:
    """Rows of what differs."""
    rows = (row for row in match.differences if not isinstance(row.suspect, NotMeasured))
    return tuple(row for row in rows if row.is_different is not False)


def alike(match: Match) -> str:
    """Names of what was looked at and does not differ."""
    return ", ".join(row.aspect for row in match.differences if row.is_different is False)


def unknown(match: Match) -> tuple[tuple[NotMeasured, str], ...]:
    """Names of what could not be measured, per reason."""
    names: dict[NotMeasured, list[str]] = {}
    for row in match.differences:
        if isinstance(row.suspect, NotMeasured):
            names.setdefault(row.suspect, []).append(row.aspect)
    return tuple((reason, ", ".join(aspects)) for reason, aspects in names.items())


def seen_words(match: Match) -> str:
    """The part of the suspect's picture that matches; empty where it is all of it."""
    seen = match.seen_in
    if seen.region == "whole":
        return ""
    across = f"{percent(seen.left_thousandths / 1000)} to {percent(seen.right_thousandths / 1000)} of the width"
    down = f"{percent(seen.top_thousandths / 1000)} to {percent(seen.bottom_thousandths / 1000)} of the height"
    return f"Seen in a pane of the suspect's picture: {across}, {down}."


def verification_sentence(facts: VerificationFacts) -> str:
    """How many frame pairs were looked at again, and what came of it."""
    told = f"{_pairs(facts.num_pairs_tried)} looked at again, {facts.num_pairs_measured} could be measured"
    if not facts.num_pairs_measured:
        return f"{_pairs(facts.num_pairs_tried)} looked at again, none could be measured."
    if not facts.num_pairs_confirmed:
        return f"{told}, none shows a common arrangement of points beyond chance."
    shows = "shows" if facts.num_pairs_confirmed == 1 else "show"
    return (
        f"{told}, {facts.num_pairs_confirmed} {shows} a common arrangement of points beyond chance{_agreeing(facts)}."
    )


def _agreeing(facts: VerificationFacts) -> str:
    if facts.num_pairs_confirmed < 2:
        return ""
    all_of_them = facts.num_pairs_agreeing == facts.num_pairs_confirmed
    return f"; {'all' if all_of_them else f'{facts.num_pairs_agreeing} of them'} through the same change"


def _pairs(number: int) -> str:
    return count(number, "frame pair")


def points_words(points: PairPoints) -> str:
    """What the local features of one frame pair say."""
    if not points.num_corresponding:
        return "no common arrangement of points found"
    told = count(points.num_corresponding, "corresponding point")
    if points.is_confirmed:
        return f"{told}; {'far ' if points.chance_exponent >= FAR_FROM_CHANCE else ''}beyond chance"
    if points.num_elsewhere < points.num_corresponding:
        return f"{told}; not beyond chance, leaving out what a logo or a caption may share"
    return f"{told}; not beyond chance"


def points_alt(points: PairPoints) -> str:
    """What the picture of corresponding points shows."""
    number = points.num_corresponding
    lines = f"{MOST_LINES} of {number:,}" if number > MOST_LINES else f"{number:,}"
    return f"Suspect's frame left, work's frame right, with lines between {lines} corresponding points"


def rival_sentence(match: Match, title: str) -> str:
    """Which other match explains the stretch better; empty where none does.

    Args:
        match: the match.
        title: title of the other match's work.
    """
    if match.rival_work_id is None or match.rival_score is None:
        return ""
    score = decimal(match.rival_score, 1)
    if match.rival_work_id == match.work_id:
        return f"Another stretch of this work explains this stretch better, with a score of {score}."
    return f"Work “{title}” explains this stretch better, with a score of {score}. Both may hold the same footage."


def score_rows(match: Match) -> tuple[ScoreRow, ...]:
    """How the score came about, step by step."""
    rival = "no other match explains the stretch better"
    if match.rival_work_id is not None and match.rival_score is not None:
        where = "this work, elsewhere," if match.rival_work_id == match.work_id else f"work {match.rival_work_id}"
        rival = f"{where} reaches {decimal(match.rival_score)} for this stretch"
    return (
        (
            "Alignment",
            decimal(match.alignment_score),
            "mean similarity of the aligned samples, lowered where they show few different pictures",
        ),
        ("Local features", _signed(match.verification_points), _points_reason(match)),
        ("Other explanations", f"{TIMES} {decimal(match.rival_factor, 3)}", rival),
        ("Score", decimal(match.score), f"(alignment + local features) {TIMES} other explanations"),
    )


def _signed(points: float) -> str:
    if abs(points) < LEAST_SHOWN:
        return "+ 0.00"
    return f"{'+' if points > 0 else MINUS} {decimal(abs(points))}"


def _points_reason(match: Match) -> str:
    facts = match.verification
    if isinstance(facts, NotMeasured):
        return f"not asked: {facts.reason}"
    if facts.num_pairs_confirmed:
        said = f"one point per doubling of the evidence against chance: {decimal(facts.strength)}"
        is_cut = facts.strength - match.verification_points >= LEAST_SHOWN
        return f"{said}, of which at most {decimal(match.verification_points)} count" if is_cut else said
    return "none confirmed" if abs(match.verification_points) >= LEAST_SHOWN else "too few pairs could be measured"
