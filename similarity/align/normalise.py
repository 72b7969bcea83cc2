"""Similarity in standard deviations above unrelated pictures.

Some pictures resemble everything.  As in the score normalisation of the VSC2022 and DISC21 copy detection
challenges (Pizzi et al., 2022 and 2023), each picture's mean similarity to its nearest background pictures is taken
off; here it is done for both sides, and the rest is expressed in the mean and standard deviation that unrelated
pictures show among themselves, measured once (`Unit`).  So one value means the same for every suspect and in every
library.

Products are taken in float64: rows are stored as fp16, so their products are exact, and the order in which BLAS adds
them does not show in the result.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

__all__ = [
    "EVERY_ITEM",
    "LEAST_ROWS",
    "NUM_NEIGHBOURS",
    "WEIGHT",
    "Background",
    "Backgrounds",
    "Unit",
    "bias_of",
    "nearest_of",
]

NUM_NEIGHBOURS = 3
"""Nearest background pictures whose mean similarity is taken off."""
WEIGHT = 0.3
"""Share of it that is taken off, on each side."""
_BLOCK_ROWS = 512
"""Descriptors compared with the background at a time: bounds memory for long films and large backgrounds."""
_UNIT_ROWS = 1024
"""Pictures among which a unit is measured where none is given: the first ones."""
LEAST_ROWS = 16
"""Fewer background pictures have no nearest ones to speak of."""

EVERY_ITEM = -1
"""In the place of an item: all of them are left out."""

Rows = npt.NDArray[np.float32]
Items = npt.NDArray[np.int64]
Nearest = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Normalised similarity of unrelated pictures to one another."""

    mean: float
    """What counts as 0."""
    deviation: float
    """What counts as 1, above 0."""


