"""Where in the works the votes are: what alignment looks at where works are too many and too long to look at whole."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from index.api import Reader
from index.records import Hits
from similarity.align.values import SuspectTrack

__all__ = ["Places"]

_REACH_SAMPLES = 240
"""Work samples looked at on either side of a place: as many as bins of a suspect that are aligned at a time."""
_PLACES_PER_BLOCK = 3
"""Places of a work that are looked at for each `_REACH_SAMPLES` of the suspect."""

Stretches = tuple[tuple[int, int], ...]


class Places:
    """Votes by place: each sample of the suspect gives each place of a work its best vote.

    A place is as many consecutive samples of a work as the suspect has, `_REACH_SAMPLES` at most.

    Args:
        suspect: the suspect that votes.
    """

    def __init__(self, suspect: SuspectTrack) -> None:
        self._width = max(1, min(len(suspect.seconds), _REACH_SAMPLES))
        self._most = _PLACES_PER_BLOCK * -(-len(suspect.seconds) // _REACH_SAMPLES)
        self._votes: dict[str, list[npt.NDArray[np.float64]]] = {}

    def add(self, hits: Hits, worth: npt.NDArray[np.floating[Any]], samples: npt.NDArray[np.int64]) -> None:
        """Take the hits of one search.

        Args:
            hits: what was found for each sample.
            worth: (samples, k) what each hit is worth; 0 for none.
            samples: (samples,) numbers of the suspect's samples.
        """
        line, rank = np.nonzero((hits.entry >= 0) & (worth > 0))
        entry = hits.entry[line, rank]
        votes = np.stack([samples[line], hits.row[line, rank] // self._width, worth[line, rank]], axis=1)
        order = np.argsort(entry, kind="stable")
        for number, some in zip(*_grouped(entry[order], votes[order]), strict=True):
            self._votes.setdefault(hits.entry_ids[number], []).append(some)

    def stretches(self, library: Reader, work_id: str) -> Stretches:
        """First row and row after the last of what is to be looked at of a work, in order, apart from each other."""
        sample, place, worth = np.concatenate(self._votes[work_id]).T
        pair, of_pair = np.unique(np.stack([place, sample]), axis=1, return_inverse=True)
        best = np.zeros(pair.shape[1])
        np.maximum.at(best, of_pair.ravel(), worth)
        places, of_place = np.unique(pair[0].astype(np.int64), return_inverse=True)
        strongest = places[np.argsort(-np.bincount(of_place.ravel(), weights=best), kind="stable")[: self._most]]
        last = library.entry(work_id).num_indexed
        first = np.sort(strongest) * self._width
        return _joined(np.maximum(0, first - _REACH_SAMPLES), np.minimum(last, first + self._width + _REACH_SAMPLES))


def _grouped(
    sorted_keys: npt.NDArray[np.int32], values: npt.NDArray[np.float64]
) -> tuple[list[int], list[npt.NDArray[np.float64]]]:
    keys, starts = np.unique(sorted_keys, return_index=True)
    return keys.tolist(), np.split(values, starts[1:]) if len(keys) else []


def _joined(firsts: npt.NDArray[np.int64], stops: npt.NDArray[np.int64]) -> Stretches:
    joined: list[tuple[int, int]] = []
    for first, stop in zip(firsts.tolist(), stops.tolist(), strict=True):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((first, stop))
    return tuple(joined)
