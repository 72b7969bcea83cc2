#!/usr/bin/env python3
"""Seconds per 15-second upload under the profile `prescreen`, once the program has started and the library is open.

    python benchmarks/prescreen.py --works FOLDER --uploads FOLDER --json

Works are indexed under the same profile.  From each upload (every n-th file of FOLDER that lasts long enough) 15
seconds are cut, not coded again; each is then screened alone, as a one-file scan: read, described, compared, its result
written.  Core seconds tell the same apart from what else the machine does.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

from ingest_pace import Spent, spent

from index import open_library
from similarity.compare.session import open_session
from similarity.config import load_profile
from similarity.ingest.add import add_files
from similarity.media.walk import find_media
from similarity.scan.scan import scan_files

UPLOAD_SECONDS = 15.0


def lasts(path: Path) -> bool:
    """Whether a film is long enough to be cut."""
    import av

    with av.open(str(path)) as film:
        return film.duration is not None and film.duration / av.time_base >= UPLOAD_SECONDS


def cut(source: Path, target: Path) -> Path:
    """The first 15 seconds of a film, not coded again."""
    import av

    with av.open(str(source)) as film, av.open(str(target), "w") as out:
        stream = film.streams.video[0]
        copied = out.add_stream_from_template(stream)
        for packet in film.demux(stream):
            if packet.dts is not None and packet.dts * packet.time_base < UPLOAD_SECONDS:
                packet.stream = copied
                out.mux(packet)
    return target


def screened(works: Path, uploads: list[Path]) -> list[Spent]:
    """Time of each upload; the first is screened twice, and counts the second time."""
    config = load_profile("prescreen")
    with tempfile.TemporaryDirectory() as name, open_library(Path(name) / "library", create=True) as library:
        add_files([works], library, config=config)
        session = open_session(library, config)
        clips = [cut(path, Path(name) / f"upload{number}.mp4") for number, path in enumerate(uploads)]
        times = [
            spent(lambda clip=clip, number=number: scan_files([clip], session, Path(name) / f"run{number}"))
            for number, clip in enumerate([clips[0], *clips])
        ]
    return times[1:]


def main() -> None:
    """Screen uploads, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--works", type=Path, required=True)
    parser.add_argument("--uploads", type=Path, required=True)
    parser.add_argument("--count", type=int, default=10, help="uploads screened")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    found = [path for path in find_media([options.uploads]) if lasts(path)]
    if not found:
        parser.error(f"{options.uploads}: expected films of {UPLOAD_SECONDS:.0f} seconds or more, got none")
    times = screened(options.works, found[:: max(1, len(found) // options.count)][: options.count])
    figures = {
        "uploads": len(times),
        "median_seconds": round(statistics.median(one.wall_seconds for one in times), 2),
        "longest_seconds": round(max(one.wall_seconds for one in times), 2),
        "median_core_seconds": round(statistics.median(one.core_seconds for one in times), 2),
        "longest_core_seconds": round(max(one.core_seconds for one in times), 2),
    }
    lines = [f"{name}: {value}" for name, value in figures.items()]
    sys.stdout.write((json.dumps(figures, indent=1) if options.json else "\n".join(lines)) + "\n")


if __name__ == "__main__":
    main()
