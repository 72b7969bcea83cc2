"""`composition`: what stands where in a picture, whatever surface it wears.

The network of `compact` with another head and another task: pictures were repainted, relit, drawn over, and their
subject or setting put in another's place, with the framing kept; the network learned to know the layout again
(`training/composition_network.py`).  It gives 6 values to each of 6 x 6 cells, so that a picture of which only a part
was kept still resembles its source in that part.  It forgives next to no change of framing: that is what it measures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from similarity.describe.descriptors.bundled import (
    CELL_VALUES,
    GRID_CELLS,
    BundledDescriber,
    background_of,
    load_weights,
)

if TYPE_CHECKING:
    from similarity.describe.descriptors._network import GridNetwork

__all__ = ["CompositionDescriber", "composition_background"]

WEIGHTS = "composition-net-1.npz"
DIMENSIONS = GRID_CELLS**2 * CELL_VALUES
"""Components of a descriptor."""


class CompositionDescriber(BundledDescriber):
    """The bundled composition network."""

    def __init__(self) -> None:
        super().__init__("composition", weights=WEIGHTS, network=load_network(), dimensions=DIMENSIONS)


def composition_background() -> npt.NDArray[np.float32]:
    """(n, 216) float32 unit rows of unrelated pictures, for score normalisation; vectors only."""
    return background_of(WEIGHTS)


def load_network() -> GridNetwork:
    """The network with the shipped weights."""
    from similarity.describe.descriptors._network import GridNetwork

    network = GridNetwork()
    load_weights(network, WEIGHTS)
    return network
