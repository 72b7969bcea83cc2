"""What a picture is turned into, and by whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from similarity.absence import NotMeasured
from similarity.media.types import Picture

__all__ = ["DescribedPictures", "Describer", "DescriberIdentity", "DescriptorKind", "Move"]

DescriptorKind = Literal["float", "binary"]
"""Unit vectors (or zeros) compared by inner product, or bit strings compared by Hamming distance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DescriberIdentity:
    """Everything that decides what a describer puts out; two libraries agree only if these agree."""

    name: Literal["pdq", "compact", "composition", "motion", "clip"]
    """Role in the pipeline; also the name of the descriptor set in a library."""
    version: str
    """Algorithm, model name and preprocessing version, `compact-net-1` or `open_clip:ViT-B-32`."""
    weights_sha256: str | NotMeasured
    """SHA-256 of the weights; not measured for an algorithm without weights."""
    kind: DescriptorKind
    """How two descriptors are compared."""
    dimensions: int
    """Components of a float descriptor, bits of a binary one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A sample's frame and one shortly after it, small."""

    before: Picture
    """The sample's frame."""
    after: Picture
    """The later frame, of the same size."""
    seconds: float
    """Time between the two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedPictures:
    """Descriptors of a batch of pictures, row by row."""

    descriptors: npt.NDArray[np.float32] | npt.NDArray[np.uint8]
    """float: (n, dimensions) float32 unit rows; binary: (n, dimensions / 8) uint8 packed bits, big-endian."""
    quality: npt.NDArray[np.uint8]
    """(n,) 0 to 100: how much the descriptor can be trusted; 100 where a describer has no such figure."""


class Describer(Protocol):
    """Turns pictures into descriptors; deterministic on one machine."""

    @property
    def identity(self) -> DescriberIdentity:
        """Name, version and weight hash."""

    def describe(self, pictures: Sequence[Picture]) -> DescribedPictures:
        """Describe a batch; pictures may differ in size; an empty batch gives empty arrays."""
