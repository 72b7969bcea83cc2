"""Looking from outside at what a process uses: time, processor time, resident memory, bytes written."""

from __future__ import annotations

import os
import time
from pathlib import Path

from similarity.contained.limits import ContainedError, Limits

__all__ = ["LOOK_SECONDS", "Watch", "resident_bytes"]

LOOK_SECONDS = 0.05
"""How often it is looked at."""


class Watch:
    """Looks from outside at what a process uses.

    Args:
        pid: of the process.
        limits: that it keeps.
        resting_bytes: resident memory that it had when it was ready; None while it makes ready, which is not weighed.
        folder: that it writes to; None where that is not weighed.
    """

    def __init__(self, pid: int, limits: Limits, *, resting_bytes: int | None, folder: Path | None = None) -> None:
        self._pid, self._folder, self._limits, self._resting = pid, folder, limits, resting_bytes
        self._start, self._cpu, self._next = time.monotonic(), _cpu_seconds(pid), 0.0

    def look(self) -> None:
        """Whether all is within its limits.

        Raises:
            ContainedError: it is not.
        """
        limits, now = self._limits, time.monotonic()
        if now < self._next:
            return
        self._next = now + LOOK_SECONDS
        if (passed := now - self._start) > limits.wall_seconds:
            raise ContainedError(f"took more than {limits.wall_seconds:g} s ({passed:.0f} s) and was ended")
        if _cpu_seconds(self._pid) - self._cpu > limits.cpu_seconds:
            raise ContainedError(f"took more than {limits.cpu_seconds:g} s of processor time and was ended")
        if self._resting is not None and resident_bytes(self._pid) - self._resting > limits.memory_bytes:
            raise ContainedError(f"took more than {limits.memory_bytes >> 20} MiB of memory and was ended")
        if self._folder is not None and _written_bytes(self._folder) > limits.written_bytes:
            raise ContainedError(f"wrote more than {limits.written_bytes >> 20} MiB and was ended")


def _written_bytes(folder: Path) -> int:
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(root, name)).st_size  # noqa: PTH118 - twenty times a second
            except FileNotFoundError:
                continue
    return total


def resident_bytes(pid: int) -> int:
    """0 where the system does not say."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def _cpu_seconds(pid: int) -> float:
    """0 where the system does not say."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, IndexError):
        return 0.0
