"""Which stretches of a suspect's sound stand in which works."""

from __future__ import annotations

from collections.abc import Sequence

from similarity.sound.values import DescribedSound, SoundMatch, WorkSound

__all__ = ["find_sound"]


def find_sound(suspect: DescribedSound, works: Sequence[WorkSound]) -> list[SoundMatch]:
    """Stretches that stand in works, strongest first, several per work, in any order of time.

    Args:
        suspect: the suspect's sound with its spectrogram.
        works: the works' sounds.
    """
    raise NotImplementedError(suspect, works)
