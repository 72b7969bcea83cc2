"""Dates as they were written, and what they leave open; the order of two dated facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["DateOrder", "DateOutcome", "DatePrecision", "DateRange"]

DatePrecision = Literal["year", "month", "day", "minute", "second"]
"""The finest part that was written."""
DateOutcome = Literal["work_first", "suspect_first", "overlapping", "unknown"]
"""`work_first` and `suspect_first` only where no reading of the dates says otherwise."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class DateOrder:
    """Whether the work could be met before the suspect was made, as far as dates say."""

    outcome: DateOutcome
    """`suspect_first`: the suspect stood before the work was made. `work_first`: the work was public or handed on
    before the making of the suspect began."""
    work_fact: str | None
    """Identifier of the work's fact that decides; none where no date is known."""
    suspect_fact: str | None
    """Identifier of the suspect's fact that decides."""
    is_documented: bool
    """Whether every fact that the outcome rests on has a document at hand."""
