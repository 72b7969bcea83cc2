"""A suspect's sound against the works': beside the pictures, never added to them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from index.api import Reader
from similarity.absence import NotMeasured, not_measured
from similarity.errors import StoredJsonError
from similarity.ingest.entries import sound_of
from similarity.intervals import union_seconds
from similarity.measure.found import is_heard
from similarity.sound.find import find_sound, still_said, work_sound
from similarity.sound.heard import SOUND_NAME
from similarity.sound.values import DescribedSound, SoundFacts, SoundMatch, WorkSound

__all__ = ["ComparedSound", "WorkSounds", "compare_sound"]

_BATCH_BYTES = 256 << 20
"""Rows of works that are compared at once."""
_KEPT_BYTES = 512 << 20
"""Rows of works that stay in memory from one suspect to the next."""
NO_WORK_WITH_SOUND = not_measured("no work of the library has a soundtrack that was described")


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedSound:
    """What a suspect's sound shares with the works'; times count from the first picture of either file."""

    facts: SoundFacts
    """The suspect's soundtrack."""
    matches: tuple[SoundMatch, ...]
    """Stretches that stand in works, strongest first, without a cut-off."""
    works: Mapping[str, SoundFacts]
    """Work -> its soundtrack, of those that matched."""
    num_works: int
    """Works that were compared."""
    without_sound: Mapping[str, NotMeasured]
    """Work -> why it was not."""
    threshold: float
    """Score from which a match is found."""

    @property
    def found(self) -> tuple[SoundMatch, ...]:
        """Matches that are found."""
        return tuple(one for one in self.matches if is_heard(one.score, threshold=self.threshold))

    def covered_seconds(self, work_id: str | None = None) -> float:
        """Length of the suspect's sound that found matches cover, of all works or of one."""
        return union_seconds(
            (one.suspect_start_seconds, one.suspect_end_seconds)
            for one in self.found
            if work_id is None or one.work_id == work_id
        )

    def work_covered_seconds(self, work_id: str) -> float:
        """Length of a work's sound that found matches cover."""
        return union_seconds(
            (one.work_start_seconds, one.work_end_seconds) for one in self.found if one.work_id == work_id
        )


class WorkSounds:
    """Soundtracks of a library's works, read when they are needed.

    Args:
        library: the library, at one generation.
    """

    def __init__(self, library: Reader) -> None:
        self._library = library
        self._kept: dict[str, WorkSound | NotMeasured] = {}
        self._kept_bytes = 0

    @cached_property
    def kept_of(self) -> frozenset[str]:
        """Works of which a soundtrack is kept, or why there is none."""
        works = (entry.entry_id for entry in self._library.entries("work"))
        return frozenset(work_id for work_id in works if SOUND_NAME in self._library.attached(work_id))

    def of(self, work_id: str) -> WorkSound | NotMeasured:
        """One soundtrack, or why there is none."""
        if work_id in self._kept:
            return self._kept[work_id]
        try:
            rows = sound_of(self._library, work_id)
        except StoredJsonError as error:
            rows = not_measured("its stored soundtrack can't be read: {error}", error=str(error))
        sound = rows if isinstance(rows, NotMeasured) else work_sound(work_id, rows)
        size = 0 if isinstance(sound, NotMeasured) else _size_bytes(sound)
        if self._kept_bytes + size <= _KEPT_BYTES:
            self._kept[work_id] = sound
            self._kept_bytes += size
        return sound

    def batches(self, work_ids: Collection[str]) -> Iterator[list[WorkSound | tuple[str, NotMeasured]]]:
        """Soundtracks, or whose is lacking and why, so many at a time that they fit into memory."""
        batch: list[WorkSound | tuple[str, NotMeasured]] = []
        held_bytes = 0
        for work_id in sorted(work_ids):
            sound = self.of(work_id)
            batch.append((work_id, sound) if isinstance(sound, NotMeasured) else sound)
            held_bytes += 0 if isinstance(sound, NotMeasured) else _size_bytes(sound)
            if held_bytes > _BATCH_BYTES:
                yield batch
                batch, held_bytes = [], 0
        if batch:
            yield batch


def _size_bytes(sound: WorkSound) -> int:
    rows = sound.rows
    return sum(one.nbytes for one in (rows.patch_seconds, rows.patches, rows.peak_seconds, rows.peak_semitones))


def compare_sound(
    suspect: DescribedSound | NotMeasured, sounds: WorkSounds, work_ids: Collection[str], *, threshold: float
) -> ComparedSound | NotMeasured:
    """A suspect's sound against that of works.

    Args:
        suspect: its sound, or why there is none.
        sounds: the works' sounds.
        work_ids: the works.
        threshold: score from which a match is found.
    """
    if isinstance(suspect, NotMeasured):
        return suspect
    matches: list[SoundMatch] = []
    lacking: dict[str, NotMeasured] = {}
    works: dict[str, SoundFacts] = {}
    num_works = 0
    for batch in sounds.batches(work_ids):
        held = [one for one in batch if isinstance(one, WorkSound)]
        lacking.update(one for one in batch if not isinstance(one, WorkSound))
        num_works += len(held)
        found = find_sound(suspect, held) if held else []
        matches += found
        named = {one.work_id for one in found}
        works.update({one.work_id: one.rows.facts for one in held if one.work_id in named})
    if not num_works:
        return NO_WORK_WITH_SOUND
    kept = still_said(matches)
    return ComparedSound(
        facts=suspect.rows.facts,
        matches=tuple(_after_first_pictures(one, suspect.rows.facts, works[one.work_id]) for one in kept),
        works={one.work_id: works[one.work_id] for one in kept},
        num_works=num_works,
        without_sound=lacking,
        threshold=threshold,
    )


def _after_first_pictures(match: SoundMatch, suspect: SoundFacts, work: SoundFacts) -> SoundMatch:
    here, there = _first_picture(suspect), _first_picture(work)
    return replace(
        match,
        suspect_start_seconds=match.suspect_start_seconds - here,
        suspect_end_seconds=match.suspect_end_seconds - here,
        work_start_seconds=match.work_start_seconds - there,
        work_end_seconds=match.work_end_seconds - there,
        offset_seconds=match.offset_seconds + match.speed * here - there,
        coincident_seconds=match.coincident_seconds - here,
    )


def _first_picture(facts: SoundFacts) -> float:
    """Time stamp of the first picture; of sound alone, 0."""
    start = facts.stream.picture_start_seconds
    return 0.0 if isinstance(start, NotMeasured) else start
