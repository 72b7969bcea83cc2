"""Blocks of findings: scene by scene, on separate axes, with likelihood ratios, intervals and words."""

from __future__ import annotations

from similarity.absence import NotMeasured
from similarity.compare.values import UnrelatedFootage
from similarity.measure.calibration import LikelihoodRatio
from similarity.measure.finding import Finding
from similarity.phrases import Phrase
from similarity.report.document.blocks.axes import axis_table, axis_value
from similarity.report.document.blocks.beside import beside_table
from similarity.report.document.blocks.regions import scene_regions, support_words
from similarity.report.document.blocks.taking import scene_taking
from similarity.report.document.context import Context
from similarity.report.document.forms import interval, share, stated, stated_at_length
from similarity.report.document.parts import Bullets, Column, Facts, Heading, Paragraph, Part, Table
from similarity.report.phrases.filing import AXIS_SHORT, AXIS_TITLES, READINGS
from similarity.report.phrases.words import number_ranges, span
from similarity.report.schema.report import SceneFinding, SceneWork

__all__ = [
    "finding_parts",
    "findings_detail",
    "findings_table",
    "ratio_in_words",
    "ratio_short",
]


def findings_table(context: Context) -> tuple[Part, ...]:
    """One line per scene and work: where, what is proposed, both likelihood ratios."""
    say = context.say
    rows = tuple(_finding_row(context, scene, one) for scene in context.report.scenes for one in scene.works)
    if not rows:
        text = say("No listed match lies in any scene. No match is not proof of originality.")
        return (Paragraph(text=text, tone="note"),)
    columns = (
        Column(title=say("Scene"), width=0.6, is_number=True),
        Column(title=say("Match"), width=0.75),
        Column(title=say("Stretch of the {suspect}"), width=1.2),
        Column(title=say("Stretch of the {work}"), width=1.5),
        Column(title=say("Reading proposed"), width=1.4),
        Column(title=say("log10 LR, copy [95\u00a0%]"), width=1.5),
        Column(title=say("log10 LR, adaptation [95\u00a0%]"), width=1.5),
    )
    without = [scene.scene_number for scene in context.report.scenes if not scene.works]
    parts: list[Part] = [Table(key="findings", caption=say("Findings, scene by scene"), columns=columns, rows=rows)]
    if without:
        text = say("Scenes in which no listed match lies: {numbers}.", numbers=number_ranges(without))
        parts.append(Paragraph(text=text, tone="small"))
    return (*parts, *_caps(context), *beside_table(context), *_common_sources(context))


def _common_sources(context: Context) -> list[Part]:
    """Matches that a common source explains as well as taking: the third proposition."""
    said = [
        context.say(
            "Match {match}: {grounds}. A source common to both, such as stock footage, a retake or a shared opening, "
            "explains it as well; pictures can't part that from copying.",
            match=match.match_id,
            grounds=context.say("; ").join(context.fill(one) for one in match.common_sources),
        )
        for match in context.report.matches
        if match.common_sources
    ]
    said += [
        context.say(
            "Match {match}: its stretch of the suspect is found as a copy of {works} too. It is shared footage, such "
            "as an opening, a logo or an advertisement, and does not tell from which of them it was taken.",
            match=match.match_id,
            works=context.say(", ").join(context.work_number(name) for name in match.shared_with),
        )
        for match in context.report.matches
        if match.shared_with
    ]
    return [Bullets(items=tuple(said))] if said else []


def _finding_row(context: Context, scene: SceneFinding, one: SceneWork) -> tuple[str, ...]:
    finding = one.finding
    is_found = any(match.match_id == one.match_id for match in context.report.matches)
    there = span(finding.work_start_seconds, finding.work_end_seconds, language=context.language)
    return (
        str(scene.scene_number),
        one.match_id if is_found else context.say("{match} (weaker)", match=one.match_id),
        span(finding.suspect_start_seconds, finding.suspect_end_seconds, language=context.language),
        f"{context.work_number(finding.work_id)} {there}",
        context.say(READINGS[finding.reading.name]),
        ratio_short(context, finding.copy_ratio),
        ratio_short(context, finding.adaptation_ratio),
    )


