"""How exactly the change of the picture is known: by how far pairs of frames, each on its own, differ about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from similarity.absence import NotMeasured, not_measured
from similarity.align.dense_line import BLOCK_SECONDS
from similarity.intervals import Interval

__all__ = ["PictureSpread", "picture_spread"]

LEAST_HALF = 0.001
"""Half of an interval at least, share of the work's picture: a tenth of a dot of the small pictures."""
MOST_HALF = 0.03
"""Half of an interval from which the pictures do not determine the value."""
PULL_SHARE = 0.02
"""Share of its distance from 1 by which a scale may be pulled towards 1: contrast is taken in neighbourhoods that are
a share of either picture, not of what they show.  The most seen on copies with a known frame."""
_LEAST_FRAMES = 3

_OPEN = not_measured("the pictures leave it open: pairs of frames differ about it")
_FEW = not_measured("fewer than {number} pairs of frames far enough apart in time tell of it", number=_LEAST_FRAMES)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureSpread:
    """Intervals for how much of the work's picture the suspect's frame takes in, and where; shares of its sides."""

    scale: Interval | NotMeasured
    """Root of the area of the suspect's frame as it lies in the work's picture: 0.8 for a crop to 64 %, above 1 for an
    inset."""
    across: Interval | NotMeasured
    """Middle of the suspect's frame in the width of the work's picture."""
    down: Interval | NotMeasured
    """The same in its height."""


def picture_spread(
    transform: Floats, singles: Sequence[Floats], others: Sequence[Floats], *, suspect_seconds: Floats
) -> PictureSpread:
    """Intervals of 95 % from pairs of frames that were fitted alone.

    Frames that lie close in time tell nearly the same, so they count as one.

    Args:
        transform: (3, 3) from fractions of the suspect's picture to fractions of the work's, fitted to all pairs.
        singles: (3, 3) each, fitted to one pair.
        others: (3, 3) each, that explain the pictures as well at other times: where crop and time are confused.
        suspect_seconds: (k,) times of the pairs.
    """
    effective = len(np.unique(np.floor((suspect_seconds - suspect_seconds.min(initial=0)) / BLOCK_SECONDS)))
    if effective < _LEAST_FRAMES:
        return PictureSpread(scale=_FEW, across=_FEW, down=_FEW)
    from scipy.stats import t as student  # type: ignore[import-untyped]

    best, each = _figures(transform), np.stack([_figures(one) for one in singles])
    half = float(student.ppf(0.975, effective - 1)) * each.std(axis=0, ddof=1) / np.sqrt(effective) + LEAST_HALF
    low, high = best - half, best + half
    for other in others:
        low, high = np.minimum(low, _figures(other) - half), np.maximum(high, _figures(other) + half)
    pull = PULL_SHARE * (best[0] - 1.0)
    low[0], high[0] = low[0] + min(pull, 0.0), high[0] + max(pull, 0.0)
    found = [
        _OPEN if last - first > 2 * MOST_HALF else (first, last)
        for first, last in zip(low.tolist(), high.tolist(), strict=True)
    ]
    return PictureSpread(scale=found[0], across=found[1], down=found[2])


def _figures(transform: Floats) -> Floats:
    """(3,) scale and middle."""
    corners = np.array([[0.0, 1.0, 1.0, 0.0], [0.0, 0.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0]])
    x, y, depth = transform @ corners
    x, y = x / depth, y / depth
    area = abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2
    u, v, w = transform @ np.array([0.5, 0.5, 1.0])
    return np.array([np.sqrt(area), u / w, v / w])
