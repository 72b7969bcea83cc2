"""One process that does tasks, seen from inside."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import traceback
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType

from similarity.errors import SimilarityError
from similarity.workers.here import Here, Start
from similarity.workers.messages import Done, Reached, WorkerDiedError

__all__ = ["serve"]


def serve(connection: Connection, start: Start) -> None:
    """Do tasks until nobody asks any more."""
    signal.signal(signal.SIGTERM, _leave)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    here, told = Here(start), _Told(connection)
    while True:
        try:
            task = connection.recv()
        except EOFError:
            return
        try:
            done = Done(value=here.do(task, told))
        except SimilarityError as error:
            done = Done(error=error)
        except MemoryError as error:
            connection.send(Done(error=WorkerDiedError("this file needs more memory than there is"), leaves=True))
            raise SystemExit(1) from error
        except Exception as error:
            error.add_note(traceback.format_exc())
            connection.send(Done(error=error, leaves=True))
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
        self._connection.send(Reached(seconds))

    def end(self, path: Path, *, status: str, detail: str) -> None:
        """Whoever asked says what became of it."""


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(1)


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
