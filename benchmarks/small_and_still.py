"""Small pictures and stills of a bench's suspects, with their labels: populations that a calibration asks for.

    python benchmarks/small_and_still.py --suspects DIR --out DIR --seed N [--every 3]

`--suspects` is a folder made by the bench's `make_suspects.py` or `make_adaptations.py`.  Below `--out`, each with
`truth.csv`, `suspects.csv` and `ignore.csv` beside it:

    small/suspects/*.mp4    every n-th suspect, its longer side 128 to 240 pixels, encoded anew
    still/suspects/*.jpg    the middle frame of every taken stretch, and one frame of every suspect that took nothing
"""

from __future__ import annotations

import argparse
import csv
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt

SMALL_SIDES_PIXELS = (128, 240)
SMALL_CRF = "28"
JPEG_QUALITY = 88
TRUTH_COLUMNS = ("query_id", "ref_id", "query_start", "query_end", "ref_start", "ref_end", "family", "params")
SUSPECT_COLUMNS = ("query_id", "family", "seconds", "positive")

Picture = npt.NDArray[np.uint8]
Row = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """The tables beside a folder of suspects."""

    truth: Sequence[Row]
    suspects: Sequence[Row]
    ignored: Sequence[Row]

    @classmethod
    def read(cls, folder: Path) -> Labels:
        """What stands beside a folder's suspects."""
        names = ("truth.csv", "suspects.csv", "ignore.csv")
        truth, suspects, ignored = (_rows(folder / name) for name in names)
        return cls(truth=truth, suspects=suspects, ignored=ignored)

    def write(self, folder: Path) -> None:
        """Put them beside other suspects."""
        for name, columns, rows in (
            ("truth.csv", TRUTH_COLUMNS, self.truth),
            ("suspects.csv", SUSPECT_COLUMNS, self.suspects),
            ("ignore.csv", ("query_id", "ref_id"), self.ignored),
        ):
            with (folder / name).open("w", newline="") as handle:
                writer = csv.DictWriter(handle, columns)
                writer.writeheader()
                writer.writerows(rows)


def _rows(table: Path) -> list[Row]:
    if not table.exists():
        return []
    with table.open(newline="") as handle:
        return list(csv.DictReader(handle))


def make_small(labels: Labels, source: Path, out: Path, *, seed: int, every: int) -> None:
    """Every n-th suspect of each kind, made small."""
    rng = np.random.default_rng([seed, 1])
    (out / "suspects").mkdir(parents=True)
    kinds = [[row for row in labels.suspects if row["positive"] == positive] for positive in ("1", "0")]
    chosen = [row for kind in kinds for row in kind[::every]]
    for row in chosen:
        side = math.exp(rng.uniform(*np.log(SMALL_SIDES_PIXELS)))
        _encode_small(_video(source, row["query_id"]), out / "suspects" / f"{row['query_id']}.mp4", side)
    kept = {row["query_id"] for row in chosen}
    truth, ignored = ([row for row in rows if row["query_id"] in kept] for rows in (labels.truth, labels.ignored))
    Labels(truth=truth, suspects=chosen, ignored=ignored).write(out)


def make_still(labels: Labels, source: Path, out: Path, *, seed: int) -> None:
    """A frame of every taken stretch, and of every suspect that took nothing."""
    rng = np.random.default_rng([seed, 2])
    (out / "suspects").mkdir(parents=True)
    truth: list[Row] = []
    suspects: list[Row] = []
    ignored: list[Row] = []
    for number, row in enumerate(labels.truth):
        still = f"{row['query_id']}-{number}"
        seconds = (float(row["query_start"]) + float(row["query_end"])) / 2
        cv2.imwrite(*_jpeg(out, still, _frame_at(_video(source, row["query_id"]), seconds)))
        others = {
            other["ref_id"]
            for other in (*labels.ignored, *labels.truth)
            if other["query_id"] == row["query_id"] and other["ref_id"] != row["ref_id"]
        }
        ignored += [{"query_id": still, "ref_id": work} for work in sorted(others)]
        truth.append({**row, "query_id": still, "query_start": "0", "query_end": "0"})
        suspects.append({"query_id": still, "family": row["family"], "seconds": "0", "positive": "1"})
    for row in labels.suspects:
        if row["positive"] == "0":
            seconds = float(row["seconds"]) * rng.uniform(0.05, 0.95)
            cv2.imwrite(*_jpeg(out, row["query_id"], _frame_at(_video(source, row["query_id"]), seconds)))
            suspects.append({**row, "seconds": "0"})
    Labels(truth=truth, suspects=suspects, ignored=ignored).write(out)


def _jpeg(out: Path, name: str, picture: Picture) -> tuple[str, Picture, list[int]]:
    return str(out / "suspects" / f"{name}.jpg"), picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]


def _video(source: Path, name: str) -> Path:
    return next((source / "suspects").glob(f"{name}.*"))


def _frames(path: Path) -> Iterator[tuple[float, Picture]]:
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            yield float(frame.time or 0.0), frame.to_ndarray(format="bgr24")


def _frame_at(path: Path, seconds: float) -> Picture:
    """The last frame at or before a moment."""
    shown: Picture | None = None
    for time, picture in _frames(path):
        if shown is not None and time > seconds:
            break
        shown = picture
    if shown is None:
        raise ValueError(f"{path}: holds no frame")
    return shown


def _encode_small(path: Path, place: Path, side: float) -> None:
    with av.open(str(path)) as container:
        rate = container.streams.video[0].average_rate or Fraction(15)
    with av.open(str(place), "w") as written:
        stream = None
        for _, picture in _frames(path):
            height, width = picture.shape[:2]
            scale = side / max(height, width)
            if stream is None:
                stream = written.add_stream("libx264", rate=rate, options={"crf": SMALL_CRF})
                stream.width, stream.height = (2 * round(edge * scale / 2) for edge in (width, height))
                stream.pix_fmt = "yuv420p"
            small = cv2.resize(picture, (stream.width, stream.height), interpolation=cv2.INTER_AREA)
            written.mux(stream.encode(av.VideoFrame.from_ndarray(small, format="bgr24")))
        if stream is not None:
            written.mux(stream.encode())


def main() -> None:
    """Make both folders."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suspects", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--every", type=int, default=3)
    options = parser.parse_args()
    labels = Labels.read(options.suspects)
    make_small(labels, options.suspects, options.out / "small", seed=options.seed, every=options.every)
    make_still(labels, options.suspects, options.out / "still", seed=options.seed)


if __name__ == "__main__":
    main()
