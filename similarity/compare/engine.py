"""One described suspect against the library: candidates, alignments, what lies that were found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypedDict

import numpy as np

from index.device import DeviceName
from similarity.absence import NotMeasured, not_measured
from similarity.align.candidates import Candidates, candidate_works
from similarity.align.lines import LineRules
from similarity.align.normalise import Backgrounds
from similarity.align.pair import align_pair, align_windows, distinct_pictures, match_score
from similarity.align.rescoring import against_rivals, score_steps, verified_score
from similarity.align.values import AlignedMatch, DensePlacement, PairAlignment, SuspectTrack, WorkTrack
from similarity.compare.geometric import Verifier
from similarity.compare.works import Works, suspect_track
from similarity.config import Config
from similarity.describe.video import DescribedVideo
from similarity.geometry.structure import PairStructure
from similarity.geometry.verification import Verification, verify
from similarity.intervals import Interval, without

__all__ = ["Comparison", "align", "aligned_candidates", "all_works", "compare_described", "compared_without"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A suspect against every work that was aligned with it."""

    suspect: SuspectTrack
    """The suspect's rows, into which matches point."""
    alignments: tuple[PairAlignment, ...]
    """One per aligned work: verified, and weighed against its rivals."""
    candidates: Candidates
    """How the works to align were chosen, and what was left out."""

    @property
    def matches(self) -> tuple[AlignedMatch, ...]:
        """Every match with every work, strongest first, without a cut-off."""
        every = [match for alignment in self.alignments for match in alignment.matches]
        return tuple(sorted(every, key=lambda match: (-match.score, match.work_id, match.suspect_start_seconds)))


def all_works(rows: Works) -> Candidates:
    """Every work of the library, for a comparison that leaves none out (`--all-pairs`)."""
    return Candidates(work_ids=_indexed(rows))


def compare_described(
    video: DescribedVideo,
    rows: Works,
    *,
    config: Config,
    device: DeviceName = "cpu",
    verifier: Verifier | None = None,
    candidates: Candidates | None = None,
) -> Comparison:
    """Find and align the works that a described suspect resembles, and look again at the strongest matches.

    Args:
        video: the suspect, described with mirrored views where the configuration asks for them.
        rows: the library.
        config: search and alignment.
        device: where nearest samples are searched.
        verifier: looks again at the strongest matches; without one they keep the alignment's score.
        candidates: works to align; without them they are searched for.
    """
    suspect = suspect_track(video, rows.background)
    if candidates is None:
        candidates = candidate_works(rows.library, suspect, _indexed(rows), config=config.align, device=device)
    aligned = aligned_candidates(suspect, rows, candidates, config=config)
    verified = tuple(aligned) if verifier is None else verifier.verified(video, aligned)
    return Comparison(
        suspect=suspect,
        alignments=against_rivals(verified, suspect_itself=rows.ids_of(video.digest.sha256, "work")),
        candidates=candidates,
    )


def compared_without(
    comparison: Comparison, rows: Works, *, excluded: Mapping[str, Sequence[Interval]], config: Config
) -> Comparison:
    """The comparison without what was aligned with excluded stretches of the works.

    Every match loses the aligned samples that fall in an excluded stretch; what remains is scored by the same steps.
    Nothing is aligned anew, and what a rival explained better it explains better still: footage next to an excluded
    stretch must not take its place.  No score is higher than without filtration.

    Args:
        comparison: without filtration.
        rows: the library.
        excluded: work -> stretches of it, seconds.
        config: the one that was compared with.
    """
    half = 0.5 / config.sample.samples_per_second
    remaining = [
        one.with_matches(
            kept
            for match in one.matches
            if (kept := _without(match, comparison.suspect, rows.work(one.work_id), excluded[one.work_id], half=half))
            is not None
        )
        if one.work_id in excluded
        else one
        for one in comparison.alignments
    ]
    return replace(comparison, alignments=tuple(sorted(remaining, key=lambda one: (-one.score, one.work_id))))


def _indexed(rows: Works) -> tuple[str, ...]:
    return tuple(work_id for work_id, entry in rows.works.items() if entry.num_indexed)


