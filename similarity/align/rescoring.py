"""From alignment to the final score: what local features confirm or contradict, and what another match explains better.

Every step is stated in the report beside the score it started from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from similarity.align.values import AlignedMatch, PairAlignment
from similarity.intervals import overlap_seconds
from similarity.verify.verification import Verification

__all__ = ["against_rivals", "verified_score"]

MOST_SUPPORT = 4.0
"""Points that confirmed pairs add at most: one per doubling of the evidence against chance."""
CONTRADICTION = 1.0
"""Points taken off where pairs could be measured and none is confirmed."""
LEAST_MEASURED = 2
"""Pairs that must have been measured before their silence counts: one bad frame never vetoes."""
RIVAL_SHARE = 0.6
"""Share of a match's stretch of the suspect that a stronger match must hold to be its rival."""
RIVAL_LEAST_SCORE = 3.0
"""Score from which a match is a rival to others."""
RIVAL_POWER = 4.0
"""A match is lowered by the ratio of its score to its rival's, to this power."""


def verified_score(score: float, verification: Verification) -> float:
    """The alignment's score, raised by what local features confirm or lowered by their silence."""
    if verification.num_pairs_confirmed:
        return score + min(verification.strength, MOST_SUPPORT)
    return score - CONTRADICTION if verification.num_pairs_measured >= LEAST_MEASURED else score


def against_rivals(alignments: Sequence[PairAlignment]) -> tuple[PairAlignment, ...]:
    """Lower the matches whose stretch of the suspect another match explains better; best first.

    Works that share pictures (a film and its trailer, two parts of a series) resemble each other, and so does a copy of
    the one resemble the other; and a shot resembles other takes of itself in its own work.  Equal explanations are left
    alone: the footage stands in both places.
    """
    every = [match for alignment in alignments for match in alignment.matches]
    strong = sorted((match for match in every if match.score >= RIVAL_LEAST_SCORE), key=lambda match: -match.score)
    settled = [_settled(alignment, strong) for alignment in alignments]
    return tuple(sorted(settled, key=lambda alignment: (-alignment.score, alignment.work_id)))


def _settled(alignment: PairAlignment, strong: Sequence[AlignedMatch]) -> PairAlignment:
    matches = sorted((_against(match, strong) for match in alignment.matches), key=lambda match: -match.score)
    return replace(alignment, matches=tuple(matches), score=matches[0].score if matches else alignment.score)


def _against(match: AlignedMatch, strong: Sequence[AlignedMatch]) -> AlignedMatch:
    rival = next((other for other in strong if _is_rival(other, match)), None)
    if rival is None or match.score <= 0:
        return match
    return replace(match, score=match.score * (match.score / rival.score) ** RIVAL_POWER, rival_work_id=rival.work_id)


def _is_rival(other: AlignedMatch, match: AlignedMatch) -> bool:
    if other.score <= match.score:
        return False
    span = (match.suspect_start_seconds, match.suspect_end_seconds)
    shared = overlap_seconds((other.suspect_start_seconds, other.suspect_end_seconds), span)
    return shared >= RIVAL_SHARE * (span[1] - span[0])
