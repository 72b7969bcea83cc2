"""A prior-work-use record: which works a generated video used, said and signed by whoever made it.

These types are the YAML that a maker writes (`UseStatement`), the record on the disk (`RecordFile`) and what a dossier
holds of it (`RecordReading`).
"""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, ValidationInfo
from pydantic.dataclasses import dataclass

from similarity.absence import NotMeasured

__all__ = [
    "RecordFile",
    "RecordReading",
    "RecordSignature",
    "RecordState",
    "RecordedVideo",
    "SignedStatement",
    "UseStatement",
    "UsedWork",
]

RecordState = Literal["valid", "signature_does_not_fit", "video_does_not_fit", "unreadable"]
"""`valid`: the signature fits, and the video too where one was given."""
_FORM = ConfigDict(extra="forbid", use_attribute_docstrings=True)


def _text_of_number(value: Any, info: ValidationInfo) -> Any:
    """A number that people wrote where text belongs (an ISBN) is text; in a record it is an error."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number and info.mode == "python" else value


_Text = Annotated[str, Field(max_length=200_000), BeforeValidator(_text_of_number)]
_NonEmpty = Annotated[str, Field(min_length=1, max_length=200_000), BeforeValidator(_text_of_number)]
_Hex = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


@dataclass(frozen=True, slots=True, kw_only=True, config=_FORM)
class UsedWork:
    """One work that was used."""

    title: _NonEmpty
    """Title of the work."""
    authors: Annotated[tuple[_NonEmpty, ...], Field(max_length=100)]
    """Authors."""
    passages: Annotated[tuple[_NonEmpty, ...], Field(max_length=500)] = ()
    """Passages or chapters used."""
    purpose: _NonEmpty
    """What the work was used for."""
    context: _Text = ""
    """Semantic context: in which sense it was used."""
    identifier: _NonEmpty | None = None
    """ISBN, ISAN, registration number or address."""


@dataclass(frozen=True, slots=True, kw_only=True, config=_FORM)
class UseStatement:
    """What a maker says about a video: the form of the YAML file, and a part of the statement.

    Its fields are described where the schema of a signed statement sees it.
    """

    user: Annotated[_NonEmpty, Field(description="Who used the works.")]
    provider: Annotated[_Text, Field(description="Service on which the video was made.")] = ""
    model: Annotated[_NonEmpty, Field(description="Model, with its version.")]
    prompt: Annotated[_Text, Field(description="The prompt, word for word.")]
    generated: Annotated[_NonEmpty, Field(description="When the video was made: a date as people write it.")]
    works: Annotated[tuple[UsedWork, ...], Field(min_length=1, max_length=200, description="The works used.")]


@dataclass(frozen=True, slots=True, kw_only=True, config=_FORM)
class RecordedVideo:
    """The video, by its bytes."""

    sha256: _Hex
    """SHA-256 of the video file."""
    size_bytes: Annotated[int, Field(ge=1, le=2**53)]
    """Size of the video file."""


@dataclass(frozen=True, slots=True, kw_only=True, config=_FORM)
class SignedStatement(UseStatement):
    """What a record says: the maker's statement, the video, the time."""

    video: RecordedVideo
    """The video that the record speaks of."""
    recorded_utc: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
    """When the record was made, by the clock of the machine that made it."""


@dataclass(frozen=True, slots=True, kw_only=True, config=_FORM)
class RecordSignature:
    """An Ed25519 signature with its key."""

    algorithm: Literal["Ed25519"]
    """The only algorithm."""
    public_key_pem: Annotated[str, Field(max_length=2_000)]
    """Public key, PEM (SubjectPublicKeyInfo)."""
    key_id: _Hex
    """SHA-256 of the raw public key."""
    value: Annotated[str, Field(pattern="^[A-Za-z0-9+/]{86}==$")]
    """The signature, 64 bytes in Base64."""


@dataclass(frozen=True, slots=True, kw_only=True, config=_FORM)
class RecordFile:
    """A record as it lies on the disk."""

    format: Literal["prior-work-use-record"]
    """Always `prior-work-use-record`."""
    version: Literal["1.0"]
    """Version of the form."""
    statement: SignedStatement
    """What is said."""
    signature: RecordSignature
    """Who holds this key said it."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RecordReading:
    """A record that was read and checked."""

    state: RecordState
    """What the check gave."""
    exhibit: str | None
    """The document that it was read from; none where it was read apart from a dossier."""
    record: SignedStatement | NotMeasured
    """What it says; not measured where it can't be read."""
    key_id: str | None
    """SHA-256 of the raw public key that the record carries: integrity, not identity."""
    is_video_checked: bool
    """Whether the record's SHA-256 was compared with a video's."""
