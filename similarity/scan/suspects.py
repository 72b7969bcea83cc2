"""One suspect of a run after the other, here or in several processes: taken over, brought up to date, or measured.

Each process has the library at the generation of the run.  Those of this machine write what they find of a suspect into
the run folder themselves, reports and timelines included, where no two suspects share a file.  Those of a cluster only
read it: a task may be done twice there, or by a node that was taken for lost, so what is to be written comes back with
the result, and is written once, by whoever asked.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

from index.api import Reader
from similarity.absence import NotMeasured
from similarity.compare.part_search import PartSearcher
from similarity.compare.session import Session, session_on
from similarity.config import Config
from similarity.describe.video import DescribedVideo
from similarity.ingest.describing import PRELOAD
from similarity.media.digest import digest_file
from similarity.media.threads import use_one_thread
from similarity.progress import Progress
from similarity.report.build.report import described_to_folder
from similarity.report.writers.timeline_files import timeline_files
from similarity.scan.comparing import SuspectComparer
from similarity.scan.deferring import Change, DeferredRun
from similarity.scan.editing import timeline_of_result
from similarity.scan.options import ScanOptions
from similarity.scan.results import SuspectResult
from similarity.scan.rows import found_rows
from similarity.scan.run_folder import RunFolder
from similarity.workers.jobs import Workers, working
from similarity.workers.limits import WorkLimits

__all__ = ["How", "LookedAtSuspect", "Suspect", "open_run", "suspect_workers"]

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


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAtSuspect:
    """What came of a suspect."""

    result: SuspectResult
    """Its result."""
    how: How
    """What became of it."""
    changes: tuple[Change, ...] = ()
    """What is still to be written into the run folder."""


CompareSuspect = Callable[[Suspect, Progress], LookedAtSuspect]
"""Looks at one suspect."""


def open_run(session: Session, folder: Path, options: ScanOptions, *, is_deferred: bool = False) -> RunFolder:
    """The run folder.

    Args:
        session: the library, ready for comparing.
        folder: where it is, or is to be.
        options: what is asked beside the results.
        is_deferred: whether it is read only, and somebody else writes what is found.

    Raises:
        ConfigurationError: the folder holds a run of another configuration or version, or can't be written.
    """
    kind = DeferredRun if is_deferred else RunFolder
    return kind(
        folder,
        session,
        with_all_works=options.with_all_works,
        is_labelled=options.is_labelled,
        with_parts=options.with_parts and not options.is_labelled,
    )


def suspect_workers(
    session: Session, run: RunFolder, options: ScanOptions, limits: WorkLimits, *, num_suspects: int
) -> AbstractContextManager[Workers[Suspect, LookedAtSuspect]]:
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
            is_deferred=limits.cluster is not None,
        )
    return working(start, limits, num_tasks=num_suspects, preload=(*PRELOAD, __name__))


def _start_comparing(  # noqa: PLR0913 - what a process is told
    library: Reader,
    config: Config,
    library_path: Path,
    folder: Path,
    options: ScanOptions,
    *,
    is_single: bool,
    is_deferred: bool,
) -> CompareSuspect:
    if not is_single:
        use_one_thread()
    session = session_on(library, config, library_path)
    return _comparing(session, open_run(session, folder, options, is_deferred=is_deferred), options)


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
) -> LookedAtSuspect:
    run = comparer.run
    if isinstance(run, DeferredRun):
        run.taken()  # of a suspect that was given up
    looked_at, video = _looked_at(suspect, comparer, progress)
    _keep_beside(looked_at, suspect.path, video, comparer, options, progress=progress)
    return replace(looked_at, changes=run.taken()) if isinstance(run, DeferredRun) else looked_at


def _looked_at(
    suspect: Suspect, comparer: SuspectComparer, progress: Progress
) -> tuple[LookedAtSuspect, DescribedVideo | None]:
    """The result of a suspect, taken over, brought up to date, or measured; and the suspect where it was needed."""
    query_id, path, run = suspect.query_id, suspect.path, comparer.run
    sha256 = digest_file(path).sha256 if suspect.sha256 is None else suspect.sha256
    earlier = run.result(query_id, sha256)
    if earlier is not None and earlier.library == run.state:
        return LookedAtSuspect(result=earlier, how="resumed"), None
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
    return LookedAtSuspect(result=result, how="compared" if earlier is None else "updated"), video


def _keep_beside(
    looked_at: LookedAtSuspect,
    path: Path,
    video: DescribedVideo | None,
    comparer: SuspectComparer,
    options: ScanOptions,
    *,
    progress: Progress,
) -> None:
    """Reports and timelines that were asked for."""
    run, session, result = comparer.run, comparer.session, looked_at.result
    query_id = result.query_id
    if options.timelines:
        timeline = timeline_of_result(result, session.rows) if any(row.found_by for row in result.matches) else None
        run.keep_timelines(query_id, timeline_files(timeline, options.timelines) if timeline else {})
    is_up_to_date = looked_at.how == "resumed" and run.has_report(query_id)
    if options.with_reports and found_rows(result) and not is_up_to_date:
        known = video or run.video(query_id, path, result.sha256) or session.describe(path, progress)
        run.keep_report(query_id, lambda folder: described_to_folder(known, session, folder, progress=progress))


def _changed_works(earlier: SuspectResult, run: RunFolder) -> tuple[frozenset[str], frozenset[str]] | None:
    """Works added and removed since; None where every similarity has to be weighed anew."""
    before = earlier.library
    if isinstance(before, NotMeasured) or before.background_sha256 != run.state.background_sha256:
        return None
    return run.changed_works(before)
