"""Similarity matrices with lines planted in noise."""

from __future__ import annotations

import numpy as np


def noise(num_rows: int, num_columns: int, *, seed: int = 0) -> np.ndarray:
    """What unrelated pictures show: mean 0, deviation 1."""
    return np.random.default_rng(seed).normal(size=(num_rows, num_columns)).astype(np.float32)


def line(start: tuple[int, int], num_rows: int, speed: float) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns of a line that starts at `start`."""
    rows = start[0] + np.arange(num_rows)
    return rows, start[1] + np.round(np.arange(num_rows) * speed).astype(int)


def planted(matrix: np.ndarray, start: tuple[int, int], num_rows: int, speed: float, *, value: float) -> np.ndarray:
    """A copy of the matrix with this value along a line, and a little less beside it: film changes slowly."""
    changed = matrix.copy()
    rows, columns = line(start, num_rows, speed)
    for shift, loss in ((-1, 1.0), (1, 1.0), (0, 0.0)):
        inside = (columns + shift >= 0) & (columns + shift < matrix.shape[1])
        changed[rows[inside], columns[inside] + shift] = value - loss
    return changed
