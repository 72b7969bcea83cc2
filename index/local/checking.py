"""Is the library whole? Every byte that anything depends on is looked at.

Asked in this order: does the catalogue file match its checksum; is SQLite content with it; do the records match their
checksums; is every segment file there, whole and unchanged; do the rows of every entry stand where the catalogue says,
as they were when they were added.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from index.errors import LibraryBusyError, LibraryDamagedError, LibraryError
from index.local.attachments import attachment_damage
from index.local.coding import code_damage
from index.local.companions import companion_damage
from index.local.disk.checksum import CATALOGUE_NAME, checksum_damage
from index.local.disk.files import sha256_of_file
from index.local.disk.segments import SEGMENTS_FOLDER, read_codes
from index.local.sql.catalogue import (
    DescriptorRows,
    Part,
    StoredSegment,
    descriptor_rows,
    descriptor_sets,
    generation,
    optional_sets,
    record_sha256,
    segments,
)
from index.local.store import Store
from index.records import Damage

__all__ = ["find_damage"]

_TIMEOUT_SECONDS = 60.0
_ATTEMPTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Inventory:
    """What the catalogue says there must be."""

    generation: int
    """State of the catalogue that this was read from."""
    segments: tuple[StoredSegment, ...]
    """Every segment."""
    expected: dict[str, tuple[DescriptorRows, ...]]
    """What every entry must have, by identifier."""


def find_damage(store: Store) -> tuple[Damage, ...]:
    """Everything that is wrong; what other processes change meanwhile is looked at again."""
    for _ in range(_ATTEMPTS):
        try:
            with _no_writer(store):
                damages, inventory = _check_catalogue(store)
            if inventory is None:
                return tuple(damages)
            damages += _check_segments(store, inventory)
            with store.reading() as db:
                damages += companion_damage(db, store.folder)
                damages += code_damage(db, store.folder)
                damages += attachment_damage(db, store.folder)
            if not damages or store.generation == inventory.generation:
                return tuple(damages)
        except LibraryDamagedError as error:
            return (Damage(where=CATALOGUE_NAME, what=str(error), affected=()),)
    raise LibraryBusyError(f"{store.folder} kept changing while it was checked; check it while nobody adds or removes")


def _no_writer(store: Store) -> AbstractContextManager[None]:
    """Keep writers out while the catalogue's bytes are read; where nobody can write, nobody need be kept out."""
    return store.lock.held(_TIMEOUT_SECONDS) if os.access(store.folder, os.W_OK) else nullcontext()


def _check_catalogue(store: Store) -> tuple[list[Damage], _Inventory | None]:
    """The file's checksum, SQLite's own checks, and every record's checksum; no inventory if it cannot be read."""
    changed = checksum_damage(store.folder)
    damages = [changed] if changed else []
    try:
        with store.reading() as db:
            damages += _sqlite_damage(db)
            entries = db.execute("SELECT id, entry_id, num_indexed, record_sha256 FROM entries").fetchall()
            for key, entry_id, num_indexed, expected in entries:
                damages += _record_damage(db, key, (entry_id, num_indexed, expected))
            return damages, _Inventory(
                generation=generation(db),
                segments=segments(db),
                expected={entry_id: descriptor_rows(db, key) for key, entry_id, _, _ in entries},
            )
    except (LibraryError, TypeError, ValueError) as error:
        # a changed byte can make any value of any type of what SQLite returns
        return [*damages, Damage(where=CATALOGUE_NAME, what=f"cannot be read: {error}", affected=())], None


def _sqlite_damage(db: sqlite3.Connection) -> Iterator[Damage]:
    for (verdict,) in db.execute("PRAGMA integrity_check").fetchall():
        if verdict != "ok":
            yield Damage(where=CATALOGUE_NAME, what=f"SQLite's integrity check: {verdict}", affected=())
    for table, _, parent, _ in db.execute("PRAGMA foreign_key_check").fetchall():
        what = f"a row of {table} belongs to no row of {parent}"
        yield Damage(where=CATALOGUE_NAME, what=what, affected=())


