"""How well scene boundaries are found: F1 on the demo's footage, recall of known cuts on the bench's montages.

    python benchmarks/scene_boundaries.py [--demo DIR] [--suspects DIR] [--tolerance SECONDS]

The demo's footage is rendered into a temporary folder unless `--demo` names a folder where it lies: every cut,
dissolve and fade of it is known, so precision, recall and F1 are proper.  `--suspects` names a folder made by the
bench's `make_suspects.py`.  Of its montages only the joints between pieces are known; what was cut inside a piece or
inside the filler before it was made is not.  So recall counts the joints, and precision is a lower bound: it takes
every other boundary inside the montage for false (filler before and after it is left out).  A joint between two
moments of one unmoving shot can't be seen, and counts as missed all the same.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from similarity.demo.footage import render_demo
from similarity.evaluate.boundaries import boundary_scores
from similarity.scenes.detect import Scene, SceneTracker

THUMBNAIL_WIDTH = 96


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    """The scenes of a file and what finding them took."""

    scenes: tuple[Scene, ...]
    """In order."""
    microseconds_per_frame: float
    """Processor time of scene detection alone, decoding and scaling apart."""

    @property
    def boundary_seconds(self) -> list[float]:
        """Where scenes begin, but for the first."""
        return [float(scene.start) for scene in self.scenes[1:]]


def tracked(path: Path) -> Tracked:
    """Scenes of a file from one decode."""
    tracker, spent, num_frames, moment = SceneTracker(), 0.0, 0, Fraction(0)
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            if frame.pts is None or frame.time_base is None:
                continue
            height = max(2, round(frame.height * THUMBNAIL_WIDTH / frame.width))
            thumbnail = frame.reformat(THUMBNAIL_WIDTH, height, "bgr24").to_ndarray().astype(np.uint8, copy=False)
            moment = frame.pts * frame.time_base
            before = time.thread_time()
            tracker.push(moment, thumbnail)
            spent += time.thread_time() - before
            num_frames += 1
    scenes = tracker.finish(moment + Fraction(1, 25))
    return Tracked(scenes=scenes, microseconds_per_frame=1e6 * spent / max(1, num_frames))


def score_demo(folder: Path, tolerance_seconds: float) -> None:
    """Print the table of the demo's films."""
    found_all: list[float] = []
    true_all: list[float] = []
    costs = []
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    for number, film in enumerate(film for film in truth["films"] if film["seconds"] > 0):
        result = tracked(folder / film["path"])
        found, true = result.boundary_seconds, [*film["cut_seconds"], *film["gradual_seconds"]]
        precision, recall, f1 = boundary_scores(found, true, tolerance_seconds)
        print(f"  {film['name']:20} precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}")
        found_all += [1000 * number + seconds for seconds in found]
        true_all += [1000 * number + seconds for seconds in true]
        costs.append(result.microseconds_per_frame)
    precision, recall, f1 = boundary_scores(found_all, true_all, tolerance_seconds)
    print(f"demo, {len(true_all)} boundaries: precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}")
    print(f"  {sum(costs) / len(costs):.0f} microseconds of processor time per frame")


def score_montages(folder: Path, tolerance_seconds: float) -> None:
    """Print recall of the joints of the montages, and the lower bound of precision."""
    pieces: dict[str, list[tuple[float, float]]] = defaultdict(list)
    with (folder / "truth.csv").open(newline="") as handle:
        for row in csv.DictReader(handle):
            if row["family"] == "montage":
                pieces[row["query_id"]].append((float(row["query_start"]), float(row["query_end"])))
    found_all: list[float] = []
    true_all: list[float] = []
    for number, (query, spans) in enumerate(sorted(pieces.items())):
        start, end = min(spans)[0], max(spans)[1]
        true = sorted({second for span in spans for second in span} - {0.0})
        result = tracked(folder / "suspects" / f"{query}.mp4")
        inside = (start - tolerance_seconds, end + tolerance_seconds)
        found = [seconds for seconds in result.boundary_seconds if inside[0] <= seconds <= inside[1]]
        _, recall, _ = boundary_scores(found, true, tolerance_seconds)
        print(f"  {query}: recall of {len(true)} joints {recall:.3f}, {len(found)} boundaries found there")
        found_all += [1000 * number + seconds for seconds in found]
        true_all += [1000 * number + seconds for seconds in true]
    precision, recall, f1 = boundary_scores(found_all, true_all, tolerance_seconds)
    print(f"montages, {len(true_all)} joints: recall {recall:.3f}; at least: precision {precision:.3f}, F1 {f1:.3f}")


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--demo", type=Path)
    parser.add_argument("--suspects", type=Path)
    parser.add_argument("--tolerance", type=float, default=0.2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.demo or render_demo(Path(scratch)).folder
        score_demo(folder, options.tolerance)
    if options.suspects is not None:
        score_montages(options.suspects, options.tolerance)


if __name__ == "__main__":
    main()
