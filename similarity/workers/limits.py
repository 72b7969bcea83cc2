"""What a batch may take of the machine."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path

from similarity.contained.limits import Limits
from similarity.errors import ConfigurationError

__all__ = ["IN_THIS_PROCESS", "Cluster", "WorkLimits"]

WORKER_BYTES = 1 << 30
"""Memory that a process is reckoned with."""
LEAST_BYTES = 1 << 29
"""Memory below which no process could describe a film."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Machines that do the tasks."""

    address: str
    """Of the Ray cluster: `HOST:PORT`; `auto` for the one that this machine is part of, `local` for one of its own."""
    num_cards: int = 0
    """Graphics cards that a task has for itself; none is seen where it has none."""
    task_bytes: int = 2 << 30
    """Memory that a task may take, and that a node keeps for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkLimits:
    """What a batch may take of the machine."""

    num_jobs: int = 1
    """Files worked on at once, at most, each on one thread."""
    memory_bytes: int | None = None
    """Memory that all processes may take together; None for no limit."""
    writable: tuple[Path, ...] | None = None
    """Folders that contained processes may write to; None where processes are not contained."""
    each: Limits = field(default_factory=Limits)
    """What each task may take in a contained process."""
    cluster: Cluster | None = None
    """Whose machines do the tasks; None for this one alone."""

    def __post_init__(self) -> None:
        if self.num_jobs < 1:
            raise ValueError(f"num_jobs: expected 1 or more, got {self.num_jobs}")
        if self.memory_bytes is not None and self.memory_bytes < LEAST_BYTES:
            raise ValueError(f"memory_bytes: expected {LEAST_BYTES} (512M) or more, got {self.memory_bytes}")

    @property
    def num_workers(self) -> int:
        """Processes: as many as were asked for, and fit."""
        return (
            self.num_jobs
            if self.memory_bytes is None
            else max(1, min(self.num_jobs, self.memory_bytes // WORKER_BYTES))
        )

    @property
    def worker_bytes(self) -> int | None:
        """Memory that one process may take."""
        return None if self.memory_bytes is None else self.memory_bytes // self.num_workers

    def contained(self, *writable: Path) -> WorkLimits:
        """The same in processes without network, under limits, that write to these folders only.

        Raises:
            ConfigurationError: this system has no such processes.
        """
        if os.name != "posix":
            raise ConfigurationError(f"media.isolate: expected a POSIX system, got {os.name}; leave it false here")
        return replace(self, writable=tuple(writable))

    def share_cores(self, num_tasks: int) -> bool:
        """Whether each process keeps to one thread."""
        return self.cluster is not None or self.memory_bytes is not None or min(self.num_jobs, num_tasks) > 1

    def need_processes(self, num_tasks: int) -> bool:
        """Whether so many tasks are worth a process, or one has to be ended when it takes too much."""
        return self.writable is not None or self.share_cores(num_tasks)


IN_THIS_PROCESS = WorkLimits()
"""One file after the other, without another process."""
