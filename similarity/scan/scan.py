"""`scan`: many suspects against one library, several at once, into a run folder that grows.

A suspect whose result is there for the same bytes is not looked at again; where works were added or removed since, it
is compared with these alone, from its stored rows.  When all are done, `matches.csv`, `scenes.csv`, `pairs.csv`,
`parts.csv`, `summary.json` and `overview.html` are written anew.
"""

from __future__ import annotations

import os
import shlex
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from pydantic import TypeAdapter

from similarity.absence import not_measured
from similarity.compare.session import Session
from similarity.config import profile_names
from similarity.errors import MediaError
from similarity.measure.found import Proposition
from similarity.media.walk import walk_media
from similarity.progress import SILENT, Progress
from similarity.report.schema.report import SearchLimits
from similarity.report.writers.csv_form import MatchRow, matches_csv, pairs_csv, parts_csv, scenes_csv
from similarity.scan.deferring import write_changes
from similarity.scan.opinions import OPINIONS_FILE, read_opinions
from similarity.scan.options import RESULTS_ALONE, ScanOptions
from similarity.scan.overview import overview_html
from similarity.scan.results import IndexedSuspect, ScanSummary, SuspectResult
from similarity.scan.rows import found_rows, pairs_with_parts, parts_of
from similarity.scan.suspects import How, LookedAtSuspect, Suspect, open_run, suspect_workers
from similarity.text import storable
from similarity.workers.jobs import Job, WorkerDiedError
from similarity.workers.limits import IN_THIS_PROCESS, WorkLimits

__all__ = ["Scan", "scan_files"]

_Row = TypeVar("_Row")
_NO_HASHES: Mapping[Path, str] = MappingProxyType({})


def scan_files(
    paths: Sequence[Path],
    session: Session,
    folder: Path,
    *,
    options: ScanOptions = RESULTS_ALONE,
    progress: Progress = SILENT,
    limits: WorkLimits = IN_THIS_PROCESS,
) -> ScanSummary:
    """Compare every video and picture under `paths` with the library.

    Args:
        paths: suspects, and folders that are searched for them.
        session: the library, ready for comparing.
        folder: run folder.
        options: what is asked beside the results.
        progress: hears every suspect.
        limits: how many suspects are compared at once, and in how much memory.

    Raises:
        ConfigurationError: the folder holds a run of another configuration or version, or can't be written.
    """
    scan = Scan(session, folder, options, limits)
    found = walk_media(paths)
    scan.look_at(found.files, progress)
    return scan.write(found.files, passed_over=found.passed_over)


class Scan:
    """A run under one generation of the library: what is known of each file, and the tables of it.

    Args:
        session: the library, ready for comparing.
        folder: run folder.
        options: what is asked beside the results.
        limits: how many suspects are compared at once, and in how much memory.

    Raises:
        ConfigurationError: the folder holds a run of another configuration or version, or can't be written.
    """

    def __init__(self, session: Session, folder: Path, options: ScanOptions, limits: WorkLimits) -> None:
        self._session, self._options, self._limits = session, options, limits
        self._run = open_run(session, folder, options)
        self._known: dict[Path, tuple[SuspectResult, How]] = {}

    def with_results(self, files: Sequence[Path]) -> frozenset[Path]:
        """Those of some files that have a result from earlier, of these bytes or others."""
        ids = self._run.names(files)
        return frozenset(path for path in files if self._run.has_result(ids[path]))

    def look_at(
        self,
        files: Sequence[Path],
        progress: Progress = SILENT,
        *,
        sha256_of: Mapping[Path, str] = _NO_HASHES,
        on_result: Callable[[Path, SuspectResult], None] = lambda *_: None,
    ) -> None:
        """Compare files, or take over what is known of them.

        Args:
            files: suspects.
            progress: hears of every one.
            sha256_of: hashes of files whose bytes need not be read again to know them.
            on_result: hears each file's result, in order, once it is known.
        """
        run, limits, ids = self._run, self._limits, self._run.names(files)
        suspects = [Suspect(query_id=ids[path], path=path, sha256=sha256_of.get(path)) for path in files]
        with suspect_workers(self._session, run, self._options, limits, num_suspects=len(files)) as workers:
            for number, job in enumerate(workers.in_order(suspects), start=1):
                path = job.task.path
                progress.begin(path, number=number, total=len(files))
                looked_at = _outcome(job, progress)
                write_changes(run, looked_at.changes)
                result, _ = self._known[path] = looked_at.result, looked_at.how
                on_result(path, result)  # whoever hears that it is done finds it done, whatever comes next
                progress.end(path, status=result.status, detail=result.detail)

    def write(self, files: Collection[Path], *, passed_over: Mapping[str, int] = MappingProxyType({})) -> ScanSummary:
        """Write tables, summary and overview of files that were looked at.

        Args:
            files: which of them.
            passed_over: suffix -> files that were taken for no suspect.
        """
        known = [self._known[path] for path in files]
        results, session = [result for result, _ in known], self._session
        threshold = session.config.align.operating_threshold
        summary = _summary(results, Counter(how for _, how in known), operating_threshold=threshold)
        summary = replace(summary, passed_over=dict(passed_over))
        opinions = () if session.library_path is None else read_opinions(session.library_path / OPINIONS_FILE)
        for name, content in {
            "matches.csv": matches_csv(_flat(result.every_match for result in results)).encode(),
            "scenes.csv": scenes_csv(_flat(result.scenes for result in results)).encode(),
            "pairs.csv": pairs_csv(_flat(pairs_with_parts(result) for result in results)).encode(),
            "parts.csv": parts_csv((result.query_id, one) for result in results for one in parts_of(result)).encode(),
            "summary.json": TypeAdapter(ScanSummary).dump_json(summary, indent=2) + b"\n",
            "overview.html": overview_html(results, self._run.beside(opinions, self._command)),
        }.items():
            self._run.write(name, content)
        return summary

    def _command(self, result: SuspectResult) -> str:
        """The command that makes a suspect's report where the overview looks for it."""
        session = self._session
        words = ["similarity", "compare", os.path.abspath(result.path)]  # noqa: PTH100 - resolve() would follow links
        if session.library_path is not None:
            words += ["--library", str(session.library_path.absolute())]
        if session.config.profile != "standard" and session.config.profile in profile_names():
            words += ["--profile", session.config.profile]
        return shlex.join([*words, "--out", str(self._run.report_folder(result.query_id).absolute())])


