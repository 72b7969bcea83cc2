"""Policies as they are kept: versions that never change, one of them live; terms of works beside them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection, func, insert, select, update

from similarity.errors import ConfigurationError
from similarity.service.clock import new_id, now_utc
from similarity.service.data import audit
from similarity.service.data.tables import policies, policy_versions, work_terms
from similarity.service.errors import Fault, Problem, conflict, not_found, unprocessable
from similarity.service.people.roles import Caller
from similarity.service.screening.policy import Policy, Said, lint, read_policy

__all__ = [
    "USUAL",
    "LivePolicy",
    "Terms",
    "end_quarantine",
    "live_policy",
    "put_policy",
    "put_terms",
    "require_own",
    "said_of",
    "terms_of",
    "versions",
]

USUAL = "usual"
"""Name of the policy that a tenant's uploads are measured against, unless a work names another."""


class Terms(BaseModel):
    """What an owner says of a work."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    policy: str | None = None
    """Name of the policy that decides where this work was found; None for the usual one."""
    licensees: tuple[str, ...] = Field(default=(), max_length=10_000)
    """Uploaders who may use it."""
    no_use: bool = False
    """No use is allowed: declared, as 条例 article 8 lets authors do."""
    fee: str = Field(default="", max_length=400)
    """What use costs, as usage statements name it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LivePolicy:
    """A version of a policy that is live."""

    policy_id: str
    """Identifier."""
    name: str
    """Its name."""
    version: int
    """Of it."""
    policy: Policy
    """What it says."""


def put_policy(connection: Connection, caller: Caller, name: str, text: str, *, is_live: bool) -> int:
    """Keep a new version of a policy; returns its number.

    Args:
        connection: the transaction.
        caller: who writes it.
        name: of the policy, which the text says too.
        text: YAML.
        is_live: whether it decides from now on.

    Raises:
        Problem: 422, it can't be read, or the linter refuses that it goes live.
    """
    try:
        policy = read_policy(text)
    except ConfigurationError as error:
        raise unprocessable(Fault(pointer="", reason=str(error), next="mend the YAML and send it again")) from error
    if policy.policy != name:
        raise unprocessable(Fault(pointer="/policy", reason=f"got {policy.policy!r}, expected {name!r}"))
    if is_live and (faults := lint(policy)):
        raise unprocessable(*faults)
    policy_id = _policy_id(connection, caller.tenant_id, name)
    wanted = select(func.coalesce(func.max(policy_versions.c.version), 0)).where(
        policy_versions.c.policy_id == policy_id
    )
    version = int(connection.scalar(wanted) or 0) + 1
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    connection.execute(
        insert(policy_versions).values(
            policy_id=policy_id,
            version=version,
            yaml_text=text,
            sha256=sha256,
            author=caller.name,
            created_utc=now_utc(),
        )
    )
    if is_live:
        connection.execute(update(policies).where(policies.c.id == policy_id).values(live_version=version))
    details = {"name": name, "version": version, "sha256": sha256, "is_live": is_live}
    audit.record(
        connection, caller.tenant_id, "policy written", actor=caller.name, details=details, subject_id=policy_id
    )
    return version


def _policy_id(connection: Connection, tenant_id: str, name: str) -> str:
    wanted = select(policies.c.id).where(policies.c.tenant_id == tenant_id, policies.c.name == name)
    found = connection.scalar(wanted)
    if found is None:
        found = new_id("policy")
        connection.execute(insert(policies).values(id=found, tenant_id=tenant_id, name=name, live_version=None))
    return str(found)


def versions(connection: Connection, tenant_id: str, name: str) -> Sequence[Mapping[str, Any]]:
    """Every version of a policy, newest first.

    Args:
        connection: the transaction.
        tenant_id: whose it is.
        name: its name.

    Raises:
        Problem: 404.
    """
    wanted = (
        select(policy_versions, policies.c.live_version)
        .join(policies, policies.c.id == policy_versions.c.policy_id)
        .where(policies.c.tenant_id == tenant_id, policies.c.name == name)
        .order_by(policy_versions.c.version.desc())
    )
    rows = [dict(row) for row in connection.execute(wanted).mappings()]
    if not rows:
        raise not_found(f"policy {name}")
    return rows


