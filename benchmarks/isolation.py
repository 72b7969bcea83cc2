"""What `media.isolate` costs: the same files added and scanned with and without it, in turn, in the same run.

    python benchmarks/isolation.py FILMS... --rounds 3

Printed: wall seconds of `add` and of `scan` either way, by the median of the rounds, and the ratio.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from pathlib import Path

from index.local.library import Library
from similarity.compare.session import open_session
from similarity.config import Config, load_profile
from similarity.ingest.add import add_files
from similarity.scan.scan import scan_files
from similarity.workers import WorkLimits

__all__: list[str] = []


def measured(films: list[Path], config: Config, limits: WorkLimits) -> dict[str, float]:
    """Wall seconds of `add` and of `scan` of the same films."""
    with tempfile.TemporaryDirectory() as name, Library.create(Path(name) / "library") as library:
        start = time.perf_counter()
        add_files(films, library, config=config, limits=limits)
        added = time.perf_counter()
        scan_files(films, open_session(library, config), Path(name) / "run", limits=limits)
        return {"add_seconds": added - start, "scan_seconds": time.perf_counter() - added}


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("films", type=Path, nargs="+", help="Files, or folders of them.")
    parser.add_argument("--rounds", type=int, default=3, help="How often each way is measured.")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="Files at once.")
    parser.add_argument("--profile", default="standard", help="How files are described and compared.")
    given = parser.parse_args()
    found: dict[str, list[dict[str, float]]] = {"without": [], "with": []}
    for _ in range(given.rounds):
        for name, rows in found.items():
            config = load_profile(given.profile, {"media": {"isolate": name == "with"}})
            rows.append(measured(given.films, config, WorkLimits(num_jobs=given.jobs)))
    figures: dict[str, object] = {"num_films": len(given.films), "rounds": given.rounds, "jobs": given.jobs}
    for what in ("add_seconds", "scan_seconds"):
        without, isolated = (statistics.median(row[what] for row in found[name]) for name in ("without", "with"))
        figures[what] = {"without": without, "with": isolated, "cost": isolated / without - 1.0}
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
