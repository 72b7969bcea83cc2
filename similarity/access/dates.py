"""Dates as people write them, read exactly: what was written, and every moment that it may mean.

Read are, from the year down to the second: `2024`, `2024-05`, `2024-05-01` (also with `/` or `.`), `2024年5月1日`,
`1 May 2024`, `May 1, 2024`; a time after a day (`T10:30`, ` 10:30:05`, `10时30分5秒`); a zone (`Z`, `UTC`, `+08:00`,
`北京时间`), and a span of two of these, `2023-06..2024-05-01`.  Forms that two readers read in two ways, such as
`01/02/2024`, are refused.

A date without a zone may be of any zone on earth, UTC-12 to UTC+14, so its range is wider.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Literal

from similarity.absence import NotMeasured
from similarity.errors import AccessError

__all__ = ["EARLIEST_YEAR", "FIRST_FILM_YEAR", "DatePrecision", "DateRange", "certainly_before", "parse_date"]

DatePrecision = Literal["year", "month", "day", "minute", "second"]
"""The finest part that was written."""
EARLIEST_YEAR = 1000
"""Earlier years are refused as slips of the pen."""
FIRST_FILM_YEAR = 1888
"""The year of the oldest film that survives (Le Prince, Roundhay Garden Scene): no video is older."""
_EASTERNMOST = timedelta(hours=14)
_WESTERNMOST = timedelta(hours=12)
_BEIJING = timezone(timedelta(hours=8))
_MAX_CHARACTERS = 80
_SPAN = ".."
_PRECISIONS: tuple[DatePrecision, ...] = ("year", "month", "day", "minute", "second")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month_name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAYS = tuple(
    re.compile(pattern + r"(?P<rest>.*)", re.IGNORECASE | re.ASCII)
    for pattern in (
        r"(?P<year>\d{4})年(?:\s*(?P<month>\d{1,2})月(?:\s*(?P<day>\d{1,2})[日号])?)?",
        r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?!\d)",
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})(?![\d:/.]|-\d{1,2}(?!\d|:))",
        r"(?P<day>\d{1,2})\s+" + _MONTH + r",?\s+(?P<year>\d{4})(?!\d)",
        _MONTH + r"\s+(?P<day>\d{1,2}),?\s+(?P<year>\d{4})(?!\d)",
        _MONTH + r"\s+(?P<year>\d{4})(?!\d)",
        r"(?P<year>\d{4})(?!\d)",
    )
)
_TIME = re.compile(
    r"(?:\s*T\s*|\s+|(?<=[日号]))(?P<hour>\d{1,2})"
    r"(?::(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"|[时点](?P<minute_zh>\d{1,2})分(?:(?P<second_zh>\d{1,2})秒)?)(?P<rest>.*)",
    re.IGNORECASE | re.ASCII,
)
_ZONE = re.compile(
    r"\s*(?:(?P<utc>Z|UTC|GMT)|(?P<sign>[+-])(?P<hours>\d{2})(?::?(?P<minutes>\d{2}))?)\s*", re.IGNORECASE
)
_BEIJING_WORDS = re.compile(r"[(]?(?:北京时间|中国标准时间)[)]?")
_EXPECTED = "expected a date such as 2024, 2024-05, 2024-05-01, 2024-05-01T10:30+08:00 or 2024年5月1日"


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRange:
    """A date as written, and the moments it may mean."""

    as_written: str
    """The user's text."""
    earliest_utc: str
    """First moment it may mean, ISO 8601, UTC, such as `2024-04-30T10:00:00Z`."""
    latest_utc: str
    """First moment after all that it may mean (exclusive), ISO 8601, UTC."""
    precision: DatePrecision
    """The finest part that was written."""
    has_time_zone: bool
    """Whether a time zone was written; without one the range is wider by 14 h before and 12 h after."""


@dataclass(frozen=True, slots=True)
class _Written:
    parts: tuple[int, ...]
    precision: DatePrecision
    zone: tzinfo | None


def parse_date(text: str, *, now: datetime | None = None) -> DateRange:
    """The moments that a written date may mean; `now` is the clock, for tests.

    Raises:
        AccessError: no date, a day that no calendar has, a year before 1000, or a date that has not come yet.
    """
    if _SPAN in text:
        return _span(text, now=now)
    written = _written(text)
    first, after = _local_range(written, text)
    before, behind = (_EASTERNMOST, _WESTERNMOST) if written.zone is None else (timedelta(), timedelta())
    zone = written.zone or UTC
    earliest = first.replace(tzinfo=zone).astimezone(UTC) - before
    latest = after.replace(tzinfo=zone).astimezone(UTC) + behind
    if earliest > (now or datetime.now(UTC)):
        raise AccessError(f"date {_shown(text)}: lies in the future; expected a day that has come, check the year")
    return DateRange(
        as_written=text,
        earliest_utc=_iso(earliest),
        latest_utc=_iso(latest),
        precision=written.precision,
        has_time_zone=written.zone is not None,
    )


