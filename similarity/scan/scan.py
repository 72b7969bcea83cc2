"""`scan`: many suspects against one library, one after the other, into a run folder that grows.

A suspect whose result is there for the same bytes is not looked at again; where works were added or removed since, it
is compared with these alone, from its stored rows.  When all are done, `matches.csv`, `pairs.csv`, `summary.json` and
`overview.html` are written anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import TypeAdapter

from similarity.absence import NotMeasured, not_measured
from similarity.compare.session import Session
from similarity.errors import MediaError
from similarity.measure.found import Proposition
from similarity.media.digest import digest_file
from similarity.media.walk import find_media
from similarity.progress import SILENT, Progress
from similarity.report.schema.report import SearchLimits
from similarity.report.writers.csv_form import matches_csv, pairs_csv
from similarity.scan.comparing import SuspectComparer
from similarity.scan.opinions import OPINIONS_FILE, read_opinions
from similarity.scan.overview import overview_html
from similarity.scan.results import IndexedSuspect, ScanSummary, SuspectResult
from similarity.scan.run_folder import RunFolder
from similarity.text import storable

__all__ = ["scan_files"]

_Row = TypeVar("_Row")
_How = Literal["compared", "resumed", "updated", "failed"]


def scan_files(
    paths: Sequence[Path],
    session: Session,
    folder: Path,
    *,
    with_all_works: bool = False,
    is_labelled: bool = False,
    progress: Progress = SILENT,
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

    Raises:
        ConfigurationError: the folder holds a run of another configuration or version, or can't be written.
    """
    run = RunFolder(folder, session, with_all_works=with_all_works, is_labelled=is_labelled)
    comparer = SuspectComparer(session=session, run=run, with_all_works=with_all_works)
    files = find_media(paths)
    ids = run.names(files)
    results: list[SuspectResult] = []
    how: Counter[_How] = Counter()
    for number, path in enumerate(files, start=1):
        progress.begin(path, number=number, total=len(files))
        try:
            result, done = _one(ids[path], path, run, comparer, progress=progress)
        except MediaError as error:
            result, done = _failed(ids[path], path, str(error)), "failed"
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


def _one(
    query_id: str, path: Path, run: RunFolder, comparer: SuspectComparer, *, progress: Progress
) -> tuple[SuspectResult, _How]:
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
