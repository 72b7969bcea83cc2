"""Which permission each route takes, read from its declaration and said in the OpenAPI description."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

__all__ = ["name_permissions"]


def name_permissions(router: APIRouter) -> None:
    """Say `x-permission` of every route that takes one; a route that says none answers anybody.

    Args:
        router: with all of its routes.
    """
    for route in router.routes:
        if isinstance(route, APIRoute) and (permission := _permission(route.dependant)) is not None:
            route.openapi_extra = {**(route.openapi_extra or {}), "x-permission": permission}


def _permission(dependant: Dependant) -> str | None:
    """That which `allowed` named, wherever it stands among what a route depends on."""
    named: str | None = getattr(dependant.call, "permission", None)
    return named or next((found for one in dependant.dependencies if (found := _permission(one))), None)
