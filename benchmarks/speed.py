#!/usr/bin/env python3
"""Speed and memory of the product, each figure beside the bare decode of the same file in the same run.

    python benchmarks/speed.py description --film FILM   decode, standard and quick description of a 720p film
    python benchmarks/speed.py memory --film FILM        peak memory of describing FILM looped to 10 min and to 2 h
    python benchmarks/speed.py compare                   a 1-minute suspect against a 10-hour library
    python benchmarks/speed.py help                      time of `similarity --help`

FILM is any video; for `description` its first two minutes are scaled to 1280 x 720 and coded as H.264.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from index import Writer

ROUNDS = 3
WITHOUT_CLIP = {"describe": {"use_clip": "never"}}
"""What an installation without fetched weights does."""


def bare_decode(path: Path) -> int:
    """Frames of a threaded PyAV decode that drops every frame."""
    import av

    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        return sum(1 for _ in container.decode(stream))


def described(path: Path, *, profile: str) -> int:
    """Frames of the film (decoded or not), after describing it."""
    from similarity.config import load_profile
    from similarity.describe.choose import choose_describers
    from similarity.describe.video import describe_video

    config = load_profile(profile, WITHOUT_CLIP)
    video = describe_video(path, choose_describers(config.describe).describers, config=config.sample)
    return video.counts.num_frames_from_content


def scaled_film(source: Path, target: Path, *, seconds: float = 120.0) -> Path:
    """The first seconds of a film at 1280 x 720, H.264 with x264's defaults at crf 20."""
    import av

    with av.open(str(source)) as film, av.open(str(target), "w") as out:
        stream = film.streams.video[0]
        rate = stream.average_rate or Fraction(25)
        coded = out.add_stream("libx264", rate=rate)
        coded.width, coded.height, coded.pix_fmt = 1280, 720, "yuv420p"
        coded.options = {"crf": "20", "preset": "fast"}
        for number, frame in enumerate(film.decode(stream)):
            if frame.time is not None and frame.time > seconds:
                break
            scaled = frame.reformat(1280, 720, "yuv420p", interpolation="BICUBIC")
            scaled.pts, scaled.time_base = number, 1 / rate
            out.mux(coded.encode(scaled))
        out.mux(coded.encode())
    return target


def looped_film(source: Path, target: Path, *, seconds: float) -> Path:
    """A film repeated, without coding it again, until it lasts so long."""
    import av

    with av.open(str(target), "w") as out:
        coded, shift = None, 0
        while coded is None or shift * coded.time_base < seconds:
            with av.open(str(source)) as film:
                stream = film.streams.video[0]
                coded = coded or out.add_stream_from_template(stream)
                last = 0
                for packet in film.demux(stream):
                    if packet.dts is None:
                        continue
                    packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
                    last = max(last, packet.pts + packet.duration)
                    packet.stream = coded
                    out.mux(packet)
                shift = last
    return target


def timed(action: Callable[[], int]) -> tuple[float, int]:
    """Seconds and frames of one run."""
    start = time.perf_counter()
    frames = action()
    return time.perf_counter() - start, frames


def measure_description(film: Path) -> dict[str, object]:
    """Frame rates of bare decode, standard and quick description, in turn, medians of ROUNDS."""
    with tempfile.TemporaryDirectory() as folder:
        scaled = scaled_film(film, Path(folder) / "film.mp4")
        described(scaled, profile="quick")  # imports and caches
        rates: dict[str, list[float]] = {"bare": [], "standard": [], "quick": []}
        frames = bare_decode(scaled)
        for _ in range(ROUNDS):
            for name, action in (
                ("bare", lambda: bare_decode(scaled)),
                ("standard", lambda: described(scaled, profile="standard")),
                ("quick", lambda: described(scaled, profile="quick")),
            ):
                rates[name].append(frames / timed(action)[0])
    ratios = [standard / bare for standard, bare in zip(rates["standard"], rates["bare"], strict=True)]
    gains = [quick / standard for quick, standard in zip(rates["quick"], rates["standard"], strict=True)]
    return {
        "frames": frames,
        **{f"{name}_frames_per_second": round(statistics.median(values), 1) for name, values in rates.items()},
        "standard_over_bare": [round(ratio, 3) for ratio in ratios],
        "quick_over_standard": [round(gain, 1) for gain in gains],
    }


