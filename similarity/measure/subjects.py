"""What unrelated footage reaches on the concept axis when it is laid as well as it can be.

A match was chosen out of every place of every work.  To set its subject beside that of unrelated footage, the same
samples are laid over each unrelated item, at the same pace, wherever in it their likeness is highest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue, check_arrays

__all__ = ["MOST_SAMPLES", "UnrelatedItem", "best_laid"]

MOST_SAMPLES = 240
"""Aligned samples that are laid over unrelated items; of more, every n-th."""

Rows = npt.NDArray[np.float32]
Seconds = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class UnrelatedItem(ArrayValue):
    """CLIP rows of one item of background footage."""

    seconds: Seconds
    """(m,) times, ascending, m > 0."""
    rows: Rows
    """(m, dimensions) unit rows."""

    def __post_init__(self) -> None:
        check_arrays(self, seconds="float64(m)", rows="float32(m, *)")


def best_laid(rows: Rows, seconds: Seconds, item: UnrelatedItem) -> float:
    """Highest mean cosine of samples and the item's, over every place of the item where they can begin.

    An item that is shorter than their stretch is repeated, so that every item counts, however short.

    Args:
        rows: (k, dimensions) unit rows of the samples, k > 0.
        seconds: (k,) where they lie in the work that they are aligned with, in any order.
        item: the unrelated item.
    """
    chosen = slice(None, None, -(-len(rows) // MOST_SAMPLES))
    cosines = rows[chosen] @ item.rows.T
    steps = seconds[chosen] - seconds[chosen].min()
    period = float(item.seconds[-1] - item.seconds[0]) * len(item.seconds) / max(1, len(item.seconds) - 1) or 1.0
    laid = np.zeros(len(item.seconds))
    for row, step in enumerate(steps.tolist()):
        laid += cosines[row, _nearest(item.seconds, item.seconds[0] + (item.seconds - item.seconds[0] + step) % period)]
    return float(laid.max() / len(steps))


def _nearest(seconds: Seconds, wanted: Seconds) -> npt.NDArray[np.int64]:
    """(w,) numbers of the samples nearest to some times."""
    if len(seconds) == 1:
        return np.zeros(len(wanted), dtype=np.int64)
    after = np.searchsorted(seconds, wanted).clip(1, len(seconds) - 1)
    is_before = wanted - seconds[after - 1] <= seconds[after] - wanted
    return np.asarray(after - is_before, dtype=np.int64)
