"""Work that is done later, by any worker, at least once: a table, leases, and writes that a lost lease forbids.

A job is added in the transaction that makes it needed.  The attempt counts when it is claimed, so that a job that kills
its worker is dead after `MAX_ATTEMPTS`.  Who holds a lease renews it; what is written at the end is written only while
the lease is still held.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, or_, select, update

from similarity.service.clock import new_id, now_seconds
from similarity.service.data.database import Database
from similarity.service.data.tables import jobs
from similarity.service.errors import conflict

__all__ = [
    "LATER",
    "LEASE_SECONDS",
    "MAX_ATTEMPTS",
    "URGENT",
    "USUAL",
    "Job",
    "add",
    "claim",
    "fail",
    "finish",
    "give_back",
    "renew",
    "waiting",
]

LEASE_SECONDS = 60.0
"""How long a job stays with a worker that says nothing."""
MAX_ATTEMPTS = 3
"""Claims of a job before it is dead."""
_BACKOFF_SECONDS = 5.0
_LONGEST_WAIT_SECONDS = _BACKOFF_SECONDS * 2**MAX_ATTEMPTS
URGENT, USUAL, LATER = 0, 5, 9
"""Priorities: lower comes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job that this worker holds."""

    id: str
    """Identifier."""
    tenant_id: str
    """Whose it is."""
    kind: str
    """What is to be done."""
    subject_id: str
    """With what."""
    details: Mapping[str, Any]
    """Anything else that it needs."""
    attempts: int
    """Claims so far, this one among them."""
    lease_token: str
    """Proves that it is still held."""


def add(
    connection: Connection,
    kind: str,
    *,
    tenant_id: str,
    subject_id: str,
    details: Mapping[str, Any] | None = None,
    priority: int = USUAL,
) -> str:
    """Ask for work, in the transaction that makes it needed; returns its identifier.

    Args:
        connection: that transaction.
        kind: what is to be done.
        tenant_id: whose it is.
        subject_id: with what.
        details: anything else that it needs.
        priority: lower comes first.
    """
    identifier = new_id("job")
    connection.execute(
        insert(jobs).values(
            id=identifier,
            tenant_id=tenant_id,
            kind=kind,
            state="waiting",
            priority=priority,
            subject_id=subject_id,
            details_json=dict(details or {}),
            attempts=0,
            due_seconds=0.0,
            created_seconds=now_seconds(),
        )
    )
    return identifier


def claim(database: Database, kinds: Collection[str]) -> Job | None:
    """Take the next job that is due, or whose worker fell silent; None where there is none.

    A lease that ends later than any lease can was given under another clock: it counts as ended; and so does a wait.
    """
    now = now_seconds()
    is_due = or_(jobs.c.due_seconds <= now, jobs.c.due_seconds > now + 2 * _LONGEST_WAIT_SECONDS)
    is_free = (jobs.c.state == "waiting") & is_due
    is_lost = (jobs.c.state == "running") & or_(
        jobs.c.lease_until_seconds <= now, jobs.c.lease_until_seconds > now + 2 * LEASE_SECONDS
    )
    wanted = (
        select(jobs)
        .where(jobs.c.kind.in_(kinds), or_(is_free, is_lost))
        .order_by(jobs.c.priority, jobs.c.created_seconds, jobs.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    with database.writing() as connection:
        row = connection.execute(wanted).mappings().one_or_none()
        if row is None:
            return None
        token = secrets.token_hex(16)
        connection.execute(
            update(jobs)
            .where(jobs.c.id == row["id"])
            .values(
                state="running",
                attempts=row["attempts"] + 1,
                lease_token=token,
                lease_until_seconds=now + LEASE_SECONDS,
            )
        )
        return Job(
            id=row["id"],
            tenant_id=row["tenant_id"],
            kind=row["kind"],
            subject_id=row["subject_id"],
            details=row["details_json"],
            attempts=row["attempts"] + 1,
            lease_token=token,
        )


def renew(database: Database, job: Job) -> bool:
    """Hold a job for longer; False where another worker has it by now."""
    with database.writing() as connection:
        return _held(connection, job, lease_until_seconds=now_seconds() + LEASE_SECONDS)


def finish(connection: Connection, job: Job) -> None:
    """The job is done, in the transaction that writes what came of it.

    Raises:
        Problem: 409, the lease was lost: nothing of this transaction may stand.
    """
    if not _held(connection, job, state="done", lease_token=None, lease_until_seconds=None):
        raise conflict(f"job {job.id}: another worker holds it by now")


def fail(connection: Connection, job: Job, error: str) -> bool:
    """The job could not be done this time; True where it is dead by that.

    Args:
        connection: the transaction.
        job: that is held.
        error: what went wrong.

    Raises:
        Problem: 409, the lease was lost.
    """
    is_dead = job.attempts >= MAX_ATTEMPTS
    due = now_seconds() + _BACKOFF_SECONDS * 2**job.attempts
    values = {"state": "dead" if is_dead else "waiting", "due_seconds": due, "last_error": error[:2000]}
    if not _held(connection, job, lease_token=None, lease_until_seconds=None, **values):
        raise conflict(f"job {job.id}: another worker holds it by now")
    return is_dead


def give_back(connection: Connection, job: Job) -> None:
    """The job could not be done for a reason that is not its own: it waits again, and the attempt does not count.

    Args:
        connection: the transaction.
        job: that is held; where another worker has it by now, nothing happens.
    """
    due = now_seconds() + _BACKOFF_SECONDS
    _held(
        connection,
        job,
        state="waiting",
        attempts=job.attempts - 1,
        due_seconds=due,
        lease_token=None,
        lease_until_seconds=None,
    )


def waiting(connection: Connection, kind: str) -> tuple[int, float]:
    """How many jobs of a kind wait, and since how many seconds the oldest does."""
    wanted = select(func.count(), func.min(jobs.c.created_seconds)).where(
        jobs.c.kind == kind, jobs.c.state == "waiting"
    )
    count, oldest = connection.execute(wanted).one()
    return count, max(0.0, now_seconds() - oldest) if oldest is not None else 0.0


def _held(connection: Connection, job: Job, **values: object) -> bool:
    done = connection.execute(
        update(jobs)
        .where(jobs.c.id == job.id, jobs.c.state == "running", jobs.c.lease_token == job.lease_token)
        .values(**values)
    )
    return done.rowcount == 1
