"""What the page shows of matches and works, gathered from their places in the report."""

from __future__ import annotations

from dataclasses import dataclass

from similarity.absence import NotMeasured
from similarity.report.document.blocks.beside import match_beside
from similarity.report.document.blocks.match_detail import (
    aligned_samples,
    match_axes,
    match_evidence,
    match_line,
    match_score,
)
from similarity.report.document.blocks.matches import found_by
from similarity.report.document.blocks.regions import match_regions
from similarity.report.document.blocks.storyboard import match_storyboard
from similarity.report.document.blocks.taking import map_captions, mark_caption, match_taking
from similarity.report.document.context import Context
from similarity.report.document.parts import Part
from similarity.report.page.palette import WorkMark
from similarity.report.phrases.match_words import rival_sentence
from similarity.report.phrases.words import number_ranges
from similarity.report.plots.path_plot import make_path_plot, path_ranges
from similarity.report.plots.plot import Plot
from similarity.report.schema.match import Match
from similarity.report.schema.report import Report, SceneFinding, WorkFinding

__all__ = [
    "MatchView",
    "PairMapView",
    "WorkView",
    "match_views",
    "scenes_with_match",
    "work_views",
]

MOST_OPEN_MATCHES = 6
"""So many matches are shown unfolded; the rest unfold on a click."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairMapView:
    """The map of one pair of frames."""

    seconds: tuple[float, float]
    """Times in the suspect and in the work."""
    pictures: tuple[tuple[str, str], ...]
    """Name and caption of each picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchView:
    """One match that was found."""

    anchor: str
    """Its place on the page."""
    match: Match
    """The match."""
    title: str
    """Title of the work, or its identifier."""
    found_by: str
    """On what it was found."""
    mark: WorkMark
    """Sign of the work."""
    plot: Plot
    """The aligned path."""
    plot_seconds: tuple[tuple[float, float], tuple[float, float]]
    """Suspect time at the left and right edge of the drawing, work time at the upper and lower one."""
    is_timed: bool
    """Whether suspect or work last some time there: two still pictures have no line of time."""
    rival: str
    """Which other match explains the stretch better; empty where none does."""
    evidence: tuple[Part, ...]
    """What supports it, what agrees and what differs."""
    storyboard: tuple[Part, ...]
    """Scene by scene beginning, middle and end of both sides."""
    taking: tuple[Part, ...]
    """What was kept, moved, changed, added and gone, in shares and words."""
    maps: tuple[PairMapView, ...]
    """Pictures of the same, a pair of frames each."""
    marks: tuple[tuple[str, str], ...]
    """Picture and caption of every mark that stands over its frames."""
    axes: tuple[Part, ...]
    """The axes, over the whole match."""
    beside: tuple[Part, ...]
    """Other backgrounds, decoys of equal length, same-idea controls."""
    line: tuple[Part, ...]
    """Speed, offset, residual, length."""
    score: tuple[Part, ...]
    """How the score came about."""
    samples: tuple[Part, ...]
    """The aligned samples."""
    is_open: bool
    """Whether it is shown unfolded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkView:
    """One work with a match that was found."""

    finding: WorkFinding
    """The suspect against it."""
    mark: WorkMark
    """Sign of the work."""
    number: str
    """Its number in the tables."""
    num_scenes: int
    """Scenes of the suspect that resemble it."""
    scene_numbers: str
    """Their numbers, as ranges."""


def match_views(context: Context, marks: dict[str, WorkMark]) -> tuple[MatchView, ...]:
    """Matches that were found in the order of the report."""
    return tuple(
        MatchView(
            anchor=f"match-{number}",
            match=match,
            title=context.work_title(match.work_id),
            found_by=found_by(context, match.found_by),
            mark=marks[match.work_id],
            plot=make_path_plot(match, context.say),
            plot_seconds=path_ranges(match),
            is_timed=match.is_timed,
            rival=_rival(context, match),
            evidence=match_evidence(context, match),
            storyboard=tuple(match_storyboard(context, match)),
            taking=(*match_taking(context, match), *match_regions(context, match, key=match.match_id)),
            maps=_maps(context, match),
            marks=_marks(context, match),
            axes=match_axes(context, match),
            beside=match_beside(context, match),
            line=match_line(context, match),
            score=match_score(context, match),
            samples=aligned_samples(context, match),
            is_open=number <= MOST_OPEN_MATCHES,
        )
        for number, match in enumerate(context.report.matches, start=1)
    )


def _maps(context: Context, match: Match) -> tuple[PairMapView, ...]:
    if isinstance(match.taking, NotMeasured):
        return ()
    return tuple(
        PairMapView(seconds=(pair.suspect_seconds, pair.work_seconds), pictures=map_captions(context, match, pair))
        for pair in match.taking.pairs
    )


def _marks(context: Context, match: Match) -> tuple[tuple[str, str], ...]:
    if isinstance(match.taking, NotMeasured) or isinstance(match.taking.marks, NotMeasured):
        return ()
    return tuple((one.picture, mark_caption(context, number, one)) for number, one in enumerate(match.taking.marks, 1))


def _rival(context: Context, match: Match) -> str:
    rival = match.score_steps.rival
    title = "" if rival is None else context.work_title(rival.work_id)
    return rival_sentence(match, title, language=context.language)


def work_views(context: Context, marks: dict[str, WorkMark]) -> tuple[WorkView, ...]:
    """Works with a match that was found, in the order of the report."""
    return tuple(_work_view(finding, context, marks[finding.work.video_id]) for finding in context.report.works)


def scenes_with_match(report: Report) -> tuple[SceneFinding, ...]:
    """Scenes that overlap a match that was found."""
    return tuple(scene for scene in report.scenes if scene.match_ids)


def _work_view(finding: WorkFinding, context: Context, mark: WorkMark) -> WorkView:
    own = set(finding.match_ids)
    numbers = [scene.scene_number for scene in context.report.scenes if own.intersection(scene.match_ids)]
    return WorkView(
        finding=finding,
        mark=mark,
        number=context.work_number(finding.work.video_id),
        num_scenes=len(numbers),
        scene_numbers=number_ranges(numbers),
    )
