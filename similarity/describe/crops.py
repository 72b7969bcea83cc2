"""Rows of both bundled networks for crops of pictures, with their common front worked out once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import cast

import numpy as np
import numpy.typing as npt

from similarity.describe.descriptors.bundled import SharedFronts
from similarity.describe.descriptors.compact import CompactDescriber
from similarity.describe.descriptors.composition import CompositionDescriber
from similarity.media.types import Picture

__all__ = ["rows_of_crops"]

Rows = npt.NDArray[np.float32]


def rows_of_crops(crops: Sequence[Picture]) -> tuple[Rows, Rows]:
    """(n, 256) `compact` and (n, 216) `composition` unit rows."""
    compact, composition = _describers()
    return cast("Rows", compact.describe(crops).descriptors), cast("Rows", composition.describe(crops).descriptors)


@lru_cache(maxsize=1)
def _describers() -> tuple[CompactDescriber, CompositionDescriber]:
    fronts = SharedFronts()
    return CompactDescriber(fronts), CompositionDescriber(fronts)
