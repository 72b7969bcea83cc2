"""Blocks of access: dates, dissemination, texts, records and labels; apart from similarity and never merged with it."""

from __future__ import annotations

from collections.abc import Sequence

from similarity.absence import NotMeasured
from similarity.access.dates import DateRange
from similarity.access.facts import SuspectEvent, WorkEvent
from similarity.access.values import AccessDossier, AccessProblem, TimelineEvent, WorkAccess
from similarity.report.document.context import Context
from similarity.report.document.forms import share, whole
from similarity.report.document.parts import Column, Facts, Heading, Paragraph, Part, Table
from similarity.report.phrases.access import (
    DATE_OUTCOMES,
    EVENT_NAMES,
    GRADES,
    NAME_KINDS,
    PASSAGE_KINDS,
    PROBLEMS,
    RECORD_STATES,
    ROLES,
    RULES,
)

__all__ = ["access_facts", "access_grades", "training_disclosures"]


def _dossier(context: Context) -> AccessDossier | None:
    access = context.report.access
    return None if isinstance(access, NotMeasured) else access


def _absent(context: Context, what: str) -> tuple[Part, ...]:
    access = context.report.access
    reason = context.shown(access) if isinstance(access, NotMeasured) else ""
    return (Paragraph(text=context.say("{what}: {reason}", what=what, reason=reason), tone="note"),)


def access_grades(context: Context) -> tuple[Part, ...]:
    """Per work: which published rules the facts meet, and the grade that follows."""
    say, dossier = context.say, _dossier(context)
    if dossier is None:
        return _absent(context, say("Access"))
    parts: list[Part] = [
        Paragraph(text=say("Grades follow published rules from stated facts; similarity has no part in them."))
    ]
    for work in dossier.works:
        parts += [Heading(text=context.work_name(work.work_id)), _grade(context, work), _rules(context, work)]
    graded = {work.work_id for work in dossier.works}
    if silent := [one.work.video_id for one in context.report.works if one.work.video_id not in graded]:
        names = say(", ").join(context.work_name(work_id) for work_id in silent)
        parts.append(Paragraph(text=say("No facts of access were stated on: {names}. No grade is given.", names=names)))
    if dossier.striking_similarity is not None:
        text = say("On similarity, in the words of the party: {text}", text=dossier.striking_similarity)
        parts.append(Paragraph(text=text))
    if dossier.problems:
        rows = tuple(
            (say(PROBLEMS[one.code]), context.shown(one.place), _quoted(context, one) or "\u2013")
            for one in dossier.problems
        )
        columns = (
            Column(title=say("Remark"), width=2.0),
            Column(title=say("Concerns")),
            Column(title=say("Quoted"), width=1.6),
        )
        parts.append(Table(key="access-remarks", caption=say("Remarks on the facts"), columns=columns, rows=rows))
    return tuple(parts)


def _quoted(context: Context, problem: AccessProblem) -> str:
    return context.shown("; ".join(one if isinstance(one, str) else context.fill(one) for one in problem.quoted))


def _grade(context: Context, work: WorkAccess) -> Facts:
    say, order = context.say, work.date_order
    documented = say("every fact documented") if order.is_documented else say("stated, not documented")
    dates = say("{outcome} ({documented})", outcome=say(DATE_OUTCOMES[order.outcome]), documented=documented)
    return Facts(rows=((say("Grade of access"), say(GRADES[work.grade])), (say("Order of dates"), dates)))


def _rules(context: Context, work: WorkAccess) -> Table:
    say = context.say
    rows = tuple(
        (
            say(RULES[one.rule]),
            context.yes(one.is_met),
            say(GRADES[one.grade]),
            _listed(context, (*one.exhibits, *one.facts)),
        )
        for one in work.rules
    )
    columns = (
        Column(title=say("Rule"), width=2.2),
        Column(title=say("Met"), width=0.5),
        Column(title=say("Leads to"), width=1.2),
        Column(title=say("Facts and documents"), width=1.8),
    )
    caption = say("Rules of access, {name}", name=context.work_name(work.work_id))
    return Table(key=f"access-rules-{context.work_number(work.work_id)}", caption=caption, columns=columns, rows=rows)


def _listed(context: Context, texts: Sequence[str]) -> str:
    return context.shown(", ".join(texts)) if texts else "\u2013"


