"""Rows of a suspect's result: matches, scenes, pairs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import TypedDict

from similarity.absence import NotMeasured
from similarity.align.values import PairAlignment, speeds_along
from similarity.compare.engine import Comparison
from similarity.compare.measuring import JudgedMatch, Measurer
from similarity.compare.works import Works
from similarity.intervals import Interval
from similarity.measure.found import Proposition, is_heard
from similarity.measure.shared_footage import FoundStretch, shared_with
from similarity.measure.strength import strength
from similarity.parts.values import PartFinding
from similarity.report.build.findings import NamedMatch, scene_spans, scene_works
from similarity.report.writers.csv_form import MatchRow, PairRow, SceneRow, row_of
from similarity.scan.results import SuspectResult
from similarity.sound.values import SoundMatch

__all__ = [
    "found_rows",
    "match_row",
    "pair_rows",
    "pairs_with_parts",
    "parts_of",
    "ranked",
    "scene_rows",
    "sound_row",
    "span_of",
    "with_shared",
]

_NOTHING_IN_COMMON = 0.0


def ranked(rows: Iterable[MatchRow]) -> tuple[MatchRow, ...]:
    """Strongest first."""
    return tuple(sorted(rows, key=lambda row: (-row.score, row.ref_id, row.query_start_seconds)))


def span_of(row: MatchRow) -> Interval:
    """Its stretch of the suspect, seconds."""
    return row.query_start_seconds, row.query_end_seconds


def with_shared(
    matches: Sequence[MatchRow], scenes: Sequence[SceneRow], rows: Works
) -> tuple[tuple[MatchRow, ...], tuple[SceneRow, ...]]:
    """The rows of one suspect, with the other works as copies of which their stretches were found too.

    Args:
        matches: every match.
        scenes: every scene.
        rows: knows which works are of one origin.
    """
    spans, parts = [_stretch(row) for row in matches], [_scene_stretch(row) for row in scenes]
    of_matches = shared_with(spans, spans, rows.of_one_origin)
    of_scenes = shared_with(parts, spans, rows.of_one_origin)
    return (
        tuple(replace(row, shared_with=works) for row, works in zip(matches, of_matches, strict=True)),
        tuple(replace(row, shared_with=works) for row, works in zip(scenes, of_scenes, strict=True)),
    )


def _stretch(row: MatchRow) -> FoundStretch:
    return FoundStretch(work_id=row.ref_id, suspect_span=span_of(row), found_by=row.found_by)


def _scene_stretch(row: SceneRow) -> FoundStretch:
    span = row.finding.suspect_start_seconds, row.finding.suspect_end_seconds
    return FoundStretch(work_id=row.finding.work_id, suspect_span=span, found_by=row.found_by)


def scene_rows(query_id: str, judged: Sequence[JudgedMatch], measurer: Measurer) -> tuple[SceneRow, ...]:
    """Every scene of the suspect against every work of which a match that was found lies in it.

    Args:
        query_id: the suspect.
        judged: its matches, strongest first.
        measurer: measures what of a match lies in a scene.
    """
    named = {
        f"m{number}": NamedMatch(
            match_id=f"m{number}", aligned=one.match, finding=one.finding, found_by=one.found_by, shared_with=()
        )
        for number, one in enumerate((one for one in judged if one.found_by), start=1)
    }
    return tuple(
        SceneRow(
            query_id=query_id,
            scene_number=number,
            scene_start_seconds=span[0],
            scene_end_seconds=span[1],
            score=strength(named[one.match_id].aligned.score, named[one.match_id].finding.adaptation_score),
            found_by=named[one.match_id].found_by,
            shared_with=(),
            finding=one.finding,
        )
        for number, span in enumerate(scene_spans(measurer.video) if named else (), start=1)
        for one in scene_works(span, tuple(named.values()), measurer)
    )


def match_row(query_id: str, judged: JudgedMatch) -> MatchRow:
    """One match of a suspect."""
    speeds = speeds_along(judged.match.fit, judged.match.placement)
    score = judged.finding.adaptation_score
    return row_of(query_id, judged.match, found_by=judged.found_by, speeds=speeds, adaptation_score=score)


def sound_row(query_id: str, match: SoundMatch, *, threshold: float) -> MatchRow:
    """One match of a suspect's soundtrack.

    Args:
        query_id: the suspect.
        match: the match.
        threshold: score from which it is found.
    """
    found_by: tuple[Proposition, ...] = ("sound",) if is_heard(match.score, threshold=threshold) else ()
    return row_of(query_id, match, found_by=found_by, speeds=(match.speed,))


def pair_rows(
    query_id: str, comparison: Comparison, judged: Sequence[JudgedMatch], *, wanted: Collection[str], number: int
) -> tuple[PairRow, ...]:
    """Works that were hit, and those `wanted` in any case; one without a sample to align has nothing in common: 0.

    Args:
        query_id: the suspect.
        comparison: what was aligned.
        judged: its matches, strongest first.
        wanted: works that have a row though nothing was aligned.
        number: samples of the suspect times samples of all works.
    """
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


def part_row(query_id: str, part: PartFinding) -> MatchRow:
    """The picture of a suspect in which a part of a work is strongest: a stretch without length."""
    return MatchRow(
        query_id=query_id,
        ref_id=part.work_id,
        query_start_seconds=part.suspect_seconds,
        query_end_seconds=part.suspect_seconds,
        ref_start_seconds=part.work_seconds,
        ref_end_seconds=part.work_seconds,
        score=part.score,
        found_by=("part",) if part.is_found else (),
        shared_with=(),
    )


def found_rows(result: SuspectResult) -> tuple[MatchRow, ...]:
    """Everything that was found of a suspect, on whatever proposition: pictures, then sound, then parts."""
    parts = (part_row(result.query_id, one) for one in parts_of(result))
    return tuple(row for row in (*result.every_match, *parts) if row.found_by)


def parts_of(result: SuspectResult) -> tuple[PartFinding, ...]:
    """The parts that a result lists; none where none was looked for."""
    return () if isinstance(result.parts, NotMeasured) else result.parts


def pairs_with_parts(result: SuspectResult) -> tuple[PairRow, ...]:
    """The pairs of a suspect with what parts say; a work of which nothing but a part is found has a row, too."""
    parts = {one.work_id: one for one in parts_of(result)}
    known = {row.ref_id for row in result.pairs}
    rows = [replace(row, **_of_part(row.found_by, parts.get(row.ref_id))) for row in result.pairs]
    alone = [
        PairRow(
            query_id=result.query_id,
            ref_id=one.work_id,
            score=_NOTHING_IN_COMMON,
            num_comparisons=0,
            finding=None,
            **_of_part((), one),
        )
        for one in parts.values()
        if one.work_id not in known and one.is_found
    ]
    return (*rows, *alone)


class _OfPart(TypedDict):
    found_by: tuple[Proposition, ...]
    part_score: float | None


def _of_part(found_by: tuple[Proposition, ...], part: PartFinding | None) -> _OfPart:
    found: tuple[Proposition, ...] = ("part",) if part is not None and part.is_found else ()
    return {"found_by": (*found_by, *found), "part_score": None if part is None else part.score}


def _pair_row(query_id: str, alignment: PairAlignment, judged: Sequence[JudgedMatch], number: int) -> PairRow:
    return PairRow(
        query_id=query_id,
        ref_id=alignment.work_id,
        score=alignment.score,
        found_by=tuple(dict.fromkeys(name for one in judged for name in one.found_by)),
        num_comparisons=number,
        finding=judged[0].finding if judged else None,
    )
