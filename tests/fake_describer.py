"""A `Describer` of a few lines: mean colours of a coarse grid."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from similarity.absence import not_measured
from similarity.describe.types import DescribedPictures, DescriberIdentity
from similarity.media.types import Picture

GRID = 4


class FakeDescriber:
    """Unit rows of 4 x 4 mean colours."""

    identity = DescriberIdentity(
        name="compact",
        version="fake-1",
        weights_sha256=not_measured("made for tests, without weights"),
        kind="float",
        dimensions=GRID * GRID * 3,
    )

    def __init__(self) -> None:
        self.batch_sizes: list[int] = []

    def describe(self, pictures: Sequence[Picture]) -> DescribedPictures:
        self.batch_sizes.append(len(pictures))
        rows = np.zeros((len(pictures), self.identity.dimensions), dtype=np.float32)
        for row, picture in enumerate(pictures):
            parts = [part for band in np.array_split(picture, GRID) for part in np.array_split(band, GRID, axis=1)]
            colours = np.array([part.mean(axis=(0, 1)) if part.size else np.zeros(3) for part in parts]) + 1
            rows[row] = (colours / np.linalg.norm(colours)).ravel()
        return DescribedPictures(descriptors=rows, quality=np.full(len(pictures), 100, dtype=np.uint8))
