"""Blocks of labels: what files say of their own origin in their metadata, and marks that stand in the pictures."""

from __future__ import annotations

from collections.abc import Iterator

from similarity.absence import NotMeasured
from similarity.provenance.values import LabelReading
from similarity.provenance.visible import VisibleMark
from similarity.report.document.context import Context
from similarity.report.document.parts import Column, Paragraph, Part, Passage, Table, Text
from similarity.report.phrases.access import LABEL_NAMES, LABEL_STATES
from similarity.report.phrases.mark_words import MARK_NAMES, mark_sentence
from similarity.report.phrases.words import file_name, span
from similarity.text import plain_line

__all__ = ["provenance_labels", "visible_labels"]

MOST_FIELDS, MOST_LETTERS = 6, 80
"""Fields of a label that are quoted, and how much of each."""


def provenance_labels(context: Context) -> tuple[Part, ...]:
    """What the files say of their own origin; absence speaks for nobody."""
    say = context.say
    rows = tuple(
        (
            say("{suspect}") if role == "suspect" else say("{work}"),
            context.shown(file_name(path)),
            say(LABEL_NAMES[one.kind]),
            say(LABEL_STATES[one.state]),
            _label_words(context, one),
        )
        for role, path, one in _readings(context)
    )
    columns = (
        Column(title=say("File of"), width=0.8),
        Column(title=say("File"), width=1.3),
        Column(title=say("Label"), width=1.2),
        Column(title=say("State"), width=1.1),
        Column(title=say("What it says, or why not"), width=2.6),
    )
    note = say("A label that is absent was searched for and is not there; that speaks neither for nor against anybody.")
    return (
        Table(key="labels", caption=say("Provenance labels"), columns=columns, rows=rows),
        Paragraph(text=note, tone="small"),
    )


def _readings(context: Context) -> Iterator[tuple[str, str, LabelReading]]:
    """Role, path and label: those of the dossier, which may have been read with a trust list; else the suspect's."""
    report = context.report
    files = () if isinstance(report.access, NotMeasured) else report.access.labels
    for file in files:
        yield from ((file.role, file.path, one) for one in file.labels)
    if not files:
        yield from (("suspect", report.suspect.path, one) for one in report.labels)


def _label_words(context: Context, label: LabelReading) -> str:
    """What a label says of itself, quoted, or what kept it from being read."""
    parts = [f"{one.name}: {one.value[:MOST_LETTERS]}" for one in label.fields[:MOST_FIELDS]]
    parts += [context.fill(problem) for problem in label.problems]
    if (left := len(label.fields) - MOST_FIELDS) > 0:
        parts.append(context.say("{left} more in report.json", left=left))
    return plain_line(context.say("; ").join(parts)) or "\u2013"


def visible_labels(context: Context) -> tuple[Part, ...]:
    """Marks in the suspect's pictures that say they were generated, against the minima of GB 45438."""
    say, marks = context.say, context.report.visible_labels
    if isinstance(marks, NotMeasured):
        return (Paragraph(text=say("Marks in the picture: {reason}", reason=context.shown(marks)), tone="note"),)
    if not marks:
        said = say(
            "No mark that says the picture was generated was read in it; that speaks neither for nor against anybody."
        )
        return (Paragraph(text=said),)
    columns = (
        Column(title=say("Text as it was read"), width=1.4),
        Column(title=say("What it is"), width=1.4),
        Column(title=say("Time"), width=1.3),
        Column(title=say("Against the minima"), width=2.4),
    )
    rows = tuple(_mark_row(context, one) for one in marks)
    note = say(
        "Minima as GB 45438-2025 is reported to set them for a video: letters of 5 % of the shorter side, two seconds, "
        "from the first picture on. Heights are measured up to a tenth too small, of small Latin letters up to a third."
    )
    return (
        Table(key="visible-labels", caption=say("Marks in the pictures"), columns=columns, rows=rows),
        Paragraph(text=note, tone="small"),
    )


def _mark_row(context: Context, mark: VisibleMark) -> tuple[Text, ...]:
    line, say = mark.line, context.say
    start = say("from the first picture on") if mark.is_from_the_start else say("not from the first picture on")
    return (
        Passage(text=context.shown(line.text), is_english=line.text.isascii()),
        say(MARK_NAMES[mark.kind]),
        span(line.start_seconds, line.end_seconds),
        say("{first}; {rest}", first=mark_sentence(mark, language=context.language), rest=start),
    )
