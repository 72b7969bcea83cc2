"""What a comparison says of the library that it was made with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from similarity.measure.finding import Finding

__all__ = ["IndexedAs", "LibraryFacts", "UnrelatedFootage"]


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
