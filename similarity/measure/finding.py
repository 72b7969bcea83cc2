"""A stretch of a suspect's scene against a work, on all axes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from similarity.absence import NotMeasured, not_measured
from similarity.geometry.standing_support import NOT_WEIGHED, StandingSupport
from similarity.geometry.structure import PairStructure
from similarity.measure.calibration import LikelihoodRatio
from similarity.measure.envelope import Conditions, EnvelopeCheck
from similarity.measure.values import AxisName, AxisValue, Reading

__all__ = ["ADAPTATION_AXES", "ADAPTATION_FEATURES", "CUT_AXES", "Finding", "adaptation_values", "kept_share"]

ADAPTATION_AXES: tuple[AxisName, ...] = ("copied", "composition", "structure")
"""The axes from which the likelihood ratio of an adaptation is read.  Motion found no weight beside them on held-aside
groups; palette, concept and style never enter."""
ADAPTATION_FEATURES = (*ADAPTATION_AXES, "match")
"""These axes, and the score of the match: means over its samples say nothing of how many agree in a row."""
CUT_AXES: tuple[AxisName, ...] = ("copied", "composition")
"""Of these, the axes that count no further than independent pairs reach: likeness of the whole picture opens the door,
what stands in the same place decides."""
SAME_EDGES_LIKENESS = 0.8
"""Likeness from which a window counts as kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one stretch of a suspect has in common with a work."""

    work_id: str
    """The work."""
    suspect_start_seconds: float
    """Start of the stretch in the suspect."""
    suspect_end_seconds: float
    """End of the stretch (exclusive)."""
    work_start_seconds: float
    """Start of the stretch in the work."""
    work_end_seconds: float
    """End of the stretch (exclusive)."""
    axes: tuple[AxisValue, ...]
    """Every axis, in the order of `AXIS_NAMES`."""
    kept_share: float | NotMeasured
    """Share of the windows with edges, over the frame pairs looked at, that stand in place almost unchanged."""
    adaptation_score: float
    """Weighted axes of expression, natural log odds at even odds; a step on the way to the ratio, not a probability."""
    copy_ratio: LikelihoodRatio | NotMeasured
    """Taken from the pictures of the work, against made independently; of the whole match."""
    adaptation_ratio: LikelihoodRatio | NotMeasured
    """Remade after the work, against made independently; of this stretch."""
    conditions: Conditions
    """Under which conditions this was compared."""
    num_comparisons: int
    """Samples of the suspect times samples of all works: out of so many the alignment chose."""
    envelope: EnvelopeCheck
    """Whether this comparison lies within what the adaptation calibration was validated on."""
    reading: Reading
    """What a person may make of it."""
    support: StandingSupport | NotMeasured = NOT_WEIGHED
    """What of the whole match's support stands still in both videos, and what moves."""


def adaptation_values(axes: Sequence[AxisValue], match_score: float) -> tuple[float, ...]:
    """Values of `ADAPTATION_FEATURES`; NaN where an axis was not measured."""
    known = {one.axis: one.value for one in axes if not isinstance(one.value, NotMeasured)}
    return (*(known.get(name, math.nan) for name in ADAPTATION_AXES), match_score)


def kept_share(structures: Sequence[PairStructure]) -> float | NotMeasured:
    """Share of the windows with edges whose likeness reaches `SAME_EDGES_LIKENESS`."""
    kept = sum(int(np.count_nonzero(one.likeness >= SAME_EDGES_LIKENESS)) for one in structures)
    detailed = sum(int(np.count_nonzero(one.has_detail)) for one in structures)
    if not detailed:
        return not_measured("no frame pair of this stretch with edges to speak of was examined")
    return kept / detailed
