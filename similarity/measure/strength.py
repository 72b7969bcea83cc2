"""What matches of pictures are ranked by, over both propositions."""

from __future__ import annotations

__all__ = ["strength"]

WEIGHT_OF_ADAPTATION = 0.1
"""Points that one of the adaptation score is worth."""
MOST_OF_ADAPTATION = 5.0
"""Adaptation score, up or down, beyond which nothing is added or taken off."""


def strength(score: float, adaptation_score: float) -> float:
    """The score of a match, with up to half a point for what speaks for an adaptation, or against it.

    The score alone says how closely pictures agree as copies do; a remade picture that is alike in composition and
    structure would stand below an unrelated one that happens to look alike.  It ranks; what is found, and every ratio,
    rests on the two scores themselves.  Weight and bound were chosen on development footage (docs/bench.md).

    Args:
        score: of the match, background standard deviations.
        adaptation_score: of the same match, natural log odds.
    """
    bounded = max(-MOST_OF_ADAPTATION, min(MOST_OF_ADAPTATION, adaptation_score))
    return score + WEIGHT_OF_ADAPTATION * bounded
