"""What a report says of parts of works that stand out: on a route of their own, never added to others."""

from __future__ import annotations

from dataclasses import dataclass

from similarity.absence import NotMeasured
from similarity.parts.values import PartFinding

__all__ = ["PartFindings", "ReportedPart"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedPart:
    """The strongest part of one work."""

    finding: PartFinding
    """Where it stands, how much it stands out, and what of it is kept."""
    title: str
    """Title of the work from the catalogue, or its identifier."""
    picture: str | NotMeasured
    """Both places with their boxes: name in the report's folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFindings:
    """The parts that were looked for in the suspect."""

    num_works: int
    """Works whose parts were looked for."""
    found_from: float
    """Score from which a part is found, if no part of another origin comes close."""
    ratio: NotMeasured
    """Why no likelihood ratio is stated."""
    parts: tuple[ReportedPart, ...]
    """Those that stand out, strongest first."""

    @property
    def found(self) -> tuple[ReportedPart, ...]:
        """Parts that are found."""
        return tuple(one for one in self.parts if one.finding.is_found)
