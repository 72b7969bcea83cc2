"""`scan`: many suspects against one library, several at once, into a run folder that grows.

A suspect whose result is there for the same bytes is not looked at again; where works were added or removed since, it
is compared with these alone, from its stored rows.  When all are done, `matches.csv`, `pairs.csv`, `summary.json` and
`overview.html` are written anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter

from similarity.absence import not_measured
from similarity.compare.session import Session
from similarity.errors import MediaError
from similarity.measure.found import Proposition
from similarity.media.walk import find_media
from similarity.progress import SILENT, Progress
from similarity.report.schema.report import SearchLimits
from similarity.report.writers.csv_form import matches_csv, pairs_csv
from similarity.scan.opinions import OPINIONS_FILE, read_opinions
from similarity.scan.overview import overview_html
from similarity.scan.results import IndexedSuspect, ScanSummary, SuspectResult
from similarity.scan.suspects import How, RunTerms, suspect_workers
from similarity.text import storable
from similarity.workers import IN_THIS_PROCESS, WorkerDiedError, WorkLimits

__all__ = ["scan_files"]

_Row = TypeVar("_Row")


def scan_files(  # noqa: PLR0913 - what is asked of a batch
    paths: Sequence[Path],
    session: Session,
    folder: Path,
    *,
    with_all_works: bool = False,
    is_labelled: bool = False,
    progress: Progress = SILENT,
    limits: WorkLimits = IN_THIS_PROCESS,
) -> ScanSummary:
    """Compare every video and picture under `paths` with the library.

    A labelled run is one from which calibrations are fitted: ratios are read from its scores later, so that it goes on
    under another calibration too.

    Args:
        paths: suspects, and folders that are searched for them.
        session: the library, ready for comparing.
        folder: run folder.
        with_all_works: score every work, not only those that resemble a suspect.
        is_labelled: whether this is a labelled run.
        progress: hears every suspect.
        limits: how many suspects are compared at once, and in how much memory.

    Raises:
        ConfigurationError: the folder holds a run of another configuration or version, or can't be written.
    """
    terms = RunTerms(folder=folder, with_all_works=with_all_works, is_labelled=is_labelled)
    run = terms.opened(session)
    files = find_media(paths)
    ids = run.names(files)
    results: list[SuspectResult] = []
    how: Counter[How] = Counter()
    with suspect_workers(session, run, terms, limits, num_suspects=len(files)) as workers:
        for number, job in enumerate(workers.in_order((ids[path], path) for path in files), start=1):
            query_id, path = job.task
            progress.begin(path, number=number, total=len(files))
            try:
                result, done = job.result(progress)
            except (MediaError, WorkerDiedError) as error:
                result, done = _failed(query_id, path, str(error)), "failed"
            how[done] += 1
            progress.end(path, status=result.status, detail=result.detail)
            results.append(result)
    summary = _summary(results, how, operating_threshold=session.config.align.operating_threshold)
    run.write("matches.csv", matches_csv(_flat(result.matches for result in results)).encode())
    run.write("pairs.csv", pairs_csv(_flat(result.pairs for result in results)).encode())
    run.write("summary.json", TypeAdapter(ScanSummary).dump_json(summary, indent=2) + b"\n")
    opinions = () if session.library_path is None else read_opinions(session.library_path / OPINIONS_FILE)
    run.write("overview.html", overview_html(results, run.beside(opinions)))
    return summary


def _failed(query_id: str, path: Path, reason: str) -> SuspectResult:
    nothing = not_measured("the file could not be compared")
    return SuspectResult(
        query_id=query_id,
        path=storable(str(path)),
        status="failed",
        detail=storable(reason),
        sha256="",
        duration_seconds=0.0,
        library=nothing,
        matches=(),
        pairs=(),
        is_indexed_as=(),
        limits=nothing,
    )


def _summary(results: Sequence[SuspectResult], how: Counter[How], *, operating_threshold: float) -> ScanSummary:
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
