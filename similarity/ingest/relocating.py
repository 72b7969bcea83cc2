"""Entries whose originals were moved together: their paths are updated where the same bytes stand at the new place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Literal

from index.api import Writer
from index.records import Entry
from similarity.errors import ConfigurationError, MediaError
from similarity.ingest.entries import source_path_of
from similarity.media.digest import digest_file
from similarity.progress import SILENT, Progress
from similarity.text import path_of, storable

__all__ = ["RelocatedEntry", "relocate_entries"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RelocatedEntry:
    """What became of one entry whose original stood at the old place."""

    entry_id: str
    """Identifier."""
    old_path: str
    """Where its original stood."""
    path: str
    """Where it is looked for now."""
    status: Literal["relocated", "unchanged", "failed"]
    """Its path is updated, was the new one already, or stays because the file there is missing or another."""
    detail: str
    """Why it failed."""


def relocate_entries(
    library: Writer, old: Path, new: Path, *, progress: Progress = SILENT
) -> tuple[RelocatedEntry, ...]:
    """Look for every original below `old` (or `old` itself) at the same place below `new`.

    Args:
        library: the library.
        old: where originals stood: a folder or a file, which need not exist, of this system or of Windows.
        new: where they stand now.
        progress: hears of every original.

    Raises:
        ConfigurationError: no entry has its original there.
        LibraryError: the library can't be written to; entries before stay updated.
    """
    entries = [(entry, tail) for entry in library.entries() if (tail := _below(entry, _places(old))) is not None]
    if not entries:
        raise ConfigurationError(
            f"{old}: no entry of {library.path} has its original there; `similarity library list` says where they stood"
        )
    results = []
    for number, (entry, tail) in enumerate(entries, start=1):
        path = new.joinpath(*tail)
        progress.begin(path, number=number, total=len(entries))
        result = _relocated(library, entry, path)
        progress.end(path, status=result.status, detail=result.detail)
        results.append(result)
    return tuple(results)


def _places(old: Path) -> set[tuple[str, ...]]:
    """The parts of a place as it was written, from here, and with links followed."""
    return {_parts(str(place)) for place in (old, old.absolute(), old.resolve())}


def _parts(path: str) -> tuple[str, ...]:
    is_of_windows = "\\" in path and bool(PureWindowsPath(path).drive)
    return PureWindowsPath(path).parts if is_of_windows else Path(path).parts


def _below(entry: Entry, places: Iterable[tuple[str, ...]]) -> tuple[str, ...] | None:
    """Parts of an entry's path below one of some places; None where it stands below none."""
    parts = _parts(str(path_of(entry.source_path)))
    return next((parts[len(place) :] for place in places if place and parts[: len(place)] == place), None)


def _relocated(library: Writer, entry: Entry, path: Path) -> RelocatedEntry:
    status: Literal["relocated", "unchanged", "failed"] = "relocated"
    detail = ""
    try:
        found = digest_file(path).sha256
    except MediaError as error:
        status, detail = "failed", str(error)
    else:
        if found != entry.sha256:
            status = "failed"
            detail = (
                f"{path}: is another file than the one that was indexed as {entry.entry_id!r} (SHA-256 "
                f"{found[:12]}..., expected {entry.sha256[:12]}...); put the original there, or add it as another work"
            )
        elif source_path_of(path) == entry.source_path:
            status = "unchanged"
        else:
            library.set_source_path(entry.entry_id, source_path_of(path))
    return RelocatedEntry(
        entry_id=entry.entry_id,
        old_path=entry.source_path,
        path=storable(str(path)),
        status=status,
        detail=storable(detail),
    )
