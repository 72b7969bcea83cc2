"""The dense second look: found matches placed to the frame, from every frame of both files around them.

What the look finds replaces what the sample grid said, unless the pictures do not agree dot by dot.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from index.records import SampleTable
from similarity.absence import NotMeasured, not_measured
from similarity.align.dense_ends import DenseEnds
from similarity.align.dense_pieces import PiecewiseLine
from similarity.align.fit import LineFit
from similarity.align.values import AlignedMatch, DensePlacement, LaidFrames, SuspectTrack, TimePiece, WorkTrack
from similarity.compare.dense_fit import TOO_FEW_FRAMES, DenseFit, dense_fit
from similarity.compare.dense_seen import CoarseLine, SeenStretch
from similarity.compare.engine import Comparison
from similarity.compare.frames import NOT_DECODED, Frames
from similarity.compare.standing import WideLook, support_of, with_support_of_others
from similarity.compare.through_fit import FittedMatch, measured_through_fit
from similarity.compare.works import Works
from similarity.config import Config
from similarity.describe.video import DescribedVideo
from similarity.geometry.change import picture_change
from similarity.geometry.framing import Part
from similarity.geometry.verification import Verification
from similarity.intervals import Interval, common_share, overlap_seconds
from similarity.measure.found import is_copied

__all__ = ["Placer"]

SUSPECT_SIDE_PIXELS, WORK_SIDE_PIXELS = 112, 168
"""Longer side of the grey pictures: those of the work are the larger, so that a crop of them is not blown up."""
MARGINS_SECONDS = (1.5, 8.0)
"""What is decoded before and after a match; the second where an end falls on the border of the first."""
REACH_SECONDS = 1.25
"""What is decoded of the work before and after where the line puts that."""
LONG_SECONDS, END_SECONDS, MIDDLE_SECONDS = 24.0, 7.0, 6.0
"""A longer match is looked at around its ends, and in the middle."""
LEAST_OVERLAP = 0.3
"""Share of the sample grid's stretch that the placed one must hold."""
TWIN_SHARE = 0.8
"""Intersection over union, in both videos, from which two placed matches are one."""
WEIGHED_FROM, MOST_WEIGHED = 3.0, 4
"""Score from which the best match with a work is held against the frames although it counts as no copy, for what of it
stands and what moves; and of how many works.  Its times stay those of the sample grid."""
ASKED_FROM = 1.0
"""Score from which a match that tells nothing itself is held to what a stronger one with the same work tells."""
HELD_HALF_SECONDS = 0.5
"""What is given of the work on either side of a moment that is held still."""

_ELSEWHERE = not_measured("frame by frame another stretch agrees than the sample grid found: its times stand")
_PICTURE = not_measured("a still picture has no time: nothing is placed to the frame")
_HELD = not_measured("one moment is held still: it has no speed")
_STILL = not_measured("the pictures hardly change with time there: neighbouring moments fit as well")

Floats = npt.NDArray[np.float64]
Parts = tuple[Part, Part]


