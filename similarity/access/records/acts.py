"""Prior-work-use records: made for a generated video, and checked."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from similarity.access.records.statements import MAX_RECORD_BYTES, read_record, read_statement, signed_record
from similarity.access.records.values import RecordedPictures, RecordedVideo, RecordReading
from similarity.errors import AccessError
from similarity.media.digest import digest_file
from similarity.signatures import load_key

__all__ = ["create_record", "verify_record"]


def create_record(
    statement: Path, video: Path, key: Path, out: Path, *, pictures: RecordedPictures | None = None
) -> RecordReading:
    """Sign what a maker says about the works that a video used, and write the record to a new file.

    Args:
        statement: YAML of what the maker says.
        video: the generated video.
        key: Ed25519 private key (PEM).
        out: the record to write.
        pictures: descriptors of the video, by which it is known again with other bytes.

    Raises:
        ConfigurationError: the statement can't be read, or has keys that are unknown, missing or wrong.
        AccessError: a date that can't be read, or something stands at `out` already.
        KeyFileError: the key can't be used.
        UnreadableMediaError: the video can't be read.
    """
    said, signing_key, digest = read_statement(statement), load_key(key), digest_file(video)
    recorded = RecordedVideo(sha256=digest.sha256, size_bytes=digest.size_bytes, pictures=pictures)
    content = signed_record(said, recorded, signing_key, now=datetime.now(UTC))
    out.parent.mkdir(parents=True, exist_ok=True)
    try:
        with out.open("xb") as file:
            file.write(content)
    except FileExistsError as error:
        raise AccessError(f"{out}: stands there already and is never written over; name another file") from error
    return read_record(content, exhibit=None, video_sha256=digest.sha256)


def verify_record(record: Path, *, video: Path | None = None) -> RecordReading:
    """Whether a record's signature fits, and whether it speaks of this video where one is given.

    Raises:
        AccessError: the record can't be opened.
        UnreadableMediaError: the video can't be read.
    """
    sha256 = None if video is None else digest_file(video).sha256
    try:
        with record.open("rb") as file:
            content = file.read(MAX_RECORD_BYTES + 1)
    except OSError as error:
        raise AccessError(f"{record}: can't be read: {error.strerror or error}; expected a record") from error
    return read_record(content, exhibit=None, video_sha256=sha256)
