"""From alignment to the final score: what local features add or take, and what another match explains better.

Every step is stated in the report beside the score it started from.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from similarity.absence import NotMeasured
from similarity.align.values import AlignedMatch, PairAlignment, Rival
from similarity.geometry.verification import Verification
from similarity.intervals import meets, union_seconds

__all__ = ["ScoreSteps", "against_rivals", "score_steps", "verified_score"]

MOST_SUPPORT = 4.0
"""Points that local features add at most: one per doubling of the evidence against chance."""
SILENCE, SILENT_SCORE = 1.0, 4.0
"""Points that silence takes off at most, and the score below which it takes nothing: credits and charts are alike to a
copy descriptor, while a repainted picture has other local features than its source and seldom scores higher."""
LEAST_MEASURED = 2
"""Pairs that must have been measured before their silence counts: one bad frame never vetoes."""
RIVAL_SHARE = 0.6
"""Share of a match's stretch of the suspect that stronger matches must hold together to be its rivals."""
RIVAL_LEAST_SCORE = 3.0
"""Score from which a match is a rival to others."""
RIVAL_POWER = 4.0
"""A match is lowered by the ratio of its score to its rival's, to this power."""


def verified_score(score: float, verification: Verification | NotMeasured) -> float:
    """The alignment's score, raised by the strength of local features; a high one is lowered by their silence."""
    if isinstance(verification, NotMeasured):
        return score
    raised = score + min(verification.strength, MOST_SUPPORT)
    if verification.num_pairs_confirmed or verification.num_pairs_measured < LEAST_MEASURED:
        return raised
    return min(raised, max(SILENT_SCORE, raised - SILENCE))


def against_rivals(
    alignments: Sequence[PairAlignment], *, suspect_itself: Collection[str] = ()
) -> tuple[PairAlignment, ...]:
    """Lower the matches whose stretch of the suspect another match explains better; best first.

    Works that share pictures (a film and its trailer, two parts of a series) resemble each other, and so does a copy of
    the one resemble the other; and a shot resembles other takes of itself in its own work.  Equal explanations are left
    alone: the footage stands in both places.

    Args:
        alignments: the suspect against each work.
        suspect_itself: works that are the suspect's own file; that it matches itself explains nothing away.
    """
    every = [match for alignment in alignments for match in alignment.matches]
    rivals = (one for one in every if one.score >= RIVAL_LEAST_SCORE and one.work_id not in suspect_itself)
    strong = sorted(rivals, key=lambda match: -match.score)
    settled = [one.with_matches(_against(match, strong) for match in one.matches) for one in alignments]
    return tuple(sorted(settled, key=lambda alignment: (-alignment.score, alignment.work_id)))


def _against(match: AlignedMatch, strong: Sequence[AlignedMatch]) -> AlignedMatch:
    """The match, lowered where a stronger one explains most of its stretch, or several do together."""
    span = (match.suspect_start_seconds, match.suspect_end_seconds)
    shared = [
        (stretch, other)
        for other in strong
        if other.score > match.score and (stretch := _shared(other, span)) is not None
    ]
    least = RIVAL_SHARE * (span[1] - span[0])
    alone = [(stretch, other) for stretch, other in shared if stretch[1] - stretch[0] >= least]
    if alone:
        rivals = [max(alone, key=lambda one: one[1].score)]
    else:
        rivals = shared if union_seconds(stretch for stretch, _ in shared) >= least else []
    if not rivals or match.score <= 0:
        return match
    seconds = [max(end - start, _LEAST_SECONDS) for (start, end), _ in rivals]
    mean = sum(length * other.score for length, (_, other) in zip(seconds, rivals, strict=True)) / sum(seconds)
    main = rivals[int(np.argmax(seconds))][1]
    lowered = match.score * (match.score / mean) ** RIVAL_POWER
    return replace(match, score=lowered, rival=Rival(work_id=main.work_id, score=mean))


def _shared(other: AlignedMatch, span: tuple[float, float]) -> tuple[float, float] | None:
    theirs = other.suspect_start_seconds, other.suspect_end_seconds
    return (max(theirs[0], span[0]), min(theirs[1], span[1])) if meets(theirs, span) else None


_LEAST_SECONDS = 1e-9
"""What a still picture, which lasts no time, weighs."""
_DIGITS = 12
"""Decimals kept of a difference of two scores: what lies beyond is rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreSteps:
    """How the score of a match came about: (`alignment_score` + `verification_points`) * `rival_factor`."""

    alignment_score: float
    """Mean similarity of the aligned samples, shrunk towards 0 for few pictures, background standard deviations."""
    verification_points: float
    """What local features add to that, or, below 0, take off it; 0 where they were not asked or say nothing."""
    rival_factor: float
    """What the sum is multiplied with because other matches explain the stretch better; 1 where none does."""
    rival: Rival | None
    """Those other matches; null where there is none."""


def score_steps(match: AlignedMatch) -> ScoreSteps:
    """The steps between `match.alignment_score` and `match.score`."""
    alone = match.score
    if match.rival is not None:
        alone = verified_score(match.alignment_score, match.verification)
    return ScoreSteps(
        alignment_score=match.alignment_score,
        verification_points=round(alone - match.alignment_score, _DIGITS),
        rival_factor=1.0 if match.rival is None else match.score / alone,
        rival=match.rival,
    )