class Background:
    """Descriptors of unrelated pictures, and what they teach about a similarity.

    Args:
        rows: (n, dimensions) float32 unit rows; at least 16.
        unit: in which normalised similarities are expressed; None to measure it among the rows.
    """

    def __init__(self, rows: Rows, *, unit: Unit | None = None) -> None:
        if rows.ndim != 2 or len(rows) < LEAST_ROWS:
            raise ValueError(f"a background needs at least {LEAST_ROWS} unit rows, got an array of shape {rows.shape}")
        self.rows = rows
        self._unit = unit

    def bias(self, descriptors: Rows) -> Rows:
        """(n,) mean similarity of each descriptor to its nearest background pictures."""
        return bias_of(self.nearest(descriptors))

    def nearest(self, descriptors: Rows) -> Nearest:
        """(n, NUM_NEIGHBOURS) similarity of each descriptor to its nearest background pictures, ascending."""
        return nearest_of(descriptors, self.rows)

    def biases_without(self, descriptors: Rows, items: Items) -> dict[int, Rows]:
        """(n,) `bias` of each descriptor without the rows of one item of the background, item by item.

        Items that hold none of the nearest pictures of any descriptor are left out: without them nothing changes.
        `EVERY_ITEM` stands for the background without all of its items.

        Args:
            descriptors: (n, dimensions) unit rows.
            items: (m,) number of the item that each background row belongs to; -1 for rows of none.
        """
        blocks = range(0, len(descriptors), _BLOCK_ROWS)
        found = [self._block_without(descriptors[first : first + _BLOCK_ROWS], items) for first in blocks]
        usual = [block.pop(None) for block in found]
        return {
            item: np.concatenate([block.get(item, whole) for block, whole in zip(found, usual, strict=True)])
            for item in sorted({item for block in found for item in block if item is not None})
        }

    def _block_without(self, descriptors: Rows, items: Items) -> dict[int | None, Rows]:
        """The same of some descriptors; None for their bias with every item."""
        similarity = _products(descriptors, self.rows)
        whole = bias_of(_largest(similarity))
        nearest = items[np.argpartition(similarity, -NUM_NEIGHBOURS, axis=1)[:, -NUM_NEIGHBOURS:]]
        found: dict[int | None, Rows] = {None: whole, EVERY_ITEM: bias_of(_largest(similarity[:, items < 0]))}
        for item in np.unique(nearest[nearest >= 0]).tolist():
            found[item] = whole.copy()
            touched = (nearest == item).any(axis=1)
            found[item][touched] = bias_of(_largest(similarity[np.ix_(touched, items != item)]))
        return found

    def zscores(self, suspect: Rows, work: Rows, *, suspect_bias: Rows, work_bias: Rows) -> Rows:
        """(n, m) normalised similarity of every suspect sample to every work sample, standard deviations.

        Args:
            suspect: (n, dimensions) unit rows of the suspect.
            work: (m, dimensions) unit rows of the work.
            suspect_bias: (n,) `bias` of the suspect's rows.
            work_bias: (m,) `bias` of the work's rows.
        """
        raw = _products(suspect, work) - WEIGHT * suspect_bias[:, None] - WEIGHT * work_bias[None, :]
        return np.asarray((raw - self.unit.mean) / self.unit.deviation, dtype=np.float32)

    def paired_zscores(self, suspect: Rows, work: Rows, *, suspect_bias: Rows, work_bias: Rows) -> Rows:
        """(k,) the same for each suspect sample and its own partner.

        Args:
            suspect: (k, dimensions) unit rows of the suspect.
            work: (k, dimensions) unit rows of the work samples paired with them.
            suspect_bias: (k,) `bias` of the suspect's rows.
            work_bias: (k,) `bias` of the work's rows.
        """
        alike = np.einsum("kd,kd->k", suspect.astype(np.float64), work.astype(np.float64))
        normalised = alike - WEIGHT * suspect_bias - WEIGHT * work_bias
        return np.asarray((normalised - self.unit.mean) / self.unit.deviation, dtype=np.float32)

    @cached_property
    def unit(self) -> Unit:
        """Mean and standard deviation of the normalised similarity of unrelated pictures."""
        if self._unit is not None:
            return self._unit
        rows = self.rows[:_UNIT_ROWS]
        similarity = _products(rows, rows)
        np.fill_diagonal(similarity, -np.inf)
        bias = bias_of(_largest(similarity))
        normalised = similarity - WEIGHT * bias[:, None] - WEIGHT * bias[None, :]
        values = normalised[~np.eye(len(rows), dtype=bool)]
        return Unit(mean=float(values.mean()), deviation=float(values.std()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Backgrounds:
    """What unrelated pictures look like to each descriptor that carries an alignment."""

    compact: Background
    """To the copy descriptor."""
    composition: Background | None = None
    """To the composition descriptor; None where the library holds none."""
    concept: Background | None = None
    """To CLIP, which carries no alignment and finds works only; None where the library holds too few rows of it."""

    def of(self, set_name: str) -> Background | None:
        """What they look like to a descriptor set: `compact`, or `composition` of the whole or a middle."""
        return self.compact if set_name == "compact" else self.composition


def nearest_of(descriptors: Rows, pictures: Rows) -> Nearest:
    """(n, NUM_NEIGHBOURS) similarity of each descriptor to the nearest of some pictures, ascending; of fewer, all."""
    blocks = [descriptors[first : first + _BLOCK_ROWS] for first in range(0, len(descriptors), _BLOCK_ROWS)]
    nearest = [_largest(_products(block, pictures)) for block in blocks]
    return np.concatenate([np.zeros((0, min(NUM_NEIGHBOURS, len(pictures)))), *nearest])


def bias_of(nearest: Nearest) -> Rows:
    """(n,) mean similarity to the nearest background pictures."""
    return np.asarray(nearest.mean(axis=1), dtype=np.float32)


def _products(left: Rows, right: Rows) -> npt.NDArray[np.float64]:
    return np.asarray(left.astype(np.float64) @ right.astype(np.float64).T)


def _largest(similarity: Nearest) -> Nearest:
    count = min(NUM_NEIGHBOURS, similarity.shape[1])
    return np.sort(np.partition(similarity, -count, axis=1)[:, -count:], axis=1)
