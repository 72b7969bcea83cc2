"""Search as one would write it on a blackboard: the measure of every faster one."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from index.records import Descriptors

__all__ = ["nearest"]


def nearest(
    rows: Descriptors, queries: Descriptors, *, k: int, kind: Literal["float", "binary"]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """Value and position of the k best rows of each query: largest inner product, or fewest differing bits.

    Best first, equals in order of position; (queries, min(k, rows)).
    """
    if kind == "float":
        value = queries.astype(np.float64) @ rows.astype(np.float64).T
        order = np.argsort(-value, axis=1, kind="stable")[:, :k]
    else:
        value = np.unpackbits(np.bitwise_xor(queries[:, None, :], rows[None, :, :]), axis=2).sum(axis=2)
        order = np.argsort(value, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(value, order, axis=1).astype(np.float32), order.astype(np.int64)
