"""Search by codes: the codes say which rows are worth reading, and these are compared exactly.

What no code covers (entries added since the codes were made) is compared exactly, all of it.  Nearly the same
consecutive queries are searched once.
"""

from __future__ import annotations

import mmap
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.codes import code_bytes, decode
from index.local.coding import CodeFile, open_codes, split_ids
from index.local.disk.segments import header_bytes, read_codes
from index.local.search import Found, SearchPlan, nearest_of_both
from index.local.sql.catalogue import Part, StoredSegment
from index.records import Descriptors, DescriptorSet, Hits

__all__ = ["CodedPlan", "coded_plan", "search_coded"]

_PROBES, _PROBED_SHARE = 48, 64
"""Lists that are looked through for each query at least, and one of so many: of more lists the nearest lie in more."""
_PROBES_OF_SHORT_ROWS, _PROBED_SHARE_OF_SHORT_ROWS = 384, 16
"""The same for rows of few components, whose nearest lie in more lists and cost less to compare."""
_SHORT_ROW = 32
"""Components of a short row at most."""
_READ_PER_QUERY = 256
"""Codes for which rows are read and compared."""
_SAME_QUERY = 0.98
"""Cosine from which a query is answered by the one before it."""
_QUERIES_AT_ONCE = 32
_ROWS_AT_ONCE = 16_384
_READERS = 8
"""Segments of which rows are read at once."""

Rows = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedPlan:
    """What a search by codes needs to know at one generation of the catalogue."""

    plan: SearchPlan
    """Where the rows lie."""
    files: tuple[tuple[CodeFile, Any], ...]
    """Files of codes, opened."""
    places: dict[int, tuple[int, Part]]
    """Key of a covered entry -> its segment (a position in the plan) and place in it."""
    tail: tuple[tuple[StoredSegment, Part], ...]
    """What no file covers."""


def coded_plan(library: Path, plan: SearchPlan, files: Sequence[CodeFile]) -> CodedPlan:
    """Open the codes of one set and role; FileNotFoundError if a file went away meanwhile."""
    covered = frozenset().union(*(file.entries for file in files))
    places: dict[int, tuple[int, Part]] = {}
    tail: list[tuple[StoredSegment, Part]] = []
    for number, stored in enumerate(plan.segments):
        for part in stored.parts:
            if part.entry in covered and part.entry not in places:
                places[part.entry] = (number, part)
            else:
                tail.append((stored, part))
    return CodedPlan(
        plan=plan, files=tuple((file, open_codes(library, file)) for file in files), places=places, tail=tuple(tail)
    )


def search_coded(library: Path, coded: CodedPlan, queries: Rows, *, k: int) -> Hits:
    """The k nearest rows of each query, as far as the codes tell them from others."""
    if not len(queries):
        return _hits(coded, _none(0, k))
    firsts, group = _distinct(queries)
    some = np.ascontiguousarray(queries[firsts])
    found = _search_tail(library, coded, some, k=k)
    ids = _nearest_codes(coded, some)
    for first in range(0, len(some), _QUERIES_AT_ONCE):
        block = slice(first, first + _QUERIES_AT_ONCE)
        read = _compared(library, coded, some[block], ids[block], k=k)
        best = nearest_of_both((found[0][block], found[1][block], found[2][block]), read, k=k)
        for kept, one in zip(found, best, strict=True):
            kept[block] = one
    return _hits(coded, tuple(one[group] for one in found))


def _none(count: int, k: int) -> Found:
    absent = np.full((count, k), -1, dtype=np.int32)
    return np.full((count, k), -np.inf, dtype=np.float32), absent, absent.copy()


def _hits(coded: CodedPlan, found: tuple[npt.NDArray[Any], ...]) -> Hits:
    return Hits(entry_ids=coded.plan.entry_ids, value=found[0], entry=found[1], row=found[2])


def _distinct(queries: Rows) -> tuple[Ids, Ids]:
    """Queries that are searched, and for each query which of them answers it."""
    firsts, group = [0], np.zeros(len(queries), dtype=np.int64)
    for number in range(1, len(queries)):
        if float(queries[number] @ queries[firsts[-1]]) < _SAME_QUERY:
            firsts.append(number)
        group[number] = len(firsts) - 1
    return np.array(firsts), group


