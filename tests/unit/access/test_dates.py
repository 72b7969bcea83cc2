"""Dates mean just what was written, and no more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from similarity.access.dates import certainly_before, parse_date
from similarity.errors import AccessError

NOW = datetime(2026, 6, 1, tzinfo=UTC)
MOMENTS = st.datetimes(min_value=datetime(1900, 1, 2), max_value=datetime(2026, 5, 1))  # noqa: DTZ001 - zones are added
OFFSETS = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("written", "earliest", "latest", "precision", "has_time_zone"),
    [
        ("2024", "2023-12-31T10:00:00Z", "2025-01-01T12:00:00Z", "year", False),
        ("2024-02", "2024-01-31T10:00:00Z", "2024-03-01T12:00:00Z", "month", False),
        ("2024-12", "2024-11-30T10:00:00Z", "2025-01-01T12:00:00Z", "month", False),
        ("2024-05-01", "2024-04-30T10:00:00Z", "2024-05-02T12:00:00Z", "day", False),
        ("2024/5/1", "2024-04-30T10:00:00Z", "2024-05-02T12:00:00Z", "day", False),
        ("2024.5.1", "2024-04-30T10:00:00Z", "2024-05-02T12:00:00Z", "day", False),
        ("2024年5月1日", "2024-04-30T10:00:00Z", "2024-05-02T12:00:00Z", "day", False),
        ("２０２４年５月", "2024-04-30T10:00:00Z", "2024-06-01T12:00:00Z", "month", False),
        ("1 May 2024", "2024-04-30T10:00:00Z", "2024-05-02T12:00:00Z", "day", False),
        ("May 1, 2024", "2024-04-30T10:00:00Z", "2024-05-02T12:00:00Z", "day", False),
        ("2024-05-01Z", "2024-05-01T00:00:00Z", "2024-05-02T00:00:00Z", "day", True),
        ("2024-05-01T10:30", "2024-04-30T20:30:00Z", "2024-05-01T22:31:00Z", "minute", False),
        ("2024-05-01 10:30:05 +08:00", "2024-05-01T02:30:05Z", "2024-05-01T02:30:06Z", "second", True),
        ("2024-05-01T10:30:05.999-0330", "2024-05-01T14:00:05Z", "2024-05-01T14:00:06Z", "second", True),
        ("2024年5月1日10时30分5秒 北京时间", "2024-05-01T02:30:05Z", "2024-05-01T02:30:06Z", "second", True),
        ("北京时间2024年5月1日10:30", "2024-05-01T02:30:00Z", "2024-05-01T02:31:00Z", "minute", True),
        ("2023-06..2024-05-01Z", "2023-05-31T10:00:00Z", "2024-05-02T00:00:00Z", "month", False),
        ("2024-02-29Z", "2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z", "day", True),
    ],
)
def test_a_date_spans_every_moment_it_may_mean(written, earliest, latest, precision, has_time_zone):
    found = parse_date(written, now=NOW)
    assert (found.as_written, found.earliest_utc, found.latest_utc) == (written, earliest, latest)
    assert (found.precision, found.has_time_zone) == (precision, has_time_zone)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "can't be read"),
        ("yesterday", "can't be read"),
        ("01/02/2024", "can't be read"),
        ("20240501", "can't be read"),
        ("0000", "expected a year from 1000 on"),
        ("0999-01-01", "expected a year from 1000 on"),
        ("9999", "no calendar has it"),
        ("2024-02-31", "no calendar has it"),
        ("2023-02-29", "no calendar has it"),
        ("2024-13-01", "no calendar has it"),
        ("2024-05-01T24:00", "no calendar has it"),
        ("2024-05-01T23:59:60Z", "no calendar has it"),
        ("2026-06-03", "lies in the future"),
        ("2024-05-01T10:30+15:00", "no place on earth has that zone"),
        ("2024-05-01T10:30Z and more", "can't read"),
        ("2024..2023", "ends before it begins"),
        ("2022..2023..2024", "expected a span of two dates"),
        ("2024\x1b[31m", "can't read"),
        ("9" * 5000, "5000 characters"),
        ("\ud800", "can't be read"),
    ],
)
def test_what_is_no_date_is_refused_with_its_reason(written, reason):
    with pytest.raises(AccessError, match=reason) as error:
        parse_date(written, now=NOW)
    assert len(str(error.value)) < 300


@given(MOMENTS, OFFSETS)
def test_a_moment_lies_in_the_range_of_every_way_to_write_it(moment, zone):
    moment = moment.replace(microsecond=0, tzinfo=zone)
    local = moment.isoformat()
    for written in (
        local,
        local[:16] + local[19:],
        local[:10] + local[19:],
        local[:16],
        local[:10],
        local[:7],
        local[:4],
    ):
        found = parse_date(written, now=NOW)
        assert utc(found.earliest_utc) <= moment < utc(found.latest_utc), written


@given(MOMENTS)
def test_a_coarser_date_holds_the_finer_one(moment):
    text = moment.isoformat()[:19]
    ranges = [parse_date(text[:length], now=NOW) for length in (4, 7, 10, 16, 19)]
    for coarse, fine in pairwise(ranges):
        assert coarse.earliest_utc <= fine.earliest_utc < fine.latest_utc <= coarse.latest_utc


@given(MOMENTS, MOMENTS, OFFSETS, OFFSETS)
def test_before_is_said_only_where_no_zone_says_otherwise(one, other, one_zone, other_zone):
    first, second = (parse_date(moment.isoformat()[:19], now=NOW) for moment in (one, other))
    if certainly_before(first, second):
        assert one.replace(tzinfo=one_zone) < other.replace(tzinfo=other_zone)
        assert not certainly_before(second, first)


@given(MOMENTS)
def test_chinese_and_iso_say_the_same(moment):
    chinese = f"{moment.year}年{moment.month}月{moment.day}日{moment.hour}时{moment.minute}分"
    one, other = parse_date(chinese, now=NOW), parse_date(moment.isoformat()[:16], now=NOW)
    assert (one.earliest_utc, one.latest_utc) == (other.earliest_utc, other.latest_utc)


@given(st.text(max_size=100))
def test_any_text_is_a_date_or_an_error(text):
    try:
        found = parse_date(text, now=NOW)
    except AccessError:
        return
    assert found.earliest_utc < found.latest_utc
