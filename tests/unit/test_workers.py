"""Several processes that work, die and grow."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from functools import partial

import psutil
import pytest
from support import made_work
from support.paths import TESTS

from similarity.workers.jobs import working
from similarity.workers.limits import WorkLimits


class Heard:
    def __init__(self):
        self.seconds = []

    def reach(self, seconds):
        self.seconds.append(seconds)


def test_outcomes_come_in_the_order_of_tasks_and_are_heard_of():
    heard = Heard()
    with working(made_work.start, WorkLimits(num_jobs=2), num_tasks=20) as workers:
        found = [(job.task[1], job.result(heard)) for job in workers.in_order(("square", n) for n in range(20))]
    assert found == [(number, number**2) for number in range(20)]
    assert heard.seconds == sorted(set(heard.seconds))  # none of another task's


def test_what_a_task_refuses_or_dies_of_is_its_own_outcome():
    made_work.require_own_outcomes(WorkLimits(num_jobs=2))


def test_a_defect_ends_the_batch_and_shows_where_it_was():
    made_work.require_defects_shown(WorkLimits(num_jobs=2))


def test_no_process_takes_more_memory_than_it_may():
    made_work.require_bounded(WorkLimits(num_jobs=2, memory_bytes=512 << 20))


@pytest.mark.parametrize(("jobs", "gigabytes", "workers"), [(8, None, 8), (8, 3, 3), (2, 64, 2), (4, 0.5, 1)])
def test_as_many_processes_run_as_fit(jobs, gigabytes, workers):
    limits = WorkLimits(num_jobs=jobs, memory_bytes=gigabytes and int(gigabytes * (1 << 30)))
    assert limits.num_workers == workers
    assert limits.need_processes(1) == (gigabytes is not None)


def test_one_task_needs_no_process(tmp_path):
    note = tmp_path / "pids.txt"
    with working(partial(made_work.start, note), WorkLimits(num_jobs=4), num_tasks=1) as workers:
        assert [job.result() for job in workers.in_order([("square", 2)])] == [4]
    assert note.read_text() == f"{os.getpid()}\n"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are looked at by their numbers")
def test_processes_end_with_whoever_started_them_even_if_that_is_killed(tmp_path):
    note = tmp_path / "pids.txt"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path])}
    parent = subprocess.Popen([sys.executable, TESTS / "support" / "made_work.py", note], env=environment)
    wait_until(lambda: note.exists() and len(note.read_text().split()) == 2)
    parent.kill()
    parent.wait()
    wait_until(lambda: not any(map(is_running, map(int, note.read_text().split()))))


def is_running(pid):
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def wait_until(is_so):
    end = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)
