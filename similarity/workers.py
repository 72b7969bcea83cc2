"""Jobs done several at once, in processes of their own, with their outcomes in the order they were asked for.

    with working(start, WorkLimits(num_jobs=4)) as workers:
        for job in workers.in_order(tasks):
            result = job.result(progress)

Each process calls `start` once, for what does one task, and then takes tasks one by one.  A process that dies, or takes
more memory than it may, takes one job with it: its `result` raises `WorkerDiedError`, a new process goes on with the
next.  When whoever asked is gone, killed or not, the processes end.  Only `start`, tasks and results travel, all by
pickle; nothing is shared, so that a process may later run with fewer rights than who asked.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from pathlib import Path
from types import FrameType
from typing import Any, Protocol, TypeVar, cast

from similarity.errors import SimilarityError
from similarity.progress import SILENT, Progress

__all__ = ["IN_THIS_PROCESS", "Job", "WorkLimits", "WorkerDiedError", "Workers", "working"]

WORKER_BYTES = 1 << 30
"""Memory that a process is reckoned with."""
LEAST_BYTES = 1 << 29
"""Memory below which no process could describe a film."""
_AHEAD = 4
"""Jobs per process that are begun or done before the first of them is fetched."""
_LOOK_SECONDS = 0.2
"""How often the memory of the processes is looked at."""
_LEAVE_SECONDS = 2.0
"""How long a process that is told to leave may take to tidy up."""

Task = TypeVar("Task")
Task_co = TypeVar("Task_co", covariant=True)
Result_co = TypeVar("Result_co", covariant=True)
Work = Callable[[Any, Progress], Any]
"""Does one task."""
Start = Callable[[], Work]
"""Makes ready for tasks, once per process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkLimits:
    """What a batch may take of the machine."""

    num_jobs: int = 1
    """Files worked on at once, at most, each on one thread."""
    memory_bytes: int | None = None
    """Memory that all processes may take together; None for no limit."""

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

    def need_processes(self, num_tasks: int) -> bool:
        """Whether so many tasks are worth a process, or need one to be ended when it takes too much."""
        return self.memory_bytes is not None or min(self.num_jobs, num_tasks) > 1


IN_THIS_PROCESS = WorkLimits()
"""One file after the other, without another process."""


class WorkerDiedError(SimilarityError):
    """The process that did a job was killed, crashed, or took more memory than it may."""


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
        yield _Here(start)
        return
    pool = _Pool(start, limits, num_workers=min(limits.num_workers, num_tasks), context=_context(preload))
    try:
        yield pool
    finally:
        pool.close()


class _Here:
    """Does tasks in this process, each when its result is asked for."""

    def __init__(self, start: Start) -> None:
        self._start = start
        self._work: Work | None = None

    def in_order(self, tasks: Iterable[Any]) -> Iterator[_JobHere]:
        return (_JobHere(self, task) for task in tasks)

    def do(self, task: Any, progress: Progress) -> Any:
        if self._work is None:
            self._work = self._start()
        return self._work(task, progress)


@dataclass(frozen=True, slots=True)
class _JobHere:
    _here: _Here
    task: Any

    def result(self, progress: Progress = SILENT) -> Any:
        return self._here.do(self.task, progress)


@dataclass(frozen=True, slots=True)
class _Reached:
    """A process says how far its task is."""

    seconds: float


@dataclass(frozen=True, slots=True)
class _Done:
    """A process says what came of its task."""

    value: Any = None
    error: BaseException | None = None
    leaves: bool = False
    """Whether the process ends with it."""

    def get(self) -> Any:
        if self.error is not None:
            raise self.error
        return self.value


class _PooledJob:
    def __init__(self, pool: _Pool, task: Any) -> None:
        self._pool = pool
        self.task = task
        self.done: _Done | None = None
        self.progress: Progress = SILENT

    def result(self, progress: Progress = SILENT) -> Any:
        self.progress = progress
        while self.done is None:
            self._pool.attend()
        return self.done.get()


