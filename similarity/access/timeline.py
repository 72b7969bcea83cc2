"""Which came first, as far as dates say for certain.

The suspect stood by every date on which somebody generated, published or saw it; its making began no earlier than
the date of `generated` says, and where no such date is known, it may have begun at any time before.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from similarity.absence import NotMeasured
from similarity.access.dates import DateRange, certainly_before
from similarity.access.facts import Dissemination, SuspectEvent, WorkEvent
from similarity.access.values import DatedFact, DateOrder, DateOutcome, TimelineEvent

__all__ = ["date_order", "making_of", "public_facts", "standing_of"]

_AnyFact: TypeAlias = DatedFact[object]
_SuspectEvents: TypeAlias = Sequence[TimelineEvent[SuspectEvent]]


def making_of(events: _SuspectEvents) -> TimelineEvent[SuspectEvent] | None:
    """The suspect's generation, the earliest of several; none where no such date is known."""
    generated = [event for event in events if event.statement.kind == "generated"]
    return min(generated, key=lambda event: event.date.earliest_utc, default=None)


def standing_of(events: _SuspectEvents, *, needs_document: bool = False) -> TimelineEvent[SuspectEvent] | None:
    """The event that shows earliest that the suspect stood; none where no date is known."""
    standing = [event for event in events if event.statement.kind in {"generated", "published", "first_seen"}]
    standing = [event for event in standing if event.is_documented or not needs_document]
    return min(standing, key=lambda event: event.date.latest_utc, default=None)


def public_facts(
    events: Sequence[TimelineEvent[WorkEvent]], places: Sequence[DatedFact[Dissemination]]
) -> tuple[_AnyFact, ...]:
    """Dated facts by which the public could meet the work, earliest first."""
    published: list[_AnyFact] = [event for event in events if event.statement.kind == "published"]
    dated = [(fact.date.earliest_utc, fact) for fact in (*published, *places) if not isinstance(fact.date, NotMeasured)]
    return tuple(fact for _, fact in sorted(dated, key=lambda pair: pair[0]))


def date_order(
    suspect: _SuspectEvents, work: Sequence[TimelineEvent[WorkEvent]], met_by: Sequence[_AnyFact]
) -> DateOrder:
    """Which came first.

    `suspect_first` where the suspect stood before the earliest moment at which the work may have been made, and before
    every date on which somebody could meet it.

    Args:
        suspect: events of the suspect.
        work: events of the work.
        met_by: facts by which the suspect's maker could meet the work.
    """
    created = [event for event in work if event.statement.kind == "created"]
    first_made = min(created, key=lambda event: event.date.earliest_utc, default=None)
    standing, making = standing_of(suspect), making_of(suspect)
    dated = [fact for fact in met_by if isinstance(fact.date, DateRange)]
    first_met = _first_to_end(dated)
    if standing is None or (first_made is None and first_met is None):
        return _order("unknown", first_met or first_made, standing)
    if making is not None and certainly_before(standing.date, making.date):
        return _order("overlapping", first_met or first_made, making)  # seen before it was generated: dates are at odds
    everything = [*([first_made] if first_made else []), *dated]
    if first_made is not None and all(certainly_before(standing.date, fact.date) for fact in everything):
        return _order("suspect_first", first_made, _best_documented(suspect, everything) or standing)
    if first_met is not None and making is not None and certainly_before(first_met.date, making.date):
        return _order("work_first", first_met, making)
    return _order("overlapping", first_met or first_made, making or standing)


def _first_to_end(facts: Sequence[_AnyFact]) -> _AnyFact | None:
    """The first of the facts whose dates end earliest."""
    by_end = {fact.date.latest_utc: fact for fact in reversed(facts) if isinstance(fact.date, DateRange)}
    return by_end[min(by_end)] if by_end else None


def _best_documented(suspect: _SuspectEvents, work: Sequence[_AnyFact]) -> _AnyFact | None:
    """A documented date that shows the same order, where one does."""
    fact = standing_of(suspect, needs_document=True)
    return fact if fact is not None and all(certainly_before(fact.date, one.date) for one in work) else None


def _order(outcome: DateOutcome, work: _AnyFact | None, suspect: _AnyFact | None) -> DateOrder:
    return DateOrder(
        outcome=outcome,
        work_fact=work.fact_id if work else None,
        suspect_fact=suspect.fact_id if suspect else None,
        is_documented=work is not None and suspect is not None and work.is_documented and suspect.is_documented,
    )
