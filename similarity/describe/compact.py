"""`compact`: the bundled 256-component copy descriptor that runs everywhere without a download.

A small convolutional network over a fixed gradient front (`similarity.describe._network`), trained by our own recipe
on openly licensed pictures so that edits of one picture lie together and other pictures apart, after SSCD (Pizzi et
al., CVPR 2022).  It sees what stands where, and no colour; it is no CLIP and knows no subjects.  Recipe, data,
licences and known failures: `training/README.md`.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from similarity.describe.types import DescribedPictures, DescriberIdentity
from similarity.media.types import Picture

if TYPE_CHECKING:
    from similarity.describe._network import LayoutNetwork

__all__ = ["CompactDescriber", "bundled_background", "grey_square"]

WEIGHTS = "compact-net-1.npz"
DIMENSIONS = 256
"""Components of a descriptor."""
SIDE_PIXELS = 96
"""Side of the grey square that the network is shown."""
_BATCH_PICTURES = 64


class CompactDescriber:
    """The bundled network, in evaluation mode on the processor."""

    def __init__(self) -> None:
        self._network = load_network()
        self._identity = DescriberIdentity(
            name="compact",
            version=WEIGHTS.removesuffix(".npz"),
            weights_sha256=hashlib.sha256(_weight_file()).hexdigest(),
            kind="float",
            dimensions=DIMENSIONS,
        )

    @property
    def identity(self) -> DescriberIdentity:
        """Name, version and the hash of the shipped weight file."""
        return self._identity

    def describe(self, pictures: Sequence[Picture]) -> DescribedPictures:
        """Describe a batch: (n, 256) float32 unit rows, rounded to the fp16 in which they are stored."""
        rows = np.zeros((len(pictures), DIMENSIONS), dtype=np.float32)
        for first in range(0, len(pictures), _BATCH_PICTURES):
            batch = pictures[first : first + _BATCH_PICTURES]
            rows[first : first + len(batch)] = self._rows(np.stack([grey_square(picture) for picture in batch]))
        return DescribedPictures(descriptors=rows, quality=np.full(len(pictures), 100, dtype=np.uint8))

    def _rows(self, squares: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        import torch

        with torch.inference_mode():
            grey = torch.from_numpy(squares[:, None]).float().contiguous(memory_format=torch.channels_last)
            rows: npt.NDArray[np.float32] = self._network(grey).numpy()
        return rows.astype(np.float16).astype(np.float32)


def grey_square(picture: Picture) -> npt.NDArray[np.uint8]:
    """(96, 96) uint8: what the network is shown of an RGB picture, whatever its shape."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey, (SIDE_PIXELS, SIDE_PIXELS), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def bundled_background() -> npt.NDArray[np.float32]:
    """(n, 256) float32 unit rows of unrelated pictures, for score normalisation; vectors only."""
    return _arrays()["background"].astype(np.float32)


def load_network() -> LayoutNetwork:
    """The network with the shipped weights."""
    import torch

    from similarity.describe._network import LayoutNetwork

    network = LayoutNetwork()
    state = {
        name.removeprefix("network."): torch.from_numpy(array.astype(np.float32))
        for name, array in _arrays().items()
        if name.startswith("network.")
    }
    missing, unexpected = network.load_state_dict(state, strict=False)
    wrong = [name for name in (*missing, *unexpected) if not name.endswith("num_batches_tracked")]
    if wrong:
        raise ValueError(f"{WEIGHTS} does not fit the network: {', '.join(wrong)} missing or unknown; reinstall")
    return network.eval().to(memory_format=torch.channels_last)


@lru_cache(maxsize=1)
def _arrays() -> dict[str, npt.NDArray[np.float16]]:
    with np.load(io.BytesIO(_weight_file()), allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


@lru_cache(maxsize=1)
def _weight_file() -> bytes:
    return (files("similarity.describe") / "data" / WEIGHTS).read_bytes()
