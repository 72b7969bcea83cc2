"""Which works are worth aligning: every suspect sample votes with its nearest library samples."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.device import DeviceName
from index.library import Library
from index.records import Hits
from similarity.align.values import SuspectRows
from similarity.config import AlignConfig

__all__ = ["Candidates", "candidate_works"]

_PDQ_VOTE = 1.0
"""Vote of a PDQ hit within the published distance; a compact hit votes with its similarity above the bias."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """The works chosen for alignment, and where a bound was met in choosing them."""

    work_ids: tuple[str, ...]
    """Works to align, best first."""
    num_samples_voting: int = 0
    """Suspect samples that voted; 0 where all works are aligned and none had to be chosen."""
    num_samples_at_hit_limit: int = 0
    """Of these, samples of which every hit counted as a vote, so that further ones may have been left out."""
    num_works_left_out: int = 0
    """Works that got votes and were left out, because others got more."""


def candidate_works(
    library: Library,
    suspect: SuspectRows,
    works: Sequence[str],
    *,
    config: AlignConfig,
    device: DeviceName = "cpu",
) -> Candidates:
    """The works that most suspect samples resemble, best first.

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
        return Candidates(work_ids=tuple(works))
    votes: dict[str, float] = defaultdict(float)
    is_full = np.zeros(len(suspect.seconds), dtype=bool)
    for seen in suspect.views.values():
        compact = library.search("compact", seen.compact, config.num_hits_per_sample, role="work", device=device)
        is_full[seen.samples] |= _count(votes, compact, np.maximum(0.0, compact.value - seen.bias[:, None]))
        pdq = library.search("pdq", seen.pdq, config.num_hits_per_sample, role="work", device=device)
        is_full[seen.samples] |= _count(votes, pdq, np.where(pdq.value <= config.pdq_distance_bits, _PDQ_VOTE, 0.0))
    ranked = sorted(votes.keys() & set(works), key=lambda work_id: (-votes[work_id], work_id))
    return Candidates(
        work_ids=tuple(ranked[: config.max_candidate_works]),
        num_samples_voting=len(is_full),
        num_samples_at_hit_limit=int(np.count_nonzero(is_full)),
        num_works_left_out=max(0, len(ranked) - config.max_candidate_works),
    )


def _count(
    votes: dict[str, float], hits: Hits, worth: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
) -> npt.NDArray[np.bool_]:
    """Add up the votes; (n,) samples of which every hit counted."""
    is_vote = (hits.entry >= 0) & (worth > 0)
    best = np.zeros((len(hits.entry), len(hits.entry_ids)))
    sample, rank = np.nonzero(is_vote)
    np.maximum.at(best, (sample, hits.entry[sample, rank]), worth[sample, rank])
    for number, total in enumerate(best.sum(axis=0)):
        if total > 0:
            votes[hits.entry_ids[number]] += float(total)
    return np.asarray(is_vote.all(axis=1))
