"""Readers that hold a generation: while one lives, the segment files that it names stay on the disk.

A reader takes a lease before it copies the catalogue: `readers/<id>.lock`, locked, so that the lease dies with its
process, and then `readers/<id>.json`, the segment files that its copy names.  A lease that names nothing yet is still
being taken and holds everything.  Where the folder cannot be written to there is no lease.
"""

from __future__ import annotations

import json
import logging
import os
import uuid
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from index.local.disk.files import write_atomically

__all__ = ["READERS_FOLDER", "Lease", "held_files", "holding_all", "take_lease"]

READERS_FOLDER = "readers"

_log = logging.getLogger(__name__)


class Lease:
    """The right of one reader to find its segment files where they are."""

    def __init__(self, place: Path, lock: FileLock) -> None:
        self._place = place
        self._lock = lock

    def hold(self, file_names: Collection[str]) -> None:
        """Say which segment files are meant, all others may go; where that can't be written, all are meant."""
        content = json.dumps(sorted(file_names)).encode()
        try:
            write_atomically(_names_of(self._place), lambda put: put(content))
        except OSError as error:
            _log.info("%s: holds every segment file, for its own could not be named: %s", self._place, error)

    def release(self) -> None:
        """Let them go."""
        _forget(self._place, self._lock)


def take_lease(library: Path) -> Lease | None:
    """A lease on every segment file that stands now or comes; None where none can be written."""
    folder = library / READERS_FOLDER
    try:
        folder.mkdir(exist_ok=True)
        while True:
            place = folder / f"{uuid.uuid4().hex}.lock"
            lock = _lock_of(place)
            # a writer may look at the new file, and take it away, before it is locked
            if _acquired(lock) and place.exists():
                return Lease(place, lock)
            lock.release(force=True)
    except OSError:
        return None


@contextmanager
def holding_all(library: Path) -> Iterator[None]:
    """Keep every file of the segments folder, also one that no catalogue names yet, from being removed."""
    lease = take_lease(library)
    try:
        yield
    finally:
        if lease is not None:
            lease.release()


def held_files(library: Path, file_names: Iterable[str]) -> frozenset[str]:
    """Those of some segment files that living readers hold; what dead ones left is removed."""
    wanted, held = frozenset(file_names), set[str]()
    for place in (library / READERS_FOLDER).glob("*.lock"):
        lock = _lock_of(place)
        if _acquired(lock):
            _forget(place, lock)
            continue
        try:
            held |= wanted & set(json.loads(_names_of(place).read_bytes()))
        except (OSError, ValueError, TypeError):  # not yet written, or spoilt
            return wanted
    return frozenset(held)


def _lock_of(place: Path) -> FileLock:
    return FileLock(place, timeout=0, thread_local=False)


def _acquired(lock: FileLock) -> bool:
    try:
        lock.acquire()
    except Timeout:
        return False
    return True


def _names_of(place: Path) -> Path:
    return place.with_suffix(".json")


def _forget(place: Path, lock: FileLock) -> None:
    """Remove all of a lease; its lock last, and held until then, so that nobody takes a lease that is going."""
    for left in place.parent.glob(f"{place.stem}.json*"):  # a reader that was killed may have left half of it
        left.unlink(missing_ok=True)
    if os.name == "nt":  # where no open file can be removed
        lock.release(force=True)
    place.unlink(missing_ok=True)
    lock.release(force=True)
