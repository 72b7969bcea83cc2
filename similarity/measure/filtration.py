"""Filtration: stretches of a work that are not its owner's or nobody's, and what the figures are without them.

Abstraction, filtration, comparison (Computer Associates v. Altai, 982 F.2d 693) leaves out what is not protected before
two works are compared; Chinese practice asks the same (抽象-过滤-比较).  A person decides what is left out and says
why; every figure is given with and without.
"""

from __future__ import annotations

from dataclasses import dataclass

from index.records import ExclusionKind, FilterRange
from similarity.absence import NotMeasured
from similarity.measure.finding import Finding
from similarity.measure.found import Proposition
from similarity.measure.values import Coverage
from similarity.phrases import Phrase

__all__ = [
    "FilteredFigures",
    "FilteredMatch",
    "FilteredScene",
    "FilteredWork",
    "Filtration",
    "SuggestedRange",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedRange:
    """A stretch that a person may want to leave out; nothing is left out before one decides."""

    work_id: str
    """The work."""
    start_seconds: float
    """Start in the work."""
    end_seconds: float
    """End in the work (exclusive)."""
    kind: ExclusionKind
    """What it looks like."""
    grounds: Phrase
    """What was seen there, with its figures."""
    num_samples: int
    """Samples that show it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilteredMatch:
    """A match that remains where the excluded stretches are taken for absent from the works."""

    match_id: str
    """`f1`, `f2` ... in order of strength."""
    work_id: str
    """The work."""
    suspect_start_seconds: float
    """Start in the suspect."""
    suspect_end_seconds: float
    """End in the suspect (exclusive)."""
    work_start_seconds: float
    """Start in the work."""
    work_end_seconds: float
    """End in the work (exclusive)."""
    score: float
    """Its score, on the scale of the matches without filtration."""
    found_by: tuple[Proposition, ...]
    """Propositions on which it counts as found."""
    num_samples: int
    """Aligned samples."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilteredScene:
    """One scene of the suspect against the works, with filtration."""

    scene_number: int
    """Number of the scene."""
    findings: tuple[Finding, ...]
    """The strongest remaining match of each work, what of it lies in the scene."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilteredWork:
    """One work with filtration."""

    work_id: str
    """The work."""
    excluded_seconds: float
    """Length of its excluded stretches, overlaps counted once."""
    score: float | NotMeasured
    """Score of the strongest remaining match that were found."""
    suspect_coverage: Coverage
    """How much of the suspect lies in remaining matches that were found."""
    work_coverage: Coverage
    """How much of what remains of the work lies in them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilteredFigures:
    """The figures with filtration: the matches without what was aligned with excluded stretches."""

    matches: tuple[FilteredMatch, ...]
    """Remaining matches, strongest first."""
    scenes: tuple[FilteredScene, ...]
    """Every scene of the suspect in which a remaining match lies."""
    works: tuple[FilteredWork, ...]
    """Works with a match that was found, with or without filtration."""
    suspect_coverage: Coverage
    """How much of the suspect lies in remaining matches that were found, all works together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filtration:
    """What was left out, what may be, and the figures without it."""

    ranges: tuple[FilterRange, ...]
    """Excluded stretches of the works that were compared."""
    suggestions: tuple[SuggestedRange, ...]
    """Stretches of the works found that nobody has decided on."""
    filtered: FilteredFigures | NotMeasured
    """The figures with filtration; not measured where nothing was excluded."""
