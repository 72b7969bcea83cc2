"""Routes of review: the next task, its evidence, an opinion, a skip, an undo, and how well people agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection, select

from similarity.absence import NotMeasured
from similarity.service.data.tables import screenings, uploads
from similarity.service.people.roles import Caller
from similarity.service.review import golden, opinions, quality, tasks
from similarity.service.web.answers import Identified
from similarity.service.web.context import ServiceOf, allowed

__all__ = ["router", "shown"]

router = APIRouter(prefix="/v1/tasks", tags=["review"])
Reviewer = Annotated[Caller, Depends(allowed("review"))]
Administrator = Annotated[Caller, Depends(allowed("access:write"))]
Looker = Annotated[Caller, Depends(allowed("upload:read"))]


class Wanted(BaseModel):
    """Which task."""

    model_config = ConfigDict(extra="forbid")

    queue: str | None = Field(default=None, max_length=63)


class InHand(BaseModel):
    """A task in hand, given back or kept."""

    model_config = ConfigDict(extra="forbid")

    lease_token: str
    reason: str = Field(default="", max_length=2000)


@router.post("/next", status_code=200, responses={204: {"description": "There is none"}})
def next_task(wanted: Wanted, caller: Reviewer, service: ServiceOf) -> Response:
    """The most urgent task for this person; 204 where there is none."""
    with service.database.writing() as connection:
        found = tasks.lease_next(connection, caller, wanted.queue)
        if found is None:
            return Response(status_code=204)
        body = shown(connection, found)
    return JSONResponse(body)


def shown(connection: Connection, leased: tasks.Leased) -> dict[str, Any]:
    """A task as a person sees it; in a blind second look without score, uploader and what the first said."""
    task = leased.task
    upload = connection.execute(select(uploads).where(uploads.c.id == task["upload_id"])).mappings().one()
    stored = connection.scalar(select(screenings.c.measured_json).where(screenings.c.id == upload["screening_id"]))
    measured = dict(stored or {})
    if leased.is_second:
        hidden = {"score", "copy_ratio", "adaptation_ratio", "found_by", "reading", "in_envelope"}
        works = measured.get("works", [])
        bare = [
            {
                **{name: value for name, value in work.items() if name not in hidden},
                "stretches": [
                    {name: value for name, value in one.items() if name not in hidden} for one in work["stretches"]
                ],
            }
            for work in works
        ]
        heard = [_without_scores(one) for one in measured.get("sound", [])]
        measured = {**measured, "works": bare, "sound": heard}
    return {
        "id": task["id"],
        "lease_token": leased.lease_token,
        "lease_seconds": tasks.LEASE_SECONDS,
        "queue": task["queue"],
        "rule": "" if leased.is_second else task["rule"],
        "work_id": task["work_id"],
        "due_seconds": task["due_seconds"],
        "is_second": leased.is_second,
        "upload": {
            "id": upload["id"],
            "title": upload["title"],
            "uploader": "" if leased.is_second else upload["uploader"],
            "state": "held" if task["golden_opinion"] is not None else upload["state"],
            "prompt": upload["prompt"],
            "declared": upload["declared_json"],
            "screening_id": upload["screening_id"],
        },
        "measured": measured,
    }


def _without_scores(sound: Mapping[str, Any]) -> dict[str, Any]:
    stretches = [{name: value for name, value in one.items() if name != "score"} for one in sound["stretches"]]
    return {name: value for name, value in sound.items() if name != "score"} | {"stretches": stretches}


@router.post("/{task_id}/opinions", status_code=201, response_model=Identified)
def answer(task_id: str, new: opinions.NewOpinion, caller: Reviewer, service: ServiceOf) -> dict[str, str]:
    """What the person sees, and what is to be done."""
    with service.database.writing() as connection:
        return {"id": opinions.give(connection, caller, task_id, new)}


@router.post("/{task_id}/skip", status_code=204)
def skip(task_id: str, given: InHand, caller: Reviewer, service: ServiceOf) -> Response:
    """Give it back unanswered."""
    with service.database.writing() as connection:
        tasks.skip(connection, caller, task_id, given.lease_token, reason=given.reason)
    return Response(status_code=204)


@router.post("/{task_id}/lease", status_code=204)
def keep(task_id: str, given: InHand, caller: Reviewer, service: ServiceOf) -> Response:
    """Keep it in hand for longer."""
    with service.database.writing() as connection:
        tasks.renew(connection, caller, task_id, given.lease_token)
    return Response(status_code=204)


@router.post("/{task_id}/release", status_code=204)
def put_back(task_id: str, given: InHand, caller: Reviewer, service: ServiceOf) -> Response:
    """Put it back as if it had not been taken."""
    with service.database.writing() as connection:
        tasks.release(connection, caller, task_id, given.lease_token)
    return Response(status_code=204)


@router.post("/{task_id}/take", status_code=200)
def take(task_id: str, caller: Reviewer, service: ServiceOf) -> dict[str, Any]:
    """A task that this person chose, or just undid."""
    with service.database.writing() as connection:
        return shown(connection, tasks.lease(connection, caller, task_id))


@router.post("/{task_id}/undo", status_code=204)
def undo(task_id: str, caller: Reviewer, service: ServiceOf) -> Response:
    """Take back the own answer, within half a minute."""
    with service.database.writing() as connection:
        opinions.undo(connection, caller, task_id)
    return Response(status_code=204)


class NewGolden(BaseModel):
    """A task whose answer is known."""

    model_config = ConfigDict(extra="forbid")

    upload_id: str = Field(max_length=64)
    opinion: opinions.Opinion


@router.post("/golden", status_code=201, response_model=Identified)
def make_golden(new: NewGolden, caller: Administrator, service: ServiceOf) -> dict[str, str]:
    """Ask reviewers about an upload whose answer is known."""
    with service.database.writing() as connection:
        return {"id": golden.make(connection, caller, new.upload_id, new.opinion)}


@router.get("/golden")
def golden_tasks(caller: Administrator, service: ServiceOf) -> dict[str, Any]:
    """Golden tasks, and how they were answered."""
    with service.database.reading() as connection:
        return {"golden": [asdict(one) for one in golden.listed(connection, caller.tenant_id)]}


@router.delete("/golden/{task_id}", status_code=204)
def end_golden(task_id: str, caller: Administrator, service: ServiceOf) -> Response:
    """Ask nobody any more."""
    with service.database.writing() as connection:
        golden.end(connection, caller, task_id)
    return Response(status_code=204)


@router.get("/queues")
def queues(caller: Looker, service: ServiceOf) -> dict[str, Any]:
    """Queues that hold something."""
    with service.database.reading() as connection:
        return {"queues": list(tasks.queues(connection, caller.tenant_id))}


@router.get("/quality")
def agreement(caller: Looker, service: ServiceOf) -> dict[str, Any]:
    """How well people agree, with each other and with what is known."""
    with service.database.reading() as connection:
        found = quality.quality(connection, caller.tenant_id)
    return {
        "num_double": found.num_double,
        "cohen_kappa": _stated(found.kappa),
        "krippendorff_alpha": _stated(found.alpha),
        "golden": {name: {"right": right, "given": given} for name, (right, given) in found.golden.items()},
        "num_automated": found.num_automated,
        "num_overturned": found.num_overturned,
    }


def _stated(figure: float | NotMeasured) -> dict[str, Any]:
    if isinstance(figure, NotMeasured):
        return {"value": None, "not_measured": str(figure.reason)}
    return {"value": figure}