class Placer:
    """Places found matches to the frame, from the files of suspect and works."""

    def __init__(self, rows: Works, config: Config, frames: Frames) -> None:
        self._rows = rows
        self._config = config
        self._frames = frames
        self._wide = WideLook(rows=rows, frames=frames, max_side=WORK_SIDE_PIXELS)

    def placed(self, video: DescribedVideo, comparison: Comparison) -> Comparison:
        """The comparison with its found matches placed.

        Args:
            video: the suspect, whose file is read again.
            comparison: with settled scores.
        """
        looked = {id(match): self._placed(match, video, comparison.suspect) for match in self._chosen(comparison)}
        fitted = [one for one in looked.values() if isinstance(one, FittedMatch)]
        through = measured_through_fit(
            video, fitted, rows=self._rows, frames=self._frames, max_side=self._config.sample.max_side_pixels
        )
        measured = {id(one.match): match for one, match in zip(fitted, through, strict=True)}

        def placed(match: AlignedMatch) -> AlignedMatch:
            found = looked.get(id(match), match)
            return measured[id(found.match)] if isinstance(found, FittedMatch) else found

        return replace(
            comparison,
            alignments=tuple(
                one.with_matches(
                    with_support_of_others(_without_twins(map(placed, one.matches)), from_score=ASKED_FROM)
                )
                for one in comparison.alignments
            ),
        )

    def _chosen(self, comparison: Comparison) -> Sequence[AlignedMatch]:
        """The strongest that count as copied; and, to be weighed alone, the best of some works that have none."""
        threshold, most = self._config.align.operating_threshold, self._config.place.max_matches
        copied = [match for match in comparison.matches if is_copied(match.score, threshold=threshold)][:most]
        known = {match.work_id for match in copied}
        others: dict[str, AlignedMatch] = {}
        for match in comparison.matches:
            if match.work_id not in known and WEIGHED_FROM <= match.score < threshold:
                others.setdefault(match.work_id, match)
        return [*copied, *list(others.values())[: min(MOST_WEIGHED, most)]]

    def _placed(self, match: AlignedMatch, video: DescribedVideo, suspect: SuspectTrack) -> AlignedMatch | FittedMatch:
        work = self._rows.work(match.work_id)
        if not (suspect.duration_seconds and work.duration_seconds):
            return replace(match, placement=_PICTURE)
        edges = np.concatenate([[0.0], suspect.cut_seconds, [suspect.duration_seconds]])
        parts = _parts(match, video.samples, self._rows.library.samples(match.work_id))
        fitted: DenseFit | NotMeasured = TOO_FEW_FRAMES
        seen: list[SeenStretch] = []
        for margin in MARGINS_SECONDS:
            spans = _spans(match, margin, suspect.duration_seconds)
            decoded = self._seen(match, video, spans)
            if isinstance(decoded, NotMeasured):
                return replace(match, placement=decoded)
            seen = decoded
            fitted = dense_fit(match, seen, parts, edges)
            if isinstance(fitted, NotMeasured) or not _is_at_border(fitted.ends, spans, edges):
                break
        if isinstance(fitted, NotMeasured):
            return replace(match, placement=fitted)
        placed = _with_placement(match, fitted, suspect, work)
        if isinstance(placed.placement, NotMeasured):
            return placed
        support = support_of(placed, fitted, seen, parts, edges=edges, wide=self._wide)
        if not is_copied(match.score, threshold=self._config.align.operating_threshold):
            return replace(match, support=support)
        return FittedMatch(match=replace(placed, support=support), fit=fitted, parts=parts)

    def _seen(
        self, match: AlignedMatch, video: DescribedVideo, spans: Sequence[Interval]
    ) -> list[SeenStretch] | NotMeasured:
        entry = self._rows.entry(match.work_id)
        line, found = CoarseLine.of(match), []
        for span in spans:
            ends = np.sort(line.work_seconds(np.array(span)))
            there = (max(0.0, float(ends[0]) - REACH_SECONDS), float(ends[1]) + REACH_SECONDS)
            here = self._frames.stretch_of_suspect(video, span, max_side=SUSPECT_SIDE_PIXELS)
            work = self._frames.stretch_of_entry(entry, there, max_side=WORK_SIDE_PIXELS)
            if isinstance(here, NotMeasured):
                return here
            if isinstance(work, NotMeasured):
                return work
            if len(here.pts) and len(work.pts) > 1:
                found.append(SeenStretch.of(here, work))
        return found or TOO_FEW_FRAMES


def _without_twins(matches: Iterable[AlignedMatch]) -> list[AlignedMatch]:
    """Matches of one work without those that were placed where a stronger one was: one stretch, found twice."""
    kept: list[AlignedMatch] = []
    for match in sorted(matches, key=lambda match: -match.score):
        if not any(_are_twins(match, other) for other in kept):
            kept.append(match)
    return kept


def _are_twins(match: AlignedMatch, other: AlignedMatch) -> bool:
    if not all(isinstance(one.placement, DensePlacement) for one in (match, other)):
        return False
    spans = [
        ((one.suspect_start_seconds, one.suspect_end_seconds), (one.work_start_seconds, one.work_end_seconds))
        for one in (match, other)
    ]
    ways = [(one.view.is_mirrored, one.view.turn_degrees) for one in (match, other)]
    return ways[0] == ways[1] and all(
        common_share(here, there) >= TWIN_SHARE for here, there in zip(*spans, strict=True)
    )


def _spans(match: AlignedMatch, margin: float, duration_seconds: float) -> list[Interval]:
    """Stretches of the suspect that are decoded: the match and what surrounds it, or parts of a long one."""
    start, end = match.suspect_start_seconds, match.suspect_end_seconds
    first, last = max(0.0, start - margin), min(duration_seconds, end + margin)
    if end - start <= LONG_SECONDS - 2 * MARGINS_SECONDS[0]:
        return [(first, last)]
    middle = (start + end) / 2
    half = MIDDLE_SECONDS / 2
    return [(first, start + END_SECONDS), (middle - half, middle + half), (end - END_SECONDS, last)]


def _is_at_border(ends: DenseEnds, spans: Sequence[Interval], edges: Floats) -> bool:
    """Whether an end falls where decoding began or ended, and the suspect goes on."""
    first, last = spans[0][0], spans[-1][1]
    near = 0.1
    return (first > edges[0] and ends.start.seconds - first < near) or (
        last < edges[-1] and last - ends.end.seconds < near
    )


def _parts(match: AlignedMatch, suspect: SampleTable, work: SampleTable) -> Parts:
    """What stands inside burned-in bars, middle over the aligned samples."""
    boxes = suspect.box[suspect.indexed[match.suspect_samples]], work.box[work.indexed[match.work_samples]]
    here, there = (np.median(box, axis=0) / 1000 for box in boxes)
    return _part(here), _part(there)


def _part(edges: Floats) -> Part:
    left, top, right, bottom = edges.tolist()
    return left, top, right, bottom


