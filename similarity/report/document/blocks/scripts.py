"""Blocks of scripts: dialogue and action of both sides, word by word; what lies in order, names, headings."""

from __future__ import annotations

from collections.abc import Iterator

from similarity.absence import NotMeasured
from similarity.report.document.context import Context
from similarity.report.document.forms import share
from similarity.report.document.parts import Column, Facts, Heading, Paragraph, Part, Passage, Table, Text
from similarity.report.phrases.access import PASSAGE_KINDS
from similarity.report.phrases.words import clock
from similarity.texts.script_values import ScriptComparison, ScriptPassage, ScriptSide

__all__ = ["scripts"]

MAX_LISTED = 30
"""Passages of one work that are listed; `report.json` has up to a hundred."""


def scripts(context: Context) -> tuple[Part, ...]:
    """The suspect's script or subtitles against those of each work, where both have some."""
    say, found = context.say, context.report.scripts
    if isinstance(found, NotMeasured):
        return (Paragraph(text=say("Scripts and subtitles: {reason}", reason=context.shown(found)), tone="note"),)
    note = say(
        "Words are compared, not their sense: paraphrase and translation are not measured. A passage holds eight words "
        "(twelve Han characters) or more, a nearly verbatim one sixteen (twenty-four) with at least 80 % of its words "
        "in common; common phrases and a third text that both quote are possible causes."
    )
    return (*(part for one in found for part in _of_work(context, one)), Paragraph(text=note, tone="small"))


def _of_work(context: Context, one: ScriptComparison) -> Iterator[Part]:
    say = context.say
    name = context.work_name(one.work_id)
    yield Heading(text=say("Script against script: {work_name}", work_name=name))
    yield Facts(rows=tuple(_facts(context, one)))
    if one.passages:
        yield _table(context, one, name)
    left = len(one.passages) + one.num_passages_left_out - min(len(one.passages), MAX_LISTED)
    if left:
        yield Paragraph(text=say("{number} further passages are not listed; they count in the shares.", number=left))


def _facts(context: Context, one: ScriptComparison) -> Iterator[tuple[str, Text]]:
    say = context.say
    yield say("Script of the {suspect}"), _side(context, one.suspect)
    yield say("Script of the {work}"), _side(context, one.work)
    shares = say(
        "{first} of the words of the {suspect}, {second} of those of the {work}",
        first=context.shown(one.suspect_share, share),
        second=context.shown(one.work_share, share),
    )
    yield say("In passages that both hold"), shares
    in_order = say(
        "{first} of the words of the {suspect}, {second} of those of the {work}",
        first=context.shown(one.suspect_share_in_order, share),
        second=context.shown(one.work_share_in_order, share),
    )
    yield say("Of these in one order"), in_order
    if one.shared_speakers:
        yield say("Names of the {work} in both"), _quoted(context, say(", ").join(one.shared_speakers))
    if one.num_work_headings:
        headings = say("{number} of {all} in one order", number=len(one.headings_in_order), all=one.num_work_headings)
        yield say("Headings of the {work} in both"), headings


def _side(context: Context, side: ScriptSide) -> str:
    said = context.say(
        "{name}; lines: {lines}, words: {words}",
        name=context.shown(side.name),
        lines=f"{side.num_lines:,}",
        words=f"{side.num_units:,}",
    )
    return context.say("{first}; {rest}", first=said, rest=context.say("cut short")) if side.is_cut else said


def _table(context: Context, one: ScriptComparison, name: str) -> Table:
    say = context.say
    columns = (
        Column(title=say("In the {suspect}"), width=0.9),
        Column(title=say("In the {work}"), width=0.9),
        Column(title=say("Kind"), width=0.9),
        Column(title=say("Words of the {suspect}"), width=2.0),
        Column(title=say("Words of the {work}"), width=2.0),
    )
    rows = tuple(_row(context, passage) for passage in one.passages[:MAX_LISTED])
    caption = say("Passages that both scripts hold, {work_name}", work_name=name)
    return Table(key=f"script-{context.work_number(one.work_id)}", caption=caption, columns=columns, rows=rows)


def _row(context: Context, passage: ScriptPassage) -> tuple[Text, ...]:
    say = context.say
    kind = say(PASSAGE_KINDS[passage.kind])
    return (
        _place(context, passage.suspect_line, passage.suspect_seconds),
        _place(context, passage.work_line, passage.work_seconds),
        kind if passage.is_in_order else say("{first}; {rest}", first=kind, rest=say("out of order")),
        _quoted(context, passage.suspect_text),
        _quoted(context, passage.work_text),
    )


def _place(context: Context, line: int, seconds: float | NotMeasured) -> str:
    return context.say("line {number}", number=line) if isinstance(seconds, NotMeasured) else clock(seconds)


def _quoted(context: Context, text: str) -> Text:
    return Passage(text=context.shown(text), is_english=text.isascii())
