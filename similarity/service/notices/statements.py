"""Statements of reasons (Regulation 2022/2065, article 17), in the fields of the DSA Transparency Database.

One is made in the transaction in which a restriction starts, and ends in the one in which it ends.  Fields are made of
what was measured and decided; titles, names and what people wrote freely stay out: no personal data goes in.  Names of
fields and values are those of the database's API documentation; the values of `content_type` were recalled and not read
again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, insert, select, update

from similarity.service.clock import new_id, now_utc
from similarity.service.data import audit, outbox
from similarity.service.data.notice_tables import statements
from similarity.service.data.tables import screenings
from similarity.service.notices.counsel import MEMBER_STATES

__all__ = ["BATCH", "Ground", "exported", "follow_decision"]

BATCH = 100
"""Statements that the database takes at once."""
_FACTS, _GROUND, _EXPLANATION = 5000, 500, 2000
"""Longest texts, characters."""
_VISIBILITY: Mapping[str, str] = {
    "withhold": "DECISION_VISIBILITY_CONTENT_DISABLED",
    "label": "DECISION_VISIBILITY_CONTENT_LABELLED",
}
"""Action -> what it does to visibility; other actions restrict nothing."""
_ECONOMIC_AREA = tuple(sorted({*MEMBER_STATES, "IS", "LI", "NO"}))
"""The only territories that the database knows; it asks for at least one."""
Source = Literal["SOURCE_ARTICLE_16", "SOURCE_TRUSTED_FLAGGER", "SOURCE_TYPE_OTHER_NOTIFICATION", "SOURCE_VOLUNTARY"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a restriction rests on, beside the decision."""

    source: Source = "SOURCE_VOLUNTARY"
    """Where it came from."""
    legal_ground: str = ""
    """Provision that the person who decided named; empty: the platform's own terms."""
    explanation: str = ""
    """Why that provision; no names in it."""
    was_detected_by_machine: bool = True
    """Whether screening brought it up, and not a notice."""


def follow_decision(
    connection: Connection,
    upload: Mapping[str, Any],
    decision_id: str,
    decision: Mapping[str, Any],
    ground: Ground | None = None,
) -> None:
    """End the statement of a restriction that ended; make one where a restriction on behalf of a work starts.

    Args:
        connection: the transaction of the decision.
        upload: its row.
        decision_id: identifier of the decision.
        decision: its fields.
        ground: what it rests on; none: the platform's own screening.
    """
    visibility = _VISIBILITY.get(decision["action"])
    is_open = (statements.c.upload_id == upload["id"]) & statements.c.ended_utc.is_(None)
    stated = connection.scalars(select(statements.c.fields_json).where(is_open)).all()
    if ground is None and any(one["decision_visibility"] == [visibility] for one in stated):
        return  # the restriction goes on as it was
    connection.execute(update(statements).where(is_open).values(ended_utc=now_utc()))
    is_for_a_work = decision["work_id"] is not None or ground is not None
    if visibility is None or not is_for_a_work or not _territories(upload):
        return
    identifier = new_id("statement")
    fields = _fields(connection, upload, decision, ground or Ground(), puid=identifier, visibility=visibility)
    tenant_id = upload["tenant_id"]
    receipt = audit.record(
        connection,
        tenant_id,
        "statement of reasons made",
        actor=decision["decided_by"],
        details={"statement": identifier, "decision": decision_id, "fields": fields},
        subject_id=upload["id"],
    )
    connection.execute(
        insert(statements).values(
            id=identifier,
            tenant_id=tenant_id,
            sequence=receipt.sequence,
            upload_id=upload["id"],
            decision_id=decision_id,
            fields_json=fields,
            made_utc=now_utc(),
        )
    )
    told = {
        "upload": upload["id"],
        "external_id": upload["external_id"],
        "decision": decision_id,
        "statement": fields,
        "redress": f"/v1/decisions/{decision_id}/complaints",
    }
    outbox.enqueue(connection, tenant_id, "statement.made", told)


