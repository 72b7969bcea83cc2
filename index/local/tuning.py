"""Making search codes: trained on the library's own rows, built beside what stands, put in place in one transaction.

Whoever is killed meanwhile leaves the old codes.  Rows added later get codes of the same training in a file of their
own; small files are merged into the next larger, so that each row is written a few times only.
"""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np
import numpy.typing as npt

from index.codes import decode
from index.local.coding import (
    CodeFile,
    code_files,
    empty_like,
    insert_codes,
    open_codes,
    runs_of,
    split_ids,
    write_codes,
)
from index.local.disk.segments import read_codes
from index.local.sql.catalogue import Part, StoredSegment, descriptor_sets, segments
from index.records import DescriptorSet, Role

__all__ = ["LEAST_ROWS", "CodedGroup", "build", "groups", "grow"]

LEAST_ROWS = 100_000
"""Rows of one set from which codes are made: fewer are searched exactly."""
MOST_UNCODED_ROWS = 20_000
"""Rows without codes, all compared exactly, from which they get some."""
_TRAINING_PER_LIST = 32
_ROUNDS = 6
"""Rounds of k-means."""
_LISTS_PER_ROOT = 4.0
_MOST_LISTS = 65_536
_BITS = 6
"""Of each part of a code: from 8 on down to 5 the best 256 held the nearest row as often (`docs/scale.md`)."""
_MOST_PARTS = 18
"""Parts of a code at most: the largest divisor of the dimensions up to it."""
_SEED = 1234

_Places = Sequence[tuple[StoredSegment, Part]]
Rows = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedGroup:
    """The rows of one set and role, and their codes."""

    declared: DescriptorSet
    """The set."""
    role: Role
    """Works or background."""
    places: tuple[tuple[StoredSegment, Part], ...]
    """Where the rows lie."""
    files: tuple[CodeFile, ...]
    """Files of codes, oldest first."""

    @property
    def num_rows(self) -> int:
        """Rows, coded or not."""
        return sum(part.num_rows for _, part in self.places)

    @property
    def uncoded(self) -> tuple[tuple[StoredSegment, Part], ...]:
        """Rows without codes."""
        covered = frozenset().union(*(file.entries for file in self.files))
        return tuple(one for one in self.places if one[1].entry not in covered)


def groups(db: sqlite3.Connection) -> tuple[CodedGroup, ...]:
    """Every set and role whose rows can have codes: unit vectors."""
    return tuple(
        CodedGroup(
            declared=declared,
            role=role,
            places=tuple(
                (stored, part)
                for stored in segments(db, "WHERE s.name = ? AND g.role = ?", (name, role))
                for part in stored.parts
            ),
            files=code_files(db, "WHERE s.name = ? AND c.role = ?", (name, role)),
        )
        for name, (_, declared) in descriptor_sets(db).items()
        if declared.kind == "float"
        for role in get_args(Role)
    )


def build(library: Path, group: CodedGroup) -> CodeFile | None:
    """Train on some of the rows of a group and write codes of all; None where too few have a direction."""
    index = _trained(library, group.declared, group.places)
    if index is None:
        return None
    _add(library, index, group.declared, group.places)
    entries = {part.entry for _, part in group.places}
    return write_codes(library, index, group.declared, role=group.role, training=uuid.uuid4().hex, entries=entries)


def grow(library: Path, db: sqlite3.Connection) -> None:
    """Give codes to rows that have none, where there are many and others of their set and role have codes."""
    if db.execute("SELECT 1 FROM search_codes LIMIT 1").fetchone() is None:
        return
    for group in groups(db):
        if group.files and sum(part.num_rows for _, part in group.uncoded) > MOST_UNCODED_ROWS:
            file, merged = _grown(library, group.declared, group.files, group.uncoded)
            insert_codes(db, file, instead_of=merged)


