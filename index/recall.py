"""How often search by codes finds what exact search finds: asked with a library's own rows, turned away."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from index.api import Reader
from index.records import Role

__all__ = ["ASKED_COSINE", "recall_at_1", "turned_rows"]

ASKED_COSINE = 0.7
"""Cosine between what is asked for and the row that it was made of."""
_SEED = 20


def recall_at_1(reader: Reader, set_name: str, *, role: Role, num_queries: int) -> float:
    """Share of queries whose nearest row by codes is as near as the nearest of all; every row is read.

    Args:
        reader: the library.
        set_name: a set that has codes.
        role: whose entries are searched.
        num_queries: rows that are asked for.
    """
    queries = turned_rows(reader, set_name, role=role, count=num_queries)
    found = reader.search(set_name, queries, 1, role=role)
    exact = reader.search(set_name, queries, 1, role=role, is_exact=True)
    return float((found.value >= exact.value - 1e-4).mean())


def turned_rows(reader: Reader, set_name: str, *, role: Role, count: int) -> npt.NDArray[np.float32]:
    """(count, dimensions) unit rows of a library, each from a random entry, turned away to `ASKED_COSINE`."""
    random = np.random.default_rng(_SEED)
    entries = [entry for entry in reader.entries(role) if entry.num_indexed]
    weights = np.array([entry.num_indexed for entry in entries], dtype=np.float64)
    chosen = np.sort(random.choice(len(entries), size=count, p=weights / weights.sum()))
    found: list[npt.NDArray[np.float64]] = []
    for number, times in zip(*np.unique(chosen, return_counts=True), strict=True):
        rows = reader.descriptors(entries[number].entry_id, set_name).astype(np.float64)
        rows = rows[np.einsum("kd,kd->k", rows, rows) > 0]
        found += [_turned(row, random) for row in rows[random.integers(len(rows), size=times if len(rows) else 0)]]
    return np.array(found, dtype=np.float32)


def _turned(row: npt.NDArray[np.float64], random: np.random.Generator) -> npt.NDArray[np.float64]:
    aside = random.standard_normal(len(row))
    aside -= (aside @ row) / (row @ row) * row
    return np.asarray(
        ASKED_COSINE * row / np.linalg.norm(row) + (1 - ASKED_COSINE**2) ** 0.5 * aside / np.linalg.norm(aside)
    )
