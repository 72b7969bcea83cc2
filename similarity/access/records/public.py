"""The public form of a prior-work-use record (弱公示): the works, the model and the video, without personal data.

It is one JSON object, `format`, `version`, `statement`, `signature`, signed by the key of its record.  `user`, `prompt`
and each work's `context` are left out; `record_sha256` is the SHA-256 of the canonical JSON of the whole record, its
signature included, so nobody can try out names against it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any

from similarity.absence import NotMeasured
from similarity.access.records.statements import read_record, signed_file, verified_file
from similarity.access.records.values import PublicReading, PublicRecordFile, SignedStatement
from similarity.canonical import canonical_json
from similarity.errors import AccessError
from similarity.signatures import SigningKey

__all__ = ["PUBLIC_FORMAT", "public_record", "read_public", "write_public"]

PUBLIC_FORMAT = "prior-work-use-record-public"
"""Value of the key `format`."""
PUBLIC_VERSION = "1.0"
"""Value of the key `version`."""
_PRIVATE = ("user", "prompt")
_PRIVATE_OF_WORKS = ("context",)


def public_record(record: bytes, key: SigningKey) -> bytes:
    """The public form of a record.

    Args:
        record: its bytes.
        key: the key that signed it.

    Raises:
        AccessError: the record is none, is not whole, or was signed by another key.
    """
    reading = read_record(record, exhibit=None, video_sha256=None)
    if isinstance(reading.record, NotMeasured):
        raise AccessError(f"{reading.record.reason}; name a record that record create wrote")
    if reading.state != "valid":
        raise AccessError("the record's signature does not fit; make its public form from an unchanged copy")
    if reading.key_id != key.key_id:
        raise AccessError(
            f"the record was signed by the key {reading.key_id}, got the key {key.key_id}; name the one that signed it"
        )
    return signed_file(PUBLIC_FORMAT, PUBLIC_VERSION, _public_statement(record, reading.record), key)


def write_public(record: Path, key: SigningKey, out: Path) -> None:
    """Write the public form of a record to a new file.

    Args:
        record: the record.
        key: the key that signed it.
        out: the file to write.

    Raises:
        AccessError: as `public_record`; the record can't be read, or something stands at `out` already.
    """
    content = public_record(_content(record), key)
    out.parent.mkdir(parents=True, exist_ok=True)
    try:
        with out.open("xb") as file:
            file.write(content)
    except FileExistsError as error:
        raise AccessError(f"{out}: stands there already and is never written over; name another file") from error


def read_public(public: Path, record: Path | None = None) -> PublicReading:
    """Check a public form: its signature, and that it says what the record says, where one is given.

    Args:
        public: the public form.
        record: the record that it should be of; None where none is compared.

    Raises:
        AccessError: a file can't be opened.
    """
    content, whole = _content(public), None if record is None else _content(record)
    try:
        file, key_id, is_signed = verified_file(content, PublicRecordFile)
    except AccessError as error:
        return PublicReading(state="unreadable", statement=None, key_id=None, problem=str(error))
    if not is_signed:
        return PublicReading(state="signature_does_not_fit", statement=file.statement, key_id=key_id, problem=None)
    if whole is not None and not _is_of(content, whole):
        return PublicReading(state="record_does_not_fit", statement=file.statement, key_id=key_id, problem=None)
    return PublicReading(state="valid", statement=file.statement, key_id=key_id, problem=None)


def _is_of(public: bytes, record: bytes) -> bool:
    reading = read_record(record, exhibit=None, video_sha256=None)
    if isinstance(reading.record, NotMeasured) or reading.state != "valid":
        return False
    said, again = json.loads(public), canonical_json(_public_statement(record, reading.record))
    return said["signature"]["key_id"] == reading.key_id and canonical_json(said["statement"]) == again


def _public_statement(record: bytes, statement: SignedStatement) -> dict[str, Any]:
    said = {name: value for name, value in dataclasses.asdict(statement).items() if name not in _PRIVATE}
    said["works"] = [
        {name: value for name, value in work.items() if name not in _PRIVATE_OF_WORKS} for work in said["works"]
    ]
    canonical = canonical_json(json.loads(record.decode("utf-8-sig")))
    plain = json.loads(json.dumps(said))  # tuples are lists there
    return {**plain, "record_sha256": hashlib.sha256(canonical).hexdigest()}


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise AccessError(f"{path}: can't be read: {error.strerror or error}; check the spelling") from error
