"""One suspect of a run against the library, or against what has changed of it since."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from similarity.absence import NotMeasured
from similarity.align.candidates import Candidates, candidate_works
from similarity.align.rescoring import RIVAL_LEAST_SCORE
from similarity.align.values import PairAlignment, speeds_along
from similarity.compare.engine import Comparison, all_works, compare_described
from similarity.compare.measuring import JudgedMatch
from similarity.compare.session import Session
from similarity.compare.works import suspect_track
from similarity.describe.video import DescribedVideo
from similarity.intervals import overlap_seconds
from similarity.report.build.findings import limits_of
from similarity.report.phrases.words import indexed_sentences, limit_sentences
from similarity.report.schema.report import SearchLimits
from similarity.report.writers.csv_form import MatchRow, PairRow
from similarity.scan.results import SuspectResult
from similarity.scan.run_folder import RunFolder
from similarity.scan.thumbnails import make_thumbnails
from similarity.text import storable

__all__ = ["SuspectComparer"]

_NOTHING_IN_COMMON = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspectComparer:
    """Compares suspects of one run."""

    session: Session
    """The library, ready for comparing."""
    run: RunFolder
    """Where pictures of what was found are kept."""
    with_all_works: bool
    """Whether every work is scored, not only those that resemble a suspect."""

    def compared(self, query_id: str, video: DescribedVideo) -> SuspectResult:
        """A suspect against the library."""
        rows = self.session.rows
        return self._against(query_id, video, all_works(rows) if self.with_all_works else None, wanted=rows.works)

    def updated(
        self, earlier: SuspectResult, video: DescribedVideo, *, added: Collection[str], removed: Collection[str]
    ) -> SuspectResult:
        """An earlier result, brought up to date with works that were added and removed since.

        The suspect is compared with the added works alone; where their matches, or those of a removed work, contend for
        its stretches with matches of other works, it is compared with those works once more.

        Args:
            earlier: the result.
            video: the suspect.
            added: works that were added, or stand for something else now.
            removed: works that were removed, or stand for something else now.
        """
        gone = [row for row in earlier.matches if row.ref_id in removed]
        kept, query_id = _without(earlier, removed), earlier.query_id
        new = [self._against(query_id, video, self._candidates(video, added), wanted=added)] if added else []
        came = [row for one in new for row in one.matches]
        if _contend((*gone, *came), kept.matches):
            matched = tuple(dict.fromkeys(row.ref_id for row in (*kept.matches, *came)))
            again = self._against(query_id, video, Candidates(work_ids=matched), wanted=matched)
            kept, new = _without(kept, matched), [*(_without(one, matched) for one in new), again]
        return self._joined(kept, new, video)

    def _candidates(self, video: DescribedVideo, works: Collection[str]) -> Candidates:
        """Those of some works that are worth aligning."""
        session, wanted = self.session, tuple(sorted(works))
        if self.with_all_works:
            return Candidates(work_ids=tuple(one for one in wanted if session.rows.works[one].num_indexed))
        suspect = suspect_track(video, session.rows.background)
        config, device = session.config.align, session.search.device
        return candidate_works(session.rows.library, suspect, wanted, config=config, device=device)

    def _against(
        self, query_id: str, video: DescribedVideo, candidates: Candidates | None, *, wanted: Collection[str]
    ) -> SuspectResult:
        """What comparing with some works gives, or with those that are searched for.

        Args:
            query_id: the suspect.
            video: the same, described.
            candidates: the works; None to search for them.
            wanted: works that have a row where every work is scored, those without a sample to align among them.
        """
        session = self.session
        comparison = compare_described(
            video,
            session.rows,
            config=session.config,
            device=session.search.device,
            verifier=session.verifier,
            candidates=candidates,
        )
        comparison = session.placer.placed(video, comparison)
        measurer = session.measurer(video, comparison.suspect)
        judged = measurer.judged(comparison.matches)
        self.run.keep_pictures(query_id, make_thumbnails(session, video, judged))
        limits = limits_of(comparison, len(session.rows.works), measurer, num_listed=len(comparison.matches))
        return self._result(
            query_id,
            video,
            matches=tuple(_match_row(query_id, one) for one in judged),
            pairs=_pair_rows(
                query_id,
                comparison,
                judged,
                wanted=wanted if self.with_all_works else (),
                number=measurer.num_comparisons,
            ),
            limits=limits,
        )

    def _joined(self, kept: SuspectResult, new: Sequence[SuspectResult], video: DescribedVideo) -> SuspectResult:
        """What stays of an earlier result, and what was measured now."""
        matches = [row for one in (kept, *new) for row in one.matches]
        pairs = [row for one in (kept, *new) for row in one.pairs]
        limits, facts = kept.limits, self.session.rows.facts
        if isinstance(limits, SearchLimits):
            limits = replace(
                limits,
                num_works=facts.num_works,
                num_works_aligned=min(facts.num_works, max(limits.num_works_aligned, len(pairs))),
                num_comparisons=len(video.samples.indexed) * facts.num_work_samples,
            )
        return self._result(
            kept.query_id,
            video,
            matches=tuple(sorted(matches, key=lambda row: (-row.score, row.ref_id, row.query_start_seconds))),
            pairs=tuple(sorted(pairs, key=lambda row: (row.finding is None, -row.score, row.ref_id))),
            limits=limits,
        )

    def _result(
        self,
        query_id: str,
        video: DescribedVideo,
        *,
        matches: tuple[MatchRow, ...],
        pairs: tuple[PairRow, ...],
        limits: SearchLimits | NotMeasured,
    ) -> SuspectResult:
        indexed = self.session.rows.indexed_as(video.digest.sha256)
        said = limit_sentences(limits) if isinstance(limits, SearchLimits) else ()
        return SuspectResult(
            query_id=query_id,
            path=storable(str(video.path)),
            status="compared",
            detail=storable("; ".join(map(str, (*video.reading_notes, *indexed_sentences(indexed), *said)))),
            sha256=video.digest.sha256,
            duration_seconds=video.counts.duration_seconds_from_content,
            library=self.run.state,
            matches=matches,
            pairs=pairs,
            is_indexed_as=indexed,
            limits=limits,
        )


def _without(result: SuspectResult, works: Collection[str]) -> SuspectResult:
    return replace(
        result,
        matches=tuple(row for row in result.matches if row.ref_id not in works),
        pairs=tuple(row for row in result.pairs if row.ref_id not in works),
    )


def _contend(changed: Sequence[MatchRow], kept: Sequence[MatchRow]) -> bool:
    """Whether a match that came or went may have lowered another one, or be lowered by it."""
    return any(
        max(one.score, other.score) >= RIVAL_LEAST_SCORE and overlap_seconds(_span(one), _span(other)) > 0
        for one in changed
        for other in kept
    )


def _span(row: MatchRow) -> tuple[float, float]:
    return row.query_start_seconds, row.query_end_seconds


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
        speeds=speeds_along(match.fit, match.placement),
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
