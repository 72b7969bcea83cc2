"""Uploads: created, looked up, cancelled, erased."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator
from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from similarity.service.clock import new_id, now_seconds, now_utc
from similarity.service.data import audit, jobs, outbox
from similarity.service.data.database import Database, after_commit, lock_name
from similarity.service.data.tables import blobs as blobs_table
from similarity.service.data.tables import screenings, uploads
from similarity.service.errors import Fault, Problem, conflict, not_found, unprocessable
from similarity.service.people.roles import Caller
from similarity.service.settings import Settings
from similarity.service.states import UPLOAD, move
from similarity.service.uploads.blobs import blob_path, require_room

__all__ = [
    "Declared",
    "NewUpload",
    "cancel",
    "create",
    "erase",
    "find",
    "listed",
    "queue",
    "remove_erased",
    "require_not_too_busy",
    "sweep_erased",
]

_CANCELLABLE = ("receiving", "stored", "queued", "screening", "cleared", "held", "withheld", "unreadable")


class Declared(BaseModel):
    """What the uploader says of the file."""

    model_config = ConfigDict(extra="forbid")

    ai: bool | None = None
    """Made or changed by a generator."""
    licence: str | None = Field(default=None, max_length=2000)
    """Licence that is claimed."""
    exception: str | None = Field(default=None, max_length=2000)
    """Exception of the law that is claimed: quotation, parody, news ..."""


class NewUpload(BaseModel):
    """What is said of a file before it is sent."""

    model_config = ConfigDict(extra="forbid")

    external_id: str = Field(min_length=1, max_length=256)
    """The platform's own name of it; one upload for each."""
    size: int = Field(gt=0)
    """Bytes."""
    sha256: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")
    """Of its content, where it is known."""
    title: str = Field(default="", max_length=1000)
    uploader: str = Field(min_length=1, max_length=256)
    """Who uploads, by the platform's own name."""
    filename: str = Field(default="", max_length=255)
    """Only its suffix is used."""
    territories: tuple[str, ...] = Field(default=(), max_length=300)
    """ISO 3166-1 alpha-2; none for everywhere."""
    prompt: str | None = Field(default=None, max_length=100_000)
    """What a generator was asked, where it is known."""
    declared: Declared = Declared()
    path: str | None = Field(default=None, max_length=4096)
    """A file of the service's own machine instead of bytes that are sent, where an administrator allowed its folder."""

    @field_validator("external_id", "title", "uploader", "filename", "prompt", "path")
    @classmethod
    def _printable(cls, value: str | None) -> str | None:
        if value is not None and "\0" in value:
            raise ValueError("expected text without NUL characters")
        return value

    @field_validator("territories")
    @classmethod
    def _territories(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            if len(one) != 2 or not one.isascii() or not one.isupper():
                raise ValueError(f"expected ISO 3166-1 alpha-2 such as DE, got {one!r}")
        return value


def create(connection: Connection, settings: Settings, caller: Caller, new: NewUpload) -> str:
    """An upload that is to receive its bytes; returns its identifier.

    Args:
        connection: the transaction.
        settings: where things are kept.
        caller: who asks.
        new: what is to be kept.

    Raises:
        Problem: 409 for an `external_id` that is taken, 413, 429, 503, 507.
    """
    if new.size > settings.max_upload_bytes:
        raise Problem(
            413, "too-large", f"size: got {new.size} bytes, expected at most {settings.max_upload_bytes}; send less"
        )
    require_not_too_busy(connection, settings)
    require_room(settings, new.size)
    identifier, now = new_id("upload"), now_seconds()
    suffix = Path(new.filename).suffix.lower()[:12]
    try:
        connection.execute(
            insert(uploads).values(
                id=identifier,
                tenant_id=caller.tenant_id,
                state="receiving",
                external_id=new.external_id,
                title=new.title,
                uploader=new.uploader,
                territories_json=list(new.territories),
                prompt=new.prompt,
                declared_json=new.declared.model_dump(),
                size_bytes=new.size,
                expected_sha256=new.sha256,
                suffix=suffix if suffix.isascii() and suffix[1:].isalnum() else "",
                created_utc=now_utc(),
                created_seconds=now,
                state_utc=now_utc(),
            )
        )
    except IntegrityError as error:
        raise conflict(
            f"external_id {new.external_id!r}: an upload of this name exists; look it up, or choose another name"
        ) from error
    details = {"external_id": new.external_id, "size_bytes": new.size}  # no texts: they can be erased, the chain can't
    audit.record(
        connection, caller.tenant_id, "upload created", actor=caller.name, details=details, subject_id=identifier
    )
    return identifier


def require_not_too_busy(connection: Connection, settings: Settings) -> None:
    """Refuse more than can be screened in time.

    Raises:
        Problem: 429 where too many wait, 503 where the oldest waits too long.
    """
    count, oldest_seconds = jobs.waiting(connection, "screen")
    if oldest_seconds > settings.max_wait_seconds:
        said = f"the oldest upload has waited for {oldest_seconds:.0f} s; start more workers, or try again later"
        raise Problem(503, "too-old-a-queue", said, retry_after_seconds=300)
    if count >= settings.max_queued:
        said = f"{count} uploads wait to be screened, {settings.max_queued} may; try again later"
        raise Problem(429, "too-many-waiting", said, retry_after_seconds=60)


def find(connection: Connection, tenant_id: str, identifier: str) -> Mapping[str, Any]:
    """An upload of a tenant.

    Args:
        connection: the transaction.
        tenant_id: whose it is.
        identifier: which one.

    Raises:
        Problem: 404.
    """
    wanted = select(uploads).where(uploads.c.id == identifier, uploads.c.tenant_id == tenant_id)
    row = connection.execute(wanted).mappings().one_or_none()
    if row is None:
        raise not_found(f"upload {identifier}")
    return dict(row)


def listed(
    connection: Connection,
    tenant_id: str,
    *,
    state: str | None = None,
    external_id: str | None = None,
    before_seconds: float | None = None,
    limit: int = 100,
) -> Sequence[Mapping[str, Any]]:
    """Uploads of a tenant, newest first; with `before_seconds`, those created before.

    Args:
        connection: the transaction.
        tenant_id: whose it is.
        state: only those in this state.
        external_id: only that of this name.
        before_seconds: only those that were made before.
        limit: how many at most.
    """
    wanted = select(uploads).where(uploads.c.tenant_id == tenant_id)
    if state is not None:
        wanted = wanted.where(uploads.c.state == state)
    if external_id is not None:
        wanted = wanted.where(uploads.c.external_id == external_id)
    if before_seconds is not None:
        wanted = wanted.where(uploads.c.created_seconds < before_seconds)
    rows = connection.execute(wanted.order_by(uploads.c.created_seconds.desc()).limit(limit))
    return [dict(row) for row in rows.mappings()]


def queue(connection: Connection, row: Mapping[str, Any], *, actor: str, priority: int = jobs.USUAL) -> None:
    """Ask for an upload to be screened, again or for the first time.

    Args:
        connection: the transaction.
        row: its row.
        actor: who does it, as the chain names it.
        priority: lower comes first.
    """
    move(connection, uploads, UPLOAD, row["id"], before=row["state"], after="queued", state_utc=now_utc())
    jobs.add(connection, "screen", tenant_id=row["tenant_id"], subject_id=row["id"], priority=priority)
    details = {"sha256": row["sha256"], "before": row["state"]}
    audit.record(connection, row["tenant_id"], "upload queued", actor=actor, details=details, subject_id=row["id"])


def cancel(connection: Connection, caller: Caller, identifier: str) -> None:
    """The platform takes an upload back.

    Args:
        connection: the transaction.
        caller: who asks.
        identifier: which one.

    Raises:
        Problem: 404, 409.
    """
    row = find(connection, caller.tenant_id, identifier)
    if row["state"] not in _CANCELLABLE:
        raise conflict(f"upload {identifier} is {row['state']}: nothing is left to cancel")
    move(connection, uploads, UPLOAD, identifier, before=row["state"], after="cancelled", state_utc=now_utc())
    audit.record(
        connection,
        caller.tenant_id,
        "upload cancelled",
        actor=caller.name,
        details={"before": row["state"]},
        subject_id=identifier,
    )
    outbox.enqueue(connection, caller.tenant_id, "upload.cancelled", {"id": identifier})


def erase(connection: Connection, settings: Settings, caller: Caller, identifier: str, *, reason: str) -> None:
    """Remove an upload's bytes, rows, texts and reports; what the chain says of it stays, as hashes.

    Args:
        connection: the transaction.
        settings: where things are kept.
        caller: who erases.
        identifier: of the upload.
        reason: why; it stays in the chain.

    Raises:
        Problem: 404; 409 where it is being screened or is erased already, 422 without a reason.
    """
    row = find(connection, caller.tenant_id, identifier)
    if not reason.strip():
        raise unprocessable(Fault(pointer="/reason", reason="expected why it is erased, got nothing"))
    if row["state"] == "erased":
        raise conflict(f"upload {identifier} is erased already; nothing is left of it")
    if row["state"] == "screening":
        raise conflict(f"upload {identifier} is being screened; wait until it is not, then erase it")
    nothing: dict[str, object] = {
        "title": "",
        "uploader": "",
        "prompt": None,
        "declared_json": {},
        "state_utc": now_utc(),
    }
    move(connection, uploads, UPLOAD, identifier, before=row["state"], after="erased", **nothing)
    connection.execute(
        update(screenings).where(screenings.c.upload_id == identifier).values(measured_json={"is_erased": True})
    )
    audit.record(
        connection,
        caller.tenant_id,
        "upload erased",
        actor=caller.name,
        details={"sha256": row["sha256"], "reason": reason, "before": row["state"]},
        subject_id=identifier,
    )
    after_commit(connection, lambda: remove_erased(Database(connection.engine), settings, identifier))


def sweep_erased(database: Database, settings: Settings) -> None:
    """Remove what a kill between an erasure and the removal of its files left."""
    with database.reading() as connection:
        rows = connection.execute(select(uploads.c.id, uploads.c.sha256).where(uploads.c.state == "erased")).all()
    for row in rows:
        if row.sha256 and blob_path(settings, row.sha256).exists():
            remove_erased(database, settings, row.id)


def remove_erased(database: Database, settings: Settings, identifier: str) -> None:
    """Remove the files of an erased upload; its content only where no other upload has it.

    Args:
        database: of the service.
        settings: where things are kept.
        identifier: which one.
    """
    with database.writing() as connection:
        wanted = select(uploads.c.sha256).where(uploads.c.id == identifier, uploads.c.state == "erased")
        sha256 = connection.scalar(wanted)
        if sha256 is not None:
            lock_name(connection, sha256)  # whoever receives the same content now waits, and keeps it
            if not _others_hold(connection, sha256, identifier):
                connection.execute(delete(blobs_table).where(blobs_table.c.sha256 == sha256))
                blob_path(settings, sha256).unlink(missing_ok=True)
                (settings.described / f"{sha256}.npz").unlink(missing_ok=True)
        (settings.incoming / f"{identifier}.part").unlink(missing_ok=True)
        for one in connection.scalars(select(screenings.c.id).where(screenings.c.upload_id == identifier)):
            shutil.rmtree(settings.reports / one, ignore_errors=True)


def _others_hold(connection: Connection, sha256: str, identifier: str) -> bool:
    wanted = select(func.count()).where(
        uploads.c.sha256 == sha256, uploads.c.id != identifier, uploads.c.state != "erased"
    )
    return bool(connection.scalar(wanted))
