"""Processes that write to a library while a test watches, or until they are killed.

Run as a script with: add LIBRARY PREFIX COUNT, or churn LIBRARY SECONDS, or killed LIBRARY SEED.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[1]))

from support.small_library import FLOATS, make_entry, make_hasty

import index
from index import DescriptorSet
from index.local.library import Library

LATE = DescriptorSet(name="late", version="1", weights_sha256=None, kind="float", dimensions=FLOATS.dimensions)
PACKAGE = str(Path(index.__file__).parent)


def tell(*words: object) -> None:
    """Say something to the test."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def add(path: Path, prefix: str, count: int) -> None:
    """Add entries of this writer's own and entries that every writer adds."""
    with Library.open(path) as library:
        for i in range(count):
            library.add(make_entry(f"{prefix}{i}"))
            outcome = library.add(make_entry(f"common{i}"))
            tell("added" if outcome.was_added else "found", outcome.entry_id)


def churn(path: Path, seconds: float) -> None:
    """Add, remove and compact without pause."""
    end = time.monotonic() + seconds
    i = 0
    with Library.open(path) as library:
        while time.monotonic() < end:
            library.add(make_entry(f"churn{i}"))
            if i % 3 == 2:
                library.remove(f"churn{i - 1}")
            if i % 5 == 4:
                library.compact()
            i += 1
    tell("changes", i)


def write_until_killed(path: Path, log: Path, start: int) -> None:
    """Add, give rows of a further set, remove and compact; what is done is told in `log` only after it is done."""
    with Library.open(path) as library, log.open("a") as told:
        library.declare_set(LATE, is_optional=True)
        for i in range(start, start + 10_000):
            entry = make_entry(f"k{i}")
            library.add(entry)
            library.add_rows(f"k{i}", LATE.name, entry.descriptors["compact"])
            told.write(f"+k{i}\n")
            told.flush()
            if i % 3 == 2:
                told.write(f"?k{i - 1}\n")
                told.flush()
                library.remove(f"k{i - 1}")
                told.write(f"-k{i - 1}\n")
                told.flush()
            if i % 4 == 3:
                library.compact()


def die_at_step(steps: int) -> None:
    """Kill this process at its n-th call or return inside the index package or at its border."""
    left = steps

    def count(frame, event, arg) -> None:
        nonlocal left
        if frame.f_code.co_filename.startswith(PACKAGE):
            left -= 1
            if left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(count)


def wait_for_more(log: Path) -> None:
    """Wait until the writer has told of something."""
    size_bytes, end = log.stat().st_size, time.monotonic() + 60
    while log.stat().st_size == size_bytes and time.monotonic() < end:
        time.sleep(0.001)


def killed(path: Path, seed: int) -> None:
    """Kill ten writers at random times and thirty at random steps; look at the library after each."""
    chance = random.Random(seed)  # a test's moments of death are no secret
    log = path.parent / "told.txt"
    log.touch()
    for trial in range(40):
        child = os.fork()
        if child == 0:
            if trial >= 10:
                die_at_step(int(10 ** chance.uniform(1.7, 4.0)))
            write_until_killed(path, log, trial * 10_000)
            os._exit(0)
        if trial < 10:
            wait_for_more(log)
            time.sleep(chance.uniform(0.0, 0.1))
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        look(path, log)
    tell("survived", len(log.read_text().split()))


def look(path: Path, log: Path) -> None:
    """Nothing that was told as done is lost, nothing stands twice, nothing is damaged, nothing is left over."""
    added, maybe_gone, gone = set(), set(), set()
    for line in log.read_text().split():
        {"+": added, "?": maybe_gone, "-": gone}[line[0]].add(line[1:])
    with Library.open(path) as library:
        damages = library.check()
        ids = [entry.entry_id for entry in library.entries()]
        if damages or len(set(ids)) != len(ids):
            sys.exit(f"damaged: {damages} {ids}")
        if (added - maybe_gone) - set(ids) or gone & set(ids):
            sys.exit(f"lost {(added - maybe_gone) - set(ids)}, came back {gone & set(ids)}")
        for entry_id in ids[-3:]:
            library.descriptors(entry_id, "compact")


if __name__ == "__main__":
    make_hasty(setattr)
    command, folder, *rest = sys.argv[1:]
    if command == "add":
        add(Path(folder), rest[0], int(rest[1]))
    elif command == "churn":
        churn(Path(folder), float(rest[0]))
    else:
        killed(Path(folder), int(rest[0]))
