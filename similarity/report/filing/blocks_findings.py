"""Blocks of findings: scene by scene, on separate axes, with likelihood ratios, intervals and words."""

from __future__ import annotations

from similarity.absence import NotMeasured
from similarity.measure.calibration import LikelihoodRatio
from similarity.measure.finding import Finding
from similarity.measure.values import AxisValue
from similarity.report.filing.context import Context
from similarity.report.filing.forms import clocks, figure, interval, log10_text, number, share
from similarity.report.filing.parts import Column, Facts, Heading, Paragraph, Part, Table
from similarity.report.filing.wordings import AXIS_TITLES, AXIS_UNITS, EXPRESSION_AXES, READINGS
from similarity.report.finding_words import log10_words, readable_conditions
from similarity.report.values import SceneFinding, SceneWork, UnrelatedFootage
from similarity.report.words import number_ranges

__all__ = ["axis_words", "finding_parts", "findings_detail", "findings_table", "salient_parts"]

KEPT_BACK = "\u2013"


def axis_words(context: Context) -> tuple[Part, ...]:
    """What each axis answers, and in which unit."""
    say = context.say
    rows = tuple(
        (
            say(title),
            say(AXIS_UNITS[axis]),
            say("expression") if axis in EXPRESSION_AXES else say("shown only, never counted"),
        )
        for axis, title in AXIS_TITLES.items()
    )
    columns = (
        Column(title=say("Axis"), width=1.5),
        Column(title=say("Unit of its value"), width=2.6),
        Column(title=say("Counts as"), width=1.1),
    )
    return (Table(key="axes", caption=say("Axes and their units"), columns=columns, rows=rows),)


def findings_table(context: Context) -> tuple[Part, ...]:
    """One line per scene and work: where, what is proposed, both likelihood ratios."""
    say = context.say
    rows = tuple(_finding_row(context, scene, one) for scene in context.report.scenes for one in scene.works)
    if not rows:
        text = say("No listed match lies in any scene. No match is not proof of originality.")
        return (Paragraph(text=text, tone="note"),)
    columns = (
        Column(title=say("Scene"), width=0.6, is_number=True),
        Column(title=say("Match"), width=0.6),
        Column(title=say("Stretch of the {suspect}"), width=1.5),
        Column(title=say("Stretch of the {work}"), width=1.5),
        Column(title=say("Reading proposed"), width=1.6),
        Column(title=say("log10 LR, copy [95 %]"), width=1.2),
        Column(title=say("log10 LR, adaptation [95 %]"), width=1.2),
    )
    without = [scene.scene_number for scene in context.report.scenes if not scene.works]
    parts: list[Part] = [Table(key="findings", caption=say("Findings, scene by scene"), columns=columns, rows=rows)]
    if without:
        text = say("Scenes in which no listed match lies: {numbers}.", numbers=number_ranges(without))
        parts.append(Paragraph(text=text, tone="small"))
    return tuple(parts)


def _finding_row(context: Context, scene: SceneFinding, one: SceneWork) -> tuple[str, ...]:
    finding = one.finding
    is_found = any(match.match_id == one.match_id for match in context.report.matches)
    return (
        str(scene.scene_number),
        one.match_id if is_found else context.say("{match} (weaker)", match=one.match_id),
        clocks(finding.suspect_start_seconds, finding.suspect_end_seconds),
        f"{context.work_number(finding.work_id)} {clocks(finding.work_start_seconds, finding.work_end_seconds)}",
        context.say(READINGS[finding.reading.name]),
        _short(context, finding.copy_ratio),
        _short(context, finding.adaptation_ratio),
    )


def _short(context: Context, ratio: LikelihoodRatio | NotMeasured) -> str:
    if isinstance(ratio, NotMeasured):
        return context.say("withheld")
    return f"{log10_words(ratio.log10_lr)} {interval(ratio)}"


def findings_detail(context: Context) -> tuple[Part, ...]:
    """Every finding in full, as many as the profile shows."""
    most = context.profile.most_detailed_findings
    found = [(scene, one) for scene in context.report.scenes for one in scene.works]
    parts: list[Part] = []
    for scene, one in found[:most]:
        title = context.say(
            "Scene {number} of the {suspect} against {name}",
            number=scene.scene_number,
            name=context.work_name(one.finding.work_id),
        )
        parts += [
            Heading(text=title),
            *finding_parts(context, one.finding, key=f"scene-{scene.scene_number}-{one.match_id}"),
        ]
    if len(found) > most:
        left = len(found) - most
        text = context.say("{left} further findings stand in full in report.json and in the table above.", left=left)
        parts.append(Paragraph(text=text, tone="note"))
    return tuple(parts)


def finding_parts(context: Context, finding: Finding, *, key: str) -> tuple[Part, ...]:
    """A finding: stretches, reading, both ratios, conditions, axes beside the closest unrelated footage."""
    say = context.say
    return (
        Facts(
            rows=(
                (
                    say("Stretches"),
                    say(
                        "{suspect} {here} against {there}",
                        here=clocks(finding.suspect_start_seconds, finding.suspect_end_seconds),
                        there=clocks(finding.work_start_seconds, finding.work_end_seconds),
                    ),
                ),
                (say("Reading proposed"), _reading(context, finding)),
                (say("Copy, of the whole match"), _ratio(context, finding.copy_ratio)),
                (say("Adaptation, of this stretch"), _ratio(context, finding.adaptation_ratio)),
                (say("Validated conditions"), _envelope(context, finding)),
                (say("Windows kept almost unchanged"), context.shown(finding.kept_share, share)),
            )
        ),
        _axis_table(context, finding, key),
    )


