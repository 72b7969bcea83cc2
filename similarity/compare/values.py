"""What a comparison says of the library that it was made with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from similarity.absence import NotMeasured
from similarity.measure.finding import Finding
from similarity.measure.standing import Rank
from similarity.measure.values import AxisValue

__all__ = [
    "BackgroundSensitivity",
    "Control",
    "ControlMatch",
    "Decoy",
    "DecoyStanding",
    "FigureRange",
    "IndexedAs",
    "LibraryFacts",
    "UnrelatedFootage",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryFacts:
    """The library that the suspect was compared with."""

    num_works: int
    """Works indexed."""
    num_background: int
    """Background items indexed."""
    work_seconds: float
    """Total duration of the works."""
    num_work_samples: int
    """Indexed samples of works."""
    num_background_samples: int
    """Indexed samples of background items."""
    state_sha256: str
    """Hash over every entry and its content: the same library gives the same value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedAs:
    """An entry of the library that stands for the very bytes of a file."""

    entry_id: str
    """Its identifier."""
    role: Literal["work", "background"]
    """Its role in the library."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnrelatedFootage:
    """The background footage that comes closest to the suspect: what is reached without any taking."""

    entry_id: str
    """The background entry."""
    title: str
    """Its title."""
    finding: Finding
    """Its strongest match, on the same axes; `work_id` is the background entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRange:
    """What a figure would be under other backgrounds."""

    lowest: float
    """Lowest over leaving out each background item in turn."""
    highest: float
    """Highest over the same."""
    moved_most_without: str | None
    """The item without which it differs most from what is stated, the first of several; null where none moves it."""
    without_all: float
    """What it is without any: under the shipped pictures alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackgroundSensitivity:
    """How far the figures of a match rest on single items of the background.

    Alignment, verification, rivals, and every axis but those of likeness stay as they are.
    """

    num_items: int
    """Background items that were left out in turn."""
    num_touching: int
    """Of these, items that hold a nearest picture of an aligned sample, or that the unit rests on."""
    score: FigureRange | NotMeasured
    """Score of the match."""
    copy: FigureRange | NotMeasured
    """log10 of the ratio of a copy, as it would be stated."""
    adaptation: FigureRange | NotMeasured
    """log10 of the ratio of an adaptation, as it would be stated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoy:
    """Another work, and the best that a piece of it reaches."""

    work_id: str
    """The work."""
    score: float
    """Score of its best piece, as alignment scores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecoyStanding:
    """Where a match stands among pieces of other works, as long as its own.

    They are laid against the same samples of the suspect.
    """

    score: float
    """What the match reaches: the alignment's score over the samples that were laid against others."""
    num_works: int
    """Works of the library."""
    num_aligned: int
    """Works that were aligned with the suspect: decoys are taken from these."""
    num_related: int
    """Of these, left out as related: the work itself, works of its content or group, the suspect's own file, and second
    entries of one content."""
    num_too_short: int
    """Of these, left out as shorter than the match's stretch of the work."""
    strongest: Decoy | NotMeasured
    """The one that comes closest, or stands above."""
    rank: Rank | NotMeasured
    """The place among them; not measured where they are too few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlMatch:
    """The strongest match of a control with one work."""

    work_id: str
    """The work."""
    copy_score: float
    """Score of the match."""
    adaptation_score: float
    """Score from which the ratio of an adaptation is read."""
    axes: tuple[AxisValue, ...]
    """Every axis."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A clip made from the same idea without the work."""

    name: str
    """Name of its file."""
    sha256: str | NotMeasured
    """SHA-256 of its bytes, hexadecimal."""
    duration_seconds: float | NotMeasured
    """Counted length."""
    matches: tuple[ControlMatch, ...] | NotMeasured
    """Its strongest match with each of the works in question with which it has one; not measured where it was not
    used, with the reason."""
