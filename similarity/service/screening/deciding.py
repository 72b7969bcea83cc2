"""What follows from what was measured: policy, action, the upload's new state, a task for a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from similarity.service.clock import new_id, now_seconds, now_utc, utc_of
from similarity.service.data import audit, jobs, outbox
from similarity.service.data.notice_tables import notices
from similarity.service.data.tables import decisions, tasks, uploads, work_terms
from similarity.service.errors import Problem
from similarity.service.notices.statements import Ground, follow_decision
from similarity.service.screening.measured import Measured
from similarity.service.screening.policy import ACTIONS, Action, Met, Policy, Rule, evaluate
from similarity.service.screening.stored_policies import USUAL, LivePolicy, Terms, live_policy, said_of, terms_of
from similarity.service.states import UPLOAD, move

__all__ = [
    "STANDING",
    "STATE_OF_ACTION",
    "Decision",
    "decide",
    "governing",
    "record_decision",
    "standing_action",
    "under_notices",
]

STATE_OF_ACTION: Mapping[str, str] = {
    "publish": "cleared",
    "label": "cleared",
    "notify": "cleared",
    "hold": "held",
    "withhold": "withheld",
}
"""What an upload is after an action."""
STANDING = ("acted", "countered", "waiting", "kept")
"""States of a notice in which what was done for it holds."""
_HOUR = 3600.0
_LIBRARY = "work"


def decide(connection: Connection, upload: Mapping[str, Any], measured: Measured, *, screening_id: str) -> Met:
    """Follow the policy, in the transaction that ends the screening.

    Args:
        connection: that transaction.
        upload: its row, in the state `screening`.
        measured: of it.
        screening_id: of the screening.
    """
    terms = terms_of(connection, upload["tenant_id"])
    live, met = governing(connection, upload, measured, terms)
    if met.work_id is not None and _is_flood(connection, live.policy, upload["tenant_id"], met.work_id, terms):
        met = replace(met, action="hold")
    if (action := under_notices(connection, upload["id"], met.action)) != met.action:
        met = replace(met, action=action, rule="a notice stands")
    state = "unreadable" if not measured.is_readable and met.action == "hold" else STATE_OF_ACTION[met.action]
    move(
        connection,
        uploads,
        UPLOAD,
        upload["id"],
        before="screening",
        after=state,
        state_utc=now_utc(),
        action=met.action,
        screening_id=screening_id,
    )
    decision = Decision(
        action=met.action,
        rule=met.rule,
        work_id=met.work_id,
        screening_id=screening_id,
        policy_name=live.name,
        policy_version=live.version,
        is_automated=True,
        decided_by=f"policy {live.name} version {live.version}",
        reason=met.rule,
    )
    record_decision(connection, upload, decision)
    hours = 0.0 if met.action == "hold" else None if met.stated is None else met.stated.human_hours
    if hours is not None:
        _ask_a_person(connection, upload, met, hours=hours)
    if measured.is_readable and met.action in {"hold", "withhold"}:
        jobs.add(connection, "evidence", tenant_id=upload["tenant_id"], subject_id=upload["id"], priority=jobs.LATER)
    return met


def standing_action(connection: Connection, upload_id: str, *, but: str = "") -> Action | None:
    """The gravest action that notices which were acted on, and not undone, hold an upload to; None without any.

    Args:
        connection: to read from.
        upload_id: the upload.
        but: a notice that is left out.
    """
    wanted = select(notices.c.action).where(
        notices.c.upload_id == upload_id,
        notices.c.id != but,
        notices.c.action.is_not(None),
        notices.c.state.in_(STANDING),
    )
    return max(connection.scalars(wanted).all(), key=ACTIONS.index, default=None)


def under_notices(connection: Connection, upload_id: str, action: Action) -> Action:
    """An action, or the graver one that notices hold the upload to; what was asked for is kept for when they end.

    Args:
        connection: the transaction.
        upload_id: the upload.
        action: that is asked for otherwise.
    """
    standing = standing_action(connection, upload_id)
    if standing is None:
        return action
    where = (notices.c.upload_id == upload_id) & notices.c.state.in_(STANDING)
    connection.execute(update(notices).where(where).values(action_before=action))
    return max(action, standing, key=ACTIONS.index)


def governing(
    connection: Connection, upload: Mapping[str, Any], measured: Measured, terms: Mapping[str, tuple[Terms, bool]]
) -> tuple[LivePolicy, Met]:
    """The policy that decides, and what it says: of the usual one and those of the works found, the gravest action.

    Args:
        connection: the transaction.
        upload: its row.
        measured: figures of it.
        terms: of every work that has some.
    """
    found = (*(one.work_id for one in measured.works), *(one.work_id for one in measured.sound))
    names = [None, *(terms[work_id][0].policy for work_id in found if work_id in terms)]
    said = said_of(upload, terms)
    asked = []
    for name in dict.fromkeys(names):
        live = _live(connection, upload["tenant_id"], USUAL if name is None else name)
        asked.append((live, evaluate(live.policy, _as_asked(measured, name, terms), said)))
    return max(asked, key=lambda one: ACTIONS.index(one[1].action))


def _live(connection: Connection, tenant_id: str, name: str) -> LivePolicy:
    """The policy in force; where none is, one that holds everything for a person: no upload waits for a rule."""
    try:
        return live_policy(connection, tenant_id, name)
    except Problem:
        return LivePolicy(policy_id="", name=name, version=0, policy=Policy(policy=name, otherwise="hold"))


def _as_asked(measured: Measured, name: str | None, terms: Mapping[str, tuple[Terms, bool]]) -> Measured:
    """What a policy is asked of: works that name it, and of the usual one those that name none."""

    def asks(work_id: str) -> bool:
        return (terms[work_id][0].policy if work_id in terms else None) == name

    works = tuple(one for one in measured.works if asks(one.work_id))
    sound = tuple(one for one in measured.sound if asks(one.work_id))
    return measured.model_copy(update={"works": works, "sound": sound})


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is done with an upload, and why."""

    action: str
    """What is done."""
    rule: str
    """That asked for it; of a person's decision, what he or she answered."""
    work_id: str | None
    """Because of which work."""
    screening_id: str | None
    """On which figures."""
    policy_name: str | None = None
    """Under which policy."""
    policy_version: int | None = None
    """Version of it."""
    is_automated: bool
    """Whether no person had a part in it."""
    decided_by: str
    """Policy or person."""
    reason: str
    """In words."""


