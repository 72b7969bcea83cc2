"""Pages of review: queues, what waits in one, a task with its two videos and the evidence of its report."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection

from similarity.service.clock import now_seconds
from similarity.service.data import audit
from similarity.service.errors import Problem
from similarity.service.review import opinions, tasks
from similarity.service.uploads.uploads import find
from similarity.service.web.evidence import ask_for_report, report_folder
from similarity.service.web.measured_views import player_plan, work_views
from similarity.service.web.rendering import Visit, posting, visiting
from similarity.service.web.report_parts import report_parts
from similarity.service.web.review_routes import shown
from similarity.service.web.speaking import Speaker, sentence

__all__ = ["WORDS", "router"]

router = APIRouter(include_in_schema=False)
Looker = Annotated[Visit, Depends(visiting("upload:read"))]
Reviewer = Annotated[Visit, Depends(visiting("review"))]
Taker = Annotated[Visit, Depends(posting("review"))]
_ROWS = 50

WORDS = {
    "play": sentence("Play"),
    "pause": sentence("Pause"),
    "atMatch": sentence("Match {number} of {total}: work time = {start} + {speed} \u00d7 (upload time \u2212 {begin})"),
    "still": sentence("Match {number} of {total}: the work stands still at {start}"),
    "noMatch": sentence("There is no match to show"),
    "nudged": sentence("moved by hand: upload {upload} s, work {work} s"),
    "missingUpload": sentence("The upload can't be shown: {reason}"),
    "missingWork": sentence("The work can't be shown: {reason}"),
    "unplayable": sentence("this browser can't play the file"),
    "noScenes": sentence("Scenes are known as soon as the report is there"),
    "chooseOpinion": sentence("Choose what you see first: keys 1 to 4"),
    "chooseAction": sentence("Choose what is to be done: a, l, w, or e for another person"),
    "giveReason": sentence("Say why: key c"),
    "sending": sentence("Sending the answer"),
    "lost": sentence("This task is not in your hands any more: somebody else may have it"),
    "failed": sentence("It did not work: {reason}"),
    "undone": sentence("Taken back"),
    "nothingToUndo": sentence("There is nothing to take back any more"),
    "left": sentence("{seconds} s"),
}
"""What the scripts say while they run; they fill `{...}` themselves."""


@router.get("/queues")
def queues(visit: Looker) -> Response:
    """What waits, and how long."""
    with visit.service.database.reading() as connection:
        found = tasks.queues(connection, visit.caller.tenant_id)
        mine = tasks.in_hands(connection, visit.caller)
    return visit.page("queues.html", queues=found, mine=mine, words=_words(visit.speaker))


@router.get("/queues/{queue}")
def queue(queue: str, visit: Looker, page: Annotated[int, Query(ge=1, le=100_000)] = 1) -> Response:
    """What waits in one queue, a page at a time."""
    with visit.service.database.reading() as connection:
        rows = tasks.listed(connection, visit.caller.tenant_id, queue, limit=_ROWS + 1, offset=(page - 1) * _ROWS)
        total = _num_waiting(connection, visit.caller.tenant_id, queue)
    shown_rows = [{**row, "age_seconds": now_seconds() - row["created_seconds"]} for row in rows[:_ROWS]]
    values: dict[str, Any] = {
        "queue": queue,
        "rows": shown_rows,
        "total": total,
        "page": page,
        "has_more": len(rows) > _ROWS,
    }
    return visit.page("queue.html", now=now_seconds(), first=(page - 1) * _ROWS + 1, **values)


def _num_waiting(connection: Connection, tenant_id: str, queue: str) -> int:
    rows = tasks.queues(connection, tenant_id)
    return next((one["num_waiting"] for one in rows if one["queue"] == queue), 0)


@router.post("/queues/{queue}/next")
def begin(queue: str, visit: Taker) -> RedirectResponse:
    """The task in hand, or the next one."""
    with visit.service.database.writing() as connection:
        found = tasks.in_hands(connection, visit.caller, queue=queue) or tasks.lease_next(
            connection, visit.caller, queue
        )
    return RedirectResponse("/queues?none=1" if found is None else f"/tasks/{found.task['id']}", status_code=303)


@router.post("/tasks/{task_id}/take")
def take(task_id: str, visit: Taker) -> RedirectResponse:
    """This task, chosen."""
    with visit.service.database.writing() as connection:
        tasks.lease(connection, visit.caller, task_id)
    return RedirectResponse(f"/tasks/{task_id}", status_code=303)


@router.get("/tasks/{task_id}")
def task(task_id: str, visit: Reviewer) -> Response:
    """A task in these hands: two videos, what was measured, and the answer."""
    with visit.service.database.reading() as connection:
        row = tasks.find(connection, visit.caller.tenant_id, task_id)
        mine = tasks.in_hands(connection, visit.caller, task_id=task_id)
        if mine is None:
            return visit.page("task_elsewhere.html", task=row)
        body = shown(connection, mine)
        waiting = _num_waiting(connection, visit.caller.tenant_id, row["queue"])
    measured = body["measured"]
    works = work_views(measured, body["work_id"])
    plan = player_plan(body["upload"], measured, works)
    values = {"task": body, "measured": measured, "works": works, "num_waiting": waiting}
    values |= {"plan": json.dumps(plan), "words": _words(visit.speaker), "opinions": opinions.OPINIONS}
    return visit.page("task.html", **values)


@router.get("/tasks/{task_id}/evidence")
def evidence(task_id: str, visit: Reviewer) -> Response:
    """What differs, and the closest unrelated footage: a part of the task's page, as soon as the report is there."""
    with visit.service.database.writing() as connection:
        mine = tasks.in_hands(connection, visit.caller, task_id=task_id)
        if mine is None:
            raise Problem(409, "lease-lost", f"task {task_id}: it is not in your hands; take it first")
        upload = find(connection, visit.caller.tenant_id, mine.task["upload_id"])
        folder = report_folder(visit.service.settings, upload)
        is_coming = folder is None and ask_for_report(connection, upload)
        if folder is not None and visit.service.views.is_new(visit.caller.id, task_id, "report"):
            details = {"file": "report.json", "task": task_id}
            audit.record(
                connection,
                visit.caller.tenant_id,
                "evidence viewed",
                actor=visit.caller.name,
                details=details,
                subject_id=upload["id"],
            )
    parts = None if folder is None else report_parts(folder, mine.task["work_id"], visit.speaker)
    values: dict[str, Any] = {"parts": parts, "upload": upload, "is_second": mine.is_second}
    return visit.page("evidence.html", status=202 if is_coming else 200, is_coming=is_coming, **values)


def _words(speaker: Speaker) -> str:
    return json.dumps({name: speaker.plain(text) for name, text in WORDS.items()}, ensure_ascii=False)
