"""Numbers beside rows: what can be computed of an entry's rows and is kept so that nobody computes it again.

They lie in files of their own beside the segments, since they change while rows never do: each entry's are one stretch
of little-endian float64, and every change writes a new file.  A file goes when no entry's numbers are in it.
"""

from __future__ import annotations

import hashlib
import sqlite3
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.errors import LibraryDamagedError
from index.local.disk.files import is_whole, write_atomically
from index.local.disk.segments import SEGMENTS_FOLDER
from index.records import ALL_ROWS, Companion, CompanionState, Damage

__all__ = [
    "compact_companions",
    "companion_damage",
    "companion_states",
    "drop_companions",
    "forget_unused",
    "has_many_files",
    "put_companions",
    "read_companion",
]

_MERGED_BYTES = 128 << 20
_SMALL_BYTES = 32 << 20

_STATES = """
SELECT e.entry_id, s.name, r.sha256, g.under
FROM entries e JOIN descriptor_rows r ON r.entry = e.id JOIN descriptor_sets s ON s.id = r.descriptor_set
LEFT JOIN companions c ON c.entry = e.id AND c.descriptor_set = r.descriptor_set
LEFT JOIN companion_grounds g ON g.id = c.ground
WHERE e.role = ? ORDER BY e.entry_id, s.name
"""
_PLACES = """
SELECT c.entry, c.descriptor_set, c.ground, e.entry_id, f.file_name, c.first_byte, c.num_rows, c.width, c.sha256
FROM companions c JOIN companion_files f ON f.id = c.file JOIN entries e ON e.id = c.entry
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where the numbers of an entry lie."""

    entry: int
    descriptor_set: int
    ground: int
    entry_id: str
    file_name: str
    first_byte: int
    num_rows: int
    width: int
    sha256: str

    @property
    def size_bytes(self) -> int:
        return self.num_rows * self.width * 8


_Content = tuple[_Place, bytes]


def companion_states(db: sqlite3.Connection, role: str) -> tuple[CompanionState, ...]:
    """Every entry of a role and set, and under what its numbers were computed."""
    return tuple(
        CompanionState(entry_id=row[0], set_name=row[1], rows_sha256=row[2], under=row[3])
        for row in db.execute(_STATES, (role,))
    )


def read_companion(
    db: sqlite3.Connection, library: Path, key: int, set_name: str, *, rows: slice = ALL_ROWS
) -> Companion | None:
    """The numbers beside an entry's rows of one set, or beside some; None where there are none.

    Args:
        db: the catalogue.
        library: its folder.
        key: of the entry.
        set_name: the descriptor set.
        rows: consecutive rows, without a step; only all of them are held against their checksum.

    Raises:
        FileNotFoundError: the file went away.
        LibraryDamagedError: it was changed.
    """
    found = _places(
        db, "WHERE c.entry = ? AND c.descriptor_set = (SELECT id FROM descriptor_sets WHERE name = ?)", (key, set_name)
    )
    for place in found:
        (under,) = db.execute("SELECT under FROM companion_grounds WHERE id = ?", (place.ground,)).fetchone()
        content = _read(library, place, rows=rows)
        if rows == ALL_ROWS and hashlib.sha256(content).hexdigest() != place.sha256:
            raise LibraryDamagedError(
                f"the numbers beside the {set_name!r} rows of {place.entry_id!r} were changed; run the library check"
            )
        return Companion(under=under, values=np.frombuffer(content, "<f8").reshape(-1, place.width).astype(np.float64))
    return None


def put_companions(
    db: sqlite3.Connection, library: Path, companions: Iterable[tuple[CompanionState, Companion]]
) -> None:
    """Write numbers in place of older ones, in one new file; left out are those whose rows are no longer the same."""
    contents = []
    for state, companion in companions:
        row = db.execute(
            "SELECT r.entry, r.descriptor_set, r.num_rows FROM descriptor_rows r JOIN entries e ON e.id = r.entry"
            " JOIN descriptor_sets s ON s.id = r.descriptor_set WHERE e.entry_id = ? AND s.name = ? AND r.sha256 = ?",
            (state.entry_id, state.set_name, state.rows_sha256),
        ).fetchone()
        if row is not None and row[2] == len(companion.values):
            content = companion.values.astype("<f8").tobytes()
            contents.append((_place(row, state, _ground(db, companion.under), companion, content), content))
    if contents:
        _write(db, library, contents)
        forget_unused(db)


def _place(
    row: tuple[int, int, int], state: CompanionState, ground: int, companion: Companion, content: bytes
) -> _Place:
    """Where numbers will lie: the file is not written yet."""
    return _Place(
        entry=row[0],
        descriptor_set=row[1],
        ground=ground,
        entry_id=state.entry_id,
        file_name="",
        first_byte=0,
        num_rows=row[2],
        width=companion.values.shape[1],
        sha256=hashlib.sha256(content).hexdigest(),
    )


