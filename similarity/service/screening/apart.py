"""Uploads are decoded, described, compared and shown apart: in a contained process that holds no keys to anything.

The worker keeps the database and the lease; the process sees the library, one upload and one folder to write to.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from index import open_library
from similarity.compare.session import Session, open_session
from similarity.config import Config, config_from_json
from similarity.contained.limits import Limits, Room
from similarity.contained.process import ContainedProcess
from similarity.describe.stored import pack_video, unpack_video
from similarity.errors import MediaError
from similarity.service.clock import new_id
from similarity.service.screening.measured import Measured
from similarity.service.screening.measuring import found_among, measure, unreadable
from similarity.service.settings import Settings
from similarity.service.uploads.blobs import blob_path, link_file

__all__ = ["Apart", "Screened", "Screener", "ScreeningRoom"]

_FACTORY = "similarity.service.screening.apart:ScreeningRoom"
_CACHES = ("similarity", "huggingface", "clip", "torch", "fontconfig")
_log = logging.getLogger("similarity.service.screening")


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """What was measured of an upload, against which library."""

    measured: Measured
    """The figures."""
    generation: tuple[str, str]
    """State of works and of background that they stand on."""


class Screener(Protocol):
    """Measures uploads and writes their reports."""

    @property
    def generation(self) -> tuple[str, str]:
        """State of works and of background as they are now."""

    def screen(self, sha256: str, *, prompt: str | None) -> Screened:
        """Measure the file of this content; its rows are kept."""

    def works(self) -> Mapping[str, str]:
        """Works as they are now: entry -> SHA-256 of its file."""

    def late(self, sha256: str, work_ids: Sequence[str]) -> tuple[str, ...]:
        """Those of some works that are found in the file of this content, by the rows that were kept."""

    def report(self, sha256: str, place: Path) -> None:
        """Write the report of the file of this content into a folder."""


class ScreeningRoom:
    """What is made inside the contained process: the library, open, at one generation.

    Args:
        library: folder of the library.
        config: `Config.to_json()`.
    """

    def __init__(self, library: str, config: str) -> None:
        import similarity.report.build.report  # noqa: F401 - imported before the walls rise

        self._library = open_library(Path(library))
        self._session: Session = open_session(self._library, config_from_json(config))
        self._generation = [self._session.rows.library.state_sha256(role) for role in ("work", "background")]

    def ready(self) -> bool:
        """The library is open."""
        return True

    def measure(self, path: str, prompt: str | None, rows: str) -> dict[str, Any]:
        """Figures of a file; what a later work is compared with is written to `rows`.

        Args:
            path: the file.
            prompt: what a generator was asked, where it is known.
            rows: file that rows are written to.
        """
        try:
            measured, video = measure(Path(path), self._session, prompt=prompt)
            Path(rows).write_bytes(pack_video(video, with_record=True))
        except MediaError as error:
            measured = unreadable(error, Path(path))
        return {"measured": measured.model_dump(mode="json"), "generation": self._generation}

    def late(self, path: str, rows: str, work_ids: list[str]) -> list[str]:
        """Those of some works that are found, by rows that were written before."""
        video = unpack_video(Path(rows).read_bytes(), rows)
        return list(found_among(replace(video, path=Path(path)), self._session, work_ids))

    def report(self, path: str, folder: str) -> int:
        """The report of a file in every form; how many files it has."""
        from similarity.report.build.report import compare_to_folder

        _, files = compare_to_folder(Path(path), self._session, Path(folder), controls=())
        return len(files)

    def close(self) -> None:
        """Let go of the library."""
        self._library.close()


class Apart:
    """Measures in a contained process, or in this one where the settings say so.

    Args:
        settings: library, data, limits, `isolate`.
        config: how uploads are compared.
    """

    def __init__(self, settings: Settings, config: Config) -> None:
        self._settings, self._config = settings, config
        self._library = open_library(settings.library)
        self._folder = settings.data / "contained" / new_id("worker")
        self._lock: int | None = None
        self._process: ContainedProcess | None = None
        self._here: ScreeningRoom | None = None
        self._state = ""

    @property
    def generation(self) -> tuple[str, str]:
        """State of works and of background as they are now."""
        return self._library.state_sha256("work"), self._library.state_sha256("background")

    def ready(self) -> None:
        """Open the library now, not with the first upload.

        Raises:
            SimilarityError: it can't be compared with.
        """
        self._ask("ready", {})

    def screen(self, sha256: str, *, prompt: str | None) -> Screened:
        """Measure the file of this content; its rows are kept.

        Raises:
            ContainedError: it crashed, hung or grew.
        """
        with self._linked(sha256) as path:
            rows = self._folder / "out" / "rows.npz"
            said = self._ask("measure", {"path": str(path), "prompt": prompt, "rows": str(rows)})
            measured = Measured.model_validate(said["measured"])
            works, background = map(str, said["generation"])
            if measured.is_readable:
                self._settings.described.mkdir(parents=True, exist_ok=True)
                rows.replace(self._settings.described / f"{sha256}.npz")
        return Screened(measured=measured, generation=(works, background))

    def works(self) -> Mapping[str, str]:
        """Works as they are now: entry -> SHA-256 of its file."""
        return {entry.entry_id: entry.sha256 for entry in self._library.entries("work")}

    def late(self, sha256: str, work_ids: Sequence[str]) -> tuple[str, ...]:
        """Those of some works that are found in the file of this content, by the rows that were kept.

        Raises:
            ContainedError: it crashed, hung or grew.
            OSError: there are no such rows.
        """
        with self._linked(sha256) as path:
            rows = path.with_suffix(".npz")
            link_file(self._settings.described / f"{sha256}.npz", rows)
            try:
                said = self._ask("late", {"path": str(path), "rows": str(rows), "work_ids": list(work_ids)})
            finally:
                rows.unlink(missing_ok=True)
        return tuple(map(str, said))

    def report(self, sha256: str, place: Path) -> None:
        """Write the report of the file of this content into a folder that is not there yet.

        Raises:
            ContainedError: it crashed, hung or grew.
        """
        with self._linked(sha256) as path:
            making = self._folder / "out" / "report"
            number = self._ask("report", {"path": str(path), "folder": str(making)})
            place.parent.mkdir(parents=True, exist_ok=True)
            making.replace(place)
            _log.info("report of %s: %s files", sha256[:12], number)

    def close(self) -> None:
        """End the process, and take its folder away."""
        self._end()
        self._library.close()
        if self._lock is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            os.close(self._lock)
            self._lock = None

    def _ask(self, method: str, arguments: Mapping[str, Any]) -> Any:
        """Ask the process, or the room in this one; where the library changed since, a fresh one."""
        state = self._library.state_sha256()
        if state != self._state:
            self._end()
            self._state = state
        if not self._settings.isolate:
            self._make_folder()
            self._here = self._here or ScreeningRoom(str(self._settings.library), self._config.to_json())
            return getattr(self._here, method)(**arguments)
        return self._contained().call(method, arguments)

    def _contained(self) -> ContainedProcess:
        if self._process is None:
            self._make_folder()
            settings = self._settings
            limits = Limits(
                memory_bytes=settings.screen_memory_bytes,
                cpu_seconds=settings.screen_seconds,
                wall_seconds=settings.screen_seconds,
            )
            sources = {Path(entry.source_path).parent for entry in self._library.entries()}
            readable = (settings.library, self._folder / "in", *sources, *_weights(self._config))
            self._process = ContainedProcess(
                _FACTORY,
                {"library": str(settings.library), "config": self._config.to_json()},
                room=Room(writable=self._folder / "out", readable=readable),
                limits=limits,
            )
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.end()
            self._process = None
        if self._here is not None:
            self._here.close()
            self._here = None

    @contextmanager
    def _linked(self, sha256: str) -> Iterator[Path]:
        """The one upload that the process may read, under a name of its own."""
        self._make_folder()
        path = self._folder / "in" / sha256
        path.unlink(missing_ok=True)
        link_file(blob_path(self._settings, sha256), path)
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def _make_folder(self) -> None:
        """A folder of its own, locked while this lives; those of killed workers are taken away."""
        if self._lock is not None:
            return
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        all_folders = os.open(self._folder.parent, os.O_RDONLY)
        try:
            fcntl.flock(all_folders, fcntl.LOCK_EX)
            for name in ("in", "out"):
                (self._folder / name).mkdir(parents=True)
            self._lock = os.open(self._folder, os.O_RDONLY)
            fcntl.flock(self._lock, fcntl.LOCK_EX)
            for other in self._folder.parent.iterdir():
                if other != self._folder and other.is_dir():
                    _sweep(other)
        finally:
            os.close(all_folders)


def _sweep(folder: Path) -> None:
    """Take a folder away that nobody holds."""
    with suppress(OSError):  # it is held, or another worker swept it
        handle = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder)
        finally:
            os.close(handle)


def _weights(config: Config) -> tuple[Path, ...]:
    """Files of models that the configuration names, and where fetched ones lie."""
    clip = config.describe.clip
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    named = (Path(one) for one in (clip.pretrained, clip.model_config) if one)
    return tuple(one for one in (*named, *(cache / name for name in _CACHES)) if one.exists())
