"""`compact`: the bundled 256-component copy descriptor that runs everywhere without a download.

A small convolutional network over a fixed gradient front (`_network.py`), trained by our own recipe on openly
licensed pictures so that edits of one picture lie together and other pictures apart, after SSCD (Pizzi et al., CVPR
2022).  It sees what stands where, and no colour; it is no CLIP and knows no subjects.  Recipe, data, licences and
known failures: `training/README.md`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from similarity.describe.descriptors.bundled import (
    COMPACT_DIMENSIONS,
    BundledDescriber,
    SharedFronts,
    background_of,
    load_weights,
)

if TYPE_CHECKING:
    from similarity.describe.descriptors._network import LayoutNetwork

__all__ = ["CompactDescriber", "bundled_background", "load_network"]

WEIGHTS = "compact-net-1.npz"
"""4.5 MB that stand in the repository: it is what lets every command run without a download (decision 0011)."""


class CompactDescriber(BundledDescriber):
    """The bundled copy network."""

    def __init__(self, fronts: SharedFronts | None = None) -> None:
        super().__init__("compact", weights=WEIGHTS, load=load_network, dimensions=COMPACT_DIMENSIONS, fronts=fronts)


def bundled_background() -> npt.NDArray[np.float32]:
    """(n, 256) float32 unit rows of unrelated pictures, for score normalisation; vectors only."""
    return background_of(WEIGHTS)


@lru_cache(maxsize=1)
def load_network() -> LayoutNetwork:
    """The network with the shipped weights, for evaluation."""
    from similarity.describe.descriptors._network import LayoutNetwork

    network = LayoutNetwork()
    load_weights(network, WEIGHTS)
    return network