def drop_companions(db: sqlite3.Connection, library: Path, key: int) -> None:
    """Write the files that hold an entry's numbers anew without them."""
    sharing = "WHERE c.file IN (SELECT file FROM companions WHERE entry = ?) AND c.entry != ?"
    _write(db, library, _contents(library, _places(db, sharing, (key, key))))
    db.execute("DELETE FROM companions WHERE entry = ?", (key,))
    forget_unused(db)


def has_many_files(db: sqlite3.Connection, *, more_than: int) -> bool:
    """Whether there are more than so many small files."""
    (count,) = db.execute("SELECT count(*) FROM companion_files WHERE size_bytes < ?", (_SMALL_BYTES,)).fetchone()
    return bool(count > more_than)


def compact_companions(db: sqlite3.Connection, library: Path, *, more_than: int) -> None:
    """Merge small files where there are more than so many."""
    if not has_many_files(db, more_than=more_than):
        return
    places = _places(db, "WHERE f.size_bytes < ? ORDER BY f.id, c.first_byte", (_SMALL_BYTES,))
    for batch in _batches(places):
        _write(db, library, _contents(library, batch))
    forget_unused(db)


def companion_damage(db: sqlite3.Connection, library: Path) -> Iterator[Damage]:
    """Files that are missing, cut or changed."""
    for key, file_name, size_bytes, sha256 in db.execute(
        "SELECT id, file_name, size_bytes, sha256 FROM companion_files"
    ):
        path = library / SEGMENTS_FOLDER / file_name
        if not is_whole(path, size_bytes=size_bytes, sha256=sha256):
            affected = sorted({place.entry_id for place in _places(db, "WHERE c.file = ?", (key,))})
            what = f"expected {size_bytes} bytes of SHA-256 {sha256}; the file is missing or was changed"
            yield Damage(where=f"{SEGMENTS_FOLDER}/{file_name}", what=what, affected=tuple(affected))


def _places(db: sqlite3.Connection, where: str, values: tuple[object, ...]) -> list[_Place]:
    names = tuple(_Place.__dataclass_fields__)
    return [_Place(**dict(zip(names, row, strict=True))) for row in db.execute(f"{_PLACES} {where}", values)]


def _batches(places: Sequence[_Place]) -> Iterator[list[_Place]]:
    batch: list[_Place] = []
    for place in places:
        if batch and sum(one.size_bytes for one in batch) + place.size_bytes > _MERGED_BYTES:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


def _contents(library: Path, places: Iterable[_Place]) -> list[_Content]:
    """What can be read of some numbers; what can't is left out, and computed anew by whoever wants it."""
    contents = []
    for place in places:
        try:
            contents.append((place, _read(library, place)))
        except (OSError, LibraryDamagedError):
            continue
    return contents


def _read(library: Path, place: _Place, *, rows: slice = ALL_ROWS) -> bytes:
    first, stop, _ = rows.indices(place.num_rows)
    size_bytes = (stop - first) * place.width * 8
    with (library / SEGMENTS_FOLDER / place.file_name).open("rb") as file:
        file.seek(place.first_byte + first * place.width * 8)
        content = file.read(size_bytes)
    if len(content) != size_bytes:
        raise LibraryDamagedError(f"{place.file_name} is cut short; run the library check")
    return content


def _write(db: sqlite3.Connection, library: Path, contents: Sequence[_Content]) -> None:
    if not contents:
        return
    file_name, digest = f"numbers-{uuid.uuid4().hex}.f64", hashlib.sha256()

    def write(put: Callable[[bytes], int]) -> None:
        for _, content in contents:
            digest.update(content)
            put(content)

    write_atomically(library / SEGMENTS_FOLDER / file_name, write)
    file = db.execute(
        "INSERT INTO companion_files (file_name, size_bytes, sha256) VALUES (?, ?, ?)",
        (file_name, sum(len(content) for _, content in contents), digest.hexdigest()),
    ).lastrowid
    first_byte = 0
    for place, content in contents:
        db.execute(
            "INSERT OR REPLACE INTO companions (entry, descriptor_set, ground, file, first_byte, num_rows, width,"
            " sha256) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                place.entry,
                place.descriptor_set,
                place.ground,
                file,
                first_byte,
                place.num_rows,
                place.width,
                place.sha256,
            ),
        )
        first_byte += len(content)


def _ground(db: sqlite3.Connection, under: str) -> int:
    db.execute("INSERT OR IGNORE INTO companion_grounds (under) VALUES (?)", (under,))
    return int(db.execute("SELECT id FROM companion_grounds WHERE under = ?", (under,)).fetchone()[0])


def forget_unused(db: sqlite3.Connection) -> None:
    """Forget files that hold no entry's numbers, and grounds that none were computed under."""
    db.execute("DELETE FROM companion_files WHERE id NOT IN (SELECT file FROM companions)")
    db.execute("DELETE FROM companion_grounds WHERE id NOT IN (SELECT ground FROM companions)")
