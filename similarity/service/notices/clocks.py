"""When a time ends: calendar days, months, and working days of a country with its holidays and make-up days.

Conventions
    The day on which something happens is not counted.  A day begins and ends in the zone of the regime.  A span is
    half-open: it opens when the last of the least days has ended, and closes when the last of the most days has.
    Working days are those of the package `holidays`: for China with the days that the State Council moves, which are
    published year by year; where a year's are not known yet, the span is provisional.
    Months end on the day of the same number, or the last of the month; in the regimes of the Union a period that would
    end on a day off ends with the next working day (Regulation 1182/71, article 3, recalled and not read again).
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from similarity.service.notices.law import Clock, Regime

if TYPE_CHECKING:
    from holidays import HolidayBase

__all__ = ["Span", "span_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """When something may be done, and until when."""

    opens_seconds: float
    """Not before."""
    closes_seconds: float
    """No later (exclusive)."""
    is_provisional: bool
    """Days off of its years are not published yet."""


def span_of(clock: Clock, regime: Regime, start_seconds: float, *, state: str = "", chosen: int | None = None) -> Span:
    """The span that a clock gives.

    Args:
        clock: what is counted.
        regime: whose calendar and zone.
        start_seconds: when it was started.
        state: member state (ISO 3166-1) whose days off count in the Union.
        chosen: number that counsel chose, where the clock leaves it to counsel; with extensions.
    """
    zone = ZoneInfo(regime.zone)
    start = dt.datetime.fromtimestamp(start_seconds, tz=zone)
    country = state if regime.calendar == "EU" else regime.calendar
    least, most = (clock.at_least, clock.at_most) if chosen is None else (chosen, chosen)
    is_at_once = clock.at_least == 0 and chosen is None
    first = start_seconds if is_at_once else _end_of(_day_after(start.date(), clock, least, country), zone)
    last = start_seconds if most == 0 else _end_of(_day_after(start.date(), clock, most, country), zone)
    days = range(start.year, dt.datetime.fromtimestamp(last, tz=zone).year + 1)
    is_provisional = clock.unit == "working_days" and not all(_is_published(country, year) for year in days)
    return Span(opens_seconds=first, closes_seconds=last, is_provisional=is_provisional)


def _day_after(start: dt.date, clock: Clock, number: int, country: str) -> dt.date:
    """The last day of a period of so many days or months after a day."""
    if clock.unit == "working_days":
        return start if number == 0 else _calendar(country).get_nth_working_day(start, number)
    if clock.unit == "calendar_days":
        return start + dt.timedelta(days=number)
    end: dt.date = _months_after(start, number)
    days_off = _calendar(country)
    return end if days_off.is_working_day(end) else days_off.get_nth_working_day(end, 1)


def _months_after(day: dt.date, number: int) -> dt.date:
    years, month = divmod(day.month - 1 + number, 12)
    year = day.year + years
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _end_of(day: dt.date, zone: ZoneInfo) -> float:
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tzinfo=zone).timestamp()


@cache
def _calendar(country: str) -> HolidayBase:
    """Days off of a country; the institutions' own where no member state is named."""
    import holidays

    return holidays.financial_holidays("ECB") if not country else holidays.country_holidays(country)


def _is_published(country: str, year: int) -> bool:
    """Whether a year's moved days are known, where a country moves days year by year."""
    if country != "CN":
        return True
    days_off = _calendar(country)
    _ = dt.date(year, 1, 1) in days_off  # fills the year
    return any(day.year == year for day in days_off.weekend_workdays)
