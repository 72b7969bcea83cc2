"""Search codes: what of each row is kept in memory to find what is worth reading.

A file of codes is an inverted file with product quantisation (Jegou, Douze and Schmid, 2011) as FAISS writes it, over
the rows of some entries of one set and role.  Consecutive rows that are nearly the same are one code; its identifier
says which rows: `entry key << 40 | first row << 8 | number of rows - 1`.  What an identifier says of an entry that the
catalogue no longer names for the file is passed over.
"""

from __future__ import annotations

import hashlib
import sqlite3
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.errors import LibraryDamagedError
from index.local.disk.files import is_whole, write_atomically
from index.local.disk.segments import SEGMENTS_FOLDER
from index.records import Damage, DescriptorSet, Role, SearchCodes

__all__ = [
    "CodeFile",
    "code_damage",
    "code_files",
    "codes_made",
    "empty_like",
    "insert_codes",
    "open_codes",
    "runs_of",
    "split_ids",
    "write_codes",
]

_ALIKE = 0.9
"""Cosine from which a row is told by the code of one just before it."""
_LONGEST_RUN = 8
"""Rows of one code at most."""
_ENTRY_SHIFT, _ROW_SHIFT = 40, 8

Rows = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]

_FILES = """
SELECT c.id, c.file_name, s.name, c.role, c.training, c.factory, c.num_codes, c.size_bytes, c.sha256
FROM search_codes c JOIN descriptor_sets s ON s.id = c.descriptor_set
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeFile:
    """What the catalogue says of one file of codes."""

    key: int
    """Its key; 0 where it has none yet."""
    file_name: str
    """Name inside the segments folder, never used twice."""
    set_name: str
    """The descriptor set."""
    role: Role
    """Works and background are kept apart."""
    training: str
    """Names one training."""
    factory: str
    """Kind of index, as FAISS writes it."""
    num_codes: int
    """Codes in the file."""
    size_bytes: int
    """Size of the file."""
    sha256: str
    """SHA-256 of the whole file."""
    entries: frozenset[int]
    """Keys of the entries whose rows it covers."""


def runs_of(rows: Rows, entry: int) -> tuple[npt.NDArray[np.int64], Ids]:
    """(c,) rows that get a code, and the identifiers of their codes; rows without direction get none.

    Args:
        rows: (n, dimensions) rows of one entry.
        entry: its key.
    """
    steps = np.minimum(_LONGEST_RUN - 1, np.arange(len(rows))[::-1])
    for apart in range(min(_LONGEST_RUN, len(rows)) - 1, 0, -1):
        far = np.einsum("kd,kd->k", rows[apart:], rows[:-apart]) < _ALIKE
        steps[:-apart][far] = np.minimum(steps[:-apart][far], apart - 1)
    reach = steps.tolist()
    firsts = []
    row = 0
    while row < len(reach):
        firsts.append(row)
        row += reach[row] + 1
    first = np.array(firsts, dtype=np.int64)
    first = first[np.einsum("kd,kd->k", rows[first], rows[first]) > 0]
    return first, (np.int64(entry) << _ENTRY_SHIFT) | (first << _ROW_SHIFT) | steps[first].astype(np.int64)


def split_ids(ids: Ids) -> tuple[Ids, Ids, Ids]:
    """Entry key, first row and number of rows of each identifier; entry key -1 where there is none."""
    entry = np.where(ids < 0, -1, ids >> _ENTRY_SHIFT)
    return entry, (ids >> _ROW_SHIFT) & 0xFFFFFFFF, (ids & 0xFF) + 1


def code_files(db: sqlite3.Connection, where: str = "", values: tuple[object, ...] = ()) -> tuple[CodeFile, ...]:
    """Files of codes that satisfy a condition of this package, oldest first."""
    found = []
    for row in db.execute(f"{_FILES} {where} ORDER BY c.id", values).fetchall():
        entries = db.execute("SELECT entry FROM search_code_parts WHERE codes = ?", (row[0],))
        names = ("key", "file_name", "set_name", "role", "training", "factory", "num_codes", "size_bytes", "sha256")
        found.append(CodeFile(**dict(zip(names, row, strict=True)), entries=frozenset(one[0] for one in entries)))
    return tuple(found)


def codes_made(db: sqlite3.Connection) -> tuple[SearchCodes, ...]:
    """What codes there are of each set and role."""
    made = []
    for set_name, role in sorted({(file.set_name, file.role) for file in code_files(db)}):
        files = code_files(db, "WHERE s.name = ? AND c.role = ?", (set_name, role))
        rows = _num_rows(db, set_name, role)
        covered = frozenset().union(*(file.entries for file in files))
        made.append(
            SearchCodes(
                set_name=set_name,
                role=role,
                factory=files[-1].factory,
                num_rows=sum(rows.values()),
                num_rows_coded=sum(count for entry, count in rows.items() if entry in covered),
                num_codes=sum(file.num_codes for file in files),
                size_bytes=sum(file.size_bytes for file in files),
            )
        )
    return tuple(made)


def _num_rows(db: sqlite3.Connection, set_name: str, role: str) -> dict[int, int]:
    query = (
        "SELECT r.entry, r.num_rows FROM descriptor_rows r JOIN descriptor_sets s ON s.id = r.descriptor_set"
        " JOIN entries e ON e.id = r.entry WHERE s.name = ? AND e.role = ?"
    )
    return dict(db.execute(query, (set_name, role)).fetchall())


def insert_codes(db: sqlite3.Connection, file: CodeFile, *, instead_of: Iterable[CodeFile]) -> None:
    """Enter a file of codes in place of others."""
    db.executemany("DELETE FROM search_codes WHERE id = ?", [(one.key,) for one in instead_of])
    key = db.execute(
        "INSERT INTO search_codes (file_name, descriptor_set, role, training, factory, num_codes, size_bytes, sha256)"
        " SELECT ?, id, ?, ?, ?, ?, ?, ? FROM descriptor_sets WHERE name = ?",
        (
            file.file_name,
            file.role,
            file.training,
            file.factory,
            file.num_codes,
            file.size_bytes,
            file.sha256,
            file.set_name,
        ),
    ).lastrowid
    db.executemany(
        "INSERT INTO search_code_parts (codes, entry) VALUES (?, ?)", [(key, entry) for entry in sorted(file.entries)]
    )


def write_codes(
    library: Path, index: Any, declared: DescriptorSet, *, role: Role, training: str, entries: Iterable[int]
) -> CodeFile:
    """Write an index as a file of codes.

    Args:
        library: the library's folder.
        index: the FAISS index.
        declared: whose rows it holds.
        role: of the entries.
        training: names the training.
        entries: keys of the entries.
    """
    import faiss

    file_name, digest, size_bytes = f"codes-{declared.name}-{role}-{uuid.uuid4().hex}.faiss", hashlib.sha256(), 0

    def write(put: Callable[[bytes], int]) -> None:
        def count(piece: Any) -> int:
            nonlocal size_bytes
            content = bytes(piece)
            digest.update(content)
            size_bytes += len(content)
            return put(content)

        # the published types of faiss lack this class
        faiss.write_index(index, faiss.PyCallbackIOWriter(count))  # type: ignore[attr-defined]

    write_atomically(library / SEGMENTS_FOLDER / file_name, write)
    return CodeFile(
        key=0,
        file_name=file_name,
        set_name=declared.name,
        role=role,
        training=training,
        factory=f"IVF{index.nlist},PQ{index.pq.M}x{index.pq.nbits}",
        num_codes=index.ntotal,
        size_bytes=size_bytes,
        sha256=digest.hexdigest(),
        entries=frozenset(entries),
    )


def open_codes(library: Path, file: CodeFile) -> Any:
    """The FAISS index of a file of codes, its lists mapped; FileNotFoundError if the file is gone."""
    import faiss

    path = library / SEGMENTS_FOLDER / file.file_name
    if path.stat().st_size != file.size_bytes:
        raise LibraryDamagedError(f"{path.name} does not have {file.size_bytes} bytes; run the library check")
    try:
        return faiss.read_index(str(path), faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY)
    except RuntimeError as error:
        path.stat()  # went away since it was looked at: FileNotFoundError
        raise LibraryDamagedError(f"{path.name} is no readable FAISS file; run the library check") from error


def empty_like(index: Any) -> Any:
    """An index of the same training that holds nothing."""
    import faiss

    quantizer = faiss.clone_index(index.quantizer)
    fresh = faiss.IndexIVFPQ(quantizer, index.d, index.nlist, index.pq.M, index.pq.nbits, faiss.METRIC_INNER_PRODUCT)
    fresh.pq, fresh.is_trained = index.pq, True
    return fresh


def code_damage(db: sqlite3.Connection, library: Path) -> Iterator[Damage]:
    """Files of codes that are missing, cut or changed."""
    for file in code_files(db):
        path = library / SEGMENTS_FOLDER / file.file_name
        if not is_whole(path, size_bytes=file.size_bytes, sha256=file.sha256):
            what = f"expected {file.size_bytes} bytes of SHA-256 {file.sha256}; the file is missing or was changed"
            yield Damage(where=f"{SEGMENTS_FOLDER}/{file.file_name}", what=what, affected=())
