"""What a process is told and says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from similarity.contained.limits import Limits
from similarity.errors import SimilarityError

__all__ = ["ClusterLostError", "Done", "Reached", "Ready", "Walls", "WorkerDiedError"]


class WorkerDiedError(SimilarityError):
    """The process that did a job was killed, crashed, or took more memory or time than it may."""


class ClusterLostError(SimilarityError):
    """The cluster went away, or can't do the work."""


@dataclass(frozen=True, slots=True)
class Walls:
    """What a contained process is kept in."""

    writable: tuple[Path, ...]
    """Folders that it may write to; it may read everything."""
    limits: Limits
    """Of each task, beside what it holds when it is ready."""
    preload: tuple[str, ...] = ()
    """Modules that are imported before the walls stand: libraries map files and want a folder for what they make."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A contained process is ready for its first task."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A process says how far its task is."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Done:
    """A process says what came of its task."""

    value: Any = None
    error: BaseException | None = None
    leaves: bool = False
    """Whether the process ends with it."""

    def get(self) -> Any:
        """The value; what was raised is raised again."""
        if self.error is not None:
            raise self.error
        return self.value
