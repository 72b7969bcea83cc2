"""What is done with a notice: forwarded, acted on, rejected, answered, restored, kept, withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import Connection, insert

from similarity.service.clock import new_id, now_seconds, now_utc, utc_of
from similarity.service.data.notice_tables import counters
from similarity.service.errors import Problem, conflict, gone, unprocessable
from similarity.service.notices import deadlines, elements, forms, waiting
from similarity.service.notices.finding import form_of
from similarity.service.notices.forms import CounterNotice
from similarity.service.notices.law import Regime, regime_named
from similarity.service.notices.restrictions import lift, note, restrict
from similarity.service.notices.statements import Ground
from similarity.service.notices.steps import actor_of, step, write
from similarity.service.notices.writing import each_missing
from similarity.service.people.roles import Caller
from similarity.service.screening.stored_policies import live_policy

__all__ = [
    "Acting",
    "Filed",
    "Rejection",
    "Why",
    "act",
    "acted",
    "action_filed",
    "counter",
    "ended",
    "forward",
    "keep",
    "reject",
    "require",
    "restore",
    "withdraw",
]

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]


class Why(BaseModel):
    """Why something is done."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason


class Rejection(Why):
    """Why a notice is followed no further."""

    is_unfounded: bool = False
    """Whether it is manifestly unfounded (Regulation 2022/2065, article 23(2)): that is counted for its sender."""


class Acting(Why):
    """What is done with the upload, and on what ground."""

    action: Literal["withhold", "label"] = "withhold"
    """What is done."""
    legal_ground: str = Field(default="", max_length=500)
    """Provision, for the statement of reasons; none: the platform's own terms."""
    explanation: str = Field(default="", max_length=2000)
    """Why that provision, for the statement of reasons: no names in it."""
    is_trusted_flagger: bool = False
    """Whether the sender is one (Regulation 2022/2065, article 22)."""
    is_founded: bool = False
    """Whether the notice is manifestly founded (article 23(1)): that is counted for the uploader."""


class Filed(BaseModel):
    """An action or a complaint to an authority, of which the sender tells."""

    model_config = ConfigDict(extra="forbid")

    before: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    """Court or authority."""
    case_number: str = Field(default="", max_length=200)
    filed_on: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    """Day, ISO 8601."""
    document_sha256: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")
    """Of the paper that shows it."""


def forward(connection: Connection, caller: Caller, notice: Mapping[str, Any]) -> dict[str, Any]:
    """Tell the uploader of it.

    Args:
        connection: the transaction.
        caller: who asks.
        notice: its row.

    Raises:
        Problem: 409, not in a state for that.
    """
    require(notice, "admitted")
    row = step(connection, notice, "forwarded", actor=caller.name, details={})
    write(connection, row, "forward")
    return row


def act(connection: Connection, caller: Caller, notice: Mapping[str, Any], new: Acting) -> dict[str, Any]:
    """Restrict the upload for a notice; the uploader is told, and how to answer.

    Args:
        connection: the transaction.
        caller: who decides.
        notice: its row.
        new: what is done and why.

    Raises:
        Problem: 403, a person has to decide; 409, not in a state for that, or its upload is not.
    """
    regime = regime_named(notice["regime"])
    require(notice, "admitted", "forwarded")
    _require_person(connection, caller, regime)
    return acted(connection, caller, notice, new, regime)


def acted(
    connection: Connection, caller: Caller, notice: Mapping[str, Any], new: Acting, regime: Regime
) -> dict[str, Any]:
    """The same, also where a complaint reversed a rejection.

    Args:
        connection: the transaction.
        caller: who decides.
        notice: its row.
        new: what is done and why.
        regime: its law.
    """
    source = "SOURCE_TRUSTED_FLAGGER" if new.is_trusted_flagger else _source(regime)
    ground = Ground(
        source=source, legal_ground=new.legal_ground, explanation=new.explanation, was_detected_by_machine=False
    )
    decision_id, before = restrict(connection, notice, new.action, actor=caller.name, reason=new.reason, ground=ground)
    deadlines.end(connection, notice["id"], is_met=True)
    said = {"is_founded": new.is_founded}
    changed = {"action": new.action, "action_before": before, "decision_id": decision_id, "is_unfounded": None, **said}
    details = {"action": new.action, "decision": decision_id, **said}
    row = step(connection, notice, "acted", actor=caller.name, details=details, **changed)
    write(connection, row, "acted", reason=new.reason, answer=_answer(regime))
    return row


