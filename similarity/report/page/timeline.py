"""The suspect's timeline: scenes as blocks, matches as bars below, in percent of the length."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from similarity.absence import NotMeasured
from similarity.report.document.blocks.overview import drawn_span, time_line_seconds
from similarity.report.page.palette import WorkMark
from similarity.report.phrases.language import ENGLISH, Language
from similarity.report.phrases.words import decimal, duration, span
from similarity.report.plots.axis_ticks import time_ticks
from similarity.report.plots.plot import Tick
from similarity.report.schema.match import Match
from similarity.report.schema.report import Report, SceneFinding

__all__ = ["Block", "Timeline", "make_timeline"]

MOST_TICKS = 10
LETTER_FROM_PERCENT = 3.0
LEAST_WIDTH_PERCENT = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A scene or a match on the timeline."""

    anchor: str
    """Where a click leads, without the `#`."""
    detail: str
    """What hovering shows."""
    left_percent: float
    """Start."""
    width_percent: float
    """Length."""
    lane: int
    """Row, 0 uppermost."""
    mark: WorkMark | None
    """The work; None where the scene resembles none."""
    picture: str = ""
    """Name of the scene's picture; empty for a match, and where there is none."""

    @property
    def has_letter(self) -> bool:
        """Whether the letter of the work fits in."""
        return self.mark is not None and self.width_percent >= LETTER_FROM_PERCENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Everything that the timeline draws."""

    ticks: tuple[Tick, ...]
    """Time axis."""
    scenes: tuple[Block, ...]
    """Upper row."""
    matches: tuple[Block, ...]
    """Bars below."""
    lanes: tuple[WorkMark, ...]
    """The work of each row of bars, uppermost first."""


def make_timeline(report: Report, marks: dict[str, WorkMark], *, language: Language = ENGLISH) -> Timeline | None:
    """The timeline; None for a still or where there is nothing to draw.

    Args:
        report: the report.
        marks: work -> how it is marked.
        language: of the labels.
    """
    length = time_line_seconds(report)
    if not length:
        return None
    lanes, works_of_lanes = _lanes(report.matches, marks)
    return Timeline(
        ticks=time_ticks(0.0, length, MOST_TICKS),
        scenes=tuple(_scene_block(scene, marks, length, language) for scene in report.scenes),
        matches=tuple(
            _match_block(match, number, lane=lane, mark=marks[match.work_id], report=report, language=language)
            for number, (match, lane) in enumerate(zip(report.matches, lanes, strict=True), start=1)
        ),
        lanes=tuple(marks[work_id] for work_id in works_of_lanes),
    )


def _scene_block(scene: SceneFinding, marks: dict[str, WorkMark], length: float, language: Language) -> Block:
    mark = None if isinstance(scene.work_id, NotMeasured) else marks[scene.work_id]
    where = {"number": scene.scene_number, "span": span(scene.start_seconds, scene.end_seconds, language=language)}
    if mark is None:
        detail = language.say("Scene {number}: {span}, no match", **where)
    else:
        detail = language.say(
            "Scene {number}: {span}, resembles work {letter}, {length} covered",
            **where,
            letter=mark.letter,
            length=duration(scene.covered_seconds),
        )
    if not isinstance(scene.score, NotMeasured):
        detail = language.say("{detail}, score {score}", detail=detail, score=decimal(scene.score, 1))
    return _block(
        f"scene-{scene.scene_number}",
        detail=detail,
        start_end=(scene.start_seconds / length, scene.end_seconds / length),
        mark=mark,
        picture="" if isinstance(scene.picture, NotMeasured) else scene.picture,
    )


def _match_block(
    match: Match,
    number: int,
    *,
    lane: int,
    mark: WorkMark,
    report: Report,
    language: Language,
) -> Block:
    length, (first, last) = time_line_seconds(report), drawn_span(match, report)
    return _block(
        f"match-{number}",
        detail=language.say(
            "Match {match_id}: {span} against work {letter}, {samples}, score {score}",
            match_id=match.match_id,
            span=span(match.suspect_start_seconds, match.suspect_end_seconds, language=language),
            letter=mark.letter,
            samples=language.several(match.num_samples_supporting, "{number} sample", "{number} samples"),
            score=decimal(match.score, 1),
        ),
        start_end=(first / length, last / length),
        mark=mark,
        lane=lane,
    )


def _block(
    anchor: str,
    *,
    detail: str,
    start_end: tuple[float, float],
    mark: WorkMark | None,
    lane: int = 0,
    picture: str = "",
) -> Block:
    start, end = start_end
    width = max(100 * (end - start), LEAST_WIDTH_PERCENT)
    left = min(100 * start, 100 - width)
    return Block(
        anchor=anchor, detail=detail, left_percent=left, width_percent=width, lane=lane, mark=mark, picture=picture
    )


def _lanes(matches: Iterable[Match], marks: dict[str, WorkMark]) -> tuple[list[int], list[str]]:
    """The row of each match and the work of each row: no two overlap in one row, a row holds one work."""
    rows: list[tuple[str, list[Match]]] = []
    chosen: dict[int, int] = {}
    ordered = sorted(enumerate(matches), key=lambda item: (list(marks).index(item[1].work_id), item[0]))
    for position, match in ordered:
        row = _first_free_row(rows, match)
        if row == len(rows):
            rows.append((match.work_id, []))
        rows[row][1].append(match)
        chosen[position] = row
    return [chosen[position] for position in range(len(ordered))], [work_id for work_id, _ in rows]


def _first_free_row(rows: list[tuple[str, list[Match]]], match: Match) -> int:
    for number, (work_id, taken) in enumerate(rows):
        if work_id == match.work_id and not any(_overlap(match, other) for other in taken):
            return number
    return len(rows)


def _overlap(first: Match, second: Match) -> bool:
    return (
        first.suspect_start_seconds < second.suspect_end_seconds
        and second.suspect_start_seconds < first.suspect_end_seconds
    )
