"""Which works are worth aligning: every suspect sample votes with its nearest library samples."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from index.api import Reader
from index.device import DeviceName
from index.records import Descriptors, Hits, Role, SearchCodes
from similarity.align.places import Places
from similarity.align.values import SuspectTrack
from similarity.align.windows import Stretch
from similarity.config import AlignConfig
from similarity.describe.shapes import SHAPES
from similarity.describe.views import View

__all__ = ["NO_VOTING", "Candidates", "Route", "RouteRank", "Voting", "candidate_works"]

_PDQ_VOTE = 1.0
"""Vote of a PDQ hit within the published distance; another hit votes with its similarity above what is usual."""
_USUAL_MOTION = 0.8
"""Cosine of flow that unrelated samples reach easily: a pan is a pan."""
_FUSION_RANKS = 60.0
"""Constant of reciprocal rank fusion, as its authors set it."""

Route = Literal["copies", "composition", "motion", "concept"]
"""Descriptors by which a work is found: copy descriptor and hash together, composition, motion, subject (CLIP)."""
Votes = dict[str, float]
Rows = npt.NDArray[np.int64]
Worth = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteRank:
    """Where a work stood by one route."""

    route: Route
    """The route."""
    rank: int
    """1 for the work with most votes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voting:
    """Bounds that were met where works were chosen by votes; all 0 where all works are aligned and none was chosen."""

    num_samples: int
    """Suspect samples that voted."""
    num_samples_at_hit_limit: int
    """Of these, samples of which every hit counted as a vote, so that further library samples that look alike
    may have been left out."""
    num_works_left_out: int
    """Works that suspect samples voted for and that were not aligned, because others got more votes."""
    codes: tuple[SearchCodes, ...] = ()
    """Search codes that named the rows to compare, by descriptor set; empty where every row was compared."""
    routes: tuple[Route, ...] = ()
    """Routes by which works were sought; `concept` where suspect and library hold CLIP descriptors."""


