"""Which layouts of split screens and insets are found as panes, and how many panes are found where none are.

    python benchmarks/layouts.py --footage DIR [--runs 8] [--json]

DIR holds films.  Ten pictures, half a second apart, of each are laid into the layouts (cropped or squeezed to their
box, the others from other films), encoded (H.264, quality 26) and searched as runs of the product are.  A pane is found
where a box covers it with an intersection over union of 0.85 (small insets 0.75; a disc: the square of four fifths of
its diameter, 0.7).  What is counted as false are the panes of the same films as they are; they cost a few looks each,
and whether they are followed is decided by what is seen in them.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np

from similarity.describe.conditions import Box, common_area_share, crop_to, find_bars
from similarity.describe.likely_panes import likely_panes
from similarity.media.open import open_video
from similarity.media.types import Picture

WIDTH, HEIGHT, COUNT = 640, 360, 10
LEAST_SPREAD = 12.0
"""Grey levels by which a film's pictures must vary to be laid into a pane."""

Clip = list[Picture]
Composed = tuple[Clip, Sequence[Box]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How footage is laid out."""

    name: str
    make: Callable[[random.Random, Sequence[Clip]], Composed]
    least: float = 0.85


def clips_of(folder: Path) -> list[Clip]:
    """Ten pictures of each film that shows something, without bars."""
    found = []
    for path in sorted(folder.iterdir()):
        reader, pictures = open_video(path).reader, []
        try:
            for frame in () if reader.info.is_still else reader.frames():
                if frame.time >= Fraction(len(pictures) + 2, 2):
                    pictures.append(reader.picture(frame, max_side=WIDTH))
                if len(pictures) == COUNT:
                    break
        finally:
            reader.close()
        if len(pictures) == COUNT:
            bars = find_bars(pictures)
            pictures = [crop_to(picture, bars) for picture in pictures]
            if min(float(picture.std()) for picture in pictures) >= LEAST_SPREAD:
                found.append(pictures)
    return found


def fitted(picture: Picture, width: int, height: int, *, is_squeezed: bool = False) -> Picture:
    """A picture scaled to cover a box, and cut to it; or squeezed into it."""
    if not is_squeezed:
        tall, wide = picture.shape[:2]
        scale = max(width / wide, height / tall)
        cut_wide, cut_tall = round(width / scale), round(height / scale)
        left, top = (wide - cut_wide) // 2, (tall - cut_tall) // 2
        picture = picture[top : top + cut_tall, left : left + cut_wide]
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def encoded(pictures: Sequence[Picture]) -> Clip:
    """The same after H.264."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=25, options={"crf": "26", "preset": "veryfast"})
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for picture in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")))
        container.mux(stream.encode(None))
    buffer.seek(0)
    with av.open(buffer) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def tiled(boxes: Sequence[Box], *, gutter: int = 0) -> Callable[[random.Random, Sequence[Clip]], Composed]:
    """Other footage in every box, with gutters of so many dots."""

    def make(rng: random.Random, clips: Sequence[Clip]) -> Composed:
        colour, is_squeezed = rng.choice((0, 128, 255)), rng.random() < 0.5
        canvas, true = np.full((COUNT, HEIGHT, WIDTH, 3), colour, np.uint8), []
        for box, clip in zip(boxes, rng.sample(list(clips), len(boxes)), strict=True):
            edges = [round(edge * (WIDTH, HEIGHT)[axis % 2] / 1000) for axis, edge in enumerate(box)]
            left, top, right, bottom = (
                edge + (gutter // 2 if axis < 2 else -gutter // 2) for axis, edge in enumerate(edges)
            )
            for number, picture in enumerate(clip):
                laid = fitted(picture, right - left, bottom - top, is_squeezed=is_squeezed)
                canvas[number, top:bottom, left:right] = laid
            true.append(thousandths(left, top, right, bottom))
        return encoded(list(canvas)), true

    return make


def inset(side: float, *, is_disc: bool = False, first: int = 0) -> Callable[[random.Random, Sequence[Clip]], Composed]:
    """A rectangle, or a disc, over other footage, from picture `first` on."""

    def make(rng: random.Random, clips: Sequence[Clip]) -> Composed:
        under, over = rng.sample(list(clips), 2)
        width = round(WIDTH * side)
        height = width if is_disc else round(HEIGHT * side)
        left, top = rng.randint(12, WIDTH - width - 12), rng.randint(12, HEIGHT - height - 12)
        mask = np.ones((height, width), np.uint8)
        if is_disc:
            mask[:] = 0
            cv2.circle(mask, (width // 2, height // 2), width // 2, 1, -1)
        pictures = [fitted(picture, WIDTH, HEIGHT) for picture in under]
        for number in range(first, COUNT):
            part = pictures[number][top : top + height, left : left + width]
            part[mask > 0] = fitted(over[number], width, height)[mask > 0]
        gap = (0.1 * width, 0.1 * height) if is_disc else (0.0, 0.0)
        box = thousandths(left + gap[0], top + gap[1], left + width - gap[0], top + height - gap[1])
        return encoded(pictures), [box]

    return make


def thousandths(left: float, top: float, right: float, bottom: float) -> Box:
    """Dots of the frame as a box."""
    return (
        round(1000 * left / WIDTH),
        round(1000 * top / HEIGHT),
        round(1000 * right / WIDTH),
        round(1000 * bottom / HEIGHT),
    )


def columns(*edges: int) -> list[Box]:
    """Boxes beside each other."""
    return [(left, 0, right, 1000) for left, right in pairwise((0, *edges, 1000))]


def rows(*edges: int) -> list[Box]:
    """Boxes one above the other."""
    return [(0, top, 1000, bottom) for top, bottom in pairwise((0, *edges, 1000))]


def grid(num_rows: int, num_columns: int) -> list[Box]:
    """Boxes of one size."""
    across, down = ([round(1000 * one / number) for one in range(number + 1)] for number in (num_columns, num_rows))
    return [(left, top, right, bottom) for top, bottom in pairwise(down) for left, right in pairwise(across)]


LARGE_AND_TWO = [(0, 0, 650, 1000), (650, 0, 1000, 500), (650, 500, 1000, 1000)]
UNEQUAL = [(0, 0, 450, 600), (0, 600, 450, 1000), (450, 0, 1000, 350), (450, 350, 1000, 1000)]
LAYOUTS = (
    Layout(name="halves beside each other", make=tiled(columns(500))),
    Layout(name="halves one above the other", make=tiled(rows(500))),
    Layout(name="40 to 60", make=tiled(columns(400))),
    Layout(name="30 to 70, one above the other", make=tiled(rows(300))),
    Layout(name="three columns", make=tiled(columns(333, 667))),
    Layout(name="three rows", make=tiled(rows(333, 667))),
    Layout(name="2 x 2", make=tiled(grid(2, 2))),
    Layout(name="2 x 2, gutters of 8 dots", make=tiled(grid(2, 2), gutter=8)),
    Layout(name="2 x 3", make=tiled(grid(2, 3))),
    Layout(name="3 x 3", make=tiled(grid(3, 3))),
    Layout(name="3 x 3, gutters of 8 dots", make=tiled(grid(3, 3), gutter=8)),
    Layout(name="4 x 4", make=tiled(grid(4, 4))),
    Layout(name="a large one beside two", make=tiled(LARGE_AND_TWO)),
    Layout(name="four unequal ones", make=tiled(UNEQUAL)),
    Layout(name="inset, half of the width", make=inset(0.5)),
    Layout(name="inset, a third", make=inset(0.33)),
    Layout(name="inset, a quarter", make=inset(0.25)),
    Layout(name="inset, 18 %", make=inset(0.18), least=0.75),
    Layout(name="inset, a third, in the second half of the run", make=inset(0.33, first=COUNT // 2)),
    Layout(name="disc, a quarter of the width", make=inset(0.25, is_disc=True), least=0.7),
    Layout(name="disc, 40 %", make=inset(0.4, is_disc=True), least=0.7),
)


def main() -> None:
    """Print the table, the false panes, and what the search costs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--footage", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=8)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    clips, seconds, num_runs = clips_of(given.footage), 0.0, 0
    found: dict[str, dict[str, float]] = {}
    for layout in LAYOUTS:
        rng, hits, total = random.Random(layout.name), 0, 0  # noqa: S311 - the same composites every time
        for _ in range(given.runs):
            pictures, true = layout.make(rng, clips)
            before = time.process_time()
            panes = likely_panes(pictures)
            seconds, num_runs = seconds + time.process_time() - before, num_runs + 1
            total += len(true)
            hits += sum(any(common_area_share(box, pane) >= layout.least for pane in panes) for box in true)
        found[layout.name] = {"found": hits, "of": total}
    numbers = [len(likely_panes(encoded([fitted(one, WIDTH, HEIGHT) for one in clip]))) for clip in clips]
    result = {
        "layouts": found,
        "films": len(clips),
        "films_with_false_panes": sum(number > 0 for number in numbers),
        "false_panes": sum(numbers),
        "milliseconds_per_run": round(1000 * seconds / num_runs, 1),
    }
    if given.json:
        print(json.dumps(result, indent=2))
        return
    for name, counts in found.items():
        print(f"| {name} | {counts['found']:.0f} of {counts['of']:.0f} |")
    print({key: value for key, value in result.items() if key != "layouts"})


if __name__ == "__main__":
    main()
