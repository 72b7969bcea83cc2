"""Tables of a case folder (`exhibits.json`, `stills.json`): typed values to JSON and back, nothing unknown let in."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from similarity.case.layout import read_bounded
from similarity.errors import CaseError
from similarity.files import write_atomically
from similarity.text import as_printable

__all__ = ["read_table", "write_table"]

_MAX_TABLE_BYTES = 64_000_000

T = TypeVar("T")


def write_table(path: Path, form: type[T], rows: tuple[T, ...]) -> None:
    """Write all rows, whole or not at all.

    Raises:
        CaseError: the disk refuses it, or a text can't be said in UTF-8.
    """
    try:
        plain = _adapter(cast("Any", form)).dump_python(rows, mode="json")
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
    from pydantic import ValidationError

    if not path.exists() and not path.is_symlink():
        return ()
    content = read_bounded(path, _MAX_TABLE_BYTES)
    expected = "put back an unchanged copy of the file"
    try:
        rows: tuple[T, ...] = _adapter(cast("Any", form)).validate_json(content)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False, include_input=False)[:4]
        shown = "; ".join(f"{'.'.join(map(str, one['loc'])) or 'file'}: {one['msg']}" for one in problems)
        raise CaseError(f"{path}: is not what was written: {as_printable(shown)}; {expected}") from error
    except (ValueError, RecursionError) as error:
        raise CaseError(f"{path}: is not what was written: {as_printable(str(error))}; {expected}") from error
    return rows


@cache
def _adapter(form: Any) -> Any:
    from pydantic import ConfigDict, TypeAdapter

    # pydantic takes a configuration for a container, not for a dataclass itself; everything inside inherits it
    config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
    return TypeAdapter(tuple[form, ...], config=config)
