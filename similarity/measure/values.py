"""What measuring gives: values on separate axes, readings, and coverage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from similarity.absence import NotMeasured
from similarity.phrases import Phrase

__all__ = ["AXIS_NAMES", "AxisName", "AxisValue", "Coverage", "Reading", "ReadingName"]

AxisName = Literal["verbatim", "copied", "structure", "composition", "motion", "palette", "concept", "style", "region"]
AXIS_NAMES: tuple[AxisName, ...] = (
    "verbatim",
    "copied",
    "structure",
    "composition",
    "motion",
    "region",
    "palette",
    "concept",
    "style",
)
"""Every axis, in the order in which they are shown: expression first, then colours, then ideas."""

ReadingName = Literal[
    "reproduction",
    "adaptation",
    "part",
    "shared_setting",
    "shared_subject_or_style",
    "nothing_found",
    "not_enough_to_say",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisValue:
    """One axis of one comparison; axes are never merged into one figure."""

    axis: AxisName
    """verbatim: same pictures (PDQ); copied: edits of the same pictures; structure: edges in the same places;
    composition: same layout under another surface; motion: same movement; region: a part that reappears;
    palette: same colours; concept: same subject (CLIP); style: same manner."""
    value: float | NotMeasured
    """verbatim: share of aligned samples within the PDQ distance; copied, composition: mean normalised similarity
    (background standard deviations); structure: mean likeness of the best 30 % of windows, 0 to
    1; motion: mean cosine of flow, shrunk for few samples; region: share of the work's picture, or of its marked part;
    palette: Bhattacharyya coefficient; concept, style: mean cosine."""
    background_percentile: float | NotMeasured
    """Share of independent pairs of the calibration (concept: of items of background footage, the
    suspect among them) that score lower, 0 to 100."""
    num_samples: int
    """Aligned samples that carry the value; frames where it was measured through the fit."""
    is_through_fit: bool = False
    """Whether frames on the line of a placed match were compared, on what both show after the work's is laid by the
    fit; otherwise aligned samples as they are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A proposal for a person: what kind of likeness the axes show, and why."""

    name: ReadingName
    """reproduction: the pictures themselves; adaptation: composition, staging and motion under a new surface; part: a
    part reappears; shared_setting: only what never moves in either, as of a set, an interface or a drawn frame;
    shared_subject_or_style: an idea or a manner in common; nothing_found; not_enough_to_say."""
    reasons: tuple[Phrase, ...]
    """The figures that led there, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of one video lies in matches that were found."""

    covered_seconds: float
    """Length of the union of the intervals."""
    total_seconds: float
    """Length of the video."""
    fraction: float | NotMeasured
    """covered / total; not measured for a still."""
