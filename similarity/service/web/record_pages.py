"""Pages of what is kept: agreement of people, the chain, policies with their rehearsal, keys and people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection, select

from similarity.absence import NotMeasured
from similarity.case.custody.chain import CustodyBreak, read_chain
from similarity.errors import ConfigurationError
from similarity.service.data import audit
from similarity.service.data.tables import api_keys, memberships, people, policies
from similarity.service.errors import Fault, Problem, not_found, unprocessable
from similarity.service.people import accounts
from similarity.service.people.roles import ROLES
from similarity.service.review import golden, quality
from similarity.service.review.opinions import OPINIONS
from similarity.service.screening import rehearsing
from similarity.service.screening.policy import lint, read_policy
from similarity.service.screening.stored_policies import end_quarantine, put_policy, terms_of, versions
from similarity.service.web.rendering import Visit, posting, visiting

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
Looker = Annotated[Visit, Depends(visiting("upload:read"))]
Auditor = Annotated[Visit, Depends(visiting("audit:read"))]
PolicyReader = Annotated[Visit, Depends(visiting("policy:read"))]
PolicyPoster = Annotated[Visit, Depends(posting("policy:read"))]
Administrator = Annotated[Visit, Depends(visiting("access:write"))]
AdministratorPoster = Annotated[Visit, Depends(posting("access:write"))]
YamlText = Annotated[str, Form(max_length=400_000)]
_ENTRIES = 100
_REHEARSED = 10_000
_MOST_CHECKED = 10_000_000


@router.get("/quality")
def agreement(visit: Looker) -> Response:
    """How well people agree, with each other and with what is known."""
    with visit.service.database.reading() as connection:
        found = quality.quality(connection, visit.caller.tenant_id)
        may_see = "access:write" in visit.caller.permissions
        known = golden.listed(connection, visit.caller.tenant_id) if may_see else ()
    figures = [
        ("kappa", None if isinstance(found.kappa, NotMeasured) else found.kappa),
        ("alpha", None if isinstance(found.alpha, NotMeasured) else found.alpha),
    ]
    values: dict[str, Any] = {"found": found, "figures": figures, "golden_tasks": known}
    return visit.page("quality.html", least=quality.LEAST_PAIRS, **values)


@router.post("/quality/golden")
def make_golden(
    visit: AdministratorPoster,
    upload_id: Annotated[str, Form(max_length=64)],
    opinion: Annotated[str, Form(max_length=32)],
) -> RedirectResponse:
    """A golden task of an upload."""
    known = next((one for one in OPINIONS if one == opinion), None)
    if known is None:
        raise unprocessable(Fault(pointer="/opinion", reason=f"got {opinion!r}, expected one of {', '.join(OPINIONS)}"))
    with visit.service.database.writing() as connection:
        golden.make(connection, visit.caller, upload_id, known)
    return RedirectResponse("/quality", status_code=303)


@router.post("/quality/golden/{task_id}/end")
def end_golden(task_id: str, visit: AdministratorPoster) -> RedirectResponse:
    """A golden task that nobody is asked any more."""
    with visit.service.database.writing() as connection:
        golden.end(connection, visit.caller, task_id)
    return RedirectResponse("/quality", status_code=303)


@router.get("/audit")
def chain(
    visit: Auditor, before: Annotated[int | None, Query(ge=1)] = None, check: Annotated[int, Query(ge=0, le=1)] = 0
) -> Response:
    """The chain, newest first, a page at a time; on request every link of it is checked."""
    checked = _checked(visit) if check else None
    with visit.service.database.reading() as connection:
        head = audit.head(connection, visit.caller.tenant_id)
        end = head.sequence if before is None else min(before - 1, head.sequence)
        first = max(0, end - _ENTRIES)
        lines = list(audit.exported(connection, visit.caller.tenant_id, after=first, limit=end - first))
    entries = [json.loads(line) for line in reversed(lines)]
    return visit.page("audit.html", checked=checked, head=head, entries=entries, before=first + 1 if first else None)


def _checked(visit: Visit) -> tuple[int, CustodyBreak | None]:
    """Entries that hold together, and the first that does not."""
    with visit.service.database.reading() as connection:
        lines = [one.encode() for one in audit.exported(connection, visit.caller.tenant_id, limit=_MOST_CHECKED)]
    entries, broken = read_chain(lines)
    return len(entries), broken


@router.get("/policies")
def policy_names(visit: PolicyReader) -> Response:
    """Policies by name."""
    wanted = select(policies.c.name, policies.c.live_version).where(policies.c.tenant_id == visit.caller.tenant_id)
    with visit.service.database.reading() as connection:
        rows = [dict(row) for row in connection.execute(wanted.order_by(policies.c.name)).mappings()]
        terms = terms_of(connection, visit.caller.tenant_id)
    quarantined = sorted(work_id for work_id, (_, is_quarantined) in terms.items() if is_quarantined)
    return visit.page("policies.html", rows=rows, quarantined=quarantined)


@router.post("/quarantine/end")
def follow_again(visit: PolicyPoster, work_id: Annotated[str, Form(max_length=255)]) -> RedirectResponse:
    """A work that had met too many uploads is followed again."""
    visit.caller.require("policy:write")
    with visit.service.database.writing() as connection:
        end_quarantine(connection, visit.caller, work_id)
    return RedirectResponse("/policies", status_code=303)


@router.get("/policies/{name}")
def policy(name: str, visit: PolicyReader) -> Response:
    """A policy: every version, what the linter says of the newest, a place to try another."""
    with visit.service.database.reading() as connection:
        rows = versions(connection, visit.caller.tenant_id, name)
    return _policy_page(visit, name, rows, rows[0]["yaml_text"])


@router.post("/policies/{name}")
def try_policy(
    name: str, visit: PolicyPoster, yaml_text: YamlText, do: Annotated[str, Form()] = "rehearse"
) -> Response:
    """Rehearse a text, or keep it as a new version, in force or not."""
    if do in {"keep", "live"}:
        visit.caller.require("policy:write")
    try:
        if do not in {"keep", "live"}:
            return _rehearsed(visit, name, yaml_text)
        with visit.service.database.writing() as connection:
            put_policy(connection, visit.caller, name, yaml_text, is_live=do == "live")
    except Problem as problem:
        if problem.status != 422:
            raise
        with visit.service.database.reading() as connection:
            rows = versions(connection, visit.caller.tenant_id, name)
        return _policy_page(visit, name, rows, yaml_text, refused=problem.faults)
    return RedirectResponse(f"/policies/{name}", status_code=303)


def _rehearsed(visit: Visit, name: str, yaml_text: str) -> Response:
    tenant_id = visit.caller.tenant_id
    with visit.service.database.reading() as connection:
        rows = versions(connection, tenant_id, name)
        rehearsal = rehearsing.rehearse(connection, tenant_id, yaml_text, limit=_REHEARSED)
    return _policy_page(visit, name, rows, yaml_text, rehearsal=rehearsal)


def _policy_page(
    visit: Visit,
    name: str,
    rows: Sequence[Mapping[str, Any]],
    yaml_text: str,
    **found: Any,
) -> Response:
    """The page of a policy, with what trying a text has shown."""
    values = {"refused": (), "rehearsal": None, **found}
    return visit.page(
        "policy.html",
        status=422 if values["refused"] else 200,
        name=name,
        rows=rows,
        yaml_text=yaml_text,
        faults=_linted(yaml_text),
        **values,
    )


def _linted(yaml_text: str) -> tuple[Fault, ...]:
    try:
        return tuple(lint(read_policy(yaml_text)))
    except ConfigurationError as error:
        return (Fault(pointer="", reason=str(error)),)


@router.get("/access")
def access(visit: Administrator) -> Response:
    """Keys and people."""
    return _access_page(visit)


@router.post("/access/keys")
def make_key(
    visit: AdministratorPoster,
    name: Annotated[str, Form(min_length=1, max_length=200)],
    role: Annotated[str, Form(max_length=32)],
) -> Response:
    """A new key, shown this once."""
    if role not in ROLES:
        raise unprocessable(Fault(pointer="/role", reason=f"got {role!r}, expected one of {', '.join(ROLES)}"))
    with visit.service.database.writing() as connection:
        made = accounts.add_key(connection, visit.caller.tenant_id, name, role, actor=visit.caller.name)
    return _access_page(visit, made=made)


@router.post("/access/keys/{key_id}/end")
def end_key(key_id: str, visit: AdministratorPoster) -> RedirectResponse:
    """A key that holds no longer."""
    with visit.service.database.writing() as connection:
        if not accounts.revoke_key(connection, visit.caller.tenant_id, key_id, actor=visit.caller.name):
            raise not_found(f"key {key_id}")
    return RedirectResponse("/access", status_code=303)


def _access_page(visit: Visit, *, made: str | None = None) -> Response:
    with visit.service.database.reading() as connection:
        keys = _keys(connection, visit.caller.tenant_id)
        members = _people(connection, visit.caller.tenant_id)
    return visit.page("access.html", keys=keys, people=members, roles=ROLES, made=made)


def _keys(connection: Connection, tenant_id: str) -> Sequence[dict[str, Any]]:
    names = ("id", "name", "role", "created_utc", "revoked_utc")
    wanted = select(*(api_keys.c[name] for name in names)).where(api_keys.c.tenant_id == tenant_id)
    return [dict(row) for row in connection.execute(wanted.order_by(api_keys.c.created_utc.desc())).mappings()]


def _people(connection: Connection, tenant_id: str) -> Sequence[dict[str, Any]]:
    wanted = (
        select(people.c.name, people.c.is_disabled, memberships.c.role)
        .join(memberships, memberships.c.person_id == people.c.id)
        .where(memberships.c.tenant_id == tenant_id)
        .order_by(people.c.name, memberships.c.role)
    )
    found: dict[str, dict[str, Any]] = {}
    for row in connection.execute(wanted).mappings():
        one = found.setdefault(row["name"], {"name": row["name"], "is_disabled": row["is_disabled"], "roles": []})
        one["roles"].append(row["role"])
    return list(found.values())