def access_facts(context: Context) -> tuple[Part, ...]:
    """Dated events, dissemination, deliveries, chains, names and passages, documents; `access_grades` says why none."""
    say, dossier = context.say, _dossier(context)
    if dossier is None:
        return ()
    parts: list[Part] = [_events(context, dossier)]
    for work in dossier.works:
        parts += [*_places(context, work), *_texts(context, work)]
    if dossier.suspect.roles:
        rows = tuple(
            (say(ROLES[one.role]), context.shown(one.name), context.shown(one.what), _listed(context, one.exhibits))
            for one in (fact.statement for fact in dossier.suspect.roles)
        )
        columns = (
            Column(title=say("Role")),
            Column(title=say("Name")),
            Column(title=say("As stated"), width=2.0),
            Column(title=say("Documents")),
        )
        caption = say("Who stands behind the {suspect}")
        parts.append(Table(key="access-roles", caption=caption, columns=columns, rows=rows))
    parts += [*_records(context, dossier), *_documents(context, dossier)]
    return tuple(parts)


def _events(context: Context, dossier: AccessDossier) -> Part:
    say = context.say
    found: list[tuple[str, TimelineEvent[SuspectEvent | WorkEvent]]] = [
        (say("{suspect}"), one) for one in dossier.suspect.events
    ]
    found += [(context.work_number(work.work_id), one) for work in dossier.works for one in work.events]
    if not found:
        return Paragraph(text=say("No dated event is stated."))
    rows = tuple(
        (
            context.shown(one.date.as_written),
            whose,
            say(EVENT_NAMES[one.statement.kind]),
            context.shown(one.statement.what),
            context.shown(one.statement.source),
            _listed(context, one.statement.exhibits) if one.is_documented else say("stated, not documented"),
        )
        for whose, one in sorted(found, key=lambda pair: pair[1].date.earliest_utc)
    )
    columns = (
        Column(title=say("Date as written"), width=1.5),
        Column(title=say("Whose"), width=0.8),
        Column(title=say("Event"), width=0.9),
        Column(title=say("What"), width=1.7),
        Column(title=say("Who says so"), width=1.2),
        Column(title=say("Documents")),
    )
    return Table(key="access-events", caption=say("Dated events"), columns=columns, rows=rows)


def _places(context: Context, work: WorkAccess) -> list[Part]:
    say = context.say
    rows: list[tuple[str, ...]] = []
    for place in work.dissemination:
        text = context.shown(" ".join(one for one in (place.statement.where, place.statement.url or "") if one))
        since = context.shown(place.date, _as_written)
        rows.append(
            (
                say("shown to the public"),
                text,
                since,
                context.shown(place.statement.num_views, whole),
                _listed(context, place.statement.exhibits),
            )
        )
    for delivery in work.deliveries:
        text = context.shown(f"{delivery.statement.to}: {delivery.statement.what}")
        when = context.shown(delivery.date, _as_written)
        rows.append((say("handed to the maker"), text, when, "\u2013", _listed(context, delivery.statement.exhibits)))
    for link in work.chain:
        text = context.shown(f"{link.statement.sender} → {link.statement.recipient}: {link.statement.what}")
        when = context.shown(link.date, _as_written)
        rows.append((say("link of a chain"), text, when, "\u2013", _listed(context, link.statement.exhibits)))
    if not rows:
        return [
            Paragraph(
                text=say("{name}: no dissemination, delivery or chain is stated.", name=context.work_name(work.work_id))
            )
        ]
    columns = (
        Column(title=say("Way")),
        Column(title=say("As stated"), width=2.2),
        Column(title=say("Since or when"), width=1.3),
        Column(title=say("Views"), width=0.8, is_number=True),
        Column(title=say("Documents")),
    )
    caption = say("Ways by which {name} could be met", name=context.work_name(work.work_id))
    key = f"access-ways-{context.work_number(work.work_id)}"
    return [Table(key=key, caption=caption, columns=columns, rows=tuple(rows))]


def _as_written(date: DateRange) -> str:
    return date.as_written


