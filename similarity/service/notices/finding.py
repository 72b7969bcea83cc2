"""Notices and what they speak of, looked up: by whom who may see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from similarity.service.data.notice_tables import counters, notices
from similarity.service.data.tables import screenings, uploads
from similarity.service.errors import not_found
from similarity.service.notices.counsel import NoticeSettings
from similarity.service.notices.forms import CounterNotice, Located, NewNotice
from similarity.service.people.roles import Caller
from similarity.service.screening.measured import Measured

__all__ = ["counter_of", "find", "form_of", "listed", "located", "measured_of", "upload_of"]

_GONE = ("erased", "cancelled")


def located(connection: Connection, tenant_id: str, where: Located, settings: NoticeSettings) -> str | None:
    """Identifier of the one upload that a notice names; None where it names none that is here, or several.

    Args:
        connection: to read from.
        tenant_id: whose uploads.
        where: what the notice says.
        settings: how addresses name uploads.
    """
    external_id = where.external_id or (where.url and (settings.external_id_of(where.url) or where.url))
    named = [
        (uploads.c.id, where.upload_id),
        (uploads.c.external_id, external_id),
        (uploads.c.sha256, where.sha256),
    ]
    for column, value in named:
        if value:
            wanted = select(uploads.c.id).where(uploads.c.tenant_id == tenant_id, column == value)
            found = connection.scalars(wanted.where(uploads.c.state.not_in(_GONE)).limit(2)).all()
            if len(found) == 1:
                return str(found[0])
    return None


def find(connection: Connection, caller: Caller, identifier: str) -> dict[str, Any]:
    """A notice that the caller may see.

    Args:
        connection: the transaction.
        caller: who asks.
        identifier: which one.

    Raises:
        Problem: 404.
    """
    wanted = select(notices).where(notices.c.id == identifier, notices.c.tenant_id == caller.tenant_id)
    row = connection.execute(wanted).mappings().one_or_none()
    if row is None or not _may_see(caller, notice := dict(row)):
        raise not_found(f"notice {identifier}")
    return notice


def listed(
    connection: Connection, caller: Caller, *, state: str | None = None, limit: int = 100
) -> Sequence[Mapping[str, Any]]:
    """Notices that the caller may see, newest first.

    Args:
        connection: to read from.
        caller: who asks.
        state: only in this state.
        limit: at most so many.
    """
    wanted = select(notices).where(notices.c.tenant_id == caller.tenant_id)
    if state is not None:
        wanted = wanted.where(notices.c.state == state)
    rows = connection.execute(wanted.order_by(notices.c.received_seconds.desc(), notices.c.id.desc())).mappings()
    seen = (one for one in map(dict, rows) if _may_see(caller, one))
    return [row for _, row in zip(range(limit), seen, strict=False)]


def _may_see(caller: Caller, row: Mapping[str, Any]) -> bool:
    """An owner of certain works sees what he sent and what names his works; others everything of the tenant."""
    if caller.work_ids is None or row["submitted_by"] == caller.id:
        return True
    return any(one.get("work_id") in caller.work_ids for one in row["form_json"]["works"])


def form_of(row: Mapping[str, Any]) -> NewNotice:
    """What was sent."""
    return NewNotice.model_validate(row["form_json"])


def counter_of(connection: Connection, notice_id: str) -> Mapping[str, Any] | None:
    """The counter-notice of a notice; None where there is none."""
    row = connection.execute(select(counters).where(counters.c.notice_id == notice_id)).mappings().one_or_none()
    return None if row is None else {**row, "form": CounterNotice.model_validate(row["form_json"])}


def upload_of(connection: Connection, notice: Mapping[str, Any]) -> dict[str, Any] | None:
    """The upload that a notice is about; None where it names none that is here."""
    row = connection.execute(select(uploads).where(uploads.c.id == notice["upload_id"])).mappings().one_or_none()
    return None if row is None else dict(row)


def measured_of(connection: Connection, upload: Mapping[str, Any] | None) -> Measured | None:
    """What was last measured of an upload; None where nothing was, or its figures were erased."""
    if upload is None or upload["screening_id"] is None:
        return None
    stored = connection.scalar(select(screenings.c.measured_json).where(screenings.c.id == upload["screening_id"]))
    return None if stored is None or stored.get("is_erased") else Measured.model_validate(stored)
