"""What people say of matches: kept beside the library, and shown in every later run.

An opinion is about a suspect's content and a stretch of a work's content, so that it outlives paths, names and runs.
One table, `opinions.csv` in the library's folder, holds one opinion per pair and stretch: the latest.  It changes no
figure and hides nothing; the overview of a run tells what was rejected from what is open.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal, cast, get_args

from similarity.files import write_atomically
from similarity.intervals import Interval, common_share
from similarity.report.writers.csv_form import MatchRow, guarded_cell, plain_identifier
from similarity.tables import TableRow, read_table

__all__ = ["OPINIONS_FILE", "Opinion", "Verdict", "keep_opinions", "opinion_on", "opinions_csv", "read_opinions"]

OPINIONS_FILE = "opinions.csv"
"""Name of the table in the library's folder."""
SAME_STRETCH = 0.5
"""Intersection over union of two stretches of a work from which an opinion on one is about the other."""
MORE_POINTS = 1.0
"""Points above the score that an opinion was given on from which the match is another one than was judged."""

Verdict = Literal["confirmed", "rejected", "later"]
"""It was taken; it was not; to be looked at again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What a person says of one match."""

    suspect_sha256: str
    """Content of the suspect."""
    work_sha256: str
    """Content of the work."""
    work_start_seconds: float
    """Start of the stretch in the work."""
    work_end_seconds: float
    """Its end (exclusive)."""
    score: float
    """Score of the match that was judged, points."""
    verdict: Verdict
    """What was said."""
    by: str
    """Who said it."""
    note: str
    """Why; may be empty."""
    given_utc: str
    """When, ISO 8601 in UTC."""

    def __post_init__(self) -> None:
        if self.verdict not in get_args(Verdict):
            raise ValueError(f"verdict {self.verdict!r}: expected one of {', '.join(get_args(Verdict))}")
        if not all(map(math.isfinite, (*self.stretch, self.score))) or self.stretch[0] > self.stretch[1]:
            raise ValueError(
                f"stretch {self.stretch} and score {self.score}: expected finite numbers, start before end"
            )
        for name in ("suspect_sha256", "work_sha256", "by", "given_utc"):
            if not getattr(self, name).strip():
                raise ValueError(f"{name} is empty")

    @property
    def stretch(self) -> Interval:
        """The stretch of the work."""
        return self.work_start_seconds, self.work_end_seconds

    def is_about(self, other: Opinion) -> bool:
        """Whether both are about one match."""
        same_content = (self.suspect_sha256, self.work_sha256) == (other.suspect_sha256, other.work_sha256)
        return same_content and _is_same(self.stretch, other.stretch)


_COLUMNS = tuple(field.name for field in fields(Opinion))
_NUMBERS = ("work_start_seconds", "work_end_seconds", "score")


def read_opinions(table: Path) -> tuple[Opinion, ...]:
    """The opinions of a table; none where there is no such file.

    Raises:
        ConfigurationError: it can't be read as a table.
        TableError: columns are missing, or rows that are no opinions, with their numbers and reasons.
    """
    if not table.exists():
        return ()
    read = read_table(table)
    if read.rows:
        read.require(_COLUMNS)
    return read.checked(_opinion)


def _opinion(row: TableRow) -> Opinion:
    start, end, score = (row.number(name) for name in _NUMBERS)
    text = {name: plain_identifier(row.text(name)) for name in _COLUMNS if name not in _NUMBERS}
    return Opinion(
        suspect_sha256=text["suspect_sha256"],
        work_sha256=text["work_sha256"],
        work_start_seconds=start,
        work_end_seconds=end,
        score=score,
        verdict=cast("Verdict", text["verdict"]),
        by=text["by"],
        note=text["note"],
        given_utc=text["given_utc"],
    )


def keep_opinions(library: Path, new: Iterable[Opinion]) -> tuple[Opinion, ...]:
    """Add opinions to those that are kept beside a library; of several on one match the latest stays.

    Args:
        library: the library's folder.
        new: what was said.
    """
    place = library / OPINIONS_FILE
    kept: list[Opinion] = []
    for one in sorted((*read_opinions(place), *new), key=lambda opinion: opinion.given_utc):
        kept = [other for other in kept if not one.is_about(other)] + [one]
    write_atomically(place, opinions_csv(kept).encode("utf-8"))
    return tuple(kept)


def opinions_csv(opinions: Iterable[Opinion]) -> str:
    """A table of opinions; what a spreadsheet would take for a formula is written with an apostrophe before it."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for one in opinions:
        writer.writerow([_cell(getattr(one, name)) for name in _COLUMNS])
    return buffer.getvalue()


def _cell(value: str | float) -> str:
    return f"{value:.6f}" if isinstance(value, float) else guarded_cell(value)


def opinion_on(
    row: MatchRow, *, suspect_sha256: str, work_sha256: str, opinions: Sequence[Opinion]
) -> tuple[Opinion, bool] | None:
    """What was said of a match, and whether it is measured as stronger now than what was judged; None for nothing.

    Args:
        row: the match.
        suspect_sha256: content of the suspect.
        work_sha256: content of the work.
        opinions: what is kept of them.
    """
    about = [
        one
        for one in opinions
        if (one.suspect_sha256, one.work_sha256) == (suspect_sha256, work_sha256)
        and _is_same(one.stretch, (row.ref_start_seconds, row.ref_end_seconds))
    ]
    if not about:
        return None
    latest = max(about, key=lambda one: one.given_utc)
    return latest, row.score > latest.score + MORE_POINTS


def _is_same(one: Interval, other: Interval) -> bool:
    return one == other or common_share(one, other) >= SAME_STRETCH
