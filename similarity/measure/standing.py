"""Where a value stands among those of others: its rank and their quantiles, withheld where they are too few.

If a suspect took nothing, it is one more of its kind, and each of the n + 1 places is as likely as any other: it
stands above all n others with a probability of 1 / (n + 1) (a Monte Carlo test in the sense of Barnard 1963 and Hope
1968).  That is one in twenty from 19 others on.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from similarity.absence import NotMeasured, not_measured
from similarity.measure.values import AxisName

__all__ = ["LEAST_OTHERS", "FigureName", "Rank", "Standing", "rank_among"]

LEAST_OTHERS = 19
"""Others from which a standing is stated: with fewer, chance puts one above all of them more often than once in 20."""
_NINE_TENTHS = 0.9

FigureName = Literal["copy_score", "adaptation_score"] | AxisName
"""Score of the match, score from which the ratio of an adaptation is read, or an axis."""
_NOTHING = not_measured("so many of the others reach nothing there")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank:
    """A place among others."""

    rank: int
    """1 where all others are lower; an equal one stands before it."""
    num_others: int
    """The others."""
    num_nothing: int
    """Of these, those that reach nothing: they stand below everything."""
    median: float | NotMeasured
    """Value that half of the others reach at most; not measured where these reach nothing."""
    nine_tenths: float | NotMeasured
    """Value that nine tenths of the others reach at most."""
    highest: float | NotMeasured
    """The highest of the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One figure of a match, and where it stands."""

    figure: FigureName
    """Which figure."""
    value: float | NotMeasured
    """Its value."""
    rank: Rank | NotMeasured
    """Its place; not measured where the others are too few."""


def rank_among(value: float, others: Sequence[float], *, num_nothing: int = 0) -> Rank | NotMeasured:
    """The place of a value among others, which are as likely to be higher if nothing sets it apart.

    Args:
        value: the value.
        others: those of the others that reach any, in any order.
        num_nothing: others beside them that reach nothing.
    """
    total = len(others) + num_nothing
    if total < LEAST_OTHERS:
        return not_measured(
            "only {number} others, {least} needed: chance puts one of fewer above all of them more often than once in "
            "twenty",
            number=total,
            least=LEAST_OTHERS,
        )
    every = np.concatenate([np.full(num_nothing, -math.inf), np.asarray(others, dtype=np.float64)])
    median, nine_tenths = np.quantile(every, (0.5, _NINE_TENTHS), method="inverted_cdf")
    return Rank(
        rank=1 + int(np.count_nonzero(every >= value)),
        num_others=total,
        num_nothing=num_nothing,
        median=_stated(median),
        nine_tenths=_stated(nine_tenths),
        highest=_stated(every.max()),
    )


def _stated(value: float) -> float | NotMeasured:
    return float(value) if math.isfinite(value) else _NOTHING
