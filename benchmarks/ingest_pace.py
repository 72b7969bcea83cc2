"""How fast and in how much memory films are indexed, beside a bare decode of the same file in the same run.

FILM is looped, without coding it again, until it lasts `--minutes`.  In each round, in turn: a bare decode on all
cores, and `add` of the film into a new library (all tracks, rows written).  `standard_over_bare` is the speed of the
second as a part of that of the first, median of the rounds; core seconds tell the same apart from what else the machine
does.  `--codecs` and `--sizes` measure its first seconds coded anew, too: as H.264, HEVC or VP9 at 1280 x 720 or 1920 x
1080, with some grain, because scaled-up footage decodes too easily.  `--peers` measures vPDQ (PDQ of one frame a
second) and a plain open_clip ViT-B/32 loop with random weights (the same frames) over FILM.
"""

from __future__ import annotations

import argparse
import itertools
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
from speed import WITHOUT_CLIP, bare_decode, looped_film

__all__ = ["main"]

SIZES = {"720p": (1280, 720), "1080p": (1920, 1080)}
CODECS = {
    "h264": ("libx264", {"crf": "21", "preset": "fast"}),
    "hevc": ("libx265", {"crf": "24", "preset": "ultrafast", "x265-params": "log-level=error"}),
    "vp9": ("libvpx-vp9", {"crf": "33", "b": "0", "deadline": "realtime", "cpu-used": "8", "row-mt": "1"}),
}
GRAIN_LEVELS = 3.0
GRAIN_PICTURES = 7
CLIP_BATCH = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What something took."""

    wall_seconds: float
    core_seconds: float


def spent(action: Callable[[], object]) -> Spent:
    """Time of an action, with that of the processes it waited for."""
    before, start = core_seconds(), time.perf_counter()
    action()
    return Spent(wall_seconds=time.perf_counter() - start, core_seconds=core_seconds() - before)


def core_seconds() -> float:
    """Processor time of this process and of those it waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def coded_film(source: Path, target: Path, *, size: tuple[int, int], codec: str, seconds: float) -> Path:
    """The first seconds of a film in another size and codec, with grain on its brightness."""
    import av

    encoder, options = CODECS[codec]
    grain = np.random.default_rng(1).normal(0, GRAIN_LEVELS, (GRAIN_PICTURES, size[1], size[0])).astype(np.int16)
    with av.open(str(source)) as film, av.open(str(target), "w") as out:
        stream = film.streams.video[0]
        rate = stream.average_rate or Fraction(25)
        coded = out.add_stream(encoder, rate=rate)
        coded.width, coded.height, coded.pix_fmt, coded.options = *size, "yuv420p", options
        for number, frame in enumerate(film.decode(stream)):
            if number >= seconds * rate:
                break
            planes = frame.reformat(*size, "yuv420p", interpolation="BICUBIC").to_ndarray()
            luma = planes[: size[1]]
            luma[:] = np.clip(luma + grain[number % GRAIN_PICTURES], 16, 235)
            grained = av.VideoFrame.from_ndarray(planes, format="yuv420p")
            grained.pts, grained.time_base = number, 1 / rate
            out.mux(coded.encode(grained))
        out.mux(coded.encode())
    return target


def added(film: Path, folder: Path) -> None:
    """Index a film into a new library, all tracks."""
    from index import open_library
    from similarity.config import load_profile
    from similarity.ingest.add import add_files

    with tempfile.TemporaryDirectory(dir=folder) as name, open_library(Path(name) / "library", create=True) as library:
        (result,) = add_files([film], library, config=load_profile("standard", WITHOUT_CLIP))
        if result.status != "added":
            raise SystemExit(f"{film}: {result.detail}")


def measured_film(film: Path, folder: Path, *, rounds: int) -> dict[str, object]:
    """Both in turn, so many rounds."""
    frames = bare_decode(film)
    bare, standard = [], []
    for _ in range(rounds):
        bare.append(spent(lambda: bare_decode(film)))
        standard.append(spent(lambda: added(film, folder)))
    return {
        "frames": frames,
        "bare_frames_per_second": round(frames / statistics.median(one.wall_seconds for one in bare), 1),
        "standard_frames_per_second": round(frames / statistics.median(one.wall_seconds for one in standard), 1),
        "standard_over_bare": _ratio(bare, standard, lambda one: one.wall_seconds),
        "standard_over_bare_of_core_seconds": _ratio(bare, standard, lambda one: one.core_seconds),
    }


def _ratio(bare: list[Spent], standard: list[Spent], figure: Callable[[Spent], float]) -> float:
    return round(statistics.median(figure(b) / figure(s) for b, s in zip(bare, standard, strict=True)), 3)


