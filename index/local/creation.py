"""Making a library: the catalogue comes last, by one rename, and with it the library exists."""

from __future__ import annotations

import shutil
import uuid
from pathlib import Path

from index.errors import LibraryWriteError
from index.local.disk.checksum import CATALOGUE_NAME, CHECKSUM_NAME, write_checksum
from index.local.disk.files import TEMPORARY_SUFFIX, remove_whole, says_write_errors, sync_folder
from index.local.disk.leases import READERS_FOLDER
from index.local.disk.lock import HOLDER_NAME, LOCK_NAME, WriterLock
from index.local.disk.segments import SEGMENTS_FOLDER
from index.local.sql.connection import says_sqlite_errors
from index.local.sql.schema import build_catalogue

__all__ = ["create", "is_library"]

_OWN_NAMES = frozenset({LOCK_NAME, HOLDER_NAME, CHECKSUM_NAME, SEGMENTS_FOLDER, READERS_FOLDER})
_TIMEOUT_SECONDS = 30.0


def is_library(path: Path) -> bool:
    """Whether a library stands at `path`."""
    return (path / CATALOGUE_NAME).is_file()


def create(path: Path, *, exist_ok: bool = False) -> None:
    """Make an empty library in a folder that is absent or empty, or that an earlier attempt left unfinished."""
    with says_write_errors(path, "make a library"):
        _require_free(path)
        path.mkdir(parents=True, exist_ok=True)
        with WriterLock(path).held(_TIMEOUT_SECONDS):
            if is_library(path):
                if exist_ok:
                    return
                raise LibraryWriteError(f"a library stands at {path} already; open it, or choose another folder")
            _fill(path)


def _require_free(path: Path) -> None:
    if not path.exists() or is_library(path):
        return
    foreign = [
        one.name for one in path.iterdir() if one.name not in _OWN_NAMES and not one.name.endswith(TEMPORARY_SUFFIX)
    ]
    if foreign:
        raise LibraryWriteError(
            f"{path} is no library and holds other files ({foreign[0]!r}); give an empty or new folder"
        )


def _fill(path: Path) -> None:
    for leftover in path.glob(f"*{TEMPORARY_SUFFIX}"):
        remove_whole(leftover)
    workshop = path / f"creating.{uuid.uuid4().hex}{TEMPORARY_SUFFIX}"
    workshop.mkdir()
    try:
        (path / SEGMENTS_FOLDER).mkdir(exist_ok=True)
        with says_sqlite_errors(path):
            build_catalogue(workshop / CATALOGUE_NAME)
        write_checksum(workshop)
        (workshop / CHECKSUM_NAME).replace(path / CHECKSUM_NAME)
        (workshop / CATALOGUE_NAME).replace(path / CATALOGUE_NAME)
        sync_folder(path)
    finally:
        shutil.rmtree(workshop)
