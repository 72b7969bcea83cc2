#!/usr/bin/env python3
"""How the cost of a suspect grows with the library, measured on works of made-up rows (`made_up_works`).

    python benchmarks/scale.py search --samples 1000000 --cache FOLDER --json
    python benchmarks/scale.py plot --figures FIGURES.json --to CURVE.svg
    python benchmarks/scale.py ingest --film FILM --json      see `ingest_pace`

Builds (once; kept in FOLDER) a library of so many samples: one-hour films of made-up rows, with the works and
background of `--works LIBRARY` among them where one is named.  Search codes are made where the library has none, unless
`--exact` asks for the search without.  Then suspects of one minute, whole and mirrored, half of each taken from a work
and edited, are compared with it.  Times are of processor cores, medians over suspects, each with nothing kept of the
one before; description, decoding and verification are not among them.  `--append FIGURES.json` adds what was measured
to a file of figures; `plot` draws such a file and says how steep the curve is.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import count, islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import ingest_pace
import numpy as np
from made_up_works import SAMPLES_PER_SECOND, described, edited, made_up_work, shots
from scale_plot import curve, slope

from index import DescriptorSet, NewEntry, Reader, Writer, open_library
from index.recall import recall_at_1
from similarity.align.candidates import candidate_works
from similarity.align.usual import Grounds, renew_companions
from similarity.align.values import SuspectTrack
from similarity.compare.engine import aligned_candidates
from similarity.compare.works import Works, view_track
from similarity.config import Config, load_profile
from similarity.describe.views import AS_IS, MIRRORED
from similarity.intervals import overlap_seconds

SUSPECT_SECONDS = 60
RECALL_QUERIES = 200
WORK_SAMPLES = 7200
WITHOUT_CLIP = {"describe": {"use_clip": "never"}, "align": {"search_device": "cpu"}}


def core_seconds() -> float:
    """Processor time of this process, all threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def timed(action: Callable[[], Any]) -> tuple[float, float, Any]:
    """Core seconds, wall seconds and result."""
    cores, start = core_seconds(), time.perf_counter()
    result = action()
    return core_seconds() - cores, time.perf_counter() - start, result


def declared_sets() -> tuple[DescriptorSet, ...]:
    """The sets of an installation without fetched weights."""
    from similarity.describe.choose import choose_describers

    chosen = choose_describers(load_profile("standard", WITHOUT_CLIP).describe)
    return tuple(describer.identity for describer in chosen.describers)


def fill(library: Writer, *, num_samples: int, real: Path | None) -> None:
    """Add what is missing of made-up works, and real entries, until the library holds so many samples of works."""
    for one in declared_sets():
        library.declare_set(one)
    if real is not None:
        with open_library(real) as source:
            for entry in source.entries():
                library.add(copied_entry(source, entry.entry_id))
    grounds = Grounds(library)
    _ = grounds.backgrounds  # once, before it is handed on
    with ProcessPoolExecutor(
        cores(), mp_context=get_context("fork"), initializer=_stand_on, initargs=(grounds,)
    ) as workers:
        missing = missing_works(library, num_samples=num_samples)
        while some := tuple(islice(missing, 2 * cores())):
            for work in workers.map(_made_up, some):
                library.add(work)
    renew_companions(library)


def missing_works(library: Reader, *, num_samples: int) -> Iterator[tuple[int, int]]:
    """Number and samples of each made-up work that the library lacks."""
    held = sum(entry.num_indexed for entry in library.entries("work"))
    standing = {entry.entry_id for entry in library.entries("work")}
    for number in count():
        if held >= num_samples:
            return
        if f"made-up-{number:06}" not in standing:
            samples = min(WORK_SAMPLES, num_samples - held)
            yield number, samples
            held += samples


_grounds: list[Grounds] = []
"""What a worker's made-up works stand on."""


def _stand_on(grounds: Grounds) -> None:
    _grounds.append(grounds)


def _made_up(wanted: tuple[int, int]) -> NewEntry:
    number, samples = wanted
    return _grounds[0].completed(made_up_work(number, num_samples=samples))


def cores() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0))


