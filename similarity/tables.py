"""Tables that people and programs write: CSV as any spreadsheet saves it, read in one way everywhere.

Separators are comma, semicolon or tab, told by the header (or by a first line `sep=;`).  The text is UTF-8, UTF-16 or
GB 18030; what is none of these is refused, because other encodings can't be told apart and a guess would change names.
Names of columns count without capitals and outer spaces.  Columns and rows without content are passed over.  Workbooks
(.xlsx, .xls, .ods) are refused: which of their sheets is meant, and what a formula or a date in them says, is a choice
that the person makes who saves them as CSV.
"""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import TypeVar

from similarity.errors import ConfigurationError, RowProblem, TableError

__all__ = ["RowError", "Table", "TableRow", "named_file", "read_table"]

_SEPARATORS = (",", ";", "\t")
_SEPARATOR_LINE = "sep="
_HEADER_ROW = 1
_NEXT_STEP = 'save it in the spreadsheet as "CSV UTF-8 (comma delimited)" and give that file'
_WORKBOOKS = (
    (b"PK\x03\x04", "a workbook (.xlsx, .ods, .numbers) or another ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)"),
    (b"%PDF", "a PDF"),
)
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_NUM_BYTES_LOOKED_AT = 8
"""First bytes from which UTF-16 without a mark is told: names of columns are Latin."""
_SHARE_OF_TWO_HIGH_BYTES = 0.9
_SHARE_OF_COMMON_SIGNS = 0.6
"""Of a text in GB 18030; text in another encoding that happens to decode has fewer."""

T = TypeVar("T")


class RowError(ValueError):
    """What is wrong with one row; each argument is a reason of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One row that holds something."""

    row: int
    """Row number as a spreadsheet shows it: the header is row 1."""
    line: int
    """Line of the file on which it begins."""
    cells: Mapping[str, str]
    """Column -> cell as written; columns that the row does not reach are empty."""
    has_decimal_commas: bool = False
    """Whether a comma in a number stands before its decimals: it parts no cells here."""

    def text(self, column: str) -> str:
        """The cell without outer spaces; empty where there is none."""
        return self.cells.get(column, "").strip()

    def number(self, column: str) -> float:
        """The cell as a number.

        Raises:
            RowError: it is none.
        """
        text = self.text(column)
        try:
            return float(text.replace(",", ".") if self.has_decimal_commas and "." not in text else text)
        except ValueError as error:
            raise RowError(f"{column}: expected a number such as 12.5, got {text!r}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as it was read, with what is wrong with its form."""

    path: Path
    """The file."""
    columns: tuple[str, ...]
    """Names of its columns in order, lower case."""
    rows: tuple[TableRow, ...]
    """Rows in order."""
    header: tuple[int, int] = (1, 1)
    """Row and line of the header."""
    problems: tuple[RowProblem, ...] = ()
    """Rows that don't fit the header."""

    def checked(self, take: Callable[[TableRow], T]) -> tuple[T, ...]:
        """What `take` makes of every row.

        Raises:
            TableError: rows that don't fit the header, or of which `take` raises ValueError; all of them at once.
        """
        taken, problems = [], list(self.problems)
        for row in self.rows:
            try:
                taken.append(take(row))
            except ValueError as error:
                reasons = error.args if isinstance(error, RowError) else (str(error),)
                problems += [RowProblem(row=row.row, line=row.line, reason=str(reason)) for reason in reasons]
        if problems:
            raise TableError(str(self.path), tuple(sorted(problems, key=lambda one: one.row)))
        return tuple(taken)

    def require(self, columns: Collection[str], *, known: Collection[str] = ()) -> None:
        """Refuse a table of something else.

        Args:
            columns: what it must have.
            known: what it may have besides; anything else is refused where this is given.

        Raises:
            TableError: columns are missing, unknown or given twice.
        """
        reasons = [
            f"unknown column {name!r}, known: {', '.join(known)}{_hint(name, known)}"
            for name in self.columns
            if known and name not in known
        ]
        twice = sorted({name for name in self.columns if self.columns.count(name) > 1})
        reasons += [f"column {name!r} stands twice" for name in twice]
        if missing := [name for name in columns if name not in self.columns]:
            got = f"got {', '.join(self.columns) or 'none'}"
            reasons.append(f"column {', '.join(map(repr, missing))} is missing: expected {', '.join(columns)}; {got}")
        if reasons:
            row, line = self.header
            problems = tuple(RowProblem(row=row, line=line, reason=reason) for reason in reasons)
            raise TableError(str(self.path), problems)


def read_table(path: Path) -> Table:
    """Read a table.

    Raises:
        ConfigurationError: no file that can be read, a workbook, another encoding, or quotes that don't close.
    """
    text, num_lines_before, separator = _told_separator(_text(path))
    records = enumerate(_records(path, text, separator, num_lines_before), start=_HEADER_ROW)
    filled = ((row, line, cells) for row, (line, cells) in records if any(cell.strip() for cell in cells))
    row_of_header, line_of_header, header = next(filled, (_HEADER_ROW, 1 + num_lines_before, []))
    names = tuple("_".join(name.lower().split()) for name in header)
    rows, problems = [], []
    for row, line, cells in filled:
        if reason := _misfit(names, cells):
            problems.append(RowProblem(row=row, line=line, reason=reason))
            continue
        whole = [*cells, *[""] * (len(names) - len(cells))]
        named = {name: cell for name, cell in zip(names, whole, strict=False) if name}
        rows.append(TableRow(row=row, line=line, cells=named, has_decimal_commas=separator != ","))
    columns = tuple(name for name in names if name)
    return Table(
        path=path,
        columns=columns,
        rows=tuple(rows),
        header=(row_of_header, line_of_header),
        problems=tuple(problems),
    )


def named_file(cell: str, folder: Path) -> Path:
    """The file that a cell names, relative to the table's folder or absolute; backslashes part folders too."""
    as_written = folder / cell
    if "\\" not in cell or as_written.exists():
        return as_written
    return folder / PureWindowsPath(cell).as_posix()


def _misfit(names: tuple[str, ...], cells: list[str]) -> str | None:
    num_used = max(number for number, cell in enumerate(cells, start=1) if cell.strip())
    if num_used > len(names):
        return f"{len(cells)} cells, expected {len(names)}: one per column; put a cell that holds a separator in quotes"
    for number, (name, cell) in enumerate(zip(names, cells, strict=False), start=1):
        if cell.strip() and not name:
            return f"column {number} has no name in the header, got {cell!r}; name the column or empty the cell"
    return None


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{path}: can't be read as a table: {error.strerror or error}") from error
    for head, what in _WORKBOOKS:
        if content.startswith(head):
            raise ConfigurationError(f"{path}: expected a table as CSV, got {what}; {_NEXT_STEP}")
    encoding = _encoding(content)
    try:
        if encoding:
            return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"{path}: can't be read as CSV: its first bytes say {encoding}, line {_line_of(error)} is none "
            f"({error.reason}); {_NEXT_STEP}"
        ) from error
    return _unmarked(path, content)


