"""Routes of notices, counter-notices, complaints, statements of reasons and usage."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Query, Response
from fastapi.responses import JSONResponse
from sqlalchemy import Connection

from similarity.service.errors import Fault, not_found, unprocessable
from similarity.service.notices import acting, complaints, finding, receiving, shown, statements, waiting
from similarity.service.notices.counsel import NoticeSettings, put_settings, shown_settings
from similarity.service.notices.forms import CounterNotice, NewComplaint, NewNotice
from similarity.service.notices.law import REGIMES, regime_named
from similarity.service.notices.usage import Usage, Used, usage
from similarity.service.people.roles import Caller
from similarity.service.web.answers import (
    ComplaintsTold,
    ComplaintTold,
    NoticeReceipt,
    NoticesTold,
)
from similarity.service.web.context import Service, ServiceOf, allowed
from similarity.service.web.idempotency import once

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["notices"])
Sender = Annotated[Caller, Depends(allowed("notice:write"))]
Reader = Annotated[Caller, Depends(allowed("notice:read"))]
Decider = Annotated[Caller, Depends(allowed("notice:decide"))]
Uploader = Annotated[Caller, Depends(allowed("complaint:write"))]
Auditor = Annotated[Caller, Depends(allowed("audit:read"))]
Counsel = Annotated[Caller, Depends(allowed("policy:write"))]
PolicyReader = Annotated[Caller, Depends(allowed("policy:read"))]
ONCE = [Depends(once)]


@router.get("/notices/regimes")
def regimes(caller: Sender) -> dict[str, Any]:  # noqa: ARG001 - whoever may send a notice
    """Every law on notices as data: elements, clocks, sources."""
    return {"regimes": [regime_named(one).model_dump(mode="json") for one in REGIMES]}


@router.get("/notices/settings")
def settings(caller: PolicyReader, service: ServiceOf) -> dict[str, Any]:
    """What counsel chose."""
    with service.database.reading() as connection:
        return dict(shown_settings(connection, caller.tenant_id))


@router.put("/notices/settings", status_code=200)
def choose(new: NoticeSettings, caller: Counsel, service: ServiceOf) -> dict[str, Any]:
    """Choose."""
    with service.database.writing() as connection:
        put_settings(connection, caller, new)
        return dict(shown_settings(connection, caller.tenant_id))


@router.post("/notices", status_code=201, response_model=NoticeReceipt, dependencies=ONCE)
def send(
    form: NewNotice, caller: Sender, service: ServiceOf, prefer: Annotated[str, Header(max_length=200)] = ""
) -> JSONResponse:
    """A notice, such as the `notice.json` of a report: a receipt that names what is missing.

    With `Prefer: handling=strict` (RFC 7240) what is not complete is refused (422) instead of kept until it is.
    """
    is_strict = "handling=strict" in prefer.replace(" ", "").lower()
    with service.database.writing() as connection:
        row = receiving.receive(
            connection,
            caller.tenant_id,
            form,
            actor=caller.name,
            submitted_by=caller.id,
            is_strict=is_strict,
        )
        body = shown.receipt(connection, row)
    headers = {"location": f"/v1/notices/{row['id']}"}
    if is_strict:
        headers["preference-applied"] = "handling=strict"
    return JSONResponse(body, status_code=201, headers=headers)


@router.get("/notices", response_model=NoticesTold)
def listed(
    caller: Reader,
    service: ServiceOf,
    state: Annotated[str | None, Query(max_length=16)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    """Notices, newest first."""
    with service.database.reading() as connection:
        rows = finding.listed(connection, caller, state=state, limit=limit)
    return {"notices": [shown.in_short(row) for row in rows]}


@router.get("/notices/{notice_id}")
def show(notice_id: str, caller: Reader, service: ServiceOf) -> dict[str, Any]:
    """A notice with its elements, times, claims beside figures, letters."""
    with service.database.reading() as connection:
        return shown.in_full(connection, finding.find(connection, caller, notice_id))


@router.get("/notices/{notice_id}/counter-notice.json")
def counter_paper(notice_id: str, caller: Reader, service: ServiceOf) -> dict[str, Any]:
    """The counter-notice as a paper that a case takes in (`similarity case add CASE FILE --role document`)."""
    with service.database.reading() as connection:
        found = shown.counter_export(connection, finding.find(connection, caller, notice_id))
    if found is None:
        raise not_found(f"counter-notice of {notice_id}")
    return found


@router.put("/notices/{notice_id}", status_code=200, response_model=NoticeReceipt)
def complete(notice_id: str, form: NewNotice, caller: Sender, service: ServiceOf) -> dict[str, Any]:
    """The whole form again, with what was missing."""
    with _step(service, caller, notice_id) as (connection, notice):
        return shown.receipt(connection, receiving.complete(connection, notice, form, actor=caller.name))


@router.post("/notices/{notice_id}/forward", status_code=200, response_model=NoticeReceipt, dependencies=ONCE)
def forward(notice_id: str, caller: Decider, service: ServiceOf) -> dict[str, Any]:
    """Tell the uploader of it."""
    with _step(service, caller, notice_id) as (connection, notice):
        return shown.receipt(connection, acting.forward(connection, caller, notice))


@router.post("/notices/{notice_id}/act", status_code=200, response_model=NoticeReceipt, dependencies=ONCE)
def act(notice_id: str, new: acting.Acting, caller: Decider, service: ServiceOf) -> dict[str, Any]:
    """Restrict the upload for it."""
    with _step(service, caller, notice_id) as (connection, notice):
        return shown.receipt(connection, acting.act(connection, caller, notice, new))


@router.post("/notices/{notice_id}/reject", status_code=200, response_model=NoticeReceipt, dependencies=ONCE)
def reject(notice_id: str, why: acting.Rejection, caller: Decider, service: ServiceOf) -> dict[str, Any]:
    """Follow it no further."""
    with _step(service, caller, notice_id) as (connection, notice):
        return shown.receipt(connection, acting.reject(connection, caller, notice, why))


@router.post("/notices/{notice_id}/counter", status_code=201, response_model=NoticeReceipt, dependencies=ONCE)
def counter(notice_id: str, form: CounterNotice, caller: Uploader, service: ServiceOf) -> dict[str, Any]:
    """The uploader's answer, as the platform brings it; 422 names what is missing."""
    with _step(service, caller, notice_id) as (connection, notice):
        return shown.receipt(connection, acting.counter(connection, caller, notice, form))