def pictures_per_second(film: Path, *, side: int | None = None) -> Iterator[npt.NDArray[np.uint8]]:
    """The first frame of every second, RGB, at full size or as a square."""
    import av

    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        due = 0.0
        for frame in container.decode(stream):
            if frame.time is not None and frame.time >= due:
                due += 1.0
                yield frame.to_ndarray(format="rgb24", **({} if side is None else {"width": side, "height": side}))


def vpdq(film: Path) -> int:
    """Hash a video as published (vPDQ, ThreatExchange, 2022): PDQ of one frame a second, at most 512 pixels wide."""
    import cv2
    import pdqhash

    count = 0
    for picture in pictures_per_second(film):
        shrink = 512 / max(picture.shape[:2])
        pdqhash.compute(cv2.resize(picture, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA))
        count += 1
    return count


def open_clip_loop(film: Path) -> int:
    """A plain open_clip loop: ViT-B/32 with random weights over one frame a second."""
    import open_clip
    import torch

    model = open_clip.create_model("ViT-B-32", pretrained=None).eval()
    pictures = list(pictures_per_second(film, side=224))
    with torch.inference_mode():
        for first in range(0, len(pictures), CLIP_BATCH):
            batch = torch.from_numpy(np.stack(pictures[first : first + CLIP_BATCH])).permute(0, 3, 1, 2).float()
            model.encode_image(batch / 127.5 - 1)
    return len(pictures)


def peaks_of_adding(film: Path) -> dict[str, object]:
    """Peak resident memory of a process that indexes the film looped to ten minutes and to two hours, megabytes."""
    peaks: dict[str, object] = {}
    for name, seconds in (("10_minutes", 600.0), ("2_hours", 7200.0)):
        with tempfile.TemporaryDirectory() as folder:
            long = looped_film(film, Path(folder) / "film.mp4", seconds=seconds)
            command = [sys.executable, __file__, "peak", "--film", str(long)]
            peaks[name] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return peaks


def measure_peak(film: Path) -> int:
    """Peak resident memory of this process after indexing a film, megabytes."""
    with tempfile.TemporaryDirectory() as folder:
        added(film, Path(folder))
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def measure_ingest(options: argparse.Namespace) -> dict[str, object]:
    """Figures of the film as it is; then what was asked for beside them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        film = looped_film(options.film, folder / "film.mp4", seconds=60 * options.minutes)
        added(film, folder)  # imports and caches
        figures = measured_film(film, folder, rounds=options.rounds)
        if options.codecs:
            figures["coded_anew"] = measured_codings(options, folder)
        if options.peers:
            figures["peers"] = {"vpdq": _beside(film, vpdq), "open_clip_vit_b_32": _beside(film, open_clip_loop)}
    if options.memory:
        figures["peak_megabytes"] = peaks_of_adding(options.film)
    return figures


def measured_codings(options: argparse.Namespace, folder: Path) -> dict[str, object]:
    """Figures of the film's first seconds in every codec and size that was asked for."""
    figures: dict[str, object] = {}
    for size, codec in itertools.product(options.sizes, options.codecs):
        short = folder / f"{codec}-{size}-short.mp4"
        coded_film(options.film, short, size=SIZES[size], codec=codec, seconds=options.seconds)
        film = looped_film(short, folder / f"{codec}-{size}.mp4", seconds=60 * options.minutes)
        figures[f"{codec} {size}"] = measured_film(film, folder, rounds=options.rounds)
    return figures


def _beside(film: Path, action: Callable[[Path], int]) -> dict[str, object]:
    bare, peer = spent(lambda: bare_decode(film)), spent(lambda: action(film))
    return {
        "over_bare": _ratio([bare], [peer], lambda one: one.wall_seconds),
        "over_bare_of_core_seconds": _ratio([bare], [peer], lambda one: one.core_seconds),
    }


def main(arguments: Sequence[str]) -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", choices=["ingest", "peak"], default="ingest")
    parser.add_argument("--film", type=Path, required=True, help="any video")
    parser.add_argument("--seconds", type=float, default=20.0, help="how much of it is coded anew")
    parser.add_argument("--minutes", type=float, default=2.0, help="how long the looped films are")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--codecs", nargs="+", choices=CODECS, default=[], help="measure it in these, too")
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=list(SIZES), help="at these")
    parser.add_argument("--peers", action="store_true", help="also vPDQ and a plain open_clip loop")
    parser.add_argument("--memory", action="store_true", help="also peak memory over 10 minutes and 2 hours")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    figures: object = measure_peak(options.film) if options.what == "peak" else measure_ingest(options)
    if options.json or not isinstance(figures, dict):
        sys.stdout.write(json.dumps(figures, indent=1) + "\n")
    else:
        sys.stdout.writelines(f"{name}: {found}\n" for name, found in figures.items())


if __name__ == "__main__":
    main(sys.argv[1:])
