"""Damaged media through the contained process that screens uploads: how many are measured, unreadable, ended, defects.

    python benchmarks/mutated_media.py --number 1000

Bit flips, truncations, lengths of boxes, huge dimensions, repeated pieces, over nine small files of as many forms.  A
defect is an error that is none of the product's; there should be none, and the process must go on after all of them.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

__all__: list[str] = []


def main() -> None:
    """Print the counts as JSON, and every file that was ended or a defect."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
    from support.contained_screening import screened

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--number", type=int, default=1000, help="How many files.")
    parser.add_argument("--seed", type=int, default=0, help="Of the damage.")
    given = parser.parse_args()
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        fates = screened(Path(folder), given.number, seed=given.seed)
    figures = {"number": given.number, "seed": given.seed, **fates.counts, "seconds": time.perf_counter() - start}
    print(json.dumps({**figures, "ended_files": fates.ended, "defect_files": fates.defects}, indent=2))


if __name__ == "__main__":
    main()
