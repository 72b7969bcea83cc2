"""Blocks of the separate axes: what each is, what was measured on it, and which parts of a picture reappear."""

from __future__ import annotations

from similarity.absence import NotMeasured
from similarity.compare.values import UnrelatedFootage
from similarity.measure.finding import Finding
from similarity.measure.values import AxisValue
from similarity.report.document.context import Context
from similarity.report.document.forms import figure, number, share
from similarity.report.document.parts import Column, Paragraph, Part, Table, Text
from similarity.report.phrases.filing import AXIS_TITLES, AXIS_UNITS, EXPRESSION_AXES
from similarity.report.phrases.words import span

__all__ = ["axis_table", "axis_value", "axis_words", "salient_parts"]

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


def axis_table(
    context: Context,
    axes: tuple[AxisValue, ...],
    *,
    key: str,
    stretch: tuple[float, float],
    footage: UnrelatedFootage | NotMeasured | None,
) -> Table:
    """Value and percentile of every axis that was asked for.

    Args:
        context: what a block is given.
        axes: what was measured.
        key: part of the table's name.
        stretch: start and end in the suspect, in seconds.
        footage: unrelated footage whose axes stand beside them; None where none is to.
    """
    say = context.say
    beside = {one.axis: one for one in footage.finding.axes} if isinstance(footage, UnrelatedFootage) else {}
    none = () if footage is None else ("\u2013", "\u2013")
    known = {one.axis: one for one in axes}
    rows = tuple(
        (
            say(title),
            _value(context, known[axis]),
            _percentile(context, known[axis]),
            _samples(context, known[axis]),
            *((_value(context, beside[axis]), _percentile(context, beside[axis])) if axis in beside else none),
        )
        for axis, title in AXIS_TITLES.items()
        if axis in known
    )
    columns: tuple[Column, ...] = (
        Column(title=say("Axis"), width=2.2),
        Column(title=say("Value"), width=1.2, is_number=True),
        Column(title=say("Percentile"), width=1.2, is_number=True),
        Column(title=say("Samples"), width=0.8, is_number=True),
    )
    if footage is not None:
        columns += (
            Column(title=say("Closest unrelated: value"), width=1.2, is_number=True),
            Column(title=say("its percentile"), width=1.2, is_number=True),
        )
    caption = say(
        "Separate axes, {where}; percentile: share of independent pairs that score lower",
        where=span(*stretch, language=context.language),
    )
    return Table(key=f"axes-{key}", caption=caption, columns=columns, rows=rows)


def _value(context: Context, axis: AxisValue) -> Text:
    if isinstance(axis.value, NotMeasured):
        return context.cell(axis.value)
    if axis.axis in {"verbatim", "region"}:
        return share(axis.value)
    if axis.axis in {"copied", "composition"}:
        return f"{number(axis.value)} pt"
    if axis.axis == "concept" and isinstance(axis.background_percentile, NotMeasured):
        return KEPT_BACK
    return figure(axis.value)


def _samples(context: Context, axis: AxisValue) -> Text:
    if axis.is_through_fit:
        return context.say("{number}, laid by the fit", number=axis.num_samples)
    return str(axis.num_samples)


def _percentile(context: Context, axis: AxisValue) -> Text:
    if isinstance(axis.value, NotMeasured):
        return "\u2013"
    return context.cell(axis.background_percentile, lambda value: share(min(value, 100.0) / 100))


def axis_value(context: Context, axis: AxisValue | None) -> Text:
    """Value of an axis; a dash where there is no such axis."""
    return "\u2013" if axis is None else _value(context, axis)


def salient_parts(context: Context) -> tuple[Part, ...]:
    """Parts that reappear: the region axis and the shares kept, strongest first."""
    say = context.say
    strong = {match.match_id for match in context.report.matches}
    every = [(scene, one) for scene in context.report.scenes for one in scene.works]
    found = [(scene, one.finding) for scene, one in every if one.match_id in strong or _region(one.finding) >= 0]
    left = len(every) - len(found)
    rest = Paragraph(
        text=say("Findings of weaker matches without a value on the region axis: {left}.", left=left),
        tone="small",
    )
    if not found:
        none = Paragraph(text=say("No listed match lies in any scene: there are no parts to set side by side."))
        return (rest,) if left else (none,)
    rows = tuple(
        (
            str(scene.scene_number),
            context.work_name(finding.work_id),
            span(finding.suspect_start_seconds, finding.suspect_end_seconds, language=context.language),
            span(finding.work_start_seconds, finding.work_end_seconds, language=context.language),
            _value(context, next(axis for axis in finding.axes if axis.axis == "region")),
            context.cell(finding.kept_share, share),
        )
        for scene, finding in sorted(found, key=lambda pair: -_region(pair[1]))
    )
    columns = (
        Column(title=say("Scene"), width=0.6, is_number=True),
        Column(title=say("{Work}"), width=1.7),
        Column(title=say("Stretch of the {suspect}"), width=2.2),
        Column(title=say("Stretch of the {work}"), width=2.2),
        Column(title=say("Part that reappears"), width=1.0, is_number=True),
        Column(title=say("Windows kept"), width=0.9, is_number=True),
    )
    caption = say("Salient parts: what of the picture, or of the part that its owner marked, is found again")
    table = Table(key="salient-parts", caption=caption, columns=columns, rows=rows)
    return (table, rest) if left else (table,)


def _region(finding: Finding) -> float:
    values = [axis.value for axis in finding.axes if axis.axis == "region"]
    return next((value for value in values if not isinstance(value, NotMeasured)), -1.0)
