"""Around every request: an identifier, headers that keep browsers safe, a line in the log without secrets, a count."""

from __future__ import annotations

import json
import logging
import re
import secrets
import time
from collections.abc import MutableMapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Around", "Counts"]

_log = logging.getLogger("similarity.service.requests")
_KEY = re.compile(r"sk_\w+-?[\w-]*")
"""A key that somebody put into an address by mistake."""

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


class Counts:
    """What the metrics say of requests."""

    def __init__(self, registry: CollectorRegistry) -> None:
        names = ["method", "route", "status"]
        self.requests = Counter("similarity_requests_total", "Requests answered.", names, registry=registry)
        self.seconds = Histogram(
            "similarity_request_seconds", "Time from request to answer.", ["route"], registry=registry
        )


class Around:
    """ASGI middleware around an application.

    Args:
        app: the application.
        counts: where requests are counted.
    """

    def __init__(self, app: ASGIApp, counts: Counts) -> None:
        self._app, self._counts = app, counts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id, start = secrets.token_hex(8), time.perf_counter()
        scope.setdefault("state", {})["request_id"] = request_id
        status = 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _set_headers(MutableHeaders(scope=message), scope, request_id)
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            self._note(scope, status, request_id, time.perf_counter() - start)

    def _note(self, scope: MutableMapping[str, Any], status: int, request_id: str, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "unknown")
        self._counts.requests.labels(scope["method"], route, str(status)).inc()
        self._counts.seconds.labels(route).observe(seconds)
        line = {
            "request_id": request_id,
            "method": scope["method"],
            "path": _KEY.sub("sk_...", scope["path"]),
            "status": status,
            "milliseconds": round(1000 * seconds, 1),
        }
        _log.info(json.dumps(line, ensure_ascii=True))


def _set_headers(headers: MutableHeaders, scope: Scope, request_id: str) -> None:
    headers["x-request-id"] = request_id
    headers["x-content-type-options"] = "nosniff"
    headers["referrer-policy"] = "same-origin"
    headers.setdefault("content-security-policy", CONTENT_POLICY)
    if not scope["path"].startswith("/static/"):
        headers.setdefault("cache-control", "no-store")
