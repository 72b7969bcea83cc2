"""The owner's catalogue: a CSV with one row per file, checked whole before anything is imported."""

from __future__ import annotations

import csv
import difflib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from similarity.errors import CatalogueError, ConfigurationError, RowProblem
from similarity.ingest.marked_parts import parts_of
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
_HEADER_ROW = 1


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

    def of(self, path: Path) -> CatalogueRow:
        """The row of a file; a file that the catalogue does not list stands under its stem."""
        return self.rows.get(path.resolve(), CatalogueRow(entry_id=id_of(path), columns={}))


def read_catalogue(path: Path) -> Catalogue:
    """Read and check a catalogue.

    Raises:
        ConfigurationError: the file can't be read as CSV in UTF-8.
        CatalogueError: unknown columns, duplicate ids or files, missing files; with row numbers and reasons.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as handle:
            table = list(csv.reader(handle, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigurationError(f"catalogue {path}: can't be read as CSV in UTF-8: {error}") from error
    header = tuple(table[0]) if table else ()
    problems = _header_problems(header)
    rows: dict[Path, CatalogueRow] = {}
    seen: dict[str, int] = {}
    if not problems:
        for number, row in enumerate(table[1:], start=_HEADER_ROW + 1):
            problems += _take_row(number, header, row, folder=path.parent, rows=rows, seen=seen)
    if problems:
        raise CatalogueError(str(path), tuple(problems))
    return Catalogue(rows=rows)


def _header_problems(header: tuple[str, ...]) -> list[RowProblem]:
    problems = [
        RowProblem(row=_HEADER_ROW, reason=f"unknown column {name!r}, known: {', '.join(KNOWN_COLUMNS)}{_hint(name)}")
        for name in header
        if name not in KNOWN_COLUMNS
    ]
    problems += [
        RowProblem(row=_HEADER_ROW, reason=f"column {name!r} stands twice")
        for name in sorted({name for name in header if header.count(name) > 1})
    ]
    if "file" not in header:
        problems.append(RowProblem(row=_HEADER_ROW, reason="column 'file' is missing; it names the file of each row"))
    return problems


def _take_row(
    number: int,
    header: tuple[str, ...],
    row: Sequence[str],
    *,
    folder: Path,
    rows: dict[Path, CatalogueRow],
    seen: dict[str, int],
) -> list[RowProblem]:
    if not any(cell.strip() for cell in row):
        return []
    if len(row) != len(header):
        return [RowProblem(row=number, reason=f"{len(row)} cells, expected {len(header)}: one per column")]
    cells = {name: cell.strip() for name, cell in zip(header, row, strict=True) if cell.strip()}
    if "file" not in cells:
        return [RowProblem(row=number, reason="the cell 'file' is empty")]
    if "\0" in cells["file"]:
        return [RowProblem(row=number, reason="the cell 'file' holds a null character, which no file name does")]
    file = (folder / cells.pop("file")).resolve()
    entry_id = cells.pop("id", id_of(file))
    problems = []
    if not os.path.isfile(file):  # noqa: PTH113 - Path.is_file raises for a name that is too long
        problems.append(RowProblem(row=number, reason=f"file {file} does not exist"))
    if entry_id != one_line(entry_id):
        problems.append(RowProblem(row=number, reason=f"id {entry_id!r} holds characters that do not show on a line"))
    if entry_id in seen:
        problems.append(RowProblem(row=number, reason=f"id {entry_id!r} stands in row {seen[entry_id]} already"))
    if file in rows:
        problems.append(RowProblem(row=number, reason=f"file {file} stands in an earlier row already"))
    try:
        parts_of(cells.get("salient_parts", ""))
    except ValueError as error:
        problems.append(RowProblem(row=number, reason=str(error)))
    seen.setdefault(entry_id, number)
    rows.setdefault(file, CatalogueRow(entry_id=entry_id, columns=cells))
    return problems


def _hint(name: str) -> str:
    near = difflib.get_close_matches(name, KNOWN_COLUMNS, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
