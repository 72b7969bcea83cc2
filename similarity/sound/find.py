"""Which stretches of a suspect's sound stand in which works."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from similarity.intervals import overlap_seconds
from similarity.sound.candidates import candidates_of, sound_background
from similarity.sound.fitting import fitted
from similarity.sound.values import DescribedSound, SoundMatch, SoundRows, WorkSound

__all__ = ["find_sound", "still_said", "work_sound"]

_LEAST_SCORE = 2.0
"""Weaker evidence is not reported."""
_SAME_SHARE = 0.5
"""Of the shorter stretch of the suspect: what two matches share to explain the same sound."""
_CLEARLY_LESS = 0.9
"""Share of a stronger match's evidence per second below which a weaker one of the same sound says nothing new."""


def work_sound(work_id: str, rows: SoundRows) -> WorkSound:
    """A work's rows with what they need to be searched: how much each resembles everything."""
    return WorkSound(work_id=work_id, rows=rows, bias=sound_background().bias(rows.patches.astype(np.float32)))


def find_sound(suspect: DescribedSound, works: Sequence[WorkSound]) -> list[SoundMatch]:
    """Stretches that stand in works, strongest first, several per work, in any order of time.

    Args:
        suspect: the suspect's sound with its spectrogram.
        works: the works' sounds.
    """
    candidates = candidates_of(suspect.spectrogram, works)
    matches = [match for one in candidates if (match := fitted(one, suspect.rows)) is not None]
    return still_said([match for match in matches if match.score >= _LEAST_SCORE])


def still_said(matches: Sequence[SoundMatch]) -> list[SoundMatch]:
    """Matches that stronger ones leave something to say, strongest first."""
    ordered = sorted(matches, key=lambda match: -match.score)
    kept: list[SoundMatch] = []
    for match in ordered:
        if not any(_explained(match, known) for known in kept):
            kept.append(match)
    return kept


def _explained(match: SoundMatch, known: SoundMatch) -> bool:
    """Whether a stronger match leaves a weaker one nothing to say: the same line, or the same sound far better."""
    here = match.suspect_start_seconds, match.suspect_end_seconds
    there = known.suspect_start_seconds, known.suspect_end_seconds
    shared = overlap_seconds(here, there)
    if shared < _SAME_SHARE * min(here[1] - here[0], there[1] - there[0]):
        return False
    if match.work_id == known.work_id:
        middle = (max(here[0], there[0]) + min(here[1], there[1])) / 2
        apart = (match.speed - known.speed) * middle + match.offset_seconds - known.offset_seconds
        if abs(apart) < 1.0:
            return True
    return match.score < _CLEARLY_LESS * known.score
