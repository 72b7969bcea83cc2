"""Which works are worth aligning: every suspect sample votes with its nearest library samples."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from index.device import DeviceName
from index.library import Library
from index.records import Hits
from similarity.align.values import SuspectRows
from similarity.config import AlignConfig

__all__ = ["candidate_works"]

_PDQ_VOTE = 1.0
"""Vote of a PDQ hit within the published distance; a compact hit votes with its similarity above the bias."""


def candidate_works(
    library: Library,
    suspect: SuspectRows,
    works: Sequence[str],
    *,
    config: AlignConfig,
    device: DeviceName = "cpu",
) -> tuple[str, ...]:
    """Identifiers of the works that most suspect samples resemble, best first.

    Each sample gives each work its one best vote, so that a work with many similar frames gains nothing by
    their number.

    Args:
        library: where to search.
        suspect: the suspect's rows.
        works: works that may be chosen; no more of them than `max_candidate_works` are all chosen.
        config: how many hits vote, how many works are chosen.
        device: where to search.
    """
    if len(works) <= config.max_candidate_works or not len(suspect.seconds):
        return tuple(works)
    votes: dict[str, float] = defaultdict(float)
    for view in suspect.compact:
        compact = library.search(
            "compact", suspect.compact[view], config.num_hits_per_sample, role="work", device=device
        )
        _count(votes, compact, np.maximum(0.0, compact.value - suspect.bias[view][:, None]))
        pdq = library.search("pdq", suspect.pdq[view], config.num_hits_per_sample, role="work", device=device)
        _count(votes, pdq, np.where(pdq.value <= config.pdq_distance_bits, _PDQ_VOTE, 0.0))
    ranked = sorted(votes.keys() & set(works), key=lambda work_id: (-votes[work_id], work_id))
    return tuple(ranked[: config.max_candidate_works])


def _count(votes: dict[str, float], hits: Hits, worth: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> None:
    best = np.zeros((len(hits.entry), len(hits.entry_ids)))
    sample, rank = np.nonzero((hits.entry >= 0) & (worth > 0))
    np.maximum.at(best, (sample, hits.entry[sample, rank]), worth[sample, rank])
    for number, total in enumerate(best.sum(axis=0)):
        if total > 0:
            votes[hits.entry_ids[number]] += float(total)
