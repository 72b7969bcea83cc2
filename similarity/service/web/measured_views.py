"""What was measured, as a page shows it: works, their stretches, one timeline for both videos, what the player needs.

Everything is made from what `shown` gives, so that what is hidden in a blind second look is not there at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

__all__ = ["StretchView", "TimelineView", "WorkView", "player_plan", "work_views"]

WIDTH = 1000.0
"""Of a timeline, in its own units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StretchView:
    """One match, with its number among all of the page."""

    number: int
    measured: Mapping[str, Any]
    """As it was measured, less what is hidden."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineView:
    """Both videos, one below the other, and what joins them."""

    upload_seconds: float
    work_seconds: float
    shapes: tuple[tuple[int, str, str, str], ...]
    """Number of a stretch, and corners of it in the upload, in the work, and of what joins them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkView:
    """One work with everything that was matched."""

    place: int
    """Among the works of the page."""
    measured: Mapping[str, Any]
    """As it was measured, less what is hidden."""
    stretches: tuple[StretchView, ...]
    timeline: TimelineView | None
    """None where either is a still picture."""


def work_views(measured: Mapping[str, Any], work_id: str | None) -> tuple[WorkView, ...]:
    """Works as they were measured, that of the task first."""
    works: list[Mapping[str, Any]] = sorted(measured.get("works", ()), key=lambda one: one["work_id"] != work_id)
    views, number = [], 0
    for place, work in enumerate(works):
        stretches = tuple(
            StretchView(number=at, measured=one) for at, one in enumerate(work["stretches"], start=number)
        )
        number += len(stretches)
        timeline = _timeline(float(measured.get("duration_seconds", 0.0)), work, stretches)
        views.append(WorkView(place=place, measured=work, stretches=stretches, timeline=timeline))
    return tuple(views)


def _timeline(upload_seconds: float, work: Mapping[str, Any], stretches: Sequence[StretchView]) -> TimelineView | None:
    there = _length(work)
    if upload_seconds <= 0 or there <= 0:
        return None
    return TimelineView(
        upload_seconds=upload_seconds,
        work_seconds=there,
        shapes=tuple((one.number, *_shape(one.measured, upload_seconds, there)) for one in stretches),
    )


def _length(work: Mapping[str, Any]) -> float:
    """Seconds of the work: what was matched by its share; where nothing was, up to where the last match ends."""
    share = work.get("work_share")
    ends = max((one["work_end_seconds"] for one in work["stretches"]), default=0.0)
    whole = work["work_seconds"] / share if share else 0.0
    return max(float(whole), float(ends))


def _shape(stretch: Mapping[str, Any], upload_seconds: float, work_seconds: float) -> tuple[str, str, str]:
    start, end = (WIDTH * stretch[name] / upload_seconds for name in ("start_seconds", "end_seconds"))
    begin, stop = (WIDTH * stretch[name] / work_seconds for name in ("work_start_seconds", "work_end_seconds"))
    end, stop = max(end, start + 2), max(stop, begin + 2)
    return (
        _corners((start, 0), (end, 0), (end, 20), (start, 20)),
        _corners((begin, 60), (stop, 60), (stop, 80), (begin, 80)),
        _corners((start, 20), (end, 20), (stop, 60), (begin, 60)),
    )


def _corners(*points: tuple[float, float]) -> str:
    return " ".join(f"{min(x, WIDTH):.1f},{y:.0f}" for x, y in points)


def player_plan(upload: Mapping[str, Any], measured: Mapping[str, Any], works: Sequence[WorkView]) -> dict[str, Any]:
    """What the player needs: where the videos are, and by which line a match locks them.

    Args:
        upload: of the task.
        measured: of it.
        works: in the order of the page.
    """
    at = f"/uploads/{upload['id']}"
    return {
        "upload": {"source": f"{at}/video", "still": bool(measured.get("is_still"))},
        "works": [
            {
                "title": work.measured["title"],
                "source": f"{at}/work?work={quote(work.measured['work_id'], safe='')}",
                "still": work.measured["work_share"] is None,
            }
            for work in works
        ],
        "matches": [_line(work.place, one.measured) for work in works for one in work.stretches],
    }


def _line(work: int, stretch: Mapping[str, Any]) -> dict[str, Any]:
    """Work time = work_start + speed x (upload time - start); a speed that was not determined stands still."""
    return {
        "work": work,
        "start": stretch["start_seconds"],
        "end": stretch["end_seconds"],
        "workStart": stretch["work_start_seconds"],
        "speed": stretch["speed"] or 0.0,
        "mirrored": stretch["is_mirrored"],
    }
