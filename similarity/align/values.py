"""What alignment takes and gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue, check_array, check_arrays
from similarity.absence import NotMeasured, not_measured
from similarity.align.fit import LineFit
from similarity.describe.shapes import Shape, WorkShape
from similarity.describe.views import View
from similarity.geometry.fit import PairFit
from similarity.geometry.look import PairLook
from similarity.geometry.standing_support import NOT_WEIGHED, StandingSupport
from similarity.geometry.structure import PairStructure
from similarity.geometry.verification import Verification
from similarity.intervals import Interval

__all__ = [
    "AlignedMatch",
    "BiasedTrack",
    "DensePlacement",
    "FramesOnLine",
    "LaidFrames",
    "PairAlignment",
    "Rival",
    "SuspectTrack",
    "TimePiece",
    "ViewTrack",
    "VisiblePair",
    "WorkTrack",
    "speeds_along",
]

NOT_PLACED = not_measured("only the strongest matches above the threshold are placed to the frame")
NOT_LOOKED_AT = not_measured("only the strongest matches are verified by local features")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class BiasedTrack(ArrayValue):
    """Descriptors, and how much each resembles everything."""

    rows: npt.NDArray[np.float32]
    """(k, dimensions) unit rows."""
    bias: npt.NDArray[np.float32]
    """(k,) similarity to the nearest background pictures."""

    def __post_init__(self) -> None:
        check_arrays(self, rows="float32(k, *)", bias="float32(k)")

    def __getitem__(self, indices: npt.NDArray[np.int64] | slice) -> BiasedTrack:
        """Some of them."""
        return BiasedTrack(rows=self.rows[indices], bias=self.bias[indices])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ViewTrack(ArrayValue):
    """The samples of a suspect that were seen through one view."""

    samples: npt.NDArray[np.int64]
    """(k,) their numbers among the suspect's indexed samples, ascending."""
    compact: npt.NDArray[np.float32]
    """(k, dimensions) unit rows."""
    pdq: npt.NDArray[np.uint8]
    """(k, 32) packed bits."""
    bias: npt.NDArray[np.float32]
    """(k,) similarity to the nearest background pictures."""
    quality: npt.NDArray[np.uint8]
    """(k,) PDQ quality of what the view shows, 0 to 100."""
    composition: BiasedTrack | None = None
    """Rows of the composition descriptor; None where the library holds none."""
    motion: npt.NDArray[np.float32] | None = None
    """(k, dimensions) rows of the motion descriptor, zeros where nothing moves; None where the library holds none."""
    shapes: tuple[Shape, ...] = ()
    """(k,) screen that what the view shows of each sample would fill; empty where it is not known."""
    concept: BiasedTrack | None = None
    """CLIP rows, by which works are found and nothing is aligned; bias 0 where the library holds no background of
    them; None where the view was not described by it."""

    def __post_init__(self) -> None:
        _check_rows(self, samples="int64(n)")

    def rows_of(self, samples: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """(n,) rows of this view that hold the given samples; each must have been seen through it."""
        return np.asarray(np.searchsorted(self.samples, samples), dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class SuspectTrack(ArrayValue):
    """The indexed samples of a suspect, under every view."""

    seconds: npt.NDArray[np.float64]
    """(n,) times."""
    duration_seconds: float
    """Length of the suspect; 0 for a still."""
    cut_seconds: npt.NDArray[np.float64]
    """Times at which a scene begins, ascending; 0 is not among them."""
    views: Mapping[View, ViewTrack]
    """What was seen through each view."""

    def __post_init__(self) -> None:
        check_arrays(self, seconds="float64(n)", cut_seconds="float64(c)")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class WorkTrack(ArrayValue):
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
    composition: BiasedTrack | None = None
    """Rows of the composition descriptor; None where the library holds none."""
    motion: npt.NDArray[np.float32] | None = None
    """(m, dimensions) rows of the motion descriptor, zeros where nothing moves; None where the library holds none."""
    shaped: Mapping[Shape, BiasedTrack] = field(default_factory=dict)
    """Rows of the composition descriptor for the middle of the pictures, as other screens show it; empty where
    the library holds none."""

    def __post_init__(self) -> None:
        _check_rows(self, seconds="float64(n)")

    def part(self, rows: slice) -> WorkTrack:
        """Some consecutive samples of it."""
        return replace(
            self,
            seconds=self.seconds[rows],
            compact=self.compact[rows],
            pdq=self.pdq[rows],
            bias=self.bias[rows],
            quality=self.quality[rows],
            composition=None if self.composition is None else self.composition[rows],
            motion=None if self.motion is None else self.motion[rows],
            shaped={shape: middle[rows] for shape, middle in self.shaped.items()},
        )

    def composition_as(self, shape: WorkShape) -> BiasedTrack | None:
        """Rows of the composition descriptor for all of the pictures, or for their middle."""
        return self.composition if shape == "whole" else self.shaped.get(shape)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """Other matches that explain a match's stretch of the suspect better."""

    work_id: str
    """Work of the one that shares most of the stretch, maybe the same work elsewhere."""
    score: float
    """Their mean score over the time they share with the match."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisiblePair:
    """Two frames on the line of a placed match, compared on what both show after the work's is laid by the fit."""

    suspect_seconds: float
    """Time of the suspect's frame."""
    work_seconds: float
    """Time of the work's frame."""
    area_share: float
    """Share of the suspect's frame that is compared, 0 to 1."""
    pdq_distance_bits: int
    """PDQ Hamming distance of the two parts, 0 to 256."""
    pdq_distance_bits_as_shown: int
    """The same of the frames as they are shown, burned-in bars left out."""
    pdq_quality: int
    """The lower PDQ quality of the two parts, 0 to 100."""
    structure: float
    """Likeness of the best 30 % of windows of the two parts, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FramesOnLine:
    """A frame of the suspect and the frame of the work that it shows."""

    suspect_pts: int
    """Its presentation time stamp."""
    work_pts: int
    """That of the work's frame."""
    suspect_seconds: float
    """Its time."""
    work_seconds: float
    """Time of the work's frame."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class LaidFrames(ArrayValue):
    """The change of the picture that the dense look found, and frames that it lays over each other."""

    transform: npt.NDArray[np.float64]
    """(3, 3) from fractions of the suspect's picture to fractions of the work's."""
    frames: tuple[FramesOnLine, ...]
    """In order of time, one at least of every scene of the suspect of which frames were looked at."""

    def __post_init__(self) -> None:
        check_arrays(self, transform="float64(3, 3)")


@dataclass(frozen=True, slots=True, kw_only=True)
class TimePiece:
    """A stretch of a match along which its speed is one."""

    suspect_start_seconds: float
    """Where it begins in the suspect."""
    suspect_end_seconds: float
    """Where it ends there."""
    work_start_seconds: float
    """Time of the work at its beginning."""
    work_end_seconds: float
    """Time of the work at its end; the earlier one where the work runs backwards."""
    speed: float
    """Work seconds per suspect second."""
    speed_interval: Interval | NotMeasured
    """What that may be; not measured where the pictures hardly change with time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DensePlacement:
    """How exactly a match was placed from every frame of both files; intervals cover the truth in about 95 of 100."""

    suspect_start_interval_seconds: Interval
    """Where in the suspect it may begin."""
    suspect_end_interval_seconds: Interval
    """Where in the suspect it may end."""
    work_start_interval_seconds: Interval | NotMeasured
    """Where in the work it may begin; not measured where the pictures hardly change with time."""
    work_end_interval_seconds: Interval | NotMeasured
    """Where in the work it may end."""
    speed_interval: Interval | NotMeasured
    """What the speed may be, work seconds per suspect second."""
    starts_at_cut: bool
    """Whether it begins where a scene of the suspect does."""
    ends_at_cut: bool
    """Whether it ends where a scene of the suspect does."""
    agreement: float
    """Middle correlation of the local contrast of aligned frames laid over each other, 0 to 1."""
    scale_interval: Interval | NotMeasured
    """Root of the area that the suspect's frame takes in of the work's picture, as its share: 0.8 for a crop to 64 %;
    above 1 for an inset; not measured where the pictures leave it open."""
    across_interval: Interval | NotMeasured
    """Where the middle of the suspect's frame lies in the width of the work's picture, share of it."""
    down_interval: Interval | NotMeasured
    """The same in its height."""
    pairs: tuple[VisiblePair, ...] | NotMeasured
    """Frames on the line, compared on what both show."""
    pieces: tuple[TimePiece, ...]
    """Where the speed changes along the match, two or more stretches of one speed each, in order; none where one speed
    explains all of it."""


def speeds_along(fit: LineFit, placement: DensePlacement | NotMeasured) -> tuple[float, ...]:
    """Work seconds per suspect second along a match: one, or of each of its pieces; none where it is not measured."""
    if isinstance(placement, DensePlacement) and placement.pieces:
        return tuple(piece.speed for piece in placement.pieces)
    return () if isinstance(fit.speed_factor, NotMeasured) else (fit.speed_factor,)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class AlignedMatch(ArrayValue):
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
    alignment_score: float
    """Mean similarity of the aligned samples, shrunk towards 0 for few samples, standard deviations."""
    score: float
    """The same after verification and rivals (`similarity.align.rescoring`)."""
    fit: LineFit
    """The line."""
    view: View
    """Which view of the suspect matches."""
    suspect_samples: npt.NDArray[np.int64]
    """(k,) aligned suspect samples."""
    work_samples: npt.NDArray[np.int64]
    """(k,) work sample paired with each."""
    zscores: npt.NDArray[np.float32]
    """(k,) similarity of each pair, standard deviations above unrelated pictures."""
    pdq_distance_bits: npt.NDArray[np.int64]
    """(k,) PDQ distance of each pair."""
    pdq_quality: npt.NDArray[np.uint8]
    """(k,) the lower PDQ quality of each pair."""
    num_samples_supporting: int
    """Aligned samples whose similarity exceeds what is asked per sample."""
    num_samples_available: int
    """Suspect samples in the interval."""
    verification: Verification | NotMeasured = NOT_LOOKED_AT
    """What local features say of it."""
    fits: tuple[PairFit | NotMeasured, ...] = ()
    """The same, pair by pair, in order of the pairs that were looked at."""
    looks: tuple[PairLook | NotMeasured, ...] = ()
    """The frames of the same pairs side by side."""
    looked_at: npt.NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, dtype=np.intp))
    """(l,) indices into `suspect_samples` of the aligned pairs that were looked at."""
    rival: Rival | None = None
    """What lowered the score; None where nothing did."""
    placement: DensePlacement | NotMeasured = NOT_PLACED
    """How exactly the times were found; not measured where they are those of the sample grid."""
    visible: tuple[PairStructure, ...] = ()
    """Structure of the pairs of frames that the placement names, in their order."""
    laid: LaidFrames | None = None
    """How the dense look lays frames over each other; None where it did not place it, or the picture moves."""
    support: StandingSupport | NotMeasured = NOT_WEIGHED
    """What of its support stands still in both videos, and what moves."""
    work_shape: WorkShape = "whole"
    """What of the work's pictures the composition stands in: all of them, or the middle that a screen of the suspect's
    shape shows."""

    def __post_init__(self) -> None:
        check_arrays(
            self,
            suspect_samples="int64(k)",
            work_samples="int64(k)",
            zscores="float32(k)",
            pdq_distance_bits="int64(k)",
            pdq_quality="uint8(k)",
            looked_at="int64(l)",
        )

    @property
    def is_mirrored(self) -> bool:
        """Whether the suspect shows the work left to right."""
        return self.view.is_mirrored


@dataclass(frozen=True, slots=True, kw_only=True)
class PairAlignment:
    """A suspect against one work."""

    work_id: str
    """The work."""
    score: float
    """Score of the best match; where no run gains, of the single most similar pair of samples."""
    matches: tuple[AlignedMatch, ...]
    """Matches, strongest first."""

    def with_matches(self, matches: Iterable[AlignedMatch]) -> PairAlignment:
        """The same pair with its matches rescored; where it has none, its score stays."""
        ordered = tuple(sorted(matches, key=lambda match: -match.score))
        return replace(self, matches=ordered, score=ordered[0].score if ordered else self.score)


def _check_rows(track: ViewTrack | WorkTrack, **own: str) -> None:
    """Refuse rows that are not as many as the samples they belong to."""
    rows = {"compact": "float32(n, *)", "pdq": "uint8(n, 32)", "bias": "float32(n)", "quality": "uint8(n)"}
    motion = {} if track.motion is None else {"motion": "float32(n, *)"}
    check_arrays(track, **own, **rows, **motion)
    if track.composition is not None:
        name, lengths = f"{type(track).__name__}.composition.rows", {"n": len(track.compact)}
        check_array(name, track.composition.rows, "float32(n, *)", lengths=lengths)