def ratio_short(context: Context, ratio: LikelihoodRatio | NotMeasured) -> str:
    """log10 of a ratio with its 95 % interval."""
    if isinstance(ratio, NotMeasured):
        return context.say("withheld")
    return f"{stated(ratio)} {interval(ratio)}"


def cap_numbers(context: Context) -> dict[Phrase, int]:
    """Number of each reason why a ratio was held to a bound, in the order of the table; none without findings."""
    findings = [one.finding for scene in context.report.scenes for one in scene.works]
    closest = context.report.closest_unrelated
    if findings and isinstance(closest, UnrelatedFootage):
        findings.append(closest.finding)
    ratios = [ratio for one in findings for ratio in (one.copy_ratio, one.adaptation_ratio)]
    held = [one.cap_reason for one in ratios if isinstance(one, LikelihoodRatio)]
    reasons = [reason for reason in held if reason is not None]
    return {reason: number for number, reason in enumerate(dict.fromkeys(reasons), 1)}


def _caps(context: Context) -> list[Part]:
    """Why ratios were held to a bound, each reason once."""
    reasons = context.say("; ").join(
        f"({number}) {context.fill(reason)}" for reason, number in cap_numbers(context).items()
    )
    if not reasons:
        return []
    return [Paragraph(text=context.say("Notes on capped ratios: {reasons}.", reasons=reasons), tone="small")]


def findings_detail(context: Context) -> tuple[Part, ...]:
    """Findings of matches that were found in full, those of weaker ones in two tables."""
    most = context.profile.most_detailed_findings
    found = [(scene, one) for scene in context.report.scenes for one in scene.works]
    strong = {match.match_id for match in context.report.matches}
    parts: list[Part] = []
    for scene, one in found[:most]:
        if one.match_id not in strong:
            continue
        title = context.say(
            "Scene {number} of the {suspect} against {name}",
            number=scene.scene_number,
            name=context.work_name(one.finding.work_id),
        )
        parts += [
            Heading(text=title),
            *finding_parts(context, one.finding, key=f"scene-{scene.scene_number}-{one.match_id}"),
            *scene_regions(context, one, key=f"scene-{scene.scene_number}-{one.match_id}"),
            *scene_taking(context, one, key=f"scene-{scene.scene_number}-{one.match_id}"),
        ]
    if weaker := [(scene, one) for scene, one in found[:most] if one.match_id not in strong]:
        heading = Heading(text=context.say("Weaker matches, scene by scene"))
        parts += [heading, _weaker_words(context, weaker), _weaker_axes(context, weaker)]
        for scene, one in weaker:
            parts += scene_regions(context, one, key=f"scene-{scene.scene_number}-{one.match_id}")
    if len(found) > most:
        left = len(found) - most
        text = context.say("{left} further findings stand in full in report.json and in the table above.", left=left)
        parts.append(Paragraph(text=text, tone="note"))
    return tuple(parts)


def _weaker_words(context: Context, found: list[tuple[SceneFinding, SceneWork]]) -> Table:
    say = context.say
    rows = tuple(
        (
            str(scene.scene_number),
            one.match_id,
            _reading(context, one.finding),
            _favoured(context, one.finding.copy_ratio),
            _favoured(context, one.finding.adaptation_ratio),
            context.cell(one.finding.kept_share, share),
        )
        for scene, one in found
    )
    columns = (
        Column(title=say("Scene"), width=0.5, is_number=True),
        Column(title=say("Match"), width=0.5),
        Column(title=say("Reading proposed"), width=3.3),
        Column(title=say("Copy, of the whole match"), width=1.7),
        Column(title=say("Adaptation, of the whole match"), width=1.9),
        Column(title=say("Windows kept"), width=0.7, is_number=True),
    )
    caption = say("Weaker matches: readings and ratios in words; the figures stand in the table above")
    return Table(key="weaker-findings", caption=caption, columns=columns, rows=rows)


def _favoured(context: Context, ratio: LikelihoodRatio | NotMeasured) -> str:
    return ratio_in_words(context, ratio) if isinstance(ratio, NotMeasured) else _band(context, ratio)


