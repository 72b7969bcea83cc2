"""What was found in a suspect, as an editor lays it out: the suspect below, stretches of works above it.

Times are whole frames, counted from the first frame of each file, at the file's own counted rate.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, get_args

from similarity.describe.facts import VideoFacts
from similarity.intervals import Interval, overlap_seconds
from similarity.measure.found import Proposition
from similarity.report.schema.report import Report

__all__ = ["TIMELINE_FORMATS", "Side", "Taken", "Timeline", "TimelineFormat", "layers", "side_of", "timeline_of"]

TimelineFormat = Literal["otio", "edl"]
TIMELINE_FORMATS: tuple[TimelineFormat, ...] = get_args(TimelineFormat)

_NTSC = 1000, 1001
_STANDARD_RATES = tuple(Fraction(rate) for rate in (24, 25, 30, 48, 50, 60)) + tuple(
    Fraction(rate * _NTSC[0], _NTSC[1]) for rate in (24, 30, 48, 60)
)
_SAME_RATE = 0.0005
"""Relative difference up to which a counted rate is a standard one: 24 and 24000/1001 differ by twice as much."""
_RATE_OF_A_STILL = Fraction(25)
_MOST_DENOMINATOR = 1001


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A suspect or a work, as far as an editor needs it."""

    name: str
    """Identifier."""
    path: str
    """Its file."""
    num_frames: int
    """Counted frames."""
    duration_seconds: float
    """Counted length; 0 for a still."""

    @property
    def rate(self) -> Fraction:
        """Frames per second: the standard rate that the counted one is, or the counted one."""
        if self.duration_seconds <= 0 or self.num_frames < 1:
            return _RATE_OF_A_STILL
        counted = self.num_frames / self.duration_seconds
        nearest = min(_STANDARD_RATES, key=lambda rate: abs(rate - counted))
        return (
            nearest
            if abs(nearest - counted) <= _SAME_RATE * counted
            else Fraction(counted).limit_denominator(_MOST_DENOMINATOR)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A match that was found."""

    work: Side
    """The work."""
    suspect_span: Interval
    """Start and end in the suspect, seconds."""
    work_span: Interval
    """Start and end in the work, seconds."""
    score: float
    """Its strength, points."""
    found_by: tuple[Proposition, ...]
    """Propositions on which it is found."""
    shared_with: tuple[str, ...]
    """Other works as copies of which its stretch was found too."""

    @property
    def speed(self) -> float:
        """Seconds of the work in a second of the suspect; 1 where either has no length."""
        here, there = (end - start for start, end in (self.suspect_span, self.work_span))
        return there / here if here > 0 and there > 0 else 1.0

    def is_retimed(self, num_frames: int) -> bool:
        """Whether over so many frames of the suspect the work runs a frame or more ahead or behind."""
        return abs(self.speed - 1) * num_frames >= 1

    @property
    def words(self) -> str:
        """Work, propositions, score and shared footage in one line."""
        shared = f"; shared footage, also in {', '.join(self.shared_with)}" if self.shared_with else ""
        return f"{self.work.name}: found by {', '.join(self.found_by)}, score {self.score:.1f}{shared}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A suspect with everything that was found in it."""

    suspect: Side
    """The suspect."""
    taken: tuple[Taken, ...]
    """What was found, strongest first."""


def timeline_of(report: Report) -> Timeline:
    """The timeline of a report."""
    works = {one.work.video_id: side_of(one.work) for one in report.works}
    return Timeline(
        suspect=side_of(report.suspect),
        taken=tuple(
            Taken(
                work=works[match.work_id],
                suspect_span=(match.suspect_start_seconds, match.suspect_end_seconds),
                work_span=(match.work_start_seconds, match.work_end_seconds),
                score=match.score,
                found_by=match.found_by,
                shared_with=match.shared_with,
            )
            for match in report.matches
        ),
    )


def side_of(facts: VideoFacts) -> Side:
    """A suspect or a work of a report."""
    return Side(
        name=facts.video_id,
        path=facts.path,
        num_frames=facts.num_frames_from_content,
        duration_seconds=facts.duration_seconds_from_content,
    )


def layers(taken: Iterable[Taken]) -> tuple[tuple[Taken, ...], ...]:
    """The same in as few layers as keep the strongest lowest, none with two that overlap; each in order of time."""
    found: list[list[Taken]] = []
    for one in taken:
        free = (layer for layer in found if not _meets(one, layer))
        layer = next(free, None)
        if layer is None:
            found.append([one])
        else:
            layer.append(one)
    return tuple(tuple(sorted(layer, key=lambda one: one.suspect_span)) for layer in found)


def _meets(one: Taken, layer: Sequence[Taken]) -> bool:
    return any(
        overlap_seconds(one.suspect_span, other.suspect_span) > 0 or one.suspect_span == other.suspect_span
        for other in layer
    )
