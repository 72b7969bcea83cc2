"""Filtration in a comparison: the excluded stretches of the works found, and every figure without them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from similarity.absence import not_measured
from similarity.align.values import AlignedMatch
from similarity.compare.engine import Comparison, compared_without
from similarity.compare.measuring import Measurer
from similarity.compare.session import Session
from similarity.intervals import Interval, clipped, meets, overlap_seconds, union_seconds, without
from similarity.measure.coverage import coverage
from similarity.measure.filtration import (
    FilteredFigures,
    FilteredMatch,
    FilteredScene,
    FilteredWork,
    Filtration,
    SuggestedRange,
)
from similarity.measure.finding import Finding
from similarity.measure.values import Coverage
from similarity.report.build.findings import NamedMatch, named_matches, scene_spans

__all__ = ["filtration_of"]

Seconds = npt.NDArray[np.float64]
_NOTHING_EXCLUDED = not_measured("nothing was excluded from the works compared")
_WHOLLY_EXCLUDED = not_measured("the whole work is excluded: nothing remains to be covered")
_ROUNDING = 1e-6
"""Seconds that sums of times may be off."""


def filtration_of(
    comparison: Comparison,
    session: Session,
    measurer: Measurer,
    *,
    matches: Sequence[NamedMatch],
    suggestions: tuple[SuggestedRange, ...],
) -> Filtration:
    """What was left out of the works compared, what may be, and the figures without it.

    Args:
        comparison: without filtration.
        session: the library.
        measurer: measures what remains of a match.
        matches: the named matches without filtration.
        suggestions: stretches that nobody has decided on.
    """
    ranges = tuple(
        one for work_id in comparison.candidates.work_ids for one in session.rows.library.filter_ranges(work_id)
    )
    found = dict.fromkeys(named.aligned.work_id for named in matches if named.found_by)
    if not ranges:
        return Filtration(ranges=(), suggestions=suggestions, filtered=_NOTHING_EXCLUDED)
    excluded: dict[str, list[Interval]] = {}
    for one in ranges:
        excluded.setdefault(one.work_id, []).append((one.start_seconds, one.end_seconds))
    remaining = compared_without(comparison, session.rows, excluded=excluded, config=session.config)
    figures = _Figures(measurer=measurer, excluded=excluded, before=tuple(found))
    return Filtration(ranges=ranges, suggestions=suggestions, filtered=figures.of(remaining))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figures:
    """Makes the figures with filtration."""

    measurer: Measurer
    excluded: Mapping[str, Sequence[Interval]]
    before: tuple[str, ...]
    """Works found without filtration."""

    def of(self, remaining: Comparison) -> FilteredFigures:
        """Of the comparison made again."""
        matches = named_matches(remaining, self.measurer)
        above = [named.aligned for named in matches if named.found_by]
        suspect_seconds = self.measurer.video.counts.duration_seconds_from_content
        scenes = [
            FilteredScene(scene_number=number, findings=self._findings(span, matches))
            for number, span in enumerate(scene_spans(self.measurer.video), start=1)
        ]
        works = dict.fromkeys([*self.before, *(match.work_id for match in above)])
        return FilteredFigures(
            matches=tuple(self._match(named) for named in matches),
            scenes=tuple(scene for scene in scenes if scene.findings),
            works=tuple(self._work(work_id, above) for work_id in works),
            suspect_coverage=coverage(
                (span for match in above for span in self._suspect_spans(match)), suspect_seconds
            ),
        )

    def _findings(self, scene: Interval, matches: Sequence[NamedMatch]) -> tuple[Finding, ...]:
        """The strongest remaining match of each work that has samples in the scene, over what of it remains there."""
        found: dict[str, Finding] = {}
        for named in matches:
            match = named.aligned
            inside = [clipped(span, scene) for span in self._suspect_spans(match) if meets(span, scene)]
            if match.work_id in found or not inside:
                continue
            finding = self.measurer.within(match, (inside[0][0], inside[-1][1]), whole=named.finding)
            if finding is not None:
                found[match.work_id] = self._outside(finding)
        return tuple(found.values())

    def _outside(self, finding: Finding) -> Finding:
        """The finding with its stretch of the work ending where an excluded one begins."""
        whole = (finding.work_start_seconds, finding.work_end_seconds)
        there = without(whole, self.excluded.get(finding.work_id, ()))
        return replace(finding, work_start_seconds=there[0][0], work_end_seconds=there[-1][1]) if there else finding

    def _match(self, named: NamedMatch) -> FilteredMatch:
        match = named.aligned
        here, there = self._suspect_spans(match), self._work_spans(match)
        return FilteredMatch(
            match_id=named.match_id.replace("m", "f", 1),
            work_id=match.work_id,
            suspect_start_seconds=here[0][0] if here else match.suspect_start_seconds,
            suspect_end_seconds=here[-1][1] if here else match.suspect_end_seconds,
            work_start_seconds=there[0][0] if there else match.work_start_seconds,
            work_end_seconds=there[-1][1] if there else match.work_end_seconds,
            score=match.score,
            found_by=named.found_by,
            num_samples=len(match.suspect_samples),
        )

    def _work(self, work_id: str, above: Sequence[AlignedMatch]) -> FilteredWork:
        of_work = [match for match in above if match.work_id == work_id]
        gaps = self.excluded.get(work_id, ())
        total = self.measurer.rows.entry(work_id).duration_seconds
        excluded_seconds = min(total, union_seconds(clipped(gap, (0.0, total)) for gap in gaps))
        remains = total - excluded_seconds if total - excluded_seconds > _ROUNDING else 0.0
        none_left = not_measured("no match that was found remains with filtration")
        spans = [span for match in of_work for span in self._work_spans(match)]
        return FilteredWork(
            work_id=work_id,
            excluded_seconds=excluded_seconds,
            score=of_work[0].score if of_work else none_left,
            suspect_coverage=coverage(
                (span for match in of_work for span in self._suspect_spans(match)),
                self.measurer.video.counts.duration_seconds_from_content,
            ),
            work_coverage=_of_remainder(coverage(_closed_up(spans, gaps), remains), total),
        )

    def _work_spans(self, match: AlignedMatch) -> tuple[Interval, ...]:
        """The match's stretch of the work without its excluded stretches."""
        return without((match.work_start_seconds, match.work_end_seconds), self.excluded.get(match.work_id, ()))

    def _suspect_spans(self, match: AlignedMatch) -> tuple[Interval, ...]:
        """The match's stretch of the suspect without what runs over excluded stretches of the work."""
        whole = (match.suspect_start_seconds, match.suspect_end_seconds)
        gaps = self.excluded.get(match.work_id, ())
        if not gaps:
            return (whole,)
        here = self.measurer.suspect.seconds[match.suspect_samples]
        there = self.measurer.rows.work(match.work_id).seconds[match.work_samples]
        half = 0.5 / self.measurer.config.sample.samples_per_second
        return without(whole, _jumps(here, there, gaps, half))


