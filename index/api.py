"""What the rest of the product asks of a library, whatever keeps it: a reader, and a writer that is one too.

A reader works on one generation of the library for as long as it likes: what is added or removed meanwhile shows in the
next reader, never in this one.  A writer reads what stands now.  Implementations: a folder (`index.local`), and rows
held in memory (`index.memory`).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from index.device import DeviceName
from index.records import (
    ALL_ROWS,
    AddOutcome,
    Companion,
    CompanionState,
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
    SearchCodes,
)

__all__ = ["Reader", "Writer"]


class Reader(Protocol):
    """What stands in a library.

    A snapshot can be pickled: in another process it reads the same generation, for as long as the first is open.
    """

    def descriptor_sets(self) -> tuple[DescriptorSet, ...]:
        """The declared sets, by name."""

    def sets_of(self, entry_id: str) -> frozenset[str]:
        """Names of the declared sets of which an entry holds rows: all, but for optional ones that it lacks."""

    def entries(self, role: Role | None = None) -> tuple[Entry, ...]:
        """Entries, by identifier."""

    def entry(self, entry_id: str) -> Entry:
        """One entry; UnknownEntryError if there is none."""

    def samples(self, entry_id: str) -> SampleTable:
        """Every sample of an entry, gated ones included."""

    def scenes(self, entry_id: str) -> SceneTable:
        """Every scene of an entry."""

    def filter_ranges(self, entry_id: str) -> tuple[FilterRange, ...]:
        """Stretches left out of the figures 'with filtration'."""

    def descriptors(self, entry_id: str, set_name: str, *, rows: slice = ALL_ROWS) -> Descriptors:
        """An entry's rows of one set, one per indexed sample: float32 (of fp16 precision) or packed uint8.

        Args:
            entry_id: the entry.
            set_name: the descriptor set.
            rows: consecutive rows, without a step; only all of them are held against their checksum.

        Raises:
            KeyError: there is no such set, or the entry lacks its rows (`sets_of`).
        """

    def companion(self, entry_id: str, set_name: str, *, rows: slice = ALL_ROWS) -> Companion | None:
        """The numbers beside an entry's rows of one set, or beside some; None where none are kept.

        Args:
            entry_id: the entry.
            set_name: the descriptor set.
            rows: consecutive rows, without a step; only all of them are held against their checksum.
        """

    def attached(self, entry_id: str) -> frozenset[str]:
        """Names of what is attached to an entry."""

    def attachment(self, entry_id: str, name: str) -> bytes | None:
        """What is attached to an entry under a name; None where nothing is."""

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

        Exactly, or by search codes where these were made (`search_codes`): values are then exact, hits may be missing.

        Args:
            set_name: the descriptor set.
            queries: (n, dimensions) rows, or packed bits.
            k: hits of each query.
            role: whose entries are searched.
            device: where rows are compared exactly.
            is_exact: compare all rows, whatever codes there are.
        """

    def search_codes(self) -> tuple[SearchCodes, ...]:
        """What answers searches in place of the rows themselves, by set and role; empty in a small library."""

    def state_lines(self, role: Role | None = None) -> tuple[str, ...]:
        """What is indexed (of one role, or all), a JSON line for each entry and descriptor set, in their order.

        Identifier, role, SHA-256 of the file; name, version and weights of the set; number and SHA-256 of its rows.
        Then a line for each attachment: its name, `attachment`, null, its size and its SHA-256 in their places.
        """

    def state_sha256(self, role: Role | None = None) -> str:
        """Checksum over `state_lines`, whatever the order of adding or the layout."""

    def close(self) -> None:
        """Let go of what is held; nothing is asked afterwards."""


class Writer(Reader, Protocol):
    """An open library: what stands in it now, and changes of it."""

    @property
    def path(self) -> Path:
        """Where the library is, to be named in messages."""

    def snapshot(self) -> Reader:
        """A reader of what stands now; it is closed with the library, or before."""

    def entries_by_sha256(self, sha256: str) -> tuple[Entry, ...]:
        """Every entry that stands for a file's content, by identifier, works and background alike."""

    def declare_set(self, descriptor_set: DescriptorSet, *, is_optional: bool = False) -> None:
        """Say that entries come with these descriptors; idempotent.

        Args:
            descriptor_set: the set.
            is_optional: entries may come without them, and those that stand get them by `add_rows`; any other set is
                declared before the first entry.
        """

    def add(self, entry: NewEntry) -> AddOutcome:
        """Add an entry whole or not at all; the same content under the same id and in the same role is not added twice.

        Raises:
            DuplicateIdError: the id stands for other content, or for this content in the other role.
        """

    def add_rows(self, entry_id: str, set_name: str, rows: Descriptors) -> bool:
        """Give an entry the rows of an optional set that it lacks, whole or not at all; False where it has them.

        Args:
            entry_id: the entry.
            set_name: a declared, optional set.
            rows: one per indexed sample, in order of time.
        """

    def attach(self, entry_id: str, name: str, content: bytes) -> None:
        """Attach something to an entry, in the place of what stood under that name; the index looks not inside.

        Args:
            entry_id: the entry.
            name: what it is.
            content: its bytes.
        """

    def drop_set(self, set_name: str) -> None:
        """Take an optional set out of the library; its rows leave the disk as soon as no reader holds them."""

    def remove(self, entry_id: str) -> None:
        """Take an entry out; its rows, times and names leave the disk, its rows as soon as no reader holds them."""

    def companion_states(self, role: Role) -> tuple[CompanionState, ...]:
        """Under what the numbers beside every entry's rows of every set were computed, by identifier and set."""

    def set_companions(self, companions: Iterable[tuple[CompanionState, Companion]]) -> None:
        """Put numbers in place of older ones; left out are those whose rows are no longer what the state says."""

    def set_filter_ranges(self, entry_id: str, ranges: Iterable[FilterRange]) -> None:
        """Put other filtration ranges in place of an entry's old ones."""

    def set_facts(self, entry_id: str, facts_json: str) -> None:
        """Put what is said of an entry's file anew in place of what was said: a JSON object."""

    def set_source_path(self, entry_id: str, source_path: str) -> None:
        """Say where the file of an entry stands now; that it is the same file is for the caller to see to."""

    def compact(self) -> int:
        """Merge small pieces into few; returns how many were merged away."""

    def tune(self, *, least_rows: int | None = None) -> tuple[SearchCodes, ...]:
        """Make search codes anew, trained on what stands now; the old ones answer until the new ones are whole.

        Args:
            least_rows: rows of a set and role below which none are made; None for the usual number.
        """

    def check(self) -> tuple[Damage, ...]:
        """Everything that is wrong with the library; empty if nothing is."""

    def export(self, path: Path) -> None:
        """Write the catalogue as CSV and JSON into a new folder, for people."""

    def __enter__(self) -> Self:
        """Use it in a with-statement."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
