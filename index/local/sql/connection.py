"""Connections to the catalogue, and what SQLite's errors mean for a library."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from index.errors import LibraryBusyError, LibraryDamagedError, LibraryError, LibraryWriteError

__all__ = ["connect", "says_sqlite_errors", "transaction"]

_BUSY_SECONDS = 10.0
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT})
_UNWRITABLE = frozenset(
    {sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}
)
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


def connect(path: Path, *, must_exist: bool = True) -> sqlite3.Connection:
    """Open a catalogue in autocommit mode: transactions are begun by name.

    Where the folder cannot be written to, SQLite's shared-memory file cannot be made: the catalogue is then opened
    as one that nobody changes, unless a write-ahead log lies beside it.
    """
    mode = "mode=rw" if must_exist else "mode=rwc"
    if not os.access(path.parent, os.W_OK):
        log = path.with_name(path.name + "-wal")
        has_log = log.exists() and log.stat().st_size > 0
        mode = "mode=ro" if has_log else "mode=ro&immutable=1"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{mode}",
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,  # the catalogue guards its connection
    )
    try:
        for pragma in ("foreign_keys = ON", "synchronous = FULL", "secure_delete = ON", "temp_store = MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection, *, writes: bool) -> Iterator[sqlite3.Connection]:
    """One snapshot for reading, or one change that happens whole or not at all."""
    connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.ProgrammingError):  # closed meanwhile, after an interrupt: closing has taken it back
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        raise


@contextmanager
def says_sqlite_errors(where: Path) -> Iterator[None]:
    """Turn SQLite's errors into the library's own."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _DAMAGED or "decode to UTF-8" in str(error):
            raise LibraryDamagedError(f"{where} is damaged: {error}; run the library check") from error
        if code in _BUSY:
            raise LibraryBusyError(f"{where} is locked by another process; do it again later") from error
        if code in _UNWRITABLE:
            raise LibraryWriteError(
                f"cannot write to {where}: {error}; the library is unchanged - free space or get write access"
            ) from error
        raise LibraryError(f"{where} could not be read or written: {error}") from error