def copied_entry(source: Reader, entry_id: str) -> NewEntry:
    """An entry of another library, whole."""
    entry = source.entry(entry_id)
    return NewEntry(
        entry_id=entry.entry_id,
        role=entry.role,
        source_path=entry.source_path,
        sha256=entry.sha256,
        size_bytes=entry.size_bytes,
        duration_seconds=entry.duration_seconds,
        facts_json=entry.facts_json,
        catalogue=entry.catalogue,
        samples=source.samples(entry_id),
        scenes=source.scenes(entry_id),
        descriptors={one.name: source.descriptors(entry_id, one.name) for one in source.descriptor_sets()},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A suspect whose second half was taken from a work."""

    suspect: SuspectTrack
    work_id: str
    start_seconds: float
    """Where in the work."""


def suspects(rows: Works, *, count: int) -> Iterator[Taken]:
    """Suspects of one minute, each with a half taken from another work."""
    entries = [entry for entry in rows.works.values() if entry.num_indexed >= WORK_SAMPLES // 2]
    for number in range(count):
        random = np.random.default_rng([5, number])
        entry = entries[int(random.integers(len(entries)))]
        total = SUSPECT_SECONDS * SAMPLES_PER_SECOND
        half = total // 2
        first = int(random.integers(entry.num_indexed - half))
        held = {name: rows.library.descriptors(entry.entry_id, name) for name in rows.set_names}
        own, mirrored = described(random, shots(random, total)), described(random, shots(random, total))
        for name, some in held.items():
            own[name][half:] = edited(random, some[first : first + half])
        views = {
            view: view_track(
                seen,
                rows.background,
                samples=np.arange(total),
                quality=np.full(total, 100, dtype=np.uint8),
                shapes=("wide",) * total,
            )
            for view, seen in ((AS_IS, own), (MIRRORED, mirrored))
        }
        yield Taken(
            suspect=SuspectTrack(
                seconds=np.arange(total) / SAMPLES_PER_SECOND,
                duration_seconds=float(SUSPECT_SECONDS),
                cut_seconds=np.array([half / SAMPLES_PER_SECOND]),
                views=views,
            ),
            work_id=entry.entry_id,
            start_seconds=first / SAMPLES_PER_SECOND,
        )


def fresh(reader: Reader) -> Works:
    """The library as a first comparison finds it, but for the background."""
    rows = Works(reader)
    _ = rows.background, rows.works
    return rows


def hash_hits(suspect: SuspectTrack, rows: Works, config: Config) -> None:
    """Compare the suspect's PDQ hashes with every one of the library, which search by codes leaves out."""
    for seen in suspect.views.values():
        rows.library.search("pdq", seen.pdq, config.align.num_hits_per_sample, role="work", is_exact=True)


def measured_suspect(taken: Taken, rows: Works, config: Config) -> dict[str, float]:
    """Seconds of each step, and whether what was taken was found where it stands."""
    works = tuple(rows.works)
    search = timed(lambda: candidate_works(rows.library, taken.suspect, works, config=config.align))
    alignment = timed(lambda: aligned_candidates(taken.suspect, rows, search[2], config=config))
    hashes = timed(lambda: hash_hits(taken.suspect, rows, config))
    best = max((match for pair in alignment[2] for match in pair.matches), key=lambda match: match.score, default=None)
    there = (taken.start_seconds, taken.start_seconds + SUSPECT_SECONDS / 2)
    is_found = (
        best is not None
        and best.work_id == taken.work_id
        and (overlap_seconds((best.work_start_seconds, best.work_end_seconds), there) > SUSPECT_SECONDS / 4)
    )
    return {
        "search": search[0],
        "alignment": alignment[0],
        "total": search[0] + alignment[0],
        "wall": search[1] + alignment[1],
        "exact_hashes": hashes[0],
        "found": float(is_found),
    }


def measure_search(options: argparse.Namespace, folder: Path) -> dict[str, object]:
    """Figures of one size of library.

    Args:
        options: what was asked.
        folder: of the library.
    """
    config = load_profile("standard", WITHOUT_CLIP)
    with open_library(folder, create=True) as library:
        building = timed(lambda: fill(library, num_samples=options.samples, real=options.works))
        if options.exact and library.search_codes():
            raise SystemExit(f"{folder} has search codes; exact search is measured without: name another --cache")
        tuning = timed(library.tune) if not (options.exact or library.search_codes()) else (0.0, 0.0, None)
        reader = library.snapshot()
        rows = Works(reader)
        _ = timed(lambda: measured_suspect(next(suspects(rows, count=1)), fresh(reader), config))  # opens and maps
        measured = [measured_suspect(taken, fresh(reader), config) for taken in suspects(rows, count=options.suspects)]
        total = rows.facts.num_work_samples
        return {
            "samples": total,
            "works": len(rows.works),
            "suspects": len(measured),
            "building_core_seconds": round(building[0], 1),
            "tuning_core_seconds": round(tuning[0], 1),
            **times_of(measured),
            **figures_of_codes(reader, total),
            "bytes_per_sample": round(sum(path.stat().st_size for path in (folder / "segments").iterdir()) / total, 1),
        }


def times_of(measured: list[dict[str, float]]) -> dict[str, object]:
    """Medians over suspects, and how many were found where they were taken from."""
    median = {name: round(statistics.median(one[name] for one in measured), 2) for name in measured[0]}
    total = median.pop("total")
    del median["found"]
    return {
        "seconds_per_suspect_minute": total,
        **{f"{name}_seconds": seconds for name, seconds in median.items()},
        "found": statistics.mean(one["found"] for one in measured),
    }


def figures_of_codes(reader: Reader, total: int) -> dict[str, object]:
    """Which index answers, its size, and how often it finds what exact search finds: the worst set, and each."""
    codes = tuple(one for one in reader.search_codes() if one.role == "work")
    recalls = {
        one.set_name: recall_at_1(reader, one.set_name, role=one.role, num_queries=RECALL_QUERIES) for one in codes
    }
    return {
        "answered_by": codes[0].factory if codes else "exact",
        "resident_bytes_per_sample": round(sum(one.size_bytes for one in codes) / total, 1),
        "recall_at_1": min(recalls.values(), default=1.0),
        "recall_at_1_of_set": recalls,
        "codes_per_sample": {one.set_name: round(one.num_codes / total, 2) for one in codes},
    }


def search(options: argparse.Namespace) -> dict[str, object]:
    """Measure one size, in a library that is kept where a folder was named."""
    with tempfile.TemporaryDirectory() as name:
        figures = measure_search(options, (options.cache or Path(name)) / f"{options.samples}")
    if options.append is not None:
        before = json.loads(options.append.read_text()) if options.append.exists() else []
        options.append.write_text(json.dumps([*before, figures], indent=1) + "\n")
    return figures


def plot(options: argparse.Namespace) -> dict[str, object]:
    """Draw the figures of several sizes."""
    figures = json.loads(options.figures.read_text())
    options.to.write_text(curve(figures))
    coded = [one for one in figures if one["answered_by"] != "exact"]
    return {"curve": str(options.to), "slope": round(slope(coded), 2)}


def main() -> None:
    """Run one measurement, or draw several, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["search", "plot"])
    parser.add_argument("--samples", type=int, default=100_000, help="indexed samples of works")
    parser.add_argument("--suspects", type=int, default=3, help="suspects compared")
    parser.add_argument("--cache", type=Path, help="folder in which libraries are kept; none is where it is left out")
    parser.add_argument("--works", type=Path, help="library whose entries stand among the made-up works")
    parser.add_argument("--exact", action="store_true", help="make no search codes")
    parser.add_argument("--append", type=Path, help="file of figures that these are added to")
    parser.add_argument("--figures", type=Path, help="plot: file of figures")
    parser.add_argument("--to", type=Path, help="plot: SVG to write")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    if options.what == "plot" and None in (options.figures, options.to):
        parser.error("plot needs --figures and --to")
    figures = search(options) if options.what == "search" else plot(options)
    lines = [f"{name}: {value}" for name, value in figures.items()]
    sys.stdout.write((json.dumps(figures, indent=1) if options.json else "\n".join(lines)) + "\n")


if __name__ == "__main__":
    ingest_pace.main(sys.argv[2:]) if sys.argv[1:2] == ["ingest"] else main()
