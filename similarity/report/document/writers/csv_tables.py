"""The tables of a document as CSV (RFC 4180), for those who count again."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from similarity.report.document.parts import Document, Table

__all__ = ["tables_csv"]

FORMULA_STARTS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""What makes a spreadsheet calculate; the last four are the full-width forms."""


def tables_csv(document: Document) -> Mapping[str, str]:
    """Every table by a file name such as `table-03-matches.csv`, cells as the document shows them.

    A cell that a spreadsheet would take for a formula is written with an apostrophe before it.
    """
    tables = (part for section in document.sections for part in section.parts if isinstance(part, Table))
    return {f"table-{table.number:02d}-{_file_key(table.key)}.csv": _csv(table) for table in tables}


def _file_key(key: str) -> str:
    """A key as part of a file name: letters, digits and dashes."""
    return "".join(one if one.isascii() and one.isalnum() else "-" for one in key).strip("-")


def _csv(table: Table) -> str:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([_cell(column.title) for column in table.columns])
    writer.writerows([_cell(str(cell)) for cell in row] for row in table.rows)
    return buffer.getvalue()


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
