"""Requests for evidence that the other side holds, and what became of them: entries of the custody log."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import get_args

from similarity.case.facts import check_date
from similarity.case.folder import CaseFolder
from similarity.case.values import CustodyEntry
from similarity.errors import CaseError
from similarity.report.schema.stated import HeldItem, Request, RequestEvent, RequestState
from similarity.text import as_printable

__all__ = ["REQUEST", "record_request", "requests_in"]

REQUEST = "request for evidence"
"""Action of the custody entry that says what became of a request."""
_NAMES = tuple(one.name for one in fields(Request))
_MOST_LETTERS = 4_000


def record_request(folder: Path, request: Request, *, actor: str | None = None) -> None:
    """Write into the custody log that evidence was asked for, handed over or refused.

    The report of the next comparison shows it.

    Args:
        folder: the case folder.
        request: what happened; its date is written as `case.yaml` writes dates.
        actor: who records it; else the analyst of `case.yaml`.

    Raises:
        CaseError: no case folder, a broken log, no holder, or a date that can't be.
    """
    if not request.holder.strip():
        raise CaseError("holder: expected the name of whoever was asked, got none; name one with --of")
    if max(len(request.holder), len(request.note)) > _MOST_LETTERS:
        raise CaseError(f"request: expected holder and note of at most {_MOST_LETTERS} characters; shorten them")
    said = replace(
        request,
        holder=as_printable(request.holder.strip()),
        date=check_date(request.date, field_name="date of the request"),
        note=as_printable(request.note.strip()),
    )
    with CaseFolder.open(folder, actor=actor) as case:
        case.record(REQUEST, asdict(said))


def requests_in(entries: Iterable[CustodyEntry]) -> tuple[RequestEvent, ...]:
    """The requests that entries of a custody log record, in their order.

    Raises:
        CaseError: an entry of that name does not say what such entries say.
    """
    return tuple(_event(one) for one in entries if one.action == REQUEST)


def _event(entry: CustodyEntry) -> RequestEvent:
    said = json.loads(entry.details_json)
    is_whole = set(said) == set(_NAMES) and all(isinstance(one, str) for one in said.values())
    if not is_whole or said["item"] not in get_args(HeldItem) or said["state"] not in get_args(RequestState):
        raise CaseError(
            f"custody entry {entry.sequence}: expected a request with {', '.join(_NAMES)}, got "
            f"{as_printable(entry.details_json[:200])}"
        )
    return RequestEvent(
        **said, recorded_by=entry.actor, recorded_utc=entry.utc, sequence=entry.sequence, sha256=entry.sha256
    )
