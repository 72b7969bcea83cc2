"""Pages of uploads: all of them, and one with what was measured, decided and recorded."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection, func, select

from similarity.service.data.tables import audit as audit_table
from similarity.service.data.tables import decisions, screenings, tasks
from similarity.service.data.tables import uploads as uploads_table
from similarity.service.errors import conflict
from similarity.service.review.opinions import OPINIONS
from similarity.service.review.tasks import is_blind
from similarity.service.states import UPLOAD
from similarity.service.uploads import uploads
from similarity.service.web.evidence import report_folder
from similarity.service.web.measured_views import work_views
from similarity.service.web.rendering import Visit, posting, visiting

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
Looker = Annotated[Visit, Depends(visiting("upload:read"))]
Writer = Annotated[Visit, Depends(posting("upload:write"))]
Eraser = Annotated[Visit, Depends(posting("upload:erase"))]
_ROWS = 50
_MOST_ENTRIES = 200
_DECIDED = {"cleared", "held", "withheld", "unreadable"}


@router.get("/uploads")
def listed(
    visit: Looker,
    state: Annotated[str, Query(max_length=16)] = "",
    before: Annotated[float | None, Query()] = None,
) -> Response:
    """Uploads, newest first, a page at a time."""
    tenant_id = visit.caller.tenant_id
    with visit.service.database.reading() as connection:
        rows = uploads.listed(connection, tenant_id, state=state or None, before_seconds=before, limit=_ROWS + 1)
        counted = select(uploads_table.c.state, func.count()).where(uploads_table.c.tenant_id == tenant_id)
        counts = {row[0]: row[1] for row in connection.execute(counted.group_by(uploads_table.c.state))}
    older = rows[_ROWS - 1]["created_seconds"] if len(rows) > _ROWS else None
    states = [(name, counts[name]) for name in UPLOAD if name in counts]
    return visit.page("uploads.html", rows=rows[:_ROWS], states=states, state=state, older=older, before=before)


@router.get("/uploads/{upload_id}")
def show(upload_id: str, visit: Looker) -> Response:
    """One upload; less what a person who is to give a second opinion may not see yet."""
    with visit.service.database.reading() as connection:
        upload = uploads.find(connection, visit.caller.tenant_id, upload_id)
        is_hidden = is_blind(connection, visit.caller, upload_id)
        stored = connection.scalar(select(screenings.c.measured_json).where(screenings.c.id == upload["screening_id"]))
        measured = {} if is_hidden or stored is None else dict(stored)
        values: dict[str, Any] = {
            "decisions": () if is_hidden else _rows(connection, decisions, upload_id, "decided_utc"),
            "tasks": _rows(connection, tasks, upload_id, "created_seconds"),
            "entries": () if is_hidden else _entries(connection, visit.caller.tenant_id, upload_id),
        }
    works = () if measured.get("is_erased") else work_views(measured, None)
    values |= {"upload": upload, "measured": measured, "works": works, "is_hidden": is_hidden}
    values |= {"has_report": report_folder(visit.service.settings, upload) is not None, "decided_states": _DECIDED}
    values["opinions"] = OPINIONS
    return visit.page("upload.html", **values)


def _rows(connection: Connection, table: Any, upload_id: str, order: str) -> Sequence[dict[str, Any]]:
    wanted = select(table).where(table.c.upload_id == upload_id).order_by(table.c[order])
    return [dict(row) for row in connection.execute(wanted).mappings()]


def _entries(connection: Connection, tenant_id: str, subject_id: str) -> Sequence[dict[str, Any]]:
    """What the chain says of an upload, newest first."""
    wanted = (
        select(audit_table.c.sequence, audit_table.c.sha256, audit_table.c.line)
        .where(audit_table.c.tenant_id == tenant_id, audit_table.c.subject_id == subject_id)
        .order_by(audit_table.c.sequence.desc())
        .limit(_MOST_ENTRIES)
    )
    return [{"sha256": row.sha256, **json.loads(row.line)} for row in connection.execute(wanted)]


@router.post("/uploads/{upload_id}/rescreen")
def rescreen(upload_id: str, visit: Writer) -> RedirectResponse:
    """Compare again, with library and policies as they are now."""
    with visit.service.database.writing() as connection:
        row = uploads.find(connection, visit.caller.tenant_id, upload_id)
        if row["state"] not in _DECIDED:
            raise conflict(f"upload {upload_id} is {row['state']}: only what was decided is screened again")
        uploads.queue(connection, row, actor=visit.caller.name)
    return RedirectResponse(f"/uploads/{upload_id}", status_code=303)


@router.post("/uploads/{upload_id}/erase")
def erase(upload_id: str, visit: Eraser, reason: Annotated[str, Form(max_length=2000)]) -> RedirectResponse:
    """Remove bytes, figures and texts; the chain keeps that it was there, and why it went."""
    with visit.service.database.writing() as connection:
        uploads.erase(connection, visit.service.settings, visit.caller, upload_id, reason=reason)
    return RedirectResponse(f"/uploads/{upload_id}", status_code=303)
