"""Whether a match counts as found, and on which proposition: one rule for page, tables, scans and exit codes."""

from __future__ import annotations

from typing import Literal

from similarity.measure.values import Reading

__all__ = ["Proposition", "found_by", "is_copied", "is_heard"]

Proposition = Literal["copy", "adaptation", "part", "sound"]
"""copy: pictures of the work stand in the suspect; adaptation: they were remade under a new surface; part: a part of
them reappears elsewhere, which no rule decides yet; sound: the soundtrack was taken, whatever the pictures are."""

_TAKEN = ("reproduction", "adaptation")
"""Readings that speak of the whole picture."""


def is_copied(score: float, *, threshold: float) -> bool:
    """Whether a match's score alone has it found, as a copy."""
    return score >= threshold


def is_heard(score: float, *, threshold: float) -> bool:
    """Whether a match of two soundtracks is found.

    Args:
        score: evidence of its coincident peaks (`similarity.sound`).
        threshold: score from which it counts (`align.sound_threshold`).
    """
    return score >= threshold


def found_by(score: float, reading: Reading, *, threshold: float) -> tuple[Proposition, ...]:
    """Propositions on which a match is found; none: it is listed as weaker.

    One whose support lies only in what never moves in either, a set or an interface, is found on none.

    Args:
        score: of the match, background standard deviations.
        reading: of the whole match.
        threshold: score from which pictures count as copied (`align.operating_threshold`).
    """
    if reading.name == "shared_setting":
        return ()
    copied: tuple[Proposition, ...] = ("copy",) if is_copied(score, threshold=threshold) else ()
    return (*copied, "adaptation") if reading.name in _TAKEN else copied
