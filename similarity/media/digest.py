"""What a file is before anybody decodes it: there, readable, not empty; and the hash of its bytes."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from similarity.errors import UnreadableMediaError
from similarity.media.types import FileDigest

__all__ = ["digest_file", "require_file"]


def require_file(path: Path) -> int:
    """Size in bytes of a regular file that holds something.

    Raises:
        UnreadableMediaError: missing, a folder, no regular file, empty, or not to be looked at.
    """
    try:
        if path.is_dir():
            raise UnreadableMediaError(f"{path}: {_about_folder(path)}")
        if not path.exists():
            raise UnreadableMediaError(f"{path}: no such file; check the spelling and that its disk is mounted")
        if not path.is_file():
            raise UnreadableMediaError(
                f"{path}: is a device or a pipe, expected a regular file; copy its content first"
            )
        size_bytes = path.stat().st_size
    except OSError as error:
        raise _unreadable(path, error) from error
    if size_bytes == 0:
        raise UnreadableMediaError(f"{path}: is empty (0 bytes); get a complete copy of the file")
    return size_bytes


def digest_file(path: Path) -> FileDigest:
    """SHA-256 and size of the bytes of a file.

    Raises:
        UnreadableMediaError: missing, a folder, empty, or not readable.
    """
    require_file(path)
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
            size_bytes = file.tell()
    except OSError as error:
        raise _unreadable(path, error) from error
    return FileDigest(sha256=digest.hexdigest(), size_bytes=size_bytes)


def _about_folder(path: Path) -> str:
    if not os.access(path, os.R_OK | os.X_OK):
        return "no permission to look into this folder; change its rights or run as its owner"
    return (
        "is a folder, expected a file; name a file in it (add and scan look into folders themselves, for files of "
        "known suffixes, such as .mp4 or .png, that are not hidden)"
    )


def _unreadable(path: Path, error: OSError) -> UnreadableMediaError:
    if isinstance(error, PermissionError):
        return UnreadableMediaError(f"{path}: no permission to read it; change its rights or run as its owner")
    return UnreadableMediaError(f"{path}: can't be read: {error.strerror or error}; check the disk and try again")
