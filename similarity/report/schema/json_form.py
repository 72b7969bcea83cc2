"""A report as JSON: the one stored form, from which every other form can be rendered again.

`to_json` and `from_json` are inverse to each other.  Keys stand in the order of the fields of `Report`, so equal
reports give equal bytes.  `NotMeasured` is an object with the single key `reason`.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NoReturn

from pydantic import ConfigDict, TypeAdapter, ValidationError

from similarity.errors import ReportError
from similarity.report.schema.report import SCHEMA_VERSION, Report

__all__ = ["from_json", "json_schema", "to_json"]

MAX_PROBLEMS_SHOWN = 5


def to_json(report: Report) -> str:
    """The report as JSON text, indented by 2, ending with a newline.

    Text that UTF-8 can't hold (a file name in another encoding) is written with the offending bytes escaped.

    Raises:
        ReportError: a value is not finite or not of the type that the report declares.
    """
    text = json.dumps(_plain(report, "report"), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
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
    definitions = _adapter().json_schema()["$defs"]
    definitions["Report"]["properties"]["schema_version"]["const"] = SCHEMA_VERSION
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Similarity report, schema version {SCHEMA_VERSION}",
        "$ref": "#/$defs/Report",
        "$defs": definitions,
    }


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[tuple[Report]]:
    # pydantic takes a configuration for a container, not for a dataclass itself; everything inside inherits it
    config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, use_attribute_docstrings=True)
    return TypeAdapter(tuple[Report], config=config)


def _validated(text: str, what: str) -> Report:
    try:
        (report,) = _adapter().validate_json(f"[{text}]")
    except ValidationError as error:
        raise ReportError(f"{what} does not fit schema version {SCHEMA_VERSION}: {_problems(error)}") from error
    return report


def _problems(error: ValidationError) -> str:
    details = error.errors(include_url=False, include_context=False)
    shown = [f"{_location(detail['loc'])}: {detail['msg']}" for detail in details[:MAX_PROBLEMS_SHOWN]]
    more = [f"and {len(details) - len(shown)} more"] if len(details) > len(shown) else []
    return "; ".join(shown + more)


def _location(steps: tuple[int | str, ...]) -> str:
    return ".".join(str(step) for step in steps[1:]) or "report"


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number that a report may hold")


def _plain(value: object, where: str) -> object:
    """`value` out of dictionaries, lists and plain scalars."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        return {name: _plain(getattr(value, name), f"{where}.{name}") for name in names}
    if isinstance(value, tuple):
        return [_plain(item, f"{where}[{number}]") for number, item in enumerate(value)]
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, float):
        return _finite(float(value), where)
    if value is None or isinstance(value, int):
        return value
    raise ReportError(
        f"{where}: a report holds text, bool, int, float, null and tuples, got {type(value).__module__}."
        f"{type(value).__qualname__}; convert it first (float(...), int(...), bool(...))"
    )


def _finite(value: float, where: str) -> float:
    if not math.isfinite(value):
        raise ReportError(f"{where}: expected a finite number, got {value}; say NotMeasured(reason=...) instead")
    return value
