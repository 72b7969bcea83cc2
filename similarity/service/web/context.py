"""What every handler needs, and who asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from similarity.service.data.database import Database
from similarity.service.errors import Problem
from similarity.service.people import accounts, sessions
from similarity.service.people.roles import Caller, Permission
from similarity.service.screening.known import Repeats
from similarity.service.settings import Settings
from similarity.service.web.views import Views

__all__ = [
    "SESSION_COOKIE",
    "AnyCaller",
    "Service",
    "ServiceOf",
    "allowed",
    "inside",
    "note_wrong_password",
    "require_patience",
    "require_same_site",
    "signed_in",
]

SESSION_COOKIE = "similarity_session"
CSRF_HEADER = "x-csrf-token"
_WRONG_PASSWORDS = 10
"""Of one name in a minute; ten times as many from one address."""
_UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


@dataclass(frozen=True, slots=True)
class Service:
    """A running service."""

    settings: Settings
    database: Database
    limiter: MovingWindowRateLimiter
    views: Views
    repeats: Repeats

    @classmethod
    def of(cls, settings: Settings, database: Database) -> Service:
        """With an empty memory of who asked how often, and who looked at what."""
        limiter = MovingWindowRateLimiter(MemoryStorage())
        repeats = Repeats(settings, database)
        return cls(settings=settings, database=database, limiter=limiter, views=Views(), repeats=repeats)


def _service(request: Request) -> Service:
    found: Service = request.app.state.service
    return found


ServiceOf = Annotated[Service, Depends(_service)]


def _caller(request: Request, service: ServiceOf) -> Caller:
    """Whoever asks, by key or by session.

    Raises:
        Problem: 401; 403 for a form without its token; 429.
    """
    authorization = request.headers.get("authorization", "")
    caller = _of_key(service, authorization) if authorization else _of_session(request, service)
    limit = RateLimitItemPerMinute(service.settings.requests_per_minute)
    if not service.limiter.hit(limit, caller.id):
        said = f"more than {service.settings.requests_per_minute} requests in a minute; wait"
        raise Problem(429, "too-many-requests", said, retry_after_seconds=10)
    return caller


def _of_key(service: Service, authorization: str) -> Caller:
    scheme, _, key = authorization.partition(" ")
    with service.database.reading() as connection:
        found = accounts.caller_of_key(connection, key.strip()) if scheme.lower() == "bearer" else None
    if found is None:
        raise _unknown()
    return found


def _of_session(request: Request, service: Service) -> Caller:
    session = signed_in(request, service)
    if session is None:
        raise _unknown()
    if request.method in _UNSAFE:
        require_same_site(request, session.csrf_token)
    return session.caller


def signed_in(request: Request, service: Service) -> sessions.Session | None:
    """The session of the cookie, if there is one."""
    token = request.cookies.get(SESSION_COOKIE)
    if not token:
        return None
    with service.database.reading() as connection:
        return sessions.find(connection, token)


def inside(back: str) -> str:
    """A place of this service; anywhere else becomes the queues."""
    is_inside = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
    return back if is_inside else "/queues"


def require_same_site(request: Request, csrf_token: str, given: str | None = None) -> None:
    """Refuse what a page of another site made the browser send.

    Args:
        request: that changes something.
        csrf_token: of the session.
        given: the token that a form carries; a script's stands in a header.

    Raises:
        Problem: 403.
    """
    origin = request.headers.get("origin")
    is_here = origin is None or origin.partition("://")[2] == request.headers.get("host")
    if not is_here or (given or request.headers.get(CSRF_HEADER)) != csrf_token:
        raise Problem(
            403, "forged-request", "the request did not come from a page of this session; load the page again"
        )


def require_patience(request: Request, service: Service, name: str) -> None:
    """Refuse to try passwords fast: of one name, and from one address.

    Args:
        request: that is answered.
        service: that answers.
        name: its name.

    Raises:
        Problem: 429.
    """
    if not all(service.limiter.test(limit, *whose) for limit, whose in _tries(request, name)):
        said = "too many attempts to sign in were wrong; wait a minute"
        raise Problem(429, "too-many-requests", said, retry_after_seconds=60)


def note_wrong_password(request: Request, service: Service, name: str) -> None:
    """Count an attempt that failed.

    Args:
        request: that is answered.
        service: that answers.
        name: its name.
    """
    for limit, whose in _tries(request, name):
        service.limiter.hit(limit, *whose)


def _tries(request: Request, name: str) -> Iterator[tuple[RateLimitItemPerMinute, tuple[str, str]]]:
    address = request.client.host if request.client else ""
    yield RateLimitItemPerMinute(_WRONG_PASSWORDS), ("name", name[:200])
    yield RateLimitItemPerMinute(10 * _WRONG_PASSWORDS), ("address", address)


def _unknown() -> Problem:
    said = "expected Authorization: Bearer sk_..., a key that still holds, or a session; got none that is known here"
    return Problem(401, "unauthenticated", said)


AnyCaller = Annotated[Caller, Depends(_caller)]


def allowed(permission: Permission) -> Callable[[Caller], Caller]:
    """A dependency: the caller, who has a permission.  The OpenAPI description names it (`x-permission`)."""

    def check(caller: AnyCaller) -> Caller:
        caller.require(permission)
        return caller

    check.permission = permission  # type: ignore[attr-defined]
    return check
