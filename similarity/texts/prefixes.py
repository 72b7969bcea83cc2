"""How far two rows of numbers agree from their beginning."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["common_prefix"]

_FIRST_LOOK = 16


def common_prefix(one: NDArray[np.int32], other: NDArray[np.int32]) -> int:
    """Number of leading entries that are equal, looked for in steps that double."""
    length = min(len(one), len(other))
    if not length or one[0] != other[0]:
        return 0
    at, step = 0, _FIRST_LOOK
    while at < length:
        stop = min(at + step, length)
        differs = one[at:stop] != other[at:stop]
        first = int(differs.argmax())
        if differs[first]:
            return at + first
        at, step = stop, step * 2
    return length