def live_policy(connection: Connection, tenant_id: str, name: str = USUAL) -> LivePolicy:
    """The version of a policy that decides now.

    Args:
        connection: the transaction.
        tenant_id: whose it is.
        name: its name.

    Raises:
        Problem: 409, none is live.
    """
    wanted = (
        select(policies.c.id, policy_versions.c.version, policy_versions.c.yaml_text)
        .join(
            policy_versions,
            (policy_versions.c.policy_id == policies.c.id) & (policy_versions.c.version == policies.c.live_version),
        )
        .where(policies.c.tenant_id == tenant_id, policies.c.name == name)
    )
    row = connection.execute(wanted).one_or_none()
    if row is None:
        said = f"policy {name!r}: no version of it is live; write one: PUT /v1/policies/{name}"
        raise Problem(409, "no-live-policy", said)
    return LivePolicy(policy_id=row.id, name=name, version=row.version, policy=read_policy(row.yaml_text))


def require_own(caller: Caller, work_id: str) -> None:
    """Refuse a work that is another owner's.

    Raises:
        Problem: 404.
    """
    if caller.work_ids is not None and work_id not in caller.work_ids:
        raise not_found(f"work {work_id}")


def put_terms(connection: Connection, caller: Caller, work_id: str, terms: Terms) -> None:
    """What an owner says of a work from now on.

    Args:
        connection: the transaction.
        caller: who asks.
        work_id: of the work.
        terms: of every work that has some.

    Raises:
        Problem: 404, the work is another owner's; 409, no version of the policy that is named is live.
    """
    require_own(caller, work_id)
    if terms.policy is not None:
        live_policy(connection, caller.tenant_id, terms.policy)
    where = (work_terms.c.tenant_id == caller.tenant_id) & (work_terms.c.work_id == work_id)
    values = {"policy": terms.policy, "terms_json": terms.model_dump(mode="json"), "changed_utc": now_utc()}
    done = connection.execute(update(work_terms).where(where).values(**values))
    if not done.rowcount:
        connection.execute(
            insert(work_terms).values(tenant_id=caller.tenant_id, work_id=work_id, is_quarantined=False, **values)
        )
    audit.record(
        connection,
        caller.tenant_id,
        "terms written",
        actor=caller.name,
        details=terms.model_dump(mode="json"),
        subject_id=work_id[:64],
    )


def end_quarantine(connection: Connection, caller: Caller, work_id: str) -> None:
    """A person looked at what flooded: the work is followed again.

    Args:
        connection: the transaction.
        caller: who looked.
        work_id: of the work.

    Raises:
        Problem: 409, it is not quarantined.
    """
    is_it = (work_terms.c.tenant_id == caller.tenant_id) & (work_terms.c.work_id == work_id)
    where = is_it & work_terms.c.is_quarantined
    ended = update(work_terms).where(where).values(is_quarantined=False, followed_utc=now_utc())
    if not connection.execute(ended).rowcount:
        raise conflict(f"work {work_id}: it is not quarantined")
    audit.record(
        connection, caller.tenant_id, "quarantine ended", actor=caller.name, details={}, subject_id=work_id[:64]
    )


def terms_of(connection: Connection, tenant_id: str) -> dict[str, tuple[Terms, bool]]:
    """Work -> its terms, and whether it is quarantined."""
    rows = connection.execute(select(work_terms).where(work_terms.c.tenant_id == tenant_id)).mappings()
    return {row["work_id"]: (Terms.model_validate(row["terms_json"]), row["is_quarantined"]) for row in rows}


def said_of(upload: Mapping[str, Any], terms: Mapping[str, tuple[Terms, bool]]) -> Said:
    """What policies may know of an upload beside its figures."""
    return Said(
        uploader=upload["uploader"],
        territories=tuple(upload["territories_json"]),
        declared=upload["declared_json"],
        licensees={work_id: frozenset(one.licensees) for work_id, (one, _) in terms.items()},
        no_use=frozenset(work_id for work_id, (one, _) in terms.items() if one.no_use),
        quarantined=frozenset(work_id for work_id, (_, is_quarantined) in terms.items() if is_quarantined),
    )
