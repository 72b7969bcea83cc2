"""How often bars are found where they are, and where none are, on the bench's suspects.

    python benchmarks/bars.py --suspects DIR

DIR is a folder made by the bench's `make_suspects.py` (`truth.csv`, `suspects/`).  Families with bars or surrounds:
`reframe`, `evade` and `outpaint`, inside their copied stretch; every other copied stretch and every negative must
give none, but for footage that came with bars of its own: those are listed, to be looked at.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import Counter
from pathlib import Path

import av
import cv2
import numpy as np

from similarity.describe.conditions import Bars, find_bars
from similarity.media.types import Picture

WITH_BARS = ("reframe", "evade", "outpaint")
"""Families that put something around the picture."""


def samples(path: Path, start: float, end: float) -> list[Picture]:
    """Two pictures a second in [start, end), at most 512 pixels wide or high."""
    pictures: list[Picture] = []
    due = start + 0.2
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            seconds = frame.time or 0.0
            if due <= seconds < end - 0.1:
                pictures.append(_at_most_512(np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)))
                due = seconds + 0.5
    return pictures


def _at_most_512(picture: Picture) -> Picture:
    scale = min(1.0, 512 / max(picture.shape[:2]))
    size = (round(picture.shape[1] * scale), round(picture.shape[0] * scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def expected_kind(family: str, params: dict[str, object]) -> str:
    """What surrounds a copied stretch of this family."""
    if family == "evade":
        return "black"
    if family == "outpaint":
        return "blurred"
    if family == "reframe":
        return "blurred" if params["blurred"] else "black"
    return "none"


def stretches(folder: Path) -> list[tuple[str, str, float, float, str]]:
    """Query, family, start and end of every stretch looked at, and what should be found there."""
    found = []
    with (folder / "truth.csv").open(newline="") as handle:
        for row in csv.DictReader(handle):
            kind = expected_kind(row["family"], json.loads(row["params"]))
            found.append((row["query_id"], row["family"], float(row["query_start"]), float(row["query_end"]), kind))
    with (folder / "suspects.csv").open(newline="") as handle:
        negatives = [row for row in csv.DictReader(handle) if row["family"] == "negative"]
    found += [(row["query_id"], "negative", 0.0, float(row["seconds"]), "none") for row in negatives]
    return found


def described(bars: Bars) -> str:
    """Kind and box in a few characters."""
    return f"{bars.kind} [{bars.left} {bars.top} {bars.right} {bars.bottom}]"


def main() -> None:
    """Print each error, then the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suspects", type=Path, required=True)
    folder = parser.parse_args().suspects
    table: Counter[tuple[str, str, str]] = Counter()
    for query, family, start, end, kind in stretches(folder):
        bars = find_bars(samples(folder / "suspects" / f"{query}.mp4", start, end))
        table[family, kind, bars.kind] += 1
        if bars.kind != kind or family in WITH_BARS:
            print(f"{query} {start:.1f}-{end:.1f} s: expected {kind}, found {described(bars)}")
    wanted = sum(n for (_, kind, _), n in table.items() if kind != "none")
    hits = sum(n for (_, kind, got), n in table.items() if kind != "none" and got == kind)
    clean = sum(n for (_, kind, _), n in table.items() if kind == "none")
    alarms = sum(n for (_, kind, got), n in table.items() if kind == "none" and got != "none")
    print(f"found {hits} of {wanted}; alarms where nothing was added: {alarms} of {clean}")


if __name__ == "__main__":
    main()