NO_VOTING = Voting(num_samples=0, num_samples_at_hit_limit=0, num_works_left_out=0)
"""All works are aligned, and none was left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """The works chosen for alignment, and where a bound was met in choosing them."""

    work_ids: tuple[str, ...]
    """Works to align, best first."""
    voting: Voting = NO_VOTING
    """Where a bound was met."""
    routes: Mapping[str, tuple[RouteRank, ...]] = field(default_factory=dict)
    """Work -> where it stood by each route that voted for it, best first; empty where all works are aligned."""
    stretches: Mapping[str, tuple[Stretch, ...]] = field(default_factory=dict)
    """Work -> what of it is aligned, in order of time for each view; empty where works are aligned whole."""


def candidate_works(
    library: Reader,
    suspect: SuspectTrack,
    works: Sequence[str],
    *,
    config: AlignConfig,
    device: DeviceName = "cpu",
    role: Role = "work",
) -> Candidates:
    """The works that most suspect samples resemble, best first.

    Each sample gives each work its one best vote by each route, so that a work with many similar frames gains nothing
    by their number.  The routes' rankings are joined by rank, for their votes have no common scale: a work stands where
    its best route puts it, since a work may be alike in one way only, and among works of equal best rank by reciprocal
    rank fusion (Cormack, Clarke and Buettcher, SIGIR 2009).  A subject is an idea: it has no part in the fusion, and of
    works of equal best rank those that it alone put there come last.
    Where search codes answer, hashes are not searched; what that leaves out has not been measured (docs/scale.md).

    Args:
        library: where to search.
        suspect: the suspect's rows.
        works: works that may be chosen; no more of them than `max_candidate_works` are all chosen, unless codes answer.
        config: how many hits vote, how many works are chosen.
        device: where to search.
        role: role of the entries in `works`.
    """
    codes = tuple(one for one in library.search_codes() if one.role == role)
    is_coded = any(one.set_name == "compact" for one in codes)
    if not len(suspect.seconds) or (len(works) <= config.max_candidate_works and not is_coded):
        return Candidates(work_ids=tuple(works))
    search = partial(library.search, k=config.num_hits_per_sample, role=role, device=device)
    sets = {declared.name for declared in library.descriptor_sets()}
    places = Places(suspect.seconds) if is_coded else None
    votes, is_full = _votes(suspect, search, sets - {"pdq"} if is_coded else sets, config=config, places=places)
    routes = _routes(votes, set(works))
    ranked = sorted(routes, key=lambda work_id: (*_place(routes[work_id]), work_id))
    chosen = tuple(ranked[: config.max_candidate_works])
    return Candidates(
        work_ids=chosen,
        stretches={} if places is None else places.stretches(library, chosen),
        voting=Voting(
            num_samples=len(is_full),
            num_samples_at_hit_limit=int(np.count_nonzero(is_full)),
            num_works_left_out=max(0, len(ranked) - config.max_candidate_works),
            codes=codes if is_coded else (),
            routes=_searched(suspect, sets),
        ),
        routes=routes,
    )


def _searched(suspect: SuspectTrack, sets: set[str]) -> tuple[Route, ...]:
    views = suspect.views.values()
    asked: dict[Route, bool] = {
        "copies": True,
        "composition": any(seen.composition is not None for seen in views),
        "motion": any(seen.motion is not None for seen in views),
        "concept": "clip" in sets and any(seen.concept is not None for seen in views),
    }
    return tuple(route for route, is_asked in asked.items() if is_asked)


def _votes(
    suspect: SuspectTrack,
    search: Callable[[str, Descriptors], Hits],
    sets: set[str],
    *,
    config: AlignConfig,
    places: Places | None,
) -> tuple[dict[Route, Votes], npt.NDArray[np.bool_]]:
    """Votes by each route, and (n,) suspect samples of which every hit of the copies' route counted."""
    votes: dict[Route, Votes] = {"copies": {}, "composition": {}, "motion": {}, "concept": {}}
    is_full = np.zeros(len(suspect.seconds), dtype=bool)
    held = {shape for shape in SHAPES if f"composition-{shape}" in sets}

    for view, seen in suspect.views.items():

        def count(route: Route, hits: Hits, worth: Worth, samples: Rows, view: View = view) -> npt.NDArray[np.bool_]:
            if places is not None:
                places.add(view, hits, worth, samples)
            return _count(votes[route], hits, worth)

        compact = search("compact", seen.compact)
        usual = seen.bias[:, None]
        is_full[seen.samples] |= count("copies", compact, np.maximum(0.0, compact.value - usual), seen.samples)
        if "pdq" in sets:
            pdq = search("pdq", seen.pdq)
            is_near = pdq.value <= config.pdq_distance_bits
            is_full[seen.samples] |= count("copies", pdq, np.where(is_near, _PDQ_VOTE, 0.0), seen.samples)
        if seen.composition is not None:
            layout = search("composition", seen.composition.rows)
            count("composition", layout, np.maximum(0.0, layout.value - seen.composition.bias[:, None]), seen.samples)
            for shape in held & set(seen.shapes):
                rows = np.flatnonzero(np.array(seen.shapes) == shape)
                some = seen.composition[rows]
                middle = search(f"composition-{shape}", some.rows)
                count("composition", middle, np.maximum(0.0, middle.value - some.bias[:, None]), seen.samples[rows])
        if seen.motion is not None:
            motion = search("motion", seen.motion)
            count("motion", motion, np.maximum(0.0, motion.value - _USUAL_MOTION), seen.samples)
        if seen.concept is not None and "clip" in sets:
            subject = search("clip", seen.concept.rows)
            count("concept", subject, np.maximum(0.0, subject.value - seen.concept.bias[:, None]), seen.samples)
    return votes, is_full


def _routes(votes: Mapping[Route, Votes], works: set[str]) -> dict[str, tuple[RouteRank, ...]]:
    found: dict[str, list[RouteRank]] = defaultdict(list)
    for route, counted in votes.items():
        order = sorted(counted.keys() & works, key=lambda work_id: (-counted[work_id], work_id))
        for rank, work_id in enumerate(order, start=1):
            found[work_id].append(RouteRank(route=route, rank=rank))
    return {work_id: tuple(sorted(ranks, key=lambda one: one.rank)) for work_id, ranks in found.items()}


def _place(ranks: Sequence[RouteRank]) -> tuple[int, bool, float]:
    """What works are ordered by: best rank, whether the subject alone gives it, and the fused rank."""
    best = ranks[0].rank
    by_expression = [one.rank for one in ranks if one.route != "concept"]
    return best, best not in by_expression, -sum(1 / (_FUSION_RANKS + rank) for rank in by_expression)


def _count(votes: Votes, hits: Hits, worth: Worth) -> npt.NDArray[np.bool_]:
    """Add up the votes; (n,) samples of which every hit counted."""
    is_vote = (hits.entry >= 0) & (worth > 0)
    best = np.zeros((len(hits.entry), len(hits.entry_ids)))
    sample, rank = np.nonzero(is_vote)
    np.maximum.at(best, (sample, hits.entry[sample, rank]), worth[sample, rank])
    for number, total in enumerate(best.sum(axis=0)):
        if total > 0:
            work_id = hits.entry_ids[number]
            votes[work_id] = votes.get(work_id, 0.0) + float(total)
    return np.asarray(is_vote.all(axis=1))
