"""Several aligned pairs of pictures together: how many are confirmed, how strongly, and through what change."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from similarity.absence import NotMeasured, not_measured
from similarity.geometry.change import PictureChange, PicturePart, picture_change
from similarity.geometry.fit import PairFit

__all__ = ["Verification", "verify"]

AGREEING_WITHIN = 0.1
"""How far the middle and the corners of the picture may lie from the consensus, share of the picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
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
    is_negative: bool | NotMeasured
    """Whether bright and dark are exchanged."""
    change: PictureChange | NotMeasured
    """How the suspect's picture was made from the work's: middle value over the confirmed pairs; of a match that was
    placed to the frame, the one change under which all its frames agree."""


def verify(fits: Sequence[PairFit | NotMeasured]) -> Verification:
    """Put the pairs of one claimed match together; a pair that could not be measured lends no strength.

    Args:
        fits: one per aligned pair, from `fit_pair`, in any order.
    """
    measured = [fit for fit in fits if isinstance(fit, PairFit)]
    confirmed = [fit for fit in measured if fit.points.is_confirmed]
    agreeing, change = _consensus(confirmed)
    return Verification(
        num_pairs_tried=len(fits),
        num_pairs_measured=len(measured),
        num_pairs_confirmed=len(confirmed),
        num_pairs_agreeing=agreeing,
        strength=_strength(fits),
        is_negative=_is_negative(confirmed),
        change=change,
    )


def _strength(fits: Sequence[PairFit | NotMeasured]) -> float:
    exponents = [fit.points.chance_exponent if isinstance(fit, PairFit) else 0.0 for fit in fits]
    better = sorted((math.log2(1.0 + exponent) for exponent in exponents), reverse=True)[: (len(fits) + 1) // 2]
    return sum(better) / len(better) if better else 0.0


def _is_negative(confirmed: Sequence[PairFit]) -> bool | NotMeasured:
    if not confirmed:
        return not_measured("no pair of pictures is confirmed by its local features")
    return sum(fit.is_negative for fit in confirmed) * 2 > len(confirmed)


def _consensus(confirmed: Sequence[PairFit]) -> tuple[int, PictureChange | NotMeasured]:
    """Pairs that agree, and the middle value of every number over them."""
    placed = [(fit, fit.transform) for fit in confirmed if not isinstance(fit.transform, NotMeasured)]
    if not placed:
        return 0, not_measured("no pair of pictures is confirmed by its local features")
    mirrored = sum(fit.points.chance_exponent * (1 if fit.is_mirrored else -1) for fit, _ in placed) > 0
    changes = [
        picture_change(
            transform,
            suspect_aspect=fit.suspect_aspect,
            work_aspect=fit.work_aspect,
            is_mirrored=fit.is_mirrored,
        )
        for fit, transform in placed
        if fit.is_mirrored == mirrored
    ]
    middle = _middle(changes)
    return sum(_agrees(change, middle) for change in changes), middle


def _middle(changes: Sequence[PictureChange]) -> PictureChange:
    first = changes[0].rotation_degrees
    turns = [(change.rotation_degrees - first + 180.0) % 360.0 - 180.0 for change in changes]
    return PictureChange(
        is_mirrored=changes[0].is_mirrored,
        rotation_degrees=(first + float(np.median(turns)) + 180.0) % 360.0 - 180.0,
        stretch_factor=float(np.median([change.stretch_factor for change in changes])),
        work_part=_middle_part([change.work_part for change in changes]),
        suspect_part=_middle_part([change.suspect_part for change in changes]),
    )


def _middle_part(parts: Sequence[PicturePart]) -> PicturePart:
    rows = [(*_edges(part), part.area_share) for part in parts]
    left, top, right, bottom, area_share = np.median(rows, axis=0).tolist()
    return PicturePart(left=left, top=top, right=right, bottom=bottom, area_share=area_share)


def _edges(part: PicturePart) -> npt.NDArray[np.float64]:
    return np.array([part.left, part.top, part.right, part.bottom])


def _agrees(change: PictureChange, middle: PictureChange) -> bool:
    gaps = [
        np.abs(_edges(change.work_part) - _edges(middle.work_part)).max(),
        np.abs(_edges(change.suspect_part) - _edges(middle.suspect_part)).max(),
        abs(math.sin(math.radians(change.rotation_degrees - middle.rotation_degrees) / 2)),
    ]
    return bool(max(gaps) <= AGREEING_WITHIN)
