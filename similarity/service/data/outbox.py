"""Callbacks: written in the transaction of what they tell, sent afterwards, at least once (Standard Webhooks 1.0)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, select, update

from similarity.service.clock import new_id, now_seconds, now_utc
from similarity.service.data.database import Database
from similarity.service.data.tables import endpoints, outbox

__all__ = ["WAIT_SECONDS", "add_endpoint", "deliver_due", "enqueue", "signature", "verified"]

WAIT_SECONDS = (5.0, 300.0, 1800.0, 7200.0, 18_000.0, 36_000.0, 50_400.0, 72_000.0, 86_400.0)
"""Waiting between attempts; after the last the message is given up (the schedule of Standard Webhooks)."""
_TOLERANCE_SECONDS = 300
_TIMEOUT_SECONDS = 15.0
_BATCH = 20


def add_endpoint(connection: Connection, tenant_id: str, url: str) -> tuple[str, str]:
    """Register where callbacks go; returns its identifier and the secret, which is shown this once."""
    identifier, secret = new_id("endpoint"), "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    connection.execute(
        insert(endpoints).values(
            id=identifier, tenant_id=tenant_id, url=url, secrets_json=[secret], created_utc=now_utc()
        )
    )
    return identifier, secret


def enqueue(connection: Connection, tenant_id: str, kind: str, data: Mapping[str, Any]) -> None:
    """Tell every endpoint of a tenant, in the transaction of what is told."""
    wanted = select(endpoints.c.id).where(endpoints.c.tenant_id == tenant_id, endpoints.c.disabled_utc.is_(None))
    body = json.dumps({"type": kind, "timestamp": now_utc(), "data": dict(data)}, ensure_ascii=False)
    for endpoint_id in connection.scalars(wanted).all():
        connection.execute(
            insert(outbox).values(
                id=new_id("msg"),
                tenant_id=tenant_id,
                endpoint_id=endpoint_id,
                body=body,
                attempts=0,
                due_seconds=now_seconds(),
            )
        )


def signature(secret: str, *, message_id: str, timestamp: int, body: str) -> str:
    """`v1,` and the base64 HMAC-SHA-256 over identifier, time and body."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = hmac.new(key, f"{message_id}.{timestamp}.{body}".encode(), hashlib.sha256).digest()
    return "v1," + base64.b64encode(signed).decode()


def verified(secret: str, headers: Mapping[str, str], body: str) -> bool:
    """Whether a callback that arrived was signed with this secret not long ago."""
    try:
        timestamp = int(headers["webhook-timestamp"])
    except (KeyError, ValueError):
        return False
    if abs(now_seconds() - timestamp) > _TOLERANCE_SECONDS:
        return False
    wanted = signature(secret, message_id=headers.get("webhook-id", ""), timestamp=timestamp, body=body)
    return any(hmac.compare_digest(one, wanted) for one in headers.get("webhook-signature", "").split())


def deliver_due(database: Database) -> int:
    """Send what is due; returns how many arrived.  A message may be sent twice, under the same identifier."""
    now = now_seconds()
    with database.reading() as connection:
        wanted = (
            select(outbox, endpoints.c.url, endpoints.c.secrets_json)
            .join(endpoints, endpoints.c.id == outbox.c.endpoint_id)
            .where(outbox.c.delivered_utc.is_(None), outbox.c.due_seconds <= now, endpoints.c.disabled_utc.is_(None))
            .order_by(outbox.c.due_seconds)
            .limit(_BATCH)
        )
        rows = connection.execute(wanted).mappings().all()
    return sum(_deliver(database, dict(row)) for row in rows)


def _deliver(database: Database, row: Mapping[str, Any]) -> bool:
    status, error = _post(row)
    attempts = row["attempts"] + 1
    with database.writing() as connection:
        wanted = update(outbox).where(outbox.c.id == row["id"])
        if 200 <= status < 300:
            connection.execute(wanted.values(attempts=attempts, delivered_utc=now_utc(), last_error=None))
            return True
        if status == 410:  # the endpoint is gone for good
            connection.execute(
                update(endpoints).where(endpoints.c.id == row["endpoint_id"]).values(disabled_utc=now_utc())
            )
        wait = WAIT_SECONDS[min(attempts, len(WAIT_SECONDS)) - 1] if attempts <= len(WAIT_SECONDS) else 1e12
        connection.execute(wanted.values(attempts=attempts, due_seconds=now_seconds() + wait, last_error=error[:500]))
    return False


def _post(row: Mapping[str, Any]) -> tuple[int, str]:
    import httpx

    stamp = int(now_seconds())
    signed = [signature(one, message_id=row["id"], timestamp=stamp, body=row["body"]) for one in row["secrets_json"]]
    headers = {
        "content-type": "application/json",
        "webhook-id": row["id"],
        "webhook-timestamp": str(stamp),
        "webhook-signature": " ".join(signed),
    }
    try:
        answer = httpx.post(
            row["url"], content=row["body"].encode(), headers=headers, timeout=_TIMEOUT_SECONDS, follow_redirects=False
        )
    except httpx.HTTPError as error:
        return 0, f"{type(error).__name__}: {error}"
    return answer.status_code, f"answered {answer.status_code}"
