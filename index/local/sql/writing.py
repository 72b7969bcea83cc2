"""What goes into the catalogue and what leaves it; every function runs inside one transaction."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from index.codes import Codes
from index.errors import DescriptorMismatchError
from index.local.attachments import put_attachments
from index.local.companions import drop_companions, forget_unused, put_companions
from index.local.disk.segments import write_segment
from index.local.rewriting import insert_segment, rewrite
from index.local.sql.catalogue import descriptor_set, descriptor_sets, optional_sets, record_sha256, segments
from index.local.sql.tables import pack_samples, pack_scenes
from index.records import CompanionState, DescriptorSet, FilterRange, NewEntry, Role

__all__ = [
    "delete_entry",
    "delete_set",
    "insert_entry",
    "insert_rows",
    "insert_set",
    "replace_facts",
    "replace_filter_ranges",
    "replace_source_path",
]


def insert_set(db: sqlite3.Connection, wanted: DescriptorSet, *, is_optional: bool) -> None:
    """Declare a descriptor set; the same set again changes nothing."""
    known = descriptor_sets(db)
    if wanted.name in known:
        known[wanted.name][1].require_same(wanted)
        return
    num_entries = db.execute("SELECT count(*) FROM entries").fetchone()[0]
    if num_entries and not is_optional:
        raise DescriptorMismatchError(
            f"this library holds {num_entries} entries without {wanted.name!r} descriptors, and a search would miss "
            "them all; index into a new library to have them"
        )
    db.execute(
        "INSERT INTO descriptor_sets (name, version, weights_sha256, kind, dimensions) VALUES (?, ?, ?, ?, ?)",
        (wanted.name, wanted.version, wanted.weights_sha256, wanted.kind, wanted.dimensions),
    )
    if is_optional:
        db.execute("UPDATE descriptor_sets SET is_optional = 1 WHERE name = ?", (wanted.name,))


def insert_entry(db: sqlite3.Connection, library: Path, *, entry: NewEntry, codes: Mapping[str, Codes]) -> None:
    """Write an entry's segments and everything that the catalogue says of it."""
    key = _insert_head(db, entry)
    _insert_codes(db, library, key, role=entry.role, codes=codes)
    put_companions(
        db,
        library,
        [
            (
                CompanionState(
                    entry_id=entry.entry_id,
                    set_name=name,
                    rows_sha256=hashlib.sha256(codes[name].tobytes()).hexdigest(),
                    under=None,
                ),
                companion,
            )
            for name, companion in entry.companions.items()
        ],
    )
    put_attachments(db, library, key, entry.attachments)


def insert_rows(db: sqlite3.Connection, library: Path, key: int, *, codes: Mapping[str, Codes]) -> None:
    """Write rows of further sets of an entry that stands."""
    (role,) = db.execute("SELECT role FROM entries WHERE id = ?", (key,)).fetchone()
    _insert_codes(db, library, key, role=role, codes=codes)


def _insert_codes(db: sqlite3.Connection, library: Path, key: int, *, role: Role, codes: Mapping[str, Codes]) -> None:
    sets = descriptor_sets(db)
    for name, rows in codes.items():
        set_key, declared = sets[name]
        segment = write_segment(library, descriptor_set=declared, role=role, blocks=(rows,))
        if segment is not None:
            insert_segment(db, segment, parts=((key, len(rows)),))
        db.execute(
            "INSERT INTO descriptor_rows (entry, descriptor_set, num_rows, sha256) VALUES (?, ?, ?, ?)",
            (key, set_key, len(rows), hashlib.sha256(rows.tobytes()).hexdigest()),
        )
    _refresh_record(db, key)


_FORGETTING_A_SET = (
    "DELETE FROM search_codes WHERE descriptor_set = ?",
    "DELETE FROM companions WHERE descriptor_set = ?",
    "DELETE FROM segments WHERE descriptor_set = ?",
    "DELETE FROM descriptor_rows WHERE descriptor_set = ?",
)


