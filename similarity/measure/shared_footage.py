"""Shared footage: a stretch of a suspect that was found as a copy of several works.

An opening, a logo, an advertisement or a licensed shot stands in more than one work; that a suspect holds it says
little of each.  Works of one origin (the same file, a film and its trailer) share their own footage: another thing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from similarity.intervals import Interval, clipped, union_seconds
from similarity.measure.found import Proposition

__all__ = ["FoundStretch", "shared_with"]

SHARED_SHARE = 0.6
"""Share of a match's stretch that another work's copies must hold; from the same share on matches are rivals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundStretch:
    """A stretch of a suspect, and the work that was found in it."""

    work_id: str
    """The work."""
    suspect_span: Interval
    """Start and end in the suspect, seconds."""
    found_by: tuple[Proposition, ...]
    """Propositions on which it counts as found; none: it is a weaker match."""


def shared_with(
    stretches: Sequence[FoundStretch], matches: Sequence[FoundStretch], related: Callable[[str], Collection[str]]
) -> tuple[tuple[str, ...], ...]:
    """For each stretch the other works as copies of which it was found too, by identifier; none for weaker matches.

    Args:
        stretches: stretches of one suspect: its matches, or parts of them.
        matches: all of its matches.
        related: gives the works of one origin with a work.
    """
    spans: dict[str, list[Interval]] = {}
    for one in matches:
        if "copy" in one.found_by:
            spans.setdefault(one.work_id, []).append(one.suspect_span)
    return tuple(
        tuple(sorted(_others(one, spans, set(related(one.work_id))))) if one.found_by else () for one in stretches
    )


def _others(one: FoundStretch, spans: dict[str, list[Interval]], related: set[str]) -> Iterator[str]:
    start, end = one.suspect_span
    for work_id, copied in spans.items():
        if work_id == one.work_id or work_id in related:
            continue
        if one.suspect_span in copied or (
            end > start
            and union_seconds(clipped(span, one.suspect_span) for span in copied) >= SHARED_SHARE * (end - start)
        ):
            yield work_id