def _grown(
    library: Path, declared: DescriptorSet, files: Sequence[CodeFile], tail: _Places
) -> tuple[CodeFile, tuple[CodeFile, ...]]:
    """Write codes of rows that have none; the new file, and those that went into it."""
    latest = [file for file in files if file.training == files[-1].training]
    index = empty_like(open_codes(library, latest[0]))
    _add(library, index, declared, tail)
    merged: list[CodeFile] = []
    for file in sorted(latest, key=lambda one: one.num_codes):
        if file.num_codes <= 2 * index.ntotal:
            _take_over(index, open_codes(library, file), file.entries)
            merged.append(file)
    entries = {part.entry for _, part in tail}.union(*(file.entries for file in merged))
    grown = write_codes(library, index, declared, role=latest[0].role, training=latest[0].training, entries=entries)
    return grown, tuple(merged)


def _trained(library: Path, declared: DescriptorSet, places: _Places) -> Any | None:
    import faiss

    total = sum(part.num_rows for _, part in places)
    lists = int(min(_MOST_LISTS, max(1, _LISTS_PER_ROOT * total**0.5), max(1, total // _TRAINING_PER_LIST)))
    sample = _sample(library, declared, places, share=min(1.0, lists * _TRAINING_PER_LIST / max(1, total)))
    if len(sample) < max(lists, 1 << _BITS):
        return None
    clusters = faiss.Kmeans(
        declared.dimensions, lists, niter=_ROUNDS, spherical=True, seed=_SEED, min_points_per_centroid=1
    )
    clusters.train(sample)
    quantizer = faiss.IndexFlatIP(declared.dimensions)
    quantizer.add(np.asarray(clusters.centroids, dtype=np.float32))
    parts = max(count for count in range(1, _MOST_PARTS + 1) if declared.dimensions % count == 0)
    index = faiss.IndexIVFPQ(quantizer, declared.dimensions, lists, parts, _BITS, faiss.METRIC_INNER_PRODUCT)
    index.pq.cp.niter, index.pq.cp.max_points_per_centroid, index.pq.cp.min_points_per_centroid = _ROUNDS, 64, 1
    index.train(sample)
    return index


def _sample(library: Path, declared: DescriptorSet, places: _Places, *, share: float) -> Rows:
    """Some rows of every entry."""
    random = np.random.default_rng(_SEED)
    kept = [rows[random.random(len(rows)) < share] for _, rows in _rows(library, declared, places)]
    some = np.concatenate(kept)
    return np.ascontiguousarray(some[np.einsum("kd,kd->k", some, some) > 0])


def _rows(library: Path, declared: DescriptorSet, places: _Places) -> Iterator[tuple[int, Rows]]:
    for stored, part in places:
        codes = read_codes(library, stored.segment, first_row=part.first_row, num_rows=part.num_rows)
        yield part.entry, decode(codes, declared).astype(np.float32, copy=False)


def _add(library: Path, index: Any, declared: DescriptorSet, places: _Places) -> None:
    for entry, rows in _rows(library, declared, places):
        coded, ids = runs_of(rows, entry)
        if len(coded):
            index.add_with_ids(np.ascontiguousarray(rows[coded]), ids)


def _take_over(index: Any, other: Any, entries: Iterable[int]) -> None:
    """Add the codes of another index of the same training, but for those of entries that went."""
    import faiss

    standing = np.fromiter(sorted(entries), dtype=np.int64)
    for number in range(other.nlist):
        size = other.invlists.list_size(number)
        if size:
            ids = faiss.rev_swig_ptr(other.invlists.get_ids(number), size).copy()
            codes = faiss.rev_swig_ptr(other.invlists.get_codes(number), size * other.code_size).copy()
            kept = np.isin(split_ids(ids)[0], standing)
            ids, codes = ids[kept], codes.reshape(size, -1)[kept]
            if len(ids):
                index.invlists.add_entries(
                    number, len(ids), faiss.swig_ptr(ids), faiss.swig_ptr(np.ascontiguousarray(codes))
                )
                index.ntotal += len(ids)
