"""What a report finds, apart from when, where and by whom: one text per finding, and how two of them differ."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["TOLERANCE", "ClaimDifference", "differences", "findings_json"]

TOLERANCE = 1e-4
"""Difference of two numbers, absolute or relative, that another machine's arithmetic may make."""
_NOT_DERIVED = frozenset({"created_utc", "tool", "case", "exhibits", "requests", "access"})
"""Fields of a report that say when, where and by whom; they are checked against their own files."""
_OF_LOCATION = frozenset({"path"})
"""Fields of a video that say where its file stood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimDifference:
    """One claim of a report that does not follow from the evidence."""

    claim: str
    """Its path in the report, such as `matches[0].score`."""
    stated: str
    """What the report says."""
    derived: str
    """What the evidence gives."""


def findings_json(report: Mapping[str, Any]) -> str:
    """What a report finds, without when, where and by whom: the same inputs give the same bytes.

    Args:
        report: the report as plain JSON values.
    """
    return json.dumps(_findings(report), indent=1, ensure_ascii=False, sort_keys=True, allow_nan=False) + "\n"


def differences(stated: object, derived: object, *, tolerance: float) -> Iterator[ClaimDifference]:
    """Claims in which two reports differ, fields of circumstance left aside.

    Args:
        stated: the one report, as plain JSON values.
        derived: the other.
        tolerance: by which numbers may differ, absolute or relative.
    """
    left = _findings(stated) if isinstance(stated, Mapping) else stated
    right = _findings(derived) if isinstance(derived, Mapping) else derived
    yield from _differing(left, right, "", tolerance)


def _findings(report: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in report.items() if name not in _NOT_DERIVED}
    if isinstance(kept.get("suspect"), Mapping):
        kept["suspect"] = _without_location(kept["suspect"])
    if isinstance(kept.get("works"), list):
        kept["works"] = [
            {**one, "work": _without_location(one["work"])}
            if isinstance(one, Mapping) and isinstance(one.get("work"), Mapping)
            else one
            for one in kept["works"]
        ]
    return kept


def _without_location(video: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in video.items() if name not in _OF_LOCATION}


def _differing(stated: object, derived: object, claim: str, tolerance: float) -> Iterator[ClaimDifference]:
    if isinstance(stated, Mapping) and isinstance(derived, Mapping):
        for name in dict.fromkeys([*stated, *derived]):
            inner = f"{claim}.{name}" if claim else str(name)
            yield from _differing(stated.get(name, _ABSENT), derived.get(name, _ABSENT), inner, tolerance)
        return
    if isinstance(stated, list) and isinstance(derived, list):
        for number in range(max(len(stated), len(derived))):
            left = stated[number] if number < len(stated) else _ABSENT
            right = derived[number] if number < len(derived) else _ABSENT
            yield from _differing(left, right, f"{claim}[{number}]", tolerance)
        return
    if not _same(stated, derived, tolerance):
        yield ClaimDifference(claim=claim or "report", stated=_shown(stated), derived=_shown(derived))


_ABSENT = "(absent)"


def _same(stated: object, derived: object, tolerance: float) -> bool:
    if type(stated) is bool or type(derived) is bool:
        return stated is derived
    if isinstance(stated, int | float) and isinstance(derived, int | float):
        return stated == derived or math.isclose(stated, derived, rel_tol=tolerance, abs_tol=tolerance)
    return type(stated) is type(derived) and stated == derived


def _shown(value: object) -> str:
    return f"{json.dumps(value, ensure_ascii=False):.200}"