def _weaker_axes(context: Context, found: list[tuple[SceneFinding, SceneWork]]) -> Table:
    say = context.say
    shown = [axis for axis in AXIS_TITLES if any(axis == one.axis for _, work in found for one in work.finding.axes)]
    rows = tuple(
        (
            str(scene.scene_number),
            one.match_id,
            *(
                axis_value(context, next((axis for axis in one.finding.axes if axis.axis == name), None))
                for name in shown
            ),
        )
        for scene, one in found
    )
    columns = (
        Column(title=say("Scene"), width=0.7, is_number=True),
        Column(title=say("Match"), width=0.7),
        *(Column(title=say(AXIS_SHORT[name]), width=1.2 if name == "composition" else 1.0) for name in shown),
    )
    caption = say("Weaker matches: separate axes; percentiles and numbers of samples stand in report.json")
    return Table(key="weaker-axes", caption=caption, columns=columns, rows=rows)


def finding_parts(context: Context, finding: Finding, *, key: str, is_unrelated: bool = False) -> tuple[Part, ...]:
    """A finding: stretches, reading, both ratios, conditions, axes beside the closest unrelated footage.

    Args:
        context: what a block is given.
        finding: what is shown.
        key: part of the table's name.
        is_unrelated: whether it is that of the unrelated footage itself, which stands beside nothing.
    """
    say = context.say
    return (
        Facts(
            rows=(
                (
                    say("Stretches"),
                    say(
                        "{suspect} {here} against {there}",
                        here=span(
                            finding.suspect_start_seconds, finding.suspect_end_seconds, language=context.language
                        ),
                        there=span(finding.work_start_seconds, finding.work_end_seconds, language=context.language),
                    ),
                ),
                (say("Reading proposed"), _reading(context, finding)),
                (say("Copy, of the whole match"), ratio_in_words(context, finding.copy_ratio)),
                (say("Adaptation, of the whole match"), ratio_in_words(context, finding.adaptation_ratio)),
                (say("Validated conditions"), _envelope(context, finding)),
                (
                    say("What stands and what moves"),
                    context.shown(finding.support, lambda support: support_words(context, support)),
                ),
                (say("Windows kept almost unchanged"), context.shown(finding.kept_share, share)),
            )
        ),
        axis_table(
            context,
            finding.axes,
            key=key,
            stretch=(finding.suspect_start_seconds, finding.suspect_end_seconds),
            footage=None if is_unrelated else context.report.closest_unrelated,
        ),
    )


def _reading(context: Context, finding: Finding) -> str:
    title = context.say(READINGS[finding.reading.name])
    reasons = context.say("; ").join(context.fill(reason) for reason in finding.reading.reasons)
    return context.say("{title}. Grounds: {reasons}.", title=title, reasons=reasons) if reasons else title


def ratio_in_words(context: Context, ratio: LikelihoodRatio | NotMeasured) -> str:
    """log10 of a ratio with its interval, the words for it, and whether it was held to a bound."""
    say = context.say
    if isinstance(ratio, NotMeasured):
        return context.fill(ratio.reason)
    text = say(
        "log10 LR {ratio}; 95 % interval {interval}; {favoured}",
        ratio=stated_at_length(ratio),
        interval=interval(ratio),
        favoured=_band(context, ratio),
    )
    if ratio.cap_reason is None:
        return text
    number = cap_numbers(context).get(ratio.cap_reason)
    if number is None:
        return say("{told}; capped: {reason}", told=text, reason=context.fill(ratio.cap_reason))
    return say("{told}; capped, see note ({number}) to the table of findings", told=text, number=number)


def _band(context: Context, ratio: LikelihoodRatio) -> str:
    """The words for a ratio, and which proposition they favour."""
    words = ratio.band.band.zh if context.is_chinese else ratio.band.band.en
    return {
        "first": context.say("{words} for the first proposition", words=words),
        "second": context.say("{words} for the second proposition", words=words),
        "neither": words,
    }[ratio.band.favours]


def _envelope(context: Context, finding: Finding) -> str:
    if finding.envelope.is_inside:
        return context.say("inside: this comparison resembles what the adaptation calibration was validated on")
    reasons = context.say("; ").join(context.fill(one) for one in finding.envelope.reasons)
    return context.say("outside: {reasons}", reasons=reasons)
