"""SIGKILL of server and workers at random moments while uploads are sent; what was lost or done twice in the end.

    python benchmarks/service_kills.py --kills 1000

The processes, their sockets and their database are real; what a worker measures is made up.  Every fault is printed:
an upload that was promised and is lost, one decided twice, a broken chain, a callback untold or told in two wordings.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

__all__: list[str] = []

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))


def main() -> int:
    """Print the counts as JSON; the exit code says whether there was a fault."""
    from support.killed_service import Killed

    from similarity.service.data.database import open_database

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=1000, help="How many processes are killed.")
    parser.add_argument("--seed", type=int, default=0, help="Of the moments.")
    parser.add_argument("--database", default="", help="URL of an empty PostgreSQL database; SQLite without it.")
    given = parser.parse_args()
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "data").mkdir()
        url = given.database or f"sqlite:///{folder}/data/service.sqlite"
        open_database(url).close()
        with closing(Killed(folder, url, seed=given.seed)) as killed:
            outcome = killed.run(given.kills)
    figures = {"kills": dict(outcome.num_kills), "promised": outcome.num_promised, "faults": outcome.faults}
    print(json.dumps({**figures, "seconds": time.perf_counter() - start}, indent=2))
    return 1 if outcome.faults else 0


if __name__ == "__main__":
    sys.exit(main())
