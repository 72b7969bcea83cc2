"""The owner's catalogue: a CSV with one row per file, checked whole before anything is imported."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from similarity.ingest.marked_parts import parts_of
from similarity.tables import RowError, TableRow, named_file, read_table
from similarity.text import id_of, one_line

__all__ = ["KNOWN_COLUMNS", "Catalogue", "CatalogueRow", "read_catalogue"]

KNOWN_COLUMNS = (
    "file",
    "id",
    "title",
    "author",
    "owner",
    "registration",
    "group",
    "created",
    "published",
    "salient_parts",
    "notes",
)
"""`file` is required (relative to the catalogue's folder, or absolute); the others may be left out or empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueRow:
    """What the owner says of one file."""

    entry_id: str
    """Identifier; the file's stem where the catalogue gives none."""
    columns: Mapping[str, str]
    """Every column that is not empty, except `file` and `id`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """A checked catalogue."""

    rows: Mapping[Path, CatalogueRow]
    """Resolved path of the file -> its row."""


def read_catalogue(path: Path) -> Catalogue:
    """Read and check a catalogue.

    Raises:
        ConfigurationError: the file can't be read as a table.
        TableError: unknown columns, duplicate ids or files, missing files; with row numbers and reasons.
    """
    table = read_table(path)
    table.require(("file",), known=KNOWN_COLUMNS)
    rows: dict[Path, CatalogueRow] = {}
    seen: dict[str, int] = {}
    table.checked(lambda row: _take_row(row, folder=path.parent, rows=rows, seen=seen))
    return Catalogue(rows=rows)


def _take_row(row: TableRow, *, folder: Path, rows: dict[Path, CatalogueRow], seen: dict[str, int]) -> None:
    cells = {name: row.text(name) for name in row.cells if row.text(name)}
    if "file" not in cells:
        raise RowError("the cell 'file' is empty; name the file of this row")
    if "\0" in cells["file"]:
        raise RowError("the cell 'file' holds a null character, which no file name does")
    file = named_file(cells.pop("file"), folder).resolve()
    entry_id = cells.pop("id", id_of(file))
    reasons = []
    if not os.path.isfile(file):  # noqa: PTH113 - Path.is_file raises for a name that is too long
        reasons.append(f"file {file} does not exist; name it relative to the table's folder, or absolute")
    if entry_id != one_line(entry_id):
        reasons.append(f"id {entry_id!r} holds characters that do not show on a line")
    if entry_id in seen:
        reasons.append(f"id {entry_id!r} stands in row {seen[entry_id]} already")
    if file in rows:
        reasons.append(f"file {file} stands in an earlier row already")
    try:
        parts_of(cells.get("salient_parts", ""))
    except ValueError as error:
        reasons.append(str(error))
    seen.setdefault(entry_id, row.row)
    rows.setdefault(file, CatalogueRow(entry_id=entry_id, columns=cells))
    if reasons:
        raise RowError(*reasons)
