"""Tables of a case folder (`exhibits.json`, `stills.json`): typed values to JSON and back, nothing unknown let in."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from similarity.case.disk.layout import read_bounded
from similarity.errors import CaseError, StoredJsonError
from similarity.files import write_atomically
from similarity.stored_json import read_stored
from similarity.text import as_printable

__all__ = ["read_table", "write_table"]

_MAX_TABLE_BYTES = 64_000_000

T = TypeVar("T")


def write_table(path: Path, rows: tuple[Any, ...]) -> None:
    """Write all rows, whole or not at all.

    Raises:
        CaseError: the disk refuses it, or a text can't be said in UTF-8.
    """
    try:
        plain = [asdict(row) for row in rows]
        content = json.dumps(plain, ensure_ascii=False, allow_nan=False, indent=1, sort_keys=True)
        write_atomically(path, content.encode("utf-8") + b"\n")
    except OSError as error:
        raise CaseError(f"{path}: can't be written: {error.strerror or error}; check the room on the disk") from error
    except ValueError as error:
        raise CaseError(f"{path}: can't be written as JSON: {as_printable(str(error))}") from error


def read_table(path: Path, form: type[T]) -> tuple[T, ...]:
    """All rows of a table; one that does not exist has none.

    Raises:
        CaseError: not readable, or not what `write_table` writes; with the place of the first problems.
    """
    if not path.exists() and not path.is_symlink():
        return ()
    content = read_bounded(path, _MAX_TABLE_BYTES)
    rows: type[tuple[T, ...]] = tuple[form, ...]  # type: ignore[valid-type]
    try:
        return read_stored(content, rows)
    except StoredJsonError as error:
        expected = "put back an unchanged copy of the file"
        raise CaseError(f"{path}: is not what was written: {as_printable(str(error))}; {expected}") from error
