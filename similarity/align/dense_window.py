"""Every frame of a stretch of the suspect against every frame of a stretch of the work, and lines through that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue, check_arrays
from similarity.intervals import Interval

__all__ = ["OUTSIDE", "DenseWindow", "along", "looked_up"]

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.float32]

OUTSIDE = -0.5
"""Agreement of a frame whose line leaves the work: it can't belong."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class DenseWindow(ArrayValue):
    """Frames at the full rate of both files, held against each other under one change of the picture."""

    suspect_seconds: Floats
    """(n,) times in the suspect, ascending."""
    work_seconds: Floats
    """(m,) times in the work, ascending."""
    agreement: Rows
    """(n, m) how alike the pictures are, 1 where they are the same."""
    contrast: Floats
    """(n,) how much each frame of the suspect shows; a black one shows nothing."""

    def __post_init__(self) -> None:
        check_arrays(
            self,
            suspect_seconds="float64(n)",
            work_seconds="float64(m)",
            agreement="float32(n, m)",
            contrast="float64(n)",
        )

    def rows(self, numbers: npt.NDArray[np.intp]) -> DenseWindow:
        """The same for some frames of the suspect."""
        return DenseWindow(
            suspect_seconds=self.suspect_seconds[numbers],
            work_seconds=self.work_seconds,
            agreement=self.agreement[numbers],
            contrast=self.contrast[numbers],
        )

    def inside(self, span: Interval) -> DenseWindow:
        """The same for the frames of the suspect within a span."""
        chosen = (self.suspect_seconds >= span[0] - _ROUNDING) & (self.suspect_seconds < span[1] - _ROUNDING)
        return self.rows(np.flatnonzero(chosen))


_ROUNDING = 1e-6
"""Seconds by which a time may miss an edge for rounding."""


def along(windows: Sequence[DenseWindow], lines: Floats, middle_seconds: float) -> tuple[Floats, Rows]:
    """Times of all frames of the suspect, and their agreement along lines, between frames of the work interpolated.

    Args:
        windows: frames against frames.
        lines: (k, 2) the line's time in the work at `middle_seconds`, and its speed.
        middle_seconds: time in the suspect about which lines are given.

    Returns:
        (n,) seconds and (k, n) agreement.
    """
    times = np.concatenate([one.suspect_seconds for one in windows])
    return times, looked_up(windows, lines[:, :1] + lines[:, 1:] * (times - middle_seconds)[None, :])


def looked_up(windows: Sequence[DenseWindow], work_seconds: Floats) -> Rows:
    """Agreement of all frames of the suspect with the work at some times, between its frames interpolated.

    Args:
        windows: frames against frames, n of the suspect together.
        work_seconds: (n,) or (k, n) a time for each frame, or k.

    Returns:
        The same shape.
    """
    ends = np.cumsum([len(one.suspect_seconds) for one in windows])[:-1]
    parts = np.split(work_seconds, ends, axis=-1)
    return np.concatenate([_looked_up(one, part) for one, part in zip(windows, parts, strict=True)], axis=-1)


def _looked_up(window: DenseWindow, there: Floats) -> Rows:
    axis = window.work_seconds
    if len(axis) < 2:
        return np.full(there.shape, OUTSIDE, dtype=np.float32)
    after = np.clip(np.searchsorted(axis, there), 1, len(axis) - 1)
    share = np.clip((there - axis[after - 1]) / (axis[after] - axis[after - 1]), 0.0, 1.0).astype(np.float32)
    first = window.agreement.ravel()
    place = after + np.arange(len(window.suspect_seconds)) * len(axis)
    values = first[place - 1] * (1 - share) + first[place] * share
    end = axis[-1] + float(np.median(np.diff(axis)))
    values[(there < axis[0] - _ROUNDING) | (there > end)] = OUTSIDE
    return np.asarray(values, dtype=np.float32)
