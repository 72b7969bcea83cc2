"""Blocks of the prima facie bundle: signs found and how unusual they are, steps tried, what only others hold."""

from __future__ import annotations

from collections.abc import Iterator

from similarity.access.values import AccessDossier
from similarity.compare.values import UnrelatedFootage
from similarity.report.document.blocks.documents import documents_named, numbers_of, or_not_stated
from similarity.report.document.blocks.findings import ratio_in_words
from similarity.report.document.blocks.gone import marks_of
from similarity.report.document.context import Context
from similarity.report.document.forms import number
from similarity.report.document.parts import Bullets, Column, Heading, Paragraph, Part, Table
from similarity.report.phrases.access import LABEL_NAMES
from similarity.report.phrases.filing import READINGS
from similarity.report.phrases.stated import HELD_ITEMS, REQUEST_STATES
from similarity.report.phrases.words import moment, span
from similarity.report.schema.case import CaseFacts
from similarity.report.schema.match import Match
from similarity.report.schema.stated import HeldEvidence, RequestEvent

__all__ = ["prima_facie", "request_draft"]

NONE = "\u2013"
Row = tuple[str, str, str, str]


def prima_facie(context: Context) -> tuple[Part, ...]:
    """The bundle; nothing where the case states neither steps nor evidence held by others, and no request was made."""
    case, requests = context.report.case, context.report.requests
    if not isinstance(case, CaseFacts) or not (case.steps or case.held or requests):
        return ()
    return (
        *_signs(context),
        *_steps(context, case),
        *_held(context, case),
        *_requests(context),
        *documents_named(context, case.steps, case.held, key="bundle-documents"),
    )


def _signs(context: Context) -> Iterator[Part]:
    say = context.say
    yield Heading(text=say("Signs found, and how unusual each is"))
    rows = (*_match_signs(context), *_mark_signs(context), *_access_signs(context), *_label_signs(context))
    if not rows:
        yield Paragraph(text=say("No sign was found."), tone="note")
        return
    columns = (
        Column(title=say("Sign"), width=1.5),
        Column(title=say("Where"), width=1.6),
        Column(title=say("What was found"), width=1.8),
        Column(title=say("How unusual that is without any taking"), width=2.2),
    )
    yield Table(key="bundle-signs", caption=say("Signs found"), columns=columns, rows=rows)
    said = say("Each ratio is that of one match by itself. Ratios of several matches or signs must not be multiplied.")
    yield Paragraph(text=f"{said} {_unrelated(context)}".strip(), tone="small")


def _unrelated(context: Context) -> str:
    footage = context.report.closest_unrelated
    if not isinstance(footage, UnrelatedFootage):
        return context.say("Closest unrelated footage: {reason}", reason=context.shown(footage))
    ratio = ratio_in_words(context, footage.finding.copy_ratio)
    return context.say("For comparison, the closest unrelated footage: copy, {ratio}.", ratio=ratio)


def _match_signs(context: Context) -> Iterator[Row]:
    for match in context.report.matches:
        where = context.say(
            "{here}, against {name} {there}",
            here=span(match.suspect_start_seconds, match.suspect_end_seconds, language=context.language),
            name=context.work_number(match.work_id),
            there=span(match.work_start_seconds, match.work_end_seconds, language=context.language),
        )
        found = context.say(
            "{reading}; score {score}",
            reading=context.say(READINGS[match.finding.reading.name]),
            score=number(match.score),
        )
        yield context.say("match {match_id}", match_id=match.match_id), where, found, _unusual(context, match)


def _unusual(context: Context, match: Match) -> str:
    """The ratio of the proposition on which the match was found."""
    name, ratio = (
        (context.say("copy"), match.finding.copy_ratio)
        if "copy" in match.found_by
        else (context.say("adaptation"), match.finding.adaptation_ratio)
    )
    return context.say("{proposition}: {ratio}", proposition=name, ratio=ratio_in_words(context, ratio))


def _mark_signs(context: Context) -> Iterator[Row]:
    """Still parts of the work's picture that the suspect still shows."""
    for match in context.report.matches:
        for one in marks_of(match):
            if one.mark.kind == "overlay" and one.mark.fate == "kept":
                yield (
                    context.say("caption, logo or other still part of the {work}, kept"),
                    context.say(
                        "{match}, {span}",
                        match=match.match_id,
                        span=span(one.start_seconds, one.end_seconds),
                    ),
                    context.say("stands over {pairs} frame pairs", pairs=one.mark.num_pairs),
                    context.say("how often that happens by chance was not measured"),
                )


def _access_signs(context: Context) -> Iterator[Row]:
    access = context.report.access
    if not isinstance(access, AccessDossier):
        return
    for work in access.works:
        for compared in work.comparisons:
            if compared.passages:
                yield (
                    context.say("passages in common with a text of the {work}"),
                    context.shown(f"{compared.suspect_text.exhibit} / {compared.work_text.exhibit}"),
                    context.shown(compared.passages[0].suspect_text),
                    context.say("how often that happens by chance was not measured"),
                )
        for name in work.names:
            yield (
                context.say("a name of the {work} in a text of the making"),
                context.shown(name.exhibit),
                context.shown(name.text),
                context.say("how often that happens by chance was not measured"),
            )


