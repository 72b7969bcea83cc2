"""From a comparison to the parts of a report: matches, scenes, works, coverage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from similarity.absence import NotMeasured, not_measured
from similarity.align.candidates import Candidates
from similarity.align.rescoring import score_steps
from similarity.align.values import AlignedMatch
from similarity.compare.engine import Comparison
from similarity.compare.measuring import JudgedMatch, Measurer
from similarity.compare.works import Works
from similarity.describe.facts import stored_facts
from similarity.describe.video import DescribedVideo
from similarity.intervals import Interval, clipped, meets, overlap_seconds, union_seconds
from similarity.measure.coverage import coverage
from similarity.measure.filtration import SuggestedRange
from similarity.measure.finding import Finding
from similarity.measure.found import Proposition
from similarity.measure.shared_footage import FoundStretch, shared_with
from similarity.phrases import Phrase
from similarity.report.build.evidence import Evidence, PairColours
from similarity.report.schema.match import Beside, FramePair, Match, MatrixPicture, PathPoint
from similarity.report.schema.report import SceneFinding, SceneWork, SearchLimits, WorkFinding
from similarity.report.schema.taking import ShownRegions, Taking

__all__ = [
    "MatchPictures",
    "NamedMatch",
    "common_sources",
    "limits_of",
    "match_of",
    "named_matches",
    "scene_findings",
    "scene_spans",
    "scene_works",
    "work_findings",
]

Rows = npt.NDArray[np.float32]
_ELSEWHERE = ("licensed", "other")
"""Kinds of suggestions that say of a stretch that it also stands in the background or in another work."""
COMMON_SHARE = 0.5
"""Share of a match's stretch of the work that must stand elsewhere for a common source to explain it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedMatch:
    """A match with the number it bears in the report."""

    match_id: str
    """`m1`, `m2` ... in order of strength."""
    aligned: AlignedMatch
    """The match."""
    finding: Finding
    """What the whole match measures."""
    found_by: tuple[Proposition, ...]
    """Propositions on which it counts as found; none: it is listed as weaker."""
    shared_with: tuple[str, ...]
    """Other works as copies of which its stretch was found too."""

    @property
    def is_pictured(self) -> bool:
        """Whether its frames are shown: it was found, or only what never moves supports it, which asks for a look."""
        return bool(self.found_by) or self.finding.reading.name == "shared_setting"


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchPictures:
    """Names of the pictures made for a match."""

    frames: tuple[FramePair, ...]
    """Frames side by side."""
    matrix: MatrixPicture | NotMeasured
    """The similarity matrix."""
    colours: PairColours
    """Colours of the confirmed frame pairs among them."""
    taking: Taking | NotMeasured
    """What was kept, moved, changed, added and gone between the frames."""
    regions: ShownRegions | NotMeasured
    """Frames with the regions drawn in, in which something else moves."""


def named_matches(comparison: Comparison, measurer: Measurer) -> tuple[NamedMatch, ...]:
    """All matches that were found, and the strongest of the others, numbered by strength.

    Args:
        comparison: what was aligned.
        measurer: measures every match.
    """
    judged = measurer.judged(comparison.matches)
    found = [one for one in judged if one.found_by]
    weaker = [one for one in judged if not one.found_by][: measurer.config.report.max_weaker_matches]
    return tuple(
        NamedMatch(
            match_id=f"m{number}", aligned=one.match, finding=one.finding, found_by=one.found_by, shared_with=shared
        )
        for number, (one, shared) in enumerate(
            zip((*found, *weaker), _shared((*found, *weaker), measurer.rows), strict=True), start=1
        )
    )


def _shared(judged: Sequence[JudgedMatch], rows: Works) -> tuple[tuple[str, ...], ...]:
    stretches = [
        FoundStretch(work_id=one.match.work_id, suspect_span=_suspect_span(one.match), found_by=one.found_by)
        for one in judged
    ]
    return shared_with(stretches, stretches, rows.of_one_origin)


