"""`scan`: many suspects against one library, one after the other, into a run folder that grows.

A suspect whose result is there for the same bytes is not looked at again; where works were added or removed since, it
is compared with these alone, from its stored rows.  When all are done, `matches.csv`, `scenes.csv`, `pairs.csv`,
`summary.json` and `overview.html` are written anew.
"""

from __future__ import annotations

import os
import shlex
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import TypeAdapter

from similarity.absence import NotMeasured, not_measured
from similarity.compare.session import Session
from similarity.config import profile_names
from similarity.errors import MediaError
from similarity.measure.found import Proposition
from similarity.media.digest import digest_file
from similarity.media.walk import find_media
from similarity.progress import SILENT, Progress
from similarity.report.build.report import described_to_folder
from similarity.report.schema.report import SearchLimits
from similarity.report.writers.csv_form import matches_csv, pairs_csv, scenes_csv
from similarity.report.writers.timeline import TimelineFormat
from similarity.report.writers.timeline_files import timeline_files
from similarity.scan.comparing import SuspectComparer
from similarity.scan.editing import timeline_of_result
from similarity.scan.opinions import OPINIONS_FILE, read_opinions
from similarity.scan.overview import overview_html
from similarity.scan.results import IndexedSuspect, ScanSummary, SuspectResult
from similarity.scan.run_folder import RunFolder
from similarity.text import storable

__all__ = ["Scan", "ScanOptions", "scan_files"]

