"""Time-consistent runs in a similarity matrix: the best stretches of straight lines.

A copied stretch shows as a line `work = speed * suspect + offset` of high values.  Over every line of every speed,
Kadane's scan (Bentley, CACM 1984) finds the stretch whose values most exceed what is asked per bin: a local alignment
(Smith and Waterman, 1981) without gaps in the line, but with tolerance for bins that are missing or bad, whose
harm is bounded, so that one bad frame never ends a match.  `similarity.align.reference` holds the slow, obvious form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue, check_arrays

__all__ = ["LineRules", "Run", "best_stretches", "can_gain", "find_runs"]

Matrix = npt.NDArray[np.float32]

FORWARD_SPEEDS = (0.5, 0.57, 0.65, 0.73, 0.82, 0.91, 1.0, 1.1, 1.21, 1.35, 1.5, 1.7, 2.0)
"""Work seconds per suspect second that are tried."""
REVERSED, FROZEN = -1.0, 0.0
"""The work backwards, and one moment of it held (a still set in motion)."""
CHUNK_COLUMNS = 3000
"""Work bins aligned at a time."""
_EXCLUDED = np.float32(-1e6)
"""Value of bins that no run may enter: beyond what any run can make up for."""
_MOST_LINES = 256
"""Lines looked at per round, strongest first: their neighbours are bundled with them anyway."""
_BUNDLE_BINS, _BUNDLE_SHARE = 2, 0.2
"""A run that lies within so many bins of stronger ones by more than this share of its length is one of their bundle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRules:
    """What makes a run; values are in standard deviations above unrelated pictures."""

    asked_per_bin: float = 2.5
    """Value a bin must exceed to lengthen a run."""
    worst_per_bin: float = -3.0
    """Most that one bad bin can take from a run, relative to what is asked."""
    missing_cost: float = 0.3
    """What a bin without samples takes."""
    most_drop: float = 12.0
    """How far the sum may fall below its highest before the run ends: about four foreign bins in a row."""
    least_gain: float = 1.0
    """Sum above what is asked from which a run is reported."""
    unusual_speed_cost: float = 1.5
    """Gain that a speed other than 1 must bring on top, per halving or doubling."""
    piece_cost: float = 4.0
    """Gain that each piece must bring on top where a run is cut at the suspect's scene boundaries."""
    max_runs: int = 24
    """Runs reported per matrix, strongest first."""
    speeds: tuple[float, ...] = (*FORWARD_SPEEDS, REVERSED, FROZEN)
    """Slopes tried."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Run(ArrayValue):
    """A stretch of a line: row bin i pairs with column bin columns[i - rows[0]]."""

    speed: float
    """Slope of the line."""
    rows: npt.NDArray[np.int64]
    """(k,) consecutive row bins."""
    columns: npt.NDArray[np.int64]
    """(k,) column bin paired with each."""
    gain: float
    """Sum of the values above what is asked."""

    def __post_init__(self) -> None:
        check_arrays(self, rows="int64(k)", columns="int64(k)")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Sheared(ArrayValue):
    """Every line of every speed as one column: row i of column c is values[i, column_of(i, c)]."""

    values: Matrix
    speed: npt.NDArray[np.float64]
    first: npt.NDArray[np.int64]
    steps: dict[float, npt.NDArray[np.int64]]


def can_gain(values: Matrix, rules: LineRules) -> bool:
    """Whether any run could be reported: the best of every row together, a bound that is cheap to compute."""
    best = np.nanmax(values, axis=1, initial=-np.inf) - rules.asked_per_bin
    return bool(best[best > 0].sum() >= rules.least_gain)


def find_runs(values: Matrix, rules: LineRules, *, cuts: Sequence[int] = ()) -> list[Run]:
    """Runs of a (rows, columns) matrix, strongest first.

    Args:
        values: similarity of bins, standard deviations; NaN marks bins without samples.
        rules: what makes a run.
        cuts: rows at which a scene of the suspect begins, ascending; a run that crosses some is cut there if pieces of
            their own fit better (a montage whose pieces happen to lie near one line).
    """
    if values.size == 0:
        return []
    left = _asked(values, rules)
    found: list[Run] = []
    while len(found) < rules.max_runs:
        fresh = [
            run for first, last in _column_chunks(values.shape) for run in _one_round(left[:, first:last], rules, first)
        ]
        fresh.sort(key=lambda run: -run.gain)
        accepted = _without_overlap(fresh, values.shape)[: rules.max_runs - len(found)]
        if not accepted:
            break
        accepted = [piece for run in accepted for piece in _pieces(left, run, cuts, rules)]
        found += accepted
        for run in accepted:
            _mask(left, run)
    return sorted(found, key=lambda run: -run.gain)


def _pieces(worth: Matrix, run: Run, cuts: Sequence[int], rules: LineRules) -> list[Run]:
    """The run, or the best run within each scene of the suspect if these gain more together."""
    first, last = int(run.rows[0]), int(run.rows[-1]) + 1
    bounds = [first, *(cut for cut in cuts if first < cut < last), last]
    if len(bounds) == 2:
        return [run]
    pieces = [piece for start, stop in pairwise(bounds) for piece in _best_within(worth, start, stop, rules)]
    return pieces if sum(piece.gain - rules.piece_cost for piece in pieces) > run.gain else [run]


def _best_within(worth: Matrix, start: int, stop: int, rules: LineRules) -> list[Run]:
    """The strongest run of some rows, if it gains more than a piece costs."""
    part = worth[start:stop]
    runs = [
        run for first, last in _column_chunks(part.shape) for run in _one_round(part[:, first:last], rules, first)[:1]
    ]
    best = max(runs, key=lambda run: run.gain, default=None)
    if best is None or best.gain <= rules.piece_cost:
        return []
    return [replace(best, rows=best.rows + start)]


def _column_chunks(shape: tuple[int, ...]) -> list[tuple[int, int]]:
    """Column ranges that overlap by more than any run is long, so that memory is bounded for long works."""
    reach = 2 * shape[0]
    starts = range(0, max(1, shape[1] - reach), CHUNK_COLUMNS)
    return [(start, min(shape[1], start + CHUNK_COLUMNS + reach)) for start in starts]


def _asked(values: Matrix, rules: LineRules) -> Matrix:
    worth = np.maximum(values - np.float32(rules.asked_per_bin), np.float32(rules.worst_per_bin))
    return np.where(np.isnan(values), np.float32(-rules.missing_cost), worth).astype(np.float32)


def _one_round(worth: Matrix, rules: LineRules, first_column: int) -> list[Run]:
    sheared = _shear(worth, rules.speeds)
    gain, start, stop = best_stretches(sheared.values, np.float32(rules.most_drop))
    net = gain - _speed_cost(sheared.speed, rules)
    order = np.argsort(-net, kind="stable")
    order = order[net[order] >= rules.least_gain][:_MOST_LINES]
    return [
        _run_of(sheared, int(line), (int(start[line]), int(stop[line])), float(net[line]), first_column)
        for line in order
    ]


def _speed_cost(speed: npt.NDArray[np.float64], rules: LineRules) -> npt.NDArray[np.float64]:
    size = np.abs(speed)
    octaves = np.abs(np.log2(np.where(size > 0, size, 0.5)))
    return np.asarray(rules.unusual_speed_cost * (octaves + (speed <= 0)))


def _shear(worth: Matrix, speeds: tuple[float, ...]) -> _Sheared:
    num_rows, num_columns = worth.shape
    blocks, speed_of, first_of = [], [], []
    steps: dict[float, npt.NDArray[np.int64]] = {}
    for speed in speeds:
        step = np.round(np.arange(num_rows) * speed).astype(np.int64)
        highest, lowest = int(step.max()), int(step.min())
        block = np.full((num_rows, num_columns + highest - lowest), _EXCLUDED, dtype=np.float32)
        for row in range(num_rows):
            shift = highest - step[row]
            block[row, shift : shift + num_columns] = worth[row]
        blocks.append(block)
        speed_of.append(np.full(block.shape[1], speed))
        first_of.append(np.arange(block.shape[1], dtype=np.int64) - highest)
        steps[speed] = step
    return _Sheared(np.concatenate(blocks, axis=1), np.concatenate(speed_of), np.concatenate(first_of), steps)


def best_stretches(
    values: Matrix, most_drop: np.float32
) -> tuple[Matrix, npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Per column: largest sum of consecutive rows, first and last row of it (Kadane's scan, all columns at once).

    A stretch ends where its sum has fallen by more than `most_drop` (the X-drop rule of Altschul et al., 1990).
    The last row is -1 where no sum is above 0.
    """
    width = values.shape[1]
    current, best = np.zeros(width, dtype=np.float32), np.zeros(width, dtype=np.float32)
    peak = np.zeros(width, dtype=np.float32)
    begin = np.zeros(width, dtype=np.int32)
    start, stop = np.zeros(width, dtype=np.int32), np.full(width, -1, dtype=np.int32)
    for row in range(len(values)):
        fresh = (current <= 0) | (current < peak - most_drop)
        begin[fresh] = row
        current[fresh] = 0
        peak[fresh] = 0
        current += values[row]
        np.maximum(peak, current, out=peak)
        better = current > best
        best[better] = current[better]
        start[better] = begin[better]
        stop[better] = row
    return best, start, stop


