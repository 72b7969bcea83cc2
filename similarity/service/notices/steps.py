"""One step of a notice: a compare-and-set, its entry in the chain, a callback; and what fills its letters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from similarity.service.clock import now_utc
from similarity.service.data import audit, outbox
from similarity.service.data.notice_tables import notices
from similarity.service.notices import writing
from similarity.service.notices.counsel import settings_of
from similarity.service.notices.finding import form_of, upload_of
from similarity.service.notices.law import regime_named
from similarity.service.people.roles import Caller
from similarity.service.states import NOTICE, move

__all__ = ["actor_of", "step", "write"]

_ACTIONS = {
    "withhold": {"en": "it is not shown any more", "zh": "不再展示"},
    "label": {"en": "it is labelled", "zh": "加注标签"},
}


def actor_of(caller: Caller | None) -> str:
    """As the chain names who did it."""
    return "the clock" if caller is None else caller.name


def step(
    connection: Connection,
    notice: Mapping[str, Any],
    after: str,
    *,
    actor: str,
    details: Mapping[str, Any],
    **changed: object,
) -> dict[str, Any]:
    """Move a notice to a state; returns its row as it is then.

    Args:
        connection: the transaction of everything that the step does.
        notice: its row.
        after: the new state.
        actor: who does it.
        details: what the chain keeps; no names or addresses.
        changed: further columns.

    Raises:
        Problem: 409, it is in another state by now.
    """
    values = {"state_utc": now_utc(), **changed}
    move(connection, notices, NOTICE, notice["id"], before=notice["state"], after=after, **values)
    receipt = audit.record(
        connection,
        notice["tenant_id"],
        f"notice {after}",
        actor=actor,
        details={"before": notice["state"], **details},
        subject_id=notice["id"],
    )
    told = {
        "id": notice["id"],
        "state": after,
        "regime": notice["regime"],
        "upload": notice["upload_id"],
        "audit": {"sequence": receipt.sequence, "sha256": receipt.sha256},
    }
    outbox.enqueue(connection, notice["tenant_id"], f"notice.{after}", told)
    return {**notice, **values, "state": after}


def write(connection: Connection, notice: Mapping[str, Any], kind: writing.Kind, **values: Any) -> None:
    """Draft a letter about a notice.

    Args:
        connection: the transaction of what it tells.
        notice: its row.
        kind: which letter.
        values: what fills it beside what every letter names.
    """
    settings = settings_of(connection, notice["tenant_id"])
    languages = {"sender": notice["language"], "uploader": settings.uploader_language}
    writing.draft(connection, notice, kind, languages=languages, values={**_common(connection, notice), **values})


def _common(connection: Connection, notice: Mapping[str, Any]) -> dict[str, Any]:
    form, regime, upload = form_of(notice), regime_named(notice["regime"]), upload_of(connection, notice)
    works = "; ".join(one.title or one.work_id or one.url or "" for one in form.works)
    named = form.upload.url or (upload and upload["external_id"]) or form.upload.title or "-"
    spans = [f"{part.start_seconds:.1f}-{part.end_seconds:.1f} s" for one in form.works for part in one.stretches]
    sender = form.sender.name if regime.tells_uploader_who else None
    return {
        "notice": notice["id"],
        "law": regime.law,
        "received": notice["received_utc"][:10],
        "works": works or "-",
        "upload": named,
        "stretches": ", ".join(spans) or "-",
        "who": {"en": f"It was sent by {sender}. ", "zh": f"通知人：{sender}。"} if sender else {"en": "", "zh": ""},  # noqa: RUF001 - Chinese punctuation is meant
        "state": "-" if upload is None else upload["state"],
        "action": _ACTIONS.get(notice["action"] or "", {"en": "nothing", "zh": "无"}),
        "decision": notice["decision_id"] or "-",
    }
