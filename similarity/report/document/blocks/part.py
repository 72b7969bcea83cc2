"""Blocks of parts of works: where they reappear, what of them is kept, and what differs."""

from __future__ import annotations

from collections.abc import Sequence

from similarity.absence import NotMeasured
from similarity.report.document.context import Context
from similarity.report.document.forms import figure, number, share, whole
from similarity.report.document.parts import Column, Figure, Paragraph, Part, Picture, Table, Text
from similarity.report.phrases.words import clock
from similarity.report.schema.part import PartFindings, ReportedPart

__all__ = ["parts_found", "parts_in_short"]

_MOST_IN_SHORT = 6
"""Parts that the first page names."""


def parts_found(context: Context) -> tuple[Part, ...]:
    """Parts that stand out, with both places, what is kept and what differs; or why none was looked for."""
    say, parts = context.say, context.report.parts
    if isinstance(parts, NotMeasured):
        return (Paragraph(text=say("Parts of works: {reason}", reason=context.shown(parts)), tone="note"),)
    if not parts.parts:
        nothing = say(
            "The marked and accepted parts of {number} {works} were looked for; none stands out.",
            number=whole(parts.num_works),
        )
        return (Paragraph(text=nothing),)
    return (
        _standing(context, parts),
        _kept(context, parts.parts),
        *_pictures(context, parts.found),
        Paragraph(
            text=say(
                "A part is found from {score} on, if no part of another origin comes close in the same place; "
                "otherwise it cannot be told from others of its class. The score is no probability. {reason}. Class "
                "and style alone are no part.",
                score=number(parts.found_from),
                reason=context.shown(parts.ratio),
            ),
            tone="small",
        ),
    )


def parts_in_short(context: Context) -> tuple[Part, ...]:
    """Which parts of works stand in the suspect, where any does."""
    say, parts = context.say, context.report.parts
    if isinstance(parts, NotMeasured) or not parts.found:
        return ()
    told = say("; ").join(
        say(
            "“{part}” of “{title}” at {when} of the {suspect}",
            part=one.finding.part,
            title=one.title,
            when=clock(one.finding.suspect_seconds),
        )
        for one in parts.found[:_MOST_IN_SHORT]
    )
    text = say(
        "Parts of works, apart from whole pictures: {told}. No likelihood ratio is stated for them; what is kept and "
        "what differs stands further on.",
        told=told,
    )
    return (Paragraph(text=text),)


def _standing(context: Context, parts: PartFindings) -> Table:
    say = context.say
    rows = tuple(
        (
            one.title,
            one.finding.part,
            number(one.finding.score),
            _outcome(context, one),
            context.cell(one.finding.rival_work_id, str),
            context.cell(one.finding.rival_score, number),
            f"{one.finding.suspect_seconds:.1f} s",
            _percent(one.finding.suspect_box),
            _percent(one.finding.work_box),
        )
        for one in parts.parts
    )
    columns = (
        Column(title=say("{Work}"), width=1.3),
        Column(title=say("Part of the {work}"), width=1.0),
        Column(title=say("Score"), width=0.7, is_number=True),
        Column(title=say("Outcome"), width=1.2),
        Column(title=say("Closest of another origin"), width=1.2),
        Column(title=say("Its score"), width=0.7, is_number=True),
        Column(title=say("At"), width=0.7, is_number=True),
        Column(title=say("Box in the {suspect}, %"), width=1.1),
        Column(title=say("Box in the {work}, %"), width=1.1),
    )
    return Table(key="parts", caption=say("Parts of works that stand out"), columns=columns, rows=rows)


def _outcome(context: Context, one: ReportedPart) -> Text:
    say = context.say
    if one.finding.is_found:
        return say("found")
    return say("not found") if one.finding.is_apart else say("cannot be told from its class")


def _kept(context: Context, parts: Sequence[ReportedPart]) -> Table:
    say = context.say
    rows = tuple(
        (
            one.title,
            one.finding.part,
            share(one.finding.traits.colours),
            whole(one.finding.traits.marks),
            context.cell(one.finding.traits.outline, number),
            figure(one.finding.traits.proportions),
            say("yes") if one.finding.is_mirrored else say("no"),
        )
        for one in parts
    )
    columns = (
        Column(title=say("{Work}"), width=1.3),
        Column(title=say("Part of the {work}"), width=1.0),
        Column(title=say("Colours in common"), width=0.9, is_number=True),
        Column(title=say("Marks in place"), width=0.8, is_number=True),
        Column(title=say("Outline, above its class"), width=1.0, is_number=True),
        Column(title=say("Proportions, 1 where kept"), width=1.0, is_number=True),
        Column(title=say("Mirrored"), width=0.7),
    )
    return Table(
        key="parts-kept", caption=say("What of each part is kept, and what differs"), columns=columns, rows=rows
    )


def _pictures(context: Context, parts: Sequence[ReportedPart]) -> tuple[Figure, ...]:
    say = context.say
    return tuple(
        Figure(
            pictures=(
                Picture(
                    name=one.picture,
                    caption=say(
                        "{part} of {name}: the {suspect} left, the {work} right", part=one.finding.part, name=one.title
                    ),
                ),
            ),
            caption=say("Both places of {part}", part=one.finding.part),
            num_columns=1,
        )
        for one in parts
        if isinstance(one.picture, str)
    )


def _percent(box: Sequence[int]) -> str:
    return ", ".join(f"{edge / 10:g}" for edge in box)
