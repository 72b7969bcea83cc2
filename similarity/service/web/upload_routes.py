"""Routes of uploads: created, sent by tus 1.0 or PUT, asked about, screened again, erased."""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from similarity.service.data.tables import audit as audit_table
from similarity.service.data.tables import decisions, screenings
from similarity.service.errors import Problem, conflict
from similarity.service.notices import misuse
from similarity.service.people.roles import Caller
from similarity.service.uploads import receiving, uploads
from similarity.service.uploads.blobs import Partial, offset_of, partial, require_room
from similarity.service.web.answers import Created, Moved, UploadsTold, UploadTold
from similarity.service.web.context import Service, ServiceOf, allowed
from similarity.service.web.evidence import REPORT_POLICY, report_file, require_not_blind
from similarity.service.web.idempotency import once

__all__ = ["router"]

router = APIRouter(prefix="/v1/uploads", tags=["uploads"])
Writer = Annotated[Caller, Depends(allowed("upload:write"))]
Looker = Annotated[Caller, Depends(allowed("upload:read"))]
Eraser = Annotated[Caller, Depends(allowed("upload:erase"))]

TUS = {"tus-resumable": "1.0.0"}
_OFFSET_TYPE = "application/offset+octet-stream"
_LONGEST_WAIT_SECONDS = 60
_LOOK_SECONDS = 0.2
_SETTLED = {"cleared", "held", "withheld", "unreadable", "cancelled", "erased"}


def _file_body(kind: str) -> dict[str, Any]:
    """Of a route that reads its body as it comes."""
    return {"requestBody": {"required": True, "content": {kind: {"schema": {"type": "string", "format": "binary"}}}}}


@router.post("", status_code=201, response_model=Created, dependencies=[Depends(once)])
def create(new: uploads.NewUpload, caller: Writer, service: ServiceOf) -> JSONResponse:
    """Announce a file; its bytes are sent to `Location`."""
    if new.path is not None:
        receiving.require_local_file(service.settings, new.path)
    with service.database.writing() as connection:
        known = misuse.uploader_sha256(caller.tenant_id, new.uploader)
        misuse.require_not_suspended(connection, caller.tenant_id, "uploader", known)
        upload_id = uploads.create(connection, service.settings, caller, new)
    if new.path is not None:
        receiving.take_local_file(service.database, service.settings, caller, upload_id, new.path, service.repeats)
    headers = {"location": f"/v1/uploads/{upload_id}/content", **TUS}
    return JSONResponse({"id": upload_id, "content": headers["location"]}, status_code=201, headers=headers)


