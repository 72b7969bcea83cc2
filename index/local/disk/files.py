"""Writing files so that a crash leaves the old one or the new one, never half of one."""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import LibraryWriteError

__all__ = [
    "TEMPORARY_SUFFIX",
    "is_whole",
    "remove_whole",
    "says_write_errors",
    "sha256_of_file",
    "sync_folder",
    "write_atomically",
]

TEMPORARY_SUFFIX = ".tmp"
"""What a half-written file is called; the next writer removes it."""

_BLOCK_BYTES = 1 << 20


def sync_folder(folder: Path) -> None:
    """Make renames and removals in `folder` durable (Windows needs and offers no such step)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_atomically(path: Path, write: Callable[[Callable[[bytes], int]], object]) -> None:
    """Let `write` fill a temporary file through the callable it is given; then put it at `path`, durably."""
    temporary = path.with_name(f"{path.name}.{uuid.uuid4().hex}{TEMPORARY_SUFFIX}")
    try:
        with temporary.open("xb") as file:
            write(file.write)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def remove_whole(path: Path) -> None:
    """Remove a file, or a folder with all that is in it."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def is_whole(path: Path, *, size_bytes: int, sha256: str) -> bool:
    """Whether a file is there, of this size and with these bytes."""
    try:
        return path.stat().st_size == size_bytes and sha256_of_file(path) == sha256
    except OSError:
        return False


def sha256_of_file(path: Path) -> str:
    """SHA-256 of a file's bytes, as hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


@contextmanager
def says_write_errors(where: Path, doing: str) -> Iterator[None]:
    """Turn an OSError into a LibraryWriteError that names what was being done, where."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise LibraryWriteError(
            f"cannot {doing} in {where}: {reason}; the library is unchanged - free space or get write access, "
            "then do it again"
        ) from error
