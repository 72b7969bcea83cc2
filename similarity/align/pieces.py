"""The piece of a work that resembles some samples of a suspect most: as long as their stretch, wherever it lies.

What a match reaches was chosen out of every length and place.  To set it beside other works, the same samples are laid
over pieces of equal length of theirs, along every line of every speed that alignment tries.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from similarity.align.lines import LineRules, Run
from similarity.align.matrix import TimeBins, bin_matrix
from similarity.align.normalise import Backgrounds
from similarity.align.pair import CEILING, FLOOR, distinct_pictures, match_score, pair_zscores
from similarity.align.paths import Block, path_of_run
from similarity.align.values import SuspectTrack, WorkTrack
from similarity.describe.views import View

__all__ = ["best_piece_score"]

Matrix = npt.NDArray[np.float32]
Samples = npt.NDArray[np.int64]


def best_piece_score(
    suspect: SuspectTrack,
    work: WorkTrack,
    background: Backgrounds,
    *,
    view: View,
    samples: Samples,
    bin_seconds: float,
) -> float | None:
    """Score, as alignment scores, of the best piece of a work along a line through the given samples.

    A sample without a partner on the line counts as least alike.  None where no such line lies within the work.

    Args:
        suspect: the suspect.
        work: the work.
        background: what unrelated pictures look like.
        view: the view through which the samples are seen.
        samples: (k,) samples of the suspect, ascending, at least one.
        bin_seconds: length of a time bin.
    """
    if not len(work.seconds):
        return None
    seen = suspect.views[view]
    seconds = suspect.seconds[samples]
    start = np.floor(seconds[0] / bin_seconds) * bin_seconds
    block = Block(
        view=view,
        rows=samples,
        zscores=pair_zscores(view, seen, work, background, rows=seen.rows_of(samples)),
        row_bins=TimeBins.of(seconds - start, bin_seconds),
        column_bins=TimeBins.of(work.seconds, bin_seconds),
        cuts=(),
    )
    run = _best_line(block, LineRules().speeds)
    if run is None:
        return None
    path = path_of_run(block, run)
    missing = np.full(len(run.rows) - len(path.rows), FLOOR, dtype=np.float32)
    pictures = distinct_pictures(seen.compact[seen.rows_of(path.rows)], work.compact[path.columns])
    return match_score(np.concatenate([path.zscores, missing]), pictures)


def _best_line(block: Block, speeds: tuple[float, ...]) -> Run | None:
    """The line through all bins with samples, wholly within the work, whose mean is highest."""
    rows, first = np.unique(block.row_bins.bin_of_sample, return_index=True)
    per_row = np.maximum.reduceat(block.zscores, first, axis=0)
    each = TimeBins(bin_of_sample=np.arange(len(rows), dtype=np.int64), num_bins=len(rows))
    values = np.clip(np.nan_to_num(bin_matrix(per_row, each, block.column_bins), nan=FLOOR), FLOOR, CEILING)
    best: tuple[float, float, Samples] | None = None
    for speed in speeds:
        steps = np.round((rows - rows[0]) * speed).astype(np.int64)
        lowest, num_places = int(steps.min()), values.shape[1] - int(steps.max() - steps.min())
        if num_places <= 0:
            continue
        means = _along(values, steps - lowest, num_places)
        place = int(means.argmax())
        if best is None or means[place] > best[0]:
            best = float(means[place]), speed, steps - lowest + place
    if best is None:
        return None
    return Run(speed=best[1], rows=rows, columns=best[2], gain=best[0])


def _along(values: Matrix, steps: Samples, num_places: int) -> npt.NDArray[np.float64]:
    """(num_places,) mean value of each line with these steps, from its place of beginning."""
    sums = np.zeros(num_places)
    for row, step in enumerate(steps.tolist()):
        sums += values[row, step : step + num_places]
    return sums / len(steps)
