"""What a process says to whoever asked it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from similarity.errors import SimilarityError

__all__ = ["Done", "Reached", "WorkerDiedError"]


class WorkerDiedError(SimilarityError):
    """The process that did a job was killed, crashed, or took more memory than it may."""


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
