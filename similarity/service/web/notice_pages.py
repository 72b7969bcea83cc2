"""The public form: anyone may send a notice to a tenant that allows it.

The form acts with nobody's rights: no cookie and no session is read, so a page of another site gains nothing by
sending it from a visitor's browser.  It still has to come from here (`Origin`) and carries a token that this process
signed lately.  Notices from one address are counted, and a field that people do not see catches simple programs.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse
from limits import RateLimitItemPerHour
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import select

from similarity.service.clock import now_seconds
from similarity.service.data.tables import tenants
from similarity.service.errors import Fault, Problem, not_found
from similarity.service.notices import receiving, shown
from similarity.service.notices.counsel import NoticeSettings, settings_of
from similarity.service.notices.forms import NewNotice
from similarity.service.notices.law import REGIMES, regime_named
from similarity.service.web.context import Service, ServiceOf
from similarity.service.web.rendering import render
from similarity.service.web.speaking import speaker_of

__all__ = ["router"]

router = APIRouter(prefix="/notices/to", include_in_schema=False)
_KEY = secrets.token_bytes(32)
_TOKEN_SECONDS = 12 * 3600
Line = Annotated[str, Field(max_length=500)]
Lang = Literal["en", "zh"]


class Filled(BaseModel):
    """The form's fields as a browser sends them; `website` is seen by programs alone."""

    model_config = ConfigDict(extra="forbid")

    token: Line = ""
    regime: Line = ""
    language: Lang = "en"
    website: Line = ""
    name: Line = ""
    organisation: Line = ""
    acts_for: Line = ""
    address: Line = ""
    email: Line = ""
    phone: Line = ""
    url: Line = ""
    work_title: Line = ""
    work_owner: Line = ""
    start_seconds: Line = ""
    end_seconds: Line = ""
    reasons: str = Field(default="", max_length=20_000)
    evidence: Line = ""
    signature: Line = ""
    good_faith: bool = False
    accurate: bool = False
    authority_under_perjury: bool = False


@router.get("/{tenant}")
def form(tenant: str, request: Request, service: ServiceOf) -> HTMLResponse:
    """The empty form."""
    _settings(service, tenant)
    return _form(request, tenant)


@router.post("/{tenant}")
def send(tenant: str, request: Request, service: ServiceOf, filled: Annotated[Filled, Form()]) -> HTMLResponse:
    """Take it; what is missing is named, and the notice is kept until it is complete."""
    tenant_id, settings = _settings(service, tenant)
    _require_from_here(request, filled, tenant)
    _require_seldom(request, service, settings, tenant_id)
    try:
        new = _notice(filled)
    except ValidationError as error:
        return _form(request, tenant, status=422, faults=_faults(error), given=filled.model_dump())
    with service.database.writing() as connection:
        row = receiving.receive(connection, tenant_id, new, actor="public form")
        told = shown.receipt(connection, row)
    language = speaker_of(request).code
    return render("notice_receipt.html", request, None, status=201, told=told, language=language)


def _settings(service: Service, tenant: str) -> tuple[str, NoticeSettings]:
    """A tenant that takes notices from anyone.

    Raises:
        Problem: 404.
    """
    with service.database.reading() as connection:
        tenant_id = connection.scalar(select(tenants.c.id).where(tenants.c.name == tenant))
        found = NoticeSettings() if tenant_id is None else settings_of(connection, tenant_id)
    if tenant_id is None or not found.public_form:
        raise not_found(f"form of {tenant}")
    return tenant_id, found


def _form(
    request: Request,
    tenant: str,
    *,
    status: int = 200,
    faults: tuple[Fault, ...] = (),
    given: Mapping[str, Any] | None = None,
) -> HTMLResponse:
    values = {"tenant": tenant, "faults": faults, "given": given or {}, "token": _signed(tenant, int(now_seconds()))}
    regimes = [regime_named(one) for one in REGIMES]
    language = speaker_of(request).code
    return render("notice_form.html", request, None, status=status, regimes=regimes, language=language, **values)


def _require_from_here(request: Request, filled: Filled, tenant: str) -> None:
    """Refuse what did not come from a form that was shown here lately.

    Raises:
        Problem: 403.
    """
    origin = request.headers.get("origin")
    is_here = origin is None or origin.partition("://")[2] == request.headers.get("host")
    stamp = filled.token.partition(".")[0]
    is_signed = stamp.isascii() and stamp.isdigit() and hmac.compare_digest(filled.token, _signed(tenant, int(stamp)))
    is_late = not is_signed or not 0 <= now_seconds() - int(stamp) <= _TOKEN_SECONDS
    if not is_here or is_late or filled.website:
        raise Problem(403, "forged-request", "the form was not shown here lately; load the page again and send it")


def _signed(tenant: str, stamp: int) -> str:
    said = hmac.new(_KEY, f"{tenant}.{stamp}".encode(), hashlib.sha256).hexdigest()
    return f"{stamp}.{said}"


def _require_seldom(request: Request, service: Service, settings: NoticeSettings, tenant_id: str) -> None:
    """Refuse more than a few from one address.

    Raises:
        Problem: 429.
    """
    address = request.client.host if request.client else "unknown"
    if not service.limiter.hit(RateLimitItemPerHour(settings.public_per_hour), "notice form", tenant_id, address):
        said = f"more than {settings.public_per_hour} notices in an hour from this address; wait, or ask for a key"
        raise Problem(429, "too-many-requests", said, retry_after_seconds=3600)


def _notice(filled: Filled) -> NewNotice:
    """The form as a notice; fields left empty were not given."""
    said = {name: value or None for name, value in filled.model_dump().items()}
    times = {name: said[name] for name in ("start_seconds", "end_seconds")}
    work = {
        "title": said["work_title"],
        "owner": said["work_owner"],
        "stretches": [times] if any(times.values()) else [],
    }
    sender = ("name", "organisation", "acts_for", "address", "email", "phone")
    stated = ("good_faith", "accurate", "authority_under_perjury")
    return NewNotice.model_validate(
        {
            "regime": filled.regime,
            "language": filled.language,
            "sender": {name: said[name] for name in sender},
            "upload": {"url": said["url"]},
            "works": [work] if said["work_title"] else [],
            "reasons": said["reasons"],
            "evidence": [{"name": said["evidence"]}] if said["evidence"] else [],
            "statements": {name: getattr(filled, name) for name in stated},
            "signature": said["signature"],
        }
    )


def _faults(error: ValidationError) -> tuple[Fault, ...]:
    return tuple(Fault(pointer="/" + "/".join(map(str, one["loc"])), reason=str(one["msg"])) for one in error.errors())
