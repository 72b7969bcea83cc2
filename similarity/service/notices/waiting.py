"""After a counter-notice: which clock runs, by whose choice, and how long.

Two regimes in China differ on the same facts: 民法典 1196 waits a reasonable time for a complaint or an action, 条例 17
restores at once.  Which one holds is counsel's choice (`cn_timing`), kept with the notice and said in its answer.
Where nothing was chosen no clock runs: the notice stays `countered`, and a person restores or keeps.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection, update

from similarity.service.clock import utc_of
from similarity.service.data import audit
from similarity.service.data.notice_tables import deadlines as deadlines_table
from similarity.service.data.notice_tables import notices
from similarity.service.errors import conflict
from similarity.service.notices import deadlines
from similarity.service.notices.clocks import Span, span_of
from similarity.service.notices.counsel import NoticeSettings, settings_of
from similarity.service.notices.law import Clock, Regime, regime_named
from similarity.service.notices.steps import step, write
from similarity.service.people.roles import Caller

__all__ = ["RESTORATION", "Extension", "begin", "extend", "timing_of"]

RESTORATION = "restoration"
_NOT_CHOSEN = {
    "en": "No time runs: a person decides next.",
    "zh": "目前不计算期限，由平台人员决定。",  # noqa: RUF001 - Chinese punctuation is meant
}


class Extension(BaseModel):
    """Working days that notarisation or authentication took, which the reply 2020 no. 9 does not count."""

    model_config = ConfigDict(extra="forbid")

    working_days: int = Field(ge=1, le=250)
    reason: str = Field(min_length=1, max_length=2000)


def begin(connection: Connection, notice: Mapping[str, Any], *, actor: str) -> dict[str, Any]:
    """Forward a counter-notice to the sender, and start its clock; returns the row, `countered` or `waiting`.

    Args:
        connection: the transaction in which the counter-notice came, or counsel chose.
        notice: its row, `countered`.
        actor: who does it.
    """
    settings = settings_of(connection, notice["tenant_id"])
    timing = timing_of(regime_named(notice["regime"]), settings)
    clock = None if timing is None else timing.clock("counter")
    if timing is None or clock is None:
        write(connection, notice, "counter", clock=_NOT_CHOSEN)
        return dict(notice)
    span = _span(clock, timing, settings, notice)
    details = {"timing": timing.id, "source": clock.source, "opens_utc": utc_of(span.opens_seconds)}
    row = step(connection, notice, "waiting", actor=actor, details=details, timing=timing.id)
    deadlines.start(connection, row["tenant_id"], row["id"], RESTORATION, span=span, told=(clock.then, clock.source))
    write(connection, row, "counter", clock=_said(clock, span))
    return row


def timing_of(regime: Regime, settings: NoticeSettings) -> Regime | None:
    """The regime whose clock runs after a counter-notice; None where counsel has to choose and did not."""
    if not regime.timing_of:
        return regime
    return None if settings.cn_timing is None else regime_named(settings.cn_timing)


def extend(connection: Connection, caller: Caller, notice: Mapping[str, Any], new: Extension) -> None:
    """Add days that are not counted to a clock that runs.

    Args:
        connection: the transaction.
        caller: who adds them.
        notice: its row.
        new: how many, and why.

    Raises:
        Problem: 409, no clock runs that can be extended.
    """
    timing = None if notice["timing"] is None else regime_named(notice["timing"])
    clock = None if timing is None else timing.clock("counter")
    row = deadlines.running(connection, notice["id"], RESTORATION)
    if timing is None or clock is None or row is None or not clock.may_be_extended:
        raise conflict(f"notice {notice['id']}: no clock runs that notarisation extends; it is {notice['state']}")
    days = notice["extended_days"] + new.working_days
    span = _span(clock, timing, settings_of(connection, notice["tenant_id"]), {**notice, "extended_days": days})
    connection.execute(update(notices).where(notices.c.id == notice["id"]).values(extended_days=days))
    connection.execute(update(deadlines_table).where(deadlines_table.c.id == row["id"]).values(state="ended"))
    told = (clock.then, f"{clock.source} (+{days})")
    deadlines.start(connection, notice["tenant_id"], notice["id"], RESTORATION, span=span, told=told)
    details = {"working_days": new.working_days, "reason": new.reason, "opens_utc": utc_of(span.opens_seconds)}
    audit.record(
        connection, notice["tenant_id"], "notice extended", actor=caller.name, details=details, subject_id=notice["id"]
    )


def _span(clock: Clock, timing: Regime, settings: NoticeSettings, notice: Mapping[str, Any]) -> Span:
    chosen = (settings.cn_working_days or clock.at_most) + notice["extended_days"] if clock.is_chosen else None
    start = notice["countered_seconds"]
    return span_of(clock, timing, start, state=settings.member_state, chosen=chosen)


def _said(clock: Clock, span: Span) -> Mapping[str, str]:
    opens = utc_of(span.opens_seconds)[:16].replace("T", " ")
    return {
        "en": f"{clock.en} ({clock.source}). Nothing is restored before {opens} UTC.",
        "zh": f"{clock.zh}（{clock.source}）。在 {opens}（UTC）之前不恢复。",  # noqa: RUF001 - Chinese punctuation is meant
    }
