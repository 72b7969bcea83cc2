"""The application: routes, pages, errors, what stands around every request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from prometheus_client import CollectorRegistry, Gauge

from similarity._version import __version__
from similarity.service.data.database import Database
from similarity.service.settings import Settings
from similarity.service.web import (
    misuse_pages,
    misuse_routes,
    notice_pages,
    notice_review_pages,
    notice_routes,
    operation_routes,
    pages,
    policy_routes,
    problems,
    review_routes,
    upload_routes,
)
from similarity.service.web.bounded import Bounded
from similarity.service.web.context import Service
from similarity.service.web.described import describe
from similarity.service.web.idempotency import Remembering, Repeated
from similarity.service.web.middleware import Around, Counts
from similarity.service.web.permissions import name_permissions

__all__ = ["create_app"]

_STATIC = Path(__file__).parent / "static"


class _Described(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """The description, with what FastAPI does not know of."""
        return describe(self)


def create_app(settings: Settings, database: Database) -> FastAPI:
    """The service as an ASGI application.

    Args:
        settings: what it is told.
        database: open, at the newest form of its tables.
    """
    app = _Described(
        title="Substantial-similarity screening",
        version=__version__,
        description="Measures what an upload shares with indexed works; policies say what follows; people decide.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
        servers=[{"url": settings.public_url or "/"}],
        generate_unique_id_function=lambda route: "_".join([*map(str, route.tags), route.name]),
    )
    app.state.service = Service.of(settings, database)
    app.state.registry = CollectorRegistry()
    app.state.gauges = _gauges(app.state.registry)
    problems.install(app)

    @app.exception_handler(Repeated)
    def _repeated(_: Request, answer: Repeated) -> Response:
        return Response(answer.body, status_code=answer.status, headers=answer.headers)

    for routes in (
        upload_routes,
        policy_routes,
        review_routes,
        notice_routes,
        misuse_routes,
        misuse_pages,
        notice_pages,
        notice_review_pages,
        operation_routes,
        pages,
    ):
        name_permissions(routes.router)
        app.include_router(routes.router)
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    app.add_middleware(Remembering)
    app.add_middleware(Bounded)
    app.add_middleware(Around, counts=Counts(app.state.registry))
    return app


def _gauges(registry: CollectorRegistry) -> dict[str, Gauge]:
    return {
        "waiting": Gauge("similarity_jobs_waiting", "Jobs that wait.", ["kind"], registry=registry),
        "oldest": Gauge("similarity_jobs_oldest_seconds", "Age of the oldest that waits.", ["kind"], registry=registry),
        "dead": Gauge("similarity_jobs_dead", "Jobs that were given up.", registry=registry),
        "uploads": Gauge("similarity_uploads", "Uploads by state.", ["state"], registry=registry),
    }