def _outcome(job: Job[Suspect, LookedAtSuspect], progress: Progress) -> LookedAtSuspect:
    """What became of a suspect, a reason where it could not be compared."""
    try:
        return job.result(progress)
    except (MediaError, WorkerDiedError) as error:
        return LookedAtSuspect(result=_failed(job.task.query_id, job.task.path, str(error)), how="failed")


def _failed(query_id: str, path: Path, reason: str) -> SuspectResult:
    nothing = not_measured("the file could not be compared")
    return SuspectResult(
        query_id=query_id,
        path=storable(str(path)),
        status="failed",
        detail=storable(reason),
        sha256="",
        duration_seconds=0.0,
        num_frames=0,
        library=nothing,
        matches=(),
        pairs=(),
        scenes=(),
        is_indexed_as=(),
        limits=nothing,
    )


def _summary(results: Sequence[SuspectResult], how: Counter[How], *, operating_threshold: float) -> ScanSummary:
    compared = [result for result in results if result.status == "compared"]
    best = [found for result in compared if (found := _strongest(result))]
    return ScanSummary(
        num_compared=len(compared),
        num_resumed=how["resumed"],
        num_updated=how["updated"],
        num_failed=len(results) - len(compared),
        num_with_match=len(best),
        num_found_by=Counter(name for result in compared for name in _propositions(result)),
        operating_threshold=operating_threshold,
        failed=tuple(result for result in results if result.status == "failed"),
        indexed=tuple(
            IndexedSuspect(query_id=result.query_id, entries=result.is_indexed_as)
            for result in compared
            if result.is_indexed_as
        ),
        num_at_limit=sum(_is_at_limit(result) for result in compared),
        strongest=tuple(sorted(best, key=lambda row: (-row.score, row.query_id))),
    )


def _strongest(result: SuspectResult) -> MatchRow | None:
    """Its strongest match that was found: as a copy, else by sound, else whatever was found first."""
    found = found_rows(result)
    copied = next((row for row in found if "copy" in row.found_by), None)
    return copied or next((row for row in found if "sound" in row.found_by), next(iter(found), None))


def _propositions(result: SuspectResult) -> frozenset[Proposition]:
    return frozenset(name for row in found_rows(result) for name in row.found_by)


def _is_at_limit(result: SuspectResult) -> bool:
    limits = result.limits
    return isinstance(limits, SearchLimits) and bool(
        limits.voting.num_works_left_out or limits.voting.num_samples_at_hit_limit
    )


def _flat(groups: Iterable[Sequence[_Row]]) -> list[_Row]:
    return [row for group in groups for row in group]
