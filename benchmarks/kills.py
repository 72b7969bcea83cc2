#!/usr/bin/env python3
"""`kill -9` at random moments of a scan whose run grows by works and suspects.

    python benchmarks/kills.py scan --moments 200 --json

Six short films are made; four of them are works and suspects of a run, the last two join as both.  The growing scan
is killed ten times, finished, and held against a fresh run, row by row; then once more from the start, until so many
moments are reached.  Nothing may be lost, doubled or different, and no damage left in the library: the command ends
with an error where something is.  A moment is a call or return inside the product, drawn from the first half of a run.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.footage import moving_pattern, write_video
from support.killed import NUM_KILLS, Growth

NUM_FILMS, NUM_FRAMES = 6, 15


def main() -> None:
    """Kill and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["scan"])
    parser.add_argument("--moments", type=int, default=200, help="kills asked for")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--json", action="store_true", help="the counts as JSON")
    asked = parser.parse_args()
    start, killed, rounds = time.perf_counter(), 0, 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "films").mkdir()
        for number in range(NUM_FILMS):
            write_video(folder / "films" / f"film{number:02}.mp4", moving_pattern(NUM_FRAMES, 160, 90, seed=number))
        growth = Growth(sorted((folder / "films").iterdir()), folder)
        while killed < asked.moments and rounds < asked.moments:
            killed += growth.kill(asked.seed + rounds, NUM_KILLS)
            rounds += 1
    found = {
        "num_killed": killed,
        "num_not_reached": rounds * NUM_KILLS - killed,
        "num_runs_compared": rounds,
        "num_runs_that_differ": 0,
        "seconds": round(time.perf_counter() - start, 1),
    }
    print(json.dumps(found) if asked.json else found)


if __name__ == "__main__":
    main()
