"""Work for processes to do: what it is told, nothing that takes long."""

from __future__ import annotations

import os
import signal
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np

from similarity.errors import UnreadableMediaError
from similarity.workers.jobs import working
from similarity.workers.limits import WorkLimits


def start(note: Path | None = None):
    if note is not None:
        with note.open("a") as file:
            file.write(f"{os.getpid()}\n")
    return do


def do(task, progress):
    what, figure = task
    progress.reach(figure)
    match what:
        case "square":
            return figure**2
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "grow":
            held = np.ones(figure << 20, np.uint8)
            time.sleep(30)
            return len(held)
        case "refuse":
            raise UnreadableMediaError(f"file {figure}: no film")
        case "fail":
            raise KeyError(figure)
        case "run out":
            raise MemoryError
        case "sleep":
            time.sleep(figure)
    return what


if __name__ == "__main__":
    with working(partial(start, Path(sys.argv[1])), WorkLimits(num_jobs=2), num_tasks=2) as workers:
        for job in workers.in_order([("sleep", 30), ("sleep", 30)]):
            job.result()