def _label_signs(context: Context) -> Iterator[Row]:
    access = context.report.access
    labels = access.labels if isinstance(access, AccessDossier) else ()
    for one in (label for file in labels for label in file.labels if label.state == "present"):
        if one.kind in {"c2pa", "gb45438_aigc"}:
            yield (
                context.say("label of origin in the file"),
                context.say("the {suspect}'s file"),
                context.say(LABEL_NAMES[one.kind]),
                context.say("a label says how the file was made, not from what"),
            )


def _steps(context: Context, case: CaseFacts) -> Iterator[Part]:
    say = context.say
    yield Heading(text=say("Steps tried"))
    if not case.steps:
        yield Paragraph(text=say("No step is stated."))
        return
    rows = tuple(
        (
            or_not_stated(context, one.date),
            or_not_stated(context, one.by),
            context.shown(one.what),
            or_not_stated(context, one.outcome),
            numbers_of(context, one.exhibits),
        )
        for one in case.steps
    )
    columns = (
        Column(title=say("Date"), width=0.9),
        Column(title=say("By whom")),
        Column(title=say("What was tried"), width=2.2),
        Column(title=say("What came of it"), width=2.0),
        Column(title=say("Documents"), width=0.9),
    )
    yield Table(key="bundle-steps", caption=say("Steps tried, as stated"), columns=columns, rows=rows)


def _held(context: Context, case: CaseFacts) -> Iterator[Part]:
    say = context.say
    yield Heading(text=say("What only others hold"))
    if not case.held:
        yield Paragraph(text=say("No such evidence is stated."))
        return
    rows = tuple(
        (
            str(place),
            _item(context, one),
            context.shown(one.holder),
            or_not_stated(context, one.grounds),
            or_not_stated(context, one.shows),
            _state(context, one),
        )
        for place, one in enumerate(case.held, 1)
    )
    columns = (
        Column(title=say("No."), width=0.4, is_number=True),
        Column(title=say("Evidence"), width=1.8),
        Column(title=say("Holder")),
        Column(title=say("Why the holder has it"), width=1.6),
        Column(title=say("Which fact it is to show"), width=1.6),
        Column(title=say("State of the request"), width=1.1),
    )
    yield Table(key="bundle-held", caption=say("Evidence that only others hold"), columns=columns, rows=rows)


def _item(context: Context, one: HeldEvidence) -> str:
    name = context.say(HELD_ITEMS[one.item])
    return name if one.what is None else context.say("{what}: {reason}", what=name, reason=one.what)


def _state(context: Context, one: HeldEvidence) -> str:
    """What the log says last of this item and holder."""
    asked = [event for event in context.report.requests if (event.item, event.holder) == (one.item, one.holder)]
    return _event(context, asked[-1]) if asked else context.say("no request is recorded")


def _event(context: Context, event: RequestEvent) -> str:
    return context.shown(f"{context.say(REQUEST_STATES[event.state])}, {event.date}")


def _requests(context: Context) -> Iterator[Part]:
    say = context.say
    yield Heading(text=say("Requests, as the custody log records them"))
    if not context.report.requests:
        yield Paragraph(text=say("The log records no request."))
        return
    rows = tuple(
        (
            str(one.sequence),
            context.shown(one.date),
            context.shown(one.holder),
            say(HELD_ITEMS[one.item]),
            say(REQUEST_STATES[one.state]),
            context.shown(one.note) or NONE,
            say("{name}, {when}", name=one.recorded_by, when=moment(one.recorded_utc)),
        )
        for one in context.report.requests
    )
    columns = (
        Column(title=say("Entry"), width=0.5, is_number=True),
        Column(title=say("Date"), width=0.9),
        Column(title=say("Holder")),
        Column(title=say("Evidence"), width=1.6),
        Column(title=say("What happened"), width=0.9),
        Column(title=say("Note"), width=1.6),
        Column(title=say("Recorded by, UTC"), width=1.3),
    )
    yield Table(key="bundle-requests", caption=say("Requests and answers"), columns=columns, rows=rows)


def request_draft(context: Context) -> tuple[Part, ...]:
    """What a request to each holder asks for, to go into a document of its own; nothing where nothing is stated."""
    case = context.report.case
    if not isinstance(case, CaseFacts) or not case.held:
        return ()
    parts: list[Part] = []
    for holder in dict.fromkeys(one.holder for one in case.held):
        items = [one for one in case.held if one.holder == holder]
        parts.append(Heading(text=context.say("To {holder}", holder=holder)))
        parts.append(Bullets(items=tuple(_asked(context, one) for one in items), is_numbered=True))
    return tuple(parts)


def _asked(context: Context, one: HeldEvidence) -> str:
    said = [
        _item(context, one),
        context.say("fact to be shown: {text}", text=or_not_stated(context, one.shows)),
        context.say("why the holder has it: {text}", text=or_not_stated(context, one.grounds)),
        context.say("duty to hand it over: {text}", text=or_not_stated(context, one.duty)),
    ]
    return context.say("; ").join(said)
