"""The demo's footage, made on the spot: works, suspects, background, and the truth about them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import Literal

import av
import numpy as np
from av.video.stream import VideoStream
from PIL import Image

from similarity.demo.camera import shoot
from similarity.demo.film import Excerpt, Film, FilmFormat, Script
from similarity.demo.script import BACKGROUND, STILLS, SUSPECTS, WORKS
from similarity.progress import SILENT, Progress

__all__ = ["CopiedStretch", "DemoFootage", "FilmTruth", "render_demo", "render_tiny_demo"]

_DEMO_FORMAT = FilmFormat(size=(640, 360), frame_rate=25, time_scale=1.0)
_TINY_FORMAT = FilmFormat(size=(160, 90), frame_rate=25, time_scale=0.5)
_REPORT_EVERY_FRAMES = 50
_ENCODER_OPTIONS = {"crf": "20", "preset": "veryfast", "threads": "1", "x264-params": "mbtree=0"}
"""With more threads, or with macroblock-tree rate control, x264 gives other bytes from run to run."""
_NUM_FILMS_AT_ONCE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmTruth:
    """A film and where its shots begin."""

    name: str
    """Stem of the file: the film's id."""
    role: Literal["work", "suspect", "background"]
    """What it is in the demo."""
    path: Path
    """The file."""
    seconds: float
    """Length; 0 for a still."""
    cut_seconds: tuple[float, ...]
    """First moments of new shots after hard cuts."""
    gradual_seconds: tuple[float, ...]
    """Middles of dissolves and ends of the black between fades."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedStretch:
    """What a suspect took: [start, end) in either film, seconds."""

    query_id: str
    """The suspect."""
    ref_id: str
    """The work."""
    query_start: float
    """First moment in the suspect."""
    query_end: float
    """First moment after it in the suspect."""
    ref_start: float
    """First moment in the work."""
    ref_end: float
    """First moment after it in the work."""
    edit: str
    """What was done to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoFootage:
    """Everything rendered."""

    folder: Path
    """Where it lies."""
    films: tuple[FilmTruth, ...]
    """Works with their stills, suspects, background."""
    copied: tuple[CopiedStretch, ...]
    """Every stretch that a suspect took."""

    def paths(self, role: Literal["work", "suspect", "background"]) -> tuple[Path, ...]:
        """The files of one role, in order."""
        return tuple(film.path for film in self.films if film.role == role)


def render_demo(folder: Path, *, progress: Progress = SILENT) -> DemoFootage:
    """Render `works/`, `background/`, `suspect_*.mp4` and `truth.json` into a folder; the same files every time.

    Args:
        folder: made if missing; files of the same names are replaced.
        progress: hears the frames rendered, of all films together, every few frames, from one thread at a time.

    Raises:
        UnreadableMediaError: a photograph is missing from the installed scikit-image.
    """
    return _render(folder, _DEMO_FORMAT, progress)


def render_tiny_demo(folder: Path, *, progress: Progress = SILENT) -> DemoFootage:
    """The same films at half the length and 160 x 90 pixels, in a few seconds: for tests."""
    return _render(folder, _TINY_FORMAT, progress)


def _render(folder: Path, film_format: FilmFormat, progress: Progress) -> DemoFootage:
    works = {script.name: Film(script, film_format, sources={}) for script in WORKS}
    planned: list[tuple[Film, FilmTruth]] = [
        *((film, _truth(film, "work", folder / "works")) for film in works.values()),
        *((film, _truth(film, "suspect", folder)) for film in _films(SUSPECTS, film_format, works)),
        *((film, _truth(film, "background", folder / "background")) for film in _films(BACKGROUND, film_format, {})),
    ]
    tally = _Tally(folder / "footage", sum(film.num_frames for film, _ in planned), progress)
    _encode_all(planned, tally)
    films = (*(truth for _, truth in planned), *_write_stills(folder / "works", film_format))
    copied = tuple(stretch for film, truth in planned if truth.role == "suspect" for stretch in _copied(film))
    footage = DemoFootage(folder=folder, films=films, copied=copied)
    _write_truth(footage)
    return footage


