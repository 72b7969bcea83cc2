"""Blocks of use: where the suspect was shown, the form that use looks like, how much was used, names that are gone."""

from __future__ import annotations

from collections.abc import Iterator

from similarity.report.document.blocks.documents import documents_named, numbers_of, or_not_stated
from similarity.report.document.blocks.gone import gone
from similarity.report.document.context import Context
from similarity.report.document.forms import number, share, whole
from similarity.report.document.parts import Column, Heading, Paragraph, Part, Table
from similarity.report.phrases.stated import MODES, PAYMENTS, SIDES, USE_FORMS, USE_HEADINGS
from similarity.report.schema.case import CaseFacts
from similarity.report.schema.stated import UseHeading

__all__ = ["facts_of_use"]

HEADINGS: tuple[UseHeading, ...] = (
    "purpose",
    "nature",
    "amount",
    "market",
    "credit",
    "normal_use",
    "interests",
    "other",
)


def facts_of_use(context: Context) -> tuple[Part, ...]:
    """Facts of use; nothing where nothing was found and the case states nothing."""
    case = context.report.case
    stated = case if isinstance(case, CaseFacts) and (case.uses or case.use_facts) else None
    if stated is None and not context.report.matches:
        return ()
    lists = () if stated is None else (stated.uses, stated.use_facts)
    return (
        *_places(context, stated),
        *_forms(context),
        *_amounts(context),
        *_headings(context, stated),
        *gone(context),
        *documents_named(context, *lists, key="use-documents"),
    )


def _places(context: Context, case: CaseFacts | None) -> Iterator[Part]:
    say = context.say
    yield Heading(text=say("Where the {suspect} was shown"))
    if case is None or not case.uses:
        yield Paragraph(text=say("No place where the {suspect} was shown is stated."))
        return
    rows = tuple(
        (
            context.shown(one.where if one.url is None else f"{one.where} {one.url}"),
            or_not_stated(context, one.by),
            context.shown(f"{one.since or '?'} \u2013 {one.until or ''}")
            if one.since or one.until
            else say("not stated"),
            say("not stated") if one.mode is None else say(MODES[one.mode]),
            _views(context, one.views, one.counted_on),
            "; ".join(
                (
                    say("not stated") if one.payment is None else say(PAYMENTS[one.payment]),
                    or_not_stated(context, one.income),
                )
            ),
            or_not_stated(context, one.territory),
            numbers_of(context, one.exhibits),
        )
        for one in case.uses
    )
    columns = (
        Column(title=say("Place"), width=1.7),
        Column(title=say("Shown by"), width=1.0),
        Column(title=say("From \u2013 to"), width=1.1),
        Column(title=say("Way"), width=0.8),
        Column(title=say("Views"), width=1.0),
        Column(title=say("Payment; income"), width=1.3),
        Column(title=say("Territory"), width=0.9),
        Column(title=say("Documents"), width=0.9),
    )
    yield Table(key="use-places", caption=say("Places of use, as stated"), columns=columns, rows=rows)


def _views(context: Context, views: int | None, counted_on: str | None) -> str:
    if views is None:
        return context.say("not stated")
    return context.shown(f"{whole(views)} ({counted_on})" if counted_on else whole(views))


def _forms(context: Context) -> Iterator[Part]:
    say = context.say
    yield Heading(text=say("Form of use that the structure of the matches looks like"))
    if not context.report.use_forms:
        yield Paragraph(text=say("No form is proposed: the matches have none of the structures that are looked for."))
    else:
        rows = tuple(
            (
                say(USE_FORMS[one.form]),
                say(", ").join(context.work_number(work_id) for work_id in one.work_ids),
                ", ".join(one.match_ids),
                context.fill(one.reason),
            )
            for one in context.report.use_forms
        )
        columns = (
            Column(title=say("Form proposed"), width=1.8),
            Column(title=say("{Work}"), width=0.8),
            Column(title=say("Matches"), width=0.8),
            Column(title=say("Grounds"), width=2.8),
        )
        yield Table(key="use-forms", caption=say("Forms of use proposed"), columns=columns, rows=rows)
    text = say(
        "Proposed by a fixed rule from intervals, order, speed and cuts alone, for a person to weigh. Speech, comment, "
        "text and purpose are not looked at; several forms may be proposed for one {suspect}."
    )
    yield Paragraph(text=text, tone="small")


def _amounts(context: Context) -> Iterator[Part]:
    """How much was used, of either side: measured."""
    say = context.say
    if not context.report.works:
        return
    rows = tuple(
        (
            context.work_name(one.work.video_id),
            say(
                "{part} s of {all} s ({share})",
                part=number(one.suspect_coverage.covered_seconds),
                all=number(one.suspect_coverage.total_seconds),
                share=context.cell(one.suspect_coverage.fraction, share),
            ),
            say(
                "{part} s of {all} s ({share})",
                part=number(one.work_coverage.covered_seconds),
                all=number(one.work_coverage.total_seconds),
                share=context.cell(one.work_coverage.fraction, share),
            ),
            str(len(one.match_ids)),
        )
        for one in context.report.works
    )
    columns = (
        Column(title=say("{Work}"), width=1.6),
        Column(title=say("Of the {suspect}"), width=1.7),
        Column(title=say("Of the {work}"), width=1.7),
        Column(title=say("Matches"), width=0.7, is_number=True),
    )
    yield Table(key="use-amounts", caption=say("Amount used, both ways, measured"), columns=columns, rows=rows)


def _headings(context: Context, case: CaseFacts | None) -> Iterator[Part]:
    say = context.say
    yield Heading(text=say("Facts under the headings of permitted uses"))
    if case is None or not case.use_facts:
        yield Paragraph(text=say("No fact under these headings is stated."))
        return
    facts = sorted(case.use_facts, key=lambda one: HEADINGS.index(one.heading))
    rows = tuple(
        (
            say(USE_HEADINGS[one.heading]),
            context.shown(one.fact),
            say(SIDES[one.by]),
            numbers_of(context, one.exhibits),
        )
        for one in facts
    )
    columns = (
        Column(title=say("Heading"), width=1.4),
        Column(title=say("Fact, as stated"), width=3.0),
        Column(title=say("Stated by"), width=0.9),
        Column(title=say("Documents"), width=0.9),
    )
    yield Table(key="use-facts", caption=say("Facts, as stated"), columns=columns, rows=rows)
    yield Paragraph(text=say("Whether a use is permitted is not examined here."), tone="small")
