"""Align a suspect with one work: matrix, runs, sample pairs, fit, score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import numpy.typing as npt

from similarity.align.fit import fit_line
from similarity.align.lines import FROZEN, LineRules, can_gain, find_runs
from similarity.align.matrix import TimeBins, bin_matrix
from similarity.align.normalise import Background, Backgrounds
from similarity.align.paths import Block, SamplePath, join_pieces, path_of_run, without_echoes
from similarity.align.values import AlignedMatch, PairAlignment, SuspectTrack, ViewTrack, WorkTrack
from similarity.align.windows import WorkWindows
from similarity.describe.descriptors.pdq import paired_distance_bits
from similarity.describe.shapes import Shape, WorkShape
from similarity.describe.views import View

__all__ = [
    "FULL_QUALITY",
    "align_pair",
    "align_windows",
    "distinct_pictures",
    "match_score",
    "pair_zscores",
    "paired_zscores",
]

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

PANE_PRICE = 0.5
"""What a similarity seen in a pane must bring on top, standard deviations."""

TURN_PRICE = 0.5
"""The same for a picture that was turned."""

COMPOSITION_PRICE = 0.5
"""What a similarity of composition must bring on top, standard deviations: one more look, one more chance."""

SHAPE_PRICE = 0.5
"""The same for the middle of the work's picture."""

_ROUNDING = 1e-9
"""Share of a block by which a time may be rounded down and still lie in it."""

Matrix = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Pairs = tuple[Rows, Rows]
Vector = npt.NDArray[np.float32]


def align_windows(
    suspect: SuspectTrack, there: WorkWindows, background: Backgrounds, *, rules: LineRules, bin_seconds: float
) -> PairAlignment:
    """Every time-consistent run of similar samples between a suspect and stretches of a work.

    Args:
        suspect: the suspect, under every view.
        there: the stretches.
        background: what unrelated pictures look like.
        rules: what makes a run.
        bin_seconds: length of a time bin, usually the interval of the sampling.
    """
    parts = {
        view: [_Part.of(there.track, window, bin_seconds) for window in windows]
        for view, windows in there.windows.items()
    }
    found = _aligned(suspect, there.track, parts, background, rules=rules, bin_seconds=bin_seconds)
    numbered = (replace(match, work_samples=there.numbers[match.work_samples]) for match in found.matches)
    return found.with_matches(numbered)


