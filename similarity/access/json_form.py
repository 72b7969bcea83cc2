"""The dossier as JSON: `access.json`."""

from __future__ import annotations

import dataclasses
import json
from functools import lru_cache
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from similarity.access.values import ACCESS_SCHEMA_VERSION, AccessDossier
from similarity.errors import AccessError

__all__ = ["dossier_from_json", "dossier_schema", "dossier_to_json"]


def dossier_to_json(dossier: AccessDossier) -> str:
    """The dossier as JSON text, indented by 2; half surrogate pairs, which no file can hold, are written as escapes."""
    text = json.dumps(_plain(dataclasses.asdict(dossier)), indent=2, ensure_ascii=False, allow_nan=False)
    return text + "\n"


def dossier_from_json(text: str) -> AccessDossier:
    """The dossier that `dossier_to_json` wrote.

    Raises:
        AccessError: no JSON, another schema version, an unknown or missing field, or a value of the wrong type.
    """
    next_step = "check the facts again with: similarity access check"
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise AccessError(f"the stored dossier is no JSON: {error}; {next_step}") from error
    found = content.get("schema_version") if isinstance(content, dict) else None
    if found != ACCESS_SCHEMA_VERSION:
        raise AccessError(
            f"the stored dossier has schema version {found!r}, expected {ACCESS_SCHEMA_VERSION!r}; {next_step}"
        )
    try:
        return _adapter().validate_json(f"[{text}]", strict=True)[0]
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"][1:])
        raise AccessError(f"the stored dossier: {place}: {first['msg']}; {next_step}") from error


def dossier_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a stored dossier."""
    definitions = _adapter().json_schema()["$defs"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Access dossier, schema version {ACCESS_SCHEMA_VERSION}",
        "$ref": "#/$defs/AccessDossier",
        "$defs": definitions,
    }


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[tuple[AccessDossier]]:
    # pydantic takes a configuration for a container, not for a dataclass itself
    config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, use_attribute_docstrings=True)
    return TypeAdapter(tuple[AccessDossier], config=config)


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
