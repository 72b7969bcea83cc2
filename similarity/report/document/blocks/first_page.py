"""Blocks of the first page: what was found, where, by what, how sure, what speaks against it; asked, unmeasured, who.

The page is put together in the profiles: `front` of each filing form, and `first-page` of the offline page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from similarity.absence import NotMeasured
from similarity.align.values import DensePlacement
from similarity.compare.values import UnrelatedFootage
from similarity.measure.alarms import LEVELS
from similarity.measure.calibration import LikelihoodRatio
from similarity.measure.finding import Finding
from similarity.measure.found import Proposition
from similarity.measure.values import AxisName
from similarity.report.document.blocks.rates import SAID_LEVELS, alarm_sentence
from similarity.report.document.context import Context
from similarity.report.document.forms import number, whole
from similarity.report.document.parts import Bullets, Entry, Facts, Paragraph, Part, Picture
from similarity.report.phrases.filing import AXIS_SHORT, FOUND_AS, PROPOSITIONS, READINGS
from similarity.report.phrases.finding_words import comparative_sentence
from similarity.report.phrases.language import msgid
from similarity.report.phrases.match_words import aspects, change_sentence, differing
from similarity.report.phrases.words import clock, duration, match_sentence, number_ranges, span
from similarity.report.schema.case import CaseFacts, Person
from similarity.report.schema.match import Beside, FramePair, Match
from similarity.report.schema.report import SceneFinding

__all__ = ["not_measured_in_short", "weighed_by", "what_was_asked", "what_was_found", "who_answers"]

MOST_FIRST_PAGE_MATCHES = 6
"""Matches that the first page tells of; the others stand in the table of matches."""
RATIO_OF: Mapping[Proposition, Callable[[Finding], LikelihoodRatio | NotMeasured]] = {
    "copy": lambda finding: finding.copy_ratio,
    "adaptation": lambda finding: finding.adaptation_ratio,
}
"""The ratio that weighs each proposition; one that is not named here has none."""
AXIS_OF: Mapping[Proposition, AxisName] = {"copy": "copied", "adaptation": "composition"}
"""The axis on which unrelated footage is set beside a match, in points."""
FIRST_PROPOSITIONS: Mapping[Proposition, str] = {
    "copy": msgid("the stretch was taken from the pictures of the {work}"),
    "adaptation": msgid("the stretch was remade after the {work}"),
}
"""The first proposition, as it stands after `if`."""
SECOND_PROPOSITION = msgid("it was made independently of it")


def weighed_by(match: Match) -> tuple[Proposition, LikelihoodRatio] | None:
    """The proposition that a match is weighed by on the first page, one for each match, and its ratio.

    It is the first of those that the match was found by whose ratio is stated; None where none is.
    """
    for proposition in match.found_by:
        ratio = RATIO_OF[proposition](match.finding) if proposition in RATIO_OF else None
        if isinstance(ratio, LikelihoodRatio):
            return proposition, ratio
    return None


def what_was_found(context: Context) -> tuple[Part, ...]:
    """Every match that was found: what, where in both, found by what, how sure, what speaks against it."""
    say, report = context.say, context.report
    if not report.matches:
        return _nothing_found(context)
    shown = report.matches[:MOST_FIRST_PAGE_MATCHES]
    ordered = sorted(shown, key=lambda match: match.suspect_start_seconds)
    parts: list[Part] = [Paragraph(text=_in_one_sentence(context)), *(_entry(context, match) for match in ordered)]
    if left := len(report.matches) - len(shown):
        parts.append(Paragraph(text=say("{left} further matches, weaker than these, stand in the table.", left=left)))
    rule = say(
        "Ratios of different scenes, matches or propositions rest on the same pictures: they must not be multiplied "
        "with one another, nor added up. Measuring excludes none of the innocent causes: a source common to both, a "
        "licence, the public domain, what the genre dictates, independent making."
    )
    return (*parts, *_settings(context), Paragraph(text=rule, tone="note"), *_alarms(context, shown))


def _alarms(context: Context, matches: Sequence[Match]) -> tuple[Part, ...]:
    """How often a suspect that took nothing shows ratios such as the highest of these, on each proposition."""
    highest: dict[Proposition, float] = {}
    for proposition, ratio in filter(None, map(weighed_by, matches)):
        highest[proposition] = max(highest.get(proposition, 0.0), ratio.log10_lr)
    said = []
    for facts in context.report.calibrations:
        reached = [level for level in SAID_LEVELS if LEVELS[level] <= highest.get(facts.proposition, 0.0)]
        if reached and facts.alarms.populations:
            said.append(alarm_sentence(context, facts, reached[-1], context.report.limits.num_comparisons))
    return tuple(Paragraph(text=text, tone="small") for text in said)


def _in_one_sentence(context: Context) -> str:
    """How much of the suspect lies in matches, and with how many works."""
    report, covered = context.report, context.report.suspect_coverage
    counts = {"matches": _matches(context), "works": _works(context), "indexed": whole(report.library.num_works)}
    if report.suspect.is_still:
        return context.say("This still picture has {matches} with {works} of the {indexed} compared.", **counts)
    return context.say(
        "{covered} of the {total} of the {suspect} have counterparts in {works} of the {indexed} compared: {matches}.",
        covered=duration(covered.covered_seconds),
        total=duration(covered.total_seconds),
        **counts,
    )


def _matches(context: Context) -> str:
    return context.language.several(len(context.report.matches), "{number} match", "{number} matches")


def _works(context: Context) -> str:
    return context.language.several(len(context.report.works), "{number} work", "{number} works")


def _nothing_found(context: Context) -> tuple[Part, ...]:
    say, report = context.say, context.report
    text = say(
        "No match of pictures was found in {works}. This is not proof of originality: a work that was not compared, or "
        "one changed beyond what the method recognises, can't be found.",
        works=context.language.several(report.library.num_works, "{number} work", "{number} works"),
    )
    parts: list[Part] = [Paragraph(text=text)]
    if settings := _settings(context):
        return (*parts, *settings)
    if report.weaker_matches:
        best = max(report.weaker_matches, key=lambda match: match.score)
        weaker = say(
            "The strongest of the weaker matches reaches a score of {score}; a copy is found from {threshold} on.",
            score=number(best.score),
            threshold=number(report.operating_threshold),
        )
        parts.append(Paragraph(text=weaker, tone="small"))
    return tuple(parts)


def _settings(context: Context) -> tuple[Part, ...]:
    """Matches that are set aside because nothing but what never moves supports them."""
    found = [one for one in context.report.weaker_matches if one.finding.reading.name == "shared_setting"]
    if not found:
        return ()
    text = context.language.several(
        len(found),
        "{number} match is set aside although its score is high: support lies only in what never moves in either, such "
        "as a set, an interface or a drawn frame ({matches}). It stands under the findings, scene by scene.",
        "{number} matches are set aside although their scores are high: support lies only in what never moves in "
        "either, such as a set, an interface or a drawn frame ({matches}). They stand under the findings, scene by "
        "scene.",
        matches=context.say(", ").join(f"{one.match_id}: {context.work_title(one.work_id)}" for one in found),
    )
    return (Paragraph(text=text, tone="note"),)


def _entry(context: Context, match: Match) -> Entry:
    """One match in five lines."""
    say = context.say
    return Entry(
        title=_title(context, match),
        target=context.match_anchors.get(match.match_id, ""),
        pictures=_pictures(context, match),
        rows=(
            (say("What"), _what(context, match)),
            (say("Where in the {suspect}"), _here(context, match)),
            (say("Where in the {work}"), _there(context, match)),
            (say("Found by"), say(", ").join(say(PROPOSITIONS[one]) for one in match.found_by)),
            (say("How sure"), _how_sure(context, match)),
            (say("Against it"), _against(context, match)),
        ),
    )


def _title(context: Context, match: Match) -> str:
    scenes = [scene for scene in context.report.scenes if _lies_in(match, scene)]
    name = context.work_name(match.work_id)
    if not scenes:
        return context.say("Match {match}: {name}", match=match.match_id, name=name)
    return context.language.several(
        len(scenes),
        "Scene {numbers} and {name} (match {match})",
        "Scenes {numbers} and {name} (match {match})",
        numbers=number_ranges(scene.scene_number for scene in scenes),
        name=name,
        match=match.match_id,
    )


def _lies_in(match: Match, scene: SceneFinding) -> bool:
    return match.match_id in scene.match_ids


def _pictures(context: Context, match: Match) -> tuple[Picture, ...]:
    """The middle frame of both sides."""
    pair = _middle(match)
    if pair is None:
        return ()
    sides = (
        (pair.suspect_picture, context.say("{Suspect}"), context.suspect_when(pair.suspect_seconds)),
        (pair.work_picture, context.say("{Work}"), context.work_when(match.work_id, pair.work_seconds)),
    )
    return tuple(
        Picture(name=name, caption=f"{who} {when}") for name, who, when in sides if not isinstance(name, NotMeasured)
    )


def _middle(match: Match) -> FramePair | None:
    return match.frames[len(match.frames) // 2] if match.frames else None


def _what(context: Context, match: Match) -> str:
    """On what it was found, in words, and how the picture was changed."""
    said = [context.say(FOUND_AS[match.found_by[0]])] if match.found_by else []
    changed = change_sentence(match, language=context.language)
    if not said:
        return changed
    if not changed:
        return context.say("{sentence}.", sentence=said[0])
    return context.say("{what}: {change}", what=said[0], change=changed)


def _here(context: Context, match: Match) -> str:
    """The stretch of the suspect, and how exactly it is known."""
    if context.report.suspect.is_still:
        return context.say("a still picture")
    where = _stretch(match.suspect_start_seconds, match.suspect_end_seconds)
    if not isinstance(match.placement, DensePlacement):
        return context.say("{stretch}; ends uncertain by about one sample interval", stretch=where)
    first, last = match.placement.suspect_start_interval_seconds, match.placement.suspect_end_interval_seconds
    return context.say(
        "{stretch}; to the frame: begins between {first} and {second}, ends between {third} and {fourth} (95 %)",
        stretch=where,
        first=clock(first[0]),
        second=clock(first[1]),
        third=clock(last[0]),
        fourth=clock(last[1]),
    )


def _there(context: Context, match: Match) -> str:
    """The stretch of the work, and how fast the suspect runs through it."""
    if next((one.work.is_still for one in context.report.works if one.work.video_id == match.work_id), False):
        return context.say("a still picture")
    where = _stretch(match.work_start_seconds, match.work_end_seconds)
    return context.say(
        "{stretch}; {sentence}", stretch=where, sentence=match_sentence(match, language=context.language)
    )


def _stretch(start: float, end: float) -> str:
    return f"{span(start, end)} ({duration(end - start)})"


def _how_sure(context: Context, match: Match) -> str:
    """One sentence: the ratio of one proposition in the guideline's comparative form; words where there is none."""
    say, weighed = context.say, weighed_by(match)
    if weighed is not None:
        proposition, ratio = weighed
        return comparative_sentence(
            ratio,
            first=say(FIRST_PROPOSITIONS[proposition]),
            second=say(SECOND_PROPOSITION),
            language=context.language,
        )
    reading = say(READINGS[match.finding.reading.name])
    return say(
        "No ratio is stated: {reason}. Reading proposed: {reading}.", reason=_why(context, match), reading=reading
    )


