"""`composition`: what stands where in a picture, whatever surface it wears.

The network of `compact` with another head and another task: pictures were repainted, relit, drawn over, and their
subject or setting put in another's place, with the framing kept; the network learned to know the layout again
(`training/composition_network.py`).  It gives 6 values to each of 6 x 6 cells, so that a picture of which only a part
was kept still resembles its source in that part.  It forgives little change of framing: that is what it measures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from similarity.describe.descriptors.bundled import (
    CELL_VALUES,
    GRID_CELLS,
    BundledDescriber,
    SharedFronts,
    background_of,
    load_weights,
)
from similarity.describe.shapes import Shape, cut_to_shape
from similarity.describe.types import DescribedPictures
from similarity.media.types import Picture

if TYPE_CHECKING:
    from index.records import DescriptorSet
    from similarity.describe.descriptors._network import GridNetwork

__all__ = ["CompositionDescriber", "ShapedCompositionDescriber", "composition_background"]

WEIGHTS = "composition-net-2.npz"
DIMENSIONS = GRID_CELLS**2 * CELL_VALUES
"""Components of a descriptor."""


class CompositionDescriber(BundledDescriber):
    """The bundled composition network; where it shares fronts it keeps the rows of what it saw last, too."""

    def __init__(self, fronts: SharedFronts | None = None) -> None:
        super().__init__("composition", weights=WEIGHTS, load=load_network, dimensions=DIMENSIONS, fronts=fronts)
        self._described: tuple[Sequence[Picture], DescribedPictures] | None = None

    def describe(self, pictures: Sequence[Picture]) -> DescribedPictures:
        """Describe a batch."""
        if self._fronts is None:
            return super().describe(pictures)
        if self._described is None or self._described[0] is not pictures:
            self._described = pictures, super().describe(pictures)
        return self._described[1]


class ShapedCompositionDescriber:
    """The same network on the middle of a picture: what a screen of another shape would show of it.

    Args:
        network: the composition network.
        shape: the screen.
    """

    def __init__(self, network: CompositionDescriber, shape: Shape) -> None:
        self._network = network
        self._shape = shape

    @property
    def identity(self) -> DescriptorSet:
        """That of the network, with the shape in the name."""
        return replace(self._network.identity, name=f"composition-{self._shape}")

    def describe(self, pictures: Sequence[Picture]) -> DescribedPictures:
        """Describe the middle of each picture of a batch."""
        middles = [cut_to_shape(picture, self._shape) for picture in pictures]
        is_all = all(middle.shape == picture.shape for middle, picture in zip(middles, pictures, strict=True))
        return self._network.describe(pictures if is_all else middles)


def composition_background() -> npt.NDArray[np.float32]:
    """(n, 216) float32 unit rows of unrelated pictures, for score normalisation; vectors only."""
    return background_of(WEIGHTS)


def load_network() -> GridNetwork:
    """The network with the shipped weights."""
    from similarity.describe.descriptors._network import GridNetwork

    network = GridNetwork()
    load_weights(network, WEIGHTS)
    return network
