"""PDQ, the 256-bit perceptual hash with a quality figure (Meta, ThreatExchange, `hashing.pdf`, 2019).

Two pictures whose hashes differ in at most 31 bits are taken as the same picture by the publishers of PDQ;
hashes of quality below 50 say little.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pdqhash

from similarity.absence import not_measured
from similarity.describe.types import DescribedPictures, DescriberIdentity
from similarity.media.types import Picture

__all__ = ["PdqDescriber", "distance_bits", "paired_distance_bits"]

MAX_SIDE_PIXELS = 512
"""The reference implementation hashes pictures scaled to at most this side."""

IDENTITY = DescriberIdentity(
    name="pdq",
    version="pdq-1",
    weights_sha256=not_measured("PDQ is an algorithm without weights"),
    kind="binary",
    dimensions=256,
)

_BITS_OF_BYTE = np.array([int(value).bit_count() for value in range(256)], dtype=np.uint16)


class PdqDescriber:
    """PDQ through the maintained `pdqhash` binding of the reference code."""

    identity = IDENTITY

    def describe(self, pictures: Sequence[Picture]) -> DescribedPictures:
        """Hash a batch: (n, 32) uint8 packed bits and (n,) quality from 0 to 100."""
        hashes = np.zeros((len(pictures), IDENTITY.dimensions // 8), dtype=np.uint8)
        quality = np.zeros(len(pictures), dtype=np.uint8)
        for row, picture in enumerate(pictures):
            bits, figure = pdqhash.compute(np.ascontiguousarray(picture))
            hashes[row] = np.packbits(bits.astype(np.uint8))
            quality[row] = figure
        return DescribedPictures(descriptors=hashes, quality=quality)


def distance_bits(left: npt.NDArray[np.uint8], right: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint16]:
    """Hamming distances of every row of `left` (n, 32) to every row of `right` (m, 32): (n, m) bits."""
    result = np.zeros((len(left), len(right)), dtype=np.uint16)
    for column in range(left.shape[1]):
        result += _BITS_OF_BYTE[left[:, column, None] ^ right[None, :, column]]
    return result


def paired_distance_bits(left: npt.NDArray[np.uint8], right: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """(n,) Hamming distances of row i of `left` to row i of `right`, both (n, 32), bits."""
    return np.asarray(_BITS_OF_BYTE[left ^ right].sum(axis=1), dtype=np.int64)
