"""Pages of notices: all of them, and one with its elements, its clock, and what is claimed beside what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Connection

from similarity.service.clock import now_seconds, seconds_of
from similarity.service.errors import Fault, Problem, unprocessable
from similarity.service.notices import acting, finding, shown
from similarity.service.notices.law import REGIMES, regime_named
from similarity.service.states import NOTICE
from similarity.service.web.rendering import Visit, posting, visiting

__all__ = ["router"]

router = APIRouter(prefix="/notices", include_in_schema=False)
Reader = Annotated[Visit, Depends(visiting("notice:read"))]
Decider = Annotated[Visit, Depends(posting("notice:decide"))]
_ROWS = 200
_WIDTH = 1000.0
"""Of the drawing of stretches."""
_STEPS: Mapping[str, tuple[str, ...]] = {
    "incomplete": ("reject",),
    "admitted": ("forward", "act", "reject"),
    "forwarded": ("act", "reject"),
    "countered": ("restore", "keep"),
    "waiting": ("restore", "keep"),
}
"""State -> what a person can do with a notice there."""


class Filled(BaseModel):
    """What a person fills in: why, and of an action what is done on which ground."""

    model_config = ConfigDict(extra="forbid")

    csrf_token: str = Field(default="", max_length=500)
    reason: str = Field(default="", max_length=4000)
    action: str = Field(default="withhold", max_length=16)
    legal_ground: str = Field(default="", max_length=500)
    explanation: str = Field(default="", max_length=2000)
    is_trusted_flagger: bool = False
    is_unfounded: bool = False
    is_founded: bool = False


@router.get("")
def listed(visit: Reader, state: Annotated[str, Query(max_length=16)] = "") -> Response:
    """Notices, newest first."""
    with visit.service.database.reading() as connection:
        rows = finding.listed(connection, visit.caller, state=state or None, limit=_ROWS)
    regimes = {one: regime_named(one).name[visit.speaker.code] for one in REGIMES}
    return visit.page("notices.html", rows=rows, regimes=regimes, states=tuple(NOTICE), state=state)


@router.get("/{notice_id}")
def show(notice_id: str, visit: Reader) -> Response:
    """One notice."""
    with visit.service.database.reading() as connection:
        found = shown.in_full(connection, finding.find(connection, visit.caller, notice_id))
    regime = regime_named(found["regime"])
    may_decide = "notice:decide" in visit.caller.permissions
    return visit.page(
        "notice.html",
        notice=found,
        regime=regime,
        language=visit.speaker.code,
        drawings=[_drawing(work, found["upload_seconds"]) for work in found["works"]],
        left=[seconds_of(one["closes_utc"]) - now_seconds() for one in found["deadlines"]],
        steps=_STEPS.get(found["state"], ()) if may_decide else (),
    )


@router.post("/{notice_id}/{step}")
def take(
    notice_id: str,
    step: str,
    visit: Decider,
    filled: Annotated[Filled, Form()],
) -> Response:
    """Do something with it."""
    with visit.service.database.writing() as connection:
        notice = finding.find(connection, visit.caller, notice_id)
        _take(connection, visit, notice, step, filled)
    return RedirectResponse(f"/notices/{notice_id}", status_code=303)


def _take(connection: Connection, visit: Visit, notice: Mapping[str, Any], step: str, filled: Filled) -> None:
    caller, why = visit.caller, {"reason": filled.reason}
    try:
        match step:
            case "forward":
                acting.forward(connection, caller, notice)
            case "act":
                acting.act(
                    connection,
                    caller,
                    notice,
                    acting.Acting.model_validate(filled.model_dump(exclude={"csrf_token", "is_unfounded"})),
                )
            case "reject":
                said = {**why, "is_unfounded": filled.is_unfounded}
                acting.reject(connection, caller, notice, acting.Rejection.model_validate(said))
            case "restore":
                acting.restore(connection, caller, notice, acting.Why.model_validate(why))
            case "keep":
                acting.keep(connection, caller, notice, acting.Why.model_validate(why))
            case _:
                raise Problem(404, "not-found", f"{step}: nothing that is done with a notice here")
    except ValidationError as error:
        faults = [Fault(pointer=f"/{one['loc'][0]}", reason=str(one["msg"])) for one in error.errors()]
        raise unprocessable(*faults) from error


def _drawing(work: Mapping[str, Any], upload_seconds: float | None) -> Mapping[str, Any] | None:
    """Claimed and measured stretches of the upload as bands, left and width; None where there are none."""
    claimed = [one["claimed"] for one in work["stretches"]]
    measured = [stretch for one in work["stretches"] for stretch in one["measured"]] + work["measured_unclaimed"]
    both = [*claimed, *measured]
    whole = max([upload_seconds or 0.0, *(one["end_seconds"] for one in both)])
    if not both or whole <= 0:
        return None
    return {
        "seconds": whole,
        "claimed": [_band(one, whole) for one in claimed],
        "measured": [_band(one, whole) for one in measured],
    }


def _band(stretch: Mapping[str, Any], whole: float) -> tuple[str, str]:
    left = _WIDTH * stretch["start_seconds"] / whole
    return f"{left:.1f}", f"{max(2.0, _WIDTH * stretch['end_seconds'] / whole - left):.1f}"
