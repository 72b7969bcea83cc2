"""Everything a report could not measure, each reason once, with the places where it stands.

Likelihood ratios are no measurements: one that is withheld says why where it stands, and is not listed again.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

from similarity.absence import NotMeasured
from similarity.compare.values import BackgroundSensitivity, Control
from similarity.describe.facts import VideoFacts
from similarity.measure.calibration import CalibrationFacts
from similarity.measure.data_card import DataRow
from similarity.measure.finding import Finding
from similarity.measure.values import AxisValue
from similarity.phrases import Phrase
from similarity.report.phrases.language import ENGLISH, Language, msgid
from similarity.report.schema.match import Difference, FramePair, Match, Signal
from similarity.report.schema.report import Report, SceneFinding, SceneWork, WorkFinding

__all__ = ["Gap", "field_words", "find_gaps"]

_RATIOS: dict[type, tuple[str, ...]] = {
    Finding: ("copy_ratio", "adaptation_ratio"),
    BackgroundSensitivity: ("copy", "adaptation"),
}
_NAMES: dict[type, str] = {
    Match: msgid("match {match_id}"),
    SceneFinding: msgid("scene {scene_number}"),
    SceneWork: msgid("work {work_id}"),
    WorkFinding: msgid("work {video_id}"),
    CalibrationFacts: msgid("calibration {name}"),
    DataRow: msgid("pairs “{name}”"),
    AxisValue: msgid("{axis} axis"),
    Control: msgid("control {name}"),
    FramePair: msgid("frames"),
    Signal: msgid("signals"),
    Difference: msgid("differences"),
}
"""What a reader calls an item of each kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One reason why values are missing."""

    number: int
    """1, 2, 3 ...: the page refers to it by this."""
    reason: Phrase
    """Why, as the report has it."""
    is_left_empty: bool
    """Whether a person left it empty: its reason says no more than that it is not stated."""
    places: tuple[str, ...]
    """What is missing for this reason, in words, in the order of the report."""


def find_gaps(report: Report, *, language: Language = ENGLISH) -> tuple[Gap, ...]:
    """Reasons in order of first appearance; values missing for the same reason share an entry."""
    places: dict[NotMeasured, dict[str, None]] = {}
    for place, absence in _absences(report, "", language):
        places.setdefault(absence, {})[place] = None
    return tuple(
        Gap(number=number, reason=absence.reason, is_left_empty=absence.is_left_empty, places=tuple(found))
        for number, (absence, found) in enumerate(places.items(), start=1)
    )


def field_words(field_name: str) -> str:
    """What a reader calls a value of the report, in English."""
    return field_name.removeprefix("num_").removesuffix("_seconds").replace("_", " ")


def _absences(value: object, where: str, language: Language) -> Iterator[tuple[str, NotMeasured]]:
    if isinstance(value, NotMeasured):
        yield where, value
    elif isinstance(value, tuple):
        for item in value:
            name = _named(item, language)
            both = language.say("{place}, {name}", place=where, name=name) if where and name else where or name
            yield from _absences(item, both, language)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            if field.name in _RATIOS.get(type(value), ()):
                continue
            content = getattr(value, field.name)
            yield from _absences(content, _place(where, content, field.name, of=value, language=language), language)


def _place(where: str, content: object, field_name: str, *, of: object, language: Language) -> str:
    """Where `content` stands; lists carry no name, their items do, and rows of a table that of the table."""
    if (
        isinstance(content, tuple | Finding)
        or isinstance(of, Signal | Difference)
        or (isinstance(content, VideoFacts) and where)
    ):
        return where
    words = language.fill(field_words(field_name))
    return language.say("{place}: {name}", place=where, name=words) if where else words


def _named(value: object, language: Language) -> str:
    """What a reader calls an item of a list; empty where it has no name of its own."""
    match value:
        case SceneWork():
            return language.say(_NAMES[SceneWork], work_id=value.finding.work_id)
        case WorkFinding():
            return language.say(_NAMES[WorkFinding], video_id=value.work.video_id)
        case _ if type(value) in _NAMES and dataclasses.is_dataclass(value):
            names = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
            return language.say(_NAMES[type(value)], **names)
        case _:
            return ""