def _of_remainder(covered: Coverage, total_seconds: float) -> Coverage:
    """Coverage of what remains of a work, with the reason where nothing of a moving picture does."""
    if total_seconds > 0 and not covered.total_seconds:
        return replace(covered, fraction=_WHOLLY_EXCLUDED)
    return covered


def _jumps(here: Seconds, there: Seconds, gaps: Sequence[Interval], half: float) -> list[Interval]:
    """Stretches of the suspect between aligned samples on either side of an excluded stretch of the work."""
    order = np.argsort(here, kind="stable")
    pairs = list(zip(here[order].tolist(), there[order].tolist(), strict=True))
    return [
        (left[0] + half, right[0] - half)
        for left, right in pairwise(pairs)
        if right[0] - left[0] > 2 * half
        and any(overlap_seconds((min(left[1], right[1]), max(left[1], right[1])), gap) > 0 for gap in gaps)
    ]


def _closed_up(spans: Sequence[Interval], gaps: Sequence[Interval]) -> list[Interval]:
    """Spans on the time axis of what remains of a work: excluded stretches take no time on it."""
    return [(_moved(start, gaps), _moved(end, gaps)) for start, end in spans]


def _moved(edge: float, gaps: Sequence[Interval]) -> float:
    return edge - union_seconds(clipped(gap, (0.0, edge)) for gap in gaps)
