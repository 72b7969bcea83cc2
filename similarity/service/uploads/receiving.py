"""Bytes of an upload as they arrive: by tus 1.0 in pieces, or by one PUT; the end of both is the same."""

from __future__ import annotations

import base64
import binascii
import hashlib
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, insert, select, update

from similarity.service.clock import now_utc
from similarity.service.data import audit
from similarity.service.data.database import Database, lock_name
from similarity.service.data.tables import blobs, uploads
from similarity.service.errors import Fault, Problem, conflict, unprocessable
from similarity.service.people.roles import Caller
from similarity.service.settings import Settings
from similarity.service.states import UPLOAD, move
from similarity.service.uploads.blobs import Partial, partial, require_room, sha256_of, store
from similarity.service.uploads.uploads import find, queue

__all__ = ["Answering", "Checksum", "Pace", "checksum_of", "complete", "require_local_file", "take_local_file"]

CHECKSUMS = ("sha256", "sha1", "md5")
"""Algorithms of the tus checksum extension."""


class Answering(Protocol):
    """Answers uploads whose bytes are known."""

    def look(self, upload: Mapping[str, Any]) -> Any | None:
        """What is known of an upload's bytes; None where nothing is."""

    def settle(self, connection: Connection, upload: Mapping[str, Any], known: Any) -> None:
        """Decide the stored upload by it, in the transaction that stores it.

        Args:
            connection: that transaction.
            upload: its row, in the state `stored`.
            known: what `look` said.
        """


class Checksum:
    """What a piece is said to be, and what arrived.

    Args:
        header: value of `Upload-Checksum`, or None.

    Raises:
        Problem: 400, it is none.
    """

    def __init__(self, header: str | None) -> None:
        self._hash: Any = None
        self._wanted = b""
        if header is None:
            return
        name, _, value = header.partition(" ")
        try:
            self._wanted = base64.b64decode(value, validate=True)
        except binascii.Error:
            name = ""
        if name not in CHECKSUMS:
            expected = f"expected one of {', '.join(CHECKSUMS)}, a space and base64"
            raise Problem(400, "bad-checksum", f"Upload-Checksum: got {header!r}, {expected}")
        self._hash = hashlib.new(name, usedforsecurity=False)

    def update(self, chunk: bytes) -> None:
        """Bytes that arrived."""
        if self._hash is not None:
            self._hash.update(chunk)

    @property
    def is_right(self) -> bool:
        """Whether they are what was said; True where nothing was said."""
        return self._hash is None or self._hash.digest() == self._wanted


