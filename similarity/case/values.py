"""What a case folder holds, as values: facts of the case, exhibits, stills, entries of the custody log, checks.

They are fields of the report as well, so they hold text, numbers, tuples and one another, and no dictionaries.
What nobody stated is `NotMeasured` with a reason, never an empty text.  Instants are UTC, RFC 3339
(`2024-05-01T08:30:00.123456Z`); dates that people wrote stay as they were written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from similarity.report.schema.case import StatedExhibit

__all__ = ["Check", "CheckState", "CustodyEntry", "DeclaredExhibit", "Still"]

CheckState = Literal["passed", "failed", "not_checked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredExhibit(StatedExhibit):
    """One file of the case before it is an exhibit."""

    file: str
    """The file, as it was written; a relative path counts from the folder of the list that names it."""
    is_copied_in: bool
    """Whether the case folder is to hold a copy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Still:
    """One frame of an exhibit, kept as a picture."""

    exhibit: str
    """Number of the exhibit."""
    path: str
    """PNG, relative to the case folder, with slashes."""
    pts: int
    """Presentation time stamp of the frame, ticks of `time_base`."""
    time_base: str
    """Seconds per tick, a fraction such as `1/12800`."""
    seconds: float
    """Time after the first frame of the exhibit, seconds."""
    width: int
    """Width, pixels."""
    height: int
    """Height, pixels."""
    sha256: str
    """SHA-256 of the PNG file, hexadecimal."""
    pixels_sha256: str
    """SHA-256 of the pixels (width and height as 4 bytes each, big-endian, then RGB rows from the top)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyEntry:
    """One line of the custody log."""

    sequence: int
    """1, 2, 3 ..."""
    utc: str
    """When it was written, by the clock of the machine, UTC."""
    clock: str
    """Which clock that was, and what the system says about its synchronisation."""
    actor: str
    """Who did it."""
    action: str
    """What was done."""
    details_json: str
    """Everything else that was recorded, as canonical JSON (RFC 8785): an object."""
    previous_sha256: str
    """`sha256` of the entry before; 64 zeros in the first."""
    sha256: str
    """SHA-256 over the canonical JSON of the entry without this field, hexadecimal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at when a case was verified."""

    name: str
    """What was looked at, a short name that stays the same: `custody.chain`, `seal.signature` ..."""
    state: CheckState
    """What came out; `not_checked` never means that all is well."""
    what: str
    """What was found, in a sentence."""
    files: tuple[str, ...]
    """Files it speaks of, relative to the case folder; of a failed check, the files at fault."""
