"""The OpenAPI description: who may ask, every error as a problem, bodies that are files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from similarity.service.web.answers import ProblemTold

__all__ = ["describe"]

_REFERENCE = "#/components/schemas/{model}"
_NOT_OURS = ("HTTPValidationError", "ValidationError")
_SECURITY = {
    "key": {"type": "http", "scheme": "bearer", "description": "An API key, `sk_...`."},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "similarity_session",
        "description": "A person at the pages; what changes something carries the session's token in `X-CSRF-Token`.",
    },
}


def describe(app: FastAPI) -> dict[str, Any]:
    """The description of an application, made once.

    Args:
        app: with all of its routes.
    """
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            servers=app.servers,
            routes=app.routes,
        )
        schemas = made["components"]["schemas"]
        for name in _NOT_OURS:
            schemas.pop(name, None)
        problem = ProblemTold.model_json_schema(ref_template=_REFERENCE)
        schemas.update(problem.pop("$defs"))
        schemas["ProblemTold"] = problem
        made["components"]["securitySchemes"] = _SECURITY
        for one in _operations(made):
            _settle(one)
        app.openapi_schema = made
    return app.openapi_schema


def _operations(description: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in description["paths"].values():
        yield from methods.values()


def _settle(operation: dict[str, Any]) -> None:
    """Errors of one operation are problems; what takes a permission takes a key or a session."""
    operation["responses"].pop("422", None)
    reference = {"$ref": _REFERENCE.format(model="ProblemTold")}
    operation["responses"]["default"] = {
        "description": "A problem (RFC 9457)",
        "content": {"application/problem+json": {"schema": reference}},
    }
    if "x-permission" in operation:
        operation["security"] = [{name: []} for name in _SECURITY]
