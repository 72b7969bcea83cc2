"""What measuring gives: values on separate axes, and coverage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from similarity.absence import NotMeasured

__all__ = ["AxisValue", "Coverage"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisValue:
    """One axis of one comparison; axes are never merged into one figure."""

    axis: Literal["verbatim", "copied", "concept"]
    """verbatim: same pictures (PDQ); copied: edits of the same pictures; concept: same subject (CLIP)."""
    value: float | NotMeasured
    """verbatim: share of aligned samples within the PDQ distance (0 to 1); copied: mean normalised
    similarity (background standard deviations); concept: mean CLIP cosine."""
    background_percentile: float | NotMeasured
    """Share of background comparisons that score lower, 0 to 100."""
    num_samples: int
    """Aligned samples that carry the value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of one video lies in matches above the threshold."""

    covered_seconds: float
    """Length of the union of the intervals."""
    total_seconds: float
    """Length of the video."""
    fraction: float | NotMeasured
    """covered / total; not measured for a still."""
