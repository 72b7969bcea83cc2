"""A notice comes: what its law asks for is looked at, what is missing is named, its clock starts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, update

from similarity.service.clock import new_id, now_seconds, now_utc, utc_of
from similarity.service.data import audit
from similarity.service.data.notice_tables import notices
from similarity.service.errors import conflict, unprocessable
from similarity.service.notices import deadlines, elements, forms
from similarity.service.notices.clocks import Span
from similarity.service.notices.counsel import NoticeSettings, settings_of
from similarity.service.notices.finding import located
from similarity.service.notices.forms import NewNotice
from similarity.service.notices.law import Regime, regime_named
from similarity.service.notices.misuse import require_not_suspended, sender_sha256
from similarity.service.notices.steps import step, write
from similarity.service.notices.writing import each_missing

__all__ = ["complete", "receive"]

_DAY = 86_400.0
OWN_CLOCK = "completion"


def receive(
    connection: Connection,
    tenant_id: str,
    form: NewNotice,
    *,
    actor: str,
    submitted_by: str | None = None,
    is_strict: bool = False,
) -> dict[str, Any]:
    """Take a notice; returns its row, `admitted` or `incomplete`.

    Args:
        connection: the transaction.
        tenant_id: whose uploads it is about.
        form: what was sent.
        actor: who sent it, as the chain names it.
        submitted_by: person or key; None from the public form.
        is_strict: refuse what is not complete, instead of keeping it until it is.

    Raises:
        Problem: 403, its sender is suspended; 422, no such regime; or what is missing, where `is_strict`.
    """
    sender = sender_sha256(tenant_id, form)
    require_not_suspended(connection, tenant_id, "sender", sender)
    settings = settings_of(connection, tenant_id)
    regime = regime_named(form.regime or settings.default_regime)
    upload_id = located(connection, tenant_id, form.upload, settings)
    facts = forms.facts_of(form, is_located=upload_id is not None)
    if is_strict and (gaps := elements.missing(regime.notice, facts)):
        raise unprocessable(*elements.as_faults(gaps, facts))
    row: dict[str, Any] = {
        "id": new_id("notice"),
        "tenant_id": tenant_id,
        "state": "received",
        "regime": regime.id,
        "language": form.language or regime.language,
        "upload_id": upload_id,
        "submitted_by": submitted_by,
        "form_json": forms.plain(form),
        "form_sha256": forms.sha256_of(form),
        "sender_sha256": sender,
        "is_unfounded": None,
        "is_founded": None,
        "action": None,
        "decision_id": None,
        "extended_days": 0,
        "received_utc": now_utc(),
        "received_seconds": now_seconds(),
        "state_utc": now_utc(),
    }
    connection.execute(insert(notices).values(**row))
    details = {"regime": regime.id, "upload": upload_id, "form_sha256": row["form_sha256"]}
    audit.record(connection, tenant_id, "notice received", actor=actor, details=details, subject_id=row["id"])
    return _checked(connection, row, regime, settings, facts)


def complete(connection: Connection, notice: Mapping[str, Any], form: NewNotice, *, actor: str) -> dict[str, Any]:
    """Take what was missing: the whole form again, in place of the first; returns the row.

    Args:
        connection: the transaction.
        notice: its row.
        form: what is sent now.
        actor: who sends it.

    Raises:
        Problem: 409, it is not incomplete; 422, what is still missing.
    """
    if notice["state"] != "incomplete":
        raise conflict(f"notice {notice['id']} is {notice['state']}: only an incomplete one is completed")
    settings = settings_of(connection, notice["tenant_id"])
    regime = regime_named(notice["regime"])
    upload_id = located(connection, notice["tenant_id"], form.upload, settings)
    facts = forms.facts_of(form, is_located=upload_id is not None)
    if gaps := elements.missing(regime.notice, facts):
        raise unprocessable(*elements.as_faults(gaps, facts))
    changed = {"form_json": forms.plain(form), "form_sha256": forms.sha256_of(form), "upload_id": upload_id}
    changed["sender_sha256"] = sender_sha256(notice["tenant_id"], form)
    connection.execute(update(notices).where(notices.c.id == notice["id"]).values(**changed))
    deadlines.end(connection, notice["id"], is_met=True)
    return _checked(connection, {**notice, **changed}, regime, settings, facts, actor=actor)


def _checked(
    connection: Connection,
    row: Mapping[str, Any],
    regime: Regime,
    settings: NoticeSettings,
    facts: Mapping[str, bool],
    actor: str = "service",
) -> dict[str, Any]:
    gaps = elements.missing(regime.notice, facts)
    if not gaps:
        details = {"form_sha256": row["form_sha256"], "upload": row["upload_id"]}
        row = step(connection, row, "admitted", actor=actor, details=details)
        write(connection, row, "receipt")
        return dict(row)
    details = {"missing": [one.id for one in gaps], "is_substantial": elements.is_substantial(regime, facts)}
    row = step(connection, row, "incomplete", actor=actor, details=details)
    until = now_seconds() + settings.complete_within_days * _DAY
    span = Span(opens_seconds=now_seconds(), closes_seconds=until, is_provisional=False)
    deadlines.start(
        connection, row["tenant_id"], row["id"], OWN_CLOCK, span=span, told=("reject", "the platform's own")
    )
    write(connection, row, "incomplete", missing=each_missing(gaps), until=utc_of(until)[:10])
    return dict(row)
