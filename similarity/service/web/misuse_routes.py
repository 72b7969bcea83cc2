"""Routes of misuse: who sent unfounded notices, about whom notices were founded, and what a person did about that."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from similarity.service.notices import acting, misuse
from similarity.service.people.roles import Caller
from similarity.service.web.context import ServiceOf, allowed
from similarity.service.web.idempotency import once

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["notices"])
Decider = Annotated[Caller, Depends(allowed("notice:decide"))]
_ONCE = Depends(once)


def _add_routes(side: misuse.Side) -> None:
    """Routes of senders, or of uploaders.

    Args:
        side: which.
    """

    def listed(caller: Decider, service: ServiceOf) -> dict[str, Any]:
        """Of whom something was manifest: how much in which time, and what was done about that."""
        with service.database.reading() as connection:
            return {f"{side}s": [asdict(one) for one in misuse.listed(connection, caller.tenant_id, side)]}

    def warn(sha256: str, why: acting.Why, caller: Decider, service: ServiceOf) -> Response:
        """Warn, by a person."""
        with service.database.writing() as connection:
            misuse.warn(connection, caller, side, sha256, reason=why.reason)
        return Response(status_code=204)

    def suspend(sha256: str, why: acting.Why, caller: Decider, service: ServiceOf) -> Response:
        """Take nothing of this person for a time, by a person, after a warning."""
        with service.database.writing() as connection:
            misuse.suspend(connection, caller, side, sha256, reason=why.reason)
        return Response(status_code=204)

    def end(sha256: str, why: acting.Why, caller: Decider, service: ServiceOf) -> Response:
        """End a suspension before its time is over."""
        with service.database.writing() as connection:
            misuse.end(connection, caller, side, sha256, reason=why.reason)
        return Response(status_code=204)

    router.add_api_route(f"/{side}s", listed, methods=["GET"], name=f"{side}s")
    for path, name, step in (
        ("warning", f"warn_{side}", warn),
        ("suspension", f"suspend_{side}", suspend),
        ("suspension/end", f"end_suspension_of_{side}", end),
    ):
        router.add_api_route(
            f"/{side}s/{{sha256}}/{path}", step, methods=["POST"], name=name, status_code=204, dependencies=[_ONCE]
        )


_add_routes("sender")
_add_routes("uploader")
