"""Where in the works the votes are: what alignment looks at where works are too many and too long to look at whole.

Every hit pairs a moment of the suspect with a moment of a work.  A match puts many hits on one line
`work = speed * suspect + offset`: for each stretch of the suspect, each view and every speed that alignment tries, hits
are counted by offset (a generalised Hough transform; Ballard, 1981), and the work is looked at, through that view,
around the moments where the lines with most votes pass.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt

from index.api import Reader
from index.records import Hits
from similarity.align.lines import LineRules
from similarity.align.windows import Stretch
from similarity.describe.views import View

__all__ = ["Places"]

_BLOCK_SECONDS = 30.0
"""Stretch of the suspect whose hits are counted together."""
_OFFSET_SECONDS = 4.0
"""Offsets that are counted together, on two grids half of this apart."""
_REACH_SECONDS = 90.0
"""What is looked at of a work on either side of a place: the stretch at double speed, and a minute more."""
_PLACES_PER_BLOCK = 16
"""Places looked at for each stretch of the suspect and view, in all works together, beside the best of each work."""

Seconds = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
Hit = tuple[Numbers, Numbers, Numbers, Numbers, Seconds]
"""(h,) work, view, suspect sample and work row of each hit, and what it is worth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A moment of a work where the best line of a stretch of the suspect passes."""

    work: int
    view: int
    block: int
    work_seconds: float


class Places:
    """Votes by place.

    Args:
        suspect_seconds: (n,) times of the suspect's samples.
    """

    def __init__(self, suspect_seconds: Seconds) -> None:
        self._seconds = suspect_seconds
        self._works: dict[str, int] = {}
        self._views: dict[View, int] = {}
        self._hits: list[Hit] = []

    def add(self, view: View, hits: Hits, worth: npt.NDArray[np.floating[Any]], samples: Numbers) -> None:
        """Take the hits of one search.

        Args:
            view: through which the suspect was seen.
            hits: what was found for each sample.
            worth: (samples, k) what each hit is worth; 0 for none.
            samples: (samples,) numbers of the suspect's samples.
        """
        at = np.nonzero((hits.entry >= 0) & (worth > 0))
        numbers = np.array([self._works.setdefault(one, len(self._works)) for one in hits.entry_ids], dtype=np.int64)
        number = self._views.setdefault(view, len(self._views))
        work, row = numbers[hits.entry[at]], hits.row[at].astype(np.int64)
        self._hits.append((work, np.full(len(work), number), samples[at[0]], row, worth[at].astype(np.float64)))

    def stretches(self, library: Reader, work_ids: Sequence[str]) -> Mapping[str, tuple[Stretch, ...]]:
        """What is to be looked at of each of some works, in order of view and time.

        Args:
            library: the works.
            work_ids: works that were voted for.
        """
        times = {self._works[work_id]: _indexed_seconds(library, work_id) for work_id in work_ids}
        views = list(self._views)
        found: dict[int, list[_Place]] = {}
        for place in _chosen(self._strongest(times)):
            found.setdefault(place.work, []).append(place)
        return {
            work_id: tuple(
                Stretch(view=views[view], first_row=first, stop_row=stop)
                for view, some in groupby(sorted(found[work], key=lambda one: one.view), key=lambda one: one.view)
                for first, stop in _around(times[work], [one.work_seconds for one in some])
            )
            for work_id, work in ((one, self._works[one]) for one in work_ids)
        }

    def _strongest(self, times: Mapping[int, Seconds]) -> Iterator[_Place]:
        """Places in some works, most votes first."""
        work, view, sample, row, worth = (np.concatenate(some) for some in zip(*self._hits, strict=True))
        order = np.argsort(-worth, kind="stable")
        order = order[np.isin(work[order], np.fromiter(times, dtype=np.int64))]
        work, view, sample, row, worth = (one[order] for one in (work, view, sample, row, worth))
        there = np.zeros(len(work))
        for number, seconds in times.items():
            there[work == number] = seconds[row[work == number]]
        here = self._seconds[sample]
        block = np.floor(here / _BLOCK_SECONDS).astype(np.int64)
        ago = here - (block + 0.5) * _BLOCK_SECONDS
        num_blocks = int(block.max(initial=0)) + 1
        group = (work * len(self._views) + view) * num_blocks + block
        lines = [
            _counted(group, there - speed * ago, sample, worth, shift=shift)
            for speed in LineRules().speeds
            for shift in (0.0, 0.5)
        ]
        groups, passes, votes = (np.concatenate(some) for some in zip(*lines, strict=True))
        for number in _best_nearby(groups, passes, votes):
            seen, block_number = divmod(int(groups[number]), num_blocks)
            work_number, view_number = divmod(seen, len(self._views))
            yield _Place(work=work_number, view=view_number, block=block_number, work_seconds=float(passes[number]))


def _indexed_seconds(library: Reader, work_id: str) -> Seconds:
    samples = library.samples(work_id)
    return samples.seconds[samples.indexed]


def _counted(
    group: Numbers, passes: Seconds, sample: Numbers, worth: Seconds, *, shift: float
) -> tuple[Numbers, Seconds, Seconds]:
    """Groups, places and votes: each sample gives each place its best one.

    Args:
        group: (h,) what is counted apart.
        passes: (h,) where the line of each hit passes, seconds of the work.
        sample: (h,) the sample that votes.
        worth: (h,) descending.
        shift: of the grid, as a share of its step.
    """
    number = np.floor(passes / _OFFSET_SECONDS + shift).astype(np.int64)
    order = np.lexsort((sample, number, group))
    group, number, sample, worth = group[order], number[order], sample[order], worth[order]
    is_first = np.ones(len(order), dtype=bool)
    is_first[1:] = (np.diff(number) != 0) | (np.diff(group) != 0)
    is_best = is_first.copy()
    is_best[1:] |= np.diff(sample) != 0
    firsts = np.flatnonzero(is_first)
    votes: Seconds = np.add.reduceat(np.where(is_best, worth, 0.0), firsts)
    return group[firsts], (number[firsts].astype(np.float64) + (0.5 - shift)) * _OFFSET_SECONDS, votes


def _best_nearby(groups: Numbers, passes: Seconds, votes: Seconds) -> list[int]:
    """Numbers of the places with most votes of their group in each `_BLOCK_SECONDS` of the work, most votes first."""
    near = np.floor(passes / _BLOCK_SECONDS).astype(np.int64)
    order = np.lexsort((-votes, near, groups))
    is_best = np.ones(len(order), dtype=bool)
    is_best[1:] = (np.diff(near[order]) != 0) | (np.diff(groups[order]) != 0)
    best = order[is_best]
    return [int(number) for number in best[np.argsort(-votes[best], kind="stable")]]


def _chosen(strongest: Iterator[_Place]) -> list[_Place]:
    """The best place of each work, and the best of each view and block; none near a better one of the same kind."""
    kept: dict[tuple[int, int, int], list[float]] = {}
    works: set[int] = set()
    counts: dict[tuple[int, int], int] = {}
    chosen = []
    for place in strongest:
        where, near = (place.view, place.block), kept.setdefault((place.work, place.view, place.block), [])
        is_wanted = place.work not in works or counts.get(where, 0) < _PLACES_PER_BLOCK
        if is_wanted and all(abs(place.work_seconds - one) >= _BLOCK_SECONDS for one in near):
            near.append(place.work_seconds)
            works.add(place.work)
            counts[where] = counts.get(where, 0) + 1
            chosen.append(place)
    return chosen


def _around(work_seconds: Seconds, centres: Sequence[float]) -> list[tuple[int, int]]:
    """First row and the row after the last within reach of some places, ascending and apart."""
    ordered = np.sort(centres)
    firsts = np.minimum(np.searchsorted(work_seconds, ordered - _REACH_SECONDS), len(work_seconds) - 1)
    stops = np.maximum(np.searchsorted(work_seconds, ordered + _REACH_SECONDS), firsts + 1)
    joined: list[tuple[int, int]] = []
    for first, stop in zip(firsts.tolist(), stops.tolist(), strict=True):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((first, stop))
    return joined
