"""Processes that do tasks, seen from whoever asks."""

from __future__ import annotations

import multiprocessing
import pickle
import signal
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from typing import Any, cast

from similarity.contained.frames import FrameReader
from similarity.contained.limits import ContainedError
from similarity.contained.watch import Watch
from similarity.progress import SILENT, Progress
from similarity.workers.here import Start
from similarity.workers.limits import WorkLimits
from similarity.workers.messages import Done, Reached, Ready, Walls, WorkerDiedError
from similarity.workers.serving import serve

__all__ = ["Pool"]

_AHEAD = 4
"""Jobs per process that are begun or done before the first of them is fetched."""
_LOOK_SECONDS = 0.2
"""How often the memory of the processes is looked at."""
_LEAVE_SECONDS = 2.0
"""How long a process that is told to leave may take to tidy up."""


class _PooledJob:
    def __init__(self, pool: Pool, task: Any) -> None:
        self._pool = pool
        self.task = task
        self.done: Done | None = None
        self.progress: Progress = SILENT

    def result(self, progress: Progress = SILENT) -> Any:
        self.progress = progress
        while self.done is None:
            self._pool.attend()
        return self.done.get()


class Pool:
    """Processes that do tasks; whoever waits for a job attends to all of them."""

    def __init__(self, start: Start, limits: WorkLimits, *, num_workers: int, preload: Sequence[str] = ()) -> None:
        self._start = start
        self._preload = tuple(preload)
        self._num_workers = num_workers
        self._limits = limits
        self._context = _context_of(preload)
        self._waiting: deque[_PooledJob] = deque()
        self._workers: dict[Connection, _Worker] = {}

    def in_order(self, tasks: Iterable[Any]) -> Iterator[_PooledJob]:
        """A job for each task, in their order; some are begun ahead."""
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
        is_watched = self._limits.worker_bytes is not None or self._limits.writable is not None
        for connection in wait(list(self._workers), timeout=_LOOK_SECONDS if is_watched else None):
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
        worker = _Worker(self._context, self._start, self._limits, self._preload)
        self._workers[worker.connection] = worker
        return worker

    def _hear(self, worker: _Worker) -> None:
        try:
            heard = worker.hear()
        except (EOFError, OSError):
            self._lose(worker, _died(worker.how_it_ended()))
            return
        except pickle.UnpicklingError as error:  # it is not to be heard any more
            worker.process.kill()
            self._lose(worker, _died(f"{error}, and was ended"))
            return
        for said in heard:
            if isinstance(said, Ready):
                worker.rest()
            elif isinstance(said, Reached) and worker.job is not None:
                worker.job.progress.reach(said.seconds)
            elif isinstance(said, Done) and said.leaves:
                self._lose(worker, said)
                return
            elif isinstance(said, Done):
                worker.finish(said)

    def _look_at(self, worker: _Worker) -> None:
        """End a process that takes more than it may."""
        if worker.connection not in self._workers:
            return
        said = worker.excess()
        if said is not None:
            worker.process.kill()
            self._lose(worker, _died(said))

    def _lose(self, worker: _Worker, done: Done) -> None:
        """Part with a process, and with the job in its hands."""
        del self._workers[worker.connection]
        worker.end()
        worker.finish(done)


def _died(how: str) -> Done:
    return Done(error=WorkerDiedError(f"the process that worked on this file {how}"))


class _Worker:
    """One process, seen from outside."""

    def __init__(self, context: BaseContext, start: Start, limits: WorkLimits, preload: tuple[str, ...]) -> None:
        self.connection, theirs = context.Pipe()
        walls = None
        if limits.writable is not None:
            walls = Walls(writable=limits.writable, limits=limits.each, preload=preload)
        self.process = context.Process(target=serve, args=(theirs, start, walls), daemon=True)  # type: ignore[attr-defined]
        self.job: _PooledJob | None = None
        self._limits = limits
        self._frames = None if walls is None else FrameReader(self.connection.fileno())
        self._watch: Watch | None = None
        self._resting_bytes: int | None = None
        with _interrupts_kept_away():
            self.process.start()
        theirs.close()

    def hear(self) -> list[Any]:
        """What it says."""
        return [self.connection.recv()] if self._frames is None else self._frames.read()

    def rest(self) -> None:
        """It is ready for its first task; what it holds now is no task's."""
        if self._resting_bytes is None:
            self._resting_bytes = self.resident_bytes()
            self._look()

    def _look(self) -> None:
        if self._frames is not None:
            pid = self.process.pid or 0
            self._watch = Watch(pid, self._limits.each, resting_bytes=self._resting_bytes)

    def excess(self) -> str | None:
        """What it takes more than it may; None where it doesn't."""
        most = self._limits.worker_bytes
        taken = 0 if most is None else self.resident_bytes()
        if most is not None and taken > most:
            return (
                f"took {_in_megabytes(taken)} of memory and may take {_in_megabytes(most)}; allow more with --memory, "
                "or run fewer files at once with --jobs"
            )
        if self._watch is None or self.job is None:
            return None
        try:
            self._watch.look()
        except ContainedError as error:
            return str(error)
        return None

    def take(self, job: _PooledJob) -> None:
        """Be given a job; a process that is gone shows when it is next heard."""
        self.job = job
        self._look()
        with suppress(OSError):
            self.connection.send(job.task)

    def finish(self, done: Done) -> None:
        """The job in hand is done."""
        job, self.job = self.job, None
        if job is not None:
            job.done = done

    def resident_bytes(self) -> int:
        """Memory that it takes now, without mapped files, whose pages the system takes back when it needs them.

        0 where it is gone.
        """
        import psutil

        try:
            taken = psutil.Process(self.process.pid).memory_info()
            return int(taken.rss - getattr(taken, "shared", 0))
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


def _context_of(preload: Sequence[str]) -> BaseContext:
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