def delete_set(db: sqlite3.Connection, name: str) -> None:
    """Delete an optional set, its rows and everything that was made of them."""
    descriptor_set(db, name)
    if name not in optional_sets(db):
        raise DescriptorMismatchError(f"every entry of this library needs its {name!r} rows; they can't be taken out")
    (key,) = db.execute("SELECT id FROM descriptor_sets WHERE name = ?", (name,)).fetchone()
    holding = [row[0] for row in db.execute("SELECT entry FROM descriptor_rows WHERE descriptor_set = ?", (key,))]
    for statement in _FORGETTING_A_SET:
        db.execute(statement, (key,))
    forget_unused(db)
    db.execute("DELETE FROM descriptor_sets WHERE id = ?", (key,))
    for entry in holding:
        _refresh_record(db, entry)


def _insert_head(db: sqlite3.Connection, entry: NewEntry) -> int:
    cursor = db.execute(
        "INSERT INTO entries (entry_id, role, content_sha256, duration_seconds, num_samples, num_indexed, num_scenes,"
        " added_utc, catalogue_json, record_sha256) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '')",
        (
            entry.entry_id,
            entry.role,
            entry.sha256,
            float(entry.duration_seconds),
            len(entry.samples),
            len(entry.samples.indexed),
            len(entry.scenes.start_pts),
            datetime.now(UTC).isoformat(timespec="seconds"),
            json.dumps(dict(entry.catalogue), ensure_ascii=False, sort_keys=True),
        ),
    )
    key = cursor.lastrowid
    db.execute(
        "INSERT INTO files (entry, source_path, size_bytes, facts_json) VALUES (?, ?, ?, ?)",
        (key, entry.source_path, int(entry.size_bytes), entry.facts_json),
    )
    db.execute(
        "INSERT INTO samples (entry, time_base_numerator, time_base_denominator, start_pts, pts, scene, reason, gate,"
        " quality, box) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (key, *pack_samples(entry.samples)),
    )
    db.execute(
        "INSERT INTO scenes (entry, start_pts, end_pts, is_gradual) VALUES (?, ?, ?, ?)",
        (key, *pack_scenes(entry.scenes)),
    )
    return int(key or 0)


def replace_filter_ranges(db: sqlite3.Connection, key: int, ranges: Iterable[FilterRange]) -> None:
    """Put other filtration ranges in place of an entry's old ones."""
    db.execute("DELETE FROM filter_ranges WHERE entry = ?", (key,))
    db.executemany(
        "INSERT INTO filter_ranges (entry, position, start_seconds, end_seconds, reason, decided_by, kind,"
        " decided_on) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (key, i, r.start_seconds, r.end_seconds, r.reason, r.decided_by, r.kind, r.decided_on)
            for i, r in enumerate(ranges)
        ],
    )
    _refresh_record(db, key)


def replace_facts(db: sqlite3.Connection, key: int, facts_json: str) -> None:
    """Put other facts of an entry's file in place of the old ones."""
    db.execute("UPDATE files SET facts_json = ? WHERE entry = ?", (facts_json, key))
    _refresh_record(db, key)


def replace_source_path(db: sqlite3.Connection, key: int, source_path: str) -> None:
    """Say where the file of an entry stands now."""
    db.execute("UPDATE files SET source_path = ? WHERE entry = ?", (source_path, key))
    _refresh_record(db, key)


def delete_entry(db: sqlite3.Connection, library: Path, key: int) -> None:
    """Write the segments that hold an entry anew without it, and delete it from every table."""
    holding = "WHERE g.id IN (SELECT segment FROM segment_parts WHERE entry = ?)"
    for stored in segments(db, holding, (key,)):
        rewrite(db, library, (stored,), without=key)
    drop_companions(db, library, key)
    db.execute("DELETE FROM entries WHERE id = ?", (key,))
    db.execute("PRAGMA incremental_vacuum").fetchall()


def _refresh_record(db: sqlite3.Connection, key: int) -> None:
    db.execute("UPDATE entries SET record_sha256 = ? WHERE id = ?", (record_sha256(db, key), key))
