"""One suspect of a run after the other, here or in several processes: taken over, brought up to date, or measured.

Each process has the library at the generation of the run, and writes what it finds of a suspect into the run folder
itself, reports and timelines included, where no two suspects share a file.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from index.api import Reader
from similarity.absence import NotMeasured
from similarity.compare.part_search import PartSearcher
from similarity.compare.session import Session, session_on
from similarity.config import Config
from similarity.ingest.describing import PRELOAD
from similarity.media.digest import digest_file
from similarity.media.threads import use_one_thread
from similarity.progress import Progress
from similarity.report.build.report import described_to_folder
from similarity.report.writers.timeline_files import timeline_files
from similarity.scan.comparing import SuspectComparer
from similarity.scan.editing import timeline_of_result
from similarity.scan.options import ScanOptions
from similarity.scan.results import SuspectResult
from similarity.scan.rows import found_rows
from similarity.scan.run_folder import RunFolder
from similarity.workers.jobs import Workers, working
from similarity.workers.limits import WorkLimits

__all__ = ["How", "Suspect", "open_run", "suspect_workers"]

How = Literal["compared", "resumed", "updated", "failed"]
"""What became of a suspect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A file that is to be compared."""

    query_id: str
    """Its identifier."""
    path: Path
    """The file."""
    sha256: str | None = None
    """Of its bytes; None where they were not read yet."""


CompareSuspect = Callable[[Suspect, Progress], tuple[SuspectResult, How]]
"""Looks at one suspect."""


def open_run(session: Session, folder: Path, options: ScanOptions) -> RunFolder:
    """The run folder.

    Args:
        session: the library, ready for comparing.
        folder: where it is, or is to be.
        options: what is asked beside the results.

    Raises:
        ConfigurationError: the folder holds a run of another configuration or version, or can't be written.
    """
    return RunFolder(
        folder,
        session,
        with_all_works=options.with_all_works,
        is_labelled=options.is_labelled,
        with_parts=options.with_parts and not options.is_labelled,
    )


def suspect_workers(
    session: Session, run: RunFolder, options: ScanOptions, limits: WorkLimits, *, num_suspects: int
) -> AbstractContextManager[Workers[Suspect, tuple[SuspectResult, How]]]:
    """What compares the suspects of a run.

    Args:
        session: the library, ready for comparing.
        run: the run folder, opened with it.
        options: what is asked beside the results.
        limits: how many suspects at once, and in how much memory.
        num_suspects: how many there are.
    """
    start: Callable[[], CompareSuspect] = partial(_comparing, session, run, options)
    limits = limits.contained(run.folder.resolve()) if session.config.media.isolate else limits
    if session.library_path is not None and limits.need_processes(num_suspects):
        start = partial(
            _start_comparing,
            session.rows.library,
            session.config,
            session.library_path,
            run.folder,
            options,
            is_single=not limits.share_cores(num_suspects),
        )
    return working(start, limits, num_tasks=num_suspects, preload=(*PRELOAD, __name__))


def _start_comparing(
    library: Reader, config: Config, library_path: Path, folder: Path, options: ScanOptions, *, is_single: bool
) -> CompareSuspect:
    if not is_single:
        use_one_thread()
    session = session_on(library, config, library_path)
    return _comparing(session, open_run(session, folder, options), options)


def _comparing(session: Session, run: RunFolder, options: ScanOptions) -> CompareSuspect:
    searcher = None
    if options.with_parts and not options.is_labelled:
        searcher = PartSearcher(
            rows=session.rows,
            frames=session.frames,
            with_proposed=options.with_all_works,
        )
    comparer = SuspectComparer(session=session, run=run, with_all_works=options.with_all_works, searcher=searcher)
    return partial(_compare, comparer=comparer, options=options)


def _compare(
    suspect: Suspect, progress: Progress, *, comparer: SuspectComparer, options: ScanOptions
) -> tuple[SuspectResult, How]:
    result, how = _result_of(suspect, comparer, progress)
    _keep_beside(result, suspect.path, comparer, options, progress=progress)
    return result, how


def _result_of(suspect: Suspect, comparer: SuspectComparer, progress: Progress) -> tuple[SuspectResult, How]:
    """The result of a suspect, taken over, brought up to date, or measured."""
    query_id, path, run = suspect.query_id, suspect.path, comparer.run
    sha256 = digest_file(path).sha256 if suspect.sha256 is None else suspect.sha256
    earlier = run.result(query_id, sha256)
    if earlier is not None and earlier.library == run.state:
        return earlier, "resumed"
    video = run.video(query_id, path, sha256)
    if video is None:
        video = comparer.session.describe(path, progress)
        run.keep_video(query_id, video)
    change = None if earlier is None else _changed_works(earlier, run)
    if earlier is None or change is None:
        result = comparer.compared(query_id, video)
    else:
        result = comparer.updated(earlier, video, added=change[0], removed=change[1])
    run.keep_result(result)
    return result, "compared" if earlier is None else "updated"


def _keep_beside(
    result: SuspectResult, path: Path, comparer: SuspectComparer, options: ScanOptions, *, progress: Progress
) -> None:
    """Reports and timelines that were asked for."""
    run, session, query_id = comparer.run, comparer.session, result.query_id
    is_found = bool(found_rows(result))
    if options.timelines:
        timeline = timeline_of_result(result, session.rows) if any(row.found_by for row in result.matches) else None
        run.keep_timelines(query_id, timeline_files(timeline, options.timelines) if timeline else {})
    if options.with_reports and is_found and not run.has_report(query_id):
        video = run.video(query_id, path, result.sha256) or session.describe(path, progress)
        described_to_folder(video, session, run.report_folder(query_id), progress=progress)


def _changed_works(earlier: SuspectResult, run: RunFolder) -> tuple[frozenset[str], frozenset[str]] | None:
    """Works added and removed since; None where every similarity has to be weighed anew."""
    before = earlier.library
    if isinstance(before, NotMeasured) or before.background_sha256 != run.state.background_sha256:
        return None
    return run.changed_works(before)
