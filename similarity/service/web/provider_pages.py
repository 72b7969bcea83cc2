"""Signing in by a provider (OpenID Connect): to it, and back."""

from __future__ import annotations

import hmac
import json
import logging
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from similarity.service.errors import Problem
from similarity.service.people import accounts, sessions
from similarity.service.people.oidc import NotSignedInError, Provider
from similarity.service.web.context import SESSION_COOKIE, Service, ServiceOf, inside
from similarity.service.web.rendering import render

__all__ = ["router"]

router = APIRouter(prefix="/sign-in/provider", include_in_schema=False)
_COOKIE = "sign_in"
_BACK_SECONDS = 600
"""Within which the browser has to be back."""
_log = logging.getLogger("similarity.service.people")


@router.get("")
def go(request: Request, service: ServiceOf, back: str = "/queues") -> Response:
    """To the provider."""
    provider = _provider(service)
    try:
        begun = provider.begin()
    except NotSignedInError as error:
        return _refused(request, error)
    answer = RedirectResponse(begun.address, status_code=303)
    kept = {"state": begun.state, "nonce": begun.nonce, "verifier": begun.verifier, "back": inside(back)}
    answer.set_cookie(
        _COOKIE,
        json.dumps(kept).encode().hex(),
        max_age=_BACK_SECONDS,
        path="/sign-in/provider",
        httponly=True,
        secure=request.url.scheme == "https",
        samesite="lax",  # it comes back from another site
    )
    return answer


@router.get("/back")
def back(
    request: Request,
    service: ServiceOf,
    code: Annotated[str, Query(max_length=4096)] = "",
    state: Annotated[str, Query(max_length=4096)] = "",
) -> Response:
    """From the provider, with a code; begins a session of a person whom the service knows by that name."""
    provider = _provider(service)
    try:
        kept = _kept(request, state)
        name = provider.name_of(code, nonce=kept["nonce"], verifier=kept["verifier"])
        token = _begun(service, name)
    except NotSignedInError as error:
        return _refused(request, error)
    # a page of ours leads on: the browser sends no strict cookie where another site began
    answer: Response = render("signed_in.html", request, None, back=kept["back"])
    is_secure, most_seconds = request.url.scheme == "https", int(sessions.SESSION_SECONDS)
    answer.set_cookie(SESSION_COOKIE, token, httponly=True, secure=is_secure, samesite="strict", max_age=most_seconds)
    answer.delete_cookie(_COOKIE, path="/sign-in/provider")
    return answer


def _provider(service: Service) -> Provider:
    if service.settings.provider is None:
        raise Problem(404, "not-found", "nobody signs in by a provider here")
    return Provider(service.settings.provider)


def _kept(request: Request, state: str) -> dict[str, str]:
    """What the browser kept of the sign-in that this is the answer to."""
    try:
        found = json.loads(bytes.fromhex(request.cookies.get(_COOKIE, "")))
        kept = {name: str(found[name]) for name in ("state", "nonce", "verifier", "back")}
    except (ValueError, KeyError, TypeError) as error:
        raise NotSignedInError("the browser began no sign-in, or too long ago") from error
    if not hmac.compare_digest(kept["state"].encode(), state.encode()):
        raise NotSignedInError("the answer is to another sign-in")
    return kept | {"back": inside(kept["back"])}


def _begun(service: Service, name: str) -> str:
    with service.database.writing() as connection:
        person_id = accounts.person_named(connection, name)
        token = None if person_id is None else sessions.begin(connection, person_id)
    if token is None:
        raise NotSignedInError("the provider knows this person, the service does not: `similarity service user`")
    return token


def _refused(request: Request, error: NotSignedInError) -> Response:
    _log.warning("sign-in by the provider: %s", error)
    return render(
        "sign_in.html", request, None, status=401, is_refused=False, is_unknown=True, has_provider=True, back="/queues"
    )
