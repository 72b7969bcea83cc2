"""Statements turned into facts: dates read, documents looked up, every fact with its name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from similarity.absence import NotMeasured, not_measured
from similarity.access.dates import FIRST_FILM_YEAR, DateRange, parse_date
from similarity.access.exhibits import Exhibits
from similarity.access.facts import Alias, ChainLink, Delivery, Dissemination, Role, SuspectEvent, WorkEvent
from similarity.access.values import DatedFact, Fact, TimelineEvent
from similarity.errors import AccessError

__all__ = ["FactReader", "numbered"]

_T = TypeVar("_T")
_EventT = TypeVar("_EventT", SuspectEvent, WorkEvent)
_DatedT = TypeVar("_DatedT", bound=Dissemination | Delivery | ChainLink)


class FactReader:
    """Makes facts of statements; `now` is the clock."""

    def __init__(self, exhibits: Exhibits, now: datetime) -> None:
        self._exhibits = exhibits
        self._now = now

    def date(self, text: str | None, fact_id: str) -> DateRange | NotMeasured:
        """The date; not measured where none is given.

        Raises:
            AccessError: it can't be read; the message names the fact.
        """
        return not_measured("no date is given") if text is None else self._date(text, fact_id)

    def suspect_events(self, events: Sequence[SuspectEvent]) -> tuple[TimelineEvent[SuspectEvent], ...]:
        """The suspect's dated events, earliest first.

        Raises:
            AccessError: a date that can't be read, or that is older than film.
        """
        found = self._events("suspect/events", events)
        for event in found:
            if _is_before_films(event.date):
                raise AccessError(
                    f"{event.fact_id}: date {event.date.as_written!r} lies before {FIRST_FILM_YEAR}, when the oldest "
                    "film was shot; correct the year"
                )
        return found

    def work_events(self, prefix: str, events: Sequence[WorkEvent]) -> tuple[TimelineEvent[WorkEvent], ...]:
        """A work's dated events, earliest first; what is at odds is taken down as a problem."""
        found = self._events(prefix, events)
        created = [event.date for event in found if event.statement.kind == "created"]
        for event in found:
            if _is_before_films(event.date):
                self._exhibits.note("date_before_films", event.fact_id, event.date.as_written)
            is_published = event.statement.kind == "published"
            if is_published and any(event.date.latest_utc <= one.earliest_utc for one in created):
                self._exhibits.note("published_before_created", event.fact_id, event.date.as_written)
        return found

    def roles(self, roles: Sequence[Role]) -> tuple[Fact[Role], ...]:
        """Developer, provider, user."""
        return tuple(
            Fact(fact_id=fact_id, statement=one, is_documented=self._exhibits.documented(fact_id, one.exhibits))
            for fact_id, one in numbered("suspect/roles", roles)
        )

    def aliases(self, prefix: str, aliases: Sequence[Alias]) -> tuple[Fact[Alias], ...]:
        """The owner's table of other forms of names."""
        return tuple(
            Fact(fact_id=fact_id, statement=one, is_documented=self._exhibits.documented(fact_id, one.exhibits))
            for fact_id, one in numbered(prefix, aliases)
        )

    def dated(self, prefix: str, statements: Sequence[_DatedT]) -> tuple[DatedFact[_DatedT], ...]:
        """Dissemination, deliveries or a chain, in the order of the file."""
        return tuple(
            DatedFact(
                fact_id=fact_id,
                statement=one,
                is_documented=self._exhibits.documented(fact_id, one.exhibits),
                date=self.date(one.since if isinstance(one, Dissemination) else one.date, fact_id),
            )
            for fact_id, one in numbered(prefix, statements)
        )

    def _events(self, prefix: str, events: Sequence[_EventT]) -> tuple[TimelineEvent[_EventT], ...]:
        found = [
            TimelineEvent(
                fact_id=fact_id,
                statement=one,
                is_documented=self._exhibits.documented(fact_id, one.exhibits),
                date=self._date(one.date, fact_id),
            )
            for fact_id, one in numbered(prefix, events)
        ]
        return tuple(sorted(found, key=lambda event: (event.date.earliest_utc, event.date.latest_utc)))

    def _date(self, text: str, fact_id: str) -> DateRange:
        try:
            return parse_date(text, now=self._now)
        except AccessError as error:
            raise AccessError(f"{fact_id}: {error}") from error


def numbered(prefix: str, statements: Sequence[_T]) -> Iterable[tuple[str, _T]]:
    """Each statement with its identifier."""
    return ((f"{prefix}/{number}", one) for number, one in enumerate(statements, start=1))


def _is_before_films(date: DateRange) -> bool:
    return date.latest_utc <= f"{FIRST_FILM_YEAR}-01-01T00:00:00Z"
