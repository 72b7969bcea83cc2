"""Three hashes and the size of a file in one pass, block by block: SHA-256, SHA-512 and SM3."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from similarity.absence import NotMeasured, not_measured
from similarity.case.disk.layout import open_regular
from similarity.errors import CaseError
from similarity.text import as_printable

__all__ = ["FileHashes", "hash_file", "hash_stream", "sha256_of_file"]

_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FileHashes:
    """What identifies the bytes of a file."""

    size_bytes: int
    """Number of bytes hashed."""
    sha256: str
    """SHA-256 (FIPS 180-4), hexadecimal."""
    sha512: str
    """SHA-512 (FIPS 180-4), hexadecimal."""
    sm3: str | NotMeasured
    """SM3 (GB/T 32905-2016), hexadecimal; not measured where OpenSSL was built without it."""


def hash_file(path: Path) -> FileHashes:
    """Hash a regular file.

    Raises:
        CaseError: not readable or no regular file.
    """
    with open_regular(path) as file:
        return hash_stream(file, name=as_printable(path))


def hash_stream(source: BinaryIO, *, name: str, copy_to: BinaryIO | None = None) -> FileHashes:
    """Hash what is left of an open file.

    Args:
        source: the file.
        name: stands in messages.
        copy_to: where the same blocks are written, if anywhere.

    Raises:
        CaseError: the disk refuses to read; `name` stands in the message.
    """
    sha256, sha512, sm3 = hashlib.sha256(), hashlib.sha512(), _sm3()
    size_bytes = 0
    while block := _block(source, name):
        size_bytes += len(block)
        sha256.update(block)
        sha512.update(block)
        if not isinstance(sm3, NotMeasured):
            sm3.update(block)
        if copy_to is not None:
            copy_to.write(block)
    return FileHashes(
        size_bytes=size_bytes,
        sha256=sha256.hexdigest(),
        sha512=sha512.hexdigest(),
        sm3=sm3 if isinstance(sm3, NotMeasured) else sm3.hexdigest(),
    )


def sha256_of_file(path: Path, *, first_bytes: int | None = None) -> tuple[str, int]:
    """SHA-256 in hex and the number of bytes hashed: of all bytes, or of the first few.

    Raises:
        CaseError: not readable or no regular file.
    """
    digest, size_bytes = hashlib.sha256(), 0
    with open_regular(path) as file:
        while block := _block(file, as_printable(path), first_bytes, size_bytes):
            digest.update(block)
            size_bytes += len(block)
    return digest.hexdigest(), size_bytes


def _block(source: BinaryIO, name: str, first_bytes: int | None = None, done: int = 0) -> bytes:
    wanted = _BLOCK_BYTES if first_bytes is None else min(_BLOCK_BYTES, first_bytes - done)
    try:
        return source.read(wanted)
    except OSError as error:
        raise CaseError(f"{name}: can't be read to its end: {error.strerror or error}; check the disk") from error


def _sm3() -> hashlib._Hash | NotMeasured:
    try:
        return hashlib.new("sm3")
    except ValueError:
        return not_measured("the OpenSSL of this Python was built without SM3")
