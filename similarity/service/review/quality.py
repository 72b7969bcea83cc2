"""How well people agree with each other and with tasks whose answer is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from similarity.absence import NotMeasured, not_measured
from similarity.service.data.tables import decisions, opinions, people, tasks

__all__ = ["Agreement", "cohen_kappa", "krippendorff_alpha", "quality"]

LEAST_PAIRS = 10
"""Doubly answered tasks below which no figure of agreement is stated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What was measured of the people of a tenant."""

    num_double: int
    """Tasks that two or more people answered."""
    kappa: float | NotMeasured
    """Cohen's kappa of first and second opinion."""
    alpha: float | NotMeasured
    """Krippendorff's alpha (nominal) over all opinions."""
    golden: Mapping[str, tuple[int, int]]
    """Person -> golden tasks answered as known, and answered."""
    num_automated: int
    """Decisions of a policy."""
    num_overturned: int
    """Of these, followed by a person's decision of another action."""


def quality(connection: Connection, tenant_id: str) -> Agreement:
    """The figures of a tenant."""
    rows = _answers(connection, tenant_id)
    by_task: dict[str, list[str]] = {}
    for row in rows:
        by_task.setdefault(row["task_id"], []).append(row["opinion"])
    double = [given for given in by_task.values() if len(given) > 1]
    automated, overturned = _overturns(connection, tenant_id)
    return Agreement(
        num_double=len(double),
        kappa=_stated(double, lambda units: cohen_kappa([(unit[0], unit[1]) for unit in units])),
        alpha=_stated(double, krippendorff_alpha),
        golden=_golden(rows),
        num_automated=automated,
        num_overturned=overturned,
    )


def cohen_kappa(pairs: Sequence[tuple[str, str]]) -> float:
    """Agreement of two raters beyond chance (Cohen 1960); 1 where both only ever say the same one thing."""
    count = len(pairs)
    left, right = Counter(one for one, _ in pairs), Counter(one for _, one in pairs)
    observed = sum(one == other for one, other in pairs) / count
    expected = sum(left[name] * right[name] for name in left) / count**2
    return 1.0 if expected == 1 else (observed - expected) / (1 - expected)


def krippendorff_alpha(units: Sequence[Sequence[str]]) -> float:
    """Agreement of raters beyond chance, nominal scale (Krippendorff 2011); units of two or more answers."""
    totals: Counter[str] = Counter(answer for unit in units for answer in unit)
    number = sum(totals.values())
    disagreements = sum(_disagreeing(unit) / (len(unit) - 1) for unit in units)
    expected = sum(totals[one] * (number - totals[one]) for one in totals)
    return 1.0 if expected == 0 else 1 - (number - 1) * disagreements / expected


def _disagreeing(unit: Sequence[str]) -> int:
    """Ordered pairs of different answers."""
    return sum(one != other for place, one in enumerate(unit) for at, other in enumerate(unit) if at != place)


def _stated(units: Sequence[Sequence[str]], figure: Any) -> float | NotMeasured:
    if len(units) < LEAST_PAIRS:
        return not_measured(
            "{number} tasks were answered twice, fewer than {least}", number=len(units), least=LEAST_PAIRS
        )
    return float(figure(units))


def _answers(connection: Connection, tenant_id: str) -> Sequence[Mapping[str, Any]]:
    wanted = (
        select(opinions.c.task_id, opinions.c.opinion, people.c.name, tasks.c.golden_opinion)
        .join(tasks, tasks.c.id == opinions.c.task_id)
        .join(people, people.c.id == opinions.c.person_id)
        .where(opinions.c.tenant_id == tenant_id, opinions.c.undone_utc.is_(None))
        .order_by(opinions.c.given_seconds)
    )
    return [dict(row) for row in connection.execute(wanted).mappings()]


def _golden(rows: Sequence[Mapping[str, Any]]) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for row in rows:
        if row["golden_opinion"] is not None:
            right, given = found.get(row["name"], (0, 0))
            found[row["name"]] = right + (row["opinion"] == row["golden_opinion"]), given + 1
    return found


def _overturns(connection: Connection, tenant_id: str) -> tuple[int, int]:
    of_tenant = decisions.c.tenant_id == tenant_id
    automated = connection.scalar(select(func.count()).where(of_tenant, decisions.c.is_automated))
    later = decisions.alias("later")
    is_other = (
        (later.c.upload_id == decisions.c.upload_id)
        & (~later.c.is_automated)
        & (later.c.action != decisions.c.action)
        & (decisions.c.action != "hold")
    )
    overturned = connection.scalar(
        select(func.count(func.distinct(decisions.c.id)))
        .select_from(decisions.join(later, is_other))
        .where(of_tenant, decisions.c.is_automated)
    )
    return int(automated or 0), int(overturned or 0)