def exported(connection: Connection, tenant_id: str, *, after: int = 0) -> tuple[Sequence[Mapping[str, Any]], int]:
    """The next statements of a tenant, at most a batch, and after what the following ones come.

    Args:
        connection: to read from.
        tenant_id: whose.
        after: what the last batch gave; 0 for the first.
    """
    wanted = (
        select(statements.c.sequence, statements.c.fields_json)
        .where(statements.c.tenant_id == tenant_id, statements.c.sequence > after)
        .order_by(statements.c.sequence)
        .limit(BATCH)
    )
    rows = connection.execute(wanted).all()
    return [row.fields_json for row in rows], rows[-1].sequence if rows else after


def _fields(
    connection: Connection,
    upload: Mapping[str, Any],
    decision: Mapping[str, Any],
    ground: Ground,
    *,
    puid: str,
    visibility: str,
) -> dict[str, Any]:
    stored = select(screenings.c.measured_json).where(screenings.c.id == decision["screening_id"])
    measured = connection.scalar(stored) or {}
    return {
        "decision_visibility": [visibility],
        **_grounds(decision, ground),
        "content_type": ["CONTENT_TYPE_IMAGE" if measured.get("is_still") else "CONTENT_TYPE_VIDEO"],
        "category": "STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS",
        "category_specification": ["KEYWORD_COPYRIGHT_INFRINGEMENT"],
        "territorial_scope": list(_territories(upload)),
        "content_date": upload["created_utc"][:10],
        "application_date": now_utc()[:10],
        "decision_facts": _facts(measured, decision, ground)[:_FACTS],
        "source_type": ground.source,
        "automated_detection": "Yes" if ground.was_detected_by_machine else "No",
        "automated_decision": _automation(decision, ground),
        "puid": puid,
    }


def _territories(upload: Mapping[str, Any]) -> Sequence[str]:
    """Where the restriction holds, within the Economic Area; none where it touches nothing of it."""
    named = upload["territories_json"]
    return [one for one in _ECONOMIC_AREA if one in named] if named else _ECONOMIC_AREA


def _grounds(decision: Mapping[str, Any], ground: Ground) -> dict[str, str]:
    if ground.legal_ground:
        return {
            "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
            "illegal_content_legal_ground": ground.legal_ground[:_GROUND],
            "illegal_content_explanation": (ground.explanation or "The provision named, on the facts stated.")[
                :_EXPLANATION
            ],
        }
    policy = f"policy {decision['policy_name']}, version {decision['policy_version']}"
    said = policy if decision["policy_name"] else "the platform's terms on works of others"
    return {
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "incompatible_content_ground": said[:_GROUND],
        "incompatible_content_explanation": f"Rule: {decision['rule']}"[:_EXPLANATION],
    }


def _automation(decision: Mapping[str, Any], ground: Ground) -> str:
    if decision["is_automated"]:
        return "AUTOMATED_DECISION_FULLY"
    return "AUTOMATED_DECISION_PARTIALLY" if ground.was_detected_by_machine else "AUTOMATED_DECISION_NOT_AUTOMATED"


def _facts(measured: Mapping[str, Any], decision: Mapping[str, Any], ground: Ground) -> str:
    """What was measured, in figures; what people wrote stays out."""
    begun = {
        "SOURCE_VOLUNTARY": "Screening compared the item with indexed works.",
        "SOURCE_ARTICLE_16": "A notice under article 16 named a work.",
        "SOURCE_TRUSTED_FLAGGER": "A trusted flagger named a work.",
        "SOURCE_TYPE_OTHER_NOTIFICATION": "A notice named a work.",
    }[ground.source]
    works = measured.get("works", [])
    found = [one for one in works if one["work_id"] == decision["work_id"]] or works
    return f"{begun} {_figures(found[0]) if found else 'No match with an indexed work was measured.'}"


def _figures(work: Mapping[str, Any]) -> str:
    share = "" if work["upload_share"] is None else f", {work['upload_share']:.0%} of the item"
    return (
        f"Measured: {work['matched_seconds']:.1f} s of the item{share} match {work['work_seconds']:.1f} s of one work, "
        f"found by {', '.join(work['found_by'])}."
    )
