"""How much a contained process may use, and where it may read and write."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from similarity.errors import SimilarityError

__all__ = ["ContainedError", "Limits", "Room"]

GIBIBYTE = 1 << 30


class ContainedError(SimilarityError):
    """A contained process crashed, hung, or used more than it may: the file that it read is at fault, or the limits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Of one piece of work; memory beside what the process held when it was ready."""

    memory_bytes: int = 4 * GIBIBYTE
    """Private memory (RLIMIT_DATA), and resident memory as it is watched from outside."""
    cpu_seconds: float = 4 * 3600.0
    """Time of processors, all threads together."""
    wall_seconds: float = 4 * 3600.0
    """Time that passes."""
    written_bytes: int = 2 * GIBIBYTE
    """Of one file that is written (RLIMIT_FSIZE), and of everything in the folder that may be written to."""
    max_calls: int = 1000
    """Pieces of work after which the process is replaced by a fresh one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """The part of the disk that a contained process sees, beside Python, its packages and the system's libraries."""

    writable: Path
    """The one folder that it may write to; made where it is missing, emptied between two pieces of work."""
    readable: tuple[Path, ...] = field(default=())
    """Files and folders that it may read; `/` for everything."""
