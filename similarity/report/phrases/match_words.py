"""What a match's evidence says, in plain sentences: how the picture was changed, verification, rivals, the score."""

from __future__ import annotations

from collections.abc import Sequence

from similarity.absence import NotMeasured
from similarity.geometry.fit import PairPoints
from similarity.geometry.verification import Verification
from similarity.report.phrases.change_words import view_turn_words
from similarity.report.phrases.language import ENGLISH, Language, msgid
from similarity.report.phrases.words import MINUS, TIMES, decimal, percent
from similarity.report.schema.match import Difference, Match

__all__ = [
    "agreeing",
    "aspects",
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

NO_CHANGE = msgid("no change of framing or colour beyond what measuring leaves open")

ScoreRow = tuple[str, str, str]
"""Step, figure, reason."""


def change_sentence(match: Match, *, language: Language = ENGLISH) -> str:
    """How the suspect's picture was made from the work's; empty where nothing is known of it."""
    facts = match.verification
    said = [language.fill(row.in_short) for row in match.differences if row.in_short is not None]
    if isinstance(facts, Verification) and not isinstance(facts.change, NotMeasured):
        said = [*(language.fill(words) for words in match.changes), *said] or [language.say(NO_CHANGE)]
    elif match.view.turn_degrees:
        said.insert(0, language.fill(view_turn_words(match.view)))
    elif match.view.is_mirrored:
        said.insert(0, language.say("mirrored left to right, as the descriptors see it; not confirmed"))
    return language.say("{sentence}.", sentence=language.say("; ").join(said)) if said else ""


def differing(match: Match) -> tuple[Difference, ...]:
    """Rows of what differs."""
    rows = (row for row in match.differences if not isinstance(row.suspect, NotMeasured))
    return tuple(row for row in rows if row.is_different is not False)


def agreeing(match: Match) -> tuple[Difference, ...]:
    """Rows of what was looked at and does not differ."""
    return tuple(row for row in match.differences if row.is_different is False)


def unknown(match: Match) -> tuple[Difference, ...]:
    """Rows of what could not be measured."""
    return tuple(row for row in match.differences if isinstance(row.suspect, NotMeasured))


def aspects(rows: Sequence[Difference], *, language: Language = ENGLISH) -> str:
    """Names of what rows are about, as a list."""
    return language.say(", ").join(language.fill(row.aspect) for row in rows)


def seen_words(match: Match, *, language: Language = ENGLISH) -> str:
    """The part of the suspect's picture that matches; empty where it is all of it."""
    if match.view.region == "whole":
        return ""
    left, top, right, bottom = match.view.box
    return language.say(
        "Seen in a pane of the suspect's picture: {left} to {right} of the width, {top} to {bottom} of the height.",
        left=percent(left / 1000, language=language),
        right=percent(right / 1000, language=language),
        top=percent(top / 1000, language=language),
        bottom=percent(bottom / 1000, language=language),
    )


def verification_sentence(facts: Verification, *, language: Language = ENGLISH) -> str:
    """How many frame pairs were looked at again, and what came of it."""
    pairs = language.several(facts.num_pairs_tried, "{number} frame pair", "{number} frame pairs")
    if not facts.num_pairs_measured:
        return language.say("{pairs} examined, none could be measured.", pairs=pairs)
    text = language.say(
        "{pairs} examined, {measured} could be measured", pairs=pairs, measured=facts.num_pairs_measured
    )
    if not facts.num_pairs_confirmed:
        return language.say("{told}, none shows a common arrangement of points beyond chance.", told=text)
    return language.several(
        facts.num_pairs_confirmed,
        "{told}, {number} shows a common arrangement of points beyond chance{agreeing}.",
        "{told}, {number} show a common arrangement of points beyond chance{agreeing}.",
        told=text,
        agreeing=_agreeing(facts, language),
    )


def _agreeing(facts: Verification, language: Language) -> str:
    if facts.num_pairs_confirmed < 2:
        return ""
    if facts.num_pairs_agreeing == facts.num_pairs_confirmed:
        return language.say("; all through the same change")
    return language.say("; {number} of them through the same change", number=facts.num_pairs_agreeing)


def points_words(points: PairPoints, *, language: Language = ENGLISH) -> str:
    """What the local features of one frame pair say."""
    if not points.num_inliers:
        return language.say("no common arrangement of points found")
    text = language.several(points.num_inliers, "{number} corresponding point", "{number} corresponding points")
    if points.is_confirmed and points.chance_exponent >= FAR_FROM_CHANCE:
        return language.say("{points}; far beyond chance", points=text)
    if points.is_confirmed:
        return language.say("{points}; beyond chance", points=text)
    if points.num_elsewhere < points.num_inliers:
        return language.say("{points}; not beyond chance, leaving out what a logo or a caption may share", points=text)
    return language.say("{points}; not beyond chance", points=text)


def points_alt(points: PairPoints, *, language: Language = ENGLISH) -> str:
    """What the picture of corresponding points shows."""
    number = points.num_inliers
    lines = f"{number:,}"
    if number > MOST_LINES:
        lines = language.say("{shown} of {number}", shown=MOST_LINES, number=lines)
    return language.say(
        "Suspect's frame left, work's frame right, with lines between {lines} corresponding points", lines=lines
    )


def rival_sentence(match: Match, title: str, *, language: Language = ENGLISH) -> str:
    """Which other match explains the stretch better; empty where none does.

    Args:
        match: the match.
        title: title of the other match's work.
        language: of the sentence.
    """
    rival = match.score_steps.rival
    if rival is None:
        return ""
    score = decimal(rival.score, 1)
    if rival.work_id == match.work_id:
        return language.say(
            "Another stretch of this work explains this stretch better, with a score of {score}.", score=score
        )
    return language.say(
        "Work “{title}” explains this stretch better, with a score of {score}. Both may hold the same footage.",
        title=title,
        score=score,
    )


def score_rows(match: Match, *, language: Language = ENGLISH) -> tuple[ScoreRow, ...]:
    """How the score came about, step by step."""
    steps = match.score_steps
    return (
        (
            language.say("Alignment"),
            decimal(steps.alignment_score),
            language.say("mean similarity of the aligned samples, lowered where they show few different pictures"),
        ),
        (
            language.say("Local features"),
            _signed(steps.verification_points),
            _points_reason(match, language),
        ),
        (
            language.say("Other explanations"),
            f"{TIMES} {decimal(steps.rival_factor, 3)}",
            _rival_reason(match, language),
        ),
        (
            language.say("Score"),
            decimal(match.score),
            language.say("(alignment + local features) \u00d7 other explanations"),
        ),
    )


def _rival_reason(match: Match, language: Language) -> str:
    rival = match.score_steps.rival
    if rival is None:
        return language.say("no other match explains the stretch better")
    score = decimal(rival.score)
    if rival.work_id == match.work_id:
        return language.say("this work, elsewhere, reaches {score} for this stretch", score=score)
    return language.say("work {name} reaches {score} for this stretch", name=rival.work_id, score=score)


def _signed(points: float) -> str:
    if abs(points) < LEAST_SHOWN:
        return "+ 0.00"
    return f"{'+' if points > 0 else MINUS} {decimal(abs(points))}"


def _points_reason(match: Match, language: Language) -> str:
    facts, points = match.verification, match.score_steps.verification_points
    if isinstance(facts, NotMeasured):
        return language.say("not asked: {reason}", reason=language.fill(facts.reason))
    if points < LEAST_SHOWN:
        is_silent = facts.num_pairs_measured > 0
        return language.say("none confirmed") if is_silent else language.say("too few pairs could be measured")
    strength = decimal(facts.strength)
    if facts.strength - points < LEAST_SHOWN:
        return language.say("one point per doubling of the evidence against chance: {strength}", strength=strength)
    return language.say(
        "one point per doubling of the evidence against chance: {strength}, of which at most {most} count",
        strength=strength,
        most=decimal(points),
    )
