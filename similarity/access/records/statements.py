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
from typing import Any, NoReturn, TypeVar

from pydantic import TypeAdapter, ValidationError

from similarity.absence import NotMeasured
from similarity.access.dates import parse_date
from similarity.access.records.values import (
    PublicRecordFile,
    RecordedVideo,
    RecordFile,
    RecordReading,
    UseStatement,
)
from similarity.canonical import canonical_json
from similarity.errors import AccessError, KeyFileError, SignatureError
from similarity.phrases import as_it_is
from similarity.signatures import SigningKey, key_id_of, verify_signature
from similarity.yaml_files import read_yaml

__all__ = [
    "FORMAT",
    "FORMAT_VERSION",
    "MAX_RECORD_BYTES",
    "read_record",
    "read_statement",
    "record_schema",
    "signed_file",
    "signed_record",
    "verified_file",
]

FORMAT = "prior-work-use-record"
"""Value of the key `format`."""
FORMAT_VERSION = "1.1"
"""Value of the key `version`."""
MAX_RECORD_BYTES = 64_000_000
"""Larger files are no records."""


FileT = TypeVar("FileT", RecordFile, PublicRecordFile)


def read_statement(path: Path) -> UseStatement:
    """The maker's statement from a YAML file.

    Raises:
        ConfigurationError: unreadable, no YAML, an unknown or missing key.
        AccessError: a date that can't be read.
    """
    statement = read_yaml(path, UseStatement)
    parse_date(statement.generated)
    return statement


def signed_record(statement: UseStatement, video: RecordedVideo, key: SigningKey, *, now: datetime) -> bytes:
    """The record's bytes.

    Args:
        statement: what the maker says.
        video: the video.
        key: signs.
        now: the clock.

    Raises:
        AccessError: the statement holds text that JSON can't say exactly.
    """
    said = {
        **dataclasses.asdict(statement),
        "video": dataclasses.asdict(video),
        "recorded_utc": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    return signed_file(FORMAT, FORMAT_VERSION, said, key)


def signed_file(form: str, version: str, statement: dict[str, Any], key: SigningKey) -> bytes:
    """A statement of a form and version as a signed JSON object.

    Args:
        form: value of `format`.
        version: value of `version`.
        statement: what is said, as plain JSON values.
        key: signs.

    Raises:
        AccessError: the statement holds text that JSON can't say exactly.
    """
    signed = {"format": form, "version": version, "statement": statement}
    signature = {
        "algorithm": "Ed25519",
        "public_key_pem": key.public_pem,
        "key_id": key.key_id,
        "value": base64.b64encode(key.sign(_signed_bytes(signed))).decode("ascii"),
    }
    content = json.dumps({**signed, "signature": signature}, indent=2, ensure_ascii=False) + "\n"
    return content.encode("utf-8")


def read_record(content: bytes, *, exhibit: str | None, video_sha256: str | None) -> RecordReading:
    """Read and check a record.

    Args:
        content: its bytes.
        exhibit: number of the exhibit that it is.
        video_sha256: hash of the video that it should speak of; None where none is compared.
    """
    try:
        file, key_id, is_signed = verified_file(content, RecordFile)
    except AccessError as error:
        return RecordReading(
            state="unreadable",
            exhibit=exhibit,
            record=NotMeasured(reason=as_it_is(str(error))),
            key_id=None,
            is_video_checked=False,
        )
    record = file.statement
    fits = video_sha256 is None or record.video.sha256 == video_sha256.lower()
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


def verified_file(content: bytes, form: type[FileT]) -> tuple[FileT, str, bool]:
    """A signed JSON object of a form, the identifier of its key, and whether the signature fits.

    Raises:
        AccessError: it is none; the message says why.
    """
    if len(content) > MAX_RECORD_BYTES:
        raise AccessError(f"more than {MAX_RECORD_BYTES} bytes; expected a prior-work-use record")
    try:
        plain = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_refuse)
        file: FileT = TypeAdapter(form).validate_json(json.dumps(plain), strict=True)
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
    return file, key_id, is_signed


def _signed_bytes(signed: dict[str, Any]) -> bytes:
    try:
        return canonical_json(signed)
    except ValueError as error:
        raise AccessError(f"the statement {error}; take out the characters that no text file can hold") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands there twice")
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number of JSON")
