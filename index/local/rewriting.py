"""Writing segments anew: without an entry (removal), or many small ones as one (compaction).

Rows are copied as bytes.  Each entry's rows keep their own checksum in the catalogue, so that damage copied along is
still found by the check and never passes for good.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from index.codes import code_bytes
from index.errors import LibraryDamagedError
from index.local.disk.segments import Segment, read_codes, write_segment
from index.local.sql.catalogue import Part, StoredSegment, segments
from index.records import Role

__all__ = ["MAX_SMALL_SEGMENTS", "compact_small", "has_many_small", "insert_segment", "rewrite"]

MAX_SMALL_SEGMENTS = 32
"""More small segments than this of one set and role are merged."""

_SMALL_BYTES = 32 << 20
_MERGED_BYTES = 128 << 20


def insert_segment(db: sqlite3.Connection, segment: Segment, *, parts: Iterable[tuple[int, int]]) -> None:
    """Enter a segment file and whose rows it holds: (entry key, number of rows), in order of the rows."""
    key = db.execute(
        "INSERT INTO segments (file_name, descriptor_set, role, num_rows, size_bytes, sha256, header_sha256)"
        " SELECT ?, id, ?, ?, ?, ?, ? FROM descriptor_sets WHERE name = ?",
        (
            segment.file_name,
            segment.role,
            segment.num_rows,
            segment.size_bytes,
            segment.sha256,
            segment.header_sha256,
            segment.descriptor_set.name,
        ),
    ).lastrowid
    first_row = 0
    for entry, num_rows in parts:
        db.execute(
            "INSERT INTO segment_parts (segment, first_row, num_rows, entry) VALUES (?, ?, ?, ?)",
            (key, first_row, num_rows, entry),
        )
        first_row += num_rows


def rewrite(
    db: sqlite3.Connection, library: Path, stored: Sequence[StoredSegment], *, without: int | None = None
) -> None:
    """Put one new segment in place of several, less one entry; their files stay until the change is committed.

    A removal drops the rest of a segment whose file is missing or cut: the check then names the entries that lost
    their rows, and they can be removed and added again.
    """
    kept = [(one, part) for one in stored for part in one.parts if part.entry != without]
    readable = [pair for pair in kept if _is_readable(library, *pair)]
    if without is None and len(readable) < len(kept):
        raise LibraryDamagedError(
            f"{library} cannot be compacted: segment files are missing or cut short; run the library check"
        )
    new = write_segment(
        library,
        descriptor_set=stored[0].segment.descriptor_set,
        role=stored[0].segment.role,
        blocks=(
            read_codes(library, one.segment, first_row=part.first_row, num_rows=part.num_rows) for one, part in readable
        ),
    )
    db.executemany("DELETE FROM segments WHERE id = ?", [(one.key,) for one in stored])
    if new is not None:
        insert_segment(db, new, parts=[(part.entry, part.num_rows) for _, part in readable])


def _is_readable(library: Path, stored: StoredSegment, part: Part) -> bool:
    path = stored.segment.path(library)
    width = code_bytes(stored.segment.descriptor_set)
    after_bytes = stored.segment.size_bytes - (stored.segment.num_rows - part.first_row - part.num_rows) * width
    return path.exists() and path.stat().st_size >= after_bytes


def has_many_small(db: sqlite3.Connection, *, more_than: int) -> bool:
    """Whether any set and role has more than so many small segments."""
    query = "SELECT 1 FROM segments WHERE size_bytes < ? GROUP BY descriptor_set, role HAVING count(*) > ?"
    return db.execute(query, (_SMALL_BYTES, more_than)).fetchone() is not None


def compact_small(db: sqlite3.Connection, library: Path, *, more_than: int) -> int:
    """Merge small segments of each set and role where there are more than so many; returns how many went."""
    groups: dict[tuple[str, Role], list[StoredSegment]] = {}
    for one in segments(db):
        if one.segment.size_bytes < _SMALL_BYTES:
            groups.setdefault((one.segment.descriptor_set.name, one.segment.role), []).append(one)
    merged = 0
    for group in groups.values():
        if len(group) > more_than:
            for batch in _batches(group):
                rewrite(db, library, batch)
                merged += len(batch)
    return merged


def _batches(group: Sequence[StoredSegment]) -> list[list[StoredSegment]]:
    """Neighbours that make up at most one merged segment; a batch of one is left as it is."""
    batches: list[list[StoredSegment]] = [[]]
    size_bytes = 0
    for one in group:
        if size_bytes + one.segment.size_bytes > _MERGED_BYTES:
            batches.append([])
            size_bytes = 0
        batches[-1].append(one)
        size_bytes += one.segment.size_bytes
    return [batch for batch in batches if len(batch) > 1]
