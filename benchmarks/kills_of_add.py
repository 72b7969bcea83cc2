#!/usr/bin/env python3
"""Kill `similarity add --jobs` again and again, at random moments, and see that nothing is lost or doubled.

    python benchmarks/kills_of_add.py --films FOLDER --kills 200 --jobs 2

After each kill the library must open without damage and hold the first of the films, and no fewer than before.  When
all are indexed a new library is begun.  At the end of each, its state must be that of a library made without a kill.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from index import open_library
from similarity.media.walk import find_media
from similarity.text import id_of


def command(films: Path, library: Path, jobs: int) -> list[str]:
    """The command that is killed."""
    program = Path(sys.executable).with_name("similarity")
    return [str(program), "add", str(films), "--library", str(library), "--jobs", str(jobs), "--quiet"]


def held(library: Path, order: list[str]) -> int:
    """Number of entries, after making sure that they are whole, and the first of all."""
    if not (library / "catalogue.sqlite").exists():
        return 0
    with open_library(library) as opened:
        damage, ids = opened.check(), [entry.entry_id for entry in opened.entries()]
    if damage or sorted(ids) != sorted(order[: len(ids)]):
        raise SystemExit(f"damaged or out of order: {damage} {ids}")
    return len(ids)


def state_of(library: Path) -> str:
    """Checksum over what is indexed."""
    with open_library(library) as opened:
        return opened.state_sha256()


def killed_until_whole(
    asked: list[str], library: Path, order: list[str], *, longest: float, chance: random.Random
) -> int:
    """Kill until all films are indexed; how often that was."""
    kills = before = 0
    while before < len(order):
        process = subprocess.Popen(asked, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        time.sleep(chance.uniform(0, longest))
        kills += process.poll() is None
        process.kill()
        process.wait()
        after = held(library, order)
        if after < before:
            raise SystemExit(f"{before - after} entries lost")
        before = after
    return kills


def main() -> None:
    """Kill, and print how often it went well."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--films", type=Path, required=True)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    order, chance = [id_of(path) for path in find_media([options.films])], random.Random(options.seed)  # noqa: S311
    kills = libraries = 0
    with tempfile.TemporaryDirectory() as name:
        whole = Path(name) / "whole"
        start = time.perf_counter()
        subprocess.run(command(options.films, whole, options.jobs), check=True, stdout=subprocess.DEVNULL)
        longest = 1.2 * (time.perf_counter() - start)
        while kills < options.kills:
            library = Path(name) / f"killed{libraries}"
            asked = command(options.films, library, options.jobs)
            kills += killed_until_whole(asked, library, order, longest=longest, chance=chance)
            libraries += 1
            if state_of(library) != state_of(whole):
                raise SystemExit("another library came of it")
    sys.stdout.write(json.dumps({"kills": kills, "libraries": libraries, "lost": 0, "doubled": 0}) + "\n")


if __name__ == "__main__":
    main()