@router.get("", response_model=UploadsTold)
def listed(
    caller: Looker,
    service: ServiceOf,
    state: str | None = None,
    external_id: str | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    """Uploads, newest first."""
    with service.database.reading() as connection:
        rows = uploads.listed(connection, caller.tenant_id, state=state, external_id=external_id, limit=limit)
    return {"uploads": [_in_short(row) for row in rows]}


@router.options("", status_code=204)
def abilities() -> Response:
    """What of tus is spoken here."""
    said = {"tus-version": "1.0.0", "tus-extension": "creation,termination,checksum"}
    said["tus-checksum-algorithm"] = ",".join(receiving.CHECKSUMS)
    return Response(status_code=204, headers={**TUS, **said})


@router.head("/{upload_id}/content", response_class=Response)
def offset(upload_id: str, caller: Writer, service: ServiceOf) -> Response:
    """How many bytes are there."""
    with service.database.reading() as connection:
        row = uploads.find(connection, caller.tenant_id, upload_id)
    is_open = row["state"] == "receiving"
    there = offset_of(service.settings, upload_id) if is_open else row["size_bytes"]
    headers = {"upload-offset": str(there), "upload-length": str(row["size_bytes"]), "cache-control": "no-store"}
    return Response(status_code=200, headers={**TUS, **headers})


@router.patch("/{upload_id}/content", status_code=204, openapi_extra=_file_body(_OFFSET_TYPE))
async def append(  # noqa: PLR0913, PLR0917 - one parameter per header of tus
    upload_id: str,
    request: Request,
    caller: Writer,
    service: ServiceOf,
    upload_offset: Annotated[int, Header(ge=0)],
    content_type: Annotated[str, Header()] = "",
    upload_checksum: Annotated[str | None, Header()] = None,
) -> Response:
    """A piece of the bytes, at the offset."""
    if content_type != _OFFSET_TYPE:
        raise Problem(415, "media-type", f"Content-Type: got {content_type!r}, expected {_OFFSET_TYPE}")
    row = await run_in_threadpool(_receiving, service, caller, upload_id)
    checksum = receiving.checksum_of(upload_checksum)
    with partial(service.settings, upload_id) as one:
        if one.offset != upload_offset:
            said = f"Upload-Offset: got {upload_offset}, and {one.offset} bytes are there; go on from there"
            raise Problem(409, "wrong-offset", said)
        there = await _receive(request, service, one, row, checksum)
    if there == row["size_bytes"]:
        await run_in_threadpool(_complete, service, caller, upload_id)
    return Response(status_code=204, headers={**TUS, "upload-offset": str(there)})


@router.put(
    "/{upload_id}/content",
    status_code=202,
    response_model=Moved,
    openapi_extra=_file_body("application/octet-stream"),
)
async def send(upload_id: str, request: Request, caller: Writer, service: ServiceOf) -> JSONResponse:
    """All of the bytes at once; what came before is thrown away."""
    row = await run_in_threadpool(_receiving, service, caller, upload_id)
    with partial(service.settings, upload_id) as one:
        one.cut(0)
        there = await _receive(request, service, one, row, receiving.checksum_of(None))
    if there != row["size_bytes"]:
        raise conflict(
            f"upload {upload_id}: {there} of {row['size_bytes']} bytes came; send them all, or go on by PATCH"
        )
    state = await run_in_threadpool(_complete, service, caller, upload_id)
    return JSONResponse({"id": upload_id, "state": state}, status_code=202)


def _complete(service: Service, caller: Caller, upload_id: str) -> str:
    """All bytes are there; the state that the upload is in by that."""
    return receiving.complete(service.database, service.settings, caller, upload_id, service.repeats)


def _receiving(service: Service, caller: Caller, upload_id: str) -> Mapping[str, Any]:
    with service.database.reading() as connection:
        row = uploads.find(connection, caller.tenant_id, upload_id)
    if row["state"] != "receiving":
        raise conflict(f"upload {upload_id} is {row['state']}: its bytes are there already, or it ended")
    require_room(service.settings, row["size_bytes"] - offset_of(service.settings, upload_id))
    return row


async def _receive(
    request: Request, service: Service, one: Partial, row: Mapping[str, Any], checksum: receiving.Checksum
) -> int:
    """Write what comes; what a wrong checksum covers, or what goes beyond the announced size, is taken back."""
    start, pace = one.offset, receiving.Pace(service.settings)
    there = start
    stream = request.stream().__aiter__()
    try:
        while chunk := await asyncio.wait_for(anext(stream, b""), service.settings.receive_timeout_seconds):
            pace.count(chunk)
            there += len(chunk)
            if there > row["size_bytes"]:
                one.cut(start)
                raise Problem(413, "too-large", f"more came than the {row['size_bytes']} bytes that were announced")
            one.write(chunk)
            checksum.update(chunk)
    except (TimeoutError, ClientDisconnect) as error:
        raise Problem(408, "too-slow", "the bytes stopped coming; go on from the offset") from error
    finally:
        await run_in_threadpool(one.settle)  # waiting for the disk holds nobody else up
    if not checksum.is_right:
        one.cut(start)
        raise Problem(460, "checksum-mismatch", "the piece is not what Upload-Checksum says; send it again")
    return there


@router.delete("/{upload_id}/content", status_code=204)
def end_transfer(upload_id: str, caller: Writer, service: ServiceOf) -> Response:
    """Give up sending (tus termination)."""
    return cancel(upload_id, caller, service)


@router.get("/{upload_id}", response_model=UploadTold, responses={304: {"description": "As `If-None-Match` names it"}})
async def show(
    request: Request,
    upload_id: str,
    caller: Looker,
    service: ServiceOf,
    wait: Annotated[int, Query(ge=0, le=_LONGEST_WAIT_SECONDS)] = 0,
) -> Response:
    """What is known of an upload; with `wait`, as soon as something is decided, or after so many seconds."""
    until = time.monotonic() + wait
    known = functools.partial(_known, service, caller, upload_id, until)
    while (body := await run_in_threadpool(known)) is None:  # noqa: ASYNC110 - another process decides
        await asyncio.sleep(_LOOK_SECONDS)  # who waits holds no thread
    tag = f'"{body["audit"]["sha256"][:32]}"'
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"etag": tag})
    return JSONResponse(body, headers={"etag": tag})


def _known(service: Service, caller: Caller, upload_id: str, until: float) -> dict[str, Any] | None:
    """What is known of an upload; None where something is still to come, and there is time."""
    with service.database.reading() as connection:
        row = uploads.find(connection, caller.tenant_id, upload_id)
        require_not_blind(connection, caller, upload_id)
        is_told = row["state"] in _SETTLED or time.monotonic() >= until
        return _in_full(connection, row) if is_told else None


