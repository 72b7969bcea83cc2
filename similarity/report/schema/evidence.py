"""What speaks for a match and what stands against it: signals, verification by local features, differences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from similarity.absence import NotMeasured
from similarity.phrases import Phrase

__all__ = [
    "ChangeFacts",
    "ColourFacts",
    "Difference",
    "PairPoints",
    "PictureBox",
    "SeenIn",
    "Signal",
    "VerificationFacts",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureBox:
    """A part of a picture, fractions of its width and height."""

    left: float
    """Left edge, 0 to 1."""
    top: float
    """Upper edge."""
    right: float
    """Right edge."""
    bottom: float
    """Lower edge."""
    area: float
    """Share of the picture, 0 to 1; less than the box's where the part stands aslant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenIn:
    """The part of the suspect's picture that was compared, thousandths of the picture inside the bars."""

    region: Literal["whole", "pane"]
    """All of the picture, or a pane found in the footage: of a split screen, an inset."""
    left_thousandths: int
    """Left edge, 0 to 1000."""
    top_thousandths: int
    """Upper edge."""
    right_thousandths: int
    """Right edge (exclusive)."""
    bottom_thousandths: int
    """Lower edge (exclusive)."""


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
class PairPoints:
    """What the local features of two frames say about each other."""

    num_suspect_points: int
    """Local features of the suspect's frame, or of the part that was compared."""
    num_work_points: int
    """Local features of the work's frame."""
    num_corresponding: int
    """Of those, points of the two frames that look alike and that one transformation puts in place."""
    num_elsewhere: int
    """Of those, the ones at different spots outside the two fullest places (a logo, a caption): these are weighed."""
    chance_exponent: float
    """Powers of ten against chance: 6 where chance does as well once in a million, 0 where it does so often."""
    is_confirmed: bool
    """Whether that is enough for the pair to count as confirmed."""
    picture: str | NotMeasured
    """JPEG of both frames with lines between corresponding points, relative to the case folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFacts:
    """How the suspect's picture was made from the work's."""

    is_mirrored: bool
    """Whether left and right are exchanged, before anything else."""
    rotation_degrees: float
    """Turn, clockwise, -180 to 180."""
    stretch: float
    """How much more the width was enlarged than the height; 1 where shapes are kept."""
    work_part: PictureBox
    """The part of the work's frame that the suspect's frame takes in (crop)."""
    suspect_part: PictureBox
    """The part of the suspect's frame that the work's frame fills (inset)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColourFacts:
    """Brightness and colour of the suspect's frames against the work's, where they coincide; middle values."""

    num_pairs: int
    """Confirmed frame pairs that were compared dot by dot."""
    is_grey: bool | NotMeasured
    """Whether the suspect has no colour where the work has some."""
    grey_correlation: float | NotMeasured
    """Correlation of the grey levels, -1 to 1; clearly below 0 where bright and dark are exchanged."""
    contrast_factor: float | NotMeasured
    """Spread of the suspect's grey levels over that of the work's."""
    brightness_change: float
    """Mean grey level of the suspect less that of the work, share of full scale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationFacts:
    """What local features (SIFT) of aligned frames, decoded again, say about a match."""

    num_pairs_tried: int
    """Aligned pairs of frames looked at."""
    num_pairs_measured: int
    """Of those, pairs with enough local features on both sides."""
    num_pairs_confirmed: int
    """Of those, pairs that one transformation puts in place, beyond chance."""
    num_pairs_agreeing: int
    """Of those, pairs with the transformation that `change` gives; fewer where the picture moves, as in a zoom."""
    strength: float
    """Mean over the better half of the pairs of log2(1 + powers of ten against chance); about 0 for the unrelated."""
    change: ChangeFacts | NotMeasured
    """How the suspect's picture was made from the work's: middle value over the confirmed pairs."""
    is_negative: bool | NotMeasured
    """Whether bright and dark are exchanged."""
    colours: ColourFacts | NotMeasured
    """Brightness and colour, over the confirmed pairs that are shown."""
    words: tuple[Phrase, ...]
    """How the suspect's picture was made from the work's, in phrases; none where nothing beyond measuring differs."""


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