def _texts(context: Context, work: WorkAccess) -> list[Part]:
    say = context.say
    rows: list[tuple[str, ...]] = [
        (
            say("name: {kind}", kind=say(NAME_KINDS[one.name_kind])),
            context.shown(one.exhibit),
            context.shown(one.text),
            context.shown(one.name),
            say("{count} times", count=one.num_mentions),
        )
        for one in work.names
    ]
    for compared in work.comparisons:
        rows += [
            (
                say(PASSAGE_KINDS[one.kind]),
                context.shown(f"{compared.suspect_text.exhibit} / {compared.work_text.exhibit}"),
                context.shown(one.suspect_text),
                context.shown(one.work_text),
                share(one.similarity_percent / 100),
            )
            for one in compared.passages
        ]
    shares = [
        Paragraph(
            text=say(
                "Words in common passages: {suspect_share} of the text of the {suspect} ({here}), {work_share} of that "
                "of the {work} ({there}).",
                suspect_share=context.shown(one.suspect_share, share),
                work_share=context.shown(one.work_share, share),
                here=one.suspect_text.exhibit,
                there=one.work_text.exhibit,
            ),
            tone="small",
        )
        for one in work.comparisons
    ]
    if not rows:
        return list(shares)
    columns = (
        Column(title=say("Kind"), width=0.9),
        Column(title=say("Documents"), width=0.9),
        Column(title=say("In the text of the {suspect}"), width=2.0),
        Column(title=say("In the {work}"), width=2.0),
        Column(title=say("Agreement"), width=0.8),
    )
    caption = say("Names and passages that the texts share, {name}", name=context.work_name(work.work_id))
    key = f"access-texts-{context.work_number(work.work_id)}"
    return [Table(key=key, caption=caption, columns=columns, rows=tuple(rows)), *shares]


def _records(context: Context, dossier: AccessDossier) -> list[Part]:
    say = context.say
    parts: list[Part] = []
    for reading in dossier.suspect.records:
        rows = [(say("State"), say(RECORD_STATES[reading.state]))]
        if not isinstance(reading.record, NotMeasured):
            record = reading.record
            rows += [
                (say("User, service, model"), context.shown(f"{record.user}; {record.provider}; {record.model}")),
                (say("Prompt"), context.shown(record.prompt)),
                *(
                    (say("Work used"), context.shown("; ".join((one.title, *one.authors, *one.passages, one.purpose))))
                    for one in record.works
                ),
            ]
        parts += [
            Heading(text=say("Prior-work-use record {exhibit}", exhibit=reading.exhibit or "\u2013")),
            Facts(rows=tuple(rows)),
        ]
    return parts


def _documents(context: Context, dossier: AccessDossier) -> list[Part]:
    if not dossier.documents:
        return []
    say = context.say
    rows = tuple(
        (context.shown(one.entry.exhibit), context.shown(one.entry.what), context.shown(one.sha256))
        for one in dossier.documents
    )
    columns = (
        Column(title=say("Document"), width=0.7),
        Column(title=say("What it is"), width=1.8),
        Column(title="SHA-256", width=2.6, is_code=True),
    )
    return [Table(key="access-documents", caption=say("Documents of the access dossier"), columns=columns, rows=rows)]


def training_disclosures(context: Context) -> tuple[Part, ...]:
    """Published summaries of training content, and the domains of the works that they list."""
    say, dossier = context.say, _dossier(context)
    if dossier is None:
        return _absent(context, say("Training disclosures"))
    if not dossier.suspect.disclosures:
        return (Paragraph(text=say("No training disclosure is among the facts."), tone="note"),)
    rows = tuple(
        (
            context.shown(f"{one.statement.provider}, {one.statement.model} {one.statement.version}"),
            context.shown(one.statement.summary_url or "\u2013"),
            context.shown(one.date, _as_written),
            context.shown(one.num_domains_listed, whole),
            context.shown(one.statement.exhibit),
        )
        for one in dossier.suspect.disclosures
    )
    columns = (
        Column(title=say("Provider and model"), width=1.5),
        Column(title=say("Address"), width=1.8),
        Column(title=say("Retrieved")),
        Column(title=say("Domains listed"), width=0.8, is_number=True),
        Column(title=say("Document"), width=0.7),
    )
    parts: list[Part] = [
        Table(key="training-disclosures", caption=say("Summaries of training content read"), columns=columns, rows=rows)
    ]
    listed = tuple(
        (
            context.work_number(work.work_id),
            context.shown(one.domain_of_work),
            context.shown(one.domain_listed),
            one.disclosure_fact,
        )
        for work in dossier.works
        for one in work.training_matches
    )
    if listed:
        heads = (
            Column(title=say("{Work}"), width=0.7),
            Column(title=say("Domain where the {work} stood")),
            Column(title=say("Domain as listed")),
            Column(title=say("Fact"), width=0.8),
        )
        caption = say("Domains of the works that the summaries list")
        parts.append(Table(key="training-domains", caption=caption, columns=heads, rows=listed))
    else:
        parts.append(Paragraph(text=say("No domain where a work stood is listed there.")))
    return tuple(parts)
