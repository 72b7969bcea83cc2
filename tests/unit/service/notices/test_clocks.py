"""Every clock by a table of days: holidays, make-up days, ends of months, changes of the hour."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from similarity.service.notices.clocks import span_of
from similarity.service.notices.law import regime_named

RESTORATIONS = [
    # received, first day of restoring, first day on which it is too late; holidays as the governments publish them
    ("us-dmca", "2026-03-02 10:00", "2026-03-17", "2026-03-21"),  # 2 March is a Monday: no holiday in between
    ("us-dmca", "2026-11-20 10:00", "2026-12-08", "2026-12-12"),  # Thanksgiving (26 November) is not counted
    ("us-dmca", "2026-06-12 23:59", "2026-06-30", "2026-07-07"),  # 19 June; 4 July falls on a Saturday: the 3rd is off
    ("us-dmca", "2025-12-19 09:00", "2026-01-07", "2026-01-13"),  # Christmas and New Year; two days by executive order
    ("us-dmca", "2026-03-07 10:00", "2026-03-21", "2026-03-27"),  # a Saturday, and the hour changes on the 8th
    ("cn-network", "2026-10-01 10:00", "2026-10-01", "2026-10-01"),  # at once, on a holiday too
]
CHOSEN = [
    # in China: days of counsel's choice, received, first day of restoring
    (20, "2026-03-02 10:00", "2026-03-31"),  # 28 February was a working Saturday, and lies before
    (20, "2026-09-14 10:00", "2026-10-17"),  # 25 September off; 20 September and 10 October, days of a weekend, worked
    (5, "2026-09-28 10:00", "2026-10-11"),  # National Day to the 7th; the Saturday 10 October is the fifth
    (3, "2026-02-12 10:00", "2026-02-25"),  # Spring Festival to the 23rd; the Saturday 14 February worked
    (1, "2026-05-08 18:00", "2026-05-10"),  # the Saturday 9 May works for 5 May
]


def seconds(text: str, zone: str) -> float:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


def day(moment: float, zone: str) -> str:
    return dt.datetime.fromtimestamp(moment, tz=ZoneInfo(zone)).date().isoformat()


@pytest.mark.parametrize(("name", "received", "opens", "closes"), RESTORATIONS)
def test_restoration_opens_and_closes(name, received, opens, closes):
    regime = regime_named(name)
    span = span_of(regime.clock("counter"), regime, seconds(received, regime.zone))
    assert (day(span.opens_seconds, regime.zone), day(span.closes_seconds, regime.zone)) == (opens, closes)


@pytest.mark.parametrize(("days", "received", "opens"), CHOSEN)
def test_days_of_counsels_choice_follow_the_moved_days_of_china(days, received, opens):
    regime = regime_named("cn-civil-code")
    span = span_of(regime.clock("counter"), regime, seconds(received, regime.zone), chosen=days)
    assert day(span.opens_seconds, regime.zone) == opens
    assert not span.is_provisional


def test_a_year_whose_moved_days_are_not_published_is_provisional():
    regime = regime_named("cn-civil-code")
    span = span_of(regime.clock("counter"), regime, seconds("2045-03-01 10:00", regime.zone), chosen=20)
    assert span.is_provisional


@pytest.mark.parametrize(
    ("decided", "state", "closes"),
    [
        ("2026-01-15 12:00", "DE", "2026-07-16"),
        ("2026-08-31 12:00", "DE", "2027-03-02"),  # 28 February 2027 is a Sunday: to the end of Monday
        ("2026-06-25 12:00", "DE", "2026-12-29"),  # 25 December off, Saturday 26, Sunday 27: to the end of Monday
        ("2026-04-03 12:00", "DE", "2026-10-06"),  # 3 October: a holiday and a Saturday
        ("2026-01-14 12:00", "FR", "2026-07-16"),  # 14 July is a holiday in France: to the end of the 15th
        ("2026-01-14 12:00", "DE", "2026-07-15"),
        ("2026-01-14 12:00", "", "2026-07-15"),
    ],
)
def test_complaints_are_taken_for_six_months(decided, state, closes):
    regime = regime_named("eu-dsa")
    span = span_of(regime.clock("decision"), regime, seconds(decided, regime.zone), state=state)
    assert day(span.closes_seconds, regime.zone) == closes
    assert span.opens_seconds == seconds(decided, regime.zone)


def test_german_complaints_are_decided_within_a_week():
    regime = regime_named("de-urhdag")
    span = span_of(regime.clock("complaint"), regime, seconds("2026-03-25 08:00", regime.zone))
    assert day(span.closes_seconds, regime.zone) == "2026-04-02"  # the end of 1 April, summer time or not


def test_a_day_ends_where_the_regime_is():
    regime = regime_named("us-dmca")
    late, early = (span_of(regime.clock("counter"), regime, moment) for moment in (1772510340.0, 1772514060.0))
    # 2 March 2026, 22:59 and 3 March, 00:01 in New York are the same day in UTC
    assert early.opens_seconds - late.opens_seconds == 86_400.0
