"""One open library folder: its connection, its lock, and the way changes are made to it.

A change is: take the lock; remove what a killed writer left; mark the checksum open; write new segment files; one
SQLite transaction; move the write-ahead log into the catalogue; write its checksum; remove what nothing refers to.
A crash between any two of these leaves the state before the change or after it.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import LibraryBusyError, LibraryDamagedError, LibraryError, LibraryWriteError
from index.local.disk.checksum import CATALOGUE_NAME, mark_open, write_checksum
from index.local.disk.files import TEMPORARY_SUFFIX, remove_whole, says_write_errors, sync_folder
from index.local.disk.leases import held_files
from index.local.disk.lock import WriterLock
from index.local.disk.segments import SEGMENTS_FOLDER
from index.local.sql.catalogue import file_names, generation
from index.local.sql.connection import connect, says_sqlite_errors, transaction
from index.local.sql.schema import MIGRATIONS, product_version, require_readable, upgraded_copy

__all__ = ["Store"]

_log = logging.getLogger(__name__)


class Store:
    """A library folder that stands, opened; usable from several threads."""

    def __init__(self, folder: Path, *, migrations: Path = MIGRATIONS) -> None:
        self.folder = folder
        self.lock = WriterLock(folder)
        self._guard = threading.RLock()
        self._is_closed = False
        self._migrations = migrations
        with says_sqlite_errors(folder / CATALOGUE_NAME):
            self._connection = connect(folder / CATALOGUE_NAME)
            try:
                if not require_readable(self._connection, folder, migrations=migrations):
                    self._upgrade()
            except BaseException:
                self._connection.close()
                raise

    def close(self) -> None:
        """Let go of the catalogue."""
        with self._guard:
            self._is_closed = True
            self._connection.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One snapshot of the catalogue."""
        with self._guard, says_sqlite_errors(self.folder / CATALOGUE_NAME):
            if self._connection.in_transaction:  # inside a change of this very thread
                yield self._connection
                return
            with transaction(self._connection, writes=False) as db:
                yield db

    @contextmanager
    def changing(self, timeout_seconds: float) -> Iterator[None]:
        """The right to commit changes, and the checksum of what was committed."""
        with self.lock.held(timeout_seconds), self._guard:
            with says_write_errors(self.folder, "write"):
                self._sweep()
                mark_open(self.folder)
            try:
                with says_write_errors(self.folder, "write"):
                    yield
            finally:
                self._settle()

    @contextmanager
    def committing(self) -> Iterator[sqlite3.Connection]:
        """One change of the catalogue, whole or not at all; only inside `changing`."""
        with says_sqlite_errors(self.folder / CATALOGUE_NAME), transaction(self._connection, writes=True) as db:
            yield db
            db.execute("UPDATE library SET generation = generation + 1, written_by = ?", (product_version(),))

    def empty_log(self) -> bool:
        """Move the write-ahead log into the catalogue; False while a reader still needs it."""
        with says_sqlite_errors(self.folder / CATALOGUE_NAME):
            is_busy = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        return not is_busy

    def _settle(self) -> None:
        """Remove what nothing refers to and write the checksum; the commit stands whatever happens here."""
        if self._is_closed:  # an interrupt left the change open; the next one does it
            return
        try:
            self._sweep()
            if self.empty_log():
                write_checksum(self.folder)
                return
        except (OSError, LibraryWriteError, LibraryBusyError) as error:
            _log.warning(
                "%s: the checksum of the catalogue was not written (%s); the next change will do it", self.folder, error
            )
            return
        _log.warning("%s: a reader holds the catalogue open; the next change will write its checksum", self.folder)

    def _sweep(self) -> None:
        """Remove temporary files, and segments that neither the catalogue names nor a reader holds."""
        segments = self.folder / SEGMENTS_FOLDER
        segments.mkdir(exist_ok=True)
        unnamed = {path.name for path in segments.iterdir()} - self._named()
        held = held_files(self.folder, unnamed) if unnamed else frozenset()
        leftovers = [segments / name for name in unnamed - held]
        leftovers += list(self.folder.glob(f"*{TEMPORARY_SUFFIX}"))
        for path in leftovers:
            remove_whole(path)
        if leftovers:
            sync_folder(segments)

    def _named(self) -> set[str]:
        with self.reading() as db:
            return set(file_names(db))

    def remove_released(self, file_names: Collection[str]) -> None:
        """Remove what a reader held and the catalogue no longer names; whoever is writing does it otherwise."""
        try:
            if not self._named().issuperset(file_names):
                with self.changing(timeout_seconds=0.0):
                    pass  # making a change, even none, sweeps
        except LibraryError as error:
            _log.info("%s: segments that a reader held stay until the next change: %s", self.folder, error)

    def missing_file(self, file_name: str) -> LibraryError:
        """What it means that a segment file is not there."""
        return LibraryDamagedError(f"segment file {file_name} is missing; run the library check")

    def _upgrade(self) -> None:
        """Bring an older catalogue up to date: migrate a copy, then put its content in place in one transaction."""
        copy = self.folder / f"{CATALOGUE_NAME}.upgrade{TEMPORARY_SUFFIX}"
        with self.changing(timeout_seconds=60.0):
            if require_readable(self._connection, self.folder, migrations=self._migrations):
                return  # another process was faster
            try:
                upgraded_copy(self._connection, copy, migrations=self._migrations)
                source = connect(copy)
                try:
                    source.backup(self._connection)
                finally:
                    source.close()
            finally:
                for path in self.folder.glob(f"{copy.name}*"):
                    path.unlink()

    @property
    def generation(self) -> int:
        """Number that goes up with every change by any process."""
        with self.reading() as db:
            return generation(db)
