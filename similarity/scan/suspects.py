"""One suspect of a run after the other, here or in several processes: taken over, brought up to date, or measured.

Each process has the library at the generation of the run, and writes what it finds of a suspect into the run folder
itself, where no two suspects share a file.
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
from similarity.compare.session import Session, session_on
from similarity.config import Config
from similarity.ingest.describing import PRELOAD
from similarity.media.digest import digest_file
from similarity.media.threads import use_one_thread
from similarity.progress import Progress
from similarity.scan.comparing import SuspectComparer
from similarity.scan.results import SuspectResult
from similarity.scan.run_folder import RunFolder
from similarity.workers import Workers, WorkLimits, working

__all__ = ["How", "RunTerms", "suspect_workers"]

How = Literal["compared", "resumed", "updated", "failed"]
"""What became of a suspect."""
Suspect = tuple[str, Path]
"""Its identifier and its file."""
CompareSuspect = Callable[[Suspect, Progress], tuple[SuspectResult, How]]
"""Looks at one suspect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTerms:
    """What a run is, beside its library and configuration."""

    folder: Path
    """Run folder."""
    with_all_works: bool
    """Whether every work is scored, not only those that resemble a suspect."""
    is_labelled: bool
    """Whether calibrations are fitted from it."""

    def opened(self, session: Session) -> RunFolder:
        """The run folder."""
        return RunFolder(self.folder, session, with_all_works=self.with_all_works, is_labelled=self.is_labelled)


def suspect_workers(
    session: Session, run: RunFolder, terms: RunTerms, limits: WorkLimits, *, num_suspects: int
) -> AbstractContextManager[Workers[Suspect, tuple[SuspectResult, How]]]:
    """What compares the suspects of a run.

    Args:
        session: the library, ready for comparing.
        run: the run folder, opened with it.
        terms: what it was opened by.
        limits: how many suspects at once, and in how much memory.
        num_suspects: how many there are.
    """
    start: Callable[[], CompareSuspect] = partial(_comparing, session, run, terms)
    if session.library_path is not None and limits.need_processes(num_suspects):
        start = partial(_start_comparing, session.rows.library, session.config, session.library_path, terms)
    return working(start, limits, num_tasks=num_suspects, preload=(*PRELOAD, __name__))


def _start_comparing(library: Reader, config: Config, library_path: Path, terms: RunTerms) -> CompareSuspect:
    use_one_thread()
    session = session_on(library, config, library_path)
    return _comparing(session, terms.opened(session), terms)


def _comparing(session: Session, run: RunFolder, terms: RunTerms) -> CompareSuspect:
    comparer = SuspectComparer(session=session, run=run, with_all_works=terms.with_all_works)
    return partial(_compare, run=run, comparer=comparer)


def _compare(
    suspect: Suspect, progress: Progress, *, run: RunFolder, comparer: SuspectComparer
) -> tuple[SuspectResult, How]:
    query_id, path = suspect
    return _one(query_id, path, run, comparer, progress=progress)


def _one(
    query_id: str, path: Path, run: RunFolder, comparer: SuspectComparer, *, progress: Progress
) -> tuple[SuspectResult, How]:
    """The result of a suspect, taken over, brought up to date, or measured."""
    sha256 = digest_file(path).sha256
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


def _changed_works(earlier: SuspectResult, run: RunFolder) -> tuple[frozenset[str], frozenset[str]] | None:
    """Works added and removed since; None where every similarity has to be weighed anew."""
    before = earlier.library
    if isinstance(before, NotMeasured) or before.background_sha256 != run.state.background_sha256:
        return None
    return run.changed_works(before)
