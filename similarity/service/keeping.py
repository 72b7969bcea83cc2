"""Backup while the service runs, restoring, and a check of everything that is kept.

A backup is a folder: the database as one file, the stored uploads by content, and a manifest with their hashes.  Rows
of described uploads and reports are made again when they are asked for, and are not in it.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from similarity._version import __version__
from similarity.case.custody.chain import read_chain
from similarity.errors import ConfigurationError
from similarity.files import write_atomically
from similarity.service.clock import now_utc
from similarity.service.data import audit
from similarity.service.data.daily_heads import head_faults
from similarity.service.data.database import Database, open_database
from similarity.service.data.tables import blobs, tenants, uploads
from similarity.service.settings import Settings
from similarity.service.states import UPLOAD
from similarity.service.uploads.blobs import blob_path, link_file, sha256_of

__all__ = ["Fault", "back_up", "check", "restore"]

_DATABASE, _MANIFEST, _BLOBS = "service.sqlite", "manifest.json", "blobs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that is not as it was written."""

    what: str
    """Chain, file or row."""
    reason: str
    """What is wrong with it."""


def back_up(settings: Settings, out: Path) -> int:
    """Copy database and uploads into a new folder, while the service runs; returns how many uploads it holds.

    Raises:
        ConfigurationError: the folder is not empty, or the database is PostgreSQL, which brings its own (`pg_dump`).
    """
    if settings.database_url and not settings.database_url.startswith("sqlite"):
        raise ConfigurationError(
            "backup: the database is not SQLite; back it up by its own means (pg_dump), and the folder blobs beside it"
        )
    if out.exists() and any(out.iterdir()):
        raise ConfigurationError(f"backup {out}: expected a folder that is not there yet or is empty")
    out.mkdir(parents=True, exist_ok=True)
    with (
        contextlib.closing(sqlite3.connect(settings.data / _DATABASE)) as source,
        contextlib.closing(sqlite3.connect(out / _DATABASE)) as copy,
    ):
        source.backup(copy)
    copied = open_database(f"sqlite:///{out / _DATABASE}", is_upgraded=False)
    try:
        with copied.reading() as connection:
            held = list(connection.scalars(select(blobs.c.sha256)))
    finally:
        copied.close()
    for sha256 in held:
        source_path = blob_path(settings, sha256)
        if source_path.is_file():  # erased meanwhile: the next backup knows
            _link(source_path, out / _BLOBS / sha256[:2] / sha256)
    manifest = {
        "created_utc": now_utc(),
        "version": __version__,
        "database_sha256": sha256_of(out / _DATABASE),
        "blobs": held,
    }
    write_atomically(out / _MANIFEST, json.dumps(manifest, indent=1).encode() + b"\n")
    return len(held)


def restore(backup: Path, settings: Settings) -> None:
    """Put a backup into an empty data folder.

    Raises:
        ConfigurationError: no backup, one that was changed, or a folder that holds something.
    """
    try:
        manifest = json.loads((backup / _MANIFEST).read_bytes())
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"backup {backup}: no backup, or not a whole one: {error}") from error
    if sha256_of(backup / _DATABASE) != manifest["database_sha256"]:
        raise ConfigurationError(f"backup {backup}: {_DATABASE} is not the file that was written; take another backup")
    if settings.data.exists() and any(settings.data.iterdir()):
        raise ConfigurationError(f"{settings.data}: expected a folder that is not there yet or is empty")
    settings.data.mkdir(parents=True, exist_ok=True)
    for sha256 in manifest["blobs"]:
        source = backup / _BLOBS / sha256[:2] / sha256
        if source.is_file():
            _link(source, blob_path(settings, sha256))
    shutil.copyfile(backup / _DATABASE, settings.data / _DATABASE)


def check(settings: Settings) -> tuple[Fault, ...]:
    """Everything that is wrong with what a service keeps: chains, files, states."""
    database = open_database(settings.url, is_upgraded=False)
    try:
        return tuple(_faults(database, settings))
    finally:
        database.close()


def _faults(database: Database, settings: Settings) -> Iterator[Fault]:
    with database.reading() as connection:
        for tenant in connection.execute(select(tenants.c.id, tenants.c.name)).all():
            yield from _chain_faults(connection, tenant.id, tenant.name)
            for said in head_faults(connection, tenant.id):
                yield Fault(what=f"audit chain of {tenant.name}", reason=said)
        for row in connection.execute(select(uploads.c.id, uploads.c.state)).all():
            if row.state not in UPLOAD:
                yield Fault(what=f"upload {row.id}", reason=f"its state is {row.state!r}, which is none")
        held = connection.execute(select(blobs.c.sha256, blobs.c.size_bytes)).all()
    for blob in held:
        path = blob_path(settings, blob.sha256)
        if not path.is_file():
            yield Fault(what=f"file {blob.sha256}", reason="it is gone from the disk")
        elif path.stat().st_size != blob.size_bytes or sha256_of(path) != blob.sha256:
            yield Fault(what=f"file {blob.sha256}", reason="its bytes are not those that arrived")


def _chain_faults(connection: Connection, tenant_id: str, name: str) -> Iterator[Fault]:
    lines = [line.encode() for line in audit.exported(connection, tenant_id, limit=2**31 - 1)]
    entries, broken = read_chain(lines)
    if broken is not None:
        yield Fault(what=f"audit chain of {name}", reason=f"line {broken.line}: {broken.reason}")
        return
    head = audit.head(connection, tenant_id)
    last = (entries[-1].sequence, entries[-1].sha256) if entries else (0, head.sha256)
    if last != (head.sequence, head.sha256):
        yield Fault(what=f"audit chain of {name}", reason=f"its head is {asdict(head)}, its last entry {last[0]}")


def _link(source: Path, place: Path) -> None:
    """A stored upload in its place, which may have it already: it never changes."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if not place.exists():
        link_file(source, place)
