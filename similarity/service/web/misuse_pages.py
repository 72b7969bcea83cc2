"""Pages of misuse: senders of unfounded notices, uploaders with founded ones."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from similarity.service.errors import Fault, Problem, unprocessable
from similarity.service.notices import misuse
from similarity.service.notices.counsel import settings_of
from similarity.service.web.rendering import Visit, posting, visiting

__all__ = ["router"]

router = APIRouter(prefix="/notices", include_in_schema=False)
Looking = Annotated[Visit, Depends(visiting("notice:decide"))]
Deciding = Annotated[Visit, Depends(posting("notice:decide"))]
Sides = Literal["senders", "uploaders"]
_SIDES: dict[Sides, misuse.Side] = {"senders": "sender", "uploaders": "uploader"}
_STEPS = {"warned": misuse.warn, "suspended": misuse.suspend, "ended": misuse.end}


class Said(BaseModel):
    """What a person fills in."""

    model_config = ConfigDict(extra="forbid")

    csrf_token: str = Field(default="", max_length=500)
    reason: str = Field(default="", max_length=4000)
    """Why."""


@router.get("/senders")
def senders(visit: Looking) -> Response:
    """Senders of manifestly unfounded notices."""
    return _page(visit, "senders")


@router.get("/uploaders")
def uploaders(visit: Looking) -> Response:
    """Uploaders about whose uploads notices were manifestly founded."""
    return _page(visit, "uploaders")


@router.post("/{sides}/{sha256}/{step}")
def take_measure(sides: Sides, sha256: str, step: str, visit: Deciding, said: Annotated[Said, Form()]) -> Response:
    """Warn someone, suspend someone, or end that."""
    measure = _STEPS.get(step)
    if measure is None:
        raise Problem(404, "not-found", f"{step}: nothing that is done about {sides} here")
    if not said.reason.strip():
        raise unprocessable(Fault(pointer="/reason", reason="expected why, got nothing"))
    with visit.service.database.writing() as connection:
        measure(connection, visit.caller, _SIDES[sides], sha256, reason=said.reason.strip())
    return RedirectResponse(f"/notices/{sides}", status_code=303)


def _page(visit: Visit, sides: Sides) -> Response:
    with visit.service.database.reading() as connection:
        rows = misuse.listed(connection, visit.caller.tenant_id, _SIDES[sides])
        settings = settings_of(connection, visit.caller.tenant_id)
    return visit.page("misuse.html", rows=rows, settings=settings, sides=sides)
