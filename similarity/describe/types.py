"""What a picture is turned into, and by whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue, check_arrays
from index.records import DescriptorSet
from similarity.media.types import Picture

__all__ = ["DescribedPictures", "Describer", "Move"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Move(ArrayValue):
    """A sample's frame and one shortly after it, small."""

    before: Picture
    """The sample's frame."""
    after: Picture
    """The later frame, of the same size."""
    seconds: float
    """Time between the two."""

    def __post_init__(self) -> None:
        check_arrays(self, before="uint8(height, width, 3)", after="uint8(height, width, 3)")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class DescribedPictures(ArrayValue):
    """Descriptors of a batch of pictures, row by row."""

    descriptors: npt.NDArray[np.float32] | npt.NDArray[np.uint8]
    """float: (n, dimensions) float32 unit rows; binary: (n, dimensions / 8) uint8 packed bits, big-endian."""
    quality: npt.NDArray[np.uint8]
    """(n,) 0 to 100: how much the descriptor can be trusted; 100 where a describer has no such figure."""

    def __post_init__(self) -> None:
        check_arrays(self, descriptors="float32|uint8(n, *)", quality="uint8(n)")


class Describer(Protocol):
    """Turns pictures into descriptors; deterministic on one machine."""

    @property
    def identity(self) -> DescriptorSet:
        """Name, version and weight hash."""

    def describe(self, pictures: Sequence[Picture]) -> DescribedPictures:
        """Describe a batch; pictures may differ in size; an empty batch gives empty arrays."""
