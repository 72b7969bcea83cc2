"""Jobs done several at once, in processes of their own, with their outcomes in the order they were asked for.

    with working(start, WorkLimits(num_jobs=4)) as workers:
        for job in workers.in_order(tasks):
            result = job.result(progress)

Each process calls `start` once, for what does one task, and then takes tasks one by one.  A process that dies, or takes
more memory than it may, takes one job with it: its `result` raises `WorkerDiedError`, a new process goes on with the
next.  When whoever asked is gone, killed or not, the processes end.  Only `start`, tasks and results travel, all by
pickle; nothing is shared.  Contained processes have no network, write to few folders, and are heard with suspicion.
Where the limits name a cluster, the processes run on its machines, and a task whose machine goes is done on another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from similarity.progress import SILENT, Progress
from similarity.workers.here import Here, Start
from similarity.workers.limits import WorkLimits
from similarity.workers.messages import WorkerDiedError
from similarity.workers.pool import Pool
from similarity.workers.ray_pool import RayPool

__all__ = ["Job", "WorkerDiedError", "Workers", "working"]

Task = TypeVar("Task")
Task_co = TypeVar("Task_co", covariant=True)
Result_co = TypeVar("Result_co", covariant=True)


class Job(Protocol[Task_co, Result_co]):
    """A task that is to be done, or is done."""

    @property
    def task(self) -> Task_co:
        """What was asked for."""

    def result(self, progress: Progress = SILENT) -> Result_co:
        """What came of it, once it is done; `progress` hears how far it is.

        Raises:
            WorkerDiedError: its process died.
            Exception: whatever doing the task raised.
        """


class Workers(Protocol[Task, Result_co]):
    """What does tasks."""

    def in_order(self, tasks: Iterable[Task]) -> Iterator[Job[Task, Result_co]]:
        """A job for each task, in the order of tasks; some are begun before they are asked for."""


@contextmanager
def working(
    start: Start, limits: WorkLimits, *, num_tasks: int, preload: Sequence[str] = ()
) -> Iterator[Workers[Any, Any]]:
    """Workers for a batch; they end with the block.

    Args:
        start: called once in each process, or once here; gives what does one task.
        limits: how many at once, and how large they may grow.
        num_tasks: how many tasks there will be, at most; for one alone no process is made.
        preload: modules that every process needs, loaded once for all.
    """
    if not limits.need_processes(num_tasks):
        yield Here(start)
        return
    pool = _pool(start, limits, num_workers=max(1, min(limits.num_workers, num_tasks)), preload=preload)
    try:
        yield pool
    finally:
        pool.close()


def _pool(start: Start, limits: WorkLimits, *, num_workers: int, preload: Sequence[str]) -> Pool | RayPool:
    if limits.cluster is None:
        return Pool(start, limits, num_workers=num_workers, preload=preload)
    return RayPool(start, limits, limits.cluster, num_workers=num_workers, preload=preload)