def measure_memory(film: Path) -> dict[str, object]:
    """Peak resident memory of describing ten minutes and two hours, each in a process of its own."""
    figures: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, seconds in (("10_minutes", 600.0), ("2_hours", 7200.0)):
            long = looped_film(film, Path(folder) / f"{name}.mp4", seconds=seconds)
            output = subprocess.run(
                [sys.executable, __file__, "peak", "--film", str(long)], check=True, capture_output=True, text=True
            ).stdout
            figures[name] = json.loads(output)
            long.unlink()
    return figures


def measure_peak(film: Path) -> dict[str, object]:
    """Describe one film in this process."""
    seconds, frames = timed(lambda: described(film, profile="standard"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"frames": frames, "seconds": round(seconds, 1), "peak_resident_megabytes": round(peak / 1024)}


def measure_compare() -> dict[str, object]:
    """Seconds for a rendered 1-minute suspect against 10 hours of made-up works, decoding and pictures apart."""
    from index import open_library
    from similarity.compare.engine import compare_described
    from similarity.compare.session import open_session
    from similarity.config import load_profile
    from similarity.demo.footage import render_demo
    from similarity.ingest.add import add_files

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        footage = render_demo(folder)
        minute = looped_film(footage.paths("suspect")[0], folder / "minute.mp4", seconds=55.0)
        config = load_profile("standard", WITHOUT_CLIP)
        with open_library(folder / "library", create=True) as library:
            add_files(footage.paths("work"), library, config=config)
            add_made_up_works(library, hours=10, works=40)
            session = open_session(library, config)
            description, _ = timed(lambda: len(session.describe(minute).samples))
            video = session.describe(minute)
            comparison, matches = timed(lambda: len(compare_described(video, session.rows, config=config).matches))
        return {
            "suspect_seconds": round(video.counts.duration_seconds_from_content, 1),
            "library_hours": 10,
            "description_seconds": round(description, 2),
            "comparison_seconds": round(comparison, 2),
            "matches": matches,
        }


def add_made_up_works(library: Writer, *, hours: float, works: int) -> None:
    """Works of random descriptors, as many samples as so many hours have."""
    from index import NewEntry

    pattern = library.entries("work")[0]
    samples, scenes = library.samples(pattern.entry_id), library.scenes(pattern.entry_id)
    count = int(hours * 3600 * 2 / works)
    rng = np.random.default_rng(3)
    ticks = np.arange(count, dtype=np.int64)
    for number in range(works):
        rows = {
            one.name: rng.standard_normal((count, one.dimensions)).astype(np.float32)
            for one in library.descriptor_sets()
            if one.kind == "float"
        }
        library.add(
            NewEntry(
                entry_id=f"made-up-{number}",
                role="work",
                source_path="made-up",
                sha256=f"{number:064x}",
                size_bytes=1,
                duration_seconds=count / 2,
                facts_json=pattern.facts_json,
                catalogue={},
                samples=replace(
                    samples,
                    time_base=Fraction(1, 2),
                    start_pts=0,
                    pts=ticks,
                    scene=np.zeros(count, dtype=np.int32),
                    reason=np.zeros(count, dtype=np.uint8),
                    gate=np.zeros(count, dtype=np.uint8),
                    quality=np.full(count, 100, dtype=np.uint8),
                    box=np.tile(np.array([0, 0, 1000, 1000], dtype=np.int16), (count, 1)),
                ),
                scenes=replace(
                    scenes,
                    start_pts=np.array([0], dtype=np.int64),
                    end_pts=np.array([count], dtype=np.int64),
                    is_gradual=np.array([False]),
                ),
                descriptors={
                    **{name: some / np.linalg.norm(some, axis=1, keepdims=True) for name, some in rows.items()},
                    "pdq": rng.integers(0, 256, (count, 32), dtype=np.uint8),
                },
            )
        )


def measure_help() -> dict[str, object]:
    """Seconds of `similarity --help`, median of five."""
    program = Path(sys.executable).parent / "similarity"
    times = [timed(lambda: subprocess.run([program, "--help"], check=True, capture_output=True).returncode)[0]
             for _ in range(5)]  # fmt: skip
    return {"help_seconds": round(statistics.median(times), 3)}


def main() -> None:
    """Run one measurement and print its figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["description", "memory", "peak", "compare", "help"])
    parser.add_argument("--film", type=Path)
    options = parser.parse_args()
    if options.what in {"description", "memory", "peak"} and options.film is None:
        parser.error(f"{options.what} needs --film")
    measured = {
        "description": lambda: measure_description(options.film),
        "memory": lambda: measure_memory(options.film),
        "peak": lambda: measure_peak(options.film),
        "compare": measure_compare,
        "help": measure_help,
    }[options.what]()
    sys.stdout.write(json.dumps(measured, indent=1) + "\n")


if __name__ == "__main__":
    main()
