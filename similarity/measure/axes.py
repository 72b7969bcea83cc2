"""Values of a match on separate axes; they are never merged into one figure."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from similarity.absence import NotMeasured
from similarity.align.pair import FULL_QUALITY
from similarity.align.values import AlignedMatch
from similarity.measure.values import AxisValue

__all__ = ["concept_axis", "copied_axis", "percentile_among", "verbatim_axis"]

Rows = npt.NDArray[np.float32]


def verbatim_axis(match: AlignedMatch, *, distance_bits: int) -> AxisValue:
    """Share of aligned samples whose PDQ hashes lie within the published distance: the same pictures.

    Pairs below the published quality are left out: their hashes say little.
    """
    within = match.pdq_distance_bits[match.pdq_quality >= FULL_QUALITY] <= distance_bits
    return AxisValue(
        axis="verbatim",
        value=float(within.mean())
        if len(within)
        else NotMeasured(reason=f"no aligned sample reaches the PDQ quality of {FULL_QUALITY} that its publishers ask"),
        background_percentile=NotMeasured(
            reason="PDQ is read against its published distance, not against a background"
        ),
        num_samples=len(within),
    )


def copied_axis(match: AlignedMatch, background_deviations: Rows) -> AxisValue:
    """Mean normalised similarity of the aligned samples: edits of the same pictures.

    Args:
        match: the match.
        background_deviations: normalised similarities of the match's suspect samples to background pictures.
    """
    mean = float(match.deviations.mean())
    return AxisValue(
        axis="copied",
        value=mean,
        background_percentile=percentile_among(mean, background_deviations),
        num_samples=len(match.deviations),
    )


def concept_axis(suspect: Rows, work: Rows, background: Rows | NotMeasured) -> AxisValue:
    """Mean CLIP cosine of the aligned samples: the same subject, an idea; shown, never counted as taking.

    Args:
        suspect: (k, dimensions) unit rows of the aligned suspect samples.
        work: (k, dimensions) unit rows of the work samples paired with them.
        background: (n, dimensions) unit rows of background footage.
    """
    value = float(np.einsum("kd,kd->k", suspect, work).mean())
    percentile = background if isinstance(background, NotMeasured) else percentile_among(value, suspect @ background.T)
    return AxisValue(axis="concept", value=value, background_percentile=percentile, num_samples=len(suspect))


def percentile_among(value: float, background_values: Rows) -> float | NotMeasured:
    """Share of background values below `value`, 0 to 100."""
    if not background_values.size:
        return NotMeasured(reason="there is no background to compare with; add some: similarity add --background PATH")
    return float(100.0 * np.mean(background_values < value))
