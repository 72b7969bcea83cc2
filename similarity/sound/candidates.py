"""Runs of alike patches: where a stretch of a suspect may stand in a work, and through which view."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from similarity.align.lines import best_stretches
from similarity.align.normalise import WEIGHT, Background
from similarity.sound.patches import HOP_SECONDS, PATCH_SECONDS, PLAIN, Patches, background_patches, patches_of
from similarity.sound.values import SoundSpectrogram, SoundView, WorkSound
from similarity.sound.views import VIEWS

__all__ = ["Candidate", "candidates_of", "sound_background"]

ASKED_PER_PATCH = 1.6
"""Deviations that a patch must exceed to lengthen a line."""
WORST_PER_PATCH = -2.0
"""Most that one bad patch can take."""
_MISSING_COST = 0.6
"""What a patch takes that is not searched by."""
_MOST_DROP = np.float32(9.0)
"""How far the sum may fall below its highest before a line ends."""
LEAST_GAIN = 9.0
"""Sum above what is asked from which a line is a candidate."""
VIEW_PRICE = 4.0
"""Gain that any other view than the plain one must bring on top."""
_NOTABLE = 2.4
"""Deviations of the pairs by which lines are chosen that are looked at whole."""
_LEAST_NOTABLE = 5.0
"""What the notable pairs of a line and of those beside it must exceed what is asked by, together."""
_MOST_LINES = 64
"""Lines looked at whole per block, the strongest first."""
_BLOCK_ROWS, _BLOCK_OVERLAP = 240, 40
"""Patches of the suspect that are searched by at once (66 seconds), and how many of them again with the next."""
_BLOCK_COLUMNS = 60_000
"""Patches of works that are searched at once (4.6 hours)."""
_RUNS_PER_LINE = 2
_APART_ROWS = 8
"""Rows of nothing between works that are searched together."""
MOST_CANDIDATES = 40
"""Looked at by their peaks, per block of the suspect, the strongest first."""
_MOST_TWINS, _NEAR_SPEED, _NEAR_SEMITONES = 5, 0.035, 0.6

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A line on which patches are alike."""

    work: WorkSound
    """The work."""
    view: SoundView
    """The view through which they are."""
    suspect_seconds: tuple[float, float]
    """Middles of the first and the last patch of it in the suspect, ascending."""
    work_seconds: tuple[float, float]
    """Middles of the patches paired with these; descending where the sound runs backwards."""
    gain: float
    """Sum of the similarities above what is asked, standard deviations."""


@cache
def sound_background() -> Background:
    """Unrelated sound that patches are compared with."""
    return Background(background_patches())


def candidates_of(spectrogram: SoundSpectrogram, works: Sequence[WorkSound]) -> list[Candidate]:
    """The strongest lines of all views in all works, strongest first; the same line through near views once.

    Args:
        spectrogram: the suspect's levels.
        works: the works; those without patches are passed over.
    """
    groups = [_Joined(group) for group in _grouped(works)]
    found: list[Candidate] = []
    num_blocks = 1
    for view in VIEWS:
        asked = _Asked(patches_of(spectrogram, view))
        blocks = asked.blocks()
        num_blocks = max(num_blocks, len(blocks))
        found += [one for joined in groups for block in blocks for one in _through(view, asked, block, joined)]
    return _without_twins(sorted(found, key=lambda one: -one.gain))[: MOST_CANDIDATES * num_blocks]


class _Asked:
    """Patches of a suspect through one view."""

    def __init__(self, patches: Patches) -> None:
        self.seconds = patches.seconds
        self.rows = patches.rows.astype(np.float32)
        self.bias = sound_background().bias(self.rows)
        self.is_asked = ~(patches.is_silent | patches.is_unchanging)

    def blocks(self) -> list[slice]:
        """Blocks of patches of which some are asked, each overlapping the next."""
        starts = range(0, max(1, len(self.rows) - _BLOCK_OVERLAP), _BLOCK_ROWS - _BLOCK_OVERLAP)
        blocks = [slice(start, min(start + _BLOCK_ROWS, len(self.rows))) for start in starts]
        return [block for block in blocks if self.is_asked[block].any()]


class _Joined:
    """Patches of works one after the other, with nothing between them."""

    def __init__(self, works: Sequence[WorkSound]) -> None:
        self.works = works
        lengths = [len(work.rows.patches) + _APART_ROWS for work in works]
        self.first = np.concatenate([[0], np.cumsum(lengths)])
        self.rows: Floats = np.concatenate([_spaced(work.rows.patches.astype(np.float32)) for work in works])
        self.bias: Floats = np.concatenate([_spaced(work.bias) for work in works])
        self.is_searched = np.concatenate([_spaced(work.rows.is_searched) for work in works])


def _grouped(works: Sequence[WorkSound]) -> list[list[WorkSound]]:
    """Works that hold patches, in groups that are searched at once."""
    groups: list[list[WorkSound]] = []
    length = 0
    for work in works:
        size = len(work.rows.patches)
        if not size:
            continue
        if not groups or length + size > _BLOCK_COLUMNS:
            groups.append([])
            length = 0
        groups[-1].append(work)
        length += size
    return groups


