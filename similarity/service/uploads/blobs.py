"""Files by their SHA-256, and bytes that are still arriving.

The size of a partial file on the disk is the offset: nothing else has to agree with it after a kill.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from similarity.service.errors import Problem
from similarity.service.settings import Settings

__all__ = ["Partial", "blob_path", "link_file", "offset_of", "partial", "require_room", "sha256_of", "store"]

_CHUNK = 1 << 20
_SECONDS_TO_WAIT = 60
_NO_LINKS = {errno.EXDEV, errno.EPERM, errno.EACCES, errno.ENOSYS, errno.EOPNOTSUPP, errno.EMLINK}
"""What file systems without hard links say."""


@dataclass(slots=True)
class Partial:
    """A file that is arriving, locked for one writer."""

    file: FileIO
    """Open at its end, without a buffer: what was written is counted at once."""
    path: Path
    """Where."""

    @property
    def offset(self) -> int:
        """Bytes that are there."""
        return self.file.seek(0, os.SEEK_END)

    def write(self, chunk: bytes) -> None:
        """Add bytes.

        Raises:
            Problem: 507, the disk is full; what went before stays.
        """
        left = memoryview(chunk)
        try:
            while left:
                left = left[self.file.write(left) :]
        except OSError as error:
            if error.errno not in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
                raise
            said = "the disk of the service is full; go on from the offset later"
            raise Problem(507, "no-room", said, retry_after_seconds=_SECONDS_TO_WAIT) from error

    def cut(self, size_bytes: int) -> None:
        """Take back what was written beyond."""
        self.file.truncate(size_bytes)
        self.file.seek(0, os.SEEK_END)

    def settle(self) -> None:
        """What was written is on the disk."""
        os.fsync(self.file.fileno())


@contextmanager
def partial(settings: Settings, upload_id: str) -> Iterator[Partial]:
    """The arriving file of an upload, for one writer; it is settled at the end, however it ends.

    Raises:
        Problem: 423, another request writes it.
    """
    settings.incoming.mkdir(parents=True, exist_ok=True)
    path = settings.incoming / f"{upload_id}.part"
    with path.open("ab", buffering=0) as file:
        if not _is_locked(file, path):
            said = f"upload {upload_id}: another request is sending it; wait for it, then ask for the offset"
            raise Problem(423, "locked", said)
        one = Partial(file=file, path=path)
        try:
            yield one
        finally:
            one.settle()


def _is_locked(file: FileIO, path: Path) -> bool:
    """Whether this file is ours now, and still the one of this name: another request may have ended with it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except OSError:  # locked by another, or gone to its place by content
        return False


def offset_of(settings: Settings, upload_id: str) -> int:
    """Bytes of an upload that are there."""
    try:
        return (settings.incoming / f"{upload_id}.part").stat().st_size
    except FileNotFoundError:
        return 0


def blob_path(settings: Settings, sha256: str) -> Path:
    """Where a file of this content is kept."""
    return settings.blobs / sha256[:2] / sha256


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def store(settings: Settings, path: Path, sha256: str) -> Path:
    """Move a whole file to its place by content; where one stands already, that one stays.

    Args:
        settings: where things are kept.
        path: the file.
        sha256: of its content.
    """
    place = blob_path(settings, sha256)
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists() and place.stat().st_size == path.stat().st_size:
        path.unlink()
    else:
        path.replace(place)
    _sync_folder(place.parent)
    return place


def require_room(settings: Settings, size_bytes: int) -> None:
    """Refuse what the disk has no room for.

    Raises:
        Problem: 507.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.data).free
    if free - size_bytes < settings.disk_reserve_bytes:
        raise Problem(
            507,
            "no-room",
            f"{size_bytes} bytes: the disk of the service has {free} bytes left and keeps "
            f"{settings.disk_reserve_bytes} of them free; try again later",
            retry_after_seconds=_SECONDS_TO_WAIT,
        )


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def link_file(path: Path, link: Path) -> None:
    """The same file under another name; a copy where the file system has no links."""
    try:
        os.link(path, link)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        shutil.copyfile(path, link)