def _encode_all(planned: Sequence[tuple[Film, FilmTruth]], tally: _Tally) -> None:
    with ThreadPoolExecutor(_NUM_FILMS_AT_ONCE) as pool:
        try:
            waiting = [pool.submit(_encode, film, truth.path, tally) for film, truth in planned]
            for future in waiting:
                future.result()
        except BaseException:
            tally.is_stopped = True
            pool.shutdown(wait=False, cancel_futures=True)
            raise


class _Tally:
    """Counts frames of films that are rendered side by side."""

    def __init__(self, path: Path, total: int, progress: Progress) -> None:
        self._path, self._total, self._progress = path, total, progress
        self._done = 0
        self.is_stopped = False
        """Set when one failed or somebody pressed Ctrl-C: the others need not go on."""
        self._lock = Lock()

    def add(self, num_frames: int) -> None:
        with self._lock:
            self._done += num_frames
            self._progress.begin(self._path, number=self._done + 1, total=self._total)


def _films(scripts: tuple[Script, ...], film_format: FilmFormat, sources: dict[str, Film]) -> list[Film]:
    return [Film(script, film_format, sources=sources) for script in scripts]


def _truth(film: Film, role: Literal["work", "suspect", "background"], folder: Path) -> FilmTruth:
    return FilmTruth(
        name=film.script.name,
        role=role,
        path=folder / f"{film.script.name}.mp4",
        seconds=film.seconds(film.num_frames),
        cut_seconds=tuple(film.seconds(cut.frame) for cut in film.cuts if not cut.is_gradual),
        gradual_seconds=tuple(film.seconds(cut.frame) for cut in film.cuts if cut.is_gradual),
    )


def _copied(film: Film) -> list[CopiedStretch]:
    film_format, found = film.film_format, []
    for number, piece in enumerate(film.script.pieces):
        if not isinstance(piece, Excerpt):
            continue
        start, end = film.starts[number], film.starts[number + 1]
        first = film_format.num_frames(piece.start_seconds)
        edit = piece.edit if piece.speed == 1 else f"played at {piece.speed} times the speed"
        stretch = CopiedStretch(
            query_id=film.script.name,
            ref_id=piece.film,
            query_start=film.seconds(start),
            query_end=film.seconds(end),
            ref_start=film.seconds(first),
            ref_end=film.seconds(first) + film.seconds(end - start) * piece.speed,
            edit=edit,
        )
        found.append(stretch)
    return found


def _encode(film: Film, path: Path, tally: _Tally) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=film.film_format.frame_rate)
        _set_up(stream, film.film_format)
        for start in range(0, film.num_frames, _REPORT_EVERY_FRAMES):
            end = min(start + _REPORT_EVERY_FRAMES, film.num_frames)
            for number in range(start, end):
                if tally.is_stopped:
                    return
                frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(film.picture(number)), format="rgb24")
                container.mux(stream.encode(frame))
            tally.add(end - start)
        container.mux(stream.encode())


def _set_up(stream: VideoStream, film_format: FilmFormat) -> None:
    stream.width, stream.height = film_format.size
    stream.pix_fmt = "yuv420p"
    stream.options = dict(_ENCODER_OPTIONS)


def _write_stills(folder: Path, film_format: FilmFormat) -> list[FilmTruth]:
    written = []
    for name, shot in STILLS:
        path = folder / f"{name}.png"
        Image.fromarray(shoot(shot, 0.0, film_format.size)).save(path)
        truth = FilmTruth(name=name, role="work", path=path, seconds=0.0, cut_seconds=(), gradual_seconds=())
        written.append(truth)
    return written


def _write_truth(footage: DemoFootage) -> None:
    films = [asdict(film) | {"path": film.path.relative_to(footage.folder).as_posix()} for film in footage.films]
    content = {"films": films, "copied": [asdict(stretch) for stretch in footage.copied]}
    (footage.folder / "truth.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