def _with_placement(match: AlignedMatch, fitted: DenseFit, suspect: SuspectTrack, work: WorkTrack) -> AlignedMatch:
    """The match with the times of the dense look; as it was where that found another stretch."""
    line, ends = fitted.line, fitted.ends
    span, coarse = ends.span, (match.suspect_start_seconds, match.suspect_end_seconds)
    common = overlap_seconds(span, coarse)
    if common < LEAST_OVERLAP * (coarse[1] - coarse[0]):
        return replace(match, placement=_ELSEWHERE)
    there = _work_span(fitted)
    times = suspect.seconds[match.suspect_samples]
    residual = work.seconds[match.work_samples] - line.places(times)
    offset = line.work_seconds(0.0)
    change = picture_change(
        fitted.transform,
        suspect_aspect=fitted.aspects[0],
        work_aspect=fitted.aspects[1],
        is_mirrored=bool(np.linalg.det(fitted.transform[:2, :2]) < 0),
    )
    verification = match.verification
    if isinstance(verification, Verification):
        verification = replace(verification, change=change)
    return replace(
        match,
        suspect_start_seconds=span[0],
        suspect_end_seconds=span[1],
        work_start_seconds=max(0.0, there[0]),
        work_end_seconds=min(work.duration_seconds, there[1]),
        fit=LineFit(
            speed_factor=line.speed,
            offset_seconds=offset,
            residual_seconds=float(np.sqrt(np.mean(residual**2))),
        ),
        verification=verification,
        placement=_placement(fitted),
        laid=LaidFrames(transform=fitted.transform, frames=fitted.scene_frames) if fitted.scene_frames else None,
    )


def _work_span(fitted: DenseFit) -> Interval:
    """What is shown of the work; a frame backwards shows what follows its moment, not what comes before."""
    line, span = fitted.line, fitted.ends.span
    if line.speed == 0:
        return line.work_seconds(0.0) - HELD_HALF_SECONDS, line.work_seconds(0.0) + HELD_HALF_SECONDS
    late = fitted.ends.frame_seconds if line.speed < 0 else 0.0
    first, last = sorted(line.work_seconds(edge - late) for edge in span)
    return first, last


def _placement(fitted: DenseFit) -> DensePlacement:
    line, ends = fitted.line, fitted.ends
    speed: Interval | NotMeasured = line.speed_interval(ends.span[1] - ends.span[0])
    work_start: Interval | NotMeasured
    work_end: Interval | NotMeasured
    work_start, work_end = _ends_in_work(fitted)
    if line.speed == 0:
        speed = _HELD
    if line.is_open:
        speed = _HELD if line.speed == 0 else _STILL
        work_start = work_end = _STILL
    return DensePlacement(
        suspect_start_interval_seconds=ends.start.interval,
        suspect_end_interval_seconds=ends.end.interval,
        work_start_interval_seconds=work_start,
        work_end_interval_seconds=work_end,
        speed_interval=speed,
        starts_at_cut=ends.start.is_at_cut,
        ends_at_cut=ends.end.is_at_cut,
        agreement=ends.agreement,
        scale_interval=fitted.spread if isinstance(fitted.spread, NotMeasured) else fitted.spread.scale,
        across_interval=fitted.spread if isinstance(fitted.spread, NotMeasured) else fitted.spread.across,
        down_interval=fitted.spread if isinstance(fitted.spread, NotMeasured) else fitted.spread.down,
        pairs=NOT_DECODED,
        pieces=tuple(_pieces(line, ends.span)) if isinstance(line, PiecewiseLine) else (),
    )


def _pieces(line: PiecewiseLine, span: Interval) -> Iterator[TimePiece]:
    """The pieces of a line, the first from the start of the match, the last to its end."""
    edges = np.clip(line.joint_seconds, *span)
    edges[0], edges[-1] = span
    for one, speed, (first, last) in zip(line.lines, line.speeds.tolist(), pairwise(edges.tolist()), strict=True):
        if last > first:
            yield TimePiece(
                suspect_start_seconds=first,
                suspect_end_seconds=last,
                work_start_seconds=line.work_seconds(first),
                work_end_seconds=line.work_seconds(last),
                speed=speed,
                speed_interval=_STILL if one.is_open else one.speed_interval(last - first),
            )


def _ends_in_work(fitted: DenseFit) -> tuple[Interval, Interval]:
    """Where start and end lie in the work: what the line leaves open, and what the ends in the suspect do."""
    line, ends = fitted.line, fitted.ends
    if line.speed == 0:
        low, high = line.work_interval(ends.span[0])
        return (low - HELD_HALF_SECONDS, high - HELD_HALF_SECONDS), (low + HELD_HALF_SECONDS, high + HELD_HALF_SECONDS)
    late = ends.frame_seconds if line.speed < 0 else 0.0
    found = []
    for end in (ends.start, ends.end):
        edges = [line.work_interval(edge - late) for edge in end.interval]
        found.append((min(low for low, _ in edges), max(high for _, high in edges)))
    return (found[0], found[1]) if line.speed > 0 else (found[1], found[0])
