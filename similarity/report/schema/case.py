"""What a report says of its case: facts that people state, and the exhibits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from similarity.absence import NotMeasured
from similarity.media.facts import ContentFacts, HeaderFacts
from similarity.report.phrases.language import LanguageCode
from similarity.report.schema.stated import HeldEvidence, PlaceOfUse, StepTaken, UseFact, WorkRights

__all__ = [
    "CaseFacts",
    "Environment",
    "Exhibit",
    "ExhibitRole",
    "IntegrityCheck",
    "Person",
    "Profile",
    "Propositions",
    "StatedExhibit",
]


Profile = Literal["us", "eu", "cn"]
"""Which law shapes the annexes: United States, European Union, China."""


ExhibitRole = Literal["reference", "suspect", "background", "document"]
"""A work that somebody owns, a video that may have taken from it, unrelated footage, or a paper of the case."""


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
    """The law that the annexes follow."""
    language: LanguageCode
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
    rights: tuple[WorkRights, ...]
    """Rights in the works."""
    uses: tuple[PlaceOfUse, ...]
    """Where the suspect was shown."""
    use_facts: tuple[UseFact, ...]
    """Facts under the headings of permitted uses."""
    steps: tuple[StepTaken, ...]
    """What was tried in order to get at the facts."""
    held: tuple[HeldEvidence, ...]
    """What only the other side, or a third person, holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrityCheck:
    """One comparison of a file with its recorded hashes and size."""

    when_utc: str
    """When it was hashed again, UTC."""
    matches: bool
    """Whether size and every recorded hash are the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedExhibit:
    """What people state about one file of the case."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit(StatedExhibit):
    """One file of the case: where it came from, what identifies its bytes, what it holds."""

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
