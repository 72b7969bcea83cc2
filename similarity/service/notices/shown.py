"""A notice as it is answered: elements with tick or gap, times, what is claimed beside what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from similarity.service.notices import deadlines, elements, forms, writing
from similarity.service.notices.claims import beside_measured
from similarity.service.notices.counsel import settings_of
from similarity.service.notices.finding import counter_of, form_of, measured_of, upload_of
from similarity.service.notices.law import Regime, regime_named
from similarity.service.notices.presumption import presumption_facts
from similarity.service.notices.waiting import timing_of

__all__ = ["counter_export", "in_full", "in_short", "receipt"]

_NAMES = ("id", "state", "regime", "language", "upload_id", "action", "decision_id", "form_sha256", "received_utc")


def in_short(row: Mapping[str, Any]) -> dict[str, Any]:
    """One line of a list."""
    return {**{name: row[name] for name in _NAMES}, "state_utc": row["state_utc"]}


def receipt(connection: Connection, row: Mapping[str, Any]) -> dict[str, Any]:
    """What a sender is told at once."""
    regime = regime_named(row["regime"])
    facts = forms.facts_of(form_of(row), is_located=row["upload_id"] is not None)
    return {
        **in_short(row),
        "law": regime.law,
        "missing": [one for one in elements.checked(regime.notice, facts) if not one["is_there"]],
        "is_substantial": elements.is_substantial(regime, facts),
        "deadlines": list(deadlines.listed(connection, row["id"])),
    }


def in_full(connection: Connection, row: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that a person looks at before deciding."""
    regime, form, upload = regime_named(row["regime"]), form_of(row), upload_of(connection, row)
    measured = measured_of(connection, upload)
    facts = forms.facts_of(form, is_located=row["upload_id"] is not None)
    names = ("id", "external_id", "title", "state", "action")
    found = {
        **receipt(connection, row),
        "form": row["form_json"],
        "elements": elements.checked(regime.notice, facts),
        "upload": None if upload is None else {name: upload[name] for name in names},
        "upload_seconds": None if measured is None or measured.is_still else measured.duration_seconds,
        "works": beside_measured(form.works, measured),
        "timing": _timing(connection, row, regime),
        "counter": _counter(connection, row, regime),
        "letters": list(writing.drafted(connection, row["id"])),
    }
    if regime.id == "de-urhdag" and measured is not None and upload is not None:
        declared = upload["declared_json"]
        found["presumption"] = [presumption_facts(one, measured, declared) for one in measured.works]
    return found


def counter_export(connection: Connection, row: Mapping[str, Any]) -> dict[str, Any] | None:
    """The counter-notice as a paper for a case (`similarity case add CASE FILE --role document`); None without any."""
    found = counter_of(connection, row["id"])
    if found is None:
        return None
    return {
        "form": "similarity-counter-notice/1",
        "notice": {name: row[name] for name in ("id", "regime", "form_sha256", "received_utc")},
        "received_utc": found["received_utc"],
        "sha256": found["form_sha256"],
        "counter_notice": found["form_json"],
    }


def _timing(connection: Connection, row: Mapping[str, Any], regime: Regime) -> dict[str, Any]:
    """Which clock runs after a counter-notice, and by whose choice; said also where nobody chose."""
    chosen = timing_of(regime, settings_of(connection, row["tenant_id"]))
    held = regime_named(row["timing"]) if row["timing"] else chosen
    clock = None if held is None else held.clock("counter")
    return {
        "regime": None if held is None else held.id,
        "is_counsels_choice": bool(regime.timing_of),
        "choices": list(regime.timing_of),
        "clock": None if clock is None else clock.model_dump(mode="json"),
        "extended_days": row["extended_days"],
        "not_chosen": "cn_timing: counsel has not chosen which clock holds; a person restores or keeps"
        if held is None
        else None,
    }


def _counter(connection: Connection, row: Mapping[str, Any], regime: Regime) -> dict[str, Any] | None:
    found = counter_of(connection, row["id"])
    if found is None:
        return None
    facts = forms.facts_of(found["form"], is_located=row["upload_id"] is not None)
    return {
        "received_utc": found["received_utc"],
        "form_sha256": found["form_sha256"],
        "form": found["form_json"],
        "elements": elements.checked(regime.counter, facts),
    }
