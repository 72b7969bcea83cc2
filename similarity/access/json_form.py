"""The dossier as JSON: `access.json`."""

from __future__ import annotations

import json
from typing import Any

from similarity import stored_json
from similarity.access.values import ACCESS_SCHEMA_VERSION, AccessDossier
from similarity.errors import AccessError, StoredJsonError

__all__ = ["dossier_from_json", "dossier_schema", "dossier_to_json"]


def dossier_to_json(dossier: AccessDossier) -> str:
    """The dossier as JSON text, indented by 2; half surrogate pairs, which no file can hold, are written as escapes."""
    plain = stored_json.plain(dossier, "dossier")
    return json.dumps(plain, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


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
        return stored_json.read_stored(text, AccessDossier)
    except StoredJsonError as error:
        raise AccessError(f"the stored dossier: {error}; {next_step}") from error


def dossier_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a stored dossier."""
    return stored_json.json_schema(AccessDossier, title=f"Access dossier, schema version {ACCESS_SCHEMA_VERSION}")
