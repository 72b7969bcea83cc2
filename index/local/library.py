"""A library folder as one object: everything the other packages ask of it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from index.codes import Codes
from index.errors import LibraryNotFoundError
from index.local import creation
from index.local.attachments import put_attachments
from index.local.checking import find_damage
from index.local.coding import code_files, insert_codes
from index.local.companions import compact_companions, companion_states, has_many_files, put_companions
from index.local.disk.leases import holding_all
from index.local.exporting import export_library
from index.local.reader import LocalReader
from index.local.rewriting import MAX_SMALL_SEGMENTS, compact_small, has_many_small
from index.local.snapshot import Snapshot
from index.local.sql import catalogue
from index.local.sql.writing import (
    delete_entry,
    delete_set,
    insert_entry,
    insert_rows,
    insert_set,
    replace_facts,
    replace_filter_ranges,
    replace_source_path,
)
from index.local.store import Store
from index.local.tuning import LEAST_ROWS, build, groups, grow
from index.records import (
    AddOutcome,
    Companion,
    CompanionState,
    Damage,
    Descriptors,
    DescriptorSet,
    Entry,
    FilterRange,
    NewEntry,
    Role,
    SearchCodes,
)
from index.validation import (
    checked_codes,
    require_consistent,
    require_facts,
    require_filter_ranges,
    require_new,
    require_set,
    rows_of_entry,
)

__all__ = ["Library"]

_DEFAULT_TIMEOUT_SECONDS = 30.0


class Library(LocalReader):
    """The indexed works and background of one folder; use it in a with-statement, or close it.

    A change waits for other writers, at most `timeout_seconds`, then raises LibraryBusyError.
    """

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._store = store
        self._snapshots: set[Snapshot] = set()

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

    def snapshot(self) -> LocalReader:
        """A reader of what stands now; it is closed with the library, or before."""
        self._snapshots -= {one for one in self._snapshots if one.is_closed}
        held = Snapshot(self._store)
        self._snapshots.add(held)
        return LocalReader(held)

    def close(self) -> None:
        """Let go of the folder, and of what its readers hold."""
        while self._snapshots:
            self._snapshots.pop().close()
        super().close()

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

    def declare_set(self, descriptor_set: DescriptorSet, *, is_optional: bool = False) -> None:
        """Say that entries come with these descriptors, or, where optional, may; idempotent.

        Raises:
            DescriptorMismatchError: another set stands under its name, or entries stand without one that is not
                optional.
        """
        require_set(descriptor_set)
        with self._store.reading() as db:
            known = catalogue.descriptor_sets(db)
        if known.get(descriptor_set.name, (0, None))[1] == descriptor_set:
            return
        with self._store.changing(_DEFAULT_TIMEOUT_SECONDS), self._store.committing() as db:
            insert_set(db, descriptor_set, is_optional=is_optional)

    def add(self, entry: NewEntry, *, timeout_seconds: float = _DEFAULT_TIMEOUT_SECONDS) -> AddOutcome:
        """Add an entry whole or not at all; the same content under the same id and in the same role is not added twice.

        Raises:
            DuplicateIdError: the id stands for other content, or for this content in the other role.
        """
        require_consistent(entry)
        codes = self._checked(entry)
        known = AddOutcome(entry_id=entry.entry_id, was_added=False)
        if not self._is_new(entry):
            return known
        with self._store.changing(timeout_seconds):
            if not self._is_new(entry):  # another process was faster
                return known
            codes = self._checked(entry)
            self._compact(more_than=MAX_SMALL_SEGMENTS)
            with self._store.committing() as db:
                insert_entry(db, self.path, entry=entry, codes=codes)
                grow(self.path, db)
        return AddOutcome(entry_id=entry.entry_id, was_added=True)

    def _checked(self, entry: NewEntry) -> dict[str, Codes]:
        with self._store.reading() as db:
            declared = [one for _, one in catalogue.descriptor_sets(db).values()]
            return checked_codes(entry, declared, optional=catalogue.optional_sets(db))

    def add_rows(
        self,
        entry_id: str,
        set_name: str,
        rows: Descriptors,
        *,
        timeout_seconds: float = _DEFAULT_TIMEOUT_SECONDS,
    ) -> bool:
        """Give an entry the rows of an optional set that it lacks, whole or not at all; False where it has them.

        Args:
            entry_id: the entry.
            set_name: a declared, optional set.
            rows: one per indexed sample, in order of time.
            timeout_seconds: how long to wait for other writers.
        """
        if set_name in self.sets_of(entry_id):
            return False
        with self._store.changing(timeout_seconds):
            if set_name in self.sets_of(entry_id):  # another process was faster
                return False
            codes = rows_of_entry(self.entry(entry_id), rows, self._declared(set_name))
            self._compact(more_than=MAX_SMALL_SEGMENTS)
            with self._store.committing() as db:
                insert_rows(db, self.path, catalogue.entry_key(db, entry_id), codes={set_name: codes})
                grow(self.path, db)
        return True

    def attach(self, entry_id: str, name: str, content: bytes) -> None:
        """Attach something to an entry, in the place of what stood under that name."""
        with self._store.changing(_DEFAULT_TIMEOUT_SECONDS), self._store.committing() as db:
            put_attachments(db, self.path, catalogue.entry_key(db, entry_id), {name: content})

    def _declared(self, set_name: str) -> DescriptorSet:
        with self._store.reading() as db:
            return catalogue.descriptor_set(db, set_name)

    def drop_set(self, set_name: str) -> None:
        """Take an optional set out of the library; its rows leave the disk as soon as no reader holds them."""
        with self._store.changing(_DEFAULT_TIMEOUT_SECONDS), self._store.committing() as db:
            delete_set(db, set_name)

    def _is_new(self, entry: NewEntry) -> bool:
        """Whether its id is free; DuplicateIdError if it means something else."""
        with self._store.reading() as db:
            namesakes = catalogue.entries(db, "WHERE e.entry_id = ?", (entry.entry_id,))
        return require_new(entry, namesakes[0] if namesakes else None)

    def remove(self, entry_id: str) -> None:
        """Take an entry out; its rows, times and names leave the disk, its rows as soon as no reader holds them."""
        with self._store.reading() as db:
            catalogue.entry_key(db, entry_id)
        with self._store.changing(_DEFAULT_TIMEOUT_SECONDS), self._store.committing() as db:
            delete_entry(db, self.path, catalogue.entry_key(db, entry_id))

    def entries_by_sha256(self, sha256: str) -> tuple[Entry, ...]:
        """Every entry that stands for a file's content, by identifier, works and background alike."""
        with self._store.reading() as db:
            return catalogue.entries(db, "WHERE e.content_sha256 = ?", (sha256,))

    def companion_states(self, role: Role) -> tuple[CompanionState, ...]:
        """Under what the numbers beside every entry's rows of every set were computed, by identifier and set."""
        with self._store.reading() as db:
            return companion_states(db, role)

    def set_companions(self, companions: Iterable[tuple[CompanionState, Companion]]) -> None:
        """Put numbers in place of older ones; left out are those whose rows are no longer what the state says."""
        with self._store.changing(_DEFAULT_TIMEOUT_SECONDS), self._store.committing() as db:
            put_companions(db, self.path, companions)

    def set_filter_ranges(self, entry_id: str, ranges: Iterable[FilterRange]) -> None:
        """Put other filtration ranges in place of an entry's old ones."""
        ranges = tuple(ranges)
        require_filter_ranges(entry_id, ranges)
        with self._store.changing(_DEFAULT_TIMEOUT_SECONDS), self._store.committing() as db:
            replace_filter_ranges(db, catalogue.entry_key(db, entry_id), ranges)

    def set_facts(self, entry_id: str, facts_json: str) -> None:
        """Put what is said of an entry's file anew in place of what was said: a JSON object."""
        require_facts(entry_id, facts_json)
        with self._store.changing(_DEFAULT_TIMEOUT_SECONDS), self._store.committing() as db:
            replace_facts(db, catalogue.entry_key(db, entry_id), facts_json)

    def set_source_path(self, entry_id: str, source_path: str) -> None:
        """Say where the file of an entry stands now; that it is the same file is for the caller to see to."""
        with self._store.changing(_DEFAULT_TIMEOUT_SECONDS), self._store.committing() as db:
            replace_source_path(db, catalogue.entry_key(db, entry_id), source_path)

    def compact(self) -> int:
        """Merge small segments into few; returns how many were merged away."""
        with self._store.changing(_DEFAULT_TIMEOUT_SECONDS):
            return self._compact(more_than=1)

    def _compact(self, *, more_than: int) -> int:
        with self._store.reading() as db:
            if not has_many_small(db, more_than=more_than) and not has_many_files(db, more_than=more_than):
                return 0
        with self._store.committing() as db:
            compact_companions(db, self.path, more_than=more_than)
            return compact_small(db, self.path, more_than=more_than)

    def tune(self, *, least_rows: int | None = None) -> tuple[SearchCodes, ...]:
        """Make search codes anew, trained on what stands now; the old ones answer until the new ones are whole.

        Nobody waits for it: entries that are added meanwhile are searched exactly, ones that go are passed over.

        Args:
            least_rows: rows of a set and role below which none are made; None for the usual number.
        """
        least = LEAST_ROWS if least_rows is None else least_rows
        with holding_all(self.path), closing(Snapshot(self._store)) as held:
            with held.reading() as db:
                wanted = tuple(group for group in groups(db) if group.num_rows >= max(1, least))
                then = catalogue.rows_sha256(db)
            for group in wanted:
                file = build(self.path, group)
                if file is None:
                    continue
                with self._store.changing(_DEFAULT_TIMEOUT_SECONDS), self._store.committing() as db:
                    now = catalogue.rows_sha256(db)
                    same = {
                        entry for entry in file.entries if now.get((entry, file.set_name)) == then[entry, file.set_name]
                    }
                    old = code_files(db, "WHERE s.name = ? AND c.role = ?", (file.set_name, file.role))
                    insert_codes(db, replace(file, entries=frozenset(same)), instead_of=old)
        return self.search_codes()

    def check(self) -> tuple[Damage, ...]:
        """Everything that is wrong with the library; empty if nothing is."""
        return find_damage(self._store)

    def export(self, path: Path) -> None:
        """Write the catalogue as CSV and JSON into a new folder, for people."""
        export_library(self, path)
