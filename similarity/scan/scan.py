"""`scan`: many suspects against one library, one after the other, into a run folder that can be resumed.

The run folder holds `run.json` (what the run depends on), `suspects/<sha256 of the id>.json` (the result of each
suspect, written whole or not at all) and, when all are done, `matches.csv`, `pairs.csv` and `summary.json`.  A
suspect whose result is there for the same bytes is not looked at again.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import TypeAdapter, ValidationError

from similarity._version import __version__
from similarity.absence import NotMeasured, not_measured
from similarity.align.values import PairAlignment
from similarity.compare.engine import Comparison, all_works, compare_described
from similarity.compare.measuring import JudgedMatch
from similarity.compare.session import Session
from similarity.compare.values import IndexedAs
from similarity.errors import ConfigurationError, MediaError
from similarity.files import write_atomically
from similarity.measure.found import Proposition
from similarity.media.digest import digest_file
from similarity.media.walk import find_media
from similarity.progress import SILENT, Progress
from similarity.report.build.findings import limits_of
from similarity.report.phrases.words import indexed_sentences, limit_sentences
from similarity.report.schema.report import SearchLimits
from similarity.report.writers.csv_form import MatchRow, PairRow, matches_csv, pairs_csv
from similarity.text import id_of, storable

__all__ = ["IndexedSuspect", "ScanSummary", "SuspectResult", "scan_files"]

_Row = TypeVar("_Row")
_NOTHING_IN_COMMON = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspectResult:
    """What became of one suspect."""

    query_id: str
    """Identifier: the file's stem."""
    path: str
    """The file."""
    status: Literal["compared", "failed"]
    """Whether it could be read and compared."""
    detail: str
    """Why it failed; or how it was read where that was not the usual way, whether it is itself indexed, and which
    limits were met."""
    sha256: str
    """SHA-256 of its bytes; empty where the file could not be read at all."""
    duration_seconds: float
    """Counted length; 0 for a still or a failed file."""
    matches: tuple[MatchRow, ...]
    """Every match, strongest first, without a cut-off."""
    pairs: tuple[PairRow, ...]
    """Best score per work."""
    is_indexed_as: tuple[IndexedAs, ...]
    """Entries of the library that hold its very bytes, works first."""
    limits: SearchLimits | NotMeasured
    """Bounds that were met; not measured for a failed file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedSuspect:
    """A suspect that stands in the library itself."""

    query_id: str
    """The suspect."""
    entries: tuple[IndexedAs, ...]
    """Entries that hold its very bytes, works first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanSummary:
    """A finished run."""

    num_compared: int
    """Suspects compared, those of earlier sessions of the run included."""
    num_resumed: int
    """Of these, taken over from an earlier session of the run."""
    num_failed: int
    """Files that could not be used; each is listed with its reason."""
    num_with_match: int
    """Suspects with a match that was found."""
    num_found_by: Mapping[Proposition, int]
    """Proposition -> suspects with a match that was found on it."""
    operating_threshold: float
    """Score from which a match is found as a copy."""
    failed: tuple[SuspectResult, ...]
    """The files that could not be used."""
    indexed: tuple[IndexedSuspect, ...]
    """Suspects whose very bytes stand in the library, in the order given."""
    num_at_limit: int
    """Suspects for which works or look-alike samples were left out for a limit; `suspects/` says which limit."""
    strongest: tuple[MatchRow, ...]
    """The strongest match that was found of each suspect with one, strongest first."""


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
        ConfigurationError: the folder holds a run of another library, configuration or version, or can't be written.
    """
    _claim(folder, session, with_all_works=with_all_works, is_labelled=is_labelled)
    files = find_media(paths)
    results: list[SuspectResult] = []
    taken: dict[str, Path] = {}
    num_resumed = 0
    for number, path in enumerate(files, start=1):
        progress.begin(path, number=number, total=len(files))
        query_id = id_of(path)
        if query_id in taken:
            result = _failed(path, f"{path}: another suspect has the id {query_id!r} ({taken[query_id]}): rename one")
        else:
            result, was_there = _one(path, session, folder, with_all_works=with_all_works, progress=progress)
            num_resumed += was_there
        if result.status == "compared":
            taken[query_id] = path
        progress.end(path, status=result.status, detail=result.detail)
        results.append(result)
    return _finish(results, session, folder, num_resumed=num_resumed)


def _one(
    path: Path, session: Session, folder: Path, *, with_all_works: bool, progress: Progress
) -> tuple[SuspectResult, bool]:
    query_id = id_of(path)
    stored = folder / "suspects" / f"{hashlib.sha256(query_id.encode()).hexdigest()[:32]}.json"
    try:
        sha256 = digest_file(path).sha256
        earlier = _read_result(stored)
        if earlier is not None and earlier.sha256 == sha256 and earlier.query_id == query_id:
            return earlier, True
        video = session.describe(path, progress)
    except MediaError as error:
        return _failed(path, str(error)), False
    comparison = compare_described(
        video,
        session.rows,
        config=session.config,
        device=session.search.device,
        verifier=session.verifier,
        candidates=all_works(session.rows) if with_all_works else None,
    )
    comparison = session.placer.placed(video, comparison)
    measurer = session.measurer(video, comparison.suspect)
    judged = measurer.judged(comparison.matches)
    indexed = session.rows.indexed_as(sha256)
    limits = limits_of(comparison, len(session.rows.works), measurer, num_listed=len(comparison.matches))
    notes = (*video.reading_notes, *indexed_sentences(indexed), *limit_sentences(limits))
    result = SuspectResult(
        query_id=query_id,
        path=storable(str(path)),
        status="compared",
        detail=storable("; ".join(map(str, notes))),
        sha256=sha256,
        duration_seconds=video.counts.duration_seconds_from_content,
        matches=tuple(_match_row(query_id, one) for one in judged),
        pairs=_pair_rows(
            query_id,
            comparison,
            judged,
            wanted=session.rows.works if with_all_works else (),
            number=measurer.num_comparisons,
        ),
        is_indexed_as=indexed,
        limits=limits,
    )
    _write(stored, _result_adapter().dump_json(result))
    return result, False


def _match_row(query_id: str, judged: JudgedMatch) -> MatchRow:
    match = judged.match
    return MatchRow(
        query_id=query_id,
        ref_id=match.work_id,
        query_start_seconds=match.suspect_start_seconds,
        query_end_seconds=match.suspect_end_seconds,
        ref_start_seconds=match.work_start_seconds,
        ref_end_seconds=match.work_end_seconds,
        score=match.score,
        found_by=judged.found_by,
    )


def _pair_rows(
    query_id: str, comparison: Comparison, judged: Sequence[JudgedMatch], *, wanted: Collection[str], number: int
) -> tuple[PairRow, ...]:
    """Works that were hit, and those `wanted` in any case; one without a sample to align has nothing in common: 0."""
    of_work: dict[str, list[JudgedMatch]] = {}
    for one in judged:
        of_work.setdefault(one.match.work_id, []).append(one)
    rows = {
        alignment.work_id: _pair_row(query_id, alignment, of_work.get(alignment.work_id, ()), number)
        for alignment in comparison.alignments
        if alignment.matches or alignment.work_id in wanted
    }
    left = (work_id for work_id in sorted(wanted) if work_id not in rows)
    nothing = (PairAlignment(work_id=work_id, score=_NOTHING_IN_COMMON, matches=()) for work_id in left)
    return (*rows.values(), *(_pair_row(query_id, alignment, (), number) for alignment in nothing))


def _pair_row(query_id: str, alignment: PairAlignment, judged: Sequence[JudgedMatch], number: int) -> PairRow:
    return PairRow(
        query_id=query_id,
        ref_id=alignment.work_id,
        score=alignment.score,
        found_by=tuple(dict.fromkeys(name for one in judged for name in one.found_by)),
        num_comparisons=number,
        finding=judged[0].finding if judged else None,
    )


def _failed(path: Path, reason: str) -> SuspectResult:
    return SuspectResult(
        query_id=id_of(path),
        path=storable(str(path)),
        status="failed",
        detail=storable(reason),
        sha256="",
        duration_seconds=0.0,
        matches=(),
        pairs=(),
        is_indexed_as=(),
        limits=not_measured("the file could not be compared"),
    )


def _finish(results: Sequence[SuspectResult], session: Session, folder: Path, *, num_resumed: int) -> ScanSummary:
    compared = [result for result in results if result.status == "compared"]
    best = [found for result in compared if (found := next((row for row in result.matches if row.found_by), None))]
    summary = ScanSummary(
        num_compared=len(compared),
        num_resumed=num_resumed,
        num_failed=len(results) - len(compared),
        num_with_match=len(best),
        num_found_by=Counter(name for result in compared for name in _propositions(result)),
        operating_threshold=session.config.align.operating_threshold,
        failed=tuple(result for result in results if result.status == "failed"),
        indexed=tuple(
            IndexedSuspect(query_id=result.query_id, entries=result.is_indexed_as)
            for result in compared
            if result.is_indexed_as
        ),
        num_at_limit=sum(_is_at_limit(result) for result in compared),
        strongest=tuple(sorted(best, key=lambda row: (-row.score, row.query_id))),
    )
    _write(folder / "matches.csv", matches_csv(_flat(result.matches for result in results)).encode())
    _write(folder / "pairs.csv", pairs_csv(_flat(result.pairs for result in results)).encode())
    _write(folder / "summary.json", TypeAdapter(ScanSummary).dump_json(summary, indent=2) + b"\n")
    return summary


def _propositions(result: SuspectResult) -> frozenset[Proposition]:
    return frozenset(name for row in result.matches for name in row.found_by)


def _is_at_limit(result: SuspectResult) -> bool:
    limits = result.limits
    return isinstance(limits, SearchLimits) and bool(
        limits.voting.num_works_left_out or limits.voting.num_samples_at_hit_limit
    )


def _flat(groups: Iterable[Sequence[_Row]]) -> list[_Row]:
    return [row for group in groups for row in group]


def _claim(folder: Path, session: Session, *, with_all_works: bool, is_labelled: bool) -> None:
    """Write what the run depends on, or make sure that an earlier session depended on the same."""
    wanted = {
        "version": __version__,
        "library_state_sha256": session.rows.facts.state_sha256,
        "config_sha256": session.config.sha256,
        "describers": {
            d.identity.name: f"{d.identity.version} {d.identity.weights_sha256}" for d in session.describers
        },
        "all_pairs": with_all_works,
        "calibrations": "read later" if is_labelled else session.calibrations.handles,
    }
    path = folder / "run.json"
    if not path.exists():
        _write(path, (json.dumps(wanted, indent=2) + "\n").encode())
        return
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path}: can't be read ({error}); choose another folder with --out") from error
    if found != wanted:
        changed = sorted(key for key in wanted if not isinstance(found, dict) or found.get(key) != wanted[key])
        raise ConfigurationError(
            f"{folder} holds a run that differs in {', '.join(changed)}: its results can't be mixed with new ones; "
            "choose another folder with --out, or remove it"
        )


def _read_result(path: Path) -> SuspectResult | None:
    """An earlier result; one that can't be read is made again."""
    try:
        return _result_adapter().validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def _write(path: Path, content: bytes) -> None:
    try:
        write_atomically(path, content)
    except OSError as error:
        raise ConfigurationError(
            f"{path}: can't be written: {error}; choose a folder with room that may be written, results so far stay"
        ) from error


@lru_cache(maxsize=1)
def _result_adapter() -> TypeAdapter[SuspectResult]:
    return TypeAdapter(SuspectResult)
