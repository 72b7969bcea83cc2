"""How exactly matches are placed to the frame, and how often stated intervals hold the truth, on the bench's copies.

    python benchmarks/placing.py --suspects DIR --library LIB [--per-family 2] [--families blend crop ...]

DIR is a folder made by the bench's `make_suspects.py`, LIB a library of its works and background.  Every true stretch
counts whose best match of its pair overlaps it by more than half in the suspect; each is measured as it was placed, and
as the sample grid had it.  Families whose speed is not defined have none.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index import open_library
from similarity.absence import NotMeasured
from similarity.align.values import AlignedMatch, DensePlacement
from similarity.compare.engine import compare_described
from similarity.compare.session import Session, open_session
from similarity.config import load_profile
from similarity.intervals import Interval, common_share

WHOLE = {"exact", "mirror", "recompress", "colour"}
PIXEL_SHARE = 0.003
"""A pixel of a picture 360 high."""
WITHOUT_SPEED = {"still_to_video", "reverse"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """A stretch that was taken."""

    work_id: str
    family: str
    suspect: Interval
    work: Interval
    scale: float | None


def truths(folder: Path) -> dict[str, list[Truth]]:
    """By suspect."""
    found: dict[str, list[Truth]] = defaultdict(list)
    with (folder / "truth.csv").open(newline="") as handle:
        for row in csv.DictReader(handle):
            spans = [(float(row[f"{side}_start"]), float(row[f"{side}_end"])) for side in ("query", "ref")]
            found[row["query_id"]].append(
                Truth(work_id=row["ref_id"], family=row["family"], suspect=spans[0], work=spans[1], scale=scale_of(row))
            )
    return found


def scale_of(row: Mapping[str, str]) -> float | None:
    """Root of the share of the work's picture that is shown, where the family states it."""
    if row["family"] in WHOLE:
        return 1.0
    return float(json.loads(row["params"])["area_kept"]) ** 0.5 if row["family"] == "crop" else None


def best(matches: tuple[AlignedMatch, ...], truth: Truth) -> AlignedMatch | None:
    """The match of the pair that overlaps a true stretch most, by more than half."""

    def shared(match: AlignedMatch) -> float:
        return common_share((match.suspect_start_seconds, match.suspect_end_seconds), truth.suspect)

    own = [match for match in matches if match.work_id == truth.work_id]
    found = max(own, key=shared, default=None)
    return found if found is not None and shared(found) > 1 / 2 else None


def errors(match: AlignedMatch, truth: Truth) -> Iterator[tuple[str, float]]:
    """How far ends and speed lie from the truth."""
    yield "suspect", abs(match.suspect_start_seconds - truth.suspect[0])
    yield "suspect", abs(match.suspect_end_seconds - truth.suspect[1])
    yield "work", abs(match.work_start_seconds - truth.work[0])
    yield "work", abs(match.work_end_seconds - truth.work[1])
    if truth.family not in WITHOUT_SPEED:
        lengths = match.suspect_end_seconds - match.suspect_start_seconds, truth.suspect[1] - truth.suspect[0]
        found = (match.work_end_seconds - match.work_start_seconds) / lengths[0]
        yield "speed", abs(found / ((truth.work[1] - truth.work[0]) / lengths[1]) - 1)


def _widened(interval: Interval | NotMeasured) -> Interval | NotMeasured:
    """By what the bench's rounding to whole pixels leaves open."""
    return interval if isinstance(interval, NotMeasured) else (interval[0] - PIXEL_SHARE, interval[1] + PIXEL_SHARE)


def held(placement: DensePlacement, truth: Truth) -> Iterator[tuple[str, bool]]:
    """Whether each stated interval holds the truth."""
    lengths = truth.work[1] - truth.work[0], truth.suspect[1] - truth.suspect[0]
    stated: Mapping[str, tuple[Interval | NotMeasured, float]] = {
        "start": (placement.suspect_start_interval_seconds, truth.suspect[0]),
        "end": (placement.suspect_end_interval_seconds, truth.suspect[1]),
        "work start": (placement.work_start_interval_seconds, truth.work[0]),
        "work end": (placement.work_end_interval_seconds, truth.work[1]),
    }
    if truth.scale is not None:
        stated = {**stated, "scale": (_widened(placement.scale_interval), truth.scale)}
    if truth.family not in WITHOUT_SPEED:
        stated = {**stated, "speed": (placement.speed_interval, lengths[0] / lengths[1])}
    for name, (interval, value) in stated.items():
        if not isinstance(interval, NotMeasured):
            yield name, min(interval) <= value <= max(interval)


def measured(session: Session, path: Path, stretches: list[Truth]) -> Iterator[tuple[str, str, float]]:
    """Kind of figure, its name, its value, of one suspect."""
    video = session.describe(path)
    coarse = compare_described(video, session.rows, config=session.config, verifier=session.verifier)
    placed = session.placer.placed(video, coarse)
    for truth in stretches:
        for kind, matches in (("coarse", coarse.matches), ("placed", placed.matches)):
            match = best(matches, truth)
            if match is None:
                continue
            yield from ((kind, name, value) for name, value in errors(match, truth))
            if isinstance(match.placement, DensePlacement):
                yield from (("held", name, float(value)) for name, value in held(match.placement, truth))


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suspects", type=Path, required=True)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--per-family", type=int, default=2)
    parser.add_argument("--families", nargs="*")
    options = parser.parse_args()
    of_family: dict[str, list[str]] = defaultdict(list)
    known = truths(options.suspects)
    for name, stretches in known.items():
        of_family[stretches[0].family].append(name)
    families = options.families or sorted(of_family)
    values: dict[tuple[str, str], list[float]] = defaultdict(list)
    with open_library(options.library) as library:
        session = open_session(library, load_profile())
        for name in (one for family in families for one in sorted(of_family[family])[: options.per_family]):
            for kind, figure, value in measured(session, options.suspects / "suspects" / f"{name}.mp4", known[name]):
                values[kind, figure].append(value)
    shown = {
        f"{kind} {figure}": {"number": len(found), "share": round(float(np.mean(found)), 4)}
        if kind == "held"
        else {"number": len(found), **{f"p{at}": round(float(np.percentile(found, at)), 4) for at in (50, 90)}}
        for (kind, figure), found in sorted(values.items())
    }
    print(json.dumps(shown, indent=1))


if __name__ == "__main__":
    main()
