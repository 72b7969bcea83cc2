"""Routes of operation: health, metrics, the chain, keys, callbacks, sessions."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest
from pydantic import BaseModel, ConfigDict, Field, HttpUrl
from sqlalchemy import func, select

from similarity.service.data import audit, jobs, outbox, targets
from similarity.service.data.daily_heads import daily_heads_of
from similarity.service.data.tables import jobs as jobs_table
from similarity.service.data.tables import uploads
from similarity.service.errors import Fault, not_found, unprocessable
from similarity.service.people import accounts
from similarity.service.people.roles import Caller, Role
from similarity.service.settings import Settings
from similarity.service.web.answers import KeyMade, Receipt, SecretMade
from similarity.service.web.context import ServiceOf, allowed
from similarity.service.web.idempotency import once_secret

__all__ = ["router"]

router = APIRouter(tags=["operation"])
Auditor = Annotated[Caller, Depends(allowed("audit:read"))]
Administrator = Annotated[Caller, Depends(allowed("access:write"))]
Watcher = Annotated[Caller, Depends(allowed("metrics:read"))]
_JOB_KINDS = ("screen", "evidence", "late", "deadlines")


@router.get("/livez")
def alive() -> dict[str, Literal["ok"]]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz")
def ready(service: ServiceOf) -> dict[str, Any]:
    """Database and disk can be used."""
    with service.database.reading() as connection:
        count, oldest = jobs.waiting(connection, "screen")
    return {"status": "ok", "num_waiting": count, "oldest_seconds": round(oldest, 1)}


@router.get("/metrics", response_class=PlainTextResponse)
def metrics(request: Request, _: Watcher, service: ServiceOf) -> Response:
    """For Prometheus."""
    gauges: dict[str, Gauge] = request.app.state.gauges
    with service.database.reading() as connection:
        for kind in _JOB_KINDS:
            count, oldest = jobs.waiting(connection, kind)
            gauges["waiting"].labels(kind).set(count)
            gauges["oldest"].labels(kind).set(oldest)
        dead = connection.scalar(select(func.count()).where(jobs_table.c.state == "dead"))
        gauges["dead"].set(int(dead or 0))
        states = connection.execute(select(uploads.c.state, func.count()).group_by(uploads.c.state))
        for state, count in states.all():
            gauges["uploads"].labels(state).set(count)
    return Response(generate_latest(request.app.state.registry), media_type=CONTENT_TYPE_LATEST)


@router.get(
    "/v1/audit",
    response_class=Response,
    responses={200: {"content": {"application/x-ndjson": {"schema": {"type": "string"}}}}},
)
def chain(
    caller: Auditor,
    service: ServiceOf,
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=100_000)] = 10_000,
) -> PlainTextResponse:
    """Lines of the chain: those of a custody log, which `similarity case verify`'s code reads."""
    with service.database.reading() as connection:
        lines: Iterator[str] = audit.exported(connection, caller.tenant_id, after=after, limit=limit)
        return PlainTextResponse("".join(lines), media_type="application/x-ndjson")


@router.get("/v1/audit/head", response_model=Receipt)
def head(caller: Auditor, service: ServiceOf) -> dict[str, Any]:
    """The last entry."""
    with service.database.reading() as connection:
        found = audit.head(connection, caller.tenant_id)
    return {"sequence": found.sequence, "sha256": found.sha256}


@router.get("/v1/audit/heads")
def signed_heads(caller: Auditor, service: ServiceOf) -> list[dict[str, Any]]:
    """The head of each day, signed: keep them where the service can't reach them."""
    with service.database.reading() as connection:
        return [asdict(one) for one in daily_heads_of(connection, caller.tenant_id)]


class NewKey(BaseModel):
    """A key for a program."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200)
    role: Role


@router.post("/v1/keys", status_code=201, response_model=KeyMade, dependencies=[Depends(once_secret)])
def make_key(new: NewKey, caller: Administrator, service: ServiceOf) -> dict[str, str]:
    """A key, shown this once."""
    with service.database.writing() as connection:
        return {"key": accounts.add_key(connection, caller.tenant_id, new.name, new.role, actor=caller.name)}


@router.delete("/v1/keys/{key_id}", status_code=204)
def end_key(key_id: str, caller: Administrator, service: ServiceOf) -> Response:
    """A key that holds no longer."""
    with service.database.writing() as connection:
        if not accounts.revoke_key(connection, caller.tenant_id, key_id, actor=caller.name):
            raise not_found(f"key {key_id}")
    return Response(status_code=204)


class NewEndpoint(BaseModel):
    """Where callbacks go."""

    model_config = ConfigDict(extra="forbid")

    url: HttpUrl


@router.post("/v1/endpoints", status_code=201, response_model=SecretMade, dependencies=[Depends(once_secret)])
def make_endpoint(new: NewEndpoint, caller: Administrator, service: ServiceOf) -> dict[str, str]:
    """Register a callback; its secret is shown this once."""
    _require_allowed_target(str(new.url), service.settings)
    with service.database.writing() as connection:
        identifier, secret = outbox.add_endpoint(connection, caller.tenant_id, str(new.url))
        audit.record(
            connection,
            caller.tenant_id,
            "callback added",
            actor=caller.name,
            details={"url": str(new.url)},
            subject_id=identifier,
        )
    return {"id": identifier, "secret": secret}


def _require_allowed_target(url: str, settings: Settings) -> None:
    """Refuse what can be seen to be private; a name is resolved, and looked at again, when something is sent."""
    try:
        name = str(targets.require_url(url).hostname)
        if _is_address(name):
            targets.require_allowed(name, settings.callback_networks, said=name)
        elif name == "localhost" or name.endswith(".localhost"):
            targets.require_allowed("127.0.0.1", settings.callback_networks, said=name)
    except targets.ForbiddenTargetError as error:
        raise unprocessable(Fault(pointer="/url", reason=str(error))) from error


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
