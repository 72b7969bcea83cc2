"""Block of contributions: texts of the making with who wrote them, and which of them name an accused element."""

from __future__ import annotations

from collections.abc import Iterator

from similarity.absence import NotMeasured
from similarity.access.values import AccessDossier, ElementContribution, ElementMention, WorkAccess
from similarity.report.document.context import Context
from similarity.report.document.forms import whole
from similarity.report.document.parts import Column, Heading, Paragraph, Part, Table
from similarity.report.phrases.access import ELEMENT_PLACES, TEXT_KINDS

__all__ = ["contributions"]

NONE = "\u2013"


def contributions(context: Context) -> tuple[Part, ...]:
    """Who contributed what; nothing where the facts name no accused element."""
    access = context.report.access
    if isinstance(access, NotMeasured) or not any(work.elements for work in access.works):
        return ()
    say = context.say
    parts: list[Part] = [Heading(text=say("Who contributed what")), *_texts(context, access)]
    for work in access.works:
        parts += [*_elements(context, work), *_aliases(context, work)]
    text = say(
        "Looked for are names, in the forms that the owner gives. The same said in other words is not recognised, and "
        "what a reference picture shows is not read."
    )
    return (*parts, Paragraph(text=text, tone="small"))


def _texts(context: Context, access: AccessDossier) -> Iterator[Part]:
    say = context.say
    if not access.suspect.texts:
        yield Paragraph(text=say("No text of the making is among the facts."))
        return
    rows = tuple(
        (
            say(TEXT_KINDS[one.statement.kind]),
            context.shown(one.statement.by) or say("not stated"),
            context.shown(one.num_characters, whole),
            context.shown(one.statement.exhibit),
        )
        for one in access.suspect.texts
    )
    columns = (
        Column(title=say("Text"), width=2.0),
        Column(title=say("Written or made by"), width=1.6),
        Column(title=say("Characters"), width=1.4, is_number=True),
        Column(title=say("Document")),
    )
    yield Table(key="contribution-texts", caption=say("Texts of the making"), columns=columns, rows=rows)


def _elements(context: Context, work: WorkAccess) -> Iterator[Part]:
    if not work.elements:
        return
    say = context.say
    rows = tuple(
        (
            context.shown(one.statement.name),
            context.shown(one.statement.what) or NONE,
            say(ELEMENT_PLACES[one.place]) if isinstance(one.place, str) else context.shown(one.place),
            _named_in(context, one),
        )
        for one in work.elements
    )
    columns = (
        Column(title=say("Element"), width=1.1),
        Column(title=say("As stated"), width=1.7),
        Column(title=say("Where it is named"), width=1.5),
        Column(title=say("Places"), width=2.2),
    )
    caption = say("Elements said to stand in the {suspect}, {name}", name=context.work_name(work.work_id))
    yield Table(key=f"contributions-{context.work_number(work.work_id)}", caption=caption, columns=columns, rows=rows)


def _named_in(context: Context, one: ElementContribution) -> str:
    return context.say("; ").join(_mention(context, mention) for mention in one.mentions) or NONE


def _mention(context: Context, one: ElementMention) -> str:
    where = context.say(
        "{exhibit}, {kind}: “{text}”, {count} times",
        exhibit=one.exhibit,
        kind=context.say(TEXT_KINDS[one.kind]),
        text=one.text,
        count=one.num_mentions,
    )
    if one.alias_of is None:
        return where
    return context.say("{where} (other form of {name}, by the owner's table)", where=where, name=one.alias_of)


def _aliases(context: Context, work: WorkAccess) -> Iterator[Part]:
    if not work.aliases:
        return
    say = context.say
    rows = tuple(
        (
            context.shown(one.statement.name),
            context.shown(say(", ").join(one.statement.also)),
            context.shown(one.statement.by) or say("not stated"),
            ", ".join(one.statement.exhibits) if one.is_documented else say("stated, not documented"),
        )
        for one in work.aliases
    )
    columns = (
        Column(title=say("Name"), width=1.2),
        Column(title=say("Other forms"), width=2.2),
        Column(title=say("Given by"), width=1.0),
        Column(title=say("Documents")),
    )
    caption = say("Other forms of names as the owner gives them, {name}", name=context.work_name(work.work_id))
    key = f"contribution-aliases-{context.work_number(work.work_id)}"
    yield Table(key=key, caption=caption, columns=columns, rows=rows)
