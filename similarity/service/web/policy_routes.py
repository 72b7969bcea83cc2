"""Routes of policies and of what owners say of their works."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from similarity.service.people.roles import Caller
from similarity.service.screening import rehearsing, stored_policies
from similarity.service.screening.stored_policies import Terms, put_policy, put_terms, require_own, terms_of, versions
from similarity.service.web.answers import PolicyKept, PolicyVersions
from similarity.service.web.context import ServiceOf, allowed
from similarity.service.web.idempotency import once

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["policies"])
Reader = Annotated[Caller, Depends(allowed("policy:read"))]
Author = Annotated[Caller, Depends(allowed("policy:write"))]
Owner = Annotated[Caller, Depends(allowed("terms:write"))]


class PolicyText(BaseModel):
    """A policy as its author writes it."""

    model_config = ConfigDict(extra="forbid")

    yaml: str = Field(max_length=400_000)
    is_live: bool = False
    """Whether it decides from now on."""


@router.get("/policies/{name}", response_model=PolicyVersions)
def show(name: str, caller: Reader, service: ServiceOf) -> dict[str, Any]:
    """Every version of a policy, newest first, and which is live."""
    with service.database.reading() as connection:
        rows = versions(connection, caller.tenant_id, name)
    kept = ("version", "yaml_text", "sha256", "author", "created_utc")
    return {
        "name": name,
        "live_version": rows[0]["live_version"],
        "versions": [{one: row[one] for one in kept} for row in rows],
    }


@router.put("/policies/{name}", status_code=200, response_model=PolicyKept)
def write(name: str, text: PolicyText, caller: Author, service: ServiceOf) -> dict[str, Any]:
    """A new version; one that goes live passes the linter first."""
    with service.database.writing() as connection:
        version = put_policy(connection, caller, name, text.yaml, is_live=text.is_live)
    return {"name": name, "version": version, "is_live": text.is_live}


@router.post(
    "/policies/{name}/rehearsals", status_code=200, response_model=rehearsing.Rehearsal, dependencies=[Depends(once)]
)
def rehearse(
    name: str,  # noqa: ARG001 - the path names it; the text is what is tried
    text: PolicyText,
    caller: Reader,
    service: ServiceOf,
    limit: Annotated[int, Query(ge=1, le=100_000)] = 10_000,
) -> dict[str, Any]:
    """What a policy would have done with past uploads, beside what was done."""
    with service.database.reading() as connection:
        found = rehearsing.rehearse(connection, caller.tenant_id, text.yaml, limit=limit)
    return found.model_dump(mode="json")


@router.get("/works/{work_id}/terms")
def terms(work_id: str, caller: Owner, service: ServiceOf) -> dict[str, Any]:
    """What an owner says of a work."""
    require_own(caller, work_id)
    with service.database.reading() as connection:
        one, is_quarantined = terms_of(connection, caller.tenant_id).get(work_id, (Terms(), False))
    return {"work_id": work_id, **one.model_dump(mode="json"), "is_quarantined": is_quarantined}


@router.put("/works/{work_id}/terms", status_code=200)
def write_terms(work_id: str, new: Terms, caller: Owner, service: ServiceOf) -> dict[str, Any]:
    """What an owner says of a work from now on."""
    with service.database.writing() as connection:
        put_terms(connection, caller, work_id, new)
    return {"work_id": work_id, **new.model_dump(mode="json")}


@router.delete("/works/{work_id}/quarantine", status_code=204)
def end_quarantine(work_id: str, caller: Author, service: ServiceOf) -> Response:
    """Follow a work again that had met too many uploads."""
    with service.database.writing() as connection:
        stored_policies.end_quarantine(connection, caller, work_id)
    return Response(status_code=204)