def _spaced(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return np.concatenate([values, np.zeros((_APART_ROWS, *values.shape[1:]), values.dtype)])


def _through(view: SoundView, asked: _Asked, block: slice, joined: _Joined) -> Iterator[Candidate]:
    """Lines of a block of the suspect in a group of works."""
    price = VIEW_PRICE * (view != PLAIN)
    starts = _notable_lines(asked, block, joined)
    rows = np.arange(block.start, block.stop)
    columns = starts[None, :] + np.arange(len(rows))[:, None]
    worth = _worth_along(asked, rows, columns, joined)
    for _ in range(_RUNS_PER_LINE):
        gains, first, last = best_stretches(worth, _MOST_DROP)
        for line in np.flatnonzero(gains - price >= LEAST_GAIN).tolist():
            span = slice(int(first[line]), int(last[line]) + 1)
            yield _candidate(view, asked.seconds[rows[span]], columns[span, line], joined, float(gains[line]) - price)
            worth[span, line] = WORST_PER_PATCH


def _notable_lines(asked: _Asked, block: slice, joined: _Joined) -> npt.NDArray[np.int64]:
    """(k,) columns at the first row of the block of lines that hold notable pairs, strongest first."""
    mean, deviation = sound_background().unit.mean, sound_background().unit.deviation
    alike = asked.rows[block] @ joined.rows.T
    asked_for = np.float32(mean + _NOTABLE * deviation) + np.float32(WEIGHT) * asked.bias[block]
    over = alike - asked_for[:, None] - np.float32(WEIGHT) * joined.bias
    over[~asked.is_asked[block]] = -1
    over[:, ~joined.is_searched] = -1
    row, column = np.nonzero(over > 0)
    num_rows, num_columns = over.shape
    worth = over[row, column] / np.float32(deviation) + np.float32(_NOTABLE - ASKED_PER_PATCH)
    sums = np.bincount(column - row + num_rows, weights=worth, minlength=num_rows + num_columns + 1)
    around = np.convolve(sums, [1.0, 1.0, 1.0], mode="same")
    is_top = (sums >= np.roll(sums, 1)) & (sums >= np.roll(sums, -1)) & (sums > 0)
    lines = np.flatnonzero(is_top & (around >= _LEAST_NOTABLE))
    return np.asarray(lines[np.argsort(-around[lines], kind="stable")][:_MOST_LINES] - num_rows, dtype=np.int64)


def _worth_along(asked: _Asked, rows: npt.NDArray[np.int64], columns: npt.NDArray[np.int64], joined: _Joined) -> Floats:
    """(n, k) what each pair of k lines adds; pairs outside any work end a line."""
    inside = (columns >= 0) & (columns < len(joined.rows))
    there = np.clip(columns, 0, len(joined.rows) - 1)
    here = np.broadcast_to(rows[:, None], columns.shape)
    values = sound_background().paired_zscores(
        asked.rows[here.ravel()],
        joined.rows[there.ravel()],
        suspect_bias=asked.bias[here.ravel()],
        work_bias=joined.bias[there.ravel()],
    )
    worth = np.maximum(values.reshape(columns.shape) - np.float32(ASKED_PER_PATCH), np.float32(WORST_PER_PATCH))
    worth[~asked.is_asked[here]] = -_MISSING_COST
    worth[~joined.is_searched[there]] = -_MISSING_COST
    worth[~inside] = -_MOST_DROP
    return np.asarray(worth, dtype=np.float32)


def _candidate(
    view: SoundView, seconds: npt.NDArray[np.float64], columns: npt.NDArray[np.int64], joined: _Joined, gain: float
) -> Candidate:
    middle = int(np.searchsorted(joined.first, columns[len(columns) // 2], side="right")) - 1
    number = min(max(middle, 0), len(joined.works) - 1)
    work = joined.works[number]
    ends = np.clip(columns[[0, -1]] - joined.first[number], 0, len(work.rows.patches) - 1)
    here, there = seconds[[0, -1]].tolist(), work.rows.patch_seconds[ends].tolist()
    if here[0] > here[1]:
        here, there = here[::-1], there[::-1]
    return Candidate(
        work=work, view=view, suspect_seconds=(here[0], here[1]), work_seconds=(there[0], there[1]), gain=gain
    )


def _without_twins(ordered: Sequence[Candidate]) -> list[Candidate]:
    """Those that no stronger one makes needless: of one line at most five that differ clearly in speed or pitch."""
    kept: list[Candidate] = []
    for one in ordered:
        twins = [known for known in kept if _is_twin(one, known)]
        if len(twins) < _MOST_TWINS and not any(_is_near(one.view, known.view) for known in twins):
            kept.append(one)
    return kept


def _is_near(one: SoundView, other: SoundView) -> bool:
    """Whether the fit of one would find the line of the other."""
    return (
        abs(one.speed / other.speed - 1) < _NEAR_SPEED
        and abs(one.pitch_semitones - other.pitch_semitones) < _NEAR_SEMITONES
    )


def _is_twin(one: Candidate, known: Candidate) -> bool:
    """Whether two candidates pair the same moments: the weaker one's middle lies on the stronger one's line."""
    if one.work.work_id != known.work.work_id:
        return False
    middle = sum(one.suspect_seconds) / 2
    if not known.suspect_seconds[0] - HOP_SECONDS <= middle <= known.suspect_seconds[1] + HOP_SECONDS:
        return False
    expected = known.work_seconds[0] + known.view.speed * (middle - known.suspect_seconds[0])
    return abs(sum(one.work_seconds) / 2 - expected) < PATCH_SECONDS
