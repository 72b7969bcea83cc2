"""Everything a report could not measure, each reason once, with the places where it stands.

Likelihood ratios are no measurements: one that is withheld says why where it stands, and is not listed again.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

from similarity.absence import NotMeasured
from similarity.measure.calibration import DataRow
from similarity.report.values import (
    AxisValue,
    CalibrationFacts,
    DescriberFacts,
    Difference,
    Finding,
    FramePair,
    Match,
    Report,
    SceneFinding,
    SceneWork,
    Signal,
    VideoFacts,
    WorkFinding,
)

__all__ = ["Gap", "find_gaps"]

_RATIOS = ("copy_ratio", "adaptation_ratio")
_NAMES = {
    Match: "match {0.match_id}",
    SceneFinding: "scene {0.scene_number}",
    SceneWork: "work {0.finding.work_id}",
    WorkFinding: "work {0.work.video_id}",
    DescriberFacts: "descriptor {0.name}",
    CalibrationFacts: "calibration {0.name}",
    DataRow: "{0.name}",
    AxisValue: "{0.axis} axis",
    FramePair: "frames",
    Signal: "signals",
    Difference: "differences",
}
"""What a reader calls an item of each kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One reason why values are missing."""

    number: int
    """1, 2, 3 ...: the page refers to it by this."""
    reason: str
    """Why, as the report has it."""
    places: tuple[str, ...]
    """What is missing for this reason, in words, in the order of the report."""


def find_gaps(report: Report) -> tuple[Gap, ...]:
    """Reasons in order of first appearance; values missing for the same reason share an entry."""
    places: dict[str, dict[str, None]] = {}
    for place, reason in _absences(report, ""):
        places.setdefault(reason, {})[place] = None
    return tuple(
        Gap(number=number, reason=reason, places=tuple(found))
        for number, (reason, found) in enumerate(places.items(), start=1)
    )


def _absences(value: object, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, NotMeasured):
        yield where, value.reason
    elif isinstance(value, tuple):
        for item in value:
            name = _named(item)
            yield from _absences(item, f"{where}, {name}" if where and name else where or name)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            if isinstance(value, Finding) and field.name in _RATIOS:
                continue
            content = getattr(value, field.name)
            yield from _absences(content, _place(where, content, field.name, of=value))


def _place(where: str, content: object, field_name: str, *, of: object) -> str:
    """Where `content` stands; lists carry no name, their items do, and rows of a table that of the table."""
    if (
        isinstance(content, tuple | Finding)
        or isinstance(of, Signal | Difference)
        or (isinstance(content, VideoFacts) and where)
    ):
        return where
    words = field_name.removeprefix("num_").removesuffix("_seconds").replace("_", " ")
    return f"{where}: {words}" if where else words


def _named(value: object) -> str:
    """What a reader calls an item of a list; empty where it has no name of its own."""
    return _NAMES.get(type(value), "").format(value)
