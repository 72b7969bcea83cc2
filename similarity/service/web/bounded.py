"""Bodies that aren't files: small, and here within a while, whoever sends them."""

from __future__ import annotations

import asyncio
import re

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from similarity.service.errors import Problem
from similarity.service.web.problems import answer

__all__ = ["Bounded"]

MOST_BYTES = 4 << 20
"""Of a body that is no file."""
_LONGEST_SECONDS = 30.0
_FILES = re.compile(r"/v1/uploads/[^/]+/content")
"""Routes that receive files: they count for themselves."""


class Bounded:
    """ASGI middleware: reads a body to its end before anybody is asked to hold it, or ends it (413, 408).

    Args:
        app: the application.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or _FILES.fullmatch(scope["path"]):
            await self._app(scope, receive, send)
            return
        try:
            _require_text(scope)
            async with asyncio.timeout(_LONGEST_SECONDS):
                messages = await _read(receive)
        except Problem as problem:
            await answer(Request(scope), problem)(scope, receive, send)
            return
        except TimeoutError:
            slow = Problem(408, "too-slow", f"the body did not come within {_LONGEST_SECONDS:.0f} s; send it again")
            await answer(Request(scope), slow)(scope, receive, send)
            return

        async def received() -> Message:
            return messages.pop(0) if messages else await receive()

        await self._app(scope, received, send)


def _require_text(scope: Scope) -> None:
    if "\0" in scope["path"] or b"%00" in scope["query_string"]:
        raise Problem(400, "bad-request", "the address holds a NUL character; expected none")


async def _read(receive: Receive) -> list[Message]:
    messages: list[Message] = []
    size = 0
    while True:
        message = await receive()
        messages.append(message)
        size += len(message.get("body", b""))
        if size > MOST_BYTES:
            raise Problem(413, "too-large", f"the body has more than {MOST_BYTES} bytes, which is the most; send less")
        if message["type"] != "http.request" or not message.get("more_body", False):
            return messages
