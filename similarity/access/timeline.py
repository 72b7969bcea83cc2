"""Which came first, as far as dates say for certain.

The suspect stood by every date on which somebody generated, published or saw it; its making began no earlier than
the date of `generated` says, and where no such date is known, it may have begun at any time before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from similarity.absence import NotMeasured
from similarity.access.date_values import DateOrder, DateOutcome, DateRange
from similarity.access.dates import certainly_before
from similarity.access.values import ChainLink, Delivery, Dissemination, TimelineEvent

__all__ = ["DatedFact", "date_order", "dated_fact", "making_of", "public_facts", "standing_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedFact:
    """A fact with a date."""

    fact_id: str
    """Identifier."""
    date: DateRange
    """Its date."""
    exhibits: tuple[str, ...]
    """Documents that the user names for it."""
    is_documented: bool
    """Whether one of them is at hand."""


def making_of(events: Sequence[TimelineEvent]) -> DatedFact | None:
    """The suspect's generation, the earliest of several; none where no such date is known."""
    generated = [_dated(event) for event in events if event.kind == "generated"]
    return min(generated, key=lambda fact: fact.date.earliest_utc, default=None)


def standing_of(events: Sequence[TimelineEvent], *, needs_document: bool = False) -> DatedFact | None:
    """The fact that shows earliest that the suspect stood; none where no date is known."""
    facts = [_dated(event) for event in events if event.kind in {"generated", "published", "first_seen"}]
    facts = [fact for fact in facts if fact.is_documented or not needs_document]
    return min(facts, key=lambda fact: fact.date.latest_utc, default=None)


def public_facts(events: Sequence[TimelineEvent], places: Sequence[Dissemination]) -> tuple[DatedFact, ...]:
    """Dated facts by which the public could meet the work, earliest first."""
    facts = [_dated(event) for event in events if event.kind == "published"]
    facts += [dated for place in places if (dated := dated_fact(place)) is not None]
    return tuple(sorted(facts, key=lambda fact: fact.date.earliest_utc))


def date_order(
    suspect: Sequence[TimelineEvent], work: Sequence[TimelineEvent], met_by: Sequence[DatedFact]
) -> DateOrder:
    """Which came first; `met_by` are the dated facts by which the suspect's maker could meet the work.

    `suspect_first` where the suspect stood before the earliest moment at which the work may have been made, and before
    every date on which somebody could meet it.
    """
    created = [_dated(event) for event in work if event.kind == "created"]
    first_made = min(created, key=lambda fact: fact.date.earliest_utc, default=None)
    standing, making = standing_of(suspect), making_of(suspect)
    first_met = min(met_by, key=lambda fact: fact.date.latest_utc, default=None)
    if standing is None or (first_made is None and first_met is None):
        return _order("unknown", first_met or first_made, standing)
    if making is not None and certainly_before(standing.date, making.date):
        return _order("overlapping", first_met or first_made, making)  # seen before it was generated: dates are at odds
    everything = ([first_made] if first_made else []) + list(met_by)
    if first_made is not None and all(certainly_before(standing.date, fact.date) for fact in everything):
        return _order("suspect_first", first_made, _best_documented(suspect, everything) or standing)
    if first_met is not None and making is not None and certainly_before(first_met.date, making.date):
        return _order("work_first", first_met, making)
    return _order("overlapping", first_met or first_made, making or standing)


def _best_documented(suspect: Sequence[TimelineEvent], work: Sequence[DatedFact]) -> DatedFact | None:
    """A documented date that shows the same order, where one does."""
    fact = standing_of(suspect, needs_document=True)
    return fact if fact is not None and all(certainly_before(fact.date, one.date) for one in work) else None


def _order(outcome: DateOutcome, work: DatedFact | None, suspect: DatedFact | None) -> DateOrder:
    return DateOrder(
        outcome=outcome,
        work_fact=work.fact_id if work else None,
        suspect_fact=suspect.fact_id if suspect else None,
        is_documented=work is not None and suspect is not None and work.is_documented and suspect.is_documented,
    )


def _dated(event: TimelineEvent) -> DatedFact:
    return DatedFact(fact_id=event.fact_id, date=event.date, exhibits=event.exhibits, is_documented=event.is_documented)


def dated_fact(fact: TimelineEvent | Dissemination | Delivery | ChainLink) -> DatedFact | None:
    """The fact with its date; none where no date is known."""
    date = fact.since if isinstance(fact, Dissemination) else fact.date
    if isinstance(date, NotMeasured):
        return None
    return DatedFact(fact_id=fact.fact_id, date=date, exhibits=fact.exhibits, is_documented=fact.is_documented)
