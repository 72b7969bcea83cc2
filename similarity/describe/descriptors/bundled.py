"""What the two bundled networks have in common: a weight file, a grey square in, unit rows out."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, Protocol

import cv2
import numpy as np
import numpy.typing as npt

from index.records import DescriptorSet
from similarity.describe.types import DescribedPictures
from similarity.media.types import Picture

if TYPE_CHECKING:
    import torch
    from torch import nn

__all__ = [
    "CELL_VALUES",
    "COMPACT_DIMENSIONS",
    "GRID_CELLS",
    "SIDE_PIXELS",
    "STEPS_OF_STAND_IN",
    "BundledDescriber",
    "FrontedNetwork",
    "SharedFronts",
    "background_of",
    "grey_square",
    "load_weights",
    "stand_in_background",
]

SIDE_PIXELS = 96
"""Side of the grey square that a network is shown."""
COMPACT_DIMENSIONS = 256
"""Components of a `compact` row."""
GRID_CELLS = 6
"""Cells of the networks' grid, across and down."""
CELL_VALUES = 6
"""Values of a `composition` row per cell."""
STEPS_OF_STAND_IN = 256
"""Whole numbers to one in the components of stand-in rows."""
_STAND_IN = "stand-in-background-1.npz"
_BATCH_PICTURES = 64

Rows = npt.NDArray[np.float32]


class FrontedNetwork(Protocol):
    """A network behind the fixed front."""

    @property
    def front(self) -> nn.Module:
        """(n, 1, 96, 96) grey to (n, 16, 24, 24): the same in every network."""

    def behind_front(self, gradients: torch.Tensor) -> torch.Tensor:
        """(n, dimensions) unit rows of what the front gives."""


class BundledDescriber:
    """A bundled network, in evaluation mode on the processor; loaded when it is first shown a picture.

    Args:
        name: the descriptor set.
        weights: file in `similarity/describe/descriptors/data`; its stem is the version.
        load: gives the network with its weights: (n, 1, 96, 96) grey to (n, dimensions) unit rows.
        dimensions: components of a row.
        fronts: keeps what the networks' common front gives, for another network that is shown the same; None to keep
            nothing.
    """

    def __init__(
        self,
        name: Literal["compact", "composition"],
        *,
        weights: str,
        load: Callable[[], FrontedNetwork],
        dimensions: int,
        fronts: SharedFronts | None = None,
    ) -> None:
        self._load = load
        self._fronts = fronts
        self._identity = DescriptorSet(
            name=name,
            version=weights.removesuffix(".npz"),
            weights_sha256=hashlib.sha256(_weight_file(weights)).hexdigest(),
            kind="float",
            dimensions=dimensions,
        )

    @cached_property
    def _network(self) -> FrontedNetwork:
        return self._load()

    @property
    def identity(self) -> DescriptorSet:
        """Name, version and the hash of the shipped weight file."""
        return self._identity

    def describe(self, pictures: Sequence[Picture]) -> DescribedPictures:
        """Describe a batch: (n, dimensions) float32 unit rows, rounded to the fp16 in which they are stored."""
        rows = np.zeros((len(pictures), self._identity.dimensions), dtype=np.float32)
        first = 0
        fronts = self._fronts or SharedFronts()
        for gradients in fronts.of(pictures, self._network.front) if len(pictures) else ():
            rows[first : first + len(gradients)] = self._rows(gradients)
            first += len(gradients)
        return DescribedPictures(descriptors=rows, quality=np.full(len(pictures), 100, dtype=np.uint8))

    def _rows(self, gradients: torch.Tensor) -> Rows:
        import torch

        with torch.inference_mode():
            rows: Rows = self._network.behind_front(gradients).numpy()
        return rows.astype(np.float16).astype(np.float32)


class SharedFronts:
    """What the fixed front of both networks gives for the pictures that were seen last, worked out once."""

    def __init__(self) -> None:
        self._seen: tuple[Sequence[Picture], list[torch.Tensor]] = ((), [])

    def of(self, pictures: Sequence[Picture], front: nn.Module) -> list[torch.Tensor]:
        """(n, 16, 24, 24) of each batch.

        Args:
            pictures: RGB; the very sequence that was given last is not looked at again.
            front: of either network.
        """
        if self._seen[0] is not pictures:
            batches = [pictures[first : first + _BATCH_PICTURES] for first in range(0, len(pictures), _BATCH_PICTURES)]
            self._seen = pictures, [_through_front(batch, front) for batch in batches]
        return self._seen[1]


def _through_front(pictures: Sequence[Picture], front: nn.Module) -> torch.Tensor:
    import torch

    squares = np.stack([grey_square(picture) for picture in pictures])
    with torch.inference_mode():
        grey = torch.from_numpy(squares[:, None]).float().contiguous(memory_format=torch.channels_last)
        gradients: torch.Tensor = front(grey)
    return gradients


def grey_square(picture: Picture) -> npt.NDArray[np.uint8]:
    """(96, 96) uint8: what a network is shown of an RGB picture, whatever its shape."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey, (SIDE_PIXELS, SIDE_PIXELS), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def background_of(weights: str) -> Rows:
    """(n, dimensions) float32 unit rows of unrelated pictures that a weight file brings along; vectors only."""
    return _arrays(weights)["background"].astype(np.float32)


@lru_cache(maxsize=2)
def stand_in_background(set_name: Literal["compact", "composition"]) -> Rows:
    """(9405, dimensions) float32 unit rows of further unrelated pictures; vectors only.

    They stand in for background footage where a library has little of its own (`training/stand_in_background.py`).
    """
    rows = _arrays(_STAND_IN)[set_name].astype(np.float32) / STEPS_OF_STAND_IN
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def load_weights(network: nn.Module, weights: str) -> None:
    """Put the shipped weights into a network that they must fit, and set it to evaluation."""
    import torch

    state = {
        name.removeprefix("network."): torch.from_numpy(array.astype(np.float32))
        for name, array in _arrays(weights).items()
        if name.startswith("network.")
    }
    missing, unexpected = network.load_state_dict(state, strict=False)
    wrong = [name for name in (*missing, *unexpected) if not name.endswith("num_batches_tracked")]
    if wrong:
        raise ValueError(f"{weights} does not fit the network: {', '.join(wrong)} missing or unknown; reinstall")
    network.eval().to(memory_format=torch.channels_last)


@lru_cache(maxsize=2)
def _arrays(weights: str) -> dict[str, npt.NDArray[np.float16]]:
    with np.load(io.BytesIO(_weight_file(weights)), allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


@lru_cache(maxsize=2)
def _weight_file(weights: str) -> bytes:
    return (files("similarity.describe.descriptors") / "data" / weights).read_bytes()
