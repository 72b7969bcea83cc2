"""Block of rights: the chain as it is stated, registers, names on the work, and where the statements leave a gap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from similarity.phrases import Phrase, phrase
from similarity.report.document.blocks.documents import documents_named, numbers_of, or_not_stated
from similarity.report.document.context import Context
from similarity.report.document.parts import Bullets, Column, Facts, Heading, Paragraph, Part, Table
from similarity.report.phrases.stated import LINK_KINDS
from similarity.report.schema.case import CaseFacts
from similarity.report.schema.stated import PlaceOfUse, RightsLink, WorkRights

__all__ = ["chain_remarks", "rights"]

LICENCES = ("exclusive_licence", "sole_licence", "non_exclusive_licence", "collective_management")
"""Links after which the giver keeps the right: whether the holder may sue is a question of its own."""


def rights(context: Context) -> tuple[Part, ...]:
    """What the case states of rights in the works; nothing where it states nothing."""
    case = context.report.case
    if not isinstance(case, CaseFacts) or not case.rights:
        return ()
    parts: list[Part] = []
    for one in case.rights:
        parts += [*_work(context, one), _remarks(context, one, case.uses)]
    silent = [
        one.work.video_id for one in context.report.works if one.work.video_id not in {w.work for w in case.rights}
    ]
    if silent:
        names = context.say(", ").join(context.work_name(work_id) for work_id in silent)
        parts.append(Paragraph(text=context.say("No facts of rights were stated on: {names}.", names=names)))
    lists = [facts for one in case.rights for facts in (one.registrations, one.credits, one.chain)]
    return (*parts, *documents_named(context, *lists, key="rights-documents"))


def _work(context: Context, one: WorkRights) -> Iterator[Part]:
    say = context.say
    yield Heading(text=context.work_name(one.work))
    yield Facts(
        rows=(
            (say("Kind of work, as stated"), or_not_stated(context, one.kind)),
            (say("Rights claimed by"), or_not_stated(context, one.claimed_by)),
            (say("Term of protection until"), or_not_stated(context, one.protected_until)),
            (say("Term counted from"), or_not_stated(context, one.term_from)),
        )
    )
    number = context.work_number(one.work)
    if one.credits:
        rows = tuple(
            (context.shown(credit.name), context.shown(credit.where), numbers_of(context, credit.exhibits))
            for credit in one.credits
        )
        columns = (
            Column(title=say("Name on the work"), width=1.4),
            Column(title=say("Where it stands"), width=2.4),
            Column(title=say("Documents")),
        )
        caption = say("Names that stand on {name}", name=context.work_name(one.work))
        yield Table(key=f"rights-names-{number}", caption=caption, columns=columns, rows=rows)
    if one.registrations:
        yield _registrations(context, one)
    if one.chain:
        yield _chain(context, one)


def _registrations(context: Context, one: WorkRights) -> Table:
    say = context.say
    rows = tuple(
        (
            context.shown(entry.number),
            or_not_stated(context, entry.authority),
            or_not_stated(context, entry.owner),
            or_not_stated(context, entry.date),
            numbers_of(context, entry.exhibits),
        )
        for entry in one.registrations
    )
    columns = (
        Column(title=say("Number in the register"), width=1.5),
        Column(title=say("Kept by"), width=1.4),
        Column(title=say("Owner as registered"), width=1.4),
        Column(title=say("Date of the entry")),
        Column(title=say("Documents")),
    )
    caption = say("Entries in registers, {name}", name=context.work_name(one.work))
    key = f"rights-registers-{context.work_number(one.work)}"
    return Table(key=key, caption=caption, columns=columns, rows=rows)


def _chain(context: Context, one: WorkRights) -> Table:
    say = context.say
    rows = tuple(
        (
            str(number),
            say(LINK_KINDS[link.kind]),
            context.shown(link.holder if link.giver is None else f"{link.giver} \u2192 {link.holder}"),
            or_not_stated(context, link.scope),
            or_not_stated(context, link.territory),
            _term(context, link),
            say("not stated") if link.may_sue is None else context.yes(link.may_sue),
            numbers_of(context, link.exhibits),
        )
        for number, link in enumerate(one.chain, 1)
    )
    columns = (
        Column(title=say("No."), width=0.5, is_number=True),
        Column(title=say("By"), width=1.1),
        Column(title=say("From whom to whom"), width=1.6),
        Column(title=say("Rights"), width=1.4),
        Column(title=say("Territory"), width=0.9),
        Column(title=say("Term"), width=1.1),
        Column(title=say("May sue"), width=0.7),
        Column(title=say("Documents"), width=0.9),
    )
    caption = say("Chain of rights as stated, {name}", name=context.work_name(one.work))
    return Table(key=f"rights-chain-{context.work_number(one.work)}", caption=caption, columns=columns, rows=rows)


def _term(context: Context, link: RightsLink) -> str:
    if link.start is None and link.end is None:
        return context.say("not stated")
    return context.shown(f"{link.start or '?'} \u2013 {link.end or '?'}")


def _remarks(context: Context, one: WorkRights, uses: Sequence[PlaceOfUse]) -> Part:
    found = tuple(context.fill(remark) for remark in chain_remarks(one, uses))
    if found:
        return Bullets(items=found)
    return Paragraph(text=context.say("The links join, each names a document, and no date contradicts another."))


def chain_remarks(one: WorkRights, uses: Sequence[PlaceOfUse]) -> tuple[Phrase, ...]:
    """Where the statements on a work leave something open or contradict one another; none of it is a finding of law.

    Args:
        one: what is stated of the work.
        uses: where the suspect was shown; terms are held against the earliest date.
    """
    first_use = min((place.since for place in uses if place.since is not None), default=None)
    return (*_joints(one), *_undocumented(one), *_standing(one), *_dates(one, first_use))


def _joints(one: WorkRights) -> Iterator[Phrase]:
    if not one.chain:
        yield phrase("No chain of rights is stated.")
        return
    first, last = one.chain[0], one.chain[-1]
    if first.giver is not None:
        yield phrase("How {giver}, with whom the chain begins, came to the right is not stated.", giver=first.giver)
    for number, (before, link) in enumerate(pairwise(one.chain), 2):
        if not _same(before.holder, link.giver):
            yield phrase(
                "Link {number} is given by {giver}; link {before} ends with {holder}.",
                number=number,
                giver=link.giver or phrase("nobody who is named"),
                before=number - 1,
                holder=before.holder,
            )
    if one.claimed_by is not None and not _same(last.holder, one.claimed_by):
        yield phrase(
            "The chain ends with {holder}; the rights are claimed by {claimant}.",
            holder=last.holder,
            claimant=one.claimed_by,
        )
    if one.credits and not any(_same(credit.name, first.giver or first.holder) for credit in one.credits):
        yield phrase(
            "None of the names on the work is {name}, with whom the chain begins.", name=first.giver or first.holder
        )


def _undocumented(one: WorkRights) -> Iterator[Phrase]:
    if bare := [str(number) for number, link in enumerate(one.chain, 1) if not link.exhibits]:
        yield phrase("No document is named for the links of the chain: {numbers}.", numbers=", ".join(bare))
    if one.credits and not any(credit.exhibits for credit in one.credits):
        yield phrase("No document is named for the names on the work.")
    if any(not entry.exhibits for entry in one.registrations):
        yield phrase("No document is named for an entry in a register.")


def _standing(one: WorkRights) -> Iterator[Phrase]:
    for number, link in enumerate(one.chain, 1):
        if link.kind in LICENCES and link.may_sue is None:
            yield phrase("Link {number}: whether {holder} may sue is not stated.", number=number, holder=link.holder)
        elif link.kind in LICENCES and not link.may_sue:
            yield phrase("Link {number}: by its document {holder} may not sue.", number=number, holder=link.holder)


def _dates(one: WorkRights, first_use: str | None) -> Iterator[Phrase]:
    for number, link in enumerate(one.chain, 1):
        if link.start is not None and link.end is not None and _before(link.end, link.start):
            yield phrase("Link {number} ends before it begins.", number=number)
        if first_use is None:
            continue
        if link.end is not None and _before(link.end, first_use):
            yield phrase(
                "Link {number} ends {end}, before the first use that is stated ({since}).",
                number=number,
                end=link.end,
                since=first_use,
            )
        if link.start is not None and _before(first_use, link.start):
            yield phrase(
                "Link {number} begins {start}, after the first use that is stated ({since}).",
                number=number,
                start=link.start,
                since=first_use,
            )
    if one.protected_until is not None and first_use is not None and _before(one.protected_until, first_use):
        yield phrase(
            "The term of protection ends {end}, before the first use that is stated ({since}).",
            end=one.protected_until,
            since=first_use,
        )


def _same(one: str, other: str | None) -> bool:
    return other is not None and "".join(one.split()).casefold() == "".join(other.split()).casefold()


def _before(one: str, other: str) -> bool:
    """Whether a day lies before another for certain: to the precision that both were written with."""
    length = min(len(one), len(other), len("2024-05-01"))
    return one[:length] < other[:length]
