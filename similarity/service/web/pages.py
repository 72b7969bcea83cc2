"""Pages for people: sign in, choose a language; the rest stands in modules of their own."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from similarity.service.people import accounts, sessions
from similarity.service.web import footage, provider_pages, record_pages, review_pages, upload_pages
from similarity.service.web.context import (
    SESSION_COOKIE,
    Service,
    ServiceOf,
    inside,
    note_wrong_password,
    require_patience,
    require_same_site,
    signed_in,
)
from similarity.service.web.rendering import render
from similarity.service.web.speaking import LANGUAGE_COOKIE

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
_YEAR_SECONDS = 365 * 24 * 3600


@router.get("/")
def start() -> RedirectResponse:
    """The queues."""
    return RedirectResponse("/queues", status_code=303)


@router.get("/language")
def choose_language(request: Request, to: str, back: str = "/queues") -> RedirectResponse:
    """Say everything in another language from now on."""
    answer = RedirectResponse(inside(back), status_code=303)
    if to in {"en", "zh"}:
        is_secure = request.url.scheme == "https"
        answer.set_cookie(LANGUAGE_COOKIE, to, max_age=_YEAR_SECONDS, samesite="lax", secure=is_secure, httponly=True)
    return answer


@router.get("/sign-in")
def sign_in_form(request: Request, service: ServiceOf, back: str = "/queues") -> HTMLResponse:
    """Name and password, or a provider."""
    return _form(request, service, back=back)


def _form(request: Request, service: Service, *, back: str, is_refused: bool = False) -> HTMLResponse:
    return render(
        "sign_in.html",
        request,
        None,
        status=401 if is_refused else 200,
        is_refused=is_refused,
        is_unknown=False,
        has_provider=service.settings.provider is not None,
        back=inside(back),
    )


@router.post("/sign-in")
def sign_in(
    request: Request,
    service: ServiceOf,
    name: Annotated[str, Form()],
    password: Annotated[str, Form()],
    back: Annotated[str, Form()] = "/queues",
) -> Response:
    """Begin a session."""
    origin = request.headers.get("origin")
    is_here = origin is None or origin.partition("://")[2] == request.headers.get("host")
    token = _begun(request, service, name, password) if is_here else None
    if token is None:
        return _form(request, service, back=back, is_refused=True)
    answer = RedirectResponse(inside(back), status_code=303)
    is_secure, most_seconds = request.url.scheme == "https", int(sessions.SESSION_SECONDS)
    answer.set_cookie(SESSION_COOKIE, token, httponly=True, secure=is_secure, samesite="strict", max_age=most_seconds)
    return answer


def _begun(request: Request, service: Service, name: str, password: str) -> str | None:
    """A session's token, where name and password are right."""
    require_patience(request, service, name)
    with service.database.reading() as connection:
        person_id = accounts.person_of_password(connection, name, password)
    if person_id is None:
        note_wrong_password(request, service, name)
        return None
    with service.database.writing() as connection:
        return sessions.begin(connection, person_id)


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


for _part in (provider_pages, review_pages, upload_pages, record_pages, footage):
    router.include_router(_part.router)
