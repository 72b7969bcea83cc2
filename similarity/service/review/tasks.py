"""Tasks: the next one of a queue, for one person at a time, under a lease."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, update

from similarity.service.clock import now_seconds
from similarity.service.data import audit
from similarity.service.data.tables import opinions, tasks, uploads
from similarity.service.errors import Problem, conflict, not_found
from similarity.service.people.roles import Caller
from similarity.service.states import TASK, move

__all__ = [
    "LEASE_SECONDS",
    "Leased",
    "find",
    "held",
    "in_hands",
    "is_blind",
    "lease",
    "lease_next",
    "listed",
    "queues",
    "release",
    "renew",
    "skip",
]

LEASE_SECONDS = 600.0
"""How long a task stays with a person who does nothing."""


_URGENCY = (tasks.c.priority, func.coalesce(tasks.c.due_seconds, 1e18), tasks.c.created_seconds, tasks.c.id)
_WAITING = ("open", "skipped", "second", "disputed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leased:
    """A task in a person's hands."""

    task: Mapping[str, Any]
    """Its row."""
    lease_token: str
    """Proves that it is still in these hands."""
    is_second: bool
    """A blind second look: what the first said is not shown."""


def lease_next(connection: Connection, caller: Caller, queue: str | None = None) -> Leased | None:
    """The most urgent task that is open, skipped by others, or wants a second look by someone else; None without any.

    Args:
        connection: the transaction.
        caller: a person who reviews.
        queue: of which queue; None for any.
    """
    wanted = (
        select(tasks)
        .where(tasks.c.tenant_id == caller.tenant_id, _is_free_for(caller))
        .order_by(*_URGENCY)
        .with_for_update(skip_locked=True)
        .limit(50)
    )
    if queue is not None:
        wanted = wanted.where(tasks.c.queue == queue)
    for row in connection.execute(wanted).mappings().all():
        if caller.id not in row["skips_json"] and not _gave_an_opinion(connection, caller, row["id"]):
            return _leased(connection, caller, dict(row))
    return None


def _is_free_for(caller: Caller) -> ColumnElement[bool]:
    """Whether a task is open, skipped, given up in silence, or wants another look than this person's."""
    now = now_seconds()
    is_lost = (tasks.c.state == "leased") & or_(
        tasks.c.lease_until_seconds <= now, tasks.c.lease_until_seconds > now + 2 * LEASE_SECONDS
    )
    mine = select(opinions.c.task_id).where(opinions.c.person_id == caller.id, opinions.c.undone_utc.is_(None))
    is_second = and_(tasks.c.state.in_(("second", "disputed")), tasks.c.id.not_in(mine))
    is_golden_again = tasks.c.golden_opinion.is_not(None) & tasks.c.id.in_(mine)
    return or_(tasks.c.state.in_(("open", "skipped")), is_lost, is_second) & ~is_golden_again


def lease(connection: Connection, caller: Caller, task_id: str) -> Leased:
    """Take a task that this person chose, or go on with it where it is in these hands already.

    Args:
        connection: the transaction.
        caller: who asks.
        task_id: of the task.

    Raises:
        Problem: 404; 409, someone else has it, or it wants another look than this person's.
    """
    row = find(connection, caller.tenant_id, task_id)
    mine = in_hands(connection, caller, task_id=task_id)
    if mine is not None:
        return mine
    wanted = select(tasks).where(tasks.c.id == task_id, _is_free_for(caller)).with_for_update()
    free = connection.execute(wanted).mappings().one_or_none()
    if free is None or _gave_an_opinion(connection, caller, task_id):
        raise conflict(f"task {task_id}: it is {row['state']}, and not for this person to take; ask for the next one")
    return _leased(connection, caller, dict(free))