def align_pair(
    suspect: SuspectTrack, work: WorkTrack, background: Backgrounds, *, rules: LineRules, bin_seconds: float
) -> PairAlignment:
    """Every time-consistent run of similar samples between a suspect and a work.

    Args:
        suspect: the suspect, under every view.
        work: the work.
        background: what unrelated pictures look like.
        rules: what makes a run.
        bin_seconds: length of a time bin, usually the interval of the sampling.
    """
    whole = _Part(first=0, start_seconds=0.0, track=work)
    parts = {view: [whole] for view in suspect.views}
    return _aligned(suspect, work, parts, background, rules=rules, bin_seconds=bin_seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """Consecutive samples of a work, and where their time bins begin."""

    first: int
    start_seconds: float
    track: WorkTrack

    @classmethod
    def of(cls, work: WorkTrack, rows: slice, bin_seconds: float) -> _Part:
        track = work.part(rows)
        start = float(np.floor(track.seconds[0] / bin_seconds + _ROUNDING)) * bin_seconds
        return cls(first=rows.start, start_seconds=start, track=track)


def _aligned(
    suspect: SuspectTrack,
    work: WorkTrack,
    parts: Mapping[View, Sequence[_Part]],
    background: Backgrounds,
    *,
    rules: LineRules,
    bin_seconds: float,
) -> PairAlignment:
    """Runs within each part that is looked at through each view, taken together."""
    if not len(suspect.seconds) or not len(work.seconds):
        return PairAlignment(work_id=work.work_id, score=0.0, matches=())
    found: list[SamplePath] = []
    best_single = 0.0
    for view in suspect.views:
        pieces: list[SamplePath] = []
        for part in parts.get(view, ()):
            for block in _blocks(view, suspect, part, background, bin_seconds=bin_seconds):
                best_single = max(best_single, float(block.zscores.max()))
                pieces += [path.moved(part.first) for path in _paths(block, rules)]
        found += join_pieces(pieces, suspect.seconds, work.seconds)
    paths = without_echoes(found, suspect.seconds, work.seconds)
    matches = [
        _match(suspect, work, path, background=background, rules=rules, bin_seconds=bin_seconds) for path in paths
    ]
    matches.sort(key=lambda match: -match.score)
    score = matches[0].score if matches else match_score(np.array([best_single], dtype=np.float32), 1.0)
    return PairAlignment(work_id=work.work_id, score=score, matches=tuple(matches))


def _paths(block: Block, rules: LineRules) -> list[SamplePath]:
    if not can_gain(block.zscores, rules):
        return []
    runs = find_runs(bin_matrix(block.zscores, block.row_bins, block.column_bins), rules, cuts=block.cuts)
    return [path_of_run(block, run) for run in runs]


def pair_zscores(view: View, seen: ViewTrack, work: WorkTrack, background: Backgrounds, *, rows: Rows) -> Matrix:
    """(k, m) similarity of some suspect samples seen through one view to every work sample, standard deviations.

    Near-empty pictures resemble one another whatever they show: where a sample's PDQ quality is below the
    published `FULL_QUALITY`, its similarity counts in proportion.  A pane is one more look and so one more chance of
    a likeness: `PANE_PRICE` is taken off, and `TURN_PRICE` of one that was turned.

    Args:
        view: the view.
        seen: what was seen through it.
        work: the work.
        background: what unrelated pictures look like.
        rows: (k,) rows of `seen`.
    """
    values = background.compact.zscores(
        seen.compact[rows], work.compact, suspect_bias=seen.bias[rows], work_bias=work.bias
    )
    layout = _composition_zscores(seen, work, background, rows=rows)
    if layout is not None:
        values = np.maximum(values, layout - np.float32(COMPOSITION_PRICE))
    for shape, where in _shaped_rows(seen, work, rows):
        middle = _composition_zscores(seen, work, background, rows=rows[where], shape=shape)
        if middle is not None:
            values[where] = np.maximum(values[where], middle - np.float32(SHAPE_PRICE))
    trust = _trust(seen.quality[rows])[:, None] * _trust(work.quality)[None, :]
    values = np.where(values > 0, values * trust, values)
    return values - _price(view)


def paired_zscores(view: View, seen: ViewTrack, work: WorkTrack, background: Backgrounds, pairs: Pairs) -> Vector:
    """(k,) the values of `pair_zscores` for each suspect row and its own partner.

    Args:
        view: the view.
        seen: what was seen through it.
        work: the work.
        background: what unrelated pictures look like.
        pairs: (k,) rows of `seen`, and the (k,) sample of the work paired with each.
    """
    rows, columns = pairs
    values = background.compact.paired_zscores(
        seen.compact[rows], work.compact[columns], suspect_bias=seen.bias[rows], work_bias=work.bias[columns]
    )
    shapes = np.array(seen.shapes)
    priced: dict[WorkShape, float] = {"whole": COMPOSITION_PRICE}
    priced |= dict.fromkeys(work.shaped if len(shapes) else (), SHAPE_PRICE)
    for shape, price in priced.items():
        there, layout = work.composition_as(shape), background.composition
        if seen.composition is None or there is None or layout is None:
            continue
        where = np.arange(len(rows)) if shape == "whole" else np.flatnonzero(shapes[rows] == shape)
        left, right = seen.composition[rows[where]], there[columns[where]]
        alike = layout.paired_zscores(left.rows, right.rows, suspect_bias=left.bias, work_bias=right.bias)
        values[where] = np.maximum(values[where], alike - np.float32(price))
    values = np.where(values > 0, values * _trust(seen.quality[rows]) * _trust(work.quality[columns]), values)
    return values - _price(view)


def _price(view: View) -> np.float32:
    """What a look through a view must bring on top."""
    return np.float32((PANE_PRICE if view.region == "pane" else 0.0) + (TURN_PRICE if view.turn_degrees else 0.0))


def _shaped_rows(seen: ViewTrack, work: WorkTrack, rows: Rows) -> Iterator[tuple[Shape, Rows]]:
    """Screens for which the work's middle was described, and which of some rows of a view would fill each."""
    shapes = np.array(seen.shapes)
    for shape in work.shaped if len(shapes) else ():
        where = np.flatnonzero(shapes[rows] == shape)
        if len(where):
            yield shape, where


def _composition_zscores(
    seen: ViewTrack, work: WorkTrack, background: Backgrounds, *, rows: Rows, shape: WorkShape = "whole"
) -> Matrix | None:
    """(k, m) similarity of composition of some suspect samples to every work sample, standard deviations."""
    there = work.composition_as(shape)
    if seen.composition is None or there is None or background.composition is None:
        return None
    some = seen.composition[rows]
    return background.composition.zscores(some.rows, there.rows, suspect_bias=some.bias, work_bias=there.bias)


def _composed_as(
    seen: ViewTrack, work: WorkTrack, background: Background | None, *, rows: Rows, columns: Rows
) -> WorkShape:
    """What of the work's pictures the pairs of a path together resemble most: all of them, or their middle.

    Args:
        seen: the suspect under the view of the path.
        work: the work.
        background: what unrelated pictures look like to the composition descriptor.
        rows: (k,) rows of `seen`.
        columns: (k,) work sample paired with each.
    """
    if seen.composition is None or background is None or not seen.shapes:
        return "whole"
    screen = Counter(seen.shapes[row] for row in rows.tolist()).most_common(1)[0][0]
    here = seen.composition[rows]
    likeness: dict[WorkShape, float] = {}
    for shape in cast("tuple[WorkShape, ...]", ("whole", screen)):
        track = work.composition_as(shape)
        if track is not None:
            there = track[columns]
            values = background.paired_zscores(here.rows, there.rows, suspect_bias=here.bias, work_bias=there.bias)
            likeness[shape] = float(values.mean())
    return max(likeness, key=lambda shape: likeness[shape], default="whole")


def _trust(quality: npt.NDArray[np.uint8]) -> Matrix:
    return np.minimum(1.0, quality / FULL_QUALITY).astype(np.float32)


def match_score(zscores: npt.NDArray[np.float32], num_distinct: float) -> float:
    """Mean of values cut to [FLOOR, CEILING], shrunk towards 0 as if `SHRINK_SAMPLES` unrelated ones stood beside.

    Args:
        zscores: (k,) similarities of aligned pairs.
        num_distinct: how many different pictures the pairs show, 1 to k; a still shot is one picture however
            long it lasts.
    """
    if not len(zscores):
        return 0.0
    mean = float(np.clip(zscores, FLOOR, CEILING).mean())
    return mean * num_distinct / (num_distinct + SHRINK_SAMPLES)


def distinct_pictures(suspect: Matrix, work: Matrix) -> float:
    """How many different pictures a path of (k, dimensions) unit rows shows, 1 to k.

    Every step adds what is new in it: one less the cosine to the picture before, as the geometric mean of both sides.
    """
    if len(suspect) < 2:
        return float(len(suspect))
    there, here = (np.clip(1.0 - np.einsum("kd,kd->k", rows[1:], rows[:-1]), 0.0, 1.0) for rows in (suspect, work))
    return 1.0 + float(np.sqrt(there * here).sum())


def _blocks(
    view: View, suspect: SuspectTrack, part: _Part, background: Backgrounds, *, bin_seconds: float
) -> Iterator[Block]:
    seen, work = suspect.views[view], part.track
    columns = TimeBins.of(work.seconds - part.start_seconds, bin_seconds)
    seconds = suspect.seconds[seen.samples]
    number = (seconds / (bin_seconds * BLOCK_BINS) + _ROUNDING).astype(np.int64)
    for block in np.unique(number):
        rows = np.flatnonzero(number == block)
        start = block * BLOCK_BINS * bin_seconds
        cuts = np.unique(np.round((suspect.cut_seconds - start) / bin_seconds).astype(np.int64))
        yield Block(
            view=view,
            rows=seen.samples[rows],
            zscores=pair_zscores(view, seen, work, background, rows=rows),
            row_bins=TimeBins.of(seconds[rows] - start, bin_seconds),
            column_bins=columns,
            cuts=tuple(int(cut) for cut in cuts if 0 < cut < BLOCK_BINS),
        )


def _match(
    suspect: SuspectTrack,
    work: WorkTrack,
    path: SamplePath,
    *,
    background: Backgrounds,
    rules: LineRules,
    bin_seconds: float,
) -> AlignedMatch:
    seen = suspect.views[path.view]
    rows = seen.rows_of(path.rows)
    suspect_seconds, work_seconds = suspect.seconds[path.rows], work.seconds[path.columns]
    start, end = _interval(suspect_seconds, bin_seconds / 2, suspect.duration_seconds)
    work_half = bin_seconds if path.speed == FROZEN else abs(path.speed) * bin_seconds / 2
    work_start, work_end = _interval(work_seconds, work_half, work.duration_seconds)
    is_inside = (suspect.seconds >= suspect_seconds.min()) & (suspect.seconds <= suspect_seconds.max())
    score = match_score(path.zscores, distinct_pictures(seen.compact[rows], work.compact[path.columns]))
    return AlignedMatch(
        work_id=work.work_id,
        suspect_start_seconds=start,
        suspect_end_seconds=end,
        work_start_seconds=work_start,
        work_end_seconds=work_end,
        alignment_score=score,
        score=score,
        fit=fit_line(suspect_seconds, work_seconds, searched_speed=path.speed),
        view=path.view,
        suspect_samples=path.rows,
        work_samples=path.columns,
        zscores=path.zscores,
        pdq_distance_bits=paired_distance_bits(seen.pdq[rows], work.pdq[path.columns]),
        pdq_quality=np.minimum(seen.quality[rows], work.quality[path.columns]),
        num_samples_supporting=int(np.count_nonzero(path.zscores >= rules.asked_per_bin)),
        num_samples_available=int(np.count_nonzero(is_inside)),
        work_shape=_composed_as(seen, work, background.composition, rows=rows, columns=path.columns),
    )


def _interval(seconds: npt.NDArray[np.float64], half: float, duration_seconds: float) -> tuple[float, float]:
    """From half a bin before the first sample to half a bin after the last, inside the video."""
    return max(0.0, float(seconds.min()) - half), min(duration_seconds, float(seconds.max()) + half)
