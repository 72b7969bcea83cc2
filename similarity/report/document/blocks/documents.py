"""Documents that stated facts name: numbers in a table's cell, and one table that says what they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from similarity.report.document.context import Context
from similarity.report.document.parts import Column, Part, Table
from similarity.report.phrases.words import moment

__all__ = ["Documented", "documents_named", "numbers_of", "or_not_stated"]

NONE = "\u2013"


def numbers_of(context: Context, exhibits: Iterable[str]) -> str:
    """Numbers of documents, or that none is named."""
    return ", ".join(exhibits) or context.say("no document named")


def or_not_stated(context: Context, text: str | None) -> str:
    """What a person states, or that nobody stated it."""
    return context.say("not stated") if text is None else context.shown(text)


class Documented(Protocol):
    """A fact that names its documents."""

    @property
    def exhibits(self) -> tuple[str, ...]:
        """Numbers of exhibits."""


def documents_named(context: Context, *facts: Sequence[Documented], key: str) -> tuple[Part, ...]:
    """The exhibits that facts rest on, with how they were obtained, and their hashes.

    Args:
        context: what a block is given.
        facts: lists of facts that name documents.
        key: name of the table.
    """
    say, named = context.say, {number for listed in facts for one in listed for number in one.exhibits}
    rows = tuple(
        (
            one.number,
            context.shown(one.original_name) if not isinstance(one.title, str) else context.shown(one.title),
            context.stated(one.source),
            context.say("; ").join((context.stated(one.obtained_by), context.stated(one.obtained_when))),
            moment(one.added_utc),
            one.sha256,
        )
        for one in context.report.exhibits
        if one.number in named
    )
    columns = (
        Column(title=say("Document"), width=0.7),
        Column(title=say("What it is"), width=1.4),
        Column(title=say("Obtained from"), width=1.1),
        Column(title=say("Obtained by, when"), width=1.1),
        Column(title=say("Entered, UTC"), width=1.1),
        Column(title="SHA-256", width=2.2, is_code=True),
    )
    return (Table(key=key, caption=say("Documents of these facts"), columns=columns, rows=rows),) if rows else ()