def in_hands(
    connection: Connection, caller: Caller, *, task_id: str | None = None, queue: str | None = None
) -> Leased | None:
    """The task that this person holds: a certain one, or one of a queue; None without any.

    Args:
        connection: the transaction.
        caller: who asks.
        task_id: of the task.
        queue: in which it looks.
    """
    held_by_caller = (tasks.c.state == "leased") & (tasks.c.leased_by == caller.id)
    wanted = select(tasks).where(
        tasks.c.tenant_id == caller.tenant_id, held_by_caller, tasks.c.lease_until_seconds > now_seconds()
    )
    for column, value in ((tasks.c.id, task_id), (tasks.c.queue, queue)):
        wanted = wanted if value is None else wanted.where(column == value)
    row = connection.execute(wanted.order_by(*_URGENCY).limit(1)).mappings().one_or_none()
    if row is None:
        return None
    return Leased(task=dict(row), lease_token=row["lease_token"], is_second=is_second(connection, row["id"]))


def release(connection: Connection, caller: Caller, task_id: str, lease_token: str) -> None:
    """Put a task back unanswered, as if it had not been taken.

    Args:
        connection: the transaction.
        caller: who asks.
        task_id: of the task.
        lease_token: proves that the lease is still held.

    Raises:
        Problem: 404, 409.
    """
    held(connection, caller, task_id, lease_token)
    after = "second" if is_second(connection, task_id) else "open"
    freed = {"lease_token": None, "leased_by": None, "lease_until_seconds": None}
    move(connection, tasks, TASK, task_id, before="leased", after=after, **freed)


def is_blind(connection: Connection, caller: Caller, upload_id: str) -> bool:
    """Whether this person may be asked for a second look at an upload, or for a golden one: what was said stays hidden.

    Args:
        connection: the transaction.
        caller: who asks.
        upload_id: of the upload.
    """
    others = select(opinions.c.task_id).where(opinions.c.person_id != caller.id, opinions.c.undone_utc.is_(None))
    mine = select(opinions.c.task_id).where(opinions.c.person_id == caller.id, opinions.c.undone_utc.is_(None))
    wanted = select(func.count()).where(
        tasks.c.upload_id == upload_id,
        tasks.c.id.not_in(mine),
        or_(
            and_(
                tasks.c.state.in_(("leased", "answered", "second", "disputed", "skipped")),
                tasks.c.id.in_(others),
                tasks.c.golden_opinion.is_(None),
            ),
            and_(
                tasks.c.golden_opinion.is_not(None),
                tasks.c.state != "decided",
                func.coalesce(tasks.c.leased_by, "") != caller.id,
            ),
        ),
    )
    return "review" in caller.permissions and bool(connection.scalar(wanted))


def _gave_an_opinion(connection: Connection, caller: Caller, task_id: str) -> bool:
    wanted = select(func.count()).where(
        opinions.c.task_id == task_id, opinions.c.person_id == caller.id, opinions.c.undone_utc.is_(None)
    )
    return bool(connection.scalar(wanted))


def _leased(connection: Connection, caller: Caller, row: Mapping[str, Any]) -> Leased:
    token = secrets.token_hex(16)
    lease = {
        "lease_token": token,
        "leased_by": caller.id,
        "lease_until_seconds": now_seconds() + LEASE_SECONDS,
    }
    if row["state"] == "leased":  # whoever had it fell silent
        connection.execute(update(tasks).where(tasks.c.id == row["id"]).values(**lease))
    else:
        move(connection, tasks, TASK, row["id"], before=row["state"], after="leased", **lease)
    details = {"queue": row["queue"]}
    audit.record(
        connection, caller.tenant_id, "evidence viewed", actor=caller.name, details=details, subject_id=row["id"]
    )
    return Leased(task={**row, "state": "leased"}, lease_token=token, is_second=is_second(connection, row["id"]))


def is_second(connection: Connection, task_id: str) -> bool:
    """Whether somebody has answered a task already, and it is to be looked at without that; golden ones never are."""
    wanted = select(func.count()).where(
        opinions.c.task_id == task_id,
        opinions.c.undone_utc.is_(None),
        opinions.c.task_id.in_(select(tasks.c.id).where(tasks.c.golden_opinion.is_(None))),
    )
    return bool(connection.scalar(wanted))


