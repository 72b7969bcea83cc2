"""What a report says of soundtracks: apart from the pictures, and never added to them."""

from __future__ import annotations

from dataclasses import dataclass

from similarity.sound.values import SoundFacts

__all__ = ["SoundFindings", "SoundStretch", "SoundWork"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundStretch:
    """A stretch of the suspect's sound that stands in a work's; times count from the first picture of either file."""

    match_id: str
    """`s1`, `s2` ... strongest first."""
    work_id: str
    """The work."""
    suspect_start_seconds: float
    """Start in the suspect."""
    suspect_end_seconds: float
    """End in the suspect (exclusive)."""
    work_start_seconds: float
    """Earliest time in the work."""
    work_end_seconds: float
    """Latest time in the work (exclusive)."""
    speed_factor: float
    """Work seconds per suspect second; negative where the suspect runs backwards."""
    pitch_semitones: float
    """How much higher the suspect sounds than the work."""
    score: float
    """Evidence of the coincident peaks, -log10 of their chance under random offsets; no probability of anything."""
    num_peaks: int
    """Spectral peaks of the suspect on the stretch."""
    num_coincident: int
    """Those at whose time and pitch the work has one."""
    expected_coincident: float
    """How many of them meet one at other offsets of the same work, on average."""
    is_found: bool
    """Whether its score reaches the threshold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundWork:
    """The suspect's sound against one work's."""

    work_id: str
    """The work."""
    title: str
    """Its title from the catalogue, or its identifier."""
    facts: SoundFacts
    """Its soundtrack."""
    suspect_covered_seconds: float
    """Length of the suspect's sound in stretches that were found."""
    work_covered_seconds: float
    """Length of the work's sound in them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundFindings:
    """The suspect's sound against the library's."""

    facts: SoundFacts
    """The suspect's soundtrack."""
    threshold: float
    """Score from which a stretch is found."""
    num_works: int
    """Works whose sound was compared."""
    num_works_without: int
    """Works that have none, or of which none was described."""
    covered_seconds: float
    """Length of the suspect's sound in stretches that were found, all works together."""
    works: tuple[SoundWork, ...]
    """Works with a stretch that was found, strongest first."""
    stretches: tuple[SoundStretch, ...]
    """Every stretch, strongest first, those below the threshold too."""

    @property
    def found(self) -> tuple[SoundStretch, ...]:
        """Stretches that are found."""
        return tuple(one for one in self.stretches if one.is_found)
