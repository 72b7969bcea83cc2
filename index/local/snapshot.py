"""One generation of a library: a copy of its catalogue in memory, and a lease on the segment files that it names.

The catalogue is small (0.1 GB for 10,000 hours, see `tables`), so copying it costs less than a scan of one suspect, and
nothing of the library's own catalogue stays locked or grows while a reader works on for days.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import LibraryChangedError, LibraryDamagedError, LibraryError
from index.local.disk.leases import take_lease
from index.local.sql.catalogue import file_names, generation
from index.local.sql.connection import says_sqlite_errors
from index.local.store import Store

__all__ = ["Snapshot"]

_JOURNAL_VERSIONS = slice(18, 20)
"""Bytes of the header that say how changes are journalled (SQLite, "Database File Format", 1.3.3)."""
_ROLLBACK_JOURNAL = bytes([1, 1])
"""A database in memory is not opened where these say that it has a write-ahead log."""


class Snapshot:
    """A generation, held until it is closed; usable from several threads.

    A pickled one reads the same generation in another process, for as long as the first is open: that one holds the
    lease on the segment files.
    """

    def __init__(self, store: Store) -> None:
        self.folder = store.folder
        self._store: Store | None = store
        self._guard = threading.RLock()
        self.is_closed = False
        self._files: frozenset[str] = frozenset()
        self._lease = take_lease(store.folder)
        self._connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        try:
            with store.reading() as db:
                db.backup(self._connection)
            with self.reading() as db:
                self.generation = generation(db)
                self._files = frozenset(file_names(db))
            if self._lease is not None:
                self._lease.hold(self._files)
        except BaseException:
            self.close()
            raise

    def __getstate__(self) -> tuple[Path, int, bytes]:
        with self.reading() as db:
            content = bytearray(db.serialize())
        content[_JOURNAL_VERSIONS] = _ROLLBACK_JOURNAL
        return self.folder, self.generation, bytes(content)

    def __setstate__(self, state: tuple[Path, int, bytes]) -> None:
        self.folder, self.generation, catalogue = state
        self._store, self._lease, self._files = None, None, frozenset()
        self._guard = threading.RLock()
        self.is_closed = False
        self._connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._connection.deserialize(catalogue)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The catalogue as it was."""
        with self._guard, says_sqlite_errors(self.folder):
            yield self._connection

    def missing_file(self, file_name: str) -> LibraryError:
        """What it means that a segment file is not there."""
        if self._lease is None:
            return LibraryChangedError(
                f"segment file {file_name} went away: another process changed {self.folder}, which cannot be written "
                "to from here, so that what was being read could not be held; open the library again"
            )
        return LibraryDamagedError(f"segment file {file_name} is missing; run the library check")

    def close(self) -> None:
        """Let go; what was removed meanwhile leaves the disk now, or with the next change if somebody is writing."""
        with self._guard:
            self._connection.close()
            self.is_closed = True
            lease, self._lease = self._lease, None
        if lease is not None and self._store is not None:
            lease.release()
            self._store.remove_released(self._files)
