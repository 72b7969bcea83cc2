"""How works are told apart: a letter, a colour (Paul Tol's colour-blind safe `muted` set) and a pattern."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from similarity.absence import NotMeasured
from similarity.report.schema.report import Report

__all__ = ["Pattern", "WorkMark", "work_marks"]

Pattern = Literal["solid", "diagonal", "dots", "bars", "cross"]

COLOURS = ("#332288", "#cc6677", "#117733", "#ddcc77", "#88ccee", "#882255", "#44aa99", "#999933", "#aa4499")
DARK_COLOURS = frozenset({"#332288", "#117733", "#882255", "#aa4499"})
"""Those on which white letters read better than black ones (WCAG AA)."""
PATTERNS: tuple[Pattern, ...] = ("solid", "diagonal", "dots", "bars", "cross")
INK_ON_DARK, INK_ON_LIGHT = "#ffffff", "#15181e"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkMark:
    """The sign of one work on the page."""

    letter: str
    """`A`, `B` ... `Z`, `AA` ..."""
    colour: str
    """Fill."""
    ink: str
    """Colour of the letter on it, and of the pattern's strokes."""
    pattern: Pattern
    """What is drawn over the fill."""


def work_marks(report: Report) -> dict[str, WorkMark]:
    """A mark per work that the page shows, strongest work first."""
    works = [finding.work.video_id for finding in report.works]
    matched = [match.work_id for match in report.matches]
    scenes = [scene.work_id for scene in report.scenes if not isinstance(scene.work_id, NotMeasured)]
    return _marks(dict.fromkeys(works + matched + scenes))


def _marks(work_ids: Iterable[str]) -> dict[str, WorkMark]:
    return {work_id: _mark(number) for number, work_id in enumerate(work_ids)}


def _mark(number: int) -> WorkMark:
    colour = COLOURS[number % len(COLOURS)]
    return WorkMark(
        letter=_letters(number),
        colour=colour,
        ink=INK_ON_DARK if colour in DARK_COLOURS else INK_ON_LIGHT,
        pattern=PATTERNS[number % len(PATTERNS)],
    )


def _letters(number: int) -> str:
    text = ""
    rest = number + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        text = chr(ord("A") + digit) + text
    return text
