"""Other ways to find a copied stretch in a binned similarity matrix, to measure the product's own against.

Each takes the place of `similarity.align.lines.find_runs` and puts out the same runs, so that sample pairs, scores,
verification and rivals stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from similarity.align.lines import LineRules, Run
from similarity.align.paths import SamplePath

__all__ = ["hough_runs", "most_similar_pair", "strongest_path", "temporal_network_runs"]

BESIDE_BINS = 1
"""Hough: pairs that lie so many bins beside a line support it."""
NEAR_BINS = 2
"""Pairs so close to a path that was found are not looked at again, as with the product's runs."""
MAX_STEP_BINS = 8
"""Temporal network: longest step from one pair to the next, on either axis; 4 seconds at two samples a second."""
TOP_PAIRS_PER_ROW = 5
"""Temporal network: most similar work bins of a suspect bin that are nodes (`tn_top_k` of VCSL)."""

Matrix = npt.NDArray[np.float32]
Bins = npt.NDArray[np.int64]
Pairs = tuple[Bins, Bins, npt.NDArray[np.float64]]
"""(k,) row bins, column bins and what each pair is worth above what is asked."""


def most_similar_pair(values: Matrix, rules: LineRules, *, cuts: Sequence[int] = ()) -> list[Run]:  # noqa: ARG001 - as find_runs
    """No alignment at all: the one most similar pair of bins."""
    if not np.isfinite(values).any():
        return []
    row, column = np.unravel_index(int(np.nanargmax(values)), values.shape)
    gain = float(values[row, column]) - rules.asked_per_bin
    return [Run(speed=1.0, rows=np.array([row], np.int64), columns=np.array([column], np.int64), gain=gain)]


def strongest_path(paths: Sequence[SamplePath], *_: object) -> list[SamplePath]:
    """Of the paths of every view the one with the largest sum: takes the place of `without_echoes`."""
    return sorted(paths, key=lambda path: -float(path.zscores.sum()))[:1]


def hough_runs(values: Matrix, rules: LineRules, *, cuts: Sequence[int] = ()) -> list[Run]:  # noqa: ARG001 - as find_runs
    """Hough voting over speed and offset (Douze, Jegou and Schmid, IEEE Trans. Multimedia 12(4), 2010).

    Every pair of bins above what is asked votes, with what it has above it, for each line within `BESIDE_BINS`; of one
    suspect bin only the best pair counts, so that a still shot is no crowd.  A run reaches from the first to the last
    pair that supports its line, however thin the support between.
    """

    def best_line(pairs: Pairs) -> Run | None:
        candidates = [_best_offset(pairs, speed, values.shape, rules) for speed in rules.speeds]
        gain, speed, offset = max(candidates, key=lambda one: one[0])
        if gain < rules.least_gain:
            return None
        rows, columns, _ = pairs
        offsets = _offsets(rows, columns, speed)
        supports = np.abs(offsets - offset) <= BESIDE_BINS
        reach = np.arange(rows[supports].min(), rows[supports].max() + 1)
        line = (int(np.median(offsets[supports])) + np.round(reach * speed).astype(np.int64)).clip(
            0, values.shape[1] - 1
        )
        return Run(speed=speed, rows=reach, columns=line, gain=gain)

    return _one_by_one(_pairs_above(values, rules), best_line, rules)


