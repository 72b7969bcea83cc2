"""Facts as they stand in the file, turned into values: dates read, documents looked up, every fact with its name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from similarity.absence import NotMeasured, not_measured
from similarity.access.date_values import DateRange
from similarity.access.dates import FIRST_FILM_YEAR, parse_date
from similarity.access.exhibits import Exhibits
from similarity.access.facts import SuspectEventFacts, SuspectFacts, WorkEventFacts, WorkFacts
from similarity.access.values import ChainLink, Delivery, Dissemination, Role, TimelineEvent
from similarity.errors import AccessError

__all__ = ["StatedFacts"]

_T = TypeVar("_T")


class StatedFacts:
    """Makes values of facts; `now` is the clock."""

    def __init__(self, exhibits: Exhibits, now: datetime) -> None:
        self._exhibits = exhibits
        self._now = now

    def date(self, text: str | None, fact_id: str) -> DateRange | NotMeasured:
        """The date; not measured where none is given.

        Raises:
            AccessError: it can't be read; the message names the fact.
        """
        if text is None:
            return not_measured("no date is given")
        return self._date(text, fact_id)

    def _date(self, text: str, fact_id: str) -> DateRange:
        try:
            return parse_date(text, now=self._now)
        except AccessError as error:
            raise AccessError(f"{fact_id}: {error}") from error

    def suspect_events(self, facts: SuspectFacts) -> tuple[TimelineEvent, ...]:
        """The suspect's dated events, earliest first.

        Raises:
            AccessError: a date that can't be read, or that is older than film.
        """
        events = self._events("suspect", facts.events)
        for event in events:
            if _is_before_films(event.date):
                raise AccessError(
                    f"{event.fact_id}: date {event.date.as_written!r} lies before {FIRST_FILM_YEAR}, when the oldest "
                    "film was shot; correct the year"
                )
        return events

    def work_events(self, facts: WorkFacts) -> tuple[TimelineEvent, ...]:
        """A work's dated events, earliest first; what is at odds is taken down as a problem."""
        events = self._events(f"works/{facts.id}", facts.events)
        created = [event for event in events if event.kind == "created"]
        for event in events:
            if _is_before_films(event.date):
                self._exhibits.note("date_before_films", event.fact_id, event.date.as_written)
            if event.kind == "published" and any(event.date.latest_utc <= one.date.earliest_utc for one in created):
                self._exhibits.note("published_before_created", event.fact_id, event.date.as_written)
        return events

    def _events(self, place: str, facts: Sequence[SuspectEventFacts | WorkEventFacts]) -> tuple[TimelineEvent, ...]:
        events: list[TimelineEvent] = []
        for number, one in enumerate(facts, start=1):
            fact_id = f"{place}/events/{number}"
            events.append(
                TimelineEvent(
                    fact_id=fact_id,
                    kind=one.kind,
                    date=self._date(one.date, fact_id),
                    what=one.what,
                    source=one.source,
                    exhibits=one.exhibits,
                    is_documented=self._exhibits.documented(fact_id, one.exhibits),
                )
            )
        return tuple(sorted(events, key=lambda event: (event.date.earliest_utc, event.date.latest_utc)))

    def roles(self, facts: SuspectFacts) -> tuple[Role, ...]:
        """Developer, provider, user."""
        return tuple(
            Role(
                fact_id=fact_id,
                role=one.role,
                name=one.name,
                what=one.what,
                exhibits=one.exhibits,
                is_documented=self._exhibits.documented(fact_id, one.exhibits),
            )
            for fact_id, one in _named("suspect/roles", facts.roles)
        )

    def dissemination(self, facts: WorkFacts) -> tuple[Dissemination, ...]:
        """Where the public could meet the work."""
        return tuple(
            Dissemination(
                fact_id=fact_id,
                where=one.where,
                url=one.url,
                since=self.date(one.since, fact_id),
                num_views=not_measured("no figure is given") if one.views is None else one.views,
                territories=one.territories,
                exhibits=one.exhibits,
                is_documented=self._exhibits.documented(fact_id, one.exhibits),
            )
            for fact_id, one in _named(f"works/{facts.id}/dissemination", facts.dissemination)
        )

    def deliveries(self, facts: WorkFacts) -> tuple[Delivery, ...]:
        """The work handed to the suspect's maker."""
        return tuple(
            Delivery(
                fact_id=fact_id,
                recipient=one.to,
                date=self.date(one.date, fact_id),
                what=one.what,
                exhibits=one.exhibits,
                is_documented=self._exhibits.documented(fact_id, one.exhibits),
            )
            for fact_id, one in _named(f"works/{facts.id}/deliveries", facts.deliveries)
        )

    def chain(self, facts: WorkFacts) -> tuple[ChainLink, ...]:
        """The chain to the suspect's maker, in the order of the facts."""
        return tuple(
            ChainLink(
                fact_id=fact_id,
                sender=one.sender,
                recipient=one.recipient,
                reaches_maker=one.reaches_maker,
                date=self.date(one.date, fact_id),
                what=one.what,
                exhibits=one.exhibits,
                is_documented=self._exhibits.documented(fact_id, one.exhibits),
            )
            for fact_id, one in _named(f"works/{facts.id}/chain", facts.chain)
        )


def _named(place: str, facts: Sequence[_T]) -> Iterable[tuple[str, _T]]:
    return ((f"{place}/{number}", one) for number, one in enumerate(facts, start=1))


def _is_before_films(date: DateRange) -> bool:
    return date.latest_utc <= f"{FIRST_FILM_YEAR}-01-01T00:00:00Z"
