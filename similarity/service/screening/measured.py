"""What was measured of an upload: the facts that policies speak of, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

__all__ = ["Measured", "Ratio", "SoundOfWork", "SoundStretch", "Stretch", "WorkMeasured"]


class Ratio(BaseModel):
    """A likelihood ratio as it is stated of one match, or why none is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    log10: float | None = None
    """log10 of it; None where none is stated."""
    lower: float | None = None
    """log10 of the lower end of its 95 % interval; None where the data give none."""
    upper: float | None = None
    """log10 of the upper end; None where the data give none: it is at least what is stated."""
    is_capped: bool = False
    """The data support no more than is stated."""
    not_stated: str | None = None
    """Why none is stated."""


class Stretch(BaseModel):
    """One match: where in the upload, where in the work, and what it measures."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start_seconds: float
    """In the upload."""
    end_seconds: float
    """In the upload (exclusive)."""
    work_start_seconds: float
    """In the work."""
    work_end_seconds: float
    """In the work (exclusive)."""
    speed: float | None = None
    """Seconds of the work in one second of the upload; None where it was not determined."""
    is_mirrored: bool = False
    """Whether left and right were exchanged."""
    score: float
    """Strength in points."""
    found_by: tuple[str, ...]
    """Propositions on which it counts as found."""
    reading: str
    """What a person may make of it."""
    copy_ratio: Ratio
    """Taken from the pictures of the work, against made independently."""
    adaptation_ratio: Ratio
    """Remade after the work, against made independently."""
    in_envelope: bool
    """Whether the comparison lies within what the adaptation calibration was validated on."""


class WorkMeasured(BaseModel):
    """An upload against one work."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    work_id: str
    """In the library."""
    title: str
    """As the catalogue names it."""
    owner: str = ""
    """As the catalogue names it."""
    work_sha256: str
    """Of the work's bytes."""
    score: float
    """Of its strongest match, points."""
    found_by: tuple[str, ...]
    """Propositions on which any of its matches counts as found."""
    reading: str
    """Of its strongest match."""
    matched_seconds: float
    """Of the upload, in matches that were found; overlaps counted once."""
    upload_share: float | None
    """The same as a share of the upload; None for a still."""
    work_seconds: float
    """Of the work, in matches that were found."""
    work_share: float | None
    """The same as a share of the work; None for a still."""
    stretches: tuple[Stretch, ...]
    """Matches, strongest first."""

    @property
    def strongest(self) -> Stretch:
        """The match that says most."""
        return self.stretches[0]


class SoundStretch(BaseModel):
    """One match of two soundtracks; times count from the first picture of either file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start_seconds: float
    """In the upload."""
    end_seconds: float
    """In the upload (exclusive)."""
    work_start_seconds: float
    """In the work."""
    work_end_seconds: float
    """In the work (exclusive)."""
    speed: float
    """Seconds of the work in one second of the upload."""
    pitch_semitones: float
    """How much higher the upload sounds."""
    score: float
    """Evidence of coincident spectral peaks; not to be set beside scores of pictures."""


class SoundOfWork(BaseModel):
    """The upload's soundtrack against that of one work; never added to what pictures say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    work_id: str
    """In the library."""
    title: str
    """As the catalogue names it."""
    owner: str = ""
    """As the catalogue names it."""
    work_sha256: str
    """Of the work's bytes."""
    score: float
    """Of its strongest match."""
    matched_seconds: float
    """Of the upload, in matches that were found; overlaps counted once."""
    upload_share: float | None
    """The same as a share of the upload."""
    work_seconds: float
    """Of the work, in matches that were found."""
    work_share: float | None
    """The same as a share of the work."""
    stretches: tuple[SoundStretch, ...]
    """Matches that were found, strongest first."""


class Measured(BaseModel):
    """Everything that was measured of an upload."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    is_readable: bool
    """Whether pictures could be read at all."""
    reason: str | None = None
    """Why not; or what was read otherwise than usual."""
    duration_seconds: float = 0.0
    """Counted length; 0 for a still."""
    is_still: bool = False
    """Whether it is a picture."""
    works: tuple[WorkMeasured, ...] = ()
    """Works with a match that was found, strongest first."""
    sound: tuple[SoundOfWork, ...] = ()
    """Works of whose sound a stretch was found, strongest first."""
    sound_not_measured: str | None = None
    """Why no sound was compared."""
    num_weaker: int = 0
    """Works with matches none of which counts as found."""
    num_works: int = 0
    """Works of the library."""
    num_comparisons: int = 0
    """Samples of the upload times samples of all works: out of so many its matches were chosen."""
    indexed_as: tuple[str, ...] = ()
    """Works whose very bytes these are."""
    labels: Mapping[str, str] = {}
    """Labels in the file: kind -> `present`, `absent`, `damaged`."""
    label_reading: Literal["is", "may be", "suspected", "none"] = "none"
    """What the labels say of generation (标识办法 6): 属于, 可能, 疑似, nothing."""
    prompt_names: tuple[str, ...] = ()
    """Works whose titles the prompt names."""
    limits: tuple[str, ...] = ()
    """Bounds of the search that were met."""
    is_erased: bool = False
    """The figures were erased with the upload."""
