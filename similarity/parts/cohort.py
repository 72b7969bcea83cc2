"""How much a likeness stands out among the most alike of its class: unrelated pictures, and parts of other works.

Both sides are weighed, as in adaptive symmetric normalisation of scores (Matejka et al., Interspeech 2017): a part that
resembles much, and a suspect's picture that much resembles, count for less.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import cast

import numpy as np
import numpy.typing as npt

from similarity.parts.values import KINDS, Kind, RegionRows

__all__ = ["NEAREST", "Block", "background_block", "best_per_block", "block_of", "usual"]

NEAREST = 20
"""Most alike of the class that a likeness is held against."""
_LEAST_SPREAD = 0.01
_BACKGROUND = "part-background-1.npz"

Rows = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Regions of several pictures, centred on the unrelated ones, of every kind."""

    rows: Mapping[Kind, Rows]
    """Kind -> (n, dimensions) unit rows."""
    firsts: Numbers
    """(m,) the first region of each picture; every picture has one at least."""

    def bounds(self, number: int) -> tuple[int, int]:
        """The first region of a picture, and the first after it."""
        is_last = number + 1 == len(self.firsts)
        return int(self.firsts[number]), len(self.rows["compact"]) if is_last else int(self.firsts[number + 1])


def block_of(pictures: Sequence[RegionRows]) -> Block:
    """The regions of some pictures, one picture at least."""
    means = _background_arrays()[1]
    return Block(
        rows={kind: _centred(np.concatenate([_rows(one, kind) for one in pictures]), means[kind]) for kind in KINDS},
        firsts=np.cumsum([0, *(len(one) for one in pictures[:-1])], dtype=np.int64),
    )


@lru_cache(maxsize=1)
def background_block() -> Block:
    """Regions of the shipped unrelated pictures."""
    arrays, means, firsts = _background_arrays()
    return Block(rows={kind: _centred(arrays[kind], means[kind]) for kind in KINDS}, firsts=firsts)


def best_per_block(rows: Rows, block: Block, kind: Kind) -> Rows:
    """(m,) the likeness of the two most alike regions, for each picture of a block.

    Args:
        rows: (n, dimensions) regions of one picture.
        block: the others.
        kind: what is compared.
    """
    return cast("Rows", np.maximum.reduceat((rows @ block.rows[kind].T).max(axis=0), block.firsts))


def usual(others: Rows) -> tuple[float, float]:
    """Mean and spread of the most alike of a class.

    Args:
        others: (n,) likenesses that the class reaches, n > 0.
    """
    count = min(NEAREST, len(others))
    nearest = np.partition(others, len(others) - count)[len(others) - count :]
    return float(nearest.mean()), max(float(nearest.std()), _LEAST_SPREAD)


def _rows(regions: RegionRows, kind: Kind) -> Rows:
    return cast("Rows", getattr(regions, kind))


def _centred(rows: Rows, mean: Rows) -> Rows:
    away = rows - mean
    return cast("Rows", away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-6))


@lru_cache(maxsize=1)
def _background_arrays() -> tuple[dict[Kind, Rows], dict[Kind, Rows], Numbers]:
    content = (files("similarity.parts") / "data" / _BACKGROUND).read_bytes()
    with np.load(io.BytesIO(content), allow_pickle=False) as archive:
        arrays = {kind: archive[kind].astype(np.float32) for kind in KINDS}
        lengths = archive["lengths"]
    means = {kind: cast("Rows", rows.mean(axis=0)) for kind, rows in arrays.items()}
    return arrays, means, np.cumsum([0, *lengths[:-1].tolist()], dtype=np.int64)
