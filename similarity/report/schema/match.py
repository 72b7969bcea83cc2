"""A match as the report holds it: intervals, line, score and its steps, frames, path, matrix."""

from __future__ import annotations

from dataclasses import dataclass

from similarity.absence import NotMeasured
from similarity.measure.values import AxisValue
from similarity.report.schema.evidence import Difference, PairPoints, SeenIn, Signal, VerificationFacts

__all__ = ["FramePair", "Match", "MatrixPicture", "PathPoint"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PathPoint:
    """One pair of aligned samples."""

    suspect_seconds: float
    """Time in the suspect."""
    work_seconds: float
    """Time in the work."""
    similarity: float
    """Normalised similarity of the two samples."""
    pdq_distance_bits: int | NotMeasured
    """PDQ Hamming distance of the two samples, 0 to 256."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FramePair:
    """Two frames to look at side by side."""

    suspect_seconds: float
    """Time of the suspect's frame."""
    work_seconds: float
    """Time of the work's frame."""
    suspect_picture: str | NotMeasured
    """JPEG file, relative to the case folder."""
    work_picture: str | NotMeasured
    """JPEG file, relative to the case folder; not measured where the work's file is no longer at hand."""
    points: PairPoints | NotMeasured
    """What the local features of the two frames say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixPicture:
    """The time-by-time similarity matrix around a match."""

    picture: str
    """Greyscale PNG relative to the case folder: suspect time to the right, work time downwards."""
    suspect_start_seconds: float
    """Time at the left edge."""
    suspect_end_seconds: float
    """Time at the right edge."""
    work_start_seconds: float
    """Time at the upper edge."""
    work_end_seconds: float
    """Time at the lower edge."""
    similarity_at_black: float
    """Normalised similarity drawn as black."""
    similarity_at_white: float
    """Normalised similarity drawn as white."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A time-consistent run of hits: two intervals and the transform between them."""

    match_id: str
    """`m1`, `m2` ... in order of strength."""
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
    alignment_score: float
    """Mean similarity of the aligned samples, shrunk towards 0 for few pictures, background standard deviations."""
    verification_points: float
    """What local features add to that, or, below 0, take off it; 0 where they were not asked or say nothing."""
    rival_factor: float
    """What the sum is multiplied with because other matches explain the stretch better; 1 where none does."""
    rival_work_id: str | None
    """Work of the other match that shares most of the stretch, maybe this one elsewhere; null where there is none."""
    rival_score: float | None
    """Mean score of the other matches over the time they share with this one; null where there is none."""
    score: float
    """Strength of the match: (`alignment_score` + `verification_points`) * `rival_factor`; comparable across
    suspects.  A retrieval figure, not an error rate."""
    is_above_threshold: bool
    """Whether the score reaches the operating threshold of the configuration."""
    speed_factor: float | NotMeasured
    """Work seconds per suspect second: `work = speed * suspect + offset`; not measured for a still."""
    offset_seconds: float | NotMeasured
    """Offset of that line."""
    residual_seconds: float | NotMeasured
    """Root mean square distance of the aligned samples from that line."""
    is_mirrored: bool
    """Whether the suspect matches after a left-right mirror."""
    seen_in: SeenIn
    """The part of the suspect's picture that matches."""
    num_samples_supporting: int
    """Suspect samples in the interval that support the match."""
    num_samples_available: int
    """Suspect samples in the interval that could have supported it."""
    signals: tuple[Signal, ...]
    """What supports the match, each signal with what it could have supported."""
    verification: VerificationFacts | NotMeasured
    """What local features say of it."""
    differences: tuple[Difference, ...]
    """What differs between suspect and work in this match, as far as it was looked for."""
    axes: tuple[AxisValue, ...]
    """Measured values, one per axis."""
    path: tuple[PathPoint, ...]
    """The aligned samples."""
    frames: tuple[FramePair, ...]
    """Frames to look at."""
    matrix: MatrixPicture | NotMeasured
    """The matrix with which the path can be checked by eye."""
