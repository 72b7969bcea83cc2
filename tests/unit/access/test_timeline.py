"""Which came first is said only where no reading of the dates says otherwise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from similarity.access.dates import parse_date
from similarity.access.facts import SuspectEvent, WorkEvent
from similarity.access.timeline import date_order, public_facts
from similarity.access.values import TimelineEvent

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAYS = st.integers(0, 3000).map(
    lambda days: (datetime(2010, 1, 1, tzinfo=UTC) + timedelta(days=days)).strftime("%Y-%m-%dZ")
)


def event(form, kind, date, number=1, *, is_documented=True):
    return TimelineEvent(
        fact_id=f"{kind}/{number}",
        statement=form(kind=kind, date=date),
        date=parse_date(date, now=NOW),
        is_documented=is_documented,
    )


def suspect_event(kind, date, number=1, *, is_documented=True):
    return event(SuspectEvent, kind, date, number, is_documented=is_documented)


def order(suspect, work):
    suspects = [suspect_event(kind, date, number) for number, (kind, date) in enumerate(suspect)]
    works = [event(WorkEvent, kind, date, number) for number, (kind, date) in enumerate(work)]
    return date_order(suspects, works, public_facts(works, ()))


@pytest.mark.parametrize(
    ("suspect", "work", "outcome"),
    [
        ([("generated", "2024-05")], [("published", "2020")], "work_first"),
        ([("generated", "2023..2024-05")], [("published", "2022-06")], "work_first"),
        ([("generated", "2023..2024-05")], [("published", "2023-06")], "overlapping"),
        ([("first_seen", "2024-05")], [("published", "2020")], "overlapping"),
        ([("first_seen", "2024-05")], [("created", "2025")], "suspect_first"),
        ([("first_seen", "2024-05")], [("created", "2025"), ("published", "2023")], "overlapping"),
        ([("first_seen", "2024-05")], [("published", "2025")], "overlapping"),
        ([("first_seen", "2024-05-01")], [("created", "2024-05-02")], "overlapping"),
        ([("first_seen", "2024-05-01Z")], [("created", "2024-05-02Z")], "suspect_first"),
        ([("generated", "2024"), ("first_seen", "2019")], [("created", "2021")], "overlapping"),
        ([("other", "2019")], [("created", "2021")], "unknown"),
        ([("generated", "2024")], [("registered", "2021")], "unknown"),
        ([], [("created", "2021")], "unknown"),
        ([("generated", "2024")], [], "unknown"),
    ],
)
def test_the_order_of_dates(suspect, work, outcome):
    assert order(suspect, work).outcome == outcome


@given(DAYS, DAYS, DAYS)
def test_the_order_agrees_with_the_days(generated, created, published):
    found = order([("generated", generated)], [("created", created), ("published", published)]).outcome
    if found == "suspect_first":
        assert generated < min(created, published)
    if found == "work_first":
        assert published < generated
    if generated == created == published:
        assert found == "overlapping"


def test_an_order_rests_on_documents_where_all_of_its_facts_do():
    works = [event(WorkEvent, "created", "2025-06")]
    documented = date_order([suspect_event("first_seen", "2024", is_documented=True)], works, ())
    stated = date_order([suspect_event("first_seen", "2024", is_documented=False)], works, ())
    both = date_order(
        [suspect_event("first_seen", "2020", 1, is_documented=False), suspect_event("published", "2024", 2)], works, ()
    )
    assert (documented.is_documented, stated.is_documented, both.is_documented) == (True, False, True)
    assert both.suspect_fact == "published/2"
