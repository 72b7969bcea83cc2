"""A library folder as one object: everything the other packages ask of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import numpy as np

from index.device import DeviceName
from index.errors import DuplicateIdError, LibraryDamagedError, LibraryNotFoundError
from index.local import catalogue, creation
from index.local.checking import find_damage
from index.local.exporting import export_library
from index.local.rewriting import MAX_SMALL_SEGMENTS, compact_small, has_many_small
from index.local.search import SearchPlan, make_plan, require_queries, search_plan
from index.local.segments import code_bytes, decode, read_codes
from index.local.store import Store
from index.local.validation import checked_codes, require_consistent, require_filter_ranges, require_set
from index.local.writing import delete_entry, insert_entry, insert_set, replace_filter_ranges
from index.records import (
    AddOutcome,
    Damage,
    Descriptors,
    DescriptorSet,
    Entry,
    FilterRange,
    Hits,
    NewEntry,
    Role,
    SampleTable,
    SceneTable,
)

__all__ = ["Library"]

_RETRIES = 20
_DEFAULT_TIMEOUT_SECONDS = 30.0

_T = TypeVar("_T")


class Library:
    """The indexed works and background of one folder; use it in a with-statement, or close it.

    Readers never wait.  A change waits for other writers, at most `timeout_seconds`, then raises LibraryBusyError.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._plans: dict[tuple[str, Role], SearchPlan] = {}

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make an empty library in a folder that is absent or empty."""
        creation.create(path)
        return cls(Store(path))

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the library at `path`, bringing it up to date if an older version wrote it."""
        if not creation.is_library(path):
            raise LibraryNotFoundError(f"no library at {path}; make one with: similarity add PATH... --library {path}")
        return cls(Store(path))

    @classmethod
    def open_or_create(cls, path: Path) -> Self:
        """Open the library at `path`, or make it."""
        if not creation.is_library(path):
            creation.create(path, exist_ok=True)
        return cls(Store(path))

    def close(self) -> None:
        """Let go of the folder."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def path(self) -> Path:
        """The folder."""
        return self._store.folder

    def declare_set(self, descriptor_set: DescriptorSet) -> None:
        """Say that entries come with these descriptors; only before the first entry, idempotent."""
        require_set(descriptor_set)
        with self._store.reading() as db:
            known = catalogue.descriptor_sets(db)
        if known.get(descriptor_set.name, (0, None))[1] == descriptor_set:
            return
        with self._store.changing(_DEFAULT_TIMEOUT_SECONDS), self._store.committing() as db:
            insert_set(db, descriptor_set)

    def descriptor_sets(self) -> tuple[DescriptorSet, ...]:
        """The declared sets, by name."""
        with self._store.reading() as db:
            return tuple(one for _, one in catalogue.descriptor_sets(db).values())

    def add(self, entry: NewEntry, *, timeout_seconds: float = _DEFAULT_TIMEOUT_SECONDS) -> AddOutcome:
        """Add an entry whole or not at all; the same content under the same id and in the same role is not added twice.

        Raises:
            DuplicateIdError: the id stands for other content, or for this content in the other role.
        """
        require_consistent(entry)
        codes = checked_codes(entry, self.descriptor_sets())
        standing = self._standing(entry)
        if standing is not None:
            return standing
        with self._store.changing(timeout_seconds):
            standing = self._standing(entry)  # another process may have been faster
            if standing is not None:
                return standing
            checked_codes(entry, self.descriptor_sets())
            self._compact(more_than=MAX_SMALL_SEGMENTS)
            with self._store.committing() as db:
                insert_entry(db, self.path, entry=entry, codes=codes)
        return AddOutcome(entry_id=entry.entry_id, was_added=True)

    def _standing(self, entry: NewEntry) -> AddOutcome | None:
        """What stands in the library for this id already; DuplicateIdError if the id means something else."""
        with self._store.reading() as db:
            namesakes = catalogue.entries(db, "WHERE e.entry_id = ?", (entry.entry_id,))
        if namesakes and (namesakes[0].sha256, namesakes[0].role) == (entry.sha256, entry.role):
            return AddOutcome(entry_id=entry.entry_id, was_added=False)
        if namesakes:
            raise DuplicateIdError(
                f"{entry.entry_id!r} stands for {namesakes[0].source_path} ({namesakes[0].role}, SHA-256 "
                f"{namesakes[0].sha256[:12]}...) already; got {entry.source_path} ({entry.role}, SHA-256 "
                f"{entry.sha256[:12]}...) - give it another id, or remove the old one first"
            )
        return None

    def remove(self, entry_id: str) -> None:
        """Take an entry out; its rows, times and names leave the disk."""
        with self._store.reading() as db:
            catalogue.entry_key(db, entry_id)
        with self._store.changing(_DEFAULT_TIMEOUT_SECONDS), self._store.committing() as db:
            delete_entry(db, self.path, catalogue.entry_key(db, entry_id))

    def entries(self, role: Role | None = None) -> tuple[Entry, ...]:
        """Entries, by identifier."""
        with self._store.reading() as db:
            return catalogue.entries(db, "WHERE e.role = ?", (role,)) if role else catalogue.entries(db)

    def entry(self, entry_id: str) -> Entry:
        """One entry; UnknownEntryError if there is none."""
        with self._store.reading() as db:
            catalogue.entry_key(db, entry_id)
            return catalogue.entries(db, "WHERE e.entry_id = ?", (entry_id,))[0]

    def entries_by_sha256(self, sha256: str) -> tuple[Entry, ...]:
        """Every entry that stands for a file's content, by identifier, works and background alike."""
        with self._store.reading() as db:
            return catalogue.entries(db, "WHERE e.content_sha256 = ?", (sha256,))

    def samples(self, entry_id: str) -> SampleTable:
        """Every sample of an entry, gated ones included."""
        with self._store.reading() as db:
            return catalogue.sample_table(db, entry_id)

    def scenes(self, entry_id: str) -> SceneTable:
        """Every scene of an entry."""
        with self._store.reading() as db:
            return catalogue.scene_table(db, entry_id)

    def filter_ranges(self, entry_id: str) -> tuple[FilterRange, ...]:
        """Stretches left out of the figures 'with filtration'."""
        with self._store.reading() as db:
            return catalogue.filter_ranges(db, entry_id)

    def set_filter_ranges(self, entry_id: str, ranges: Iterable[FilterRange]) -> None:
        """Put other filtration ranges in place of an entry's old ones."""
        ranges = tuple(ranges)
        require_filter_ranges(entry_id, ranges)
        with self._store.changing(_DEFAULT_TIMEOUT_SECONDS), self._store.committing() as db:
            replace_filter_ranges(db, catalogue.entry_key(db, entry_id), ranges)

    def descriptors(self, entry_id: str, set_name: str) -> Descriptors:
        """An entry's rows of one set, one per indexed sample: float32 (of fp16 precision) or packed uint8."""
        return self._retrying(lambda: self._read_descriptors(entry_id, set_name))

    def _read_descriptors(self, entry_id: str, set_name: str) -> Descriptors:
        with self._store.reading() as db:
            key = catalogue.entry_key(db, entry_id)
            descriptor_set = catalogue.descriptor_set(db, set_name)
            expected = {one.descriptor_set.name: one.sha256 for one in catalogue.descriptor_rows(db, key)}
            holding = "WHERE s.name = ? AND g.id IN (SELECT segment FROM segment_parts WHERE entry = ?)"
            stored = catalogue.segments(db, holding, (set_name, key))
        blocks = [
            read_codes(self.path, one.segment, first_row=part.first_row, num_rows=part.num_rows)
            for one in stored
            for part in one.parts
            if part.entry == key
        ]
        codes = np.concatenate([np.empty((0, code_bytes(descriptor_set)), np.uint8), *blocks])
        if hashlib.sha256(codes.tobytes()).hexdigest() != expected.get(set_name):
            raise LibraryDamagedError(
                f"the {set_name!r} rows of {entry_id!r} were changed or lost; run the library check"
            )
        return decode(codes, descriptor_set)

    def search(self, set_name: str, queries: Descriptors, k: int, *, role: Role, device: DeviceName = "cpu") -> Hits:
        """The k nearest indexed samples of each query among the entries of a role, exactly."""

        def attempt() -> Hits:
            plan = self._plan(set_name, role)
            require_queries(queries, k, plan.descriptor_set)
            return search_plan(self.path, plan, queries, k=k, device=device)

        return self._retrying(attempt)

    def _plan(self, set_name: str, role: Role) -> SearchPlan:
        with self._store.reading() as db:
            generation = catalogue.generation(db)
            plan = self._plans.get((set_name, role))
            if plan is None or plan.generation != generation:
                stored = catalogue.segments(db, "WHERE s.name = ? AND g.role = ?", (set_name, role))
                plan = make_plan(generation, catalogue.descriptor_set(db, set_name), stored)
                self._plans[set_name, role] = plan
        return plan

    def _retrying(self, attempt: Callable[[], _T]) -> _T:
        """Read again when a segment went away because another process removed or compacted something."""
        for _ in range(_RETRIES):
            generation = self._store.generation
            try:
                return attempt()
            except FileNotFoundError as error:
                missing = error
                if self._store.generation == generation:
                    break
        raise LibraryDamagedError(f"segment file {missing.filename} is missing; run the library check") from missing

    def compact(self) -> int:
        """Merge small segments into few; returns how many were merged away."""
        with self._store.changing(_DEFAULT_TIMEOUT_SECONDS):
            return self._compact(more_than=1)

    def _compact(self, *, more_than: int) -> int:
        with self._store.reading() as db:
            if not has_many_small(db, more_than=more_than):
                return 0
        with self._store.committing() as db:
            return compact_small(db, self.path, more_than=more_than)

    def check(self) -> tuple[Damage, ...]:
        """Everything that is wrong with the library; empty if nothing is."""
        return find_damage(self._store)

    def state_sha256(self, role: Role | None = None) -> str:
        """Checksum over what is indexed (of one role, or all), whatever the order of adding or the layout."""
        with self._store.reading() as db:
            return catalogue.state_sha256(db, role)

    def export(self, path: Path) -> None:
        """Write the catalogue as CSV and JSON into a new folder, for people."""
        export_library(self, path)
