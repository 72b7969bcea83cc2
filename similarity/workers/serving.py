"""One process that does tasks, seen from inside: it makes ready once, then does tasks until nobody asks any more."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Callable
from functools import partial
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import Any

from similarity.contained.frames import write_frame
from similarity.contained.limits import Limits
from similarity.errors import SimilarityError
from similarity.workers.here import Here, Start, Work
from similarity.workers.messages import Done, Reached, Ready, Walls, WorkerDiedError

__all__ = ["serve"]

_log = logging.getLogger("similarity.workers")


def serve(connection: Connection, start: Start, walls: Walls | None) -> None:
    """Do tasks until nobody asks any more.

    Args:
        connection: tasks come here, and what came of them goes back.
        start: makes ready.
        walls: what stands around this process; None for none.
    """
    signal.signal(signal.SIGTERM, _leave)
    say: Callable[[Any], None] = connection.send
    if walls is not None:
        say = partial(write_frame, connection.fileno())
        start = partial(_start_contained, start, walls.limits, say)
        _raise_walls(walls)  # before any thread
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    work, told = Here(start), _Told(say)
    while True:
        try:
            task = connection.recv()
        except EOFError:
            return
        done = _done(work, task, told, is_contained=walls is not None)
        say(done)
        if done.leaves:
            raise SystemExit(1) from done.error


def _done(work: Here, task: Any, told: _Told, *, is_contained: bool) -> Done:
    try:
        return Done(value=work.do(task, told))
    except SimilarityError as error:
        return Done(error=error)
    except MemoryError:
        return Done(error=WorkerDiedError("this file needs more memory than there is"), leaves=True)
    except Exception as error:  # noqa: BLE001 - whatever it is, who asked says it
        if is_contained:  # what a hostile file leads to is no defect of the batch
            return Done(error=WorkerDiedError(f"this file can't be worked on: {type(error).__name__}: {error}"))
        error.add_note(traceback.format_exc())
        return Done(error=error, leaves=True)


def _raise_walls(walls: Walls) -> None:
    for name in walls.preload:  # there already, where the process was forked from one that has them
        import_module(name)
    from similarity.contained.walls import without_disk, without_network

    for missing in (without_network(), without_disk(readable=(Path("/"),), writable=walls.writable)):
        if missing is not None:
            _log.warning("a contained process lacks a wall: %s", missing)


def _start_contained(start: Start, limits: Limits, say: Callable[[Any], None]) -> Work:
    """What is held before the first task, the library above all, is not the file's."""
    from similarity.contained.walls import limit_use

    work = start()
    limit_use(limits)
    say(Ready())
    return work


class _Told:
    """Progress that is told to whoever asked."""

    def __init__(self, say: Callable[[Any], None]) -> None:
        self._say = say

    def begin(self, path: Path, *, number: int, total: int) -> None:
        """Whoever asked knows which file is in hand."""

    def reach(self, seconds: float) -> None:
        """So far is the file in hand."""
        self._say(Reached(seconds))

    def end(self, path: Path, *, status: str, detail: str) -> None:
        """Whoever asked says what became of it."""


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(1)


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