class Pace:
    """Ends a body that arrives too slowly.

    Args:
        settings: least average, and how long nothing is asked.
        clock: seconds.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings, self._clock = settings, clock
        self._start, self._received = clock(), 0

    def count(self, chunk: bytes) -> None:
        """Bytes that arrived.

        Raises:
            Problem: 408.
        """
        self._received += len(chunk)
        passed = self._clock() - self._start
        least = self._settings.least_bytes_per_second
        if passed > self._settings.receive_timeout_seconds and self._received < least * passed:
            raise Problem(
                408,
                "too-slow",
                f"{self._received} bytes in {passed:.0f} s; expected {least:.0f} a second; go on from the offset",
            )


def checksum_of(header: str | None) -> Checksum:
    """What `Upload-Checksum` says."""
    return Checksum(header)


def complete(
    database: Database, settings: Settings, caller: Caller, upload_id: str, repeats: Answering | None = None
) -> str:
    """All bytes are there: check them, store them by content, decide or ask for the screening, in one transaction.

    Called again, it does nothing; where the file had come to its place and a kill came before the transaction ended,
    the bytes are sent again.

    Args:
        database: of the service.
        settings: where things are kept.
        caller: who asks.
        upload_id: of the upload.
        repeats: decides at once where these bytes are known; without it a worker is asked.

    Returns:
        The state in which that leaves it.

    Raises:
        Problem: 409, bytes are missing; 422, they are not what was announced, and are to be sent anew.
    """
    with database.reading() as connection:
        row = find(connection, caller.tenant_id, upload_id)
    if row["state"] == "receiving":
        with partial(settings, upload_id) as one:
            sha256 = _checked(one, row)
            known = None if repeats is None else repeats.look({**row, "sha256": sha256})
            with database.writing() as connection:
                _keep(connection, caller, row, sha256)
                store(settings, one.path, sha256)
                stored = find(connection, caller.tenant_id, upload_id)
                if repeats is None or known is None:
                    queue(connection, stored, actor=caller.name)
                else:
                    repeats.settle(connection, stored, known)
                row = find(connection, caller.tenant_id, upload_id)
    return str(row["state"])


def _checked(one: Partial, row: Mapping[str, Any]) -> str:
    """SHA-256 of what arrived, where it is what was announced."""
    one.settle()
    if one.offset != row["size_bytes"]:
        raise conflict(f"upload {row['id']}: {one.offset} of {row['size_bytes']} bytes are there; send the rest")
    sha256, wanted = sha256_of(one.path), row["expected_sha256"]
    if wanted is not None and sha256 != wanted:
        one.cut(0)
        raise unprocessable(
            Fault(
                pointer="/sha256",
                reason=f"announced was {wanted}, what arrived has {sha256}",
                next="send the bytes again from the start",
            )
        )
    return sha256


def _keep(connection: Connection, caller: Caller, row: Mapping[str, Any], sha256: str) -> None:
    """The upload is stored: in the transaction in which its file comes to its place."""
    move(connection, uploads, UPLOAD, row["id"], before="receiving", after="stored", sha256=sha256, state_utc=now_utc())
    lock_name(connection, sha256)  # nobody erases the same content meanwhile
    if connection.scalar(select(blobs.c.sha256).where(blobs.c.sha256 == sha256)) is None:
        connection.execute(insert(blobs).values(sha256=sha256, size_bytes=row["size_bytes"], created_utc=now_utc()))
    details = {"sha256": sha256, "size_bytes": row["size_bytes"]}
    audit.record(
        connection, row["tenant_id"], "upload received", actor=caller.name, details=details, subject_id=row["id"]
    )


def require_local_file(settings: Settings, named: str) -> Path:
    """A file of this machine that may be named.

    Raises:
        Problem: 422, no file, or outside every folder that an administrator allowed; 413; 507.
    """
    path = Path(named).resolve()
    if not any(path.is_relative_to(folder.resolve()) for folder in settings.allowed_paths) or not path.is_file():
        allowed = "expected a file below a folder that the service was started with: --allow-path FOLDER"
        raise unprocessable(Fault(pointer="/path", reason=f"got {named!r}; {allowed}"))
    size, most = path.stat().st_size, settings.max_upload_bytes
    if size > most:
        raise Problem(413, "too-large", f"path: its file has {size} bytes, expected at most {most}")
    require_room(settings, size)
    return path


def take_local_file(
    database: Database, settings: Settings, caller: Caller, upload_id: str, named: str, repeats: Answering | None = None
) -> None:
    """Copy a file of this machine in the place of bytes that are sent.

    Args:
        database: of the service.
        settings: where things are kept.
        caller: who asks.
        upload_id: of the upload.
        named: path as it was named.
        repeats: as `complete`.

    Raises:
        Problem: 422, no file, or outside every folder that an administrator allowed; 409.
    """
    path = require_local_file(settings, named)
    with partial(settings, upload_id) as one, path.open("rb") as file:
        one.cut(0)
        while chunk := file.read(1 << 20):
            one.write(chunk)
        size = one.offset
    with database.writing() as connection:
        row = find(connection, caller.tenant_id, upload_id)
        if row["state"] != "receiving":
            raise conflict(f"upload {upload_id} is {row['state']}: its bytes are there already")
        if row["size_bytes"] != size:
            connection.execute(update(uploads).where(uploads.c.id == upload_id).values(size_bytes=size))
    complete(database, settings, caller, upload_id, repeats)
