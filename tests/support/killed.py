"""Adds or scans in processes that are killed at random steps, and looks at what they left.

Run as a script with: add FILMS FOLDER SEED, scan FILMS FOLDER SEED, or grow FILMS FOLDER SEED.  `benchmarks/kills.py`
does it at many more moments.
"""

from __future__ import annotations

import contextlib
import csv
import importlib
import itertools
import os
import random
import shutil
import signal
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import index
import similarity
from index.local.library import Library
from similarity.compare.session import open_session
from similarity.config import load_profile
from similarity.ingest.add import add_files
from similarity.scan.options import ScanOptions
from similarity.scan.scan import scan_files

PACKAGES = tuple(str(Path(package.__file__).parent) for package in (index, similarity))
NUM_KILLS, NUM_KILLS_OF_GROWTH = 10, 5
NUM_NEW = 2
"""Works and suspects by which a run grows."""
CONFIG = load_profile("standard", {"align": {"search_device": "cpu"}})  # the search for a card loads torch


def each_step(then: Callable[[], None]) -> None:
    """Have `then` called at each call or return inside the packages or at their border."""

    @cache
    def is_ours(path: str) -> bool:
        return path.startswith(PACKAGES)

    def look(frame, event, arg) -> None:
        if is_ours(frame.f_code.co_filename):
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


def add(films: Sequence[Path], library: Path) -> None:
    with Library.open_or_create(library) as opened:
        add_files(films, opened, config=CONFIG)


def scan(films: Sequence[Path], library: Path, run: Path) -> None:
    with Library.open(library) as opened:
        scan_files(films, open_session(opened, CONFIG), run, options=ScanOptions(with_all_works=True))


def kill_again_and_again(
    job: Callable[[], object], look: Callable[[], int], *, seed: int, num_steps: int, num_kills: int = NUM_KILLS
) -> int:
    """Kill a job at random steps, look at what it left each time, then let it finish; how often it died."""
    chance = random.Random(seed)  # a test's moments of death are no secret
    lived, before = 0, 0
    for _ in range(num_kills):
        step = round(num_steps * chance.uniform(0.005, 0.5))
        lived += in_a_child(lambda step=step: dying_at(step, job))
        after = look()
        if after < before:
            sys.exit(f"{before - after} lost")
        before = after
    if not in_a_child(job):
        sys.exit("was killed by somebody else")
    sys.stdout.write(f"{num_kills - lived} killed, {before} done before the last went through, {look()} after\n")
    return num_kills - lived


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


def tables(run: Path) -> list[list[dict[str, str]]]:
    """Every row of a run; the number of comparisons of a pair is that of the generation it was measured in."""
    found = []
    for name in ("matches.csv", "scenes.csv", "pairs.csv"):
        with (run / name).open(newline="") as handle:
            found.append([{key: row[key] for key in row if key != "num_comparisons"} for row in csv.DictReader(handle)])
    return found


class Growth:
    """A run that is to grow by works and suspects, and the same run made afresh.

    Args:
        films: all of them; the last ones are new.
        folder: where libraries and runs are kept.
    """

    def __init__(self, films: Sequence[Path], folder: Path) -> None:
        self.films, self.folder, self.library = films, folder, folder / "whole"
        add(films[:-NUM_NEW], self.library)
        scan(films[:-NUM_NEW], self.library, folder / "base")
        add(films[-NUM_NEW:], self.library)
        scan(films, self.library, folder / "fresh")
        note, tried = folder / "steps.txt", shutil.copytree(folder / "base", folder / "tried")
        self.num_steps = measured(note, lambda: scan(films, self.library, tried))

    def kill(self, seed: int, num_kills: int) -> int:
        """Kill it while it grows, let it finish, and hold it against the fresh run; how often it died."""
        run = self.folder / "killed_run"
        shutil.rmtree(run, ignore_errors=True)
        shutil.copytree(self.folder / "base", run)
        job, look = (lambda: scan(self.films, self.library, run)), (lambda: num_results(run))
        killed = kill_again_and_again(job, look, seed=seed, num_steps=self.num_steps, num_kills=num_kills)
        if tables(run) != tables(self.folder / "fresh"):
            sys.exit("another run came of it")
        intact(self.library)
        return killed


def main(what: str, folder_of_films: Path, folder: Path, seed: int) -> None:
    films = sorted(folder_of_films.iterdir())
    if what == "grow":
        Growth(films, folder).kill(seed, num_kills=NUM_KILLS_OF_GROWTH)
        return
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