def aligned_candidates(
    suspect: SuspectTrack, rows: Works, candidates: Candidates, *, config: Config
) -> list[PairAlignment]:
    """Align a suspect with the works that were chosen: whole, or with the stretches where votes are.

    Args:
        suspect: the suspect, under every view.
        rows: the library.
        candidates: the works.
        config: sampling.
    """
    bin_seconds = 1 / config.sample.samples_per_second
    return [
        align_windows(
            suspect,
            rows.windows(work_id, candidates.stretches[work_id]),
            rows.background,
            rules=LineRules(),
            bin_seconds=bin_seconds,
        )
        if work_id in candidates.stretches
        else align(suspect, rows.work(work_id), rows.background, config=config)
        for work_id in candidates.work_ids
    ]


def align(suspect: SuspectTrack, work: WorkTrack, background: Backgrounds, *, config: Config) -> PairAlignment:
    """Align a suspect with one work, on bins of the sampling's interval.

    Args:
        suspect: the suspect, under every view.
        work: the work, or a background item that stands for one.
        background: what unrelated pictures look like.
        config: sampling.
    """
    bin_seconds = 1 / config.sample.samples_per_second
    return align_pair(suspect, work, background, rules=LineRules(), bin_seconds=bin_seconds)


def _without(
    match: AlignedMatch, suspect: SuspectTrack, work: WorkTrack, gaps: Sequence[Interval], *, half: float
) -> AlignedMatch | None:
    """What remains of a match; None where nothing does."""
    there = work.seconds[match.work_samples]
    is_left_out = np.zeros(len(there), dtype=bool)
    for start, end in gaps:
        is_left_out |= (there >= start) & (there < end)
    if not is_left_out.any():
        return match
    kept = np.flatnonzero(~is_left_out)
    spans = without((match.work_start_seconds, match.work_end_seconds), gaps)
    if not len(kept) or not spans:
        return None
    rows, work_samples, seen = match.suspect_samples[kept], match.work_samples[kept], suspect.views[match.view]
    pictures = distinct_pictures(seen.compact[seen.rows_of(rows)], work.compact[work_samples])
    looked = [number for number, index in enumerate(match.looked_at.tolist()) if not is_left_out[index]]
    fits = tuple(match.fits[number] for number in looked)
    verification = match.verification
    if isinstance(verification, Verification):
        verification = verify(fits) if fits else _NOT_LOOKED_AT_OUTSIDE
    alignment_score = min(match.alignment_score, match_score(match.zscores[kept], pictures))
    score = verified_score(alignment_score, verification) * score_steps(match).rival_factor
    here = suspect.seconds[rows]
    return replace(
        match,
        suspect_start_seconds=max(match.suspect_start_seconds, float(here.min()) - half),
        suspect_end_seconds=min(match.suspect_end_seconds, float(here.max()) + half),
        work_start_seconds=spans[0][0],
        work_end_seconds=spans[-1][1],
        alignment_score=alignment_score,
        score=min(match.score, score),
        suspect_samples=rows,
        work_samples=work_samples,
        zscores=match.zscores[kept],
        pdq_distance_bits=match.pdq_distance_bits[kept],
        pdq_quality=match.pdq_quality[kept],
        verification=verification,
        fits=fits,
        looks=tuple(match.looks[number] for number in looked),
        looked_at=np.searchsorted(kept, match.looked_at[looked]),
        **_laid_outside(match, gaps),
    )


class _Laid(TypedDict, total=False):
    placement: DensePlacement
    visible: tuple[PairStructure, ...]


def _laid_outside(match: AlignedMatch, gaps: Sequence[Interval]) -> _Laid:
    """The frames of a placed match that lie outside the gaps of the work."""
    placement = match.placement
    if isinstance(placement, NotMeasured) or isinstance(placement.pairs, NotMeasured):
        return {}
    pairs = [
        (pair, structure)
        for pair, structure in zip(placement.pairs, match.visible, strict=True)
        if not any(start <= pair.work_seconds < end for start, end in gaps)
    ]
    return {
        "placement": replace(placement, pairs=tuple(pair for pair, _ in pairs)),
        "visible": tuple(structure for _, structure in pairs),
    }


_NOT_LOOKED_AT_OUTSIDE = not_measured("no frame pair outside the excluded stretches was examined")
