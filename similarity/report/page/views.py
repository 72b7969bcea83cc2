"""What the page shows of matches and works, gathered from their places in the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from similarity.describe.facts import VideoFacts
from similarity.report.page.palette import WorkMark
from similarity.report.phrases.language import ENGLISH, Language
from similarity.report.phrases.match_words import rival_sentence
from similarity.report.phrases.words import number_ranges
from similarity.report.plots.path_plot import PathPlot, make_path_plot
from similarity.report.schema.match import Match
from similarity.report.schema.report import Report, SceneFinding, WorkFinding

__all__ = ["MatchView", "WorkView", "match_views", "scenes_with_match", "work_views"]

MOST_OPEN_MATCHES = 6
"""So many matches are shown unfolded; the rest unfold on a click."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchView:
    """One match above the threshold."""

    anchor: str
    """Its place on the page."""
    match: Match
    """The match."""
    title: str
    """Title of the work, or its identifier."""
    mark: WorkMark
    """Sign of the work."""
    plot: PathPlot
    """The aligned path."""
    rival: str
    """Which other match explains the stretch better; empty where none does."""
    is_open: bool
    """Whether it is shown unfolded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkView:
    """One work with a match above the threshold."""

    finding: WorkFinding
    """The suspect against it."""
    mark: WorkMark
    """Sign of the work."""
    num_scenes: int
    """Scenes of the suspect that resemble it."""
    scene_numbers: str
    """Their numbers, as ranges."""


def match_views(report: Report, marks: dict[str, WorkMark], *, language: Language = ENGLISH) -> tuple[MatchView, ...]:
    """Matches above the threshold in the order of the report."""
    titles = {finding.work.video_id: _title(finding.work) for finding in report.works}
    return tuple(
        MatchView(
            anchor=f"match-{number}",
            match=match,
            title=titles.get(match.work_id, match.work_id),
            mark=marks[match.work_id],
            plot=make_path_plot(match),
            rival=rival_sentence(match, _title_of_rival(titles, match), language=language),
            is_open=number <= MOST_OPEN_MATCHES,
        )
        for number, match in enumerate(report.matches, start=1)
    )


def _title_of_rival(titles: Mapping[str, str], match: Match) -> str:
    rival = match.score_steps.rival
    return "" if rival is None else titles.get(rival.work_id, rival.work_id)


def work_views(report: Report, marks: dict[str, WorkMark]) -> tuple[WorkView, ...]:
    """Works with a match above the threshold, in the order of the report."""
    return tuple(_work_view(finding, report, marks[finding.work.video_id]) for finding in report.works)


def scenes_with_match(report: Report) -> tuple[SceneFinding, ...]:
    """Scenes that overlap a match above the threshold."""
    return tuple(scene for scene in report.scenes if scene.match_ids)


def _work_view(finding: WorkFinding, report: Report, mark: WorkMark) -> WorkView:
    own = set(finding.match_ids)
    numbers = [scene.scene_number for scene in report.scenes if own.intersection(scene.match_ids)]
    return WorkView(finding=finding, mark=mark, num_scenes=len(numbers), scene_numbers=number_ranges(numbers))


def _title(video: VideoFacts) -> str:
    return video.title or video.video_id