def record_decision(
    connection: Connection, upload: Mapping[str, Any], decision: Decision, ground: Ground | None = None
) -> str:
    """Keep a decision, tell the chain and the callbacks, in the transaction in which the upload's state changes.

    Args:
        connection: that transaction.
        upload: its row.
        decision: what is done.
        ground: what it rests on where it is not the platform's own screening.

    Returns:
        Its identifier.
    """
    identifier = new_id("decision")
    values = {"upload_id": upload["id"], **asdict(decision)}
    connection.execute(
        insert(decisions).values(id=identifier, tenant_id=upload["tenant_id"], decided_utc=now_utc(), **values)
    )
    receipt = audit.record(
        connection,
        upload["tenant_id"],
        "decided",
        actor=decision.decided_by,
        details={"decision": identifier, **values},
        subject_id=upload["id"],
    )
    told = {
        "id": upload["id"],
        "external_id": upload["external_id"],
        "action": decision.action,
        "rule": decision.rule,
        "state": STATE_OF_ACTION[decision.action],
        "audit": {"sequence": receipt.sequence, "sha256": receipt.sha256},
    }
    outbox.enqueue(connection, upload["tenant_id"], "upload.decided", told)
    follow_decision(connection, upload, identifier, values, ground)
    return identifier


def _ask_a_person(connection: Connection, upload: Mapping[str, Any], met: Met, *, hours: float) -> None:
    rule = met.stated
    now = now_seconds()
    connection.execute(
        insert(tasks).values(
            id=new_id("task"),
            tenant_id=upload["tenant_id"],
            state="open",
            queue="usual" if rule is None else rule.queue,
            priority=5 if rule is None else rule.priority,
            upload_id=upload["id"],
            work_id=met.work_id,
            rule=met.rule,
            second_opinion=_wants_second(rule),
            due_seconds=now + hours * _HOUR if hours else None,
            created_seconds=now,
            skips_json=[],
            created_utc=now_utc(),
        )
    )


def _wants_second(rule: Rule | None) -> bool:
    return rule is not None and rule.second_opinion == "blind"


def _is_flood(
    connection: Connection, policy: Policy, tenant_id: str, work_id: str, terms: Mapping[str, tuple[Terms, bool]]
) -> bool:
    """Whether one work met too many uploads: it is quarantined then, and what it meets is held for a person."""
    if work_id in terms and terms[work_id][1]:
        return True
    if policy.floods is None:
        return False
    is_it = (work_terms.c.tenant_id == tenant_id) & (work_terms.c.work_id == work_id)
    followed_utc = connection.scalar(select(work_terms.c.followed_utc).where(is_it))
    since = max(utc_of(now_seconds() - _HOUR), followed_utc or "")  # UTC texts sort by time
    wanted = select(func.count()).where(
        decisions.c.tenant_id == tenant_id,
        decisions.c.work_id == work_id,
        decisions.c.is_automated,
        decisions.c.decided_utc >= since,
    )
    count = int(connection.scalar(wanted) or 0)
    if count < policy.floods.matches_per_work_per_hour:
        return False
    _quarantine(connection, tenant_id, work_id, count)
    return True


def _quarantine(connection: Connection, tenant_id: str, work_id: str, count: int) -> None:
    where = (work_terms.c.tenant_id == tenant_id) & (work_terms.c.work_id == work_id)
    if not connection.execute(update(work_terms).where(where).values(is_quarantined=True)).rowcount:
        connection.execute(
            insert(work_terms).values(
                tenant_id=tenant_id,
                work_id=work_id,
                terms_json=Terms().model_dump(mode="json"),
                is_quarantined=True,
                changed_utc=now_utc(),
            )
        )
    audit.record(
        connection,
        tenant_id,
        "work quarantined",
        actor="policy",
        details={"matches_in_an_hour": count},
        subject_id=work_id[:64],
    )
    outbox.enqueue(connection, tenant_id, "work.quarantined", {"work_id": work_id, "matches_in_an_hour": count})
