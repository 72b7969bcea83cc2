"""How often the framing intervals of placed matches hold the truth, on copies rendered with a known frame.

    python benchmarks/framing.py --library LIB [--copies 40] [--seed 11]

Five seconds of works of LIB, each cropped or inset by exact (sub-pixel) shares of the picture, some mirrored, graded,
and encoded small.  Scale and middle are those of `similarity.align.values.DensePlacement`.  Printed as JSON: how often
each interval is stated, how often it holds the truth, how wide it is, and how far the estimate lies off.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt

from index import open_library
from similarity.absence import NotMeasured
from similarity.align.values import DensePlacement
from similarity.compare.engine import compare_described
from similarity.compare.session import Session, open_session
from similarity.config import load_profile
from similarity.media.stretches import grey_stretch
from similarity.text import path_of

SECONDS, RATE = 5.0, 15
CROPS, INSETS = (0.5, 0.95), (0.6, 0.95)
"""Side of the part of the work's picture that is shown; side of the inset in the suspect's."""
SIDES_PIXELS = (240, 480)
CRFS = ("23", "30")

Floats = npt.NDArray[np.float64]
Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The suspect's frame in the work's picture, shares of its sides."""

    left: float
    top: float
    side: float
    is_mirrored: bool

    @property
    def figures(self) -> dict[str, float]:
        """As placements state them."""
        return {"scale": self.side, "across": self.left + self.side / 2, "down": self.top + self.side / 2}

    def shown(self, picture: Picture, size: tuple[int, int]) -> Picture:
        """A work's picture as the suspect shows it; what lies outside is grey."""
        height, width = picture.shape[:2]
        # dot middles: suspect (x + 0.5) / w is work left + side * that, mirrored or not
        across = (-1 if self.is_mirrored else 1) * self.side * width / size[0]
        down = self.side * height / size[1]
        x = (self.left + (self.side if self.is_mirrored else 0)) * width + across / 2 - 0.5
        y = self.top * height + down / 2 - 0.5
        change = np.array([[across, 0.0, x], [0.0, down, y]])
        soft = cv2.GaussianBlur(picture, (0, 0), max(0.01, 0.4 * max(abs(across), down)))
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return np.asarray(cv2.warpAffine(soft, change, size, flags=flags, borderValue=(110, 110, 110)), np.uint8)


def drawn(rng: np.random.Generator) -> Frame:
    """A crop or an inset."""
    is_mirrored = bool(rng.random() < 0.25)
    if rng.random() < 0.6:
        side = float(rng.uniform(*CROPS))
        left, top = rng.uniform(0, 1 - side, 2).tolist()
    else:
        side = 1 / float(rng.uniform(*INSETS))
        left, top = (-rng.uniform(0, side - 1, 2)).tolist()
    return Frame(left=left, top=top, side=side, is_mirrored=is_mirrored)


def taken(path: Path, rng: np.random.Generator, duration_seconds: float) -> list[Picture]:
    """Frames of a stretch that shows something, in colour, at the suspect's rate."""
    for _ in range(12):
        start = float(rng.uniform(0, max(0.0, duration_seconds - SECONDS)))
        greys = grey_stretch(path, (start, start + SECONDS), max_side=64, reader="pyav").pictures
        if len(greys) and np.mean([grey.std() > 18 for grey in greys]) > 0.7:
            break
    wanted, found = [start + number / RATE for number in range(round(SECONDS * RATE))], []
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        first = None
        last: Picture | None = None
        for frame in container.decode(stream):
            first = frame.time if first is None else first
            while wanted and last is not None and frame.time - first > wanted[0]:
                found.append(last)
                wanted.pop(0)
            if not wanted:
                break
            if frame.time - first >= start - 0.5:
                last = np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
    return found


def rendered(place: Path, pictures: list[Picture], frame: Frame, rng: np.random.Generator) -> Path:
    """The suspect's file."""
    height, width = pictures[0].shape[:2]
    longer = int(rng.integers(*SIDES_PIXELS))
    size = (longer // 2 * 2, round(longer * height / width) // 2 * 2)
    size = size if width >= height else (round(longer * width / height) // 2 * 2, longer // 2 * 2)
    gain, lift = float(rng.uniform(0.8, 1.15)), float(rng.uniform(-15, 15))
    with av.open(str(place), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(RATE), options={"crf": str(rng.choice(CRFS))})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for picture in pictures:
            shown = np.clip(frame.shown(picture, size) * gain + lift, 0, 255).astype(np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(shown, format="rgb24")))
        container.mux(stream.encode())
    return place


def measured(session: Session, path: Path, work_id: str, frame: Frame) -> Iterator[tuple[str, float]]:
    """Named figures of one copy."""
    video = session.describe(path)
    coarse = compare_described(video, session.rows, config=session.config, verifier=session.verifier)
    matches = [one for one in session.placer.placed(video, coarse).matches if one.work_id == work_id]
    placed = [one.placement for one in matches if isinstance(one.placement, DensePlacement)][:1]
    yield "placed", float(bool(placed))
    for placement in placed:
        stated = {
            "scale": placement.scale_interval,
            "across": placement.across_interval,
            "down": placement.down_interval,
        }
        for name, interval in stated.items():
            yield f"{name} stated", float(not isinstance(interval, NotMeasured))
            if not isinstance(interval, NotMeasured):
                truth = frame.figures[name]
                yield f"{name} held", float(interval[0] <= truth <= interval[1])
                yield f"{name} width", interval[1] - interval[0]
                yield f"{name} error", abs(sum(interval) / 2 - truth)


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--copies", type=int, default=40)
    parser.add_argument("--seed", type=int, default=11)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    values: dict[str, list[float]] = defaultdict(list)
    with open_library(options.library) as library, tempfile.TemporaryDirectory() as scratch:
        session = open_session(library, load_profile())
        works = [session.rows.entry(name) for name in sorted(session.rows.works)]
        works = [one for one in works if one.duration_seconds >= SECONDS + 1]
        for number in range(options.copies):
            entry = works[int(rng.integers(len(works)))]
            pictures = taken(path_of(entry.source_path), rng, entry.duration_seconds)
            frame = drawn(rng)
            path = rendered(Path(scratch) / f"copy-{number}.mp4", pictures, frame, rng)
            for name, value in measured(session, path, entry.entry_id, frame):
                values[name].append(value)
    shares = ("placed", "stated", "held")
    shown = {
        name: {"number": len(found), "share": round(float(np.mean(found)), 3)}
        if name.endswith(shares)
        else {f"p{at}": round(float(np.percentile(found, at)), 4) for at in (50, 90)}
        for name, found in sorted(values.items())
    }
    print(json.dumps(shown, indent=1))


if __name__ == "__main__":
    main()
