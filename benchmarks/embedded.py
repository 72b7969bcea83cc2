"""Generated clips set into longer suspects: the bench's scorer, without what it counts as wrong and is not.

    python benchmarks/embedded.py --bench BENCH --suspects DIR --matches FILE [--seed 11]

DIR was made by the bench's `embed_derived.py` with that seed, FILE is a scan's `matches.csv`.  Two kinds of finds are
right and counted as false alarms by `score.py`: a suspect without a source that holds a clip which stands among the
works itself (both clips of a pair of one prompt are listed, one as a work), and a second work of the footage of the
suspect's source.  The first kind of suspect is left out, the second kind of match counts neither way.  Both
figures are printed.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

Row = Mapping[str, str]


def read(path: Path) -> list[dict[str, str]]:
    """Rows of a table."""
    with path.open(newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def clips_of_negatives(data: Path, *, seed: int) -> dict[str, str]:
    """Suspect without a source -> the clip set into it; the draw of `embed_derived.py`, made again."""
    clips = data / "clips"
    groups: dict[str, list[Row]] = defaultdict(list)
    for pair in read(data / "pairs.csv"):
        if pair["resemblance"] in {"high", "medium"} and (clips / f"{pair['query_id']}.mp4").exists():
            groups[pair["footage_group"]].append(pair)
    order = np.random.default_rng(seed)
    num_chosen = sum(len(order.permutation(len(groups[name]))[:1]) for name in sorted(groups))
    listed = [row["query_id"] for row in read(data / "independent.csv")]
    independent = [one for one in listed if (clips / f"{one}.mp4").exists()]
    picks = order.permutation(len(independent))[:num_chosen]
    return {f"independent-{num_chosen + n:04d}": independent[int(pick)] for n, pick in enumerate(picks)}


def write(path: Path, rows: Sequence[Row]) -> Path:
    """A table again."""
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def without_right_finds(matches: Iterable[Row], truth: Sequence[Row], groups: Mapping[str, set[str]]) -> list[Row]:
    """Matches less those with another work of the source's own footage."""
    source = {row["query_id"]: row["ref_id"] for row in truth}

    def is_same_footage(match: Row) -> bool:
        own = source.get(match["query_id"])
        return own is not None and own != match["ref_id"] and bool(groups[own] & groups[match["ref_id"]])

    return [match for match in matches if not is_same_footage(match)]


def score(bench: Path, truth: Path, suspects: Path, matches: Path) -> None:
    """The bench's scorer on three tables."""
    tables = ["--truth", str(truth), "--suspects", str(suspects), "--matches", str(matches)]
    subprocess.run([sys.executable, str(bench / "score.py"), *tables], check=True)


def main() -> None:
    """Score as it stands, and without what is counted wrong and is not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, required=True)
    parser.add_argument("--suspects", type=Path, required=True)
    parser.add_argument("--matches", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=11)
    options = parser.parse_args()
    truth, suspects = options.suspects / "truth.csv", options.suspects / "suspects.csv"
    print("as it stands:", flush=True)
    score(options.bench, truth, suspects, options.matches)
    pairs = read(options.bench / "derived" / "pairs.csv")
    groups: dict[str, set[str]] = defaultdict(set)
    for pair in pairs:
        groups[pair["ref_id"]].add(pair["footage_group"])
    works = {pair["ref_id"] for pair in pairs}
    negatives = clips_of_negatives(options.bench / "derived", seed=options.seed)
    left_out = {suspect for suspect, clip in negatives.items() if clip in works}
    kept = [row for row in read(suspects) if row["query_id"] not in left_out]
    found = [row for row in read(options.matches) if row["query_id"] not in left_out]
    with tempfile.TemporaryDirectory() as folder:
        fewer = write(Path(folder) / "suspects.csv", kept)
        matches = write(Path(folder) / "matches.csv", without_right_finds(found, read(truth), groups))
        print(
            f"\nwithout {len(left_out)} suspects that hold a work, other works of the same footage left aside:",
            flush=True,
        )
        score(options.bench, truth, fewer, matches)


if __name__ == "__main__":
    main()
