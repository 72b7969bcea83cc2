"""What a notice does to its upload: moved by compare-and-set, with a decision; and put back when the notice ends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import Connection, update

from similarity.service.clock import now_utc
from similarity.service.data.tables import uploads
from similarity.service.errors import conflict
from similarity.service.notices.claims import measured_work
from similarity.service.notices.finding import form_of, measured_of, upload_of
from similarity.service.notices.statements import Ground
from similarity.service.screening.deciding import (
    STATE_OF_ACTION,
    Decision,
    record_decision,
    standing_action,
)
from similarity.service.screening.policy import ACTIONS, Action
from similarity.service.states import UPLOAD, move

__all__ = ["lift", "note", "restrict"]

_DECIDED = ("cleared", "held", "withheld", "unreadable")


def restrict(
    connection: Connection, notice: Mapping[str, Any], action: Action, *, actor: str, reason: str, ground: Ground
) -> tuple[str, Action]:
    """Do to the upload what the notice leads to; returns the decision's identifier, and the action before it.

    Args:
        connection: the transaction of the notice's step.
        notice: its row.
        action: what is done; an upload that is restricted more than that stays so.
        actor: who decides.
        reason: why.
        ground: what the statement of reasons rests on.

    Raises:
        Problem: 409, the upload is not here any more, or was not decided yet.
    """
    upload = upload_of(connection, notice)
    if upload is None or upload["state"] not in _DECIDED:
        state = "not here" if upload is None else upload["state"]
        raise conflict(f"notice {notice['id']}: its upload is {state}; act when it is {', '.join(_DECIDED)}")
    before = cast("Action", upload["action"] or "publish")
    graver = max(before, action, key=ACTIONS.index)
    decision = _decision(connection, notice, upload, graver, actor, reason)
    return _moved(connection, upload, decision, ground), before


def lift(connection: Connection, notice: Mapping[str, Any], *, actor: str, reason: str) -> str | None:
    """Put the upload back to what holds without the notice; returns the decision, None where nothing changes.

    What other notices and what policies or people decided since hold it to stays.

    Args:
        connection: the transaction of the notice's step.
        notice: its row, in the state that it has by now.
        actor: who decides.
        reason: why.
    """
    upload = upload_of(connection, notice)
    if notice["action"] is None or upload is None or upload["state"] not in _DECIDED:
        return None
    before = cast("Action", notice["action_before"] or "publish")
    others = standing_action(connection, upload["id"], but=notice["id"])
    action = before if others is None else max(before, others, key=ACTIONS.index)
    if action == upload["action"]:
        return None
    return _moved(connection, upload, _decision(connection, notice, upload, action, actor, reason))


def note(connection: Connection, notice: Mapping[str, Any], *, actor: str, reason: str) -> str | None:
    """A decision that changes nothing, which can be complained about; None where there is no upload.

    Args:
        connection: the transaction.
        notice: its row.
        actor: who does it, as the chain names it.
        reason: why, in words.
    """
    upload = upload_of(connection, notice)
    if upload is None or upload["state"] not in _DECIDED or upload["action"] is None:
        return None
    return record_decision(connection, upload, _decision(connection, notice, upload, upload["action"], actor, reason))


def _moved(connection: Connection, upload: Mapping[str, Any], decision: Decision, ground: Ground | None = None) -> str:
    action = decision.action
    state = STATE_OF_ACTION[action]
    if upload["state"] != state:
        move(connection, uploads, UPLOAD, upload["id"], before=upload["state"], after=state, state_utc=now_utc())
    connection.execute(update(uploads).where(uploads.c.id == upload["id"]).values(action=action))
    return record_decision(connection, upload, decision, ground)


def _decision(
    connection: Connection,
    notice: Mapping[str, Any],
    upload: Mapping[str, Any],
    action: str,
    actor: str,
    reason: str,
) -> Decision:
    return Decision(
        action=action,
        rule=f"notice {notice['id']}",
        work_id=_work_id(connection, notice, upload),
        screening_id=upload["screening_id"],
        is_automated=actor == "the clock",
        decided_by=actor,
        reason=reason,
    )


def _work_id(connection: Connection, notice: Mapping[str, Any], upload: Mapping[str, Any]) -> str | None:
    """The work as it is called here; None where the screening found none of those that the notice names."""
    measured = measured_of(connection, upload)
    works = [] if measured is None else [measured_work(one, measured) for one in form_of(notice).works]
    return next((one.work_id for one in works if one is not None), None)