def _encoding(content: bytes) -> str | None:
    """The encoding that the first bytes tell, if they do."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding
    head = content[:_NUM_BYTES_LOOKED_AT]
    if len(head) == _NUM_BYTES_LOOKED_AT and not any(head[1::2]) and all(head[::2]):
        return "utf-16-le"
    if len(head) == _NUM_BYTES_LOOKED_AT and not any(head[::2]) and all(head[1::2]):
        return "utf-16-be"
    return None


def _unmarked(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError:
            text = ""
        if not _is_chinese(text):
            raise ConfigurationError(
                f"{path}: can't be read as CSV in UTF-8, UTF-16 or GB 18030: line {_line_of(error)} holds the byte "
                f"0x{content[error.start]:02x} of another encoding; {_NEXT_STEP}"
            ) from error
        return text


def _line_of(error: UnicodeDecodeError) -> int:
    return error.object[: error.start].count(b"\n") + 1


def _is_chinese(text: str) -> bool:
    """Whether a text that decodes as GB 18030 is Chinese: nearly all of it in GB 2312, most of it in its level 1."""
    written = [sign.encode("gb18030") for sign in text if not sign.isascii()]
    pairs = [one for one in written if len(one) == 2]
    in_gb2312 = sum(one[0] >= 0xA1 and one[1] >= 0xA1 for one in pairs)
    common = sum(0xA1 <= one[0] <= 0xD7 and one[1] >= 0xA1 for one in pairs)
    return bool(pairs) and (
        in_gb2312 >= _SHARE_OF_TWO_HIGH_BYTES * len(pairs) and common >= _SHARE_OF_COMMON_SIGNS * len(pairs)
    )


def _told_separator(text: str) -> tuple[str, int, str]:
    """The text behind a first line such as `sep=;`, how many lines that were, and the separator."""
    first = io.StringIO(text, newline="").readline()
    said = first.rstrip("\r\n").strip('"')
    if said.lower().startswith(_SEPARATOR_LINE) and len(said) == len(_SEPARATOR_LINE) + 1:
        return text[len(first) :], 1, said[-1]
    return text, 0, max(_SEPARATORS, key=lambda one: len(next(csv.reader([first], delimiter=one), [])))


def _records(path: Path, text: str, separator: str, num_lines_before: int) -> Iterator[tuple[int, list[str]]]:
    """First line of every record, and its cells."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + num_lines_before + 1
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ConfigurationError(
                f"{path}: can't be read as CSV: line {line}: {error}; see to its quotes (\"), or {_NEXT_STEP}"
            ) from error


def _hint(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
