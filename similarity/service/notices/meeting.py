"""What a time leads to when it comes: done by the clock where the platform chose that, else a person is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select, update

from similarity.service.clock import now_seconds, utc_of
from similarity.service.data import audit, outbox
from similarity.service.data.notice_tables import deadlines, notices
from similarity.service.notices.acting import Rejection, Why, reject, restore
from similarity.service.notices.counsel import settings_of

__all__ = ["meet"]


def meet(connection: Connection, deadline_id: str) -> None:
    """Look after a time that came; one that ended meanwhile, or that another did, is left alone.

    Args:
        connection: the transaction that also ends the job.
        deadline_id: of the time.
    """
    row = dict(connection.execute(select(deadlines).where(deadlines.c.id == deadline_id)).mappings().one())
    if row["state"] != "come":
        return
    if now_seconds() < row["comes_seconds"]:  # the machine's clock went back: it comes once more
        connection.execute(update(deadlines).where(deadlines.c.id == deadline_id).values(state="running"))
        return
    found = connection.execute(select(notices).where(notices.c.id == row["subject_id"])).mappings().one_or_none()
    notice = None if found is None else dict(found)
    if notice is not None and row["then"] == "reject":
        reject(connection, None, notice, Rejection(reason="it was not completed in time"))
    elif notice is not None and row["then"] == "restore" and _is_by_clock(connection, row):
        restore(connection, None, notice, Why(reason=f"the time ended, and nothing was filed ({row['source']})"))
    else:
        _tell(connection, row)


def _is_by_clock(connection: Connection, row: Mapping[str, Any]) -> bool:
    return settings_of(connection, row["tenant_id"]).restores_by == "clock"


def _tell(connection: Connection, row: Mapping[str, Any]) -> None:
    """Say that a person has to do something now."""
    connection.execute(update(deadlines).where(deadlines.c.id == row["id"]).values(state="due"))
    details = {"clock": row["clock"], "then": row["then"], "closes_utc": utc_of(row["closes_seconds"])}
    subject = row["subject_id"]
    audit.record(connection, row["tenant_id"], "time came", actor="the clock", details=details, subject_id=subject)
    outbox.enqueue(connection, row["tenant_id"], "deadline.due", {"subject": subject, **details})