def temporal_network_runs(values: Matrix, rules: LineRules, *, cuts: Sequence[int] = ()) -> list[Run]:  # noqa: ARG001 - as find_runs
    """Longest paths in a network of similar pairs (Tan, Ngo, Hong and Chua, ACM MM 2009), as in VCSL (CVPR 2022).

    Nodes are the most similar pairs of each suspect bin above what is asked; from each, edges lead to pairs that come
    later on both axes by at most `MAX_STEP_BINS`.  A path is as long as the sum of what its nodes have above what is
    asked.  It follows any speed without asking for a straight line, and runs forward only.
    """

    def longest_path(pairs: Pairs) -> Run | None:
        rows, columns, worth = pairs
        if not len(rows):
            return None
        length, before = worth.copy(), np.full(len(rows), -1, dtype=np.int64)
        for node in range(len(rows)):
            first = int(np.searchsorted(rows, rows[node] - MAX_STEP_BINS))
            step = columns[node] - columns[first:node]
            comes_first = (rows[first:node] < rows[node]) & (step > 0) & (step <= MAX_STEP_BINS)
            if comes_first.any():
                best = first + int(np.where(comes_first, length[first:node], -np.inf).argmax())
                length[node], before[node] = worth[node] + length[best], best
        path = [int(length.argmax())]
        while before[path[-1]] >= 0:
            path.append(int(before[path[-1]]))
        gain, nodes = float(length[path[0]]), np.array(path[::-1])
        if gain < rules.least_gain:
            return None
        along, across = rows[nodes], columns[nodes]
        speed = float((across[-1] - across[0]) / (along[-1] - along[0])) if len(nodes) > 1 else 1.0
        return Run(speed=speed, rows=along, columns=across, gain=gain)

    pairs = _most_similar_of_each_row(_pairs_above(values, rules), TOP_PAIRS_PER_ROW)
    return _one_by_one(pairs, longest_path, rules)


def _pairs_above(values: Matrix, rules: LineRules) -> Pairs:
    """Every pair above what is asked, by rows."""
    rows, columns = np.nonzero(np.nan_to_num(values, nan=-np.inf) > rules.asked_per_bin)
    worth = values[rows, columns].astype(np.float64) - rules.asked_per_bin
    return rows.astype(np.int64), columns.astype(np.int64), worth


def _most_similar_of_each_row(pairs: Pairs, most: int) -> Pairs:
    rows, columns, worth = pairs
    order = np.lexsort((columns, -worth, rows))
    rank = np.arange(len(rows)) - np.searchsorted(rows, rows)  # rows are sorted: places within each row
    kept = order[rank < most]
    return rows[kept], columns[kept], worth[kept]


def _best_offset(pairs: Pairs, speed: float, shape: tuple[int, ...], rules: LineRules) -> tuple[float, float, int]:
    """Votes less the cost of the speed, the speed, and the offset with most of them."""
    rows, columns, worth = pairs
    if not len(rows):
        return 0.0, speed, 0
    offsets = _offsets(rows, columns, speed)
    lowest = int(offsets.min()) - BESIDE_BINS
    votes = np.zeros((shape[0], int(offsets.max()) + BESIDE_BINS + 1 - lowest))
    for beside in range(-BESIDE_BINS, BESIDE_BINS + 1):
        np.maximum.at(votes, (rows, offsets + beside - lowest), worth)
    sums = votes.sum(axis=0)
    best = int(sums.argmax())
    octaves = abs(np.log2(abs(speed))) if speed else 1.0
    cost = rules.unusual_speed_cost * (octaves + (speed <= 0))
    return float(sums[best] - cost), speed, best + lowest


def _offsets(rows: Bins, columns: Bins, speed: float) -> Bins:
    return np.asarray(columns - np.round(rows * speed).astype(np.int64))


def _one_by_one(pairs: Pairs, find: Callable[[Pairs], Run | None], rules: LineRules) -> list[Run]:
    """Runs, strongest first; pairs on and near a run that was found are taken away before the next is looked for."""
    found: list[Run] = []
    while len(found) < rules.max_runs and (run := find(pairs)) is not None:
        found.append(run)
        rows, columns, worth = pairs
        column_of = dict(zip(run.rows.tolist(), run.columns.tolist(), strict=True))
        line = np.array([column_of.get(row, -(10**9)) for row in rows.tolist()])
        left = np.abs(columns - line) > NEAR_BINS
        pairs = (rows[left], columns[left], worth[left])
    return found
