"""Works that come after an upload was cleared: its rows, which were kept, are compared with the new works alone.

What is found that way is not decided here: the upload is screened again, as a whole, and the policy follows.  A batch
is one job, so that uploads which arrive meanwhile wait for no more than that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, insert, or_, select, update

from similarity.service.clock import now_utc
from similarity.service.data import audit, jobs
from similarity.service.data.tables import generations, uploads
from similarity.service.data.tables import jobs as jobs_table
from similarity.service.uploads.uploads import queue

__all__ = ["BATCH", "KIND", "ask", "batch", "go_on", "new_works", "settle"]

KIND = "late"
BATCH = 4
"""Uploads of one job."""


def ask(connection: Connection, works_sha256: str, works: Mapping[str, str]) -> int:
    """Ask for every cleared upload that was not compared with all of these works; returns for how many tenants.

    Args:
        connection: a transaction.
        works_sha256: state of the library's works.
        works: entry -> SHA-256 of its file.
    """
    known = select(func.count()).where(generations.c.works_sha256 == works_sha256)
    if not connection.scalar(known):
        connection.execute(
            insert(generations).values(works_sha256=works_sha256, works_json=dict(works), seen_utc=now_utc())
        )
    wanted = select(uploads.c.tenant_id).where(*_is_behind(works_sha256)).distinct()
    asked = [one for one in connection.scalars(wanted) if not _is_asked(connection, one, works_sha256)]
    for tenant_id in asked:
        jobs.add(connection, KIND, tenant_id=tenant_id, subject_id=works_sha256, priority=jobs.LATER)
    return len(asked)


def batch(connection: Connection, job: jobs.Job, works_sha256: str) -> Sequence[Mapping[str, Any]]:
    """The next uploads of a sweep, in the order of their identifiers.

    Args:
        connection: the transaction.
        job: that is held.
        works_sha256: state of the works.
    """
    wanted = select(uploads).where(
        uploads.c.tenant_id == job.tenant_id,
        uploads.c.id > str(job.details.get("after", "")),
        *_is_behind(works_sha256),
    )
    return [dict(row) for row in connection.execute(wanted.order_by(uploads.c.id).limit(BATCH)).mappings()]


def new_works(connection: Connection, upload: Mapping[str, Any], works: Mapping[str, str]) -> tuple[str, ...]:
    """Works that an upload was never compared with: new ones, and those whose file is another now.

    Args:
        connection: the transaction.
        upload: its row.
        works: entry -> SHA-256 of its file.
    """
    stored = connection.scalar(
        select(generations.c.works_json).where(generations.c.works_sha256 == upload["works_sha256"])
    )
    before: Mapping[str, str] = stored or {}
    return tuple(sorted(entry for entry, sha256 in works.items() if before.get(entry) != sha256))


def settle(connection: Connection, upload: Mapping[str, Any], works_sha256: str, found: Sequence[str]) -> None:
    """Keep what an upload was compared with; where something was found, it is screened again.

    Args:
        connection: a transaction.
        upload: its row as it was when it was compared; what was decided since stands.
        works_sha256: state of the works that it was compared with.
        found: works that were found in it; or why that could not be known.
    """
    is_same = (uploads.c.id == upload["id"], uploads.c.state == "cleared", uploads.c.state_utc == upload["state_utc"])
    done = connection.execute(update(uploads).where(*is_same).values(works_sha256=works_sha256))
    if done.rowcount == 1 and found:
        details = {"works_sha256": works_sha256, "found": list(found)}
        audit.record(
            connection, upload["tenant_id"], "late match", actor="worker", details=details, subject_id=upload["id"]
        )
        queue(connection, upload, actor="worker")


def go_on(connection: Connection, job: jobs.Job, done: Sequence[Mapping[str, Any]]) -> None:
    """The next batch, where there may be one; in the transaction that finishes this one.

    Args:
        connection: the transaction.
        job: that is held.
        done: uploads of the batch that ends.
    """
    if len(done) == BATCH:
        details = {"after": done[-1]["id"]}
        jobs.add(
            connection,
            KIND,
            tenant_id=job.tenant_id,
            subject_id=job.subject_id,
            details=details,
            priority=jobs.LATER,
        )


def _is_behind(works_sha256: str) -> tuple[Any, ...]:
    other = or_(uploads.c.works_sha256.is_(None), uploads.c.works_sha256 != works_sha256)
    return (uploads.c.state == "cleared", other)


def _is_asked(connection: Connection, tenant_id: str, works_sha256: str) -> bool:
    wanted = select(func.count()).where(
        jobs_table.c.tenant_id == tenant_id,
        jobs_table.c.kind == KIND,
        jobs_table.c.subject_id == works_sha256,
        jobs_table.c.state.in_(("waiting", "running")),
    )
    return bool(connection.scalar(wanted))
