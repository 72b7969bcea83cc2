#!/usr/bin/env python3
"""Kill the making of search codes again and again, at random moments, and see that the old ones still answer.

    python benchmarks/kills_of_tune.py --samples 20000 --kills 200

The library is of made-up works (`made_up_works`).  It is tuned once; then tuning is begun anew and killed.  After each
kill the library must open without damage, hold the same rows and codes of all of them, and find the rows that are
looked up in it.  After the last one a change is made, and no file may be left that the catalogue does not name.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from made_up_works import made_up_work
from scale import declared_sets

from index import open_library

LEAST_ROWS = 1000
WORK_SAMPLES = 2000
LOOKED_UP = 20
TUNE = (
    "import sys; from pathlib import Path; from index import open_library;"
    f" library = open_library(Path(sys.argv[1])); print('open', flush=True); library.tune(least_rows={LEAST_ROWS})"
)


def made(folder: Path, num_samples: int) -> None:
    """A library with search codes."""
    with open_library(folder, create=True) as library:
        for one in declared_sets():
            library.declare_set(one)
        for number in range(num_samples // WORK_SAMPLES):
            library.add(made_up_work(number, num_samples=WORK_SAMPLES))
        library.tune(least_rows=LEAST_ROWS)


def faults(folder: Path, state: str) -> list[str]:
    """What is wrong with a library after a kill."""
    found: list[str] = []
    with open_library(folder) as library:
        found += [str(one) for one in library.check()]
        if library.state_sha256() != state:
            found.append("other rows")
        if not (codes := library.search_codes()) or any(one.num_rows_coded < one.num_rows for one in codes):
            found.append("rows without codes")
        work = library.entries("work")[0].entry_id
        rows = library.descriptors(work, "compact")[:LOOKED_UP]
        hits = library.search("compact", np.ascontiguousarray(rows, dtype=np.float32), 1, role="work")
        if [hits.entry_ids[number] for number in hits.entry[:, 0]] != [work] * LOOKED_UP:
            found.append("rows that are not found")
    return found


def left_over(folder: Path) -> set[str]:
    """Files that the catalogue does not name, after a change."""
    with open_library(folder) as library:
        library.add(made_up_work(999_999, num_samples=10))
    named: set[str] = set()
    with sqlite3.connect(folder / "catalogue.sqlite") as db:
        for table in ("segments", "search_codes"):
            named |= {row[0] for row in db.execute(f"SELECT file_name FROM {table}")}  # noqa: S608
    return {path.name for path in (folder / "segments").iterdir()} - named


def killed(folder: Path, seconds: float) -> bool:
    """Begin to tune, kill it after so many seconds; whether it was still at it."""
    asked = [sys.executable, "-c", TUNE, str(folder)]
    process = subprocess.Popen(asked, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(seconds)
    is_running = process.poll() is None
    process.kill()
    _, said = process.communicate()
    if not is_running and process.returncode:
        raise SystemExit(said)
    return is_running


def main() -> None:
    """Kill, and print how often it went well."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=20_000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance, kills, whole = random.Random(options.seed), 0, 0  # noqa: S311
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "library"
        made(folder, options.samples)
        with open_library(folder) as library:
            state, start = library.state_sha256(), time.perf_counter()
            library.tune(least_rows=LEAST_ROWS)
        longest = 1.2 * (time.perf_counter() - start)
        while kills < options.kills:
            is_killed = killed(folder, chance.uniform(0, longest))
            kills, whole = kills + is_killed, whole + (not is_killed)
            if found := faults(folder, state):
                raise SystemExit(f"after {kills} kills: {'; '.join(found)}")
        if left := left_over(folder):
            raise SystemExit(f"files that nothing names: {sorted(left)}")
    sys.stdout.write(json.dumps({"kills": kills, "made whole": whole, "faults": 0, "files left over": 0}) + "\n")


if __name__ == "__main__":
    main()