def reject(connection: Connection, caller: Caller | None, notice: Mapping[str, Any], why: Rejection) -> dict[str, Any]:
    """Follow it no further; its sender is told why, and what was missing.

    Args:
        connection: the transaction.
        caller: who decides; None for the clock, which rejects only what was never complete.
        notice: its row.
        why: the reason.

    Raises:
        Problem: 403, a person has to decide; 409, not in a state for that.
    """
    regime = regime_named(notice["regime"])
    require(notice, "incomplete", *(("admitted", "forwarded") if caller else ()))
    if caller is not None:
        _require_person(connection, caller, regime)
    facts = forms.facts_of(form_of(notice), is_located=notice["upload_id"] is not None)
    gaps = elements.missing(regime.notice, facts)
    decision_id = note(connection, notice, actor=actor_of(caller), reason=why.reason)
    deadlines.end(connection, notice["id"], is_met=caller is not None)
    said = {"is_unfounded": why.is_unfounded if caller is not None else None}
    details = {"missing": [one.id for one in gaps], "decision": decision_id, **said}
    row = step(connection, notice, "rejected", actor=actor_of(caller), details=details, decision_id=decision_id, **said)
    write(connection, row, "rejected", reason=why.reason, missing=each_missing(gaps))
    return row


def counter(connection: Connection, caller: Caller, notice: Mapping[str, Any], form: CounterNotice) -> dict[str, Any]:
    """The uploader answers: what is missing is named; else it is forwarded, and the clock of counsel's choice starts.

    Args:
        connection: the transaction.
        caller: who brings it: the platform.
        notice: its row.
        form: what the uploader sent.

    Raises:
        Problem: 409, not in a state for that, or its law knows no counter-notice; 422, what is missing.
    """
    regime = regime_named(notice["regime"])
    if not regime.counter:
        said = f"{regime.id} knows no counter-notice; complain: POST /v1/decisions/{notice['decision_id']}/complaints"
        raise conflict(said)
    require(notice, "acted")
    full = form if form.works else form.model_copy(update={"works": form_of(notice).works})
    facts = forms.facts_of(full, is_located=notice["upload_id"] is not None)
    if gaps := elements.missing(regime.counter, facts):
        raise unprocessable(*elements.as_faults(gaps, facts))
    sha256 = forms.sha256_of(full)
    connection.execute(
        insert(counters).values(
            id=new_id("counter"),
            tenant_id=notice["tenant_id"],
            notice_id=notice["id"],
            form_json=forms.plain(full),
            form_sha256=sha256,
            received_utc=now_utc(),
        )
    )
    details = {"form_sha256": sha256, "kind": form.kind}
    row = step(connection, notice, "countered", actor=caller.name, details=details, countered_seconds=now_seconds())
    return waiting.begin(connection, row, actor=caller.name)


def restore(connection: Connection, caller: Caller | None, notice: Mapping[str, Any], why: Why) -> dict[str, Any]:
    """End what was done for a notice, once its clock allows it.

    Args:
        connection: the transaction.
        caller: who decides; None for the clock.
        notice: its row.
        why: the reason.

    Raises:
        Problem: 409, not in a state for that, or too early.
    """
    require(notice, "countered", "waiting")
    running = deadlines.running(connection, notice["id"], waiting.RESTORATION)
    if running is not None and now_seconds() < running["opens_seconds"]:
        opens = utc_of(running["opens_seconds"])
        raise conflict(f"notice {notice['id']}: nothing is restored before {opens} ({running['source']}); wait")
    return ended(connection, caller, notice, why)