@router.post("/notices/{notice_id}/timing", status_code=200, response_model=NoticeReceipt, dependencies=ONCE)
def start_timing(notice_id: str, caller: Decider, service: ServiceOf) -> dict[str, Any]:
    """Start the clock of an answer that came before counsel chose one."""
    with _step(service, caller, notice_id) as (connection, notice):
        acting.require(notice, "countered")
        return shown.receipt(connection, waiting.begin(connection, notice, actor=caller.name))


@router.post("/notices/{notice_id}/extension", status_code=200, response_model=NoticeReceipt, dependencies=ONCE)
def extend(notice_id: str, new: waiting.Extension, caller: Decider, service: ServiceOf) -> dict[str, Any]:
    """Days that notarisation or authentication took, which are not counted."""
    with _step(service, caller, notice_id) as (connection, notice):
        waiting.extend(connection, caller, notice, new)
        return shown.receipt(connection, finding.find(connection, caller, notice_id))


@router.post("/notices/{notice_id}/restore", status_code=200, response_model=NoticeReceipt, dependencies=ONCE)
def restore(notice_id: str, why: acting.Why, caller: Decider, service: ServiceOf) -> dict[str, Any]:
    """End what was done for it, once its clock allows that."""
    with _step(service, caller, notice_id) as (connection, notice):
        return shown.receipt(connection, acting.restore(connection, caller, notice, why))


@router.post("/notices/{notice_id}/keep", status_code=200, response_model=NoticeReceipt, dependencies=ONCE)
def keep(notice_id: str, why: acting.Why, caller: Decider, service: ServiceOf) -> dict[str, Any]:
    """What was done stays."""
    with _step(service, caller, notice_id) as (connection, notice):
        return shown.receipt(connection, acting.keep(connection, caller, notice, why))


@router.post("/notices/{notice_id}/action-filed", status_code=200, response_model=NoticeReceipt, dependencies=ONCE)
def action_filed(notice_id: str, filed: acting.Filed, caller: Sender, service: ServiceOf) -> dict[str, Any]:
    """The sender went to court or to an authority: what was done stays; 410 where it was undone already."""
    with _step(service, caller, notice_id) as (connection, notice):
        return shown.receipt(connection, acting.action_filed(connection, caller, notice, filed))


@router.post("/notices/{notice_id}/withdraw", status_code=200, response_model=NoticeReceipt, dependencies=ONCE)
def withdraw(notice_id: str, why: acting.Why, caller: Sender, service: ServiceOf) -> dict[str, Any]:
    """The sender takes it back: what was done for it ends."""
    with _step(service, caller, notice_id) as (connection, notice):
        return shown.receipt(connection, acting.withdraw(connection, caller, notice, why))


