"""What a person says of a task, and what follows: an opinion of what is seen, an action, a reason; three fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection, insert, select, update

from similarity.service.clock import new_id, now_seconds, now_utc
from similarity.service.data import audit
from similarity.service.data.tables import opinions, pair_memory, screenings, tasks, uploads
from similarity.service.errors import Fault, Problem, conflict, gone, unprocessable
from similarity.service.people.roles import Caller
from similarity.service.review import tasks as handed
from similarity.service.screening.deciding import STATE_OF_ACTION, Decision, record_decision, under_notices
from similarity.service.screening.measured import Measured
from similarity.service.states import TASK, UPLOAD, move

__all__ = ["OPINIONS", "UNDO_SECONDS", "NewOpinion", "Opinion", "give", "undo"]

Opinion = Literal["same footage", "reworked", "same subject or style only", "cannot tell"]
OPINIONS: tuple[Opinion, ...] = ("same footage", "reworked", "same subject or style only", "cannot tell")
"""What a person sees; none of them is a verdict."""
UNDO_SECONDS = 30.0
"""How long an answer can be taken back."""
_FREED: Mapping[str, None] = {"lease_token": None, "leased_by": None, "lease_until_seconds": None}


class NewOpinion(BaseModel):
    """What a person answers."""

    model_config = ConfigDict(extra="forbid")

    lease_token: str
    """Of the task in hand."""
    opinion: Opinion
    """What is seen."""
    action: Literal["publish", "label", "withhold"] | None = None
    """What is to be done; none where someone else is to decide (escalate)."""
    reason: str = Field(min_length=1, max_length=4000)
    """Why."""
    seconds_taken: float | None = Field(default=None, ge=0)
    """How long the person looked."""


def give(connection: Connection, caller: Caller, task_id: str, new: NewOpinion) -> str:
    """Answer a task: where two looks are asked for, the upload waits for the second; else the action is done.

    Args:
        connection: the transaction.
        caller: a person who holds the task.
        task_id: the task.
        new: the answer.

    Returns:
        Identifier of the opinion.

    Raises:
        Problem: 403, not a person; 404; 409, the lease was lost.
    """
    if not caller.is_person:
        raise Problem(403, "forbidden", "an opinion is a person's: sign in at the pages, or use a person's session")
    row = handed.held(connection, caller, task_id, new.lease_token)
    earlier = _standing(connection, task_id)
    is_second = bool(earlier) and row["golden_opinion"] is None
    identifier = _kept(connection, caller, task_id, new, is_second=is_second)
    move(connection, tasks, TASK, task_id, before="leased", after="answered", **_FREED)
    details = {"opinion": new.opinion, "action": new.action, "reason": new.reason, "is_second": is_second}
    audit.record(connection, caller.tenant_id, "opinion given", actor=caller.name, details=details, subject_id=task_id)
    _follow(connection, caller, row, new, earlier)
    return identifier


def _follow(
    connection: Connection,
    caller: Caller,
    task: Mapping[str, Any],
    new: NewOpinion,
    earlier: list[Mapping[str, Any]],
) -> None:
    """What an answer leads to, after the table of states."""
    task_id = task["id"]
    if task["golden_opinion"] is not None:  # others are asked too; nothing follows
        move(connection, tasks, TASK, task_id, before="answered", after="open")
        return
    if new.action is None:  # escalated: another person decides
        move(connection, tasks, TASK, task_id, before="answered", after="second")
        return
    if not task["second_opinion"] and not earlier:
        move(connection, tasks, TASK, task_id, before="answered", after="decided")
        _act(connection, caller, task, new)
        return
    move(connection, tasks, TASK, task_id, before="answered", after="second")
    if not earlier:
        return
    agrees = any(one["opinion"] == new.opinion and one["action"] in {new.action, None} for one in earlier)
    if agrees or len(earlier) > 1:  # a third look decides
        move(connection, tasks, TASK, task_id, before="second", after="decided")
        _act(connection, caller, task, new)
    else:
        move(connection, tasks, TASK, task_id, before="second", after="disputed")


def _act(connection: Connection, caller: Caller, task: Mapping[str, Any], new: NewOpinion) -> None:
    """Do what a person decided, and remember the opinion of the pair."""
    upload = dict(connection.execute(select(uploads).where(uploads.c.id == task["upload_id"])).mappings().one())
    if new.action is None or upload["state"] in {"cancelled", "erased"}:
        return
    action = under_notices(connection, upload["id"], new.action)
    state = STATE_OF_ACTION[action]
    if upload["state"] != state:
        move(connection, uploads, UPLOAD, upload["id"], before=upload["state"], after=state, state_utc=now_utc())
    connection.execute(update(uploads).where(uploads.c.id == upload["id"]).values(action=action))
    record_decision(
        connection,
        upload,
        Decision(
            action=action,
            rule=new.opinion,
            work_id=task["work_id"],
            screening_id=upload["screening_id"],
            decided_by=caller.name,
            is_automated=False,
            reason=new.reason,
        ),
    )
    _remember(connection, upload, task, new)


def _remember(connection: Connection, upload: Mapping[str, Any], task: Mapping[str, Any], new: NewOpinion) -> None:
    """Keep the opinion by content and stretch: the same pair is not asked again unless what is measured changes."""
    if new.opinion == "cannot tell" or task["work_id"] is None:
        return
    stored = connection.scalar(select(screenings.c.measured_json).where(screenings.c.id == upload["screening_id"]))
    work = next((one for one in Measured.model_validate(stored).works if one.work_id == task["work_id"]), None)
    if work is None:
        return
    best = work.strongest
    key = {
        "tenant_id": upload["tenant_id"],
        "suspect_sha256": upload["sha256"],
        "work_sha256": work.work_sha256,
        "work_start_seconds": best.work_start_seconds,
        "work_end_seconds": best.work_end_seconds,
    }
    values = {"opinion": new.opinion, "score": best.score, "opinion_id": task["id"]}
    where = [pair_memory.c[name] == value for name, value in key.items()]
    if not connection.execute(update(pair_memory).where(*where).values(**values)).rowcount:
        connection.execute(insert(pair_memory).values(**key, **values))


def undo(connection: Connection, caller: Caller, task_id: str) -> None:
    """Take back the own answer, shortly after it was given; what it led to is taken back with it.

    Args:
        connection: the transaction.
        caller: who asks.
        task_id: of the task.

    Raises:
        Problem: 404; 409, nothing of this person's to take back; 410, too late.
    """
    row = handed.find(connection, caller.tenant_id, task_id)
    mine = [one for one in _standing(connection, task_id) if one["person_id"] == caller.id]
    if not mine:
        raise conflict(f"task {task_id}: there is no answer of yours to take back")
    last = mine[-1]
    if now_seconds() - last["given_seconds"] > UNDO_SECONDS:
        raise gone(f"task {task_id}: an answer can be taken back for {UNDO_SECONDS:.0f} s; ask for a second look")
    connection.execute(update(opinions).where(opinions.c.id == last["id"]).values(undone_utc=now_utc()))
    if row["state"] == "decided" and row["golden_opinion"] is None:
        _hold_again(connection, caller, row)
    after = "open"
    if row["golden_opinion"] is not None:
        after = row["state"]  # it is asked as it was, or not at all
    elif row["state"] == "decided" or row["state"] == "answered":
        move(connection, tasks, TASK, task_id, before=row["state"], after=after)
    else:  # second or disputed: the row is asked anew from where it stood
        connection.execute(update(tasks).where(tasks.c.id == task_id).values(state=after))
    details = {"opinion": last["opinion"], "action": last["action"]}
    audit.record(connection, caller.tenant_id, "opinion undone", actor=caller.name, details=details, subject_id=task_id)


def _hold_again(connection: Connection, caller: Caller, task: Mapping[str, Any]) -> None:
    upload = dict(connection.execute(select(uploads).where(uploads.c.id == task["upload_id"])).mappings().one())
    stays = under_notices(connection, upload["id"], "hold") != "hold"
    if upload["state"] in {"cleared", "withheld"} and not stays:
        move(connection, uploads, UPLOAD, upload["id"], before=upload["state"], after="held", state_utc=now_utc())
        connection.execute(update(uploads).where(uploads.c.id == upload["id"]).values(action="hold"))
        record_decision(
            connection,
            upload,
            Decision(
                action="hold",
                rule="undone",
                work_id=task["work_id"],
                screening_id=upload["screening_id"],
                decided_by=caller.name,
                is_automated=False,
                reason="the answer was taken back",
            ),
        )


def _kept(connection: Connection, caller: Caller, task_id: str, new: NewOpinion, *, is_second: bool) -> str:
    identifier = new_id("opinion")
    if not new.reason.strip():
        raise unprocessable(Fault(pointer="/reason", reason="expected why, got nothing"))
    connection.execute(
        insert(opinions).values(
            id=identifier,
            tenant_id=caller.tenant_id,
            task_id=task_id,
            person_id=caller.id,
            opinion=new.opinion,
            action=new.action,
            reason=new.reason,
            is_second=is_second,
            seconds_taken=new.seconds_taken,
            given_utc=now_utc(),
            given_seconds=now_seconds(),
        )
    )
    return identifier


def _standing(connection: Connection, task_id: str) -> list[Mapping[str, Any]]:
    """Opinions of a task that were not taken back, in order."""
    wanted = select(opinions).where(opinions.c.task_id == task_id, opinions.c.undone_utc.is_(None))
    return [dict(row) for row in connection.execute(wanted.order_by(opinions.c.given_seconds)).mappings()]
