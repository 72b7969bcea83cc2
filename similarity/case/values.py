"""What a case folder holds, as values: facts of the case, exhibits, stills, entries of the custody log, checks.

They are fields of the report as well, so they hold text, numbers, tuples and one another, and no dictionaries.
What nobody stated is `NotMeasured` with a reason, never an empty text.  Instants are UTC, RFC 3339
(`2024-05-01T08:30:00.123456Z`); dates that people wrote stay as they were written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from similarity.absence import NotMeasured

__all__ = [
    "CaseFacts",
    "Check",
    "CheckState",
    "ContentFacts",
    "CustodyEntry",
    "DeclaredExhibit",
    "Environment",
    "Exhibit",
    "ExhibitRole",
    "HeaderFacts",
    "IntegrityCheck",
    "Language",
    "MediaTag",
    "Person",
    "Profile",
    "Propositions",
    "Still",
]

Profile = Literal["us", "eu", "cn"]
"""Which law's customs shape the annexes: United States, European Union, China."""
Language = Literal["en", "zh"]
"""Language of what is written for people."""
ExhibitRole = Literal["reference", "suspect", "background", "document"]
"""A work that somebody owns, a video that may have taken from it, unrelated footage, or a paper of the case."""
CheckState = Literal["passed", "failed", "not_checked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who answers for a part of the work."""

    name: str
    """Name."""
    qualifications: str | NotMeasured
    """Training and experience, in that person's words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The machine and its surroundings, as the analyst declares them."""

    machine: str | NotMeasured
    """Which machine: maker, model, serial number."""
    cleanliness: str | NotMeasured
    """How it was made sure that the machine was clean before files were obtained."""
    network: str | NotMeasured
    """How it was connected while files were obtained."""
    clock: str | NotMeasured
    """How its clock was compared with a time source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Propositions:
    """The two accounts that the findings are weighed between, in the parties' own words."""

    claimant: str
    """The account of the side that says that something was taken."""
    respondent: str
    """The account of the other side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """What people state about a case; nothing here is measured."""

    case_id: str
    """Identifier of the case."""
    profile: Profile
    """Whose customs the annexes follow."""
    language: Language
    """Language of the report."""
    requester: str | NotMeasured
    """Who asked for the examination."""
    purpose: str | NotMeasured
    """What it is for."""
    question: str | NotMeasured
    """The question that was asked."""
    jurisdiction: str | NotMeasured
    """Court or authority."""
    date: str | NotMeasured
    """Date of the examination, ISO 8601, as precise as it was written."""
    analyst: Person | NotMeasured
    """Who examines."""
    reviewer: Person | NotMeasured
    """Who looks over the examination."""
    environment: Environment
    """Declared surroundings."""
    propositions: Propositions | NotMeasured
    """The parties' accounts."""
    notes_for_counsel: tuple[str, ...]
    """Remarks for counsel, one per paragraph."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredExhibit:
    """What people state about one file of the case."""

    number: str
    """`E1`, `E2` ..."""
    role: ExhibitRole
    """What it is in the case."""
    file: str
    """The file, as it was written; a relative path counts from the folder of the list that names it."""
    is_copied_in: bool
    """Whether the case folder is to hold a copy."""
    title: str | NotMeasured
    """Title."""
    owner: str | NotMeasured
    """Rights holder."""
    author: str | NotMeasured
    """Author."""
    registration: str | NotMeasured
    """Registration number of the work."""
    source: str | NotMeasured
    """URL, device or archive that it was obtained from."""
    obtained_how: str | NotMeasured
    """How it was obtained."""
    obtained_when: str | NotMeasured
    """When it was obtained, ISO 8601, as precise as it was written."""
    obtained_by: str | NotMeasured
    """Who obtained it."""
    obtained_with: str | NotMeasured
    """Tool that it was obtained with, and its version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrityCheck:
    """One comparison of a file with its recorded hashes and size."""

    when_utc: str
    """When it was hashed again, UTC."""
    matches: bool
    """Whether size and every recorded hash are the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaTag:
    """One entry of a file's metadata, as it stands there."""

    scope: str
    """`file`, or `stream 0`, `stream 1` ..."""
    name: str
    """Its key."""
    value: str
    """Its text; long ones end in an ellipsis and their full length in characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderFacts:
    """What the headers of a media file claim; any of it may be wrong."""

    container: str
    """Container format, as the demuxer names it."""
    codec: str
    """Video codec."""
    pixel_format: str
    """Pixel format as stored."""
    width: int
    """Stored width, pixels."""
    height: int
    """Stored height, pixels."""
    display_width: int
    """Width shown: upright, square pixels."""
    display_height: int
    """Height shown: upright, square pixels."""
    time_base: str
    """Seconds per tick of presentation time stamps, a fraction such as `1/12800`."""
    start_pts: int
    """Presentation time stamp of the first frame, ticks."""
    frame_rate: str | NotMeasured
    """Average frames per second, a fraction such as `30000/1001`."""
    duration_seconds: float | NotMeasured
    """Duration, seconds."""
    num_frames: int | NotMeasured
    """Number of frames."""
    is_still: bool
    """A picture, without duration."""
    tags: tuple[MediaTag, ...]
    """Metadata of the file and of its streams, in their order."""
    num_tags_left_out: int
    """Tags beyond the bound on their number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentFacts:
    """What decoding a media file counted."""

    reader: str
    """Library that decoded it."""
    duration_seconds: float
    """End of the last frame, seconds after the first one's start."""
    num_frames: int
    """Frames decoded."""
    num_decode_failures: int
    """Packets or frames that could not be decoded."""
    num_irregular_timestamps: int | NotMeasured
    """Frames whose time stamp was missing, repeated or went backwards."""
    is_variable_frame_rate: bool
    """Frame intervals differ."""
    is_truncated: bool
    """The content ends before the header says, or in damage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """One file of the case: where it came from, what identifies its bytes, what it holds."""

    number: str
    """`E1`, `E2` ..."""
    role: ExhibitRole
    """What it is in the case."""
    title: str | NotMeasured
    """Title."""
    owner: str | NotMeasured
    """Rights holder."""
    author: str | NotMeasured
    """Author."""
    registration: str | NotMeasured
    """Registration number of the work."""
    source: str | NotMeasured
    """URL, device or archive that it was obtained from."""
    obtained_how: str | NotMeasured
    """How it was obtained."""
    obtained_when: str | NotMeasured
    """When it was obtained, ISO 8601, as precise as it was written."""
    obtained_by: str | NotMeasured
    """Who obtained it."""
    obtained_with: str | NotMeasured
    """Tool that it was obtained with, and its version."""
    original_name: str
    """File name that it came with, as text that can be shown."""
    added_utc: str
    """When it was hashed for the first time, UTC."""
    is_copied_in: bool
    """Whether the case folder holds a copy; else the file stays where it is."""
    path: str
    """Of a copy: relative to the case folder, with slashes.  Else: the absolute path of the file."""
    size_bytes: int
    """Size, bytes."""
    sha256: str
    """SHA-256 of its bytes (FIPS 180-4), hexadecimal."""
    sha512: str
    """SHA-512 of its bytes (FIPS 180-4), hexadecimal."""
    sm3: str | NotMeasured
    """SM3 of its bytes (GB/T 32905-2016), hexadecimal; not measured where OpenSSL was built without it."""
    header: HeaderFacts | NotMeasured
    """What its headers claim."""
    content: ContentFacts | NotMeasured
    """What decoding counted."""
    checked_before: IntegrityCheck | NotMeasured
    """Hashed again before the comparison."""
    checked_after: IntegrityCheck | NotMeasured
    """Hashed again after the comparison."""


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
