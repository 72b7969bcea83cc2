"""Reading the catalogue: every question that the library asks of SQLite."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from index.errors import LibraryDamagedError, UnknownEntryError
from index.local.disk.segments import Segment
from index.local.sql.tables import unpack_samples, unpack_scenes
from index.records import EXCLUSION_KINDS, DescriptorSet, Entry, FilterRange, Role, SampleTable, SceneTable

__all__ = [
    "DescriptorRows",
    "Part",
    "StoredSegment",
    "descriptor_rows",
    "descriptor_set",
    "descriptor_sets",
    "entries",
    "entry_key",
    "file_names",
    "filter_ranges",
    "generation",
    "optional_sets",
    "record_sha256",
    "rows_sha256",
    "sample_table",
    "scene_table",
    "segments",
    "state_lines",
]

_ENTRY = """
SELECT e.entry_id, e.role, f.source_path, e.content_sha256, f.size_bytes, e.duration_seconds,
       e.num_samples, e.num_indexed, e.num_scenes, e.added_utc, f.facts_json, e.catalogue_json
FROM entries e JOIN files f ON f.entry = e.id
"""

_SAMPLES = """
SELECT time_base_numerator, time_base_denominator, start_pts, pts, scene, reason, gate, quality, box
FROM samples WHERE entry = ?
"""

_SCENES = "SELECT start_pts, end_pts, is_gradual FROM scenes WHERE entry = ?"

_SEGMENTS = """
SELECT g.id, g.file_name, g.role, g.num_rows, g.size_bytes, g.sha256, g.header_sha256,
       s.name, s.version, s.weights_sha256, s.kind, s.dimensions
FROM segments g JOIN descriptor_sets s ON s.id = g.descriptor_set
"""

_PARTS = """
SELECT p.segment, p.entry, e.entry_id, p.first_row, p.num_rows
FROM segment_parts p JOIN entries e ON e.id = p.entry JOIN segments g ON g.id = p.segment
JOIN descriptor_sets s ON s.id = g.descriptor_set
"""

_STATE = (
    """SELECT e.entry_id, e.role, e.content_sha256, s.name, s.version, s.weights_sha256, r.num_rows, r.sha256
    FROM entries e LEFT JOIN descriptor_rows r ON r.entry = e.id LEFT JOIN descriptor_sets s ON s.id = r.descriptor_set
    """,
    """SELECT e.entry_id, e.role, e.content_sha256, a.name, 'attachment', NULL, a.size_bytes, a.sha256
    FROM entries e JOIN attachments a ON a.entry = e.id
    """,
)
"""Rows of sets, then attachments; in order of the entry and of the fourth column."""

_NAMING_FILES = {
    "segments": "SELECT file_name FROM segments",
    "companion_files": "SELECT file_name FROM companion_files",
    "search_codes": "SELECT file_name FROM search_codes",
    "attachments": "SELECT file_name FROM attachments",
}
"""Tables that name files of the segments folder, and what they name."""

_RECORD = (
    """SELECT entry_id, role, content_sha256, duration_seconds, num_samples, num_indexed, num_scenes, added_utc,
    catalogue_json FROM entries WHERE id = ?""",
    "SELECT source_path, size_bytes, facts_json FROM files WHERE entry = ?",
    """SELECT time_base_numerator, time_base_denominator, start_pts, pts, scene, reason, gate, quality, box
    FROM samples WHERE entry = ?""",
    "SELECT start_pts, end_pts, is_gradual FROM scenes WHERE entry = ?",
    """SELECT position, start_seconds, end_seconds, reason, decided_by, kind, decided_on FROM filter_ranges
    WHERE entry = ? ORDER BY position""",
    """SELECT s.name, s.version, s.weights_sha256, s.kind, s.dimensions, r.num_rows, r.sha256
    FROM descriptor_rows r JOIN descriptor_sets s ON s.id = r.descriptor_set WHERE r.entry = ? ORDER BY s.name""",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The rows of one entry inside a segment."""

    entry: int
    """Key of the entry."""
    entry_id: str
    """Identifier of the entry."""
    first_row: int
    """First row in the segment."""
    num_rows: int
    """Number of rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSegment:
    """A segment with its key and its parts in order of their rows."""

    key: int
    """Key of the segment."""
    segment: Segment
    """What the catalogue says of the file."""
    parts: tuple[Part, ...]
    """Whose rows it holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DescriptorRows:
    """What an entry must have in one descriptor set."""

    descriptor_set: DescriptorSet
    """The set."""
    num_rows: int
    """Number of rows."""
    sha256: str
    """SHA-256 of the rows as stored."""