def _run_of(sheared: _Sheared, line: int, span: tuple[int, int], gain: float, first_column: int) -> Run:
    speed = float(sheared.speed[line])
    rows = np.arange(span[0], span[1] + 1, dtype=np.int64)
    columns = first_column + sheared.first[line] + sheared.steps[speed][rows]
    return Run(speed=speed, rows=rows, columns=columns, gain=gain)


def _without_overlap(runs: list[Run], shape: tuple[int, ...]) -> list[Run]:
    """The strongest of every bundle of runs that lie within a bin of one another."""
    taken = np.zeros(shape, dtype=bool)
    kept = []
    for run in runs:
        if np.mean(taken[run.rows, run.columns]) > _BUNDLE_SHARE:
            continue
        kept.append(run)
        _each_neighbour(taken, run, reach=_BUNDLE_BINS, value=True)
    return kept


def _mask(worth: Matrix, run: Run) -> None:
    _each_neighbour(worth, run, reach=_BUNDLE_BINS, value=_EXCLUDED)


def _each_neighbour(target: npt.NDArray[Any], run: Run, *, reach: int, value: bool | np.float32) -> None:
    for shift in range(-reach, reach + 1):
        columns = run.columns + shift
        inside = (columns >= 0) & (columns < target.shape[1])
        target[run.rows[inside], columns[inside]] = value
