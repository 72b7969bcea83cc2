"""The prior-work-use record (在先作品使用背书): which works a generated video used, said and signed by its maker.

A record is one JSON object: `format`, `version`, `statement`, `signature`.  The signature is Ed25519 (RFC 8032) over
the canonical JSON (RFC 8785) of the object without `signature`.  `docs/prior-work-use-record.md` describes it, and
`docs/prior-work-use-record.schema.json` is its schema.  The key stands in the record itself: a signature that fits
shows that nothing was changed since whoever holds the key signed it, and not who that is.
"""

from __future__ import annotations

import base64
import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError, ValidationInfo

from similarity.absence import NotMeasured
from similarity.access.dates import parse_date
from similarity.access.record_values import RecordedWork, RecordReading, WorkUseRecord
from similarity.canonical import canonical_json
from similarity.errors import AccessError, KeyFileError, SignatureError
from similarity.phrases import as_it_is
from similarity.signatures import SigningKey, key_id_of, verify_signature
from similarity.yaml_files import read_yaml

__all__ = [
    "FORMAT",
    "FORMAT_VERSION",
    "MAX_RECORD_BYTES",
    "RecordFile",
    "RecordSignature",
    "RecordedVideo",
    "SignedStatement",
    "UseStatement",
    "UsedWork",
    "read_record",
    "read_statement",
    "record_schema",
    "signed_record",
]

FORMAT = "prior-work-use-record"
"""Value of the key `format`."""
FORMAT_VERSION = "1.0"
"""Value of the key `version`."""
MAX_RECORD_BYTES = 4_000_000
"""Larger files are no records."""


def _plain(value: Any, info: ValidationInfo) -> Any:
    """A number that people wrote where text belongs (an ISBN) is text; in a record it is an error."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number and info.mode == "python" else value


_Text = Annotated[str, Field(max_length=200_000), BeforeValidator(_plain)]
_NonEmpty = Annotated[str, Field(min_length=1, max_length=200_000), BeforeValidator(_plain)]
_Hex = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class UsedWork(_Form):
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


class UseStatement(_Form):
    """What a maker says about a video: the form of the YAML file, and a part of the statement."""

    user: _NonEmpty
    """Who used the works."""
    provider: _Text = ""
    """Service on which the video was made."""
    model: _NonEmpty
    """Model, with its version."""
    prompt: _Text
    """The prompt, word for word."""
    generated: _NonEmpty
    """When the video was made: a date as people write it."""
    works: Annotated[tuple[UsedWork, ...], Field(min_length=1, max_length=200)]
    """The works used."""


class RecordedVideo(_Form):
    """The video, by its bytes."""

    sha256: _Hex
    """SHA-256 of the video file."""
    size_bytes: Annotated[int, Field(ge=1, le=2**53)]
    """Size of the video file."""


class SignedStatement(UseStatement):
    """What a record says: the maker's statement, the video, the time."""

    video: RecordedVideo
    """The video that the record speaks of."""
    recorded_utc: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
    """When the record was made, by the clock of the machine that made it."""


class RecordSignature(_Form):
    """An Ed25519 signature with its key."""

    algorithm: Literal["Ed25519"]
    """The only algorithm."""
    public_key_pem: Annotated[str, Field(max_length=2_000)]
    """Public key, PEM (SubjectPublicKeyInfo)."""
    key_id: _Hex
    """SHA-256 of the raw public key."""
    value: Annotated[str, Field(pattern="^[A-Za-z0-9+/]{86}==$")]
    """The signature, 64 bytes in Base64."""


class RecordFile(_Form):
    """A record as it lies on the disk."""

    format: Literal["prior-work-use-record"]
    """Always `prior-work-use-record`."""
    version: Literal["1.0"]
    """Version of the form."""
    statement: SignedStatement
    """What is said."""
    signature: RecordSignature
    """Who holds this key said it."""