def generation(db: sqlite3.Connection) -> int:
    """Number that goes up with every change."""
    return int(db.execute("SELECT generation FROM library").fetchone()[0])


def file_names(db: sqlite3.Connection) -> tuple[str, ...]:
    """Every file of the segments folder that the catalogue names, also one of an older format."""
    standing = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return tuple(row[0] for table, query in _NAMING_FILES.items() if table in standing for row in db.execute(query))


def entries(db: sqlite3.Connection, where: str = "", values: tuple[Any, ...] = ()) -> tuple[Entry, ...]:
    """Entries that satisfy a condition of this package, by identifier."""
    rows = db.execute(f"{_ENTRY} {where} ORDER BY e.entry_id", values)
    return tuple(_entry(row) for row in rows)


def _entry(row: tuple[Any, ...]) -> Entry:
    try:
        catalogue = {str(name): str(value) for name, value in json.loads(row[11]).items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise LibraryDamagedError(
            f"the catalogue columns of {row[0]!r} cannot be read: their bytes were changed; run the library check"
        ) from error
    return Entry(
        entry_id=row[0],
        role=row[1],
        source_path=row[2],
        sha256=row[3],
        size_bytes=row[4],
        duration_seconds=row[5],
        num_samples=row[6],
        num_indexed=row[7],
        num_scenes=row[8],
        added_utc=row[9],
        facts_json=row[10],
        catalogue=catalogue,
    )


def entry_key(db: sqlite3.Connection, entry_id: str) -> int:
    """Internal key of an entry."""
    row = db.execute("SELECT id FROM entries WHERE entry_id = ?", (entry_id,)).fetchone()
    if row is None:
        raise UnknownEntryError(f"the library has no entry {entry_id!r}; list the library to see what it has")
    return int(row[0])


def _one(db: sqlite3.Connection, query: str, key: int, entry_id: str) -> tuple[Any, ...]:
    row: tuple[Any, ...] | None = db.execute(query, (key,)).fetchone()
    if row is None:
        raise LibraryDamagedError(f"the catalogue lacks tables of {entry_id!r}; run the library check")
    return row


def sample_table(db: sqlite3.Connection, entry_id: str) -> SampleTable:
    """Every sample of an entry."""
    row = _one(db, _SAMPLES, entry_key(db, entry_id), entry_id)
    return unpack_samples(row, entry_id)


def scene_table(db: sqlite3.Connection, entry_id: str) -> SceneTable:
    """Every scene of an entry."""
    return unpack_scenes(_one(db, _SCENES, entry_key(db, entry_id), entry_id), entry_id)


def filter_ranges(db: sqlite3.Connection, entry_id: str) -> tuple[FilterRange, ...]:
    """The stretches of an entry that are left out of figures 'with filtration', in order."""
    rows = db.execute(
        "SELECT start_seconds, end_seconds, reason, decided_by, kind, decided_on FROM filter_ranges WHERE entry = ?"
        " ORDER BY position",
        (entry_key(db, entry_id),),
    )
    return tuple(
        FilterRange(
            work_id=entry_id,
            start_seconds=r[0],
            end_seconds=r[1],
            reason=r[2],
            decided_by=r[3],
            kind=r[4] if r[4] in EXCLUSION_KINDS else "other",
            decided_on=r[5],
        )
        for r in rows
    )


def _set(row: tuple[Any, ...]) -> DescriptorSet:
    name, version, weights_sha256, kind, dimensions = row
    return DescriptorSet(name=name, version=version, weights_sha256=weights_sha256, kind=kind, dimensions=dimensions)


def descriptor_sets(db: sqlite3.Connection) -> dict[str, tuple[int, DescriptorSet]]:
    """Every declared set with its key, by name."""
    rows = db.execute("SELECT id, name, version, weights_sha256, kind, dimensions FROM descriptor_sets ORDER BY name")
    return {row[1]: (row[0], _set(row[1:])) for row in rows}


def optional_sets(db: sqlite3.Connection) -> frozenset[str]:
    """Names of the sets that entries may come without."""
    return frozenset(row[0] for row in db.execute("SELECT name FROM descriptor_sets WHERE is_optional"))


def descriptor_set(db: sqlite3.Connection, name: str) -> DescriptorSet:
    """A declared set; KeyError with the declared names if there is none of that name."""
    known = descriptor_sets(db)
    if name not in known:
        raise KeyError(f"the library has no descriptor set {name!r}; it has {', '.join(known) or 'none'}")
    return known[name][1]


def segments(db: sqlite3.Connection, where: str = "", values: tuple[Any, ...] = ()) -> tuple[StoredSegment, ...]:
    """Segments that satisfy a condition of this package, with their parts, oldest first."""
    heads = db.execute(f"{_SEGMENTS} {where} ORDER BY g.id", values).fetchall()
    parts: dict[int, list[Part]] = {head[0]: [] for head in heads}
    in_order = f"{_PARTS} {where} ORDER BY p.segment, p.first_row"
    for segment, entry, entry_id, first_row, num_rows in db.execute(in_order, values):
        parts[segment].append(Part(entry=entry, entry_id=entry_id, first_row=first_row, num_rows=num_rows))
    return tuple(StoredSegment(key=h[0], segment=_segment(h), parts=tuple(parts[h[0]])) for h in heads)


def _segment(head: tuple[Any, ...]) -> Segment:
    return Segment(
        file_name=head[1],
        role=head[2],
        num_rows=head[3],
        size_bytes=head[4],
        sha256=head[5],
        header_sha256=head[6],
        descriptor_set=_set(head[7:]),
    )


def descriptor_rows(db: sqlite3.Connection, key: int) -> tuple[DescriptorRows, ...]:
    """What an entry must have, by name of the set."""
    rows = db.execute(
        "SELECT r.num_rows, r.sha256, s.name, s.version, s.weights_sha256, s.kind, s.dimensions"
        " FROM descriptor_rows r JOIN descriptor_sets s ON s.id = r.descriptor_set WHERE r.entry = ? ORDER BY s.name",
        (key,),
    )
    return tuple(DescriptorRows(num_rows=r[0], sha256=r[1], descriptor_set=_set(r[2:])) for r in rows)


def rows_sha256(db: sqlite3.Connection) -> dict[tuple[int, str], str]:
    """SHA-256 of every entry's rows of every set, by key of the entry and name of the set."""
    rows = db.execute(
        "SELECT r.entry, s.name, r.sha256 FROM descriptor_rows r JOIN descriptor_sets s ON s.id = r.descriptor_set"
    )
    return {(row[0], row[1]): row[2] for row in rows}


def record_sha256(db: sqlite3.Connection, key: int) -> str:
    """SHA-256 of everything the catalogue says of an entry, the checksums of its descriptor rows included."""
    digest = hashlib.sha256()
    for query in _RECORD:
        for row in db.execute(query, (key,)):
            for value in row:
                content = value if isinstance(value, bytes) else repr(value).encode("utf-8", "surrogatepass")
                digest.update(f"{type(value).__name__}:{len(content)}:".encode())
                digest.update(content)
        digest.update(b";")
    return digest.hexdigest()


def state_lines(db: sqlite3.Connection, role: Role | None = None) -> Iterator[str]:
    """What is indexed, a line for each entry and set, then for each attachment, however it is laid out."""
    where, values = ("WHERE e.role = ?", (role,)) if role else ("", ())
    for query in _STATE:
        for row in db.execute(f"{query} {where} ORDER BY e.entry_id, 4", values):
            yield json.dumps(row) + "\n"