def _record_damage(db: sqlite3.Connection, key: int, head: tuple[str, int, str]) -> Iterator[Damage]:
    entry_id, num_indexed, expected = head
    where = f"{CATALOGUE_NAME}: {entry_id}"
    if record_sha256(db, key) != expected:
        what = "the record does not match its checksum: it was changed by something else than this product"
        yield Damage(where=where, what=what, affected=(entry_id,))
    declared = set(descriptor_sets(db))
    rows = descriptor_rows(db, key)
    held = {one.descriptor_set.name for one in rows}
    if not declared - optional_sets(db) <= held <= declared or any(one.num_rows != num_indexed for one in rows):
        found = ", ".join(f"{one.descriptor_set.name} {one.num_rows}" for one in rows) or "none"
        what = f"expected {num_indexed} rows in each of {', '.join(sorted(declared))}, the catalogue says {found}"
        yield Damage(where=where, what=what, affected=(entry_id,))


def _check_segments(store: Store, inventory: _Inventory) -> list[Damage]:
    """Every segment file, and every entry's rows in them."""
    damages = [one for stored in inventory.segments for one in _segment_damage(store, stored)]
    places: dict[tuple[str, str], list[tuple[StoredSegment, Part]]] = {}
    for stored in inventory.segments:
        for part in stored.parts:
            places.setdefault((part.entry_id, stored.segment.descriptor_set.name), []).append((stored, part))
    for entry_id, expected in inventory.expected.items():
        for one in expected:
            damages += _rows_damage(store, entry_id, one, places.get((entry_id, one.descriptor_set.name), []))
    return damages


def _segment_damage(store: Store, stored: StoredSegment) -> Iterator[Damage]:
    segment = stored.segment
    where = f"{SEGMENTS_FOLDER}/{segment.file_name}"
    affected = tuple(part.entry_id for part in stored.parts)
    path = segment.path(store.folder)
    try:
        size_bytes = path.stat().st_size
        found = sha256_of_file(path) if size_bytes == segment.size_bytes else None
    except OSError as error:
        yield Damage(where=where, what=f"cannot be read: {error.strerror}", affected=affected)
        return
    if found is None:
        what = f"expected {segment.size_bytes} bytes, found {size_bytes}"
        yield Damage(where=where, what=what, affected=affected)
    elif found != segment.sha256:
        what = f"the content was changed: SHA-256 expected {segment.sha256}, found {found}"
        yield Damage(where=where, what=what, affected=affected)
    ends = [0, *(part.first_row + part.num_rows for part in stored.parts)]
    if [part.first_row for part in stored.parts] != ends[:-1] or ends[-1] != segment.num_rows:
        what = f"its {segment.num_rows} rows do not all belong to one entry each"
        yield Damage(where=where, what=what, affected=affected)


def _rows_damage(
    store: Store, entry_id: str, expected: DescriptorRows, places: list[tuple[StoredSegment, Part]]
) -> Iterator[Damage]:
    """Whether the rows of an entry are all there and are the ones that were added."""
    name = expected.descriptor_set.name
    num_rows = sum(part.num_rows for _, part in places)
    if num_rows != expected.num_rows:
        what = f"expected {expected.num_rows} rows of {name!r}, found {num_rows}"
        yield Damage(where=f"{CATALOGUE_NAME}: {entry_id}", what=what, affected=(entry_id,))
        return
    digest = hashlib.sha256()
    for stored, part in places:
        try:
            codes = read_codes(store.folder, stored.segment, first_row=part.first_row, num_rows=part.num_rows)
        except (OSError, LibraryDamagedError):
            return  # the file was named already
        digest.update(codes.tobytes())
    if digest.hexdigest() != expected.sha256:
        where = f"{SEGMENTS_FOLDER}/{places[0][0].segment.file_name}" if places else CATALOGUE_NAME
        what = f"the {name!r} rows of {entry_id!r} are not the ones that were added"
        yield Damage(where=where, what=what, affected=(entry_id,))
