"""`scan --watch`: a run that follows folders.

Each look finds the files that are new, changed or gone, waits for those that are still being written, compares what
is ready, and writes the tables anew.  Between looks a changed library is opened again, and every suspect brought up to
date from its stored rows.  When to look is told from outside, by the operating system as a rule; a test says it itself.

    for _ in when_something_changed(folders):   # or any other iterable
        look
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from index.api import Writer
from similarity.compare.session import Session, open_session
from similarity.config import Config
from similarity.errors import ConfigurationError
from similarity.media.walk import find_media
from similarity.progress import SILENT, Progress
from similarity.scan.options import ScanOptions
from similarity.scan.results import ScanSummary, SuspectResult
from similarity.scan.scan import Scan
from similarity.workers.limits import IN_THIS_PROCESS, WorkLimits

__all__ = ["Watched", "watch_files", "when_something_changed"]

SETTLED_SECONDS = 2.0
"""For so long size and time of change of a file must stay before it is read."""
LOOK_SECONDS = 2.0
"""Between looks at files that are not settled, and at the library."""
WALK_SECONDS = 30.0
"""Between looks at all files, whatever was told of: network shares tell of nothing."""
SAVE_SECONDS = 60.0
"""Between two writings of the tables while many files are compared."""

_Stamp = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What is watched, and what it is compared with."""

    folders: tuple[Path, ...]
    """Folders of suspects."""
    library: Writer
    """The library, open."""
    config: Config
    """Search, alignment, measures."""
    out: Path
    """The run folder."""
    options: ScanOptions
    """What is asked beside the results."""
    limits: WorkLimits = IN_THIS_PROCESS
    """How many suspects are compared at once, and in how much memory."""

    def __post_init__(self) -> None:
        for folder in self.folders:
            if not folder.is_dir():
                raise ConfigurationError(
                    f"{folder}: --watch follows folders, and this is none; make it or name another"
                )
            if self.out.resolve().is_relative_to(folder.resolve()):
                raise ConfigurationError(
                    f"{self.out}: the run folder lies in {folder}, whose pictures would be taken for suspects; choose "
                    "one elsewhere with --out"
                )


def watch_files(
    watched: Watched,
    ticks: Iterable[object],
    *,
    settled_seconds: float = SETTLED_SECONDS,
    on_written: Callable[[ScanSummary], None] = lambda _: None,
    progress: Progress = SILENT,
) -> None:
    """Look at the folders at every tick, until there are no more; what was finished is in the tables, whatever ends it.

    Args:
        watched: folders, library and run folder.
        ticks: comes to its next item when it is time to look; an item that is false says that nothing was told of.
        settled_seconds: for how long a file must stay as it is before it is read.
        on_written: hears each time the tables were written.
        progress: hears every suspect.

    Raises:
        ConfigurationError: the run folder is of another configuration or version, or can't be written.
        EmptyLibraryError: the library holds no works.
    """
    follower = _Follower(watched, _Files(watched.folders, settled_seconds), on_written, progress)
    try:
        for told in ticks:
            follower.look(is_told=bool(told))
    finally:
        follower.save()


def when_something_changed(folders: Sequence[Path]) -> Iterator[bool]:
    """Whether something below the folders changed: each time that it did, and every `LOOK_SECONDS`; without end."""
    from watchfiles import watch

    yield True
    for changes in watch(*folders, watch_filter=None, yield_on_timeout=True, rust_timeout=round(1000 * LOOK_SECONDS)):
        yield bool(changes)