_Row = TypeVar("_Row")
_How = Literal["compared", "resumed", "updated", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanOptions:
    """What is asked of a scan beside its results."""

    with_all_works: bool = False
    """Score every work, not only those that resemble a suspect."""
    is_labelled: bool = False
    """Whether calibrations are fitted from this run: ratios are read from its scores later, so that it goes on under
    another calibration too."""
    with_reports: bool = False
    """Make the report of every suspect in which something was found."""
    timelines: tuple[TimelineFormat, ...] = ()
    """Timelines for editors, of every suspect in which something was found."""


def scan_files(
    paths: Sequence[Path],
    session: Session,
    folder: Path,
    *,
    options: ScanOptions = ScanOptions(),
    progress: Progress = SILENT,
) -> ScanSummary:
    """Compare every video and picture under `paths` with the library.

    Args:
        paths: suspects, and folders that are searched for them.
        session: the library, ready for comparing.
        folder: run folder.
        options: what is asked beside the results.
        progress: hears every suspect.

    Raises:
        ConfigurationError: the folder holds a run of another configuration or version, or can't be written.
    """
    scan = Scan(session, folder, options)
    files = find_media(paths)
    scan.look_at(files, progress)
    return scan.write(files)


def _sha256_of(path: Path) -> str:
    return digest_file(path).sha256


class Scan:
    """A run under one generation of the library: what is known of each file, and the tables of it.

    Args:
        session: the library, ready for comparing.
        folder: run folder.
        options: what is asked beside the results.
        sha256_of: gives the hash of a file's bytes.

    Raises:
        ConfigurationError: the folder holds a run of another configuration or version, or can't be written.
    """

    def __init__(
        self,
        session: Session,
        folder: Path,
        options: ScanOptions,
        *,
        sha256_of: Callable[[Path], str] = _sha256_of,
    ) -> None:
        self._session, self._options, self._sha256_of = session, options, sha256_of
        self._run = RunFolder(folder, session, with_all_works=options.with_all_works, is_labelled=options.is_labelled)
        self._comparer = SuspectComparer(session=session, run=self._run, with_all_works=options.with_all_works)
        self._known: dict[Path, tuple[SuspectResult, _How]] = {}

    def look_at(self, files: Sequence[Path], progress: Progress = SILENT) -> None:
        """Compare files, or take over what is known of them.

        Args:
            files: suspects.
            progress: hears of every one.
        """
        ids = self._run.names(files)
        for number, path in enumerate(files, start=1):
            progress.begin(path, number=number, total=len(files))
            try:
                result, how = self._one(ids[path], path, progress)
                self._keep_beside(result, path, progress)
            except MediaError as error:
                result, how = _failed(ids[path], path, str(error)), "failed"
            self._known[path] = result, how
            progress.end(path, status=result.status, detail=result.detail)

    def write(self, files: Collection[Path]) -> ScanSummary:
        """Write tables, summary and overview of files that were looked at."""
        known = [self._known[path] for path in files]
        results, session = [result for result, _ in known], self._session
        threshold = session.config.align.operating_threshold
        summary = _summary(results, Counter(how for _, how in known), operating_threshold=threshold)
        opinions = () if session.library_path is None else read_opinions(session.library_path / OPINIONS_FILE)
        for name, content in {
            "matches.csv": matches_csv(_flat(result.matches for result in results)).encode(),
            "scenes.csv": scenes_csv(_flat(result.scenes for result in results)).encode(),
            "pairs.csv": pairs_csv(_flat(result.pairs for result in results)).encode(),
            "summary.json": TypeAdapter(ScanSummary).dump_json(summary, indent=2) + b"\n",
            "overview.html": overview_html(results, self._run.beside(opinions, self._command)),
        }.items():
            self._run.write(name, content)
        return summary

    def _one(self, query_id: str, path: Path, progress: Progress) -> tuple[SuspectResult, _How]:
        """The result of a suspect, taken over, brought up to date, or measured."""
        sha256, run = self._sha256_of(path), self._run
        earlier = run.result(query_id, sha256)
        if earlier is not None and earlier.library == run.state:
            return earlier, "resumed"
        video = run.video(query_id, path, sha256)
        if video is None:
            video = self._session.describe(path, progress)
            run.keep_video(query_id, video)
        change = None if earlier is None else _changed_works(earlier, run)
        if earlier is None or change is None:
            result = self._comparer.compared(query_id, video)
        else:
            result = self._comparer.updated(earlier, video, added=change[0], removed=change[1])
        run.keep_result(result)
        return result, "compared" if earlier is None else "updated"

    def _keep_beside(self, result: SuspectResult, path: Path, progress: Progress) -> None:
        """Reports and timelines that were asked for."""
        run, session, options, query_id = self._run, self._session, self._options, result.query_id
        is_found = any(row.found_by for row in result.matches)
        if options.timelines:
            timeline = timeline_of_result(result, session.rows) if is_found else None
            run.keep_timelines(query_id, timeline_files(timeline, options.timelines) if timeline else {})
        if options.with_reports and is_found and not run.has_report(query_id):
            video = run.video(query_id, path, result.sha256) or session.describe(path, progress)
            described_to_folder(video, session, run.report_folder(query_id), progress=progress)

    def _command(self, result: SuspectResult) -> str:
        """The command that makes a suspect's report where the overview looks for it."""
        session = self._session
        words = ["similarity", "compare", os.path.abspath(result.path)]  # noqa: PTH100 - resolve() would follow links
        if session.library_path is not None:
            words += ["--library", str(session.library_path.absolute())]
        if session.config.profile != "standard" and session.config.profile in profile_names():
            words += ["--profile", session.config.profile]
        return shlex.join([*words, "--out", str(self._run.report_folder(result.query_id).absolute())])


def _changed_works(earlier: SuspectResult, run: RunFolder) -> tuple[frozenset[str], frozenset[str]] | None:
    """Works added and removed since; None where every similarity has to be weighed anew."""
    before = earlier.library
    if isinstance(before, NotMeasured) or before.background_sha256 != run.state.background_sha256:
        return None
    return run.changed_works(before)


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


def _summary(results: Sequence[SuspectResult], how: Counter[_How], *, operating_threshold: float) -> ScanSummary:
    compared = [result for result in results if result.status == "compared"]
    best = [found for result in compared if (found := next((row for row in result.matches if row.found_by), None))]
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


def _propositions(result: SuspectResult) -> frozenset[Proposition]:
    return frozenset(name for row in result.matches for name in row.found_by)


def _is_at_limit(result: SuspectResult) -> bool:
    limits = result.limits
    return isinstance(limits, SearchLimits) and bool(
        limits.voting.num_works_left_out or limits.voting.num_samples_at_hit_limit
    )


def _flat(groups: Iterable[Sequence[_Row]]) -> list[_Row]:
    return [row for group in groups for row in group]