def read_statement(path: Path) -> UseStatement:
    """The maker's statement from a YAML file.

    Raises:
        ConfigurationError: unreadable, no YAML, an unknown or missing key.
        AccessError: a date that can't be read.
    """
    statement = read_yaml(path, UseStatement)
    parse_date(statement.generated)
    return statement


def signed_record(statement: UseStatement, video: tuple[str, int], key: SigningKey, *, now: datetime) -> bytes:
    """The record's bytes; `video` is SHA-256 and size in bytes of the video.

    Raises:
        AccessError: the statement holds text that JSON can't say exactly.
    """
    sha256, size_bytes = video
    said = {
        **statement.model_dump(mode="json"),
        "video": {"sha256": sha256, "size_bytes": size_bytes},
        "recorded_utc": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    signed = {"format": FORMAT, "version": FORMAT_VERSION, "statement": said}
    signature = {
        "algorithm": "Ed25519",
        "public_key_pem": key.public_pem,
        "key_id": key.key_id,
        "value": base64.b64encode(key.sign(_signed_bytes(signed))).decode("ascii"),
    }
    content = json.dumps({**signed, "signature": signature}, indent=2, ensure_ascii=False) + "\n"
    return content.encode("utf-8")


def read_record(content: bytes, *, exhibit: str | None, video_sha256: str | None) -> RecordReading:
    """Read and check a record; where a video's hash is given, whether the record speaks of that video."""
    try:
        record, key_id, is_signed = _checked(content)
    except AccessError as error:
        return RecordReading(
            state="unreadable",
            exhibit=exhibit,
            record=NotMeasured(reason=as_it_is(str(error))),
            key_id=None,
            is_video_checked=False,
        )
    fits = video_sha256 is None or record.video_sha256 == video_sha256.lower()
    return RecordReading(
        state="signature_does_not_fit" if not is_signed else "valid" if fits else "video_does_not_fit",
        exhibit=exhibit,
        record=record,
        key_id=key_id,
        is_video_checked=video_sha256 is not None,
    )


def record_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a record."""
    schema = TypeAdapter(RecordFile).json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Prior-work-use record"}


def _checked(content: bytes) -> tuple[WorkUseRecord, str, bool]:
    """The record, its key, and whether the signature fits."""
    if len(content) > MAX_RECORD_BYTES:
        raise AccessError(f"more than {MAX_RECORD_BYTES} bytes; expected a prior-work-use record")
    try:
        plain = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_refuse)
        file = RecordFile.model_validate_json(json.dumps(plain), strict=True)
        del plain["signature"]
        signed = _signed_bytes(plain)
        key_id = key_id_of(file.signature.public_key_pem)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "record"
        raise AccessError(f"no prior-work-use record: {place}: {first['msg']}") from error
    except (ValueError, RecursionError, KeyFileError) as error:
        raise AccessError(f"no prior-work-use record: {' '.join(str(error).split())[:200]}") from error
    is_signed = key_id == file.signature.key_id
    try:
        verify_signature(file.signature.public_key_pem, signed, base64.b64decode(file.signature.value))
    except SignatureError:
        is_signed = False
    return _as_value(file.statement), key_id, is_signed


def _signed_bytes(signed: dict[str, Any]) -> bytes:
    try:
        return canonical_json(signed)
    except ValueError as error:
        raise AccessError(f"the statement {error}; take out the characters that no text file can hold") from error


def _as_value(said: SignedStatement) -> WorkUseRecord:
    return WorkUseRecord(
        video_sha256=said.video.sha256,
        video_size_bytes=said.video.size_bytes,
        user=said.user,
        provider=said.provider,
        model=said.model,
        prompt=said.prompt,
        generated=said.generated,
        recorded_utc=said.recorded_utc,
        works=tuple(
            RecordedWork(**{one.name: getattr(work, one.name) for one in dataclasses.fields(RecordedWork)})
            for work in said.works
        ),
    )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands there twice")
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number of JSON")
