"""Runs of bins to paths of sample pairs; pieces of one path joined, echoes of a path dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue, check_arrays
from similarity.align.lines import FROZEN, Run
from similarity.align.matrix import TimeBins
from similarity.describe.views import View

__all__ = ["Block", "SamplePath", "join_pieces", "path_of_run", "without_echoes"]

_JOIN_SECONDS = 1.5
"""Two pieces join where one ends and the other goes on within this time, on both axes."""
_JOIN_SPEED_SHARE = 0.15
"""And where their speeds differ by no more than this share of the faster of the first and 1."""
_ECHO_SHARE = 0.6
"""A weaker path whose stretch of the suspect lies in a stronger one's by this share may be its echo."""

_ECHO_WORK_SHARE = 0.25
"""Of the work's axis a smaller share is enough: a shot that hardly moves matches its own neighbourhood."""
_REACH_BINS = 1
"""Bins beside the line in which the partner of a sample is looked for, so that the fit can correct the line."""
_APART_COST = 0.2
"""Similarity by which a partner must be better for each bin that it lies beside the line, standard deviations."""
_CLEARLY_LESS = 0.95
"""Share of a stronger path's mean similarity below which a path elsewhere in the work says nothing new."""

Rows = npt.NDArray[np.int64]
Seconds = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Block(ArrayValue):
    """A stretch of the suspect against the whole work."""

    view: View
    """The view through which the suspect was seen."""
    rows: Rows
    """(n,) suspect samples of the stretch."""
    zscores: npt.NDArray[np.float32]
    """(n, m) their similarity to every work sample."""
    row_bins: TimeBins
    """Bins of the suspect samples, counted from the start of the stretch."""
    column_bins: TimeBins
    """Bins of the work samples."""
    cuts: tuple[int, ...]
    """Bins of the stretch in which a scene of the suspect begins."""

    def __post_init__(self) -> None:
        check_arrays(self, rows="int64(n)", zscores="float32(n, m)")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class SamplePath(ArrayValue):
    """Aligned sample pairs in order of the suspect's time."""

    view: View
    """The view through which the suspect was seen."""
    rows: Rows
    """(k,) suspect samples."""
    columns: Rows
    """(k,) work sample paired with each."""
    zscores: npt.NDArray[np.float32]
    """(k,) similarity of each pair."""
    speed: float
    """Slope of the line on which they were found."""

    def __post_init__(self) -> None:
        check_arrays(self, rows="int64(k)", columns="int64(k)", zscores="float32(k)")

    def moved(self, num_columns: int) -> SamplePath:
        """The same path where so many work samples stand before those that it was found among."""
        return replace(self, columns=self.columns + num_columns)


def path_of_run(block: Block, run: Run) -> SamplePath:
    """The most similar sample pair of each bin of the run, within `_REACH_BINS` of the line."""
    rows, columns = [], []
    for row_bin, column_bin in zip(run.rows, run.columns, strict=True):
        low, high = np.searchsorted(block.row_bins.bin_of_sample, [row_bin, row_bin + 1])
        nearby = [column_bin - _REACH_BINS, column_bin + _REACH_BINS + 1]
        left, right = np.searchsorted(block.column_bins.bin_of_sample, nearby)
        if low < high and left < right:
            apart = np.abs(block.column_bins.bin_of_sample[left:right] - column_bin)
            inside = block.zscores[low:high, left:right] - _APART_COST * apart
            row, column = np.unravel_index(int(inside.argmax()), inside.shape)
            rows.append(low + int(row))
            columns.append(left + int(column))
    local, there = np.array(rows, dtype=np.int64), np.array(columns, dtype=np.int64)
    return SamplePath(
        view=block.view,
        rows=block.rows[local],
        columns=there,
        zscores=block.zscores[local, there],
        speed=run.speed,
    )


def join_pieces(paths: Sequence[SamplePath], suspect_seconds: Seconds, work_seconds: Seconds) -> list[SamplePath]:
    """Paths of one view in which pieces that go on where another ended, at the same speed, are one.

    Args:
        paths: paths of one view, in any order.
        suspect_seconds: (n,) times of all samples of the suspect.
        work_seconds: (m,) times of all samples of the work.
    """
    joined: list[SamplePath] = []
    for path in sorted(paths, key=lambda piece: int(piece.rows[0])):
        earlier = next(
            (i for i, known in enumerate(joined) if _goes_on(known, path, suspect_seconds, work_seconds)), None
        )
        if earlier is None:
            joined.append(path)
        else:
            known = joined[earlier]
            joined[earlier] = SamplePath(
                view=known.view,
                rows=np.concatenate([known.rows, path.rows]),
                columns=np.concatenate([known.columns, path.columns]),
                zscores=np.concatenate([known.zscores, path.zscores]),
                speed=known.speed if len(known.rows) >= len(path.rows) else path.speed,
            )
    return joined


def _goes_on(first: SamplePath, second: SamplePath, suspect_seconds: Seconds, work_seconds: Seconds) -> bool:
    gap = float(suspect_seconds[second.rows[0]] - suspect_seconds[first.rows[-1]])
    if not 0 < gap <= _JOIN_SECONDS or abs(first.speed - second.speed) > _JOIN_SPEED_SHARE * max(1.0, abs(first.speed)):
        return False
    speed = second.speed if first.speed == FROZEN else first.speed
    expected = float(work_seconds[first.columns[-1]]) + speed * gap
    return abs(float(work_seconds[second.columns[0]]) - expected) <= _JOIN_SECONDS


def without_echoes(paths: Sequence[SamplePath], suspect_seconds: Seconds, work_seconds: Seconds) -> list[SamplePath]:
    """Strongest first, without those whose stretch of the suspect a stronger path explains.

    An echo lies in a stronger path on the suspect's axis and either on the work's axis too (a neighbour in a still
    shot), or elsewhere in the work and clearly less similar (another take of the same set-up).

    Args:
        paths: paths of any view, in any order.
        suspect_seconds: (n,) times of all samples of the suspect.
        work_seconds: (m,) times of all samples of the work.
    """
    kept: list[SamplePath] = []
    for path in sorted(paths, key=lambda one: -float(one.zscores.sum())):
        here, there = _span(suspect_seconds[path.rows]), _span(work_seconds[path.columns])
        is_echo = any(
            _share(here, _span(suspect_seconds[known.rows])) >= _ECHO_SHARE
            and (
                _share(there, _span(work_seconds[known.columns])) >= _ECHO_WORK_SHARE
                or float(path.zscores.mean()) < _CLEARLY_LESS * float(known.zscores.mean())
            )
            for known in kept
        )
        if not is_echo:
            kept.append(path)
    return kept


def _span(seconds: Seconds) -> tuple[float, float]:
    return float(seconds.min()), float(seconds.max())


def _share(inner: tuple[float, float], outer: tuple[float, float]) -> float:
    """Share of `inner` that lies in `outer`; a moment counts as inside or not."""
    length = inner[1] - inner[0]
    if length <= 0:
        return float(outer[0] <= inner[0] <= outer[1])
    return max(0.0, min(inner[1], outer[1]) - max(inner[0], outer[0])) / length
