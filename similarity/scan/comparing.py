"""One suspect of a run against the library, or against what has changed of it since."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from similarity.absence import NotMeasured
from similarity.align.candidates import Candidates, candidate_works
from similarity.align.rescoring import RIVAL_LEAST_SCORE
from similarity.compare.engine import all_works, compare_described
from similarity.compare.part_pictures import part_pictures
from similarity.compare.part_search import PartSearcher
from similarity.compare.session import Session
from similarity.compare.works import suspect_track
from similarity.describe.video import DescribedVideo
from similarity.intervals import meets
from similarity.parts.searching import SHOWN_FROM
from similarity.provenance.reading import read_labels
from similarity.provenance.visible import visible_marks
from similarity.report.build.findings import limits_of
from similarity.report.phrases.mark_words import origin_sentences
from similarity.report.phrases.words import indexed_sentences, limit_sentences
from similarity.report.schema.report import SearchLimits
from similarity.report.writers.csv_form import MatchRow, PairRow, SceneRow
from similarity.scan.results import SuspectResult
from similarity.scan.rows import match_row, pair_rows, ranked, scene_rows, sound_row, span_of, with_shared
from similarity.scan.run_folder import RunFolder
from similarity.scan.thumbnails import MOST_WORKS, make_thumbnails
from similarity.text import storable

__all__ = ["SuspectComparer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspectComparer:
    """Compares suspects of one run."""

    session: Session
    """The library, ready for comparing."""
    run: RunFolder
    """Where pictures of what was found are kept."""
    with_all_works: bool
    """Whether every work is scored, not only those that resemble a suspect."""
    searcher: PartSearcher | None = None
    """Looks for parts of works; None where that was not asked for."""

    def compared(self, query_id: str, video: DescribedVideo) -> SuspectResult:
        """A suspect against the library."""
        rows = self.session.rows
        result = self._against(query_id, video, all_works(rows) if self.with_all_works else None, wanted=rows.works)
        result = replace(result, sound=self._heard(query_id, video, rows.works))
        return self._with_parts(result, video)

    def _heard(self, query_id: str, video: DescribedVideo, works: Collection[str]) -> tuple[MatchRow, ...]:
        """Matches of its soundtrack with those of works."""
        if self.session.rows.sounds.kept_of.isdisjoint(works):
            return ()
        found = self.session.compared_sound(video.path, works)
        if isinstance(found, NotMeasured):
            return ()
        return tuple(sound_row(query_id, one, threshold=found.threshold) for one in found.matches)

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
        heard = [row for row in earlier.sound if row.ref_id not in removed]
        sound = (*heard, *self._heard(query_id, video, added))
        return self._with_parts(replace(self._joined(kept, new, video), sound=ranked(sound)), video)

    def _with_parts(self, result: SuspectResult, video: DescribedVideo) -> SuspectResult:
        """A result with the parts of works that stand out in the suspect, and pictures of those that are found."""
        if self.searcher is None:
            return result
        parts = self.searcher.findings(video)
        if isinstance(parts, NotMeasured):
            return replace(result, parts=parts)
        found = [one for one in parts if one.is_found][:MOST_WORKS]
        self.run.keep_pictures(result.query_id, part_pictures(self.session.rows, self.session.frames, video, found))
        return replace(
            result, parts=parts if self.with_all_works else tuple(one for one in parts if one.score >= SHOWN_FROM)
        )

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
            matches=ranked(match_row(query_id, one) for one in judged),
            pairs=pair_rows(
                query_id,
                comparison,
                judged,
                wanted=wanted if self.with_all_works else (),
                number=measurer.num_comparisons,
            ),
            scenes=scene_rows(query_id, judged, measurer),
            limits=limits,
        )

    def _joined(self, kept: SuspectResult, new: Sequence[SuspectResult], video: DescribedVideo) -> SuspectResult:
        """What stays of an earlier result, and what was measured now."""
        matches = [row for one in (kept, *new) for row in one.matches]
        pairs = [row for one in (kept, *new) for row in one.pairs]
        scenes = [row for one in (kept, *new) for row in one.scenes]
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
            matches=ranked(matches),
            pairs=pairs,
            scenes=tuple(sorted(scenes, key=lambda row: (row.scene_number, -row.score, row.finding.work_id))),
            limits=limits,
        )

    def _result(
        self,
        query_id: str,
        video: DescribedVideo,
        *,
        matches: tuple[MatchRow, ...],
        pairs: Sequence[PairRow],
        scenes: tuple[SceneRow, ...],
        limits: SearchLimits | NotMeasured,
    ) -> SuspectResult:
        matches, scenes = with_shared(matches, scenes, self.session.rows)
        indexed = self.session.rows.indexed_as(video.digest.sha256)
        said = limit_sentences(limits) if isinstance(limits, SearchLimits) else ()
        labels, marks = read_labels(video.path), visible_marks(video.text, is_still=video.info.is_still)
        said = (*origin_sentences(labels, marks), *said)
        return SuspectResult(
            query_id=query_id,
            path=storable(str(video.path)),
            status="compared",
            detail=storable("; ".join(map(str, (*video.reading_notes, *indexed_sentences(indexed), *said)))),
            sha256=video.digest.sha256,
            duration_seconds=video.counts.duration_seconds_from_content,
            num_frames=video.counts.num_frames_from_content,
            library=self.run.state,
            matches=matches,
            pairs=tuple(sorted(pairs, key=lambda row: (-row.score, row.ref_id))),
            scenes=scenes,
            is_indexed_as=indexed,
            limits=limits,
            labels=labels,
            visible_labels=marks,
        )


def _without(result: SuspectResult, works: Collection[str]) -> SuspectResult:
    return replace(
        result,
        matches=tuple(row for row in result.matches if row.ref_id not in works),
        pairs=tuple(row for row in result.pairs if row.ref_id not in works),
        scenes=tuple(row for row in result.scenes if row.finding.work_id not in works),
        sound=tuple(row for row in result.sound if row.ref_id not in works),
    )


def _contend(changed: Sequence[MatchRow], kept: Sequence[MatchRow]) -> bool:
    """Whether a match that came or went may have lowered another one, or be lowered by it."""
    return any(
        max(one.own_score, other.own_score) >= RIVAL_LEAST_SCORE and meets(span_of(one), span_of(other))
        for one in changed
        for other in kept
    )
