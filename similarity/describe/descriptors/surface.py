"""What a picture looks like apart from what stands where: its colours and its manner.

Neither is evidence of taking: anyone may use a palette or a style.  They are measured so that they can be shown apart
from composition and staging.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from similarity.describe.descriptors.bundled import grey_square
from similarity.describe.descriptors.compact import load_network
from similarity.media.types import Picture

__all__ = ["palette_rows", "style_rows"]

PALETTE_BINS = (4, 8, 8)
"""Steps of lightness, green to red, and blue to yellow (CIE Lab)."""
_LAB_RANGES = (0, 256, 64, 192, 64, 192)
_PALETTE_SIDE_PIXELS = 96

Rows = npt.NDArray[np.float32]


def palette_rows(pictures: Sequence[Picture]) -> Rows:
    """(n, 256) float32: roots of the shares of each colour; a product is the Bhattacharyya coefficient, 0 to 1.

    Colour indexing (Swain and Ballard, 1991) in CIE Lab.
    """
    rows = np.zeros((len(pictures), int(np.prod(PALETTE_BINS))), dtype=np.float32)
    size = (_PALETTE_SIDE_PIXELS, _PALETTE_SIDE_PIXELS)
    for row, picture in zip(rows, pictures, strict=True):
        small = cv2.resize(np.ascontiguousarray(picture), size, interpolation=cv2.INTER_AREA)
        lab = cv2.cvtColor(small, cv2.COLOR_RGB2LAB)
        lab[..., 1:] = np.clip(lab[..., 1:], _LAB_RANGES[2], _LAB_RANGES[3] - 1)  # strong colours count at the rim
        counts = cv2.calcHist([lab], [0, 1, 2], None, list(PALETTE_BINS), list(_LAB_RANGES)).ravel()
        row[:] = np.sqrt(counts / max(1.0, float(counts.sum())))
    return rows


def style_rows(pictures: Sequence[Picture]) -> Rows:
    """(n, 528) float32 unit rows: how often edge and texture detectors answer together, wherever they do.

    The Gram matrix of a network's first stage holds the manner of a picture with its content taken out (Gatys, Ecker
    and Bethge, CVPR 2016); here of the bundled `compact` network, whose detectors see no colour.
    """
    import torch

    if not pictures:
        return np.zeros((0, 528), dtype=np.float32)
    network = load_network()
    squares = np.stack([grey_square(np.ascontiguousarray(picture)) for picture in pictures])
    with torch.inference_mode():
        features = network.body[0](network.front(torch.from_numpy(squares[:, None]).float())).flatten(2)
        grams = torch.einsum("ncp,ndp->ncd", features, features).numpy()
    upper = np.triu_indices(grams.shape[1])
    rows = np.sqrt(np.maximum(grams[:, upper[0], upper[1]], 0))
    return np.asarray(rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9), dtype=np.float32)
