"""A prior-work-use record as values: which works a generated video used, said and signed by whoever made it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from similarity.absence import NotMeasured

__all__ = ["RecordReading", "RecordState", "RecordedWork", "WorkUseRecord"]

RecordState = Literal["valid", "signature_does_not_fit", "video_does_not_fit", "unreadable"]
"""`valid`: the signature fits, and the video too where one was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedWork:
    """One work that a record says was used."""

    title: str
    """Title."""
    authors: tuple[str, ...]
    """Authors."""
    passages: tuple[str, ...]
    """Passages or chapters that were used, as the record names them; none where it names none."""
    purpose: str
    """What the work was used for."""
    context: str
    """Semantic context: in which sense it was used."""
    identifier: str | None
    """ISBN, ISAN, registration number or address; none where the record gives none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkUseRecord:
    """What a record says."""

    video_sha256: str
    """SHA-256 of the video that it speaks of."""
    video_size_bytes: int
    """Size of that video."""
    user: str
    """Who used the works."""
    provider: str
    """Service on which the video was made."""
    model: str
    """Model, with its version."""
    prompt: str
    """The prompt."""
    generated: str
    """When the video was made, as written."""
    recorded_utc: str
    """When the record was made, by the clock of the machine that made it, ISO 8601, UTC."""
    works: tuple[RecordedWork, ...]
    """The works used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReading:
    """A record that was read and checked."""

    state: RecordState
    """What the check gave."""
    exhibit: str | None
    """The document that it was read from; none where it was read apart from a dossier."""
    record: WorkUseRecord | NotMeasured
    """What it says; not measured where it can't be read."""
    key_id: str | None
    """SHA-256 of the raw public key that the record carries: integrity, not identity."""
    is_video_checked: bool
    """Whether the record's SHA-256 was compared with a video's."""
