"""A policy tried on past uploads before it goes live: nothing is changed by it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, select

from similarity.errors import ConfigurationError
from similarity.service.data.tables import screenings, uploads
from similarity.service.errors import Fault, unprocessable
from similarity.service.screening.measured import Measured
from similarity.service.screening.policy import evaluate, lint, read_policy
from similarity.service.screening.stored_policies import said_of, terms_of

__all__ = ["Rehearsal", "rehearse"]

_MOST_LISTED = 200


class Rehearsal(BaseModel):
    """What a policy would have done."""

    model_config = ConfigDict(frozen=True)

    num_uploads: int
    """Past uploads that it was tried on, newest first."""
    actions: dict[str, int]
    """Action -> uploads."""
    rules: dict[str, int]
    """Rule -> uploads."""
    changed: tuple[dict[str, Any], ...]
    """Uploads for which something else would follow than what was done; at most 200."""
    num_changed: int
    """All of them."""
    faults: tuple[dict[str, str], ...]
    """What keeps it from going live."""


def rehearse(connection: Connection, tenant_id: str, text: str, *, limit: int) -> Rehearsal:
    """Try a policy on what was measured of past uploads.

    Args:
        connection: a transaction that reads.
        tenant_id: whose uploads.
        text: its YAML.
        limit: uploads at most, newest first.

    Raises:
        Problem: 422, it can't be read.
    """
    try:
        policy = read_policy(text)
    except ConfigurationError as error:
        raise unprocessable(Fault(pointer="/yaml", reason=str(error))) from error
    terms = terms_of(connection, tenant_id)
    wanted = (
        select(uploads, screenings.c.measured_json)
        .join(screenings, screenings.c.id == uploads.c.screening_id)
        .where(uploads.c.tenant_id == tenant_id, uploads.c.state != "erased")
        .order_by(uploads.c.created_seconds.desc())
        .limit(limit)
    )
    actions: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    changed: list[dict[str, Any]] = []
    for row in connection.execute(wanted).mappings():
        met = evaluate(policy, Measured.model_validate(row["measured_json"]), said_of(dict(row), terms))
        actions[met.action] += 1
        rules[met.rule] += 1
        if met.action != row["action"]:
            now = {"id": row["id"], "external_id": row["external_id"], "was": row["action"], "would_be": met.action}
            changed.append({**now, "rule": met.rule, "work_id": met.work_id})
    return Rehearsal(
        num_uploads=actions.total(),
        actions=dict(actions),
        rules=dict(rules),
        changed=tuple(changed[:_MOST_LISTED]),
        num_changed=len(changed),
        faults=tuple({"pointer": one.pointer, "reason": one.reason, "next": one.next} for one in lint(policy)),
    )