def _span(text: str, *, now: datetime | None) -> DateRange:
    """From the first moment of the one to the last of the other."""
    parts = text.split(_SPAN)
    if len(parts) != 2:
        raise AccessError(f"date {_shown(text)}: expected a span of two dates, such as 2023-06..2024-05-01")
    first, last = (parse_date(part, now=now) for part in parts)
    if first.earliest_utc > last.earliest_utc or first.latest_utc > last.latest_utc:
        raise AccessError(f"date {_shown(text)}: the span ends before it begins; expected the earlier date first")
    coarser = min((first, last), key=lambda one: _PRECISIONS.index(one.precision))
    return DateRange(
        as_written=text,
        earliest_utc=first.earliest_utc,
        latest_utc=last.latest_utc,
        precision=coarser.precision,
        has_time_zone=first.has_time_zone and last.has_time_zone,
    )


def certainly_before(one: DateRange | NotMeasured, other: DateRange | NotMeasured) -> bool:
    """Whether every moment that `one` may mean lies before every moment that `other` may mean; not without a date."""
    if isinstance(one, NotMeasured) or isinstance(other, NotMeasured):
        return False
    return one.latest_utc <= other.earliest_utc  # ISO 8601 text of one form sorts as time does


def _written(text: str) -> _Written:
    if len(text) > _MAX_CHARACTERS:
        raise AccessError(f"date {_shown(text)}: {len(text)} characters; {_EXPECTED}")
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    rest, num_beijing = _BEIJING_WORDS.subn(" ", plain)
    rest = rest.strip()
    found = next((match for pattern in _DAYS if (match := pattern.fullmatch(rest))), None)
    if found is None:
        raise AccessError(f"date {_shown(text)}: can't be read; {_EXPECTED}")
    parts = _day_parts(found)
    time = _TIME.fullmatch(found["rest"]) if len(parts) == 3 else None
    if time is None and len(parts) == 3 and (match := re.compile(r".*?[日号]").match(rest)):
        time = _TIME.fullmatch(rest, match.end())
    rest = time["rest"] if time else found["rest"]
    if time:
        pieces = (time["hour"], time["minute"] or time["minute_zh"], time["second"] or time["second_zh"])
        parts += tuple(int(piece) for piece in pieces if piece is not None)
    zone: tzinfo | None = _BEIJING if num_beijing else None
    if rest.strip():
        zone = _zone(rest, text, is_zone_known=zone is not None)
    return _Written(parts, _PRECISIONS[len(parts) - (1 if len(parts) <= 3 else 2)], zone)


def _day_parts(found: re.Match[str]) -> tuple[int, ...]:
    named = found.groupdict()
    month = named.get("month")
    if named.get("month_name"):
        month = str(_MONTHS.index(str(named["month_name"])[:3].lower()) + 1)
    return tuple(int(part) for part in (named["year"], month, named.get("day")) if part is not None)


def _zone(rest: str, text: str, *, is_zone_known: bool) -> tzinfo:
    found = _ZONE.fullmatch(rest)
    if found is None or is_zone_known:
        raise AccessError(f"date {_shown(text)}: can't read {rest.strip()!r}; {_EXPECTED}")
    if found["utc"]:
        return UTC
    hours, minutes = int(found["hours"]), int(found["minutes"] or 0)
    offset = timedelta(hours=hours, minutes=minutes) * (-1 if found["sign"] == "-" else 1)
    if minutes >= 60 or not -_WESTERNMOST <= offset <= _EASTERNMOST:
        raise AccessError(f"date {_shown(text)}: no place on earth has that zone; expected -12:00 to +14:00")
    return timezone(offset)


def _local_range(written: _Written, text: str) -> tuple[datetime, datetime]:
    """First moment, and first moment after, by the clock of the place."""
    year, month, day, hour, minute, second = (*written.parts, *(1, 1, 1, 0, 0, 0)[len(written.parts) :])
    if year < EARLIEST_YEAR:
        raise AccessError(f"date {_shown(text)}: year {year}; expected a year from {EARLIEST_YEAR} on")
    try:
        first = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - the zone comes after
        if written.precision == "year":
            return first, datetime(year + 1, 1, 1)  # noqa: DTZ001
        if written.precision == "month":
            return first, datetime(year + month // 12, month % 12 + 1, 1)  # noqa: DTZ001
        step = {"day": timedelta(days=1), "minute": timedelta(minutes=1), "second": timedelta(seconds=1)}
        return first, first + step[written.precision]
    except (ValueError, OverflowError) as error:
        raise AccessError(f"date {_shown(text)}: no calendar has it ({error}); {_EXPECTED}") from error


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _shown(text: str) -> str:
    return f"{text!r:.60}"
