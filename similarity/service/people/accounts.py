"""Tenants, people and keys: made from the command line or by an administrator; secrets are stored as hashes."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from typing import cast

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from similarity.errors import ConfigurationError
from similarity.service.clock import new_id, now_utc
from similarity.service.data import audit
from similarity.service.data.tables import api_keys, memberships, people, tenants
from similarity.service.people.roles import ROLES, Caller, Role

__all__ = [
    "add_key",
    "add_person",
    "add_tenant",
    "caller_of_key",
    "caller_of_person",
    "person_named",
    "person_of_password",
    "revoke_key",
    "tenant_named",
]

_HASHER = PasswordHasher()
_LEAST_PASSWORD = 12
_PREFIX = "sk_"
_NO_PASSWORD = "none"  # noqa: S105 - it is no hash, and no password has it
_NOBODY = _HASHER.hash(secrets.token_hex(16))
"""Compared with where there is no such person, so that the answer takes as long."""


def add_tenant(connection: Connection, name: str) -> str:
    """A new tenant with an empty chain; returns its identifier.

    Raises:
        ConfigurationError: the name is taken.
    """
    identifier = new_id("tenant")
    try:
        connection.execute(insert(tenants).values(id=identifier, name=name, created_utc=now_utc()))
    except IntegrityError as error:
        raise ConfigurationError(f"tenant {name!r}: stands there already; choose another name") from error
    audit.begin(connection, identifier)
    audit.record(connection, identifier, "tenant made", actor="command line", details={"name": name})
    return identifier


def tenant_named(connection: Connection, name: str) -> str:
    """Identifier of a tenant.

    Raises:
        ConfigurationError: there is none of that name.
    """
    found = connection.scalar(select(tenants.c.id).where(tenants.c.name == name))
    if found is None:
        known = ", ".join(connection.scalars(select(tenants.c.name).order_by(tenants.c.name))) or "none yet"
        raise ConfigurationError(f"tenant {name!r}: not there; expected one of: {known}")
    return cast("str", found)


def add_person(connection: Connection, tenant_id: str, name: str, password: str | None, roles: Iterable[str]) -> str:
    """A person with roles in a tenant; returns the identifier.

    Args:
        connection: the transaction.
        tenant_id: the tenant.
        name: by which he or she signs in.
        password: at least 12 characters; None for who signs in by a provider alone.
        roles: at least one of `ROLES` but `platform`.

    Raises:
        ConfigurationError: name taken, password too short, unknown role.
    """
    wanted = _known_roles(roles)
    if password is not None and len(password) < _LEAST_PASSWORD:
        raise ConfigurationError(f"password: expected at least {_LEAST_PASSWORD} characters, got {len(password)}")
    identifier = new_id("person")
    stored = _NO_PASSWORD if password is None else _HASHER.hash(password)
    values = {"id": identifier, "name": name, "password_hash": stored, "is_disabled": False}
    try:
        connection.execute(insert(people).values(created_utc=now_utc(), **values))
    except IntegrityError as error:
        raise ConfigurationError(f"person {name!r}: stands there already; choose another name") from error
    for role in wanted:
        connection.execute(insert(memberships).values(person_id=identifier, tenant_id=tenant_id, role=role))
    details = {"name": name, "roles": sorted(wanted)}
    audit.record(connection, tenant_id, "person added", actor="command line", details=details, subject_id=identifier)
    return identifier


def add_key(connection: Connection, tenant_id: str, name: str, role: str, *, actor: str = "command line") -> str:
    """A key for a program; returns it whole, which is seen this once.

    Args:
        connection: the transaction.
        tenant_id: the tenant.
        name: what it is for.
        role: one of `ROLES`.
        actor: who makes it.

    Raises:
        ConfigurationError: unknown role.
    """
    (known,) = _known_roles([role])
    identifier, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    connection.execute(
        insert(api_keys).values(
            id=identifier,
            tenant_id=tenant_id,
            name=name,
            role=known,
            secret_sha256=_sha256(secret),
            created_utc=now_utc(),
        )
    )
    details = {"name": name, "role": known}
    audit.record(connection, tenant_id, "key made", actor=actor, details=details, subject_id=identifier)
    return f"{_PREFIX}{identifier}_{secret}"


def revoke_key(connection: Connection, tenant_id: str, identifier: str, *, actor: str = "command line") -> bool:
    """End a key; False where there is none of that identifier that still holds.

    Args:
        connection: the transaction.
        tenant_id: whose it is.
        identifier: which one.
        actor: who does it, as the chain names it.
    """
    done = connection.execute(
        update(api_keys)
        .where(api_keys.c.id == identifier, api_keys.c.tenant_id == tenant_id, api_keys.c.revoked_utc.is_(None))
        .values(revoked_utc=now_utc())
    )
    if done.rowcount:
        audit.record(connection, tenant_id, "key revoked", actor=actor, details={}, subject_id=identifier)
    return bool(done.rowcount)


def caller_of_key(connection: Connection, key: str) -> Caller | None:
    """Who a key stands for; None for one that is unknown, wrong or revoked."""
    identifier, _, secret = key.removeprefix(_PREFIX).partition("_")
    if not key.startswith(_PREFIX) or not secret:
        return None
    row = connection.execute(select(api_keys).where(api_keys.c.id == identifier)).mappings().one_or_none()
    if row is None or not hmac.compare_digest(row["secret_sha256"], _sha256(secret)) or row["revoked_utc"]:
        return None
    return Caller(
        id=row["id"],
        name=f"key {row['name']}",
        tenant_id=row["tenant_id"],
        roles=frozenset({row["role"]}),
        work_ids=None,
        is_person=False,
    )


def person_of_password(connection: Connection, name: str, password: str) -> str | None:
    """Identifier of the person who signs in; None where name or password is wrong.

    Args:
        connection: the transaction.
        name: its name.
        password: as it was typed.
    """
    row = connection.execute(select(people).where(people.c.name == name)).mappings().one_or_none()
    try:
        _HASHER.verify(_NOBODY if row is None else row["password_hash"], password)
    except (VerifyMismatchError, InvalidHashError):
        return None
    return None if row is None or row["is_disabled"] else cast("str", row["id"])


def person_named(connection: Connection, name: str) -> str | None:
    """Identifier of the person of this name; None where there is none, or he or she may not sign in.

    Args:
        connection: the transaction.
        name: as a provider says it; letters of either case are the same.
    """
    wanted = select(people.c.id).where(func.lower(people.c.name) == name.lower(), people.c.is_disabled.is_(False))
    found = connection.scalars(wanted.limit(2)).all()
    return cast("str", found[0]) if len(found) == 1 else None


def caller_of_person(connection: Connection, person_id: str, tenant_id: str) -> Caller | None:
    """A person in a tenant; None where he or she has no role there.

    Args:
        connection: the transaction.
        person_id: of the person.
        tenant_id: whose it is.
    """
    name = connection.scalar(select(people.c.name).where(people.c.id == person_id, people.c.is_disabled.is_(False)))
    rows = connection.execute(
        select(memberships.c.role, memberships.c.works_json).where(
            memberships.c.person_id == person_id, memberships.c.tenant_id == tenant_id
        )
    ).all()
    if name is None or not rows:
        return None
    limited = [row.works_json for row in rows]
    works = None if None in limited else frozenset(work for listed in limited for work in listed)
    roles: frozenset[Role] = frozenset(row.role for row in rows)
    return Caller(id=person_id, name=name, tenant_id=tenant_id, roles=roles, work_ids=works, is_person=True)


def _known_roles(roles: Iterable[str]) -> tuple[Role, ...]:
    wanted = tuple(dict.fromkeys(roles))
    for role in wanted:
        if role not in ROLES:
            raise ConfigurationError(f"role {role!r}: expected one of {', '.join(ROLES)}")
    if not wanted:
        raise ConfigurationError(f"roles: got none; expected at least one of {', '.join(ROLES)}")
    return cast("tuple[Role, ...]", wanted)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
