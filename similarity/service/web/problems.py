"""Errors as RFC 9457 problems: the same form whatever went wrong."""

from __future__ import annotations

import errno
import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError, OperationalError
from starlette.exceptions import HTTPException

from similarity.service.errors import Fault, Problem

__all__ = ["answer", "install"]

_TYPES = "urn:similarity:problem:"
_TITLES = {
    400: "Bad request",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    408: "Too slow",
    409: "Conflict",
    410: "Too late",
    413: "Too large",
    422: "Not usable",
    423: "Locked",
    429: "Too many",
    460: "Checksum mismatch",
    500: "Defect",
    503: "Not now",
    507: "No room",
}
_log = logging.getLogger("similarity.service")


def answer(request: Request, problem: Problem) -> JSONResponse:
    """A problem as a response."""
    request_id = getattr(request.state, "request_id", "")
    body: dict[str, Any] = {
        "type": _TYPES + problem.kind,
        "title": _TITLES.get(problem.status, "Problem"),
        "status": problem.status,
        "detail": problem.detail,
        "instance": request.url.path,
        "request_id": request_id,
    }
    if problem.faults:
        body["errors"] = [{"pointer": one.pointer, "reason": one.reason, "next": one.next} for one in problem.faults]
    headers = {"retry-after": str(problem.retry_after_seconds)} if problem.retry_after_seconds else {}
    if problem.status == 401:
        headers["www-authenticate"] = "Bearer"
    return JSONResponse(body, status_code=problem.status, headers=headers, media_type="application/problem+json")


def install(app: FastAPI) -> None:
    """Answer every error of an application this way."""

    @app.exception_handler(Problem)
    def _problem(request: Request, error: Problem) -> JSONResponse:
        return answer(request, error)

    @app.exception_handler(RequestValidationError)
    def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        faults = tuple(
            Fault(pointer="/" + "/".join(map(str, one["loc"][1:])), reason=str(one["msg"])) for one in error.errors()
        )
        said = "; ".join(f"{fault.pointer}: {fault.reason}" for fault in faults)
        return answer(request, Problem(422, "unprocessable", said, faults=faults))

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> JSONResponse:
        kind = "not-found" if error.status_code == 404 else "http"
        return answer(request, Problem(error.status_code, kind, f"{request.method} {request.url.path}: {error.detail}"))

    @app.exception_handler(OperationalError)
    def _busy(request: Request, error: OperationalError) -> JSONResponse:
        _log.warning("database: %s", error.orig)
        if "full" in str(error.orig):
            said = "the disk of the service is full; try again later"
            return answer(request, Problem(507, "no-room", said, retry_after_seconds=60))
        said = "the database is busy or away; try again"
        return answer(request, Problem(503, "database", said, retry_after_seconds=5))

    @app.exception_handler(OSError)
    def _disk(request: Request, error: OSError) -> JSONResponse:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            return _defect(request, error)
        _log.warning("disk: %s", error)
        said = "the disk of the service is full; try again later"
        return answer(request, Problem(507, "no-room", said, retry_after_seconds=60))

    @app.exception_handler(DataError)
    @app.exception_handler(OverflowError)
    @app.exception_handler(UnicodeEncodeError)
    def _unstorable(request: Request, error: Exception) -> JSONResponse:
        said = f"a text or number that can't be kept: {type(error).__name__}; expected Unicode without NUL, 64 bits"
        return answer(request, Problem(422, "unprocessable", said))

    @app.exception_handler(Exception)
    def _defect(request: Request, error: Exception) -> JSONResponse:
        _log.error("defect at %s %s", request.method, request.url.path, exc_info=error)
        said = "something is wrong with the service; its log says what, under this request_id"
        return answer(request, Problem(500, "defect", said))
