"""Times that run: kept in a table, each with a job that comes when it opens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert, select, update

from similarity.service.clock import new_id, now_utc, utc_of
from similarity.service.data import jobs
from similarity.service.data.notice_tables import deadlines
from similarity.service.notices.clocks import Span
from similarity.service.notices.law import Then

__all__ = ["JOB", "end", "listed", "running", "start"]

JOB = "deadlines"
"""Kind of job that looks after a time when it opens."""


def start(
    connection: Connection, tenant_id: str, subject_id: str, clock: str, *, span: Span, told: tuple[Then, str]
) -> str:
    """A time begins to run; returns its identifier.

    Args:
        connection: the transaction of what starts it.
        tenant_id: whose.
        subject_id: of the notice or the complaint.
        clock: its short name.
        span: when it opens and closes.
        told: what follows, and where the law says so.
    """
    identifier = new_id("deadline")
    then, source = told
    connection.execute(
        insert(deadlines).values(
            id=identifier,
            tenant_id=tenant_id,
            subject_id=subject_id,
            clock=clock,
            then=then,
            state="running",
            opens_seconds=span.opens_seconds,
            closes_seconds=span.closes_seconds,
            is_provisional=span.is_provisional,
            source=source,
            started_utc=now_utc(),
        )
    )
    when = span.opens_seconds if then == "restore" else span.closes_seconds
    job_id = jobs.add(connection, JOB, tenant_id=tenant_id, subject_id=identifier, priority=jobs.URGENT)
    jobs.postpone(connection, job_id, when)
    return identifier


def running(connection: Connection, subject_id: str, clock: str) -> dict[str, Any] | None:
    """The time of that name that runs, or is due; None where none does."""
    wanted = select(deadlines).where(
        deadlines.c.subject_id == subject_id, deadlines.c.clock == clock, deadlines.c.state.in_(("running", "due"))
    )
    row = connection.execute(wanted).mappings().one_or_none()
    return None if row is None else dict(row)


def end(connection: Connection, subject_id: str, *, is_met: bool) -> None:
    """Whatever runs of a thing has ended: it was done, or what it waited for will not come."""
    is_open = (deadlines.c.subject_id == subject_id) & deadlines.c.state.in_(("running", "due"))
    connection.execute(update(deadlines).where(is_open).values(state="met" if is_met else "ended"))


def listed(connection: Connection, subject_id: str) -> Sequence[dict[str, Any]]:
    """Every time of a thing, in order."""
    wanted = select(deadlines).where(deadlines.c.subject_id == subject_id).order_by(deadlines.c.id)
    return [
        {
            "clock": row["clock"],
            "then": row["then"],
            "state": row["state"],
            "opens_utc": utc_of(row["opens_seconds"]),
            "closes_utc": utc_of(row["closes_seconds"]),
            "is_provisional": row["is_provisional"],
            "source": row["source"],
        }
        for row in connection.execute(wanted).mappings()
    ]