@router.post("/decisions/{decision_id}/complaints", status_code=201, response_model=ComplaintTold, dependencies=ONCE)
def complain(decision_id: str, new: NewComplaint, caller: Uploader, service: ServiceOf) -> JSONResponse:
    """Ask that a decision be looked at again; 410 after six months."""
    with service.database.writing() as connection:
        identifier = complaints.complain(connection, caller, decision_id, new)
        body = complaints.shown(connection, complaints.find(connection, caller.tenant_id, identifier))
    return JSONResponse(body, status_code=201, headers={"location": f"/v1/complaints/{identifier}"})


@router.get("/complaints", response_model=ComplaintsTold)
def complaints_listed(
    caller: Decider,
    service: ServiceOf,
    state: Annotated[str | None, Query(max_length=16)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    """Complaints, oldest first."""
    with service.database.reading() as connection:
        return {"complaints": list(complaints.listed(connection, caller.tenant_id, state=state, limit=limit))}


@router.get("/complaints/{complaint_id}", response_model=ComplaintTold)
def complaint(complaint_id: str, caller: Uploader, service: ServiceOf) -> dict[str, Any]:
    """One of them."""
    return _complaint(service, caller, complaint_id)


@router.post("/complaints/{complaint_id}/take", status_code=200, response_model=ComplaintTold, dependencies=ONCE)
def take(complaint_id: str, caller: Decider, service: ServiceOf) -> dict[str, Any]:
    """Take it in hand; not for who had a part in the decision."""
    with service.database.writing() as connection:
        complaints.take(connection, caller, complaint_id)
    return _complaint(service, caller, complaint_id)


@router.post("/complaints/{complaint_id}/answer", status_code=200, response_model=ComplaintTold, dependencies=ONCE)
def answer(complaint_id: str, new: complaints.Answer, caller: Decider, service: ServiceOf) -> dict[str, Any]:
    """Reverse the decision, or let it stand."""
    with service.database.writing() as connection:
        complaints.decide(connection, caller, complaint_id, new)
    return _complaint(service, caller, complaint_id)


@router.get("/statements/export")
def export_statements(
    caller: Auditor,
    service: ServiceOf,
    format: Annotated[Literal["tdb"], Query()] = "tdb",  # noqa: A002, ARG001 - the name of the query
    after: Annotated[int, Query(ge=0)] = 0,
) -> JSONResponse:
    """Statements of reasons for the DSA Transparency Database, at most 100; `Link` leads to the next."""
    with service.database.reading() as connection:
        batch, last = statements.exported(connection, caller.tenant_id, after=after)
    more = len(batch) == statements.BATCH
    headers = {"link": f'</v1/statements/export?format=tdb&after={last}>; rel="next"'} if more else {}
    return JSONResponse({"statements": list(batch)}, headers={**headers, "x-last": str(last)})


@router.get("/usage", response_model=Usage, responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}})
def used(
    caller: Reader,
    service: ServiceOf,
    start: Annotated[dt.date, Query(alias="from")],
    end: Annotated[dt.date, Query(alias="to")],
    format: Annotated[Literal["json", "csv"], Query()] = "json",  # noqa: A002 - the name of the query
) -> Response:
    """Seconds of each work and owner in what was cleared over a period (days, UTC; the last is not in it).

    Pictures and sound are stated apart.
    """
    if end <= start:
        raise unprocessable(Fault(pointer="/to", reason=f"got {end}, expected a day after {start}"))
    with service.database.reading() as connection:
        found = usage(connection, caller, from_utc=f"{start}T00:00:00.000000Z", to_utc=f"{end}T00:00:00.000000Z")
    if format == "json":
        return JSONResponse(found.model_dump(mode="json"))
    text = io.StringIO()
    writer = csv.DictWriter(text, list(Used.model_fields), lineterminator="\n")
    writer.writeheader()
    writer.writerows(
        {name: _cell(value) for name, value in one.model_dump().items()} for one in (*found.works, *found.sound)
    )
    return Response(text.getvalue(), media_type="text/csv; charset=utf-8")


def _cell(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula is quoted."""
    return f"'{value}" if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value


@contextmanager
def _step(service: Service, caller: Caller, notice_id: str) -> Iterator[tuple[Connection, dict[str, Any]]]:
    """The transaction of a step, and the notice that it is a step of."""
    with service.database.writing() as connection:
        yield connection, finding.find(connection, caller, notice_id)


def _complaint(service: Service, caller: Caller, complaint_id: str) -> dict[str, Any]:
    with service.database.reading() as connection:
        return complaints.shown(connection, complaints.find(connection, caller.tenant_id, complaint_id))
