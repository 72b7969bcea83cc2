"""`compact`: the bundled 256-component layout descriptor that runs everywhere without a download.

A hand-made front under a small learned head; it is no neural network and no CLIP.  The front is a grid of
gradient orientations (12 x 12 cells, 6 directions), the family of HOG (Dalal and Triggs, CVPR 2005) and GIST
(Oliva and Torralba, IJCV 2001): it sees what stands where, little of colour.  The head is one linear map,
learned by linear discriminant analysis over openly licensed pictures and edits of them (recipe, data and
licences: `training/README.md`), so that what an edit changes counts little and what tells pictures apart
counts much.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import cv2
import numpy as np
import numpy.typing as npt

from similarity.describe.types import DescribedPictures, DescriberIdentity
from similarity.media.types import Picture

__all__ = ["CompactDescriber", "bundled_background", "layout"]

WEIGHTS = "compact-layout-1.npz"
CELLS, DIRECTIONS, SIDE_PIXELS = 12, 6, 96
_BLUR_SIGMA_PIXELS = 1.5
_FLOOR = 12.0
"""Gradient strength (grey levels) below which a cell counts as empty instead of being stretched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weights:
    mean: npt.NDArray[np.float32]
    head: npt.NDArray[np.float32]
    background: npt.NDArray[np.float32]
    sha256: str


class CompactDescriber:
    """Gradient layout under the learned linear head."""

    def __init__(self) -> None:
        self._weights = _load_weights()

    @property
    def identity(self) -> DescriberIdentity:
        """Name, version and the hash of the shipped weight file."""
        return DescriberIdentity(
            name="compact",
            version=WEIGHTS.removesuffix(".npz"),
            weights_sha256=self._weights.sha256,
            kind="float",
            dimensions=self._weights.head.shape[1],
        )

    def describe(self, pictures: Sequence[Picture]) -> DescribedPictures:
        """Describe a batch: (n, 256) float32 unit rows."""
        fronts = np.zeros((len(pictures), DIRECTIONS * CELLS * CELLS), dtype=np.float32)
        for row, picture in enumerate(pictures):
            fronts[row] = layout(picture)
        rows = project(fronts, self._weights.mean, self._weights.head)
        return DescribedPictures(descriptors=rows, quality=np.full(len(pictures), 100, dtype=np.uint8))


def bundled_background() -> npt.NDArray[np.float32]:
    """(n, 256) float32 unit rows of unrelated pictures, for score normalisation; vectors only."""
    return _load_weights().background


def layout(picture: Picture) -> npt.NDArray[np.float32]:
    """(864,) float32: strength of 6 gradient directions in 12 x 12 cells, direction-major, per-cell normalised."""
    small = cv2.resize(picture, (SIDE_PIXELS, SIDE_PIXELS), interpolation=cv2.INTER_AREA)
    grey = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), (0, 0), _BLUR_SIGMA_PIXELS).astype(np.float32)
    across, down = cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    # numpy's product, not cv2.magnitude: that one's last digit depends on where in memory the picture lies
    strength = np.sqrt(np.sqrt(across * across + down * down))
    direction = np.mod(cv2.phase(across, down), np.float32(np.pi)) * np.float32(DIRECTIONS / np.pi)
    apart = np.abs(direction[None] - np.arange(DIRECTIONS, dtype=np.float32)[:, None, None])
    share = np.clip(1 - np.minimum(apart, DIRECTIONS - apart), 0, 1) * strength
    step = SIDE_PIXELS // CELLS
    cells = share.reshape(DIRECTIONS, CELLS, step, CELLS, step).mean(axis=(2, 4))
    cells /= np.linalg.norm(cells, axis=0, keepdims=True) + _FLOOR
    return np.asarray(cells.reshape(-1), dtype=np.float32)


def project(
    fronts: npt.NDArray[np.float32], mean: npt.NDArray[np.float32], head: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """(n, 864) layouts to (n, 256) unit rows: centre, apply the linear head, normalise, round to the stored fp16."""
    # in float64, so that the order in which BLAS adds never shows in the rounded row
    rows = (fronts.astype(np.float64) - mean) @ head.astype(np.float64)
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(norms, 1e-6), dtype=np.float16).astype(np.float32)


@lru_cache(maxsize=1)
def _load_weights() -> _Weights:
    source = files("similarity.describe") / "data" / WEIGHTS
    content = source.read_bytes()
    with source.open("rb") as handle, np.load(handle, allow_pickle=False) as arrays:
        return _Weights(
            mean=arrays["mean"].astype(np.float32),
            head=arrays["head"].astype(np.float32),
            background=arrays["background"].astype(np.float32),
            sha256=hashlib.sha256(content).hexdigest(),
        )
