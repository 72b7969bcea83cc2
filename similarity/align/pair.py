"""Align a suspect with one work: matrix, runs, sample pairs, fit, score."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from similarity.align.fit import fit_line
from similarity.align.lines import FROZEN, LineRules, find_runs
from similarity.align.matrix import TimeBins, bin_matrix
from similarity.align.normalise import Background
from similarity.align.paths import Block, SamplePath, join_pieces, path_of_run, without_echoes
from similarity.align.values import AlignedMatch, PairAlignment, SuspectRows, WorkRows
from similarity.describe.pdq import paired_distance_bits
from similarity.describe.video import View

__all__ = ["FULL_QUALITY", "align_pair", "distinct_pictures", "match_score", "pair_deviations"]

BLOCK_BINS = 240
"""Suspect bins aligned at a time: bounds memory for long suspects."""
SHRINK_SAMPLES = 1.0
"""Unrelated pictures that are added to every mean, so that few pictures weigh less."""
CEILING = 12.0
"""Similarity counted at most, standard deviations: one perfect frame is never enough."""
FLOOR = -1.0
"""Similarity counted at least: one bad frame never vetoes."""
FULL_QUALITY = 50
"""PDQ quality from which its publishers trust a picture (ThreatExchange, `QUALITY_THRESHOLD`)."""

Matrix = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]


def align_pair(
    suspect: SuspectRows, work: WorkRows, background: Background, *, rules: LineRules, bin_seconds: float
) -> PairAlignment:
    """Every time-consistent run of similar samples between a suspect and a work."""
    if not len(suspect.seconds) or not len(work.seconds):
        return PairAlignment(work_id=work.work_id, score=0.0, matches=())
    pieces: list[SamplePath] = []
    best_single = 0.0
    for block in _blocks(suspect, work, background, bin_seconds=bin_seconds):
        best_single = max(best_single, float(block.deviations.max()))
        runs = find_runs(bin_matrix(block.deviations, block.row_bins, block.column_bins), rules)
        pieces += [path_of_run(block, run) for run in runs]
    paths = without_echoes(join_pieces(pieces, suspect.seconds, work.seconds), suspect.seconds, work.seconds)
    matches = [_match(suspect, work, path, rules=rules, bin_seconds=bin_seconds) for path in paths]
    matches.sort(key=lambda match: -match.score)
    score = matches[0].score if matches else match_score(np.array([best_single], dtype=np.float32), 1.0)
    return PairAlignment(work_id=work.work_id, score=score, matches=tuple(matches))


def pair_deviations(suspect: SuspectRows, work: WorkRows, background: Background, *, rows: Rows, view: View) -> Matrix:
    """(rows, m) similarity of some suspect samples under one view to every work sample, standard deviations.

    Near-empty pictures resemble one another whatever they show: where a sample's PDQ quality is below the
    published `FULL_QUALITY`, its similarity counts in proportion.
    """
    values = background.deviations(
        suspect.compact[view][rows], work.compact, suspect_bias=suspect.bias[view][rows], work_bias=work.bias
    )
    trust = _trust(suspect.quality[rows])[:, None] * _trust(work.quality)[None, :]
    return np.where(values > 0, values * trust, values)


def _trust(quality: npt.NDArray[np.uint8]) -> Matrix:
    return np.minimum(1.0, quality / FULL_QUALITY).astype(np.float32)


def match_score(deviations: npt.NDArray[np.float32], num_distinct: float) -> float:
    """Mean of values cut to [FLOOR, CEILING], shrunk towards 0 as if `SHRINK_SAMPLES` unrelated ones stood beside.

    Args:
        deviations: (k,) similarities of aligned pairs.
        num_distinct: how many different pictures the pairs show, 1 to k; a still shot is one picture however
            long it lasts.
    """
    if not len(deviations):
        return 0.0
    mean = float(np.clip(deviations, FLOOR, CEILING).mean())
    return mean * num_distinct / (num_distinct + SHRINK_SAMPLES)


def distinct_pictures(suspect: Matrix, work: Matrix) -> float:
    """How many different pictures a path of (k, dimensions) unit rows shows, 1 to k.

    Every step adds what is new in it: one less the cosine to the picture before, as the geometric mean of both sides.
    """
    if len(suspect) < 2:
        return float(len(suspect))
    there, here = (np.clip(1.0 - np.einsum("kd,kd->k", rows[1:], rows[:-1]), 0.0, 1.0) for rows in (suspect, work))
    return 1.0 + float(np.sqrt(there * here).sum())


def _blocks(suspect: SuspectRows, work: WorkRows, background: Background, *, bin_seconds: float) -> Iterator[Block]:
    columns = TimeBins.of(work.seconds, bin_seconds)
    number = (suspect.seconds / (bin_seconds * BLOCK_BINS) + 1e-9).astype(np.int64)
    for block in np.unique(number):
        rows = np.flatnonzero(number == block)
        deviations = np.maximum.reduce(
            [pair_deviations(suspect, work, background, rows=rows, view=view) for view in suspect.compact]
        )
        since = suspect.seconds[rows] - block * BLOCK_BINS * bin_seconds
        bins = TimeBins.of(since, bin_seconds)
        yield Block(rows=rows, deviations=deviations, row_bins=bins, column_bins=columns)


def _match(
    suspect: SuspectRows, work: WorkRows, path: SamplePath, *, rules: LineRules, bin_seconds: float
) -> AlignedMatch:
    view = _view_of(suspect, work, path)
    suspect_seconds, work_seconds = suspect.seconds[path.rows], work.seconds[path.columns]
    start, end = _interval(suspect_seconds, bin_seconds / 2, suspect.duration_seconds)
    work_half = bin_seconds if path.speed == FROZEN else abs(path.speed) * bin_seconds / 2
    work_start, work_end = _interval(work_seconds, work_half, work.duration_seconds)
    is_inside = (suspect.seconds >= suspect_seconds.min()) & (suspect.seconds <= suspect_seconds.max())
    return AlignedMatch(
        work_id=work.work_id,
        suspect_start_seconds=start,
        suspect_end_seconds=end,
        work_start_seconds=work_start,
        work_end_seconds=work_end,
        score=match_score(
            path.deviations, distinct_pictures(suspect.compact[view][path.rows], work.compact[path.columns])
        ),
        fit=fit_line(suspect_seconds, work_seconds, searched_speed=path.speed),
        is_mirrored=view == "mirrored",
        suspect_rows=path.rows,
        work_rows=path.columns,
        deviations=path.deviations,
        pdq_distance_bits=paired_distance_bits(suspect.pdq[view][path.rows], work.pdq[path.columns]),
        pdq_quality=np.minimum(suspect.quality[path.rows], work.quality[path.columns]),
        num_supporting=int(np.count_nonzero(path.deviations >= rules.asked_per_bin)),
        num_available=int(np.count_nonzero(is_inside)),
    )


def _view_of(suspect: SuspectRows, work: WorkRows, path: SamplePath) -> View:
    """The view under which the aligned samples are most similar."""
    there = work.compact[path.columns]
    sums = {view: float((suspect.compact[view][path.rows] * there).sum()) for view in suspect.compact}
    return max(sums, key=lambda view: sums[view])


def _interval(seconds: npt.NDArray[np.float64], half: float, duration_seconds: float) -> tuple[float, float]:
    """From half a bin before the first sample to half a bin after the last, inside the video."""
    return max(0.0, float(seconds.min()) - half), min(duration_seconds, float(seconds.max()) + half)
