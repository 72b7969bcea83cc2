"""A prior-work-use record: which works a generated video used, said and signed by whoever made it.

These types are the YAML that a maker writes (`UseStatement`), the record on the disk (`RecordFile`) and what a dossier
holds of it (`RecordReading`).
"""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, ValidationInfo
from pydantic.dataclasses import dataclass

from similarity.absence import NotMeasured, not_measured

__all__ = [
    "NOT_LOOKED_AT",
    "PictureBinding",
    "PublicReading",
    "PublicRecordFile",
    "PublicStatement",
    "PublicWork",
    "RecordFile",
    "RecordReading",
    "RecordSignature",
    "RecordState",
    "RecordedPictures",
    "RecordedSet",
    "RecordedVideo",
    "SignedStatement",
    "UseStatement",
    "UsedWork",
    "without_pictures",
]

RecordState = Literal["valid", "pictures_fit", "signature_does_not_fit", "video_does_not_fit", "unreadable"]
"""`valid`: the signature fits, and the video's bytes too where one was given; `pictures_fit`: the signature fits, the
video's bytes are others, and its pictures are those of the record."""
NOT_LOOKED_AT = not_measured("pictures are compared by record verify, where a video with other bytes is given")
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
class RecordedSet:
    """A kind of descriptor, and everything that decides what its rows are."""

    name: _NonEmpty
    """`pdq` or `compact`."""
    version: _NonEmpty
    """Algorithm, model and preprocessing version."""
    weights_sha256: _Hex | None
    """SHA-256 of the weights; null for an algorithm without weights."""
    kind: Literal["float", "binary"]
    """Unit vectors, or bit strings."""
    dimensions: Annotated[int, Field(ge=1, le=100_000)]
    """Components, or bits."""


@dataclass(frozen=True, slots=True, kw_only=True, config=_FORM)
class RecordedPictures:
    """The video, by its pictures: descriptors of samples, from which no picture can be made again."""

    sets: Annotated[tuple[RecordedSet, ...], Field(min_length=1, max_length=10)]
    """Kinds of descriptors."""
    samples_per_second: Annotated[float, Field(gt=0, le=1000)]
    """Samples taken per second."""
    duration_seconds: Annotated[float, Field(ge=0, le=10**7)]
    """Length of the video as decoded."""
    time_base: Annotated[str, Field(max_length=50)]
    """Seconds per tick, a fraction."""
    start_pts: Annotated[int, Field(ge=-(2**53), le=2**53)]
    """Time stamp of the first frame, ticks."""
    rows_npz_base64: Annotated[str, Field(max_length=60_000_000)]
    """NumPy archive of samples, scenes and rows (`samples/pts`, `set/compact` ...), Base64."""


@dataclass(frozen=True, slots=True, kw_only=True, config=_FORM)
class RecordedVideo:
    """The video, by its bytes and by its pictures."""

    sha256: _Hex
    """SHA-256 of the video file."""
    size_bytes: Annotated[int, Field(ge=1, le=2**53)]
    """Size of the video file."""
    pictures: RecordedPictures | None = None
    """Descriptors of its pictures; null where the record binds the bytes alone."""


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
    version: Literal["1.0", "1.1"]
    """Version of the form."""
    statement: SignedStatement
    """What is said."""
    signature: RecordSignature
    """Who holds this key said it."""


@dataclass(frozen=True, slots=True, kw_only=True, config=_FORM)
class PublicWork:
    """One work that was used, without the context in which the user asked for it."""

    title: _NonEmpty
    """Title of the work."""
    authors: Annotated[tuple[_NonEmpty, ...], Field(max_length=100)]
    """Authors."""
    passages: Annotated[tuple[_NonEmpty, ...], Field(max_length=500)]
    """Passages or chapters used."""
    purpose: _NonEmpty
    """What the work was used for."""
    identifier: _NonEmpty | None
    """ISBN, ISAN, registration number or address."""


@dataclass(frozen=True, slots=True, kw_only=True, config=_FORM)
class PublicStatement:
    """What the public form of a record says."""

    provider: _Text
    """Service on which the video was made."""
    model: _NonEmpty
    """Model, with its version."""
    generated: _NonEmpty
    """When the video was made: a date as people write it."""
    works: Annotated[tuple[PublicWork, ...], Field(min_length=1, max_length=200)]
    """The works used."""
    video: RecordedVideo
    """The video that the record speaks of."""
    recorded_utc: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
    """When the record was made, by the clock of the machine that made it."""
    record_sha256: _Hex
    """SHA-256 of the canonical JSON of the whole record, its signature included."""


@dataclass(frozen=True, slots=True, kw_only=True, config=_FORM)
class PublicRecordFile:
    """The public form of a record as it lies on the disk."""

    format: Literal["prior-work-use-record-public"]
    """Always `prior-work-use-record-public`."""
    version: Literal["1.0"]
    """Version of the form."""
    statement: PublicStatement
    """What is said."""
    signature: RecordSignature
    """By the key of the record."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PublicReading:
    """A public form that was read and checked."""

    state: Literal["valid", "signature_does_not_fit", "record_does_not_fit", "unreadable"]
    """What the check gave; `record_does_not_fit`: it does not say what the record given says."""
    statement: PublicStatement | None
    """What it says; none where it can't be read."""
    key_id: str | None
    """SHA-256 of the raw public key that it carries."""
    problem: str | None
    """Why it can't be read; none where it can."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PictureBinding:
    """How much of a video at hand and of the recorded one lies in matches that are strong enough to bind."""

    share_of_video: float
    """Share of the video at hand that lies in such matches, 0 to 1."""
    share_of_recorded: float
    """Share of the recorded video that lies in them."""
    score: float
    """Score of the strongest match; 0 where there is none."""


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
    binding: PictureBinding | NotMeasured = NOT_LOOKED_AT
    """What the pictures say where the bytes are others."""


def without_pictures(reading: RecordReading) -> RecordReading:
    """The reading without the descriptors of its record, which stay in the record."""
    if isinstance(reading.record, NotMeasured):
        return reading
    video = dataclasses.replace(reading.record.video, pictures=None)
    return dataclasses.replace(reading, record=dataclasses.replace(reading.record, video=video))