def _why(context: Context, match: Match) -> str:
    """Why no ratio is stated."""
    for proposition in match.found_by:
        if proposition in RATIO_OF:
            ratio = RATIO_OF[proposition](match.finding)
            if isinstance(ratio, NotMeasured):
                return context.fill(ratio.reason)
    return context.say("none was validated for what it was found by")


def _against(context: Context, match: Match) -> str:
    """What speaks against it, as far as it was measured."""
    said = [
        *_closest(context, match),
        *_differences(context, match),
        *_decoys(context, match),
        *_common(context, match),
        *_conditions(context, match),
    ]
    if not said:
        return context.say("nothing that was measured; see the innocent causes below")
    return context.say("{sentence}.", sentence=context.say("; ").join(said))


def _closest(context: Context, match: Match) -> list[str]:
    """What unrelated footage reaches on the axis that speaks for what the match was found by."""
    footage = context.report.closest_unrelated
    if not isinstance(footage, UnrelatedFootage):
        return []
    here, there = _values(match.finding), _values(footage.finding)
    name = next((AXIS_OF[one] for one in match.found_by if one in AXIS_OF), None)
    title = footage.title or footage.entry_id
    if name is None or name not in here or name not in there:
        return [context.say("closest unrelated footage: “{title}”", title=title)]
    return [
        context.say(
            "the closest unrelated footage, “{title}”, reaches {other} points where this reaches {own} ({axis})",
            title=title,
            other=number(there[name]),
            own=number(here[name]),
            axis=context.say(AXIS_SHORT[name]),
        )
    ]