def _nearest_codes(coded: CodedPlan, queries: Rows) -> Ids:
    """(queries, c) identifiers of the codes most like each query, of entries that still stand; -1 for none."""
    every_value, every_id = [], []
    for file, index in coded.files:
        index.nprobe = _num_probed(index)
        value, ids = index.search(queries, _READ_PER_QUERY)
        covers = np.fromiter(sorted(file.entries & coded.places.keys()), dtype=np.int64)
        ids = np.where(np.isin(split_ids(ids)[0], covers), ids, -1)
        every_value.append(np.where(ids >= 0, value, -np.inf))
        every_id.append(ids)
    values, identifiers = np.concatenate(every_value, axis=1), np.concatenate(every_id, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")[:, :_READ_PER_QUERY]
    return np.take_along_axis(identifiers, order, axis=1)


def _num_probed(index: Any) -> int:
    """Lists of an index that are looked through for each query."""
    is_short = index.d <= _SHORT_ROW
    least, share = (_PROBES_OF_SHORT_ROWS, _PROBED_SHARE_OF_SHORT_ROWS) if is_short else (_PROBES, _PROBED_SHARE)
    return int(min(max(least, index.nlist // share), index.nlist))


def _compared(library: Path, coded: CodedPlan, queries: Rows, ids: Ids, *, k: int) -> Found:
    """The rows that codes stand for, compared exactly."""
    entry, first, length = (one.ravel() for one in split_ids(ids))
    query = np.repeat(np.arange(len(queries)), ids.shape[1])
    is_there = entry >= 0
    entry, first, length, query = (one[is_there] for one in (entry, first, length, query))
    number = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    entry, row, query = np.repeat(entry, length), np.repeat(first, length) + number, np.repeat(query, length)
    keys, of_key = np.unique(entry, return_inverse=True)
    placed = [coded.places[key] for key in keys.tolist()]
    inside = row < np.array([part.num_rows for _, part in placed], dtype=np.int64)[of_key] if placed else row < 0
    of_key, row, query = of_key[inside], row[inside], query[inside]
    result = _none(len(queries), k)
    if not len(row):
        return result
    segment = np.array([number for number, _ in placed])[of_key]
    stored_row = np.array([part.first_row for _, part in placed], dtype=np.int64)[of_key] + row
    rows, of_row = _gather(library, coded, segment, stored_row)
    value = np.einsum("pd,pd->p", queries[query], rows[of_row])
    position = {entry_id: i for i, entry_id in enumerate(coded.plan.entry_ids)}
    owner = np.array([position[part.entry_id] for _, part in placed], dtype=np.int32)[of_key]
    order = np.lexsort((row, owner, -value, query))
    place = np.arange(len(order)) - np.searchsorted(query[order], query[order])
    kept = order[place < k]
    where = query[kept], place[place < k]
    result[0][where], result[1][where], result[2][where] = value[kept], owner[kept], row[kept]
    return result


def _gather(library: Path, coded: CodedPlan, segment: Ids, row: Ids) -> tuple[Rows, Ids]:
    """Rows of segments, each read once: (u, dimensions), and which of them each asked row is.

    Segments are read several at once: what is not in memory is waited for together, not page by page.
    """
    asked, of_row = np.unique(np.stack([segment, row]), axis=1, return_inverse=True)
    declared = coded.plan.descriptor_set
    numbers, starts = np.unique(asked[0], return_index=True)
    ends = np.append(starts[1:], asked.shape[1])

    def read(piece: tuple[int, int, int]) -> npt.NDArray[np.uint8]:
        number, start, end = piece
        codes: npt.NDArray[np.uint8] = np.take(
            _mapped(library, coded.plan.segments[number], declared), asked[1][start:end], axis=0
        )
        return codes

    pieces = zip(numbers.tolist(), starts.tolist(), ends.tolist(), strict=True)
    with ThreadPoolExecutor(_READERS) as readers:
        codes = np.concatenate(list(readers.map(read, pieces)))
    return decode(codes, declared).astype(np.float32, copy=False), of_row.ravel()


def _mapped(library: Path, stored: StoredSegment, declared: DescriptorSet) -> npt.NDArray[np.uint8]:
    """Rows of a segment, of which few are read: the system reads nothing ahead, which would be 40 times as much."""
    segment, width = stored.segment, code_bytes(declared)
    with segment.path(library).open("rb") as file:
        held = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    if hasattr(mmap, "MADV_RANDOM"):
        held.madvise(mmap.MADV_RANDOM)
    rows = np.frombuffer(held, dtype=np.uint8, count=segment.num_rows * width, offset=header_bytes(segment))
    return rows.reshape(segment.num_rows, width)


def _search_tail(library: Path, coded: CodedPlan, queries: Rows, *, k: int) -> Found:
    """What no code covers, compared exactly, some entries at a time."""
    found = _none(len(queries), k)
    position = {entry_id: i for i, entry_id in enumerate(coded.plan.entry_ids)}
    for batch in _batches(coded.tail):
        blocks: list[Descriptors] = []
        for stored, part in batch:
            held = read_codes(library, stored.segment, first_row=part.first_row, num_rows=part.num_rows)
            blocks.append(decode(held, coded.plan.descriptor_set))
        counts = [part.num_rows for _, part in batch]
        owner = np.repeat(np.array([position[part.entry_id] for _, part in batch], dtype=np.int32), counts)
        number = np.concatenate([np.arange(count, dtype=np.int32) for count in counts])
        value = (queries @ np.concatenate(blocks).astype(np.float32, copy=False).T).astype(np.float32)
        best = np.argsort(-value, axis=1, kind="stable")[:, :k]
        found = nearest_of_both(found, (np.take_along_axis(value, best, axis=1), owner[best], number[best]), k=k)
    return found


def _batches(tail: Sequence[tuple[StoredSegment, Part]]) -> list[list[tuple[StoredSegment, Part]]]:
    batches: list[list[tuple[StoredSegment, Part]]] = []
    held = _ROWS_AT_ONCE
    for one in tail:
        if held + one[1].num_rows > _ROWS_AT_ONCE:
            batches.append([])
            held = 0
        batches[-1].append(one)
        held += one[1].num_rows
    return batches
