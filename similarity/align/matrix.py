"""The time-by-time similarity matrix of a suspect and a work on a regular grid of time bins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue, check_arrays

__all__ = ["TimeBins", "bin_matrix"]

Matrix = npt.NDArray[np.float32]
_ROUNDING = 1e-6
"""Share of a bin by which a time may be rounded down and still lie in it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class TimeBins(ArrayValue):
    """Samples sorted into bins of equal length; a bin may hold none, one or several."""

    bin_of_sample: npt.NDArray[np.int64]
    """(n,) bin of each sample, not decreasing."""
    num_bins: int
    """Bins from time zero to the last sample."""

    def __post_init__(self) -> None:
        check_arrays(self, bin_of_sample="int64(n)")

    @classmethod
    def of(cls, sample_seconds: npt.NDArray[np.float64], width_seconds: float) -> TimeBins:
        """Bins of `width_seconds` for samples at these times (ascending, seconds after the first frame)."""
        bins = np.floor(sample_seconds / width_seconds + _ROUNDING).astype(np.int64)
        count = int(bins[-1]) + 1 if len(bins) else 0
        return cls(bin_of_sample=bins, num_bins=count)


def bin_matrix(values: Matrix, rows: TimeBins, columns: TimeBins) -> Matrix:
    """(row bins, column bins): the largest value among the sample pairs of each bin pair, NaN where there are none.

    Args:
        values: (n, m) similarity of every sample pair.
        rows: bins of the n samples.
        columns: bins of the m samples.
    """
    result = np.full((rows.num_bins, columns.num_bins), np.nan, dtype=np.float32)
    if values.size == 0:
        return result
    row_bins, row_starts = np.unique(rows.bin_of_sample, return_index=True)
    column_bins, column_starts = np.unique(columns.bin_of_sample, return_index=True)
    reduced = np.maximum.reduceat(np.maximum.reduceat(values, row_starts, axis=0), column_starts, axis=1)
    result[np.ix_(row_bins, column_bins)] = reduced
    return result
