"""How pages are made: templates, the words around them, who visits, and what a page without an answer looks like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from limits import RateLimitItemPerMinute

from similarity.service.errors import Problem
from similarity.service.people.roles import Caller, Permission
from similarity.service.people.sessions import Session
from similarity.service.web import page_words
from similarity.service.web.context import Service, ServiceOf, require_same_site, signed_in
from similarity.service.web.speaking import Speaker, sentence, speaker_of

__all__ = ["NAVIGATION", "Visit", "posting", "problem_page", "render", "visiting", "wants_page"]

NAVIGATION: tuple[tuple[str, str, Permission], ...] = (
    ("/queues", sentence("Queues"), "upload:read"),
    ("/uploads", sentence("Uploads"), "upload:read"),
    ("/notices", sentence("Notices"), "notice:read"),
    ("/quality", sentence("Quality"), "upload:read"),
    ("/policies", sentence("Policies"), "policy:read"),
    ("/audit", sentence("Audit"), "audit:read"),
    ("/access", sentence("Keys and people"), "access:write"),
)
"""Where, what it is called, and what it takes to see it."""
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(default=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters.update(
    clock=page_words.clock,
    figure=page_words.figure,
    share=page_words.share,
    size=page_words.size,
    moment=page_words.moment,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A person at a page."""

    request: Request
    service: Service
    session: Session
    speaker: Speaker

    @property
    def caller(self) -> Caller:
        """The person."""
        return self.session.caller

    def page(self, template: str, /, *, status: int = 200, **values: Any) -> HTMLResponse:
        """A page of this visit."""
        return render(template, self.request, self.session, status=status, **values)


def visiting(permission: Permission) -> Callable[[Request, ServiceOf], Visit]:
    """A dependency: a person who is signed in and has a permission; others are sent to sign in, or told so."""

    def check(request: Request, service: ServiceOf) -> Visit:
        return _visit(request, service, permission)

    check.permission = permission  # type: ignore[attr-defined]
    return check


def posting(permission: Permission) -> Callable[..., Visit]:
    """The same for a form, which carries the token of its session."""

    def check(request: Request, service: ServiceOf, csrf_token: Annotated[str, Form()] = "") -> Visit:
        visit = _visit(request, service, permission)
        require_same_site(request, visit.session.csrf_token, csrf_token)
        return visit

    check.permission = permission  # type: ignore[attr-defined]
    return check


def _visit(request: Request, service: Service, permission: Permission) -> Visit:
    session = signed_in(request, service)
    if session is None:
        raise Problem(401, "unauthenticated", "sign in to see this page")
    limit = RateLimitItemPerMinute(service.settings.requests_per_minute)
    if not service.limiter.hit(limit, session.caller.id):
        said = f"more than {service.settings.requests_per_minute} requests in a minute; wait"
        raise Problem(429, "too-many-requests", said, retry_after_seconds=10)
    session.caller.require(permission)
    return Visit(request=request, service=service, session=session, speaker=speaker_of(request))


def render(
    template: str, request: Request, session: Session | None, /, *, status: int = 200, **values: Any
) -> HTMLResponse:
    """A page.

    Args:
        template: its name.
        request: that it answers.
        session: of the person who is signed in.
        status: HTTP status.
        values: what the template shows.
    """
    speaker = speaker_of(request)
    permissions = frozenset() if session is None else session.caller.permissions
    around = {
        "session": session,
        "speaker": speaker,
        "say": speaker.say,
        "named": partial(page_words.named, speaker),
        "age": partial(page_words.age, speaker),
        "declared": partial(page_words.declared, speaker),
        "label_state": partial(page_words.label_state, speaker),
        "path": request.url.path,
        "here": _here(request),
        "permissions": permissions,
        "navigation": [one for one in NAVIGATION if one[2] in permissions],
    }
    text = _TEMPLATES.get_template(template).render(**around, **values)
    headers = {"content-language": speaker.tag, "vary": "accept-language, cookie"}
    return HTMLResponse(text, status_code=status, headers=headers)


def _here(request: Request) -> str:
    """Path and query of the page, as part of a link."""
    query = f"?{request.url.query}" if request.url.query else ""
    return quote(request.url.path + query, safe="")


def wants_page(request: Request) -> bool:
    """Whether a person asks by a browser, and not a program or a script of a page."""
    is_interface = request.url.path.startswith("/v1/")
    return not is_interface and "text/html" in request.headers.get("accept", "")


def problem_page(request: Request, problem: Problem, title: str) -> Response:
    """What went wrong, as a page; who is not signed in is asked to.

    Args:
        request: that can't be answered.
        problem: why.
        title: of its kind.
    """
    if problem.status == 401:
        return RedirectResponse(f"/sign-in?back={_here(request)}", status_code=303)
    service: Service = request.app.state.service
    session = signed_in(request, service)
    values = {"title": title, "problem": problem, "request_id": getattr(request.state, "request_id", "")}
    return render("problem.html", request, session, status=problem.status, **values)
