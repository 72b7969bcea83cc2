"""What alignment takes and gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from similarity.align.fit import LineFit
from similarity.describe.video import View

__all__ = ["AlignedMatch", "PairAlignment", "SuspectRows", "WorkRows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspectRows:
    """The indexed samples of a suspect, under every view."""

    seconds: npt.NDArray[np.float64]
    """(n,) times."""
    duration_seconds: float
    """Length of the suspect; 0 for a still."""
    compact: Mapping[View, npt.NDArray[np.float32]]
    """View -> (n, dimensions) unit rows."""
    pdq: Mapping[View, npt.NDArray[np.uint8]]
    """View -> (n, 32) packed bits."""
    bias: Mapping[View, npt.NDArray[np.float32]]
    """View -> (n,) similarity to the nearest background pictures."""
    quality: npt.NDArray[np.uint8]
    """(n,) PDQ quality of the samples, 0 to 100."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkRows:
    """The indexed samples of a work."""

    work_id: str
    """Identifier."""
    seconds: npt.NDArray[np.float64]
    """(m,) times."""
    duration_seconds: float
    """Length of the work; 0 for a still."""
    compact: npt.NDArray[np.float32]
    """(m, dimensions) unit rows."""
    pdq: npt.NDArray[np.uint8]
    """(m, 32) packed bits."""
    bias: npt.NDArray[np.float32]
    """(m,) similarity to the nearest background pictures."""
    quality: npt.NDArray[np.uint8]
    """(m,) PDQ quality of the samples, 0 to 100."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignedMatch:
    """Two intervals and the line between them; sample numbers point into the rows given."""

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
    """Mean similarity of the aligned samples, shrunk towards 0 for few samples, standard deviations."""
    fit: LineFit
    """The line."""
    is_mirrored: bool
    """Which view of the suspect matches."""
    suspect_rows: npt.NDArray[np.int64]
    """(k,) aligned suspect samples."""
    work_rows: npt.NDArray[np.int64]
    """(k,) work sample paired with each."""
    deviations: npt.NDArray[np.float32]
    """(k,) similarity of each pair, standard deviations above unrelated pictures."""
    pdq_distance_bits: npt.NDArray[np.int64]
    """(k,) PDQ distance of each pair."""
    pdq_quality: npt.NDArray[np.uint8]
    """(k,) the lower PDQ quality of each pair."""
    num_supporting: int
    """Aligned samples whose similarity exceeds what is asked per sample."""
    num_available: int
    """Suspect samples in the interval."""

    @property
    def view(self) -> View:
        """The view of the suspect that matches."""
        return "mirrored" if self.is_mirrored else "as_is"


@dataclass(frozen=True, slots=True, kw_only=True)
class PairAlignment:
    """A suspect against one work."""

    work_id: str
    """The work."""
    score: float
    """Score of the best match; where no run gains, of the single most similar pair of samples."""
    matches: tuple[AlignedMatch, ...]
    """Matches, strongest first."""