def _values(finding: Finding) -> dict[AxisName, float]:
    return {one.axis: one.value for one in finding.axes if not isinstance(one.value, NotMeasured)}


def _differences(context: Context, match: Match) -> list[str]:
    named = aspects(differing(match), language=context.language)
    return [context.say("differs in {aspects}", aspects=named)] if named else []


def _decoys(context: Context, match: Match) -> list[str]:
    if not isinstance(match.beside, Beside) or isinstance(match.beside.decoys.rank, NotMeasured):
        return []
    rank = match.beside.decoys.rank
    if rank.rank == 1:
        return []
    return [
        context.say(
            "{above} of {others} pieces of other works of the same length reach as much",
            above=rank.rank - 1,
            others=rank.num_others,
        )
    ]


def _common(context: Context, match: Match) -> list[str]:
    said = [context.fill(one) for one in match.common_sources]
    if match.shared_with:
        names = context.say(", ").join(context.work_number(name) for name in match.shared_with)
        said.append(context.say("the same stretch is found as a copy of {works} too", works=names))
    return said


def _conditions(context: Context, match: Match) -> list[str]:
    check = match.finding.envelope
    if check.is_inside:
        return []
    reasons = context.say("; ").join(context.fill(one) for one in check.reasons)
    return [context.say("outside the validated conditions: {reasons}", reasons=reasons)]


