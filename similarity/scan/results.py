"""What a scan says of each suspect, and of the whole run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from similarity.absence import NotMeasured, not_measured
from similarity.compare.values import IndexedAs
from similarity.measure.found import Proposition
from similarity.parts.values import PartFinding
from similarity.provenance.values import LabelReading
from similarity.provenance.visible import VisibleMark
from similarity.report.schema.report import SearchLimits
from similarity.report.writers.csv_form import MatchRow, PairRow, SceneRow

_NOT_COMPARED = not_measured("the file could not be compared")

__all__ = ["IndexedSuspect", "LibraryState", "ScanSummary", "SuspectResult"]

_NOT_LOOKED_FOR = not_measured("no part was looked for")


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryState:
    """The generation of a library that a result was measured with."""

    works_sha256: str
    """State of the works."""
    background_sha256: str
    """State of the background, under which every similarity is weighed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspectResult:
    """What became of one suspect."""

    query_id: str
    """Identifier: the file's stem, with as much of its path as parts it from other suspects."""
    path: str
    """The file."""
    status: Literal["compared", "failed"]
    """Whether it could be read and compared."""
    detail: str
    """Why it failed; or how it was read where that was not the usual way, whether it is itself indexed, which labels of
    its origin it bears, and which limits were met."""
    sha256: str
    """SHA-256 of its bytes; empty where the file could not be read at all."""
    duration_seconds: float
    """Counted length; 0 for a still or a failed file."""
    num_frames: int
    """Counted frames; 0 for a failed file."""
    library: LibraryState | NotMeasured
    """What it was last compared with; a pair's `num_comparisons` is of the generation that the pair was measured in."""
    matches: tuple[MatchRow, ...]
    """Every match, strongest first, without a cut-off."""
    pairs: tuple[PairRow, ...]
    """Best score per work."""
    scenes: tuple[SceneRow, ...]
    """Every scene in which a match that was found lies, against each such work, in order of time."""
    is_indexed_as: tuple[IndexedAs, ...]
    """Entries of the library that hold its very bytes, works first."""
    limits: SearchLimits | NotMeasured
    """Bounds that were met; not measured for a failed file."""
    labels: tuple[LabelReading, ...] = ()
    """What the file says of its own origin, one reading per kind of label; none for a failed file."""
    visible_labels: tuple[VisibleMark, ...] | NotMeasured = _NOT_COMPARED
    """Marks in its pictures that say they were generated."""
    sound: tuple[MatchRow, ...] = ()
    """Every match of its soundtrack, strongest first, without a cut-off."""
    parts: tuple[PartFinding, ...] | NotMeasured = _NOT_LOOKED_FOR
    """The strongest part of each work, strongest first: every one that was looked for where every work is scored, else
    those that stand out; or why none was looked for."""

    @property
    def every_match(self) -> tuple[MatchRow, ...]:
        """Matches of pictures, then of sound: their scores are of two kinds."""
        return (*self.matches, *self.sound)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedSuspect:
    """A suspect that stands in the library itself."""

    query_id: str
    """The suspect."""
    entries: tuple[IndexedAs, ...]
    """Entries that hold its very bytes, works first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanSummary:
    """A finished run."""

    num_compared: int
    """Suspects compared, those of earlier sessions of the run included."""
    num_resumed: int
    """Of these, taken over as they were from an earlier session of the run."""
    num_updated: int
    """Of these, brought up to date from their stored rows, because works or background changed meanwhile."""
    num_failed: int
    """Files that could not be used; each is listed with its reason."""
    num_with_match: int
    """Suspects with a match that was found."""
    num_found_by: Mapping[Proposition, int]
    """Proposition -> suspects with a match that was found on it."""
    operating_threshold: float
    """Score from which a match is found as a copy."""
    failed: tuple[SuspectResult, ...]
    """The files that could not be used."""
    indexed: tuple[IndexedSuspect, ...]
    """Suspects whose very bytes stand in the library, in the order given."""
    num_at_limit: int
    """Suspects for which works or look-alike samples were left out for a limit; `suspects/` says which limit."""
    strongest: tuple[MatchRow, ...]
    """The strongest match that was found of each suspect with one, strongest first."""
    passed_over: Mapping[str, int] = field(default_factory=dict)
    """Suffix -> files in the folders walked that were taken for no video or picture."""
