"""How often split screens and insets are found where they are, and panes where none are, on the bench's suspects.

    python benchmarks/panes.py --suspects DIR

DIR is a folder made by the bench's `make_suspects.py` (`truth.csv`, `suspects.csv`, `suspects/`).  Samples and runs are
those of the product, bars removed.  A split is found where a border lies within 1.5 % of the frame from the half; an
inset where a box of the right size is found: intersection over union at least 0.85 with the true size at the same
middle, as the truth gives the size of the side and no place.  Shares are of samples, two a second; for negatives, of
runs.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import cv2

from similarity.config import SampleConfig
from similarity.describe.conditions import Bars, crop_to, find_bars
from similarity.describe.panes import Pane, find_panes
from similarity.describe.sampler import Sampler, TakenSample
from similarity.media.open import open_video

FAMILIES = ("picture_in_picture", "split_screen", "negative")
MOST_OFF_THOUSANDTHS = 15
LEAST_OVERLAP = 0.85


def runs(path: Path) -> Iterator[list[TakenSample]]:
    """Samples of one file, scene by scene."""
    reader = open_video(path).reader
    try:
        yield from Sampler(reader, config=SampleConfig()).runs()
    finally:
        reader.close()


def truths(folder: Path) -> dict[str, tuple[float, float, dict[str, object]]]:
    """Start, end and parameters of the composed stretch of each suspect."""
    with (folder / "truth.csv").open(newline="") as handle:
        return {
            row["query_id"]: (float(row["query_start"]), float(row["query_end"]), json.loads(row["params"]))
            for row in csv.DictReader(handle)
            if row["family"] in FAMILIES
        }


def is_split_found(panes: tuple[Pane, ...], bars: Bars, *, is_stacked: bool) -> bool:
    """Whether one of the panes ends at half of the frame."""
    first, end = (bars.top, bars.bottom) if is_stacked else (bars.left, bars.right)
    half = 1000 * (500 - first) / (end - first)
    ends = [pane.bottom if is_stacked else pane.right for pane in panes if pane.kind == "split"]
    return any(abs(end - half) <= MOST_OFF_THOUSANDTHS for end in ends)


def is_inset_found(panes: tuple[Pane, ...], bars: Bars, *, side: float) -> bool:
    """Whether one of the panes has the inset's size, as far as bars left it in the frame."""
    width = min(1000.0, 1000 * side * 1000 / (bars.right - bars.left))
    height = min(1000.0, 1000 * side * 1000 / (bars.bottom - bars.top))
    return any(_overlap(pane, width, height) >= LEAST_OVERLAP for pane in panes if pane.kind == "inset")


def _overlap(pane: Pane, width: float, height: float) -> float:
    own_width, own_height = pane.right - pane.left, pane.bottom - pane.top
    shared = min(own_width, width) * min(own_height, height)
    return shared / (own_width * own_height + width * height - shared)


def is_found(family: str, panes: tuple[Pane, ...], bars: Bars, params: dict[str, object]) -> bool:
    """Whether what the family composed is among the panes."""
    if family == "split_screen":
        return is_split_found(panes, bars, is_stacked=bool(params["stacked"]))
    return is_inset_found(panes, bars, side=float(str(params["side"])))


def main() -> None:
    """Print each miss and each alarm, then the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suspects", type=Path, required=True)
    folder = parser.parse_args().suspects
    cv2.setNumThreads(1)
    truth, table, seconds = truths(folder), Counter[str](), 0.0
    with (folder / "suspects.csv").open(newline="") as handle:
        suspects = [(row["query_id"], row["family"]) for row in csv.DictReader(handle) if row["family"] in FAMILIES]
    for query, family in suspects:
        start, end, params = truth.get(query, (0.0, float("inf"), {}))
        for run in runs(folder / "suspects" / f"{query}.mp4"):
            if not start <= float(run[0].time + run[-1].time) / 2 <= end:
                continue
            bars = find_bars([sample.picture for sample in run])
            pictures = [crop_to(sample.picture, bars) for sample in run]
            before = time.process_time()
            panes = find_panes(pictures)
            seconds += time.process_time() - before
            is_right = not panes if family == "negative" else is_found(family, panes, bars, params)
            weight = 1 if family == "negative" else len(run)
            table[family] += weight
            table[f"{family}: right"] += weight * is_right
            table["samples"] += len(run)
            if not is_right:
                boxes = ", ".join(f"{p.kind} [{p.left} {p.top} {p.right} {p.bottom}]" for p in panes)
                print(f"{query} {float(run[0].time):.1f} s, {len(run)} samples, bars {bars.kind}: {boxes or 'none'}")
    for family in FAMILIES[:2]:
        print(f"{family}: found in {table[f'{family}: right'] / max(1, table[family]):.1%} of {table[family]} samples")
    alarms = table["negative"] - table["negative: right"]
    print(f"alarms in {alarms / max(1, table['negative']):.1%} of {table['negative']} runs of other footage")
    print(f"{1000 * seconds / max(1, table['samples']):.2f} ms of processor time a sample")


if __name__ == "__main__":
    main()
