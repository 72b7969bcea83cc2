"""Times that run: kept in a table, at which workers look; one that has come becomes a job.

A time may be months away and stands in no queue until then: a job's wait is short, and one that waits longer was given
under another clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert, select, update

from similarity.service.clock import new_id, now_seconds, now_utc, utc_of
from similarity.service.data import jobs
from similarity.service.data.database import Database
from similarity.service.data.notice_tables import deadlines
from similarity.service.notices.clocks import Span
from similarity.service.notices.law import Then

__all__ = ["JOB", "come", "end", "listed", "running", "start"]

JOB = "deadlines"
"""Kind of job that looks after a time that came."""
_OPEN = ("running", "come", "due")
_BATCH = 100


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
            comes_seconds=span.opens_seconds if then == "restore" else span.closes_seconds,
            is_provisional=span.is_provisional,
            source=source,
            started_utc=now_utc(),
        )
    )
    return identifier


def come(database: Database) -> int:
    """Times that have come become jobs, each one once, whichever worker looks; returns how many did."""
    table = deadlines.c
    has_come = (table.state == "running") & (table.comes_seconds <= now_seconds())
    with database.reading() as connection:
        if connection.scalar(select(table.id).where(has_come).limit(1)) is None:
            return 0
    wanted = select(table.id, table.tenant_id).where(has_come).order_by(table.comes_seconds).limit(_BATCH)
    with database.writing() as connection:
        rows = connection.execute(wanted.with_for_update(skip_locked=True)).all()
        for row in rows:
            connection.execute(update(deadlines).where(table.id == row.id).values(state="come"))
            jobs.add(connection, JOB, tenant_id=row.tenant_id, subject_id=row.id, priority=jobs.URGENT)
    return len(rows)


def running(connection: Connection, subject_id: str, clock: str) -> dict[str, Any] | None:
    """The time of that name that runs, or came and waits for somebody; None where none does.

    Args:
        connection: the transaction.
        subject_id: of what it runs for.
        clock: which of its times.
    """
    wanted = select(deadlines).where(
        deadlines.c.subject_id == subject_id, deadlines.c.clock == clock, deadlines.c.state.in_(_OPEN)
    )
    row = connection.execute(wanted).mappings().one_or_none()
    return None if row is None else dict(row)


def end(connection: Connection, subject_id: str, *, is_met: bool) -> None:
    """Whatever runs of a thing has ended: it was done, or what it waited for will not come.

    Args:
        connection: the transaction.
        subject_id: of what it runs for.
        is_met: whether what had to be done in time was done.
    """
    is_open = (deadlines.c.subject_id == subject_id) & deadlines.c.state.in_(_OPEN)
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
