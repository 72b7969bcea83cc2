"""CSV tables of a labelled run."""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping
from pathlib import Path

from similarity.errors import ConfigurationError
from similarity.report.writers.csv_form import plain_identifier

__all__ = ["read_pairs_table", "read_table", "require_columns"]

PAIR = ("query_id", "ref_id")
"""Columns that name a suspect and a work."""


def read_table(path: Path, columns: Collection[str]) -> list[dict[str, str]]:
    """Rows of a table that has at least these columns.

    Raises:
        ConfigurationError: the table can't be read, or lacks a column.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as handle:
            rows = list(csv.DictReader(handle))
    except (OSError, ValueError, csv.Error) as error:
        raise ConfigurationError(f"{path}: can't be read as a table: {error}") from error
    if rows:
        require_columns(path, rows[0], columns)
    return rows


def read_pairs_table(path: Path, columns: Collection[str] = ()) -> list[dict[str, str]]:
    """Rows of a scan's `pairs.csv` or `matches.csv`, identifiers as they were before they were guarded.

    Raises:
        ConfigurationError: the table can't be read, or lacks a column.
    """
    rows = read_table(path, (*PAIR, *columns))
    return [{**row, **{name: plain_identifier(row[name]) for name in PAIR}} for row in rows]


def require_columns(path: Path, row: Mapping[str, str], columns: Collection[str]) -> None:
    """Refuse a table whose first row lacks columns.

    Args:
        path: the table.
        row: its first row.
        columns: what it must have.

    Raises:
        ConfigurationError: some are missing.
    """
    missing = [name for name in columns if name not in row]
    if missing:
        raise ConfigurationError(f"{path}: expected the columns {', '.join(missing)}, got {', '.join(map(str, row))}")
