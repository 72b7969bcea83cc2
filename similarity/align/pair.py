"""Align a suspect with one work: matrix, runs, sample pairs, fit, score."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from similarity.align.fit import fit_line
from similarity.align.lines import FROZEN, LineRules, Run, find_runs
from similarity.align.matrix import TimeBins, bin_matrix
from similarity.align.normalise import Background
from similarity.align.values import AlignedMatch, PairAlignment, SuspectRows, WorkRows
from similarity.describe.pdq import distance_bits
from similarity.describe.video import View

__all__ = ["align_pair", "pair_deviations", "shrunk_mean"]

BLOCK_BINS = 240
"""Suspect bins aligned at a time: bounds memory for long suspects."""
SHRINK_SAMPLES = 4.0
"""Samples of similarity 0 that are added to every mean, so that few samples weigh less."""
CEILING = 12.0
"""Similarity counted at most, standard deviations: one perfect frame never convicts."""
FLOOR = -1.0
"""Similarity counted at least: one bad frame never vetoes."""

Matrix = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Block:
    """A stretch of the suspect against the whole work."""

    rows: Rows
    deviations: Matrix
    row_bins: TimeBins
    column_bins: TimeBins


def align_pair(
    suspect: SuspectRows, work: WorkRows, background: Background, *, rules: LineRules, bin_seconds: float
) -> PairAlignment:
    """Every time-consistent run of similar samples between a suspect and a work."""
    if not len(suspect.seconds) or not len(work.seconds):
        return PairAlignment(work_id=work.work_id, score=0.0, matches=())
    matches: list[AlignedMatch] = []
    best_single = 0.0
    for block in _blocks(suspect, work, background, bin_seconds=bin_seconds):
        best_single = max(best_single, float(block.deviations.max()))
        runs = find_runs(bin_matrix(block.deviations, block.row_bins, block.column_bins), rules)
        matches += [_match(suspect, work, block, run, rules=rules) for run in runs]
    matches.sort(key=lambda match: -match.score)
    score = matches[0].score if matches else shrunk_mean(np.array([best_single], dtype=np.float32))
    return PairAlignment(work_id=work.work_id, score=score, matches=tuple(matches))


def pair_deviations(suspect: SuspectRows, work: WorkRows, background: Background, *, rows: Rows, view: View) -> Matrix:
    """(rows, m) similarity of some suspect samples under one view to every work sample, standard deviations."""
    return background.deviations(
        suspect.compact[view][rows], work.compact, suspect_bias=suspect.bias[view][rows], work_bias=work.bias
    )


def shrunk_mean(deviations: npt.NDArray[np.float32]) -> float:
    """Mean of values cut to [FLOOR, CEILING], with `SHRINK_SAMPLES` further values of 0."""
    if not len(deviations):
        return 0.0
    return float(np.clip(deviations, FLOOR, CEILING).sum() / (len(deviations) + SHRINK_SAMPLES))


def _blocks(suspect: SuspectRows, work: WorkRows, background: Background, *, bin_seconds: float) -> Iterator[_Block]:
    columns = TimeBins.of(work.seconds, bin_seconds)
    number = (suspect.seconds / (bin_seconds * BLOCK_BINS) + 1e-9).astype(np.int64)
    for block in np.unique(number):
        rows = np.flatnonzero(number == block)
        deviations = np.maximum.reduce(
            [pair_deviations(suspect, work, background, rows=rows, view=view) for view in suspect.compact]
        )
        since = suspect.seconds[rows] - block * BLOCK_BINS * bin_seconds
        yield _Block(rows, deviations, TimeBins.of(since, bin_seconds), columns)


def _match(suspect: SuspectRows, work: WorkRows, block: _Block, run: Run, *, rules: LineRules) -> AlignedMatch:
    local, columns = _sample_pairs(block, run)
    rows = block.rows[local]
    deviations = block.deviations[local, columns]
    view = _view_of(suspect, work, rows, columns)
    bits = np.array(
        [int(distance_bits(suspect.pdq[view][row : row + 1], work.pdq[column : column + 1])[0, 0])
         for row, column in zip(rows, columns, strict=True)], dtype=np.int64
    )  # fmt: skip
    fit = fit_line(suspect.seconds[rows], work.seconds[columns], searched_speed=run.speed)
    half_bin = block.row_bins.width_seconds / 2
    start, end = _interval(suspect.seconds[rows], half_bin, suspect.duration_seconds)
    work_half = half_bin * (2 if run.speed == FROZEN else abs(run.speed))
    work_start, work_end = _interval(work.seconds[columns], work_half, work.duration_seconds)
    return AlignedMatch(
        work_id=work.work_id,
        suspect_start_seconds=start,
        suspect_end_seconds=end,
        work_start_seconds=work_start,
        work_end_seconds=work_end,
        score=shrunk_mean(deviations),
        fit=fit,
        is_mirrored=view == "mirrored",
        suspect_rows=rows,
        work_rows=columns,
        deviations=deviations,
        pdq_distance_bits=bits,
        num_supporting=int(np.count_nonzero(deviations >= rules.asked_per_bin)),
        num_available=int(np.count_nonzero((suspect.seconds >= start) & (suspect.seconds < max(end, start + 1e-6)))),
    )


def _sample_pairs(block: _Block, run: Run) -> tuple[Rows, Rows]:
    """The most similar sample pair of each bin pair of the run that holds samples."""
    rows, columns = [], []
    for row_bin, column_bin in zip(run.rows, run.columns, strict=True):
        low, high = np.searchsorted(block.row_bins.bin_of_sample, [row_bin, row_bin + 1])
        left, right = np.searchsorted(block.column_bins.bin_of_sample, [column_bin, column_bin + 1])
        if low < high and left < right:
            inside = block.deviations[low:high, left:right]
            row, column = np.unravel_index(int(inside.argmax()), inside.shape)
            rows.append(low + int(row))
            columns.append(left + int(column))
    return np.array(rows, dtype=np.int64), np.array(columns, dtype=np.int64)


def _view_of(suspect: SuspectRows, work: WorkRows, rows: Rows, columns: Rows) -> View:
    """The view under which the aligned samples are most similar."""
    sums = {view: float((suspect.compact[view][rows] * work.compact[columns]).sum()) for view in suspect.compact}
    return max(sums, key=lambda view: sums[view])


def _interval(seconds: npt.NDArray[np.float64], half: float, duration_seconds: float) -> tuple[float, float]:
    """From half a bin before the first sample to half a bin after the last, inside the video."""
    return max(0.0, float(seconds.min()) - half), min(duration_seconds, float(seconds.max()) + half)
