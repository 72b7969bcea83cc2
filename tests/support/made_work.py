"""Work for processes to do, what it is told, nothing that takes long; and what is demanded of whoever does it."""

from __future__ import annotations

import os
import signal
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from similarity.errors import UnreadableMediaError
from similarity.workers.jobs import WorkerDiedError, working
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
        case "card":
            return os.environ.get("CUDA_VISIBLE_DEVICES")
        case "sleep":
            time.sleep(figure)
    return what


def outcomes(tasks, limits):
    """What came of each task, or the error."""
    found = []
    with working(start, limits, num_tasks=len(tasks)) as workers:
        for job in workers.in_order(tasks):
            try:
                found.append(job.result())
            except (WorkerDiedError, UnreadableMediaError) as error:
                found.append(error)
    return found


def require_own_outcomes(limits):
    """What a task refuses or dies of is its own outcome, in the order of tasks."""
    tasks = [("square", 3), ("die", 0), ("refuse", 7), ("run out", 0), ("square", 4), ("die", 1), ("square", 5)]
    nine, died, refused, ran_out, sixteen, died_again, twenty_five = outcomes(tasks, limits)
    assert (nine, sixteen, twenty_five) == (9, 16, 25)
    assert "was ended by SIGKILL" in str(died)
    assert "--jobs" in str(died_again)
    assert isinstance(refused, UnreadableMediaError)
    assert str(refused) == "file 7: no film"
    assert "more memory than there is" in str(ran_out)


def require_defects_shown(limits):
    """A defect ends the batch and shows where it was."""
    with working(start, limits, num_tasks=2) as workers, pytest.raises(KeyError, match="4") as caught:
        [job.result() for job in workers.in_order([("fail", 4), ("square", 2)])]
    assert "made_work.py" in caught.value.__notes__[0]


def require_bounded(limits):
    """No process takes more memory than half a gigabyte, which these limits allow."""
    grown, four = outcomes([("grow", 900), ("square", 2)], limits)
    assert "may take 512 MB" in str(grown)
    assert four == 4


if __name__ == "__main__":
    with working(partial(start, Path(sys.argv[1])), WorkLimits(num_jobs=2), num_tasks=2) as workers:
        for job in workers.in_order([("sleep", 30), ("sleep", 30)]):
            job.result()
