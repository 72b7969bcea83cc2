"""Further files of an entry, by name: what is known of it that is no row of a sample.

Each lies in a file of its own beside the segments, written once.  It goes with its entry, or when another takes its
place.
"""

from __future__ import annotations

import hashlib
import sqlite3
import uuid
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from index.errors import LibraryDamagedError
from index.local.disk.files import is_whole, write_atomically
from index.local.disk.segments import SEGMENTS_FOLDER
from index.records import Damage

__all__ = ["attachment_damage", "names_attached", "put_attachments", "read_attachment"]


def names_attached(db: sqlite3.Connection, key: int) -> frozenset[str]:
    """Names of what is attached to an entry."""
    return frozenset(row[0] for row in db.execute("SELECT name FROM attachments WHERE entry = ?", (key,)))


def read_attachment(db: sqlite3.Connection, library: Path, key: int, name: str) -> bytes | None:
    """What is attached to an entry under a name; None where nothing is.

    Raises:
        FileNotFoundError: the file went away.
        LibraryDamagedError: it was changed.
    """
    row = db.execute("SELECT file_name, sha256 FROM attachments WHERE entry = ? AND name = ?", (key, name)).fetchone()
    if row is None:
        return None
    content: bytes = (library / SEGMENTS_FOLDER / row[0]).read_bytes()
    if hashlib.sha256(content).hexdigest() != row[1]:
        raise LibraryDamagedError(f"{SEGMENTS_FOLDER}/{row[0]} ({name}) was changed; run the library check")
    return content


def put_attachments(db: sqlite3.Connection, library: Path, key: int, attached: Mapping[str, bytes]) -> None:
    """Attach contents to an entry, each in the place of what stood under its name."""
    for name, content in sorted(attached.items()):
        file_name = f"attached-{uuid.uuid4().hex}.bin"
        write_atomically(library / SEGMENTS_FOLDER / file_name, partial(_whole, content))
        db.execute(
            "INSERT OR REPLACE INTO attachments (entry, name, file_name, size_bytes, sha256) VALUES (?, ?, ?, ?, ?)",
            (key, name, file_name, len(content), hashlib.sha256(content).hexdigest()),
        )


def _whole(content: bytes, put: Callable[[bytes], int]) -> None:
    put(content)


def attachment_damage(db: sqlite3.Connection, library: Path) -> Iterator[Damage]:
    """Files that are missing, cut or changed."""
    query = (
        "SELECT e.entry_id, a.name, a.file_name, a.size_bytes, a.sha256 FROM attachments a"
        " JOIN entries e ON e.id = a.entry ORDER BY e.entry_id, a.name"
    )
    for entry_id, name, file_name, size_bytes, sha256 in db.execute(query):
        if not is_whole(library / SEGMENTS_FOLDER / file_name, size_bytes=size_bytes, sha256=sha256):
            expected = f"expected {size_bytes} bytes of SHA-256 {sha256}"
            what = f"{name} of {entry_id!r}: {expected}; the file is missing or was changed"
            yield Damage(where=f"{SEGMENTS_FOLDER}/{file_name}", what=what, affected=(entry_id,))
