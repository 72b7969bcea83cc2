"""Values of aligned samples on separate axes; they are never merged into one figure.

Every function is pure: aligned samples in, one `AxisValue` out.  A value is read against the same axis of independent
pairs (`Percentile`), aligned by the same tool, so that what a best alignment of unrelated footage reaches counts as
usual.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from similarity.absence import NotMeasured, not_measured
from similarity.align.pair import CEILING, FLOOR, FULL_QUALITY
from similarity.geometry.change import PicturePart
from similarity.geometry.look import PairLook
from similarity.geometry.structure import PairStructure, structure_value
from similarity.measure.standing import LEAST_OTHERS
from similarity.measure.subjects import UnrelatedItem, best_laid
from similarity.measure.values import AxisName, AxisValue

__all__ = [
    "Percentile",
    "absent_axis",
    "concept_axis",
    "motion_axis",
    "percentile_among",
    "region_axis",
    "structure_axis",
    "surface_axes",
    "verbatim_axis",
    "zscore_axis",
]

SHRINK_SAMPLES = 1.0
"""Unrelated samples that stand beside the aligned ones in a mean, so that few samples weigh less."""
LEAST_MOVING = 2
"""Pairs of moving samples from which motion is measured."""

_NOT_LOOKED_AT = not_measured("no frame pair of this stretch was examined")

Rows = npt.NDArray[np.float32]
Percentile = Callable[[AxisName, float], float | NotMeasured]
"""Share of independent pairs that score lower on an axis, 0 to 100."""


def verbatim_axis(
    distance_bits: npt.NDArray[np.int64],
    quality: npt.NDArray[np.uint8],
    *,
    most_bits: int,
    is_through_fit: bool = False,
) -> AxisValue:
    """Share of aligned samples whose PDQ hashes lie within the published distance: the same pictures.

    Pairs below the published quality are left out: their hashes say little.

    Args:
        distance_bits: (k,) PDQ distance of each pair.
        quality: (k,) the lower PDQ quality of each pair.
        most_bits: the published distance.
        is_through_fit: whether the pairs are frames of a placed match, compared on what both show.
    """
    within = distance_bits[quality >= FULL_QUALITY] <= most_bits
    return AxisValue(
        axis="verbatim",
        value=float(within.mean())
        if len(within)
        else not_measured(
            "no aligned sample reaches the PDQ quality of {number} that its publishers ask", number=FULL_QUALITY
        ),
        background_percentile=not_measured("PDQ is read against its published distance, not against a background"),
        num_samples=len(within),
        is_through_fit=is_through_fit,
    )


def zscore_axis(axis: AxisName, zscores: Rows, percentile: Percentile) -> AxisValue:
    """Mean normalised similarity of the aligned samples: `copied` or `composition`.

    Args:
        axis: which descriptor it is.
        zscores: (k,) similarities, standard deviations above unrelated pictures, k > 0.
        percentile: of independent pairs.
    """
    value = float(np.clip(zscores, FLOOR, CEILING).mean())
    return _read(axis, value, percentile, num_samples=len(zscores))


def motion_axis(suspect: Rows, work: Rows, percentile: Percentile) -> AxisValue:
    """Mean cosine of the flow of aligned samples in which both move, shrunk for few.

    Args:
        suspect: (k, dimensions) unit rows of flow, zeros where nothing moves.
        work: (k, dimensions) rows of the paired work samples.
        percentile: of independent pairs.
    """
    moving = suspect.any(axis=1) & work.any(axis=1)
    count = int(np.count_nonzero(moving))
    if count < LEAST_MOVING:
        reason = not_measured(
            "something moves in {number} aligned samples of both videos, fewer than {least}",
            number=count,
            least=LEAST_MOVING,
        )
        return absent_axis("motion", reason)
    cosines = np.einsum("kd,kd->k", suspect[moving], work[moving])
    return _read("motion", float(cosines.sum() / (count + SHRINK_SAMPLES)), percentile, num_samples=count)


def structure_axis(
    structures: Sequence[PairStructure], percentile: Percentile, *, is_through_fit: bool = False
) -> AxisValue:
    """Whether edges stand in the same places.

    Args:
        structures: of the frame pairs that were looked at.
        percentile: of independent pairs.
        is_through_fit: whether the pairs are frames of a placed match, compared on what both show.
    """
    if not structures:
        return absent_axis("structure", _NOT_LOOKED_AT)
    found = _read("structure", structure_value(structures), percentile, num_samples=len(structures))
    return replace(found, is_through_fit=is_through_fit)


def surface_axes(looks: Sequence[PairLook], percentile: Percentile) -> tuple[AxisValue, AxisValue]:
    """Palette and style: shown beside the others, never counted as taking."""
    if not looks:
        return absent_axis("palette", _NOT_LOOKED_AT), absent_axis("style", _NOT_LOOKED_AT)
    palette = float(np.mean([look.palette for look in looks]))
    style = float(np.mean([look.style for look in looks]))
    count = len(looks)
    return (
        _read("palette", palette, percentile, num_samples=count),
        _read("style", style, percentile, num_samples=count),
    )


def region_axis(parts: Sequence[PicturePart], marked: Sequence[PicturePart], percentile: Percentile) -> AxisValue:
    """How much of the work's picture, or of the part that its owner marked, reappears in the suspect's frame.

    Args:
        parts: of the work's picture, one for each frame pair that local features confirm.
        marked: salient parts that the owner marked; none stands for the whole picture.
        percentile: of independent pairs.
    """
    if not parts:
        return absent_axis("region", not_measured("no frame pair of this stretch is confirmed by local features"))
    shares = [max((_inside(part, mark) for mark in marked), default=part.area_share) for part in parts]
    return _read("region", float(np.median(shares)), percentile, num_samples=len(parts))


def concept_axis(
    suspect: Rows, work: Rows, seconds: npt.NDArray[np.float64], unrelated: Sequence[UnrelatedItem]
) -> AxisValue:
    """Mean CLIP cosine of the aligned samples: the same subject, an idea; shown, never counted as taking.

    No calibration knows the model that a user chose, so the value is read against the library's own background: the
    share of unrelated items, the suspect counted among them, that reach less at their best place.

    Args:
        suspect: (k, dimensions) unit rows of the aligned suspect samples, k > 0.
        work: (k, dimensions) unit rows of the work samples paired with them.
        seconds: (k,) times of those.
        unrelated: items of background footage.
    """
    value = float(np.einsum("kd,kd->k", suspect, work).mean())
    reached = [best_laid(suspect, seconds, item) for item in unrelated]
    return AxisValue(
        axis="concept", value=value, background_percentile=percentile_among(value, reached), num_samples=len(suspect)
    )


def percentile_among(value: float, others: Sequence[float]) -> float | NotMeasured:
    """Share of a value and n unrelated ones that lie below it, 0 to 100 n / (n + 1); withheld for few."""
    if len(others) < LEAST_OTHERS:
        return not_measured(
            "the library holds CLIP descriptors of {number} background items, fewer than {least}",
            number=len(others),
            least=LEAST_OTHERS,
        )
    return 100.0 * sum(other < value for other in others) / (len(others) + 1)


def _read(axis: AxisName, value: float, percentile: Percentile, *, num_samples: int) -> AxisValue:
    return AxisValue(axis=axis, value=value, background_percentile=percentile(axis, value), num_samples=num_samples)


def absent_axis(axis: AxisName, why: NotMeasured) -> AxisValue:
    """An axis that could not be measured, and why."""
    return AxisValue(axis=axis, value=why, background_percentile=why, num_samples=0)


def _inside(part: PicturePart, mark: PicturePart) -> float:
    """Share of the marked part that the other holds."""
    width = min(part.right, mark.right) - max(part.left, mark.left)
    height = min(part.bottom, mark.bottom) - max(part.top, mark.top)
    return max(0.0, width) * max(0.0, height) / ((mark.right - mark.left) * (mark.bottom - mark.top))
