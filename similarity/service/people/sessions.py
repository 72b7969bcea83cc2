"""Sessions of people at the pages: a random token in a cookie, its hash in the database, a CSRF token beside it."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from similarity.service.clock import now_seconds
from similarity.service.data.tables import memberships, sessions
from similarity.service.people.accounts import caller_of_person
from similarity.service.people.roles import Caller

__all__ = ["SESSION_SECONDS", "Session", "begin", "end", "find"]

SESSION_SECONDS = 12 * 3600.0
"""How long a session lasts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A person who is signed in."""

    caller: Caller
    """The person, in the tenant of the session."""
    csrf_token: str
    """What every form of this session carries."""


def begin(connection: Connection, person_id: str) -> str | None:
    """Sign a person in to his or her first tenant; returns the token for the cookie, None without any tenant."""
    wanted = select(memberships.c.tenant_id).where(memberships.c.person_id == person_id)
    tenant_id = connection.scalar(wanted.order_by(memberships.c.tenant_id).limit(1))
    if tenant_id is None:
        return None
    token = secrets.token_urlsafe(32)
    connection.execute(delete(sessions).where(sessions.c.until_seconds < now_seconds()))
    connection.execute(
        insert(sessions).values(
            token_sha256=_sha256(token),
            person_id=person_id,
            tenant_id=tenant_id,
            csrf_token=secrets.token_urlsafe(24),
            until_seconds=now_seconds() + SESSION_SECONDS,
        )
    )
    return token


def find(connection: Connection, token: str) -> Session | None:
    """The session of a cookie; None where it ended."""
    row = connection.execute(select(sessions).where(sessions.c.token_sha256 == _sha256(token))).mappings().one_or_none()
    left = 0.0 if row is None else row["until_seconds"] - now_seconds()
    if row is None or not 0 < left <= SESSION_SECONDS:  # more is left only where it began under another clock
        return None
    caller = caller_of_person(connection, row["person_id"], row["tenant_id"])
    return None if caller is None else Session(caller=caller, csrf_token=row["csrf_token"])


def end(connection: Connection, token: str) -> None:
    """Sign out."""
    connection.execute(delete(sessions).where(sessions.c.token_sha256 == _sha256(token)))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