def find(connection: Connection, tenant_id: str, task_id: str) -> Mapping[str, Any]:
    """A task of a tenant.

    Args:
        connection: the transaction.
        tenant_id: whose it is.
        task_id: of the task.

    Raises:
        Problem: 404.
    """
    wanted = select(tasks).where(tasks.c.id == task_id, tasks.c.tenant_id == tenant_id)
    row = connection.execute(wanted).mappings().one_or_none()
    if row is None:
        raise not_found(f"task {task_id}")
    return dict(row)


def held(connection: Connection, caller: Caller, task_id: str, lease_token: str) -> Mapping[str, Any]:
    """A task that is still in these hands.

    Args:
        connection: the transaction.
        caller: who asks.
        task_id: of the task.
        lease_token: proves that the lease is still held.

    Raises:
        Problem: 404; 409, the lease was lost.
    """
    row = find(connection, caller.tenant_id, task_id)
    is_here = row["state"] == "leased" and row["leased_by"] == caller.id and row["lease_token"] == lease_token
    if not is_here:
        raise Problem(409, "lease-lost", f"task {task_id}: it is not in your hands any more; ask for the next one")
    return row


def renew(connection: Connection, caller: Caller, task_id: str, lease_token: str) -> None:
    """Keep a task in hand.

    Args:
        connection: the transaction.
        caller: who asks.
        task_id: of the task.
        lease_token: proves that the lease is still held.

    Raises:
        Problem: 404, 409.
    """
    held(connection, caller, task_id, lease_token)
    until = now_seconds() + LEASE_SECONDS
    connection.execute(update(tasks).where(tasks.c.id == task_id).values(lease_until_seconds=until))


def skip(connection: Connection, caller: Caller, task_id: str, lease_token: str, *, reason: str) -> None:
    """Give a task back unanswered; it comes to this person no more.

    Args:
        connection: the transaction.
        caller: who asks.
        task_id: of the task.
        lease_token: proves that the lease is still held.
        reason: why, in words.

    Raises:
        Problem: 404, 409.
    """
    row = held(connection, caller, task_id, lease_token)
    freed = {"lease_token": None, "leased_by": None, "lease_until_seconds": None}
    skips = [*row["skips_json"], caller.id]
    move(connection, tasks, TASK, task_id, before="leased", after="skipped", skips_json=skips, **freed)
    audit.record(
        connection, caller.tenant_id, "task skipped", actor=caller.name, details={"reason": reason}, subject_id=task_id
    )


def queues(connection: Connection, tenant_id: str) -> Sequence[Mapping[str, Any]]:
    """Every queue that holds something: how many wait, how old the oldest is, how many are overdue."""
    now = now_seconds()
    wanted = (
        select(
            tasks.c.queue,
            func.count().label("num_waiting"),
            func.min(tasks.c.created_seconds).label("oldest"),
            func.count().filter(tasks.c.due_seconds < now).label("num_overdue"),
        )
        .where(tasks.c.tenant_id == tenant_id, tasks.c.state.in_(_WAITING))
        .group_by(tasks.c.queue)
        .order_by(tasks.c.queue)
    )
    return [
        {
            "queue": row.queue,
            "num_waiting": row.num_waiting,
            "oldest_seconds": max(0.0, now - row.oldest),
            "num_overdue": row.num_overdue,
        }
        for row in connection.execute(wanted)
    ]


def listed(
    connection: Connection, tenant_id: str, queue: str, *, limit: int, offset: int = 0
) -> Sequence[Mapping[str, Any]]:
    """What waits in a queue, most urgent first, each with the upload's title.

    Args:
        connection: a transaction that reads.
        tenant_id: whose queue.
        queue: its name.
        limit: how many.
        offset: after how many.
    """
    names = ("id", "state", "priority", "work_id", "rule", "due_seconds", "created_seconds")
    wanted = (
        select(*(tasks.c[name] for name in names), uploads.c.title, uploads.c.external_id)
        .join(uploads, uploads.c.id == tasks.c.upload_id)
        .where(tasks.c.tenant_id == tenant_id, tasks.c.queue == queue, tasks.c.state.in_(_WAITING))
        .order_by(*_URGENCY)
        .limit(limit)
        .offset(offset)
    )
    return [dict(row) for row in connection.execute(wanted).mappings()]
