"""Tasks done in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from similarity.progress import SILENT, Progress

__all__ = ["Here", "Start", "Work"]

Work = Callable[[Any, Progress], Any]
"""Does one task."""
Start = Callable[[], Work]
"""Makes ready for tasks, once per process."""


class Here:
    """Does tasks in this process, each when its result is asked for."""

    def __init__(self, start: Start) -> None:
        self._start = start
        self._work: Work | None = None

    def in_order(self, tasks: Iterable[Any]) -> Iterator[_JobHere]:
        """A job for each task; none is begun before its result is asked for."""
        return (_JobHere(self, task) for task in tasks)

    def do(self, task: Any, progress: Progress) -> Any:
        """Do one now."""
        if self._work is None:
            self._work = self._start()
        return self._work(task, progress)


@dataclass(frozen=True, slots=True)
class _JobHere:
    _here: Here
    task: Any

    def result(self, progress: Progress = SILENT) -> Any:
        return self._here.do(self.task, progress)