class _Pool:
    """Processes that do tasks; whoever waits for a job attends to all of them."""

    def __init__(self, start: Start, limits: WorkLimits, *, num_workers: int, context: BaseContext) -> None:
        self._start = start
        self._num_workers = num_workers
        self._worker_bytes = limits.worker_bytes
        self._context = context
        self._waiting: deque[_PooledJob] = deque()
        self._workers: dict[Connection, _Worker] = {}

    def in_order(self, tasks: Iterable[Any]) -> Iterator[_PooledJob]:
        begun: deque[_PooledJob] = deque()
        for task in tasks:
            begun.append(_PooledJob(self, task))
            self._waiting.append(begun[-1])
            self._hand_out()
            if len(begun) >= _AHEAD * self._num_workers:
                yield begun.popleft()
        while begun:
            yield begun.popleft()

    def attend(self) -> None:
        """Hand out what waits, hear what the processes say, and look at their memory."""
        self._hand_out()
        for connection in wait(list(self._workers), timeout=None if self._worker_bytes is None else _LOOK_SECONDS):
            self._hear(self._workers[cast("Connection", connection)])
        for worker in list(self._workers.values()):
            self._look_at(worker)

    def close(self) -> None:
        """End every process."""
        for worker in self._workers.values():
            worker.process.terminate()
        for worker in self._workers.values():
            worker.end()
        self._workers.clear()

    def _hand_out(self) -> None:
        free = [worker for worker in self._workers.values() if worker.job is None]
        while self._waiting and (free or len(self._workers) < self._num_workers):
            worker = free.pop() if free else self._another()
            worker.take(self._waiting.popleft())

    def _another(self) -> _Worker:
        worker = _Worker(self._context, self._start)
        self._workers[worker.connection] = worker
        return worker

    def _hear(self, worker: _Worker) -> None:
        try:
            said = worker.connection.recv()
        except (EOFError, OSError):
            self._lose(worker, _died(worker.how_it_ended()))
            return
        if isinstance(said, _Reached) and worker.job is not None:
            worker.job.progress.reach(said.seconds)
        elif isinstance(said, _Done) and said.leaves:
            self._lose(worker, said)
        elif isinstance(said, _Done):
            worker.finish(said)

    def _look_at(self, worker: _Worker) -> None:
        if self._worker_bytes is None or worker.connection not in self._workers:
            return
        taken = worker.resident_bytes()
        if taken > self._worker_bytes:
            worker.process.kill()
            self._lose(
                worker,
                _died(
                    f"took {_in_megabytes(taken)} of memory and may take {_in_megabytes(self._worker_bytes)}; allow "
                    "more with --memory, or run fewer files at once with --jobs"
                ),
            )

    def _lose(self, worker: _Worker, done: _Done) -> None:
        """Part with a process, and with the job in its hands."""
        del self._workers[worker.connection]
        worker.end()
        worker.finish(done)


def _died(how: str) -> _Done:
    return _Done(error=WorkerDiedError(f"the process that worked on this file {how}"))


class _Worker:
    """One process, seen from outside."""

    def __init__(self, context: BaseContext, start: Start) -> None:
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, start), daemon=True)  # type: ignore[attr-defined]
        self.job: _PooledJob | None = None
        with _interrupts_kept_away():
            self.process.start()
        theirs.close()

    def take(self, job: _PooledJob) -> None:
        """Be given a job; a process that is gone shows when it is next heard."""
        self.job = job
        with suppress(OSError):
            self.connection.send(job.task)

    def finish(self, done: _Done) -> None:
        """The job in hand is done."""
        job, self.job = self.job, None
        if job is not None:
            job.done = done

    def resident_bytes(self) -> int:
        """Memory that it takes now; 0 where it is gone."""
        import psutil

        try:
            return int(psutil.Process(self.process.pid).memory_info().rss)
        except psutil.Error:
            return 0

    def how_it_ended(self) -> str:
        """Why it is gone."""
        self.process.join(_LEAVE_SECONDS)
        code = self.process.exitcode
        if code is not None and code < 0:
            return (
                f"was ended by {signal.Signals(-code).name}; where memory ran out, run fewer files at once with "
                "--jobs, else see whether the file plays"
            )
        return f"ended with code {code} before it was done; see whether the file plays"

    def end(self) -> None:
        """Make sure that it is gone."""
        self.process.join(_LEAVE_SECONDS)
        self.process.kill()
        self.process.join()
        self.connection.close()


def _serve(connection: Connection, start: Start) -> None:
    """Do tasks until nobody asks any more."""
    signal.signal(signal.SIGTERM, _leave)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    here, told = _Here(start), _Told(connection)
    while True:
        try:
            task = connection.recv()
        except EOFError:
            return
        try:
            done = _Done(value=here.do(task, told))
        except SimilarityError as error:
            done = _Done(error=error)
        except MemoryError as error:
            connection.send(_Done(error=WorkerDiedError("this file needs more memory than there is"), leaves=True))
            raise SystemExit(1) from error
        except Exception as error:
            error.add_note(traceback.format_exc())
            connection.send(_Done(error=error, leaves=True))
            raise SystemExit(1) from error
        connection.send(done)


class _Told:
    """Progress that is told to whoever asked."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, path: Path, *, number: int, total: int) -> None:
        """Whoever asked knows which file is in hand."""

    def reach(self, seconds: float) -> None:
        """So far is the file in hand."""
        self._connection.send(_Reached(seconds))

    def end(self, path: Path, *, status: str, detail: str) -> None:
        """Whoever asked says what became of it."""


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(1)


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _context(preload: Sequence[str]) -> BaseContext:
    """Processes forked from one that has loaded what all need, where the system can; else fresh ones."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(preload))
    return context


@contextmanager
def _interrupts_kept_away() -> Iterator[None]:
    """Ctrl-C goes to every process of a terminal; one started here does not hear it: whoever asked ends it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # takes the mask off when it starts
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _in_megabytes(num_bytes: int) -> str:
    return f"{num_bytes / (1 << 20):.0f} MB"
