"""Adds or scans in processes that are killed at random steps, and looks at what they left.

Run as a script with: add FILMS FOLDER SEED, or scan FILMS FOLDER SEED.
"""

from __future__ import annotations

import contextlib
import importlib
import itertools
import os
import random
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import index
import similarity
from index.local.library import Library
from similarity.compare.session import open_session
from similarity.config import load_profile
from similarity.ingest.add import add_files
from similarity.scan.scan import ScanOptions, scan_files

PACKAGES = tuple(str(Path(package.__file__).parent) for package in (index, similarity))
NUM_KILLS = 10
CONFIG = load_profile("standard", {"align": {"search_device": "cpu"}})  # the search for a card loads torch


def each_step(then: Callable[[], None]) -> None:
    """Have `then` called at each call or return inside the packages or at their border."""

    def look(frame, event, arg) -> None:
        if frame.f_code.co_filename.startswith(PACKAGES):
            then()

    sys.setprofile(look)


def in_a_child(job: Callable[[], object]) -> bool:
    """Do a job in a process of its own; whether it lived to the end."""
    child = os.fork()
    if child == 0:
        job()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0:
        return True
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return False
    sys.exit(f"the job ended with status {status}")


def dying_at(step: int, job: Callable[[], object]) -> None:
    """Do a job, and kill this process at its n-th step."""
    steps = itertools.count(1)
    each_step(lambda: os.kill(os.getpid(), signal.SIGKILL) if next(steps) >= step else None)
    job()


def measured(note: Path, job: Callable[[], object]) -> int:
    """Do a job in a child; how many steps it took.  What it imported is then imported here, for the next children."""

    def counting() -> None:
        steps = itertools.count()
        each_step(lambda: next(steps) and None)
        job()
        sys.setprofile(None)
        note.write_text("\n".join([str(next(steps)), *sys.modules]))

    in_a_child(counting)
    num_steps, *modules = note.read_text().splitlines()
    for module in modules:
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
    return int(num_steps)


def add(films: Path, library: Path) -> None:
    with Library.open_or_create(library) as opened:
        add_files([films], opened, config=CONFIG)


def scan(films: Path, library: Path, run: Path) -> None:
    with Library.open(library) as opened:
        scan_files([films], open_session(opened, CONFIG), run, options=ScanOptions(with_all_works=True))


def kill_again_and_again(job: Callable[[], object], look: Callable[[], int], *, seed: int, num_steps: int) -> None:
    """Kill a job ten times at random steps, look at what it left each time, then let it finish."""
    chance = random.Random(seed)  # a test's moments of death are no secret
    lived, before = 0, 0
    for _ in range(NUM_KILLS):
        step = round(num_steps * chance.uniform(0.005, 0.5))
        lived += in_a_child(lambda step=step: dying_at(step, job))
        after = look()
        if after < before:
            sys.exit(f"{before - after} lost")
        before = after
    if not in_a_child(job):
        sys.exit("was killed by somebody else")
    sys.stdout.write(f"{NUM_KILLS - lived} killed, {before} done before the last went through, {look()} after\n")


def intact(library: Path) -> int:
    """Number of entries of a library in which nothing is damaged and nothing stands twice."""
    if not (library / "catalogue.sqlite").exists():
        return 0
    with Library.open(library) as opened:
        damages = opened.check()
        hashes = [entry.sha256 for entry in opened.entries()]
    if damages or len(set(hashes)) != len(hashes):
        sys.exit(f"damaged: {damages} {hashes}")
    return len(hashes)


def num_results(run: Path) -> int:
    """Number of suspects of a run whose result is stored."""
    return len([path for path in run.glob("suspects/*.json") if not path.name.startswith(".")])


def main(what: str, films: Path, folder: Path, seed: int) -> None:
    note, whole, killed = folder / "steps.txt", folder / "whole", folder / "killed"
    num_steps = measured(note, lambda: add(films, whole))
    if what == "add":
        kill_again_and_again(lambda: add(films, killed), lambda: intact(killed), seed=seed, num_steps=num_steps)
        with Library.open(whole) as one, Library.open(killed) as other:
            sys.exit(0 if one.state_sha256() == other.state_sha256() else "another library came of it")
    num_steps = measured(note, lambda: scan(films, whole, folder / "whole_run"))
    run = folder / "killed_run"
    kill_again_and_again(lambda: scan(films, whole, run), lambda: num_results(run), seed=seed, num_steps=num_steps)
    intact(whole)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
