"""Tables of pairs of a labelled run."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from similarity.report.writers.csv_form import plain_identifier
from similarity.tables import Table, read_table

__all__ = ["PAIR", "cells_of", "read_pairs_table"]

PAIR = ("query_id", "ref_id")
"""Columns that name a suspect and a work."""


def read_pairs_table(path: Path, columns: Collection[str] = ()) -> list[dict[str, str]]:
    """Rows of a scan's `pairs.csv` or `matches.csv`, identifiers as they were before they were guarded.

    Raises:
        ConfigurationError: the table can't be read, lacks a column, or a row does not fit its header.
    """
    rows = cells_of(read_table(path), (*PAIR, *columns))
    return [{**row, **{name: plain_identifier(row[name]) for name in PAIR}} for row in rows]


def cells_of(table: Table, columns: Collection[str] = ()) -> list[dict[str, str]]:
    """Cells of every row, as written, of a table that has at least these columns.

    Raises:
        TableError: the table lacks a column, or a row does not fit its header.
    """
    if table.rows:
        table.require(columns)
    return list(table.checked(lambda row: dict(row.cells)))
