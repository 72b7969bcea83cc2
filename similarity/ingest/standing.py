"""Files against what stands in a library: under which id a file would be added, and which entries it is already."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from index.records import Entry
from similarity.ingest.catalogue import Catalogue, CatalogueRow
from similarity.ingest.entries import source_path_of
from similarity.naming import ids_of, name_key, names_for
from similarity.text import path_of

__all__ = ["is_gone", "named_rows", "standing_for"]


def is_gone(entry: Entry) -> bool:
    """Whether no file stands where the entry's was."""
    return not os.path.lexists(path_of(entry.source_path))


def named_rows(files: Sequence[Path], catalogue: Catalogue, entries: Sequence[Entry]) -> Mapping[Path, CatalogueRow]:
    """The row of every file; one that the catalogue does not list has its stem for an id, or more of its path.

    Args:
        files: in order, each once.
        catalogue: what the owner says.
        entries: what stands in the library: a file keeps the id that it was given, and takes none of another file.
    """
    listed = {path: catalogue.rows[path.resolve()] for path in files if path.resolve() in catalogue.rows}
    others = [path for path in files if path not in listed]
    by_place = {entry.source_path: entry.entry_id for entry in entries}
    named = {
        name_key(path): entry_id
        for path in others
        if (entry_id := by_place.get(source_path_of(path))) and entry_id in names_for(path)
    }
    taken = {row.entry_id for row in catalogue.rows.values()} | {one.entry_id for one in entries if not is_gone(one)}
    ids = ids_of(others, named, taken=taken)
    return {path: listed.get(path) or CatalogueRow(entry_id=ids[path], columns={}) for path in files}


def standing_for(path: Path, row: CatalogueRow, entries: Iterable[Entry], catalogue: Catalogue) -> list[Entry]:
    """Those of some entries that a file is, if its content is theirs.

    A file that the catalogue lists is the entry of its id.  Any other is also an entry whose file is gone, or has its
    name and is called by it, or stands in its place.

    Args:
        path: the file.
        row: its row.
        entries: some of the library.
        catalogue: what the owner says.
    """
    is_listed = path.resolve() in catalogue.rows
    found = [
        entry
        for entry in entries
        if entry.entry_id == row.entry_id or (not is_listed and (is_gone(entry) or _is_at_or_called(path, entry)))
    ]
    return sorted(found, key=lambda entry: entry.entry_id != row.entry_id)


def _is_at_or_called(path: Path, entry: Entry) -> bool:
    place = path_of(entry.source_path)
    is_called_alike = place.stem == path.stem and entry.entry_id in names_for(place)
    return is_called_alike or entry.source_path == source_path_of(path)
