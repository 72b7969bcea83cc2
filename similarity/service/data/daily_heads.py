"""The head of every tenant's chain, signed once a day: whoever keeps one can show that nothing before it was changed.

A chain alone shows that entries follow from each other; whoever holds the database could write all of it anew.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import Connection, insert, select

from similarity.canonical import canonical_json
from similarity.errors import SimilarityError
from similarity.service.clock import now_utc
from similarity.service.data.audit import head
from similarity.service.data.tables import audit, daily_heads, tenants
from similarity.signatures import SigningKey, create_key, load_key, verify_signature

__all__ = ["DailyHead", "daily_heads_of", "head_faults", "service_key", "sign_heads", "unsigned"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyHead:
    """What was signed, and the signature."""

    tenant_id: str
    """Whose chain."""
    day: str
    """YYYY-MM-DD, UTC, on which it was signed."""
    sequence: int
    """Of the last entry then; 0 of an empty chain."""
    sha256: str
    """Of that entry."""
    signature: str
    """Ed25519, base64, over the canonical JSON (RFC 8785) of the others but `public_key`."""
    public_key: str
    """PEM."""

    @property
    def signed_bytes(self) -> bytes:
        """What the signature is over."""
        return _signed(self.tenant_id, self.day, self.sequence, self.sha256)


def service_key(path: Path) -> SigningKey:
    """The key of a service; made where there is none, and never written over.

    Raises:
        KeyFileError: it can't be read or made.
    """
    if not path.exists():
        try:
            return create_key(path)
        except SimilarityError:
            if not path.exists():  # not made by another process meanwhile
                raise
    return load_key(path)


def unsigned(connection: Connection) -> list[str]:
    """Tenants whose head was not signed today."""
    is_signed = select(daily_heads.c.tenant_id).where(daily_heads.c.day == _today())
    return list(connection.scalars(select(tenants.c.id).where(tenants.c.id.not_in(is_signed))))


def sign_heads(connection: Connection, key: SigningKey) -> int:
    """Sign the head of every tenant for whom that was not done today; returns how many were signed."""
    day, wanted = _today(), unsigned(connection)
    for tenant_id in wanted:
        found = head(connection, tenant_id)
        signature = key.sign(_signed(tenant_id, day, found.sequence, found.sha256))
        connection.execute(
            insert(daily_heads).values(
                tenant_id=tenant_id,
                day=day,
                signature=base64.b64encode(signature).decode("ascii"),
                public_key=key.public_pem,
                **asdict(found),
            )
        )
    return len(wanted)


def daily_heads_of(connection: Connection, tenant_id: str) -> Sequence[DailyHead]:
    """Signed heads of a tenant, oldest first."""
    wanted = select(daily_heads).where(daily_heads.c.tenant_id == tenant_id).order_by(daily_heads.c.day)
    return [DailyHead(**row) for row in connection.execute(wanted).mappings()]


def head_faults(connection: Connection, tenant_id: str) -> Iterator[str]:
    """Signed heads that the chain does not hold any more, and signatures that do not fit."""
    for one in daily_heads_of(connection, tenant_id):
        try:
            verify_signature(one.public_key, one.signed_bytes, base64.b64decode(one.signature))
        except (SimilarityError, ValueError) as error:
            yield f"head of {one.day}: {error}"
        wanted = select(audit.c.sha256).where(audit.c.tenant_id == tenant_id, audit.c.sequence == one.sequence)
        if one.sequence and connection.scalar(wanted) != one.sha256:
            yield f"head of {one.day}: entry {one.sequence} of the chain is not the one that was signed"


def _today() -> str:
    return now_utc()[:10]


def _signed(tenant_id: str, day: str, sequence: int, sha256: str) -> bytes:
    return canonical_json({"day": day, "sequence": sequence, "sha256": sha256, "tenant_id": tenant_id})
