#!/usr/bin/env python3
"""Parts that reappear: a scan of the bench's suspects, and the table that its scorer reads.

    python benchmarks/parts.py --data BENCH/parts --out FOLDER
    python BENCH/score_parts.py --data BENCH/parts --scores FOLDER/scores.csv

Every work of `pairs.csv` is indexed under its group, parts of all works are proposed, and every suspect of `pairs.csv`
and `independent.csv` is scanned with every pair scored.  FOLDER/scores.csv holds query_id, ref_id and score: the
`part_score` of the scan's `pairs.csv`.  Pictures are only read where they stand.  With --alone nothing but parts is
looked at, by what the scan calls, which takes a tenth of the time.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import time
from pathlib import Path

HEADER = ("query_id", "ref_id", "score")


def main() -> None:
    """Index, propose, scan, write the table; print how long the scan took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--without-groups", action="store_true", help="index without a catalogue")
    parser.add_argument("--every", type=int, default=1, help="take every n-th suspect")
    parser.add_argument("--alone", action="store_true", help="look for parts alone, without aligning")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    pairs = read(options.data / "pairs.csv")
    group_of = {row["ref_id"]: row["group"] for row in pairs}
    items = {path.stem: path for path in (options.data / "items").iterdir()}
    library = options.out / "library"
    catalogue = options.out / "catalogue.csv"
    write(catalogue, ("file", "id", "group"), [(items[name], name, group) for name, group in sorted(group_of.items())])
    known = [] if options.without_groups else ["--catalogue", str(catalogue)]
    run("add", *(str(items[name]) for name in sorted(group_of)), "--library", str(library), *known, "--quiet")
    run("parts", "propose", "--library", str(library), "--quiet")
    suspects = sorted({row["query_id"] for row in (*pairs, *read(options.data / "independent.csv"))})[:: options.every]
    begun = time.monotonic()
    if options.alone:
        look_for(library, {name: items[name] for name in suspects}, options.out / "scores.csv")
    else:
        paths = [str(items[name]) for name in suspects]
        run("scan", *paths, "--library", str(library), "--out", str(options.out / "run"), "--all-pairs", "--quiet")
        rows = read(options.out / "run" / "pairs.csv")
        scores = [(row["query_id"], row["ref_id"], row["part_score"]) for row in rows if row["part_score"]]
        write(options.out / "scores.csv", HEADER, scores)
    print(f"{len(suspects)} suspects in {time.monotonic() - begun:.0f} s, {time.process_time():.0f} s of this process")


def look_for(library: Path, suspects: dict[str, Path], table: Path) -> None:
    """Suspect, work and score of every pair, by what a scan calls; a run that was stopped goes on."""
    from index import open_library
    from similarity.compare.part_search import PartSearcher
    from similarity.compare.session import open_session
    from similarity.config import load_profile
    from similarity.describe.descriptors.pdq import PdqDescriber
    from similarity.describe.video import describe_video

    config = load_profile("standard", {"describe": {"use_clip": "never"}})
    if not table.exists():
        write(table, HEADER, [])
    done = {row["query_id"] for row in read(table)}
    with open_library(library) as opened, table.open("a", newline="", encoding="utf-8") as handle:
        session = open_session(opened, config)
        searcher = PartSearcher(rows=session.rows, frames=session.frames, with_proposed=True)
        for name, path in suspects.items():
            if name in done:
                continue
            parts = searcher.findings(describe_video(path, (PdqDescriber(),), config=config.sample))
            if isinstance(parts, tuple):
                csv.writer(handle).writerows((name, one.work_id, f"{one.score:.6f}") for one in parts)
                handle.flush()


def run(*words: str) -> None:
    """Run a command of the product."""
    subprocess.run([sys.executable, "-c", "from similarity.cli.app import main; main()", *words], check=True)


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a table."""
    with path.open(newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def write(path: Path, header: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    """Write a table."""
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle)
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    main()
