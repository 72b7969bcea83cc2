"""`compare` in a process without network, under limits: a hostile suspect ends that process, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from index.api import Reader
from similarity.compare.session import Session, session_on
from similarity.config import Config
from similarity.errors import ConfigurationError, ReportError
from similarity.ingest.describing import PRELOAD
from similarity.progress import SILENT, Progress
from similarity.report.build.report import compare_to_folder
from similarity.report.schema.report import Report
from similarity.workers.jobs import working
from similarity.workers.limits import WorkLimits

__all__ = ["compare_contained"]

_Suspect = tuple[Path, Path, tuple[Path, ...]]
"""A suspect, the folder of its report, controls."""
_Made = tuple[Report, tuple[Path, ...]]


def compare_contained(
    suspect: Path, session: Session, folder: Path, *, controls: Sequence[Path] = (), progress: Progress = SILENT
) -> _Made:
    """The same as `compare_to_folder`, in a process of its own.

    Args:
        suspect: the file.
        session: the library, ready for comparing; it lies in a folder.
        folder: for the report.
        controls: clips made from the same idea.
        progress: hears how far it is.

    Raises:
        ConfigurationError: the library lies in no folder.
        WorkerDiedError: the process crashed, or took more than it may.
        ReportError: the folder can't be made.
    """
    is_new = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReportError(f"{folder}: can't be made: {error}; choose another --out") from error
    try:
        return _compared((suspect, folder, tuple(controls)), session, progress)
    finally:
        if is_new and not any(folder.iterdir()):
            folder.rmdir()


def _compared(task: _Suspect, session: Session, progress: Progress) -> _Made:
    if session.library_path is None:
        raise ConfigurationError("media.isolate: expected a library in a folder, got one in memory; leave it false")
    start = partial(_start, session.rows.library, session.config, session.library_path)
    limits = WorkLimits().contained(task[1].resolve())
    with working(start, limits, num_tasks=1, preload=(*PRELOAD, __name__)) as workers:
        (job,) = workers.in_order([task])
        made: _Made = job.result(progress)
        return made


def _start(library: Reader, config: Config, library_path: Path) -> Callable[[_Suspect, Progress], _Made]:
    return partial(_compare, session_on(library, config, library_path))


def _compare(session: Session, task: _Suspect, progress: Progress) -> _Made:
    suspect, folder, controls = task
    return compare_to_folder(suspect, session, folder, controls=controls, progress=progress)
