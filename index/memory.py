"""Rows held in memory as a reader of them: what is too small, or too short-lived, for a folder.

What is given is checked as a folder checks it, rows are rounded to what a folder stores, and search is exact.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import fields, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from index.codes import Codes, code_bytes, decode, state_sha256_of
from index.device import DeviceName
from index.errors import UnknownEntryError
from index.records import (
    ALL_ROWS,
    Companion,
    Descriptors,
    DescriptorSet,
    Entry,
    FilterRange,
    Hits,
    NewEntry,
    Role,
    SampleTable,
    SceneTable,
    SearchCodes,
)
from index.validation import (
    checked_codes,
    lacks_rows,
    require_consistent,
    require_filter_ranges,
    require_new,
    require_queries,
    require_set,
)

__all__ = ["MemoryReader"]

_QUERIES_AT_ONCE = 64


class MemoryReader:
    """Some entries, held; it never changes.

    Args:
        descriptor_sets: what every entry comes with.
        entries: the entries; the same one twice is one.
        filter_ranges: identifier of an entry -> stretches of it that are left out.
        optional: names of sets that entries may come without.

    Raises:
        ValueError, LibraryError: what a library folder would refuse.
    """

    def __init__(
        self,
        descriptor_sets: Iterable[DescriptorSet],
        entries: Iterable[NewEntry],
        filter_ranges: Mapping[str, Iterable[FilterRange]],
        *,
        optional: Collection[str] = (),
    ) -> None:
        self._optional = frozenset(optional)
        self._sets: dict[str, DescriptorSet] = {}
        for one in descriptor_sets:
            require_set(one)
            self._sets.setdefault(one.name, one).require_same(one)
        self._new: dict[str, NewEntry] = {}
        self._codes: dict[str, dict[str, Codes]] = {}
        for entry in entries:
            self._hold(entry)
        self._ranges = {entry_id: tuple(ranges) for entry_id, ranges in filter_ranges.items()}
        for entry_id, ranges in self._ranges.items():
            require_filter_ranges(entry_id, ranges)
            self._known(entry_id)

    def _hold(self, entry: NewEntry) -> None:
        require_consistent(entry)
        codes = checked_codes(entry, self._sets.values(), optional=self._optional)
        if require_new(entry, self._new.get(entry.entry_id)):
            self._new[entry.entry_id] = entry
            self._codes[entry.entry_id] = codes

    def _known(self, entry_id: str) -> NewEntry:
        if entry_id not in self._new:
            raise UnknownEntryError(f"the library has no entry {entry_id!r}; list the library to see what it has")
        return self._new[entry_id]

    def close(self) -> None:
        """Nothing is held but memory."""

    def descriptor_sets(self) -> tuple[DescriptorSet, ...]:
        """The declared sets, by name."""
        return tuple(self._sets[name] for name in sorted(self._sets))

    def sets_of(self, entry_id: str) -> frozenset[str]:
        """Names of the declared sets of which an entry holds rows: all, but for optional ones that it lacks."""
        self._known(entry_id)
        return frozenset(self._codes[entry_id])

    def entries(self, role: Role | None = None) -> tuple[Entry, ...]:
        """Entries, by identifier."""
        return tuple(_entry(self._new[name]) for name in self._ids(role))

    def entry(self, entry_id: str) -> Entry:
        """One entry; UnknownEntryError if there is none."""
        return _entry(self._known(entry_id))

    def _ids(self, role: Role | None) -> list[str]:
        """In the order of SQLite, which compares bytes."""
        ids = [name for name, entry in self._new.items() if role in {None, entry.role}]
        return sorted(ids, key=str.encode)

    def samples(self, entry_id: str) -> SampleTable:
        """Every sample of an entry, gated ones included."""
        return self._known(entry_id).samples

    def scenes(self, entry_id: str) -> SceneTable:
        """Every scene of an entry."""
        return self._known(entry_id).scenes

    def filter_ranges(self, entry_id: str) -> tuple[FilterRange, ...]:
        """Stretches left out of the figures 'with filtration'."""
        self._known(entry_id)
        return self._ranges.get(entry_id, ())

    def descriptors(self, entry_id: str, set_name: str, *, rows: slice = ALL_ROWS) -> Descriptors:
        """An entry's rows of one set, one per indexed sample: float32 (of fp16 precision) or packed uint8.

        Args:
            entry_id: the entry.
            set_name: the descriptor set.
            rows: consecutive rows, without a step.
        """
        self._known(entry_id)
        wanted = self._set(set_name)
        if set_name not in self._codes[entry_id]:
            raise lacks_rows(entry_id, set_name)
        return decode(self._codes[entry_id][set_name][rows], wanted)

    def companion(self, entry_id: str, set_name: str, *, rows: slice = ALL_ROWS) -> Companion | None:
        """The numbers beside an entry's rows of one set, or beside some; None where it came with none.

        Args:
            entry_id: the entry.
            set_name: the descriptor set.
            rows: consecutive rows, without a step.
        """
        kept = self._known(entry_id).companions.get(set_name)
        return None if kept is None else replace(kept, values=kept.values[rows])

    def attached(self, entry_id: str) -> frozenset[str]:
        """Names of what is attached to an entry."""
        return frozenset(self._known(entry_id).attachments)

    def attachment(self, entry_id: str, name: str) -> bytes | None:
        """What is attached to an entry under a name; None where nothing is."""
        return self._known(entry_id).attachments.get(name)

    def _set(self, set_name: str) -> DescriptorSet:
        if set_name not in self._sets:
            known = ", ".join(sorted(self._sets)) or "none"
            raise KeyError(f"the library has no descriptor set {set_name!r}; it has {known}")
        return self._sets[set_name]

    def search_codes(self) -> tuple[SearchCodes, ...]:
        """None: rows in memory are few, and searched themselves."""
        return ()

    def search(
        self,
        set_name: str,
        queries: Descriptors,
        k: int,
        *,
        role: Role,
        device: DeviceName = "cpu",
        is_exact: bool = True,
    ) -> Hits:
        """The k nearest indexed samples of each query among the entries of a role, exactly; always on the processor.

        Args:
            set_name: the descriptor set.
            queries: (n, dimensions) rows, or packed bits.
            k: hits of each query.
            role: whose entries are searched.
            device: not looked at.
            is_exact: not looked at.
        """
        del device, is_exact
        wanted = self._set(set_name)
        require_queries(queries, k, wanted)
        ids = tuple(name for name in self._ids(role) if len(self._codes[name].get(set_name, ())))
        codes = [self._codes[name][set_name] for name in ids]
        rows = decode(np.concatenate([np.empty((0, code_bytes(wanted)), np.uint8), *codes]), wanted)
        value, place = _nearest(rows, queries, k=k, kind=wanted.kind)
        owner = np.repeat(np.arange(len(ids), dtype=np.int32), [len(one) for one in codes])
        number = np.concatenate([np.empty(0, np.int32), *(np.arange(len(one), dtype=np.int32) for one in codes)])
        is_there = place >= 0
        owner, number = (np.append(one, np.int32(-1)) for one in (owner, number))  # place -1 is nobody's
        return Hits(
            entry_ids=ids,
            entry=np.where(is_there, owner[place], np.int32(-1)),
            row=np.where(is_there, number[place], np.int32(-1)),
            value=value,
        )

    def state_sha256(self, role: Role | None = None) -> str:
        """Checksum over `state_lines`: that of a folder which holds the same."""
        return state_sha256_of(self.state_lines(role))

    def state_lines(self, role: Role | None = None) -> tuple[str, ...]:
        """What is indexed (of one role, or all): the lines of a folder which holds the same."""
        return tuple(self._state_lines(role))

    def _state_lines(self, role: Role | None) -> Iterator[str]:
        for name in self._ids(role):
            entry = self._new[name]
            head = (name, entry.role, entry.sha256)
            for one in self.descriptor_sets():
                if one.name not in self._codes[name]:
                    continue
                codes = self._codes[name][one.name]
                rows_sha256 = hashlib.sha256(codes.tobytes()).hexdigest()
                row = (*head, one.name, one.version, one.weights_sha256, len(codes), rows_sha256)
                yield json.dumps(row) + "\n"
            if not self._codes[name]:
                yield json.dumps((*head, None, None, None, None, None)) + "\n"
        for name in self._ids(role):
            entry = self._new[name]
            for attached, content in sorted(entry.attachments.items()):
                what = (attached, "attachment", None, len(content), hashlib.sha256(content).hexdigest())
                yield json.dumps((name, entry.role, entry.sha256, *what)) + "\n"


def _entry(new: NewEntry) -> Entry:
    shared = {one.name for one in fields(Entry)} & {one.name for one in fields(NewEntry)}
    return Entry(
        **{name: getattr(new, name) for name in shared},
        num_samples=len(new.samples),
        num_indexed=len(new.samples.indexed),
        num_scenes=len(new.scenes.start_pts),
        added_utc="",
    )


def _nearest(
    rows: Descriptors, queries: Descriptors, *, k: int, kind: Literal["float", "binary"]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """`reference.nearest`, some queries at a time and filled up to k; place -1 is absent."""
    value = np.full((len(queries), k), -np.inf if kind == "float" else np.inf, dtype=np.float32)
    place = np.full((len(queries), k), -1, dtype=np.int64)
    count = min(k, len(rows))
    stored = rows.astype(np.float64) if kind == "float" else _signs(rows)
    for first in range(0, len(queries) if count else 0, _QUERIES_AT_ONCE):
        some = slice(first, first + _QUERIES_AT_ONCE)
        if kind == "float":
            found = (queries[some].astype(np.float64) @ stored.T).astype(np.float32)
            order = np.argsort(-found, axis=1, kind="stable")[:, :count]
        else:
            found = (stored.shape[1] - _signs(queries[some]) @ stored.T) / 2
            order = np.argsort(found, axis=1, kind="stable")[:, :count]
        place[some, :count] = order
        value[some, :count] = np.take_along_axis(found, order, axis=1)
    return value, place


def _signs(packed: Descriptors) -> npt.NDArray[np.float32]:
    """Bits as +1 and -1: their product tells the distance, exactly in float32."""
    return np.unpackbits(packed.astype(np.uint8), axis=1).astype(np.float32) * 2 - 1