class _Files:
    """Which files there are, and which of them are ready to be read."""

    def __init__(self, folders: Sequence[Path], settled_seconds: float) -> None:
        self._folders, self._settled_seconds = folders, settled_seconds
        self._seen: dict[Path, tuple[_Stamp, float]] = {}
        self._walked = -float("inf")
        self.are_settled = False

    def is_due(self, *, is_told: bool) -> bool:
        """Whether a walk may find something."""
        return is_told or not self.are_settled or time.monotonic() - self._walked >= WALK_SECONDS

    def ready(self) -> dict[Path, _Stamp]:
        """The files whose size and time of change stay as they are, in order."""
        now, is_first = time.monotonic(), not self._seen
        self._walked = now
        seen: dict[Path, tuple[_Stamp, float]] = {}
        for path in self._walk():
            stamp = _stamp(path)
            if stamp is None:
                continue
            before = self._seen.get(path)
            if before is not None and before[0] == stamp:
                seen[path] = before
            else:
                is_old = is_first and time.time() - stamp[1] / 1e9 >= self._settled_seconds
                seen[path] = stamp, -float("inf") if is_old else now
        self._seen = seen
        ready = {path: stamp for path, (stamp, since) in seen.items() if now - since >= self._settled_seconds}
        self.are_settled = len(ready) == len(seen)
        return ready

    def _walk(self) -> Iterator[Path]:
        """Folders without a file that could be a suspect stand for themselves in a walk, and are none."""
        return (path for path in find_media(self._folders) if path not in self._folders)


def _stamp(path: Path) -> _Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


@dataclass(slots=True)
class _Follower:
    """The run, look by look."""

    watched: Watched
    files: _Files
    on_written: Callable[[ScanSummary], None]
    progress: Progress
    _state: str = ""
    _session: Session | None = None
    _scan: Scan | None = None
    _done: dict[Path, _Stamp] = field(default_factory=dict)
    _hashes: dict[Path, tuple[_Stamp, str]] = field(default_factory=dict)
    _in_tables: set[Path] = field(default_factory=set)
    _saved: float = field(default_factory=time.monotonic)
    _is_unsaved: bool = False

    def look(self, *, is_told: bool) -> None:
        """Take in what changed."""
        is_other = self._take_up_library()
        if not (is_other or self.files.is_due(is_told=is_told)):
            return
        ready = self.files.ready()
        self._forget({path for path in self._done.keys() | self._in_tables if not os.path.lexists(path)})
        self._compare({path: stamp for path, stamp in ready.items() if self._done.get(path) != stamp})
        self.save()

    def save(self) -> None:
        """Write the tables where there is something new, and nothing of what they hold is still to be done again."""
        if self._scan is None or not self._is_unsaved or self._in_tables - self._done.keys():
            return
        summary = self._scan.write(sorted(self._done))
        self._in_tables, self._is_unsaved, self._saved = set(self._done), False, time.monotonic()
        self.on_written(summary)

    def _forget(self, gone: set[Path]) -> None:
        """Files that are no longer there leave the tables; their results stay in the run folder."""
        self._is_unsaved |= bool(gone)
        self._in_tables -= gone
        for path in gone:
            self._done.pop(path, None)

    def _take_up_library(self) -> bool:
        """Open the library again where it changed; whether it did."""
        watched, state = self.watched, self.watched.library.state_sha256()
        if self._session is not None and state == self._state:
            return False
        if self._session is not None:
            self._session.rows.library.close()
        self._session = open_session(watched.library, watched.config)
        self._scan = Scan(self._session, watched.out, watched.options, watched.limits)
        self._state, self._done, self._is_unsaved = state, {}, True
        return True

    def _compare(self, due: Mapping[Path, _Stamp]) -> None:
        """Compare files that are new or changed, or all where the library is another.

        Tables of an earlier session stay until all of which it had results are looked at.
        """

        def take(path: Path, result: SuspectResult) -> None:
            self._take(path, due[path], result)

        if self._scan is None or not due:
            return
        if not self._hashes:
            self._in_tables |= self._scan.with_results(list(due))
        self._scan.look_at(list(due), self.progress, sha256_of=self._known_hashes(due), on_result=take)

    def _take(self, path: Path, stamp: _Stamp, result: SuspectResult) -> None:
        """Take in what became of a file; the tables are written now and then while many are compared."""
        if result.status == "compared":
            self._hashes[path] = stamp, result.sha256
        self._done[path], self._is_unsaved = stamp, True
        if time.monotonic() - self._saved >= SAVE_SECONDS:
            self.save()

    def _known_hashes(self, due: Mapping[Path, _Stamp]) -> dict[Path, str]:
        """Hashes of files that were read with the size and time of change that they have now."""
        return {path: sha256 for path, (stamp, sha256) in self._hashes.items() if due.get(path) == stamp}