@router.get("/{upload_id}/report", response_class=HTMLResponse)
def report(upload_id: str, caller: Looker, service: ServiceOf) -> FileResponse:
    """The report of the last screening, as a page."""
    return _evidence(upload_id, caller, service, "report.html", "text/html")


@router.get(
    "/{upload_id}/evidence.zip",
    response_class=FileResponse,
    responses={200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}},
)
def evidence(upload_id: str, caller: Looker, service: ServiceOf) -> FileResponse:
    """The report in every form with its pictures, as one archive."""
    return _evidence(upload_id, caller, service, "evidence.zip", "application/zip")


def _evidence(upload_id: str, caller: Caller, service: Service, name: str, kind: str) -> FileResponse:
    with service.database.writing() as connection:
        row = uploads.find(connection, caller.tenant_id, upload_id)
        path = report_file(connection, service.settings, caller, row, name)
    if path is None:
        raise Problem(503, "not-yet", f"{name} of {upload_id} is being made; ask again", retry_after_seconds=10)
    headers = {"content-security-policy": REPORT_POLICY} if kind == "text/html" else None
    return FileResponse(path, media_type=kind, headers=headers)


@router.post("/{upload_id}/rescreen", status_code=202, response_model=Moved, dependencies=[Depends(once)])
def rescreen(upload_id: str, caller: Writer, service: ServiceOf) -> dict[str, str]:
    """Compare again, with the library and the policies as they are now."""
    with service.database.writing() as connection:
        row = uploads.find(connection, caller.tenant_id, upload_id)
        if row["state"] not in {"cleared", "held", "withheld", "unreadable"}:
            raise conflict(f"upload {upload_id} is {row['state']}: only what was decided is screened again")
        uploads.queue(connection, row, actor=caller.name)
    return {"id": upload_id, "state": "queued"}


@router.delete("/{upload_id}", status_code=204)
def cancel(upload_id: str, caller: Writer, service: ServiceOf) -> Response:
    """The platform takes it back."""
    with service.database.writing() as connection:
        uploads.cancel(connection, caller, upload_id)
    return Response(status_code=204, headers=TUS)


class Erasure(BaseModel):
    """Why something is erased."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=2000)


@router.post("/{upload_id}/erasure", status_code=200, response_model=Moved, dependencies=[Depends(once)])
def erase(upload_id: str, why: Erasure, caller: Eraser, service: ServiceOf) -> dict[str, str]:
    """Remove bytes, rows, texts and reports; the chain keeps that it was there, and why it went."""
    with service.database.writing() as connection:
        uploads.erase(connection, service.settings, caller, upload_id, reason=why.reason)
    return {"id": upload_id, "state": "erased"}


def _in_short(row: Mapping[str, Any]) -> dict[str, Any]:
    names = (
        "id",
        "external_id",
        "title",
        "uploader",
        "state",
        "action",
        "size_bytes",
        "sha256",
        "created_utc",
        "state_utc",
    )
    return {name: row[name] for name in names}


def _in_full(connection: Any, row: Mapping[str, Any]) -> dict[str, Any]:
    """State, action, rule, figures, and where the last entry stands in the chain."""
    screening = (
        connection.execute(select(screenings).where(screenings.c.id == row["screening_id"])).mappings().one_or_none()
    )
    decided = connection.execute(
        select(decisions).where(decisions.c.upload_id == row["id"]).order_by(decisions.c.decided_utc.desc()).limit(1)
    )
    last = decided.mappings().one_or_none()
    entry = connection.execute(
        select(audit_table.c.sequence, audit_table.c.sha256)
        .where(audit_table.c.tenant_id == row["tenant_id"], audit_table.c.subject_id == row["id"])
        .order_by(audit_table.c.sequence.desc())
        .limit(1)
    ).one()
    names = ("action", "rule", "work_id", "policy_name", "policy_version", "is_automated", "decided_by", "reason")
    return {
        **_in_short(row),
        "territories": row["territories_json"],
        "declared": row["declared_json"],
        "decision": None if last is None else {name: last[name] for name in (*names, "decided_utc", "id")},
        "measured": None if screening is None else screening["measured_json"],
        "screening": None
        if screening is None
        else {
            name: screening[name]
            for name in (
                "id",
                "works_sha256",
                "background_sha256",
                "config_sha256",
                "version",
                "seconds",
                "created_utc",
            )
        },
        "audit": {"sequence": entry.sequence, "sha256": entry.sha256},
    }
