"""One writer at a time: a lock file that dies with its holder, and a note of who holds it."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import LibraryBusyError
from index.local.disk.files import says_write_errors

__all__ = ["HOLDER_NAME", "LOCK_NAME", "WriterLock"]

LOCK_NAME = "writer.lock"
HOLDER_NAME = "writer.json"


class WriterLock:
    """The right to change a library; readers neither take it nor wait for it."""

    def __init__(self, library: Path) -> None:
        self._library = library
        self._holder = library / HOLDER_NAME
        self._lock = FileLock(library / LOCK_NAME)

    @contextmanager
    def held(self, timeout_seconds: float) -> Iterator[None]:
        """Hold the lock; LibraryBusyError, naming the holder, if it is not free in time."""
        with says_write_errors(self._library, "take the writer's lock"):
            try:
                self._lock.acquire(timeout=timeout_seconds)
            except Timeout as error:
                raise LibraryBusyError(
                    f"{self._library} is being written to by {self._who()}; waited {timeout_seconds:g} s - "
                    "let it finish, then do it again"
                ) from error
        try:
            with says_write_errors(self._library, "note who writes"):
                self._holder.write_text(json.dumps(_self_description()), encoding="utf-8")
            yield
        finally:
            self._holder.unlink(missing_ok=True)
            self._lock.release()

    def _who(self) -> str:
        try:
            holder = json.loads(self._holder.read_text(encoding="utf-8"))
            return f"process {holder['process']} on {holder['host']} since {holder['since_utc']}"
        except (OSError, ValueError, KeyError, TypeError):
            return "another process"


def _self_description() -> dict[str, str | int]:
    return {
        "process": os.getpid(),
        "host": socket.gethostname(),
        "since_utc": datetime.now(UTC).isoformat(timespec="seconds"),
    }
