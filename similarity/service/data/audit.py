"""One hash chain per tenant, in the transaction of what it records; the line is that of a case's custody log.

`similarity.case.custody.chain.read_chain` reads what `exported` gives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update

from similarity.case.custody.chain import FIRST_PREVIOUS, chained_line
from similarity.service.clock import now_utc
from similarity.service.data.tables import audit, audit_heads

__all__ = ["Receipt", "begin", "exported", "head", "record"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Where something stands in a tenant's chain."""

    sequence: int
    """1, 2, 3 ...; 0 of an empty chain."""
    sha256: str
    """Of the entry."""


def record(
    connection: Connection,
    tenant_id: str,
    action: str,
    *,
    actor: str,
    details: Mapping[str, Any],
    subject_id: str | None = None,
) -> Receipt:
    """Add an entry to a tenant's chain; others who write wait for this transaction.

    Args:
        connection: the transaction in which the thing itself is done.
        tenant_id: whose chain.
        action: what was done, in a few words.
        actor: who did it.
        details: anything that JSON can say; no secrets.
        subject_id: what it was done to.
    """
    before = _locked_head(connection, tenant_id)
    entry, line = chained_line(
        sequence=before.sequence + 1,
        previous_sha256=before.sha256,
        action=action,
        actor=actor,
        details={"subject": subject_id, **details} if subject_id else dict(details),
        utc=now_utc(),
    )
    receipt = Receipt(sequence=entry.sequence, sha256=entry.sha256)
    connection.execute(
        insert(audit).values(tenant_id=tenant_id, line=line.decode("utf-8"), subject_id=subject_id, **asdict(receipt))
    )
    connection.execute(update(audit_heads).where(audit_heads.c.tenant_id == tenant_id).values(**asdict(receipt)))
    return receipt


def head(connection: Connection, tenant_id: str) -> Receipt:
    """The last entry of a tenant's chain."""
    found = connection.execute(
        select(audit_heads.c.sequence, audit_heads.c.sha256).where(audit_heads.c.tenant_id == tenant_id)
    ).one()
    return Receipt(sequence=found.sequence, sha256=found.sha256)


def begin(connection: Connection, tenant_id: str) -> None:
    """An empty chain for a new tenant."""
    connection.execute(insert(audit_heads).values(tenant_id=tenant_id, sequence=0, sha256=FIRST_PREVIOUS))


def exported(connection: Connection, tenant_id: str, *, after: int = 0, limit: int = 10_000) -> Iterator[str]:
    """Lines of a tenant's chain, each with its line feed, in order.

    Args:
        connection: the transaction.
        tenant_id: whose it is.
        after: sequence of the last entry that is known; what follows it is given.
        limit: how many at most.
    """
    wanted = select(audit.c.line).where(audit.c.tenant_id == tenant_id, audit.c.sequence > after)
    yield from connection.scalars(wanted.order_by(audit.c.sequence).limit(limit))


def _locked_head(connection: Connection, tenant_id: str) -> Receipt:
    """The head, which nobody else moves before this transaction ends."""
    wanted = select(audit_heads.c.sequence, audit_heads.c.sha256).where(audit_heads.c.tenant_id == tenant_id)
    found = connection.execute(wanted.with_for_update()).one()
    return Receipt(sequence=found.sequence, sha256=found.sha256)
