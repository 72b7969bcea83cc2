"""Golden tasks: they look like any other, their answer is known, and nothing follows from what is answered.

An administrator makes them of uploads that were decided.  Each reviewer is asked once, until the task is ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select

from similarity.service.clock import new_id, now_seconds, now_utc
from similarity.service.data import audit
from similarity.service.data.tables import opinions, screenings, tasks, uploads
from similarity.service.errors import conflict, not_found
from similarity.service.people.roles import Caller
from similarity.service.review.opinions import Opinion
from similarity.service.review.tasks import find
from similarity.service.screening.measured import Measured
from similarity.service.states import TASK, move
from similarity.service.uploads.uploads import find as find_upload

__all__ = ["GoldenTask", "end", "listed", "make"]

_DECIDED = {"cleared", "held", "withheld"}


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenTask:
    """A golden task and how it was answered."""

    id: str
    """Of the task."""
    upload_id: str
    """What is looked at."""
    title: str
    """Of the upload."""
    opinion: str
    """The answer that is known."""
    is_ended: bool
    """Whether nobody is asked any more."""
    num_right: int
    """Answers that are the known one."""
    num_given: int
    """Answers."""


def make(connection: Connection, caller: Caller, upload_id: str, opinion: Opinion) -> str:
    """Ask reviewers about an upload whose answer is known; returns the task.

    Args:
        connection: the transaction.
        caller: who makes it.
        upload_id: of the upload.
        opinion: what is to be seen.

    Raises:
        Problem: 404; 409, it is not decided, no work was found in it, or it is a golden one already.
    """
    upload = find_upload(connection, caller.tenant_id, upload_id)
    stored = connection.scalar(select(screenings.c.measured_json).where(screenings.c.id == upload["screening_id"]))
    works = () if stored is None else Measured.model_validate(stored).works
    if upload["state"] not in _DECIDED or not works:
        raise conflict(f"upload {upload_id}: expected one that is decided and in which a work was found")
    running = select(func.count()).where(
        tasks.c.upload_id == upload_id, tasks.c.golden_opinion.is_not(None), tasks.c.state != "decided"
    )
    if connection.scalar(running):
        raise conflict(f"upload {upload_id}: it is a golden task already; end that first")
    identifier, now = new_id("task"), now_seconds()
    earlier = select(tasks).where(tasks.c.upload_id == upload_id).order_by(tasks.c.created_seconds).limit(1)
    row = connection.execute(earlier).mappings().one_or_none()
    as_before: dict[str, Any] = {} if row is None else dict(row)
    connection.execute(
        insert(tasks).values(
            id=identifier,
            tenant_id=caller.tenant_id,
            state="open",
            queue=as_before.get("queue", "usual"),
            priority=as_before.get("priority", 5),
            upload_id=upload_id,
            work_id=as_before.get("work_id") or works[0].work_id,
            rule=as_before.get("rule", ""),
            second_opinion=False,
            golden_opinion=opinion,
            created_seconds=now,
            skips_json=[],
            created_utc=now_utc(),
        )
    )
    details = {"upload": upload_id}  # not the answer: who reads the chain may be asked
    audit.record(
        connection, caller.tenant_id, "golden task made", actor=caller.name, details=details, subject_id=identifier
    )
    return identifier


def end(connection: Connection, caller: Caller, task_id: str) -> None:
    """Ask nobody any more; what was answered stays.

    Args:
        connection: the transaction.
        caller: who ends it.
        task_id: of the task.

    Raises:
        Problem: 404, no golden task of that name; 409, it is ended, or in somebody's hands.
    """
    row = find(connection, caller.tenant_id, task_id)
    if row["golden_opinion"] is None:
        raise not_found(f"golden task {task_id}")
    if row["state"] not in {"open", "skipped"}:
        raise conflict(f"task {task_id}: it is {row['state']}; end it when nobody has it in hand")
    move(connection, tasks, TASK, task_id, before=row["state"], after="decided")
    audit.record(connection, caller.tenant_id, "golden task ended", actor=caller.name, details={}, subject_id=task_id)


def listed(connection: Connection, tenant_id: str) -> Sequence[GoldenTask]:
    """Golden tasks of a tenant, newest first."""
    is_right = opinions.c.opinion == tasks.c.golden_opinion
    stands = (opinions.c.task_id == tasks.c.id) & opinions.c.undone_utc.is_(None)
    wanted = (
        select(
            tasks.c.id,
            tasks.c.upload_id,
            uploads.c.title,
            tasks.c.golden_opinion,
            tasks.c.state,
            func.count(opinions.c.id).filter(is_right).label("num_right"),
            func.count(opinions.c.id).label("num_given"),
        )
        .select_from(tasks.join(uploads, uploads.c.id == tasks.c.upload_id).outerjoin(opinions, stands))
        .where(tasks.c.tenant_id == tenant_id, tasks.c.golden_opinion.is_not(None))
        .group_by(tasks.c.id, uploads.c.title)
        .order_by(tasks.c.created_seconds.desc())
    )
    return [
        GoldenTask(
            id=row.id,
            upload_id=row.upload_id,
            title=row.title,
            opinion=row.golden_opinion,
            is_ended=row.state == "decided",
            num_right=row.num_right,
            num_given=row.num_given,
        )
        for row in connection.execute(wanted)
    ]
