"""A report as JSON: the one stored form, from which every other form can be rendered again.

`to_json` and `from_json` are inverse to each other.  Keys stand in the order of the fields of `Report`, so equal
reports give equal bytes.  `NotMeasured` is an object with the single key `reason`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from similarity import stored_json
from similarity.errors import ReportError, StoredJsonError
from similarity.report.schema.report import SCHEMA_VERSION, Report

__all__ = ["from_json", "json_schema", "to_json"]


def to_json(report: Report) -> str:
    """The report as JSON text, indented by 2, ending with a newline.

    Text that UTF-8 can't hold (a file name in another encoding) is written with the offending bytes escaped.

    Raises:
        ReportError: a value is not finite or not of the type that the report declares.
    """
    try:
        plain = stored_json.plain(report, "report")
    except StoredJsonError as error:
        raise ReportError(str(error)) from error
    text = json.dumps(plain, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    _validated(text, "the report about to be written")
    return text


def from_json(text: str) -> Report:
    """The report that `to_json` wrote.

    Raises:
        ReportError: not JSON, another schema version, an unknown or missing field, or a value of the wrong type.
    """
    try:
        content = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ReportError(
            f"the stored report is no valid JSON: {error}; restore report.json or compare again"
        ) from error
    if not isinstance(content, Mapping):
        raise ReportError(f"the stored report is no JSON object: expected one, got {type(content).__name__}")
    found = content.get("schema_version")
    if found != SCHEMA_VERSION:
        raise ReportError(
            f"the stored report has schema version {found!r}, this version of the product reads {SCHEMA_VERSION!r}: "
            "render it with the version that wrote it, or compare again"
        )
    return _validated(text, "the stored report")


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a stored report."""
    schema = stored_json.json_schema(Report, title=f"Similarity report, schema version {SCHEMA_VERSION}")
    schema["$defs"]["Report"]["properties"]["schema_version"]["const"] = SCHEMA_VERSION
    return schema


def _validated(text: str, what: str) -> Report:
    try:
        return stored_json.read_stored(text, Report)
    except StoredJsonError as error:
        raise ReportError(f"{what} does not fit schema version {SCHEMA_VERSION}: {error}") from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number that a report may hold")