def ended(connection: Connection, caller: Caller | None, notice: Mapping[str, Any], why: Why) -> dict[str, Any]:
    """The same without a clock, also where a complaint reversed what was done.

    Args:
        connection: the transaction.
        caller: who decides; None for the clock.
        notice: its row.
        why: the reason.
    """
    deadlines.end(connection, notice["id"], is_met=True)
    row = step(connection, notice, "restored", actor=actor_of(caller), details={}, is_founded=None)
    lift(connection, row, actor=actor_of(caller), reason=why.reason)
    write(connection, row, "restored", reason=why.reason)
    return row


def keep(connection: Connection, caller: Caller, notice: Mapping[str, Any], why: Why) -> dict[str, Any]:
    """What was done stays, after an answer.

    Args:
        connection: the transaction.
        caller: who decides.
        notice: its row.
        why: the reason.

    Raises:
        Problem: 403, a person has to decide; 409, not in a state for that.
    """
    require(notice, "countered", "waiting")
    _require_person(connection, caller, regime_named(notice["regime"]))
    return _kept(connection, caller, notice, why, details={})


def action_filed(connection: Connection, caller: Caller, notice: Mapping[str, Any], filed: Filed) -> dict[str, Any]:
    """The sender went to court or to an authority in time: what was done stays.

    Args:
        connection: the transaction.
        caller: who tells of it.
        notice: its row.
        filed: what was filed.

    Raises:
        Problem: 409, nothing waits for that; 410, restored already.
    """
    if notice["state"] == "restored":
        raise gone(f"notice {notice['id']}: the upload was restored on {notice['state_utc'][:10]}; send a new notice")
    require(notice, "countered", "waiting")
    why = Why(reason=f"filed on {filed.filed_on} before {filed.before} {filed.case_number}".strip())
    return _kept(connection, caller, notice, why, details={"filed": filed.model_dump()})


def withdraw(connection: Connection, caller: Caller, notice: Mapping[str, Any], why: Why) -> dict[str, Any]:
    """The sender takes it back: what was done for it ends.

    Args:
        connection: the transaction.
        caller: who takes it back.
        notice: its row.
        why: the reason.

    Raises:
        Problem: 409, it has ended.
    """
    if notice["state"] in {"restored", "withdrawn", "rejected"}:
        raise conflict(f"notice {notice['id']} is {notice['state']}: nothing is left to take back")
    deadlines.end(connection, notice["id"], is_met=False)
    row = step(connection, notice, "withdrawn", actor=caller.name, details={}, is_founded=None)
    if lift(connection, row, actor=caller.name, reason=f"notice withdrawn: {why.reason}"):
        write(connection, row, "restored", reason=why.reason)
    return row


def _kept(
    connection: Connection, caller: Caller, notice: Mapping[str, Any], why: Why, *, details: Mapping[str, Any]
) -> dict[str, Any]:
    deadlines.end(connection, notice["id"], is_met=False)
    row = step(connection, notice, "kept", actor=caller.name, details=details)
    write(connection, row, "kept", reason=why.reason)
    return row


def require(notice: Mapping[str, Any], *states: str) -> None:
    """Refuse what can't be done in this state.

    Raises:
        Problem: 409.
    """
    if notice["state"] not in states:
        raise conflict(f"notice {notice['id']} is {notice['state']}; expected it {' or '.join(states)}")


def _require_person(connection: Connection, caller: Caller, regime: Regime) -> None:
    """Programs decide nothing where the notice's law, or the regime of the platform's policy, asks for a person."""
    asks = regime.acts_by == "person" or live_policy(connection, caller.tenant_id).policy.regime in {"eu", "de"}
    if asks and not caller.is_person:
        raise Problem(403, "person-needed", f"{regime.id}: a person decides on notices here; sign in at the pages")


def _source(regime: Regime) -> Literal["SOURCE_ARTICLE_16", "SOURCE_TYPE_OTHER_NOTIFICATION"]:
    return "SOURCE_ARTICLE_16" if regime.id == "eu-dsa" else "SOURCE_TYPE_OTHER_NOTIFICATION"


def _answer(regime: Regime) -> Mapping[str, str]:
    """How an uploader can answer: with what the law asks of it."""
    if not regime.counter:
        return {"en": "by a complaint.", "zh": "提出投诉。"}
    return {"en": "with\n" + each_missing(regime.counter)["en"], "zh": "请提交\n" + each_missing(regime.counter)["zh"]}
