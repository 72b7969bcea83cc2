"""Complaints about decisions (Regulation 2022/2065, article 20; UrhDaG, section 14): looked at by another person.

A complaint is taken for six months after the decision was told, free of charge.  Whoever took the decision, or gave an
opinion that led to it, does not decide the complaint; no program does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints
from sqlalchemy import Connection, insert, select, update

from similarity.service.clock import new_id, now_seconds, now_utc, seconds_of, utc_of
from similarity.service.data import audit, outbox
from similarity.service.data.notice_tables import complaints, notices
from similarity.service.data.tables import decisions, opinions, tasks, uploads
from similarity.service.errors import Problem, conflict, gone, not_found
from similarity.service.notices import acting, deadlines
from similarity.service.notices.clocks import Span, span_of
from similarity.service.notices.counsel import settings_of
from similarity.service.notices.finding import find as find_notice
from similarity.service.notices.forms import NewComplaint
from similarity.service.notices.law import Regime, regime_named
from similarity.service.people.roles import Caller
from similarity.service.screening.deciding import STATE_OF_ACTION, Decision, record_decision, under_notices
from similarity.service.screening.stored_policies import live_policy
from similarity.service.states import COMPLAINT, UPLOAD, move

__all__ = ["Answer", "complain", "decide", "find", "listed", "shown", "take"]

_WINDOW = "eu-dsa"
"""Regime whose window is given to everyone, whatever law the decision was taken under."""

_RESTRICTING = ("withhold", "label", "hold")


class Answer(BaseModel):
    """What a person decides on a complaint."""

    model_config = ConfigDict(extra="forbid")

    outcome: Literal["reversed", "upheld"]
    """`reversed`: the decision is undone; `upheld`: it stays."""
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
    """Why."""


def complain(connection: Connection, caller: Caller, decision_id: str, new: NewComplaint) -> str:
    """Take a complaint; returns its identifier.

    Args:
        connection: the transaction.
        caller: who brings it.
        decision_id: what it is about.
        new: who complains, and why.

    Raises:
        Problem: 404; 409, one is open already; 410, the window has closed.
    """
    decision = _decision(connection, caller.tenant_id, decision_id)
    window = _window(connection, decision)
    if now_seconds() >= window.closes_seconds:
        raise gone(f"decision {decision_id}: complaints were taken until {utc_of(window.closes_seconds)}")
    earlier = select(complaints.c.id).where(complaints.c.decision_id == decision_id)
    if (there := connection.scalar(earlier)) is not None:
        raise conflict(f"decision {decision_id}: the complaint {there} is about it; look it up")
    notice_id = _notice_of(connection, decision, new.by)
    identifier = new_id("complaint")
    connection.execute(
        insert(complaints).values(
            id=identifier,
            tenant_id=caller.tenant_id,
            state="received",
            decision_id=decision_id,
            upload_id=decision["upload_id"],
            notice_id=notice_id,
            by=new.by,
            reasons=new.reasons,
            received_utc=now_utc(),
            state_utc=now_utc(),
        )
    )
    _said(connection, caller.tenant_id, identifier, "received", caller.name, {"decision": decision_id, "by": new.by})
    _start_clock(connection, caller.tenant_id, identifier, notice_id)
    return identifier


def take(connection: Connection, caller: Caller, identifier: str) -> None:
    """Take a complaint in hand; not the person who decided, nor one whose opinion led to it.

    Args:
        connection: the transaction.
        caller: who asks.
        identifier: which one.

    Raises:
        Problem: 403, not a person, or one who had a part in the decision; 404; 409, another has it.
    """
    row = find(connection, caller.tenant_id, identifier)
    decision = _decision(connection, caller.tenant_id, row["decision_id"])
    if not caller.is_person:
        raise Problem(403, "person-needed", "a person looks at complaints: sign in at the pages")
    if decision["decided_by"] == caller.name or _gave_opinion(connection, caller, row["upload_id"]):
        said = f"complaint {identifier}: you had a part in the decision; another person has to look at it"
        raise Problem(403, "first-decider", said)
    if row["state"] != "received":
        raise conflict(f"complaint {identifier} is {row['state']}; take another")
    now = {"state_utc": now_utc(), "assigned_to": caller.id}
    move(connection, complaints, COMPLAINT, identifier, before="received", after="assigned", **now)
    _said(connection, caller.tenant_id, identifier, "assigned", caller.name, {})


def decide(connection: Connection, caller: Caller, identifier: str, answer: Answer) -> None:
    """Reverse the decision or let it stand; what it did is undone in the same transaction.

    Args:
        connection: the transaction.
        caller: the person who took it in hand.
        identifier: of the complaint.
        answer: the outcome and why.

    Raises:
        Problem: 403, in another's hands; 404; 409, not in anyone's, or what it is about cannot be undone now.
    """
    row = find(connection, caller.tenant_id, identifier)
    if row["state"] != "assigned":
        raise conflict(f"complaint {identifier} is {row['state']}; take it in hand first")
    if not caller.is_person or row["assigned_to"] != caller.id:
        raise Problem(403, "not-yours", f"complaint {identifier} is in another person's hands")
    changed = {"state_utc": now_utc(), "answer": answer.reason}
    move(connection, complaints, COMPLAINT, identifier, before="assigned", after=answer.outcome, **changed)
    if answer.outcome == "reversed":
        _reverse(connection, caller, row, answer)
    deadlines.end(connection, identifier, is_met=True)
    _said(connection, caller.tenant_id, identifier, answer.outcome, caller.name, {"decision": row["decision_id"]})


def find(connection: Connection, tenant_id: str, identifier: str) -> dict[str, Any]:
    """A complaint of a tenant.

    Args:
        connection: the transaction.
        tenant_id: whose it is.
        identifier: which one.

    Raises:
        Problem: 404.
    """
    wanted = select(complaints).where(complaints.c.id == identifier, complaints.c.tenant_id == tenant_id)
    row = connection.execute(wanted).mappings().one_or_none()
    if row is None:
        raise not_found(f"complaint {identifier}")
    return dict(row)


def listed(
    connection: Connection, tenant_id: str, *, state: str | None = None, limit: int = 100
) -> Sequence[Mapping[str, Any]]:
    """Complaints of a tenant, oldest first.

    Args:
        connection: to read from.
        tenant_id: whose.
        state: only in this state.
        limit: at most so many.
    """
    wanted = select(complaints).where(complaints.c.tenant_id == tenant_id)
    if state is not None:
        wanted = wanted.where(complaints.c.state == state)
    rows = connection.execute(wanted.order_by(complaints.c.id).limit(limit)).mappings()
    return [shown(connection, dict(row)) for row in rows]


def shown(connection: Connection, row: Mapping[str, Any]) -> dict[str, Any]:
    """A complaint as it is answered, with its times."""
    names = ("id", "state", "decision_id", "upload_id", "notice_id", "by", "reasons", "answer", "received_utc")
    return {**{name: row[name] for name in names}, "deadlines": list(deadlines.listed(connection, row["id"]))}


def _reverse(connection: Connection, caller: Caller, row: Mapping[str, Any], answer: Answer) -> None:
    """Undo the decision: of a notice by a step of the notice, else by a decision on the upload."""
    why = acting.Why(reason=f"complaint: {answer.reason}")
    if row["notice_id"] is None:
        _publish(connection, caller, row, why.reason)
        return
    notice = find_notice(connection, caller, row["notice_id"])
    if notice["state"] == "rejected":
        asked = acting.Acting(reason=why.reason)
        acting.acted(connection, caller, notice, asked, regime_named(notice["regime"]))
    elif notice["state"] in {"acted", "countered", "waiting", "kept"}:
        acting.ended(connection, caller, notice, why)
    else:
        raise conflict(f"notice {notice['id']} is {notice['state']}: nothing is left to reverse; uphold or say so")


def _publish(connection: Connection, caller: Caller, row: Mapping[str, Any], reason: str) -> None:
    upload = dict(connection.execute(select(uploads).where(uploads.c.id == row["upload_id"])).mappings().one())
    if upload["state"] not in {"cleared", "held", "withheld", "unreadable"}:
        raise conflict(f"upload {upload['id']} is {upload['state']}: nothing is left to reverse; uphold or say so")
    action = under_notices(connection, upload["id"], "publish")
    if (state := STATE_OF_ACTION[action]) != upload["state"]:
        move(connection, uploads, UPLOAD, upload["id"], before=upload["state"], after=state, state_utc=now_utc())
    connection.execute(update(uploads).where(uploads.c.id == upload["id"]).values(action=action))
    decision = Decision(
        action=action,
        rule=f"complaint {row['id']}",
        work_id=None,
        screening_id=upload["screening_id"],
        is_automated=False,
        decided_by=caller.name,
        reason=reason,
    )
    record_decision(connection, upload, decision)


def _decision(connection: Connection, tenant_id: str, decision_id: str) -> Mapping[str, Any]:
    wanted = select(decisions).where(decisions.c.id == decision_id, decisions.c.tenant_id == tenant_id)
    row = connection.execute(wanted).mappings().one_or_none()
    if row is None:
        raise not_found(f"decision {decision_id}")
    return dict(row)


def _notice_of(connection: Connection, decision: Mapping[str, Any], by: str) -> str | None:
    """The notice that was decided; None where the decision came of no notice.

    Raises:
        Problem: 409, the decision is not against who complains.
    """
    wanted = select(notices.c.id, notices.c.state).where(notices.c.decision_id == decision["id"])
    notice = connection.execute(wanted).one_or_none()
    against = "notifier" if notice is not None and notice.state == "rejected" else "uploader"
    is_restriction = decision["action"] in _RESTRICTING
    if by != against or (against == "uploader" and not is_restriction):
        said = "it restricts nothing: send a notice" if not is_restriction else f"it is not against the {by}"
        raise conflict(f"decision {decision['id']}: {said}")
    return None if notice is None else str(notice.id)


def _window(connection: Connection, decision: Mapping[str, Any]) -> Span:
    """When complaints about a decision are taken."""
    regime = regime_named(_WINDOW)
    clock = next(one for one in regime.clocks if one.starts == "decision")
    state = settings_of(connection, decision["tenant_id"]).member_state
    return span_of(clock, regime, seconds_of(decision["decided_utc"]), state=state)


def _gave_opinion(connection: Connection, caller: Caller, upload_id: str) -> bool:
    wanted = (
        select(opinions.c.id)
        .join(tasks, tasks.c.id == opinions.c.task_id)
        .where(tasks.c.upload_id == upload_id, opinions.c.person_id == caller.id, opinions.c.undone_utc.is_(None))
        .limit(1)
    )
    return connection.scalar(wanted) is not None


def _start_clock(connection: Connection, tenant_id: str, identifier: str, notice_id: str | None) -> None:
    """A week where German law holds: that of the notice, or of the platform's policy."""
    regime = _regime_of(connection, tenant_id, notice_id)
    clock = None if regime is None else regime.clock("complaint")
    if regime is None or clock is None:
        return
    span = span_of(clock, regime, now_seconds())
    told = (clock.then, clock.source)
    deadlines.start(connection, tenant_id, identifier, clock.id, span=span, told=told)


def _regime_of(connection: Connection, tenant_id: str, notice_id: str | None) -> Regime | None:
    named = connection.scalar(select(notices.c.regime).where(notices.c.id == notice_id))
    if named is not None:
        return regime_named(named)
    return regime_named("de-urhdag") if live_policy(connection, tenant_id).policy.regime == "de" else None


def _said(
    connection: Connection, tenant_id: str, identifier: str, state: str, actor: str, details: Mapping[str, Any]
) -> None:
    audit.record(connection, tenant_id, f"complaint {state}", actor=actor, details=details, subject_id=identifier)
    outbox.enqueue(connection, tenant_id, f"complaint.{state}", {"id": identifier, "state": state, **details})
