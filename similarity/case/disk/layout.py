"""Where things lie in a case folder, and careful ways to touch them.

    case.yaml                   facts that people state
    custody.jsonl               the custody log
    exhibits.json               what identifies the exhibits
    exhibits/E1/film.mp4        copies of exhibits
    stills.json                 frames kept as pictures, and where they lie
    seal/1/, seal/2/ ...        one folder per seal; a later seal covers the earlier ones
    .custody.lock               empty; held while the log is written

Files of a case folder are never trusted to be files: a link, a pipe or a device is refused, not followed.
"""

from __future__ import annotations

import os
import re
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from similarity.errors import CaseError
from similarity.text import as_printable

__all__ = [
    "CASE_FILE",
    "CUSTODY_FILE",
    "EXHIBITS_FILE",
    "EXHIBITS_FOLDER",
    "EXHIBIT_NUMBER",
    "LOCK_FILE",
    "SEAL_FOLDER",
    "STILLS_FILE",
    "inside",
    "not_a_case",
    "open_regular",
    "read_bounded",
    "unwritable",
    "utc_now",
]

CASE_FILE = "case.yaml"
CUSTODY_FILE = "custody.jsonl"
EXHIBITS_FILE = "exhibits.json"
EXHIBITS_FOLDER = "exhibits"
STILLS_FILE = "stills.json"
SEAL_FOLDER = "seal"
LOCK_FILE = ".custody.lock"
EXHIBIT_NUMBER = re.compile(r"E[1-9][0-9]{0,5}", re.ASCII)
"""`E1`, `E2` ..."""

_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_NO_LINKS = getattr(os, "O_NOFOLLOW", 0)


def unwritable(path: Path, error: OSError) -> CaseError:
    """The error of a place that the disk refuses."""
    return CaseError(f"{path}: can't be written: {error.strerror or error}; check its rights and the room on the disk")


def not_a_case(folder: Path) -> CaseError:
    """The error of a folder that holds no case."""
    return CaseError(f"{folder}: expected a case folder with {CASE_FILE}; make one: similarity case new {folder}")


def utc_now() -> str:
    """Now by the system clock, UTC, RFC 3339 with microseconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file for reading; a link at its place is not followed, a pipe does not block.

    Raises:
        CaseError: no such file, no permission, or no regular file.
    """
    try:
        if path.is_symlink():  # where the system has no flag that refuses links
            raise CaseError(f"{as_printable(path)}: is a link, expected a regular file; put the file itself there")
        handle = os.open(path, _OPEN_FLAGS | _NO_LINKS)
    except (OSError, ValueError) as error:
        raise CaseError(f"{as_printable(path)}: can't be read: {_reason(error)}; check that it is there") from error
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise CaseError(f"{as_printable(path)}: expected a regular file, got a folder, device, pipe or socket")
    return os.fdopen(handle, "rb")


def read_bounded(path: Path, limit_bytes: int) -> bytes:
    """The whole of a regular file that is not larger than it may be.

    Raises:
        CaseError: not readable, no regular file, or larger.
    """
    with open_regular(path) as file:
        try:
            size_bytes = os.fstat(file.fileno()).st_size
            content = b"" if size_bytes > limit_bytes else file.read(size_bytes + 1)  # room for all is made at once
        except OSError as error:
            raise CaseError(f"{as_printable(path)}: can't be read: {_reason(error)}; check the disk") from error
    if max(size_bytes, len(content)) > limit_bytes:
        raise CaseError(f"{as_printable(path)}: expected at most {limit_bytes} bytes, got more")
    return content


def inside(folder: Path, relative: str) -> Path:
    """A place in the case folder that a stored text names.

    Raises:
        CaseError: the text is absolute, climbs out of the folder, or leads out of it through a link.
    """
    parts = relative.split("/")
    if not relative or "\\" in relative or "\0" in relative or any(part in {"", ".", ".."} for part in parts):
        raise CaseError(
            f"{as_printable(relative)}: expected a path inside the case folder, such as exhibits/E1/film.mp4"
        )
    path = folder.joinpath(*parts)
    try:
        is_within = path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError) as error:
        raise CaseError(f"{as_printable(relative)}: can't be looked up: {_reason(error)}") from error
    if not is_within or Path(relative).is_absolute():
        raise CaseError(f"{as_printable(relative)}: leads out of the case folder through a link; remove the link")
    return path


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