def what_was_asked(context: Context) -> tuple[Part, ...]:
    """The question, who asked it, and what was compared."""
    say, case, report = context.say, context.report.case, context.report
    asked = say("no question is recorded: the comparison was made outside a case")
    requester: str | None = None
    if isinstance(case, CaseFacts):
        asked, requester = context.stated(case.question), context.stated(case.requester)
    compared = say(
        "“{suspect}” with {works} and, as a yardstick, {background} unrelated items",
        suspect=context.title(report.suspect),
        works=context.language.several(report.library.num_works, "{number} work", "{number} works"),
        background=whole(report.library.num_background),
    )
    rows = [(say("Question asked"), asked), (say("Compared"), compared)]
    if requester is not None:
        rows.insert(1, (say("Asked by"), requester))
    return (Facts(rows=tuple(rows)),)


def not_measured_in_short(context: Context) -> tuple[Part, ...]:
    """What was not looked at, with the reason of each."""
    say, missing = context.say, context.report.not_measured
    if not missing:
        return (Paragraph(text=say("Everything that this version looks at was measured.")),)
    return (
        Bullets(
            items=tuple(
                say("{what}: {reason}", what=context.fill(one.what), reason=context.fill(one.reason)) for one in missing
            )
        ),
    )


def who_answers(context: Context) -> tuple[Part, ...]:
    """The persons who answer for it; the program answers for nothing."""
    say, case = context.say, context.report.case
    if not isinstance(case, CaseFacts):
        return (Paragraph(text=say("Nobody yet: no analyst is named. A program measured; it answers for nothing.")),)
    rows = [(say("Analyst"), _person(context, case.analyst)), (say("Reviewer"), _person(context, case.reviewer))]
    return (Facts(rows=tuple(rows)),)


def _person(context: Context, person: Person | NotMeasured) -> str:
    return context.stated(person) if isinstance(person, NotMeasured) else context.shown(person.name)
