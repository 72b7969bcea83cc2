"""Pages for people: sign in, queues, a task with its two videos, audit, policies."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from similarity.service.people import accounts, sessions
from similarity.service.review import tasks
from similarity.service.web.context import SESSION_COOKIE, Service, ServiceOf, require_same_site, signed_in

__all__ = ["page", "router"]

router = APIRouter(include_in_schema=False)
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(default=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(name: str, **values: Any) -> HTMLResponse:
    """A template of this folder, filled."""
    return HTMLResponse(_TEMPLATES.get_template(name).render(**values))


@router.get("/")
def start() -> RedirectResponse:
    """The queues."""
    return RedirectResponse("/queues", status_code=303)


@router.get("/sign-in")
def sign_in_form() -> HTMLResponse:
    """Name and password."""
    return page("sign_in.html", session=None, is_refused=False)


@router.post("/sign-in")
def sign_in(
    request: Request, service: ServiceOf, name: Annotated[str, Form()], password: Annotated[str, Form()]
) -> Response:
    """Begin a session."""
    origin = request.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != request.headers.get("host"):
        return _refused()
    with service.database.reading() as connection:
        person_id = accounts.person_of_password(connection, name, password)
    if person_id is None:
        return _refused()
    with service.database.writing() as connection:
        token = sessions.begin(connection, person_id)
    if token is None:
        return _refused()
    answer = RedirectResponse("/queues", status_code=303)
    is_secure = request.url.scheme == "https"
    answer.set_cookie(
        SESSION_COOKIE,
        token,
        httponly=True,
        secure=is_secure,
        samesite="strict",
        max_age=int(sessions.SESSION_SECONDS),
    )
    return answer


def _refused() -> HTMLResponse:
    shown = page("sign_in.html", session=None, is_refused=True)
    shown.status_code = 401
    return shown


@router.post("/sign-out")
def sign_out(request: Request, service: ServiceOf, csrf_token: Annotated[str, Form()]) -> Response:
    """End the session."""
    session = signed_in(request, service)
    if session is not None:
        require_same_site(request, session.csrf_token, csrf_token)
        with service.database.writing() as connection:
            sessions.end(connection, request.cookies[SESSION_COOKIE])
    answer = RedirectResponse("/sign-in", status_code=303)
    answer.delete_cookie(SESSION_COOKIE)
    return answer


@router.get("/queues")
def queues(request: Request, service: ServiceOf) -> Response:
    """What waits, and how long."""
    session = signed_in(request, service)
    if session is None:
        return RedirectResponse("/sign-in", status_code=303)
    return page("queues.html", session=session, queues=_queues(service, session))


def _queues(service: Service, session: sessions.Session) -> Any:
    with service.database.reading() as connection:
        return tasks.queues(connection, session.caller.tenant_id)
