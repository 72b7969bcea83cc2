"""Reading a library folder: what stands in it now, or at the generation of a snapshot."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TypeVar, cast

import numpy as np
import numpy.typing as npt

from index.codes import code_bytes, decode, state_sha256_of
from index.device import DeviceName
from index.errors import LibraryDamagedError
from index.local.attachments import names_attached, read_attachment
from index.local.coded_search import CodedPlan, coded_plan, search_coded
from index.local.coding import code_files, codes_made
from index.local.companions import read_companion
from index.local.disk.segments import read_codes
from index.local.search import SearchPlan, make_plan, search_plan
from index.local.snapshot import Snapshot
from index.local.sql import catalogue
from index.local.store import Store
from index.records import (
    ALL_ROWS,
    Companion,
    Descriptors,
    DescriptorSet,
    Entry,
    FilterRange,
    Hits,
    Role,
    SampleTable,
    SceneTable,
    SearchCodes,
)
from index.validation import lacks_rows, require_queries

__all__ = ["LocalReader"]

_RETRIES = 20

_T = TypeVar("_T")


class LocalReader:
    """Every question to the works and background of one folder; readers never wait."""

    def __init__(self, source: Store | Snapshot) -> None:
        self._source = source
        self._states: dict[Role | None, tuple[int, str]] = {}  # by role: at which generation, what it was
        self._plans: dict[tuple[str, Role], tuple[SearchPlan, CodedPlan | None]] = {}

    def __reduce__(self) -> tuple[type[LocalReader], tuple[Snapshot]]:
        if not isinstance(self._source, Snapshot):
            raise TypeError("what stands in a library now can't be pickled: pickle a snapshot of it")
        return LocalReader, (self._source,)

    def close(self) -> None:
        """Let go of the folder."""
        self._source.close()

    def descriptor_sets(self) -> tuple[DescriptorSet, ...]:
        """The declared sets, by name."""
        with self._source.reading() as db:
            return tuple(one for _, one in catalogue.descriptor_sets(db).values())

    def sets_of(self, entry_id: str) -> frozenset[str]:
        """Names of the declared sets of which an entry holds rows: all, but for optional ones that it lacks."""
        with self._source.reading() as db:
            rows = catalogue.descriptor_rows(db, catalogue.entry_key(db, entry_id))
            return frozenset(one.descriptor_set.name for one in rows)

    def entries(self, role: Role | None = None) -> tuple[Entry, ...]:
        """Entries, by identifier."""
        with self._source.reading() as db:
            return catalogue.entries(db, "WHERE e.role = ?", (role,)) if role else catalogue.entries(db)

    def entry(self, entry_id: str) -> Entry:
        """One entry; UnknownEntryError if there is none."""
        with self._source.reading() as db:
            catalogue.entry_key(db, entry_id)
            return catalogue.entries(db, "WHERE e.entry_id = ?", (entry_id,))[0]

    def samples(self, entry_id: str) -> SampleTable:
        """Every sample of an entry, gated ones included."""
        with self._source.reading() as db:
            return catalogue.sample_table(db, entry_id)

    def scenes(self, entry_id: str) -> SceneTable:
        """Every scene of an entry."""
        with self._source.reading() as db:
            return catalogue.scene_table(db, entry_id)

    def filter_ranges(self, entry_id: str) -> tuple[FilterRange, ...]:
        """Stretches left out of the figures 'with filtration'."""
        with self._source.reading() as db:
            return catalogue.filter_ranges(db, entry_id)

    def descriptors(self, entry_id: str, set_name: str, *, rows: slice = ALL_ROWS) -> Descriptors:
        """An entry's rows of one set, one per indexed sample: float32 (of fp16 precision) or packed uint8.

        Args:
            entry_id: the entry.
            set_name: the descriptor set.
            rows: consecutive rows, without a step; only all of them are held against their checksum.
        """
        return self._retrying(lambda: self._read_descriptors(entry_id, set_name, rows))

    def _read_descriptors(self, entry_id: str, set_name: str, rows: slice) -> Descriptors:
        with self._source.reading() as db:
            key = catalogue.entry_key(db, entry_id)
            descriptor_set = catalogue.descriptor_set(db, set_name)
            expected = {one.descriptor_set.name: one.sha256 for one in catalogue.descriptor_rows(db, key)}
            if set_name not in expected and set_name in catalogue.optional_sets(db):
                raise lacks_rows(entry_id, set_name)
            holding = "WHERE s.name = ? AND g.id IN (SELECT segment FROM segment_parts WHERE entry = ?)"
            stored = catalogue.segments(db, holding, (set_name, key))
        places = [(one.segment, part) for one in stored for part in one.parts if part.entry == key]
        if rows != ALL_ROWS and len(places) == 1:
            ((segment, part),) = places
            first, stop, _ = rows.indices(part.num_rows)
            some = read_codes(self._source.folder, segment, first_row=part.first_row + first, num_rows=stop - first)
            return decode(some, descriptor_set)
        blocks = [
            read_codes(self._source.folder, segment, first_row=part.first_row, num_rows=part.num_rows)
            for segment, part in places
        ]
        codes = np.concatenate([np.empty((0, code_bytes(descriptor_set)), np.uint8), *blocks])
        if hashlib.sha256(codes.tobytes()).hexdigest() != expected.get(set_name):
            raise LibraryDamagedError(
                f"the {set_name!r} rows of {entry_id!r} were changed or lost; run the library check"
            )
        return decode(codes[rows], descriptor_set)

    def companion(self, entry_id: str, set_name: str, *, rows: slice = ALL_ROWS) -> Companion | None:
        """The numbers beside an entry's rows of one set, or beside some; None where none are kept.

        Args:
            entry_id: the entry.
            set_name: the descriptor set.
            rows: consecutive rows, without a step; only all of them are held against their checksum.
        """

        def attempt() -> Companion | None:
            with self._source.reading() as db:
                key = catalogue.entry_key(db, entry_id)
                return read_companion(db, self._source.folder, key, set_name, rows=rows)

        return self._retrying(attempt)

    def attached(self, entry_id: str) -> frozenset[str]:
        """Names of what is attached to an entry."""
        with self._source.reading() as db:
            return names_attached(db, catalogue.entry_key(db, entry_id))

    def attachment(self, entry_id: str, name: str) -> bytes | None:
        """What is attached to an entry under a name; None where nothing is."""

        def attempt() -> bytes | None:
            with self._source.reading() as db:
                return read_attachment(db, self._source.folder, catalogue.entry_key(db, entry_id), name)

        return self._retrying(attempt)

    def search(
        self,
        set_name: str,
        queries: Descriptors,
        k: int,
        *,
        role: Role,
        device: DeviceName = "cpu",
        is_exact: bool = False,
    ) -> Hits:
        """The k nearest indexed samples of each query among the entries of a role.

        Exactly, or by search codes where these were made: values are then exact, hits may be missing.

        Args:
            set_name: the descriptor set.
            queries: (n, dimensions) rows, or packed bits.
            k: hits of each query.
            role: whose entries are searched.
            device: where rows are compared exactly.
            is_exact: compare all rows, whatever codes there are.
        """

        def attempt() -> Hits:
            plan, coded = self._plan(set_name, role)
            require_queries(queries, k, plan.descriptor_set)
            if coded is None or is_exact:
                return search_plan(self._source.folder, plan, queries, k=k, device=device)
            return search_coded(self._source.folder, coded, cast("npt.NDArray[np.float32]", queries), k=k)

        return self._retrying(attempt)

    def _plan(self, set_name: str, role: Role) -> tuple[SearchPlan, CodedPlan | None]:
        with self._source.reading() as db:
            generation = catalogue.generation(db)
            plan, coded = self._plans.get((set_name, role), (None, None))
            if plan is None or plan.generation != generation:
                where, values = "WHERE s.name = ? AND g.role = ?", (set_name, role)
                plan = make_plan(
                    generation, catalogue.descriptor_set(db, set_name), catalogue.segments(db, where, values)
                )
                files = code_files(db, "WHERE s.name = ? AND c.role = ?", values)
                coded = coded_plan(self._source.folder, plan, files) if files else None
                self._plans[set_name, role] = plan, coded
        return plan, coded

    def search_codes(self) -> tuple[SearchCodes, ...]:
        """What answers searches in place of the rows themselves, by set and role; empty in a small library."""
        with self._source.reading() as db:
            return codes_made(db)

    def _retrying(self, attempt: Callable[[], _T]) -> _T:
        """Read again when a segment went away because another process removed or compacted something."""
        for _ in range(_RETRIES):
            generation = self._source.generation
            try:
                return attempt()
            except FileNotFoundError as error:
                missing = error
                if self._source.generation == generation:
                    break
        raise self._source.missing_file(str(missing.filename)) from missing

    def state_lines(self, role: Role | None = None) -> tuple[str, ...]:
        """What is indexed (of one role, or all), a JSON line for each entry and descriptor set, in their order."""
        with self._source.reading() as db:
            return tuple(catalogue.state_lines(db, role))

    def state_sha256(self, role: Role | None = None) -> str:
        """Checksum over `state_lines`, whatever the order of adding or the layout."""
        with self._source.reading() as db:
            generation = catalogue.generation(db)
            at, sha256 = self._states.get(role, (None, ""))
            if at != generation:
                sha256 = state_sha256_of(catalogue.state_lines(db, role))
                self._states[role] = generation, sha256
            return sha256
