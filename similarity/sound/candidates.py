"""Runs of alike patches: where a stretch of a suspect may stand in a work, and through which view."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from similarity.align.lines import LineRules, Run, find_runs
from similarity.align.normalise import Background
from similarity.sound.patches import HOP_SECONDS, PATCH_SECONDS, PLAIN, Patches, background_patches, patches_of
from similarity.sound.values import SoundSpectrogram, SoundView, WorkSound
from similarity.sound.views import VIEWS

__all__ = ["Candidate", "candidates_of", "sound_background"]

_RULES = LineRules(
    asked_per_bin=1.6,
    worst_per_bin=-2.0,
    missing_cost=0.6,
    most_drop=9.0,
    least_gain=9.0,
    unusual_speed_cost=0.0,
    max_runs=6,
    speeds=(1.0,),
)
_APART_ROWS = 12
"""Rows of nothing between works that are searched together: more than a run can cross."""
_NOTHING = np.float32(-100.0)
MOST_CANDIDATES = 40
"""Looked at by their peaks, the strongest first."""


VIEW_PRICE = 4.0
"""Gain that any other view than the plain one must bring on top."""
_MOST_TWINS, _NEAR_SPEED, _NEAR_SEMITONES = 5, 0.035, 0.6


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
    """The strongest lines of all views in all works, strongest first; the same line through several views once.

    Args:
        spectrogram: the suspect's levels.
        works: the works; those without patches are passed over.
    """
    filled = [work for work in works if len(work.rows.patches)]
    if not filled:
        return []
    joined = _Joined(filled)
    found = [one for view in VIEWS for one in _through(view, patches_of(spectrogram, view), joined)]
    return _without_twins(sorted(found, key=lambda one: -one.gain))[:MOST_CANDIDATES]


class _Joined:
    """Patches of works one after the other, with nothing between them."""

    def __init__(self, works: Sequence[WorkSound]) -> None:
        self.works = works
        lengths = [len(work.rows.patches) + _APART_ROWS for work in works]
        self.first = np.concatenate([[0], np.cumsum(lengths)])
        self.rows = np.concatenate([_spaced(work.rows.patches.astype(np.float32)) for work in works])
        self.bias = np.concatenate([_spaced(work.bias) for work in works])
        self.is_searched = np.concatenate([_spaced(work.rows.is_searched) for work in works])

    def place(self, column: int) -> tuple[WorkSound, int]:
        """The work in which a column lies, and its row there; the first or last one beside it."""
        number = int(np.searchsorted(self.first, column, side="right")) - 1
        work = self.works[min(max(number, 0), len(self.works) - 1)]
        return work, min(max(column - int(self.first[max(number, 0)]), 0), len(work.rows.patches) - 1)


def _spaced(values: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    return np.concatenate([values, np.zeros((_APART_ROWS, *values.shape[1:]), values.dtype)])


def _through(view: SoundView, patches: Patches, joined: _Joined) -> Iterator[Candidate]:
    asked = ~(patches.is_silent | patches.is_unchanging)
    if not asked.any():
        return
    rows, background = patches.rows.astype(np.float32), sound_background()
    values = background.zscores(rows, joined.rows, suspect_bias=background.bias(rows), work_bias=joined.bias)
    values[~asked] = np.nan
    values[:, ~joined.is_searched] = np.nan
    for first in joined.first[1:]:
        values[:, first - _APART_ROWS : first] = _NOTHING
    for run in find_runs(values, _RULES):
        yield _candidate(run, view, patches, joined)


def _candidate(run: Run, view: SoundView, patches: Patches, joined: _Joined) -> Candidate:
    middle = int(run.columns[len(run.columns) // 2])
    work, _ = joined.place(middle)
    start = int(joined.first[joined.works.index(work)])
    ends = [min(max(int(column) - start, 0), len(work.rows.patches) - 1) for column in run.columns[[0, -1]]]
    here = patches.seconds[run.rows[[0, -1]]].tolist()
    there = work.rows.patch_seconds[ends].tolist()
    if here[0] > here[1]:
        here, there = here[::-1], there[::-1]
    return Candidate(
        work=work,
        view=view,
        suspect_seconds=(here[0], here[1]),
        work_seconds=(there[0], there[1]),
        gain=run.gain - VIEW_PRICE * (view != PLAIN),
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