def limits_of(comparison: Comparison, num_works: int, measurer: Measurer, *, num_listed: int) -> SearchLimits:
    """Bounds that were met in a comparison.

    Args:
        comparison: what was found.
        num_works: works in the library.
        measurer: knows the samples and the configuration that were compared with.
        num_listed: matches that the report lists.
    """
    return SearchLimits(
        num_works=num_works,
        num_works_aligned=len(comparison.alignments),
        num_comparisons=measurer.num_comparisons,
        voting=comparison.candidates.voting,
        num_hits_per_sample=measurer.config.align.num_hits_per_sample,
        num_weaker_matches_left_out=len(comparison.matches) - num_listed,
    )


def match_of(
    named: NamedMatch,
    measurer: Measurer,
    *,
    evidence: Evidence,
    pictures: MatchPictures,
    beside: Beside | NotMeasured,
    suggestions: Sequence[SuggestedRange],
) -> Match:
    """A match as the report shows it.

    Args:
        named: the match under its name.
        measurer: knows the samples into which it points.
        evidence: signals, colours, changes and differences.
        pictures: names of its frames and of its matrix.
        beside: what stands beside its figures.
        suggestions: stretches of the works that may be left out.
    """
    match = named.aligned
    return Match(
        match_id=named.match_id,
        work_id=match.work_id,
        suspect_start_seconds=match.suspect_start_seconds,
        suspect_end_seconds=match.suspect_end_seconds,
        work_start_seconds=match.work_start_seconds,
        work_end_seconds=match.work_end_seconds,
        score=match.score,
        score_steps=score_steps(match),
        found_by=named.found_by,
        fit=match.fit,
        placement=match.placement,
        view=match.view,
        num_samples_supporting=match.num_samples_supporting,
        num_samples_available=match.num_samples_available,
        signals=evidence.signals,
        verification=match.verification,
        colours=evidence.colours,
        changes=evidence.changes,
        differences=evidence.differences,
        finding=named.finding,
        beside=beside,
        common_sources=common_sources(match, suggestions),
        shared_with=named.shared_with,
        path=_path(match, measurer),
        frames=pictures.frames,
        taking=pictures.taking,
        matrix=pictures.matrix,
        regions=pictures.regions,
    )


def common_sources(match: AlignedMatch, suggestions: Sequence[SuggestedRange]) -> tuple[Phrase, ...]:
    """Where most of the work's stretch stands elsewhere too: then pictures can't tell from whom it was taken.

    Args:
        match: the match.
        suggestions: stretches of the works that may be left out.
    """
    span = _work_span(match)
    elsewhere: dict[Phrase, list[Interval]] = {}
    for one in suggestions:
        if one.work_id == match.work_id and one.kind in _ELSEWHERE:
            there = (one.start_seconds, one.end_seconds)
            if meets(there, span):
                elsewhere.setdefault(one.grounds, []).append(clipped(there, span))
    least = COMMON_SHARE * (span[1] - span[0])
    return tuple(grounds for grounds, parts in elsewhere.items() if union_seconds(parts) >= least)


def scene_findings(
    video: DescribedVideo,
    matches: Sequence[NamedMatch],
    pictures: Mapping[int, str | NotMeasured],
    *,
    measurer: Measurer,
) -> tuple[SceneFinding, ...]:
    """Every scene of the suspect with the matches that fall in it.

    Args:
        video: the suspect.
        matches: named matches, strongest first.
        pictures: scene number (from 1) -> its picture.
        measurer: measures what of a match lies in a scene.
    """
    return tuple(
        _scene(
            number,
            span,
            matches,
            picture=pictures.get(number, not_measured("no sample falls in this scene")),
            measurer=measurer,
        )
        for number, span in enumerate(scene_spans(video), start=1)
    )


def scene_spans(video: DescribedVideo) -> tuple[Interval, ...]:
    """Start and end of every scene, in order of time; a still picture is one scene that lasts no time."""
    if video.info.is_still:
        return tuple((0.0, 0.0) for _ in video.scenes.start_pts)
    base, origin = video.samples.time_base, video.samples.start_pts
    starts, ends = video.scenes.start_pts.tolist(), video.scenes.end_pts.tolist()
    return tuple(
        (float((start - origin) * base), float((end - origin) * base)) for start, end in zip(starts, ends, strict=True)
    )