def _reading(context: Context, finding: Finding) -> str:
    title = context.say(READINGS[finding.reading.name])
    reasons = context.say("; ").join(context.stored(reason) for reason in finding.reading.reasons)
    return context.say("{title}. Grounds: {reasons}.", title=title, reasons=reasons) if reasons else title


def _ratio(context: Context, ratio: LikelihoodRatio | NotMeasured) -> str:
    say = context.say
    if isinstance(ratio, NotMeasured):
        return context.shown(readable_conditions(ratio.reason, language=context.language))
    words = ratio.band.band.zh if context.is_chinese else ratio.band.band.en
    favoured = {
        "first": say("{words} for the first proposition", words=words),
        "second": say("{words} for the second proposition", words=words),
        "neither": words,
    }[ratio.band.favours]
    told = say(
        "log10 LR {ratio}; 95 % interval {interval}; {favoured}",
        ratio=log10_text(ratio.log10_lr),
        interval=interval(ratio),
        favoured=favoured,
    )
    if not ratio.is_capped:
        return told
    return say("{told}; capped: {reason}", told=told, reason=context.stored(ratio.cap_reason or ""))


def _envelope(context: Context, finding: Finding) -> str:
    if finding.envelope.is_inside:
        return context.say("inside: this comparison resembles what the adaptation calibration was validated on")
    reasons = context.say("; ").join(
        readable_conditions(one, language=context.language) for one in finding.envelope.reasons
    )
    return context.say("outside: {reasons}", reasons=reasons)


def _axis_table(context: Context, finding: Finding, key: str) -> Table:
    say, footage = context.say, context.report.closest_unrelated
    beside = {one.axis: one for one in footage.finding.axes} if isinstance(footage, UnrelatedFootage) else {}
    known = {one.axis: one for one in finding.axes}
    rows = tuple(
        (
            say(title),
            _value(context, known[axis]),
            _percentile(context, known[axis]),
            str(known[axis].num_samples),
            _value(context, beside[axis]) if axis in beside else "\u2013",
            _percentile(context, beside[axis]) if axis in beside else "\u2013",
        )
        for axis, title in AXIS_TITLES.items()
        if axis in known
    )
    columns = (
        Column(title=say("Axis"), width=2.2),
        Column(title=say("Value"), width=1.2, is_number=True),
        Column(title=say("Percentile"), width=1.2, is_number=True),
        Column(title=say("Samples"), width=0.8, is_number=True),
        Column(title=say("Closest unrelated: value"), width=1.2, is_number=True),
        Column(title=say("its percentile"), width=1.2, is_number=True),
    )
    caption = say(
        "Separate axes, {where}; percentile: share of independent pairs that score lower",
        where=clocks(finding.suspect_start_seconds, finding.suspect_end_seconds),
    )
    return Table(key=f"axes-{key}", caption=caption, columns=columns, rows=rows)


def _value(context: Context, axis: AxisValue) -> str:
    if isinstance(axis.value, NotMeasured):
        return context.cell(axis.value)
    if axis.axis in {"verbatim", "region"}:
        return share(axis.value)
    if axis.axis in {"copied", "composition"}:
        return f"{number(axis.value)} sd"
    if axis.axis == "concept" and isinstance(axis.background_percentile, NotMeasured):
        return KEPT_BACK
    return figure(axis.value)


def _percentile(context: Context, axis: AxisValue) -> str:
    if isinstance(axis.value, NotMeasured):
        return "\u2013"
    return context.cell(axis.background_percentile, lambda value: share(min(value, 100.0) / 100))


def salient_parts(context: Context) -> tuple[Part, ...]:
    """Parts that reappear: the region axis and the shares kept, strongest first."""
    say = context.say
    found = [(scene, one.finding) for scene in context.report.scenes for one in scene.works]
    if not found:
        return (Paragraph(text=say("No listed match lies in any scene: there are no parts to set side by side.")),)
    rows = tuple(
        (
            str(scene.scene_number),
            context.work_name(finding.work_id),
            clocks(finding.suspect_start_seconds, finding.suspect_end_seconds),
            clocks(finding.work_start_seconds, finding.work_end_seconds),
            _value(context, next(axis for axis in finding.axes if axis.axis == "region")),
            context.cell(finding.kept_share, share),
        )
        for scene, finding in sorted(found, key=lambda pair: -_region(pair[1]))
    )
    columns = (
        Column(title=say("Scene"), width=0.6, is_number=True),
        Column(title=say("{Work}"), width=1.6),
        Column(title=say("Stretch of the {suspect}"), width=1.5),
        Column(title=say("Stretch of the {work}"), width=1.5),
        Column(title=say("Part that reappears"), width=1.2, is_number=True),
        Column(title=say("Windows kept"), width=1.0, is_number=True),
    )
    caption = say("Salient parts: what of the picture, or of the part that its owner marked, is found again")
    return (Table(key="salient-parts", caption=caption, columns=columns, rows=rows),)


def _region(finding: Finding) -> float:
    values = [axis.value for axis in finding.axes if axis.axis == "region"]
    return next((value for value in values if not isinstance(value, NotMeasured)), -1.0)
