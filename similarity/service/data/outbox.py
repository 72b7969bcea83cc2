"""Callbacks: written in the transaction of what they tell, sent afterwards, at least once (Standard Webhooks 1.0)."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update

from similarity.service.clock import new_id, now_seconds, now_utc
from similarity.service.data import audit
from similarity.service.data.database import Database
from similarity.service.data.tables import endpoints, outbox
from similarity.service.data.targets import ForbiddenTargetError, pinned
from similarity.service.settings import Settings

__all__ = ["WAIT_SECONDS", "add_endpoint", "deliver_due", "enqueue", "signature", "verified"]

WAIT_SECONDS = (5.0, 300.0, 1800.0, 7200.0, 18_000.0, 36_000.0, 50_400.0, 72_000.0, 86_400.0)
"""Waiting between attempts; after the last the message is given up (the schedule of Standard Webhooks)."""
_TOLERANCE_SECONDS = 300
_TIMEOUT_SECONDS = 15.0
_BATCH = 20
_NEVER = 1e12
"""When a message is due that was given up."""


def add_endpoint(connection: Connection, tenant_id: str, url: str) -> tuple[str, str]:
    """Register where callbacks go; returns its identifier and the secret, which is shown this once.

    Args:
        connection: the transaction.
        tenant_id: whose it is.
        url: address that is called.
    """
    identifier, secret = new_id("endpoint"), "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    connection.execute(
        insert(endpoints).values(
            id=identifier, tenant_id=tenant_id, url=url, secrets_json=[secret], created_utc=now_utc()
        )
    )
    return identifier, secret


def enqueue(connection: Connection, tenant_id: str, kind: str, data: Mapping[str, Any]) -> None:
    """Tell every endpoint of a tenant, in the transaction of what is told.

    Args:
        connection: the transaction.
        tenant_id: whose it is.
        kind: what happened.
        data: what is told of it.
    """
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
    """`v1,` and the base64 HMAC-SHA-256 over identifier, time and body.

    Args:
        secret: of the endpoint.
        message_id: stays the same over every attempt.
        timestamp: seconds since 1970.
        body: bytes that are sent.
    """
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = hmac.new(key, f"{message_id}.{timestamp}.{body}".encode(), hashlib.sha256).digest()
    return "v1," + base64.b64encode(signed).decode()


def verified(secret: str, headers: Mapping[str, str], body: str) -> bool:
    """Whether a callback that arrived was signed with this secret not long ago.

    Args:
        secret: of the endpoint.
        headers: of the request that came.
        body: bytes that are sent.
    """
    try:
        timestamp = int(headers["webhook-timestamp"])
    except (KeyError, ValueError):
        return False
    if abs(now_seconds() - timestamp) > _TOLERANCE_SECONDS:
        return False
    wanted = signature(secret, message_id=headers.get("webhook-id", ""), timestamp=timestamp, body=body)
    return any(hmac.compare_digest(one, wanted) for one in headers.get("webhook-signature", "").split())


def deliver_due(database: Database, settings: Settings) -> int:
    """Send what is due, a few at once; returns how many arrived.

    A message may be sent twice, under the same identifier: who sends it first puts off when it is due, so that nobody
    else sends it meanwhile, and where the answer is lost it is due again.
    """
    rows = [row for row in _due(database) if _taken(database, row)]
    if not rows:
        return 0
    answers = asyncio.run(_post_all(rows, settings))
    return sum(_noted(database, row, *answer) for row, answer in zip(rows, answers, strict=True))


def _due(database: Database) -> list[dict[str, Any]]:
    now = now_seconds()
    is_due = or_(outbox.c.due_seconds <= now, outbox.c.due_seconds.between(now + 2 * max(WAIT_SECONDS), _NEVER - 1))
    wanted = (
        select(outbox, endpoints.c.url, endpoints.c.secrets_json)
        .join(endpoints, endpoints.c.id == outbox.c.endpoint_id)
        .where(outbox.c.delivered_utc.is_(None), is_due, endpoints.c.disabled_utc.is_(None))
        .order_by(outbox.c.due_seconds)
        .limit(_BATCH)
    )
    with database.reading() as connection:
        return [dict(row) for row in connection.execute(wanted).mappings()]


def _taken(database: Database, row: Mapping[str, Any]) -> bool:
    """Whether this one sends it: the attempt counts now, and it is due again should this one be killed."""
    number = row["attempts"] + 1
    wait = WAIT_SECONDS[number - 1] if number <= len(WAIT_SECONDS) else _NEVER
    is_mine = (outbox.c.id == row["id"]) & (outbox.c.attempts == row["attempts"]) & outbox.c.delivered_utc.is_(None)
    due = _NEVER if wait == _NEVER else now_seconds() + max(wait, 2 * _TIMEOUT_SECONDS)
    with database.writing() as connection:
        done = connection.execute(update(outbox).where(is_mine).values(attempts=number, due_seconds=due))
    return done.rowcount == 1


def _noted(database: Database, row: Mapping[str, Any], status: int, error: str) -> bool:
    """Keep what became of an attempt."""
    number, wanted = row["attempts"] + 1, update(outbox).where(outbox.c.id == row["id"])
    with database.writing() as connection:
        if 200 <= status < 300:
            connection.execute(wanted.values(delivered_utc=now_utc(), last_error=None))
            return True
        wait = WAIT_SECONDS[number - 1] if number <= len(WAIT_SECONDS) else _NEVER
        due = _NEVER if wait == _NEVER else now_seconds() + wait
        connection.execute(wanted.values(due_seconds=due, last_error=error[:500]))
        if status == 410:  # the endpoint is gone for good
            where = (endpoints.c.id == row["endpoint_id"]) & endpoints.c.disabled_utc.is_(None)
            if connection.execute(update(endpoints).where(where).values(disabled_utc=now_utc())).rowcount:
                details = {"url": row["url"], "answered": status}
                audit.record(
                    connection,
                    row["tenant_id"],
                    "callback ended",
                    actor="callbacks",
                    details=details,
                    subject_id=row["endpoint_id"],
                )
    return False


async def _post_all(rows: Sequence[Mapping[str, Any]], settings: Settings) -> list[tuple[int, str]]:
    return list(await asyncio.gather(*(_post(row, settings) for row in rows)))


async def _post(row: Mapping[str, Any], settings: Settings) -> tuple[int, str]:
    """Status and words of the answer; 0 where there was none.  Its body is nobody's business."""
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
        async with asyncio.timeout(_TIMEOUT_SECONDS):
            to = await pinned(row["url"], settings.callback_networks)
            headers["host"] = to.host
            sending = httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=_TIMEOUT_SECONDS)
            async with (
                sending as client,
                client.stream(
                    "POST", to.url, content=row["body"].encode(), headers=headers, extensions={"sni_hostname": to.name}
                ) as answer,
            ):
                return answer.status_code, f"answered {answer.status_code}"
    except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError, ForbiddenTargetError) as error:
        return 0, f"{type(error).__name__}: {error}"
