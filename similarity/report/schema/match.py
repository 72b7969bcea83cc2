"""A match as the report holds it: intervals, line, score and its steps, evidence, frames, path, matrix."""

from __future__ import annotations

from dataclasses import dataclass

from similarity.absence import NotMeasured, not_measured
from similarity.align.fit import LineFit
from similarity.align.rescoring import ScoreSteps
from similarity.align.values import DensePlacement
from similarity.compare.values import BackgroundSensitivity, DecoyStanding
from similarity.describe.views import View
from similarity.geometry.colour import ColourChange
from similarity.geometry.fit import PairPoints
from similarity.geometry.verification import Verification
from similarity.measure.finding import Finding
from similarity.measure.found import Proposition
from similarity.measure.standing import Standing
from similarity.phrases import Phrase
from similarity.report.schema.taking import ShownRegions, Taking

__all__ = ["NOT_DRAWN", "Beside", "Difference", "FramePair", "Match", "MatrixPicture", "PathPoint", "Signal"]

NOT_DRAWN = not_measured("regions are drawn for matches that were found, and for those of a shared setting")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One kind of evidence: how many it could look at, and how many of those support the match."""

    name: Phrase
    """What it is, such as `perceptual hash (PDQ)`."""
    unit: Phrase
    """What is counted, in the plural."""
    num_supporting: int | NotMeasured
    """How many support the match."""
    num_available: int | NotMeasured
    """How many it could look at."""
    words: Phrase
    """What counts as support, and what the signal does to the score."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One respect in which suspect and work may differ in a match."""

    aspect: Phrase
    """In what, such as `crop`."""
    work: Phrase
    """How it is in the work."""
    suspect: Phrase | NotMeasured
    """How it is in the suspect."""
    is_different: bool | NotMeasured
    """Whether the two differ beyond what measuring leaves open."""
    in_short: Phrase | None
    """What is said of it where a match is introduced in a sentence; None where nothing is."""


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
    points_picture: str | NotMeasured
    """JPEG of both frames with lines between corresponding points, relative to the case folder."""


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
class Beside:
    """What stands beside the score and the ratios of a match that was found."""

    sensitivity: BackgroundSensitivity | NotMeasured
    """What they would be under other backgrounds."""
    decoys: DecoyStanding
    """Where the match stands among pieces of other works, as long as its own."""
    controls: tuple[Standing, ...] | NotMeasured
    """Where it stands among clips made from the same idea without the work, figure by figure; not measured where none
    were given."""


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
    score: float
    """Strength of the match; comparable across suspects.  A retrieval figure, not an error rate."""
    score_steps: ScoreSteps
    """How it came about."""
    found_by: tuple[Proposition, ...]
    """Propositions on which it counts as found; none: it is listed as weaker."""
    fit: LineFit
    """`work = speed * suspect + offset`; not measured for a still."""
    placement: DensePlacement | NotMeasured
    """How exactly these times were found, from every frame of both files; not measured where they are those of the
    sample grid."""
    view: View
    """The part of the suspect's picture that matches, as it is or mirrored."""
    num_samples_supporting: int
    """Suspect samples in the interval that support the match."""
    num_samples_available: int
    """Suspect samples in the interval that could have supported it."""
    signals: tuple[Signal, ...]
    """What supports the match, each signal with what it could have supported."""
    verification: Verification | NotMeasured
    """What local features say of it."""
    colours: ColourChange | NotMeasured
    """Brightness and colour, over the confirmed frame pairs that are shown."""
    changes: tuple[Phrase, ...]
    """How the suspect's picture was made from the work's, in phrases; none where nothing beyond measuring differs."""
    differences: tuple[Difference, ...]
    """What differs between suspect and work in this match, as far as it was looked for."""
    finding: Finding
    """The whole match on every axis, with the likelihood ratios and a reading."""
    beside: Beside | NotMeasured
    """How firm its figures are, and what other footage reaches; worked out for matches that were found."""
    common_sources: tuple[Phrase, ...]
    """Where else most of the work's stretch stands, in phrases: a source common to both explains it as well."""
    shared_with: tuple[str, ...]
    """Other works as copies of which the same stretch of the suspect was found: shared footage, such as an opening, a
    logo or an advertisement.  Works of one content or of one group in the catalogue are not named."""
    path: tuple[PathPoint, ...]
    """The aligned samples."""
    frames: tuple[FramePair, ...]
    """Frames to look at."""
    taking: Taking | NotMeasured
    """What was kept, moved, changed, added and gone between them."""
    matrix: MatrixPicture | NotMeasured
    """The matrix with which the path can be checked by eye."""
    regions: ShownRegions | NotMeasured = NOT_DRAWN
    """Frames with the regions in which something moves and the two show something else (`finding.support.others`)."""

    @property
    def is_timed(self) -> bool:
        """Whether suspect or work last some time there: two still pictures have no line of time."""
        return (self.suspect_end_seconds, self.work_end_seconds) != (
            self.suspect_start_seconds,
            self.work_start_seconds,
        )
