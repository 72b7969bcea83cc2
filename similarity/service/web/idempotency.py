"""`Idempotency-Key`: the same request twice is done once and answered alike (draft-ietf-httpapi-idempotency-key).

A dependency of routes that make things.  It notes the request before it is done; `Remembering` keeps the answer when it
is known.
"""

from __future__ import annotations

import hashlib
from typing import Any

from fastapi import Request
from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from similarity.service.clock import now_seconds
from similarity.service.data.tables import idempotency
from similarity.service.errors import Problem
from similarity.service.web.context import AnyCaller, Service, ServiceOf

__all__ = ["Remembering", "Repeated", "once", "once_secret"]

KEPT_SECONDS = 24 * 3600.0
"""How long an answer is given again."""
_LONGEST_KEY = 255
_LONGEST_SECONDS = 120.0
"""A request that was not answered for so long never will be."""


class Repeated(Exception):  # noqa: N818 - not an error: the answer that was given before
    """The request was answered before."""

    def __init__(self, status: int, headers: dict[str, str], body: str) -> None:
        super().__init__("answered before")
        self.status, self.headers, self.body = status, headers, body


async def once_secret(request: Request, caller: AnyCaller, service: ServiceOf) -> None:
    """The same for what answers with a secret: it is not kept, and a repeated request is told so.

    Raises:
        Problem: as `once`; 409, it was answered.
    """
    request.state.is_secret = True
    try:
        await once(request, caller, service)
    except Repeated as answered:
        if answered.status >= 400:
            raise
        said = "Idempotency-Key: this was made already, and its secret was shown once; end it, and make another"
        raise Problem(409, "shown-once", said) from None


async def once(request: Request, caller: AnyCaller, service: ServiceOf) -> None:
    """Note a request that carries a key; one that was answered before is answered again.

    Raises:
        Problem: 422, the key stands for another request; 409, the first is still under way.
        Repeated: it was answered.
    """
    key = request.headers.get("idempotency-key")
    if key is None:
        return
    if not key or len(key) > _LONGEST_KEY:
        raise Problem(400, "bad-key", f"Idempotency-Key: expected 1 to {_LONGEST_KEY} characters, got {len(key)}")
    said = f"{request.method} {request.url.path} ".encode() + await request.body()
    sha256 = hashlib.sha256(said).hexdigest()
    earlier = await run_in_threadpool(_noted, service, caller.tenant_id, key, sha256)
    if earlier is None:
        request.state.idempotency = (caller.tenant_id, key)
        return
    if earlier["request_sha256"] != sha256:
        raise Problem(422, "key-of-another-request", "Idempotency-Key: it stands for another request; take a new one")
    if earlier["status"] is None:
        raise Problem(
            409, "under-way", "Idempotency-Key: the first request is still under way; ask again", retry_after_seconds=2
        )
    raise Repeated(earlier["status"], dict(earlier["headers_json"]), earlier["body"])


def _noted(service: Service, tenant_id: str, key: str, sha256: str) -> dict[str, Any] | None:
    """None where the key is new; else what is known of it."""
    now = now_seconds()
    where = (idempotency.c.tenant_id == tenant_id) & (idempotency.c.key == key)
    with service.database.writing() as connection:
        made = idempotency.c.created_seconds
        is_lost = idempotency.c.status.is_(None) & ~made.between(now - _LONGEST_SECONDS, now + _LONGEST_SECONDS)
        is_old = ~made.between(now - KEPT_SECONDS, now + KEPT_SECONDS)  # later than now: under another clock
        connection.execute(delete(idempotency).where(or_(is_lost, is_old)))
        found = connection.execute(select(idempotency).where(where)).mappings().one_or_none()
        if found is not None:
            return dict(found)
        try:
            connection.execute(
                insert(idempotency).values(tenant_id=tenant_id, key=key, request_sha256=sha256, created_seconds=now)
            )
        except IntegrityError:
            return {"request_sha256": sha256, "status": None}
    return None


class Remembering:
    """ASGI middleware: keeps the answer of a request that carries a key; of one that failed, forgets the key.

    Args:
        app: the application.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        has_key = scope["type"] == "http" and any(name == b"idempotency-key" for name, _ in scope["headers"])
        if not has_key:
            await self._app(scope, receive, send)
            return
        messages: list[Message] = []

        async def keeping(message: Message) -> None:
            if "idempotency" in scope.get("state", {}):
                messages.append(message)
            await send(message)

        try:
            await self._app(scope, receive, keeping)
        finally:
            noted = scope.get("state", {}).get("idempotency")
            if noted is not None:
                is_secret = scope["state"].get("is_secret", False)
                await run_in_threadpool(_remember, scope["app"].state.service, noted, messages, is_secret=is_secret)


def _remember(service: Service, noted: tuple[str, str], messages: list[Message], *, is_secret: bool) -> None:
    where = (idempotency.c.tenant_id == noted[0]) & (idempotency.c.key == noted[1])
    status = next((one["status"] for one in messages if one["type"] == "http.response.start"), 500)
    with service.database.writing() as connection:
        if status >= 500 or status in {409, 429}:
            connection.execute(delete(idempotency).where(where))
            return
        headers = {name.decode(): value.decode("latin-1") for name, value in messages[0]["headers"]}
        body = b"" if is_secret and status < 400 else b"".join(one.get("body", b"") for one in messages[1:])
        kept = {name: headers[name] for name in ("location", "content-type") if name in headers}
        connection.execute(
            update(idempotency).where(where).values(status=status, headers_json=kept, body=body.decode())
        )