def _scene(
    number: int,
    span: Interval,
    matches: Sequence[NamedMatch],
    *,
    picture: str | NotMeasured,
    measurer: Measurer,
) -> SceneFinding:
    video = measurer.video
    inside = [named for named in matches if _lies_in(_suspect_span(named.aligned), span)]
    above = [named for named in inside if named.found_by]
    nothing = not_measured("no match that was found lies in this scene")
    spans = [
        (max(span[0], named.aligned.suspect_start_seconds), min(span[1], named.aligned.suspect_end_seconds))
        for named in above
    ]
    return SceneFinding(
        scene_number=number,
        start_seconds=span[0],
        end_seconds=span[1],
        is_gradual=bool(video.scenes.is_gradual[number - 1]),
        num_samples=int(np.count_nonzero(video.samples.scene == number - 1)),
        match_ids=tuple(named.match_id for named in above),
        work_id=above[0].aligned.work_id if above else nothing,
        covered_seconds=union_seconds(spans),
        score=inside[0].aligned.score if inside else not_measured("no match of any strength lies in this scene"),
        picture=picture,
        works=scene_works(span, matches, measurer),
    )


def _lies_in(stretch: Interval, scene: Interval) -> bool:
    """Whether enough of a match falls in a scene to be listed there: that of a still picture falls in it or not."""
    least = min(0.25, 0.5 * (scene[1] - scene[0]))
    return meets(stretch, scene) and (not least or overlap_seconds(stretch, scene) > least)


def scene_works(span: Interval, matches: Sequence[NamedMatch], measurer: Measurer) -> tuple[SceneWork, ...]:
    """The strongest match of each work that has samples in the scene.

    Args:
        span: the scene, seconds of the suspect.
        matches: named matches, strongest first.
        measurer: measures what of a match lies in the scene.
    """
    found: dict[str, SceneWork] = {}
    for named in matches:
        if named.aligned.work_id in found or not meets(_suspect_span(named.aligned), span):
            continue
        finding = measurer.within(named.aligned, span, whole=named.finding)
        if finding is not None:
            found[named.aligned.work_id] = SceneWork(match_id=named.match_id, finding=finding)
    return tuple(found.values())


def work_findings(
    matches: Sequence[NamedMatch], suspect_seconds: float, rows: Works, candidates: Candidates
) -> tuple[WorkFinding, ...]:
    """Works with a match that was found, strongest first.

    Args:
        matches: named matches, strongest first.
        suspect_seconds: length of the suspect.
        rows: the library.
        candidates: by which descriptors each work was found.
    """
    by_work: dict[str, list[NamedMatch]] = {}
    for named in matches:
        if named.found_by:
            by_work.setdefault(named.aligned.work_id, []).append(named)
    found = []
    for work_id, group in by_work.items():
        entry = rows.works[work_id]
        found.append(
            WorkFinding(
                work=stored_facts(entry.facts_json),
                score=group[0].aligned.score,
                match_ids=tuple(named.match_id for named in group),
                suspect_coverage=coverage((_suspect_span(named.aligned) for named in group), suspect_seconds),
                work_coverage=coverage((_work_span(named.aligned) for named in group), entry.duration_seconds),
                same_content_as=tuple(one for one in rows.ids_of(entry.sha256, "work") if one != work_id),
                routes=candidates.routes.get(work_id, ()),
            )
        )
    return tuple(found)


def _suspect_span(match: AlignedMatch) -> tuple[float, float]:
    return match.suspect_start_seconds, match.suspect_end_seconds


def _work_span(match: AlignedMatch) -> tuple[float, float]:
    return match.work_start_seconds, match.work_end_seconds


def _path(match: AlignedMatch, measurer: Measurer) -> tuple[PathPoint, ...]:
    suspect_seconds = measurer.suspect.seconds[match.suspect_samples]
    work_seconds = measurer.rows.work(match.work_id).seconds[match.work_samples]
    return tuple(
        PathPoint(
            suspect_seconds=float(suspect),
            work_seconds=float(work),
            similarity=float(deviation),
            pdq_distance_bits=int(bits),
        )
        for suspect, work, deviation, bits in zip(
            suspect_seconds, work_seconds, match.zscores, match.pdq_distance_bits, strict=True
        )
    )
