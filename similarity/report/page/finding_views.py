"""What the page shows of findings and calibrations, gathered from their places in the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from similarity.absence import NotMeasured
from similarity.compare.values import UnrelatedFootage
from similarity.measure.calibration import CalibrationFacts, LikelihoodRatio
from similarity.measure.finding import Finding
from similarity.measure.values import AxisValue
from similarity.report.page.palette import WorkMark
from similarity.report.phrases.axis_words import AxisGroup, axis_groups
from similarity.report.phrases.language import ENGLISH, Language
from similarity.report.plots.curve_plot import CurvePlot, calibration_plot, tippett_plot
from similarity.report.schema.report import Report, SceneFinding

__all__ = [
    "CalibrationView",
    "FindingView",
    "RatioView",
    "SceneView",
    "calibration_views",
    "num_withheld",
    "scene_views",
    "unrelated_view",
]

MOST_OPEN_FINDINGS = 3
"""So many findings of scenes are shown unfolded; the rest unfold on a click."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioView:
    """One likelihood ratio of a finding."""

    proposition: Literal["copy", "adaptation"]
    """What is weighed against independent making."""
    scope: str
    """Of how much of the material."""
    ratio: LikelihoodRatio | NotMeasured
    """The ratio."""
    calibration: str
    """Name of the calibration that it was read from; empty where the report holds none with its handle."""
    calibration_anchor: str
    """Where the calibration stands on the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """A stretch of the suspect against one work, or against unrelated footage."""

    anchor: str
    """Its place on the page."""
    title: str
    """Title of the work, or its identifier."""
    mark: WorkMark | None
    """Sign of the work; None where no match with it is above the threshold."""
    match_id: str
    """The match that was measured; empty for unrelated footage, whose matches are not listed."""
    match_anchor: str
    """Where the match stands on the page."""
    is_above_threshold: bool
    """Whether that match is shown as found."""
    finding: Finding
    """What was measured."""
    ratios: tuple[RatioView, ...]
    """Both likelihood ratios."""
    groups: tuple[AxisGroup, ...]
    """The axes, beside those of the closest unrelated footage."""
    is_open: bool
    """Whether it is shown unfolded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneView:
    """One scene of the suspect against every work with a listed match in it."""

    scene: SceneFinding
    """The scene."""
    works: tuple[FindingView, ...]
    """Findings, those with the strongest match first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationView:
    """A calibration with its drawings."""

    anchor: str
    """Its place on the page."""
    facts: CalibrationFacts
    """What the report holds of it."""
    plots: tuple[CurvePlot, ...]
    """Tippett and calibration plot; none where it holds no curves."""


def scene_views(report: Report, marks: dict[str, WorkMark], *, language: Language = ENGLISH) -> tuple[SceneView, ...]:
    """Scenes with a finding, in order of time."""
    titles = {one.work.video_id: one.work.title for one in report.works}
    anchors = {match.match_id: f"match-{number}" for number, match in enumerate(report.matches, 1)}
    num_shown, views = 0, []
    for scene in report.scenes:
        works = []
        for place, one in enumerate(scene.works, 1):
            work_id, num_shown = one.finding.work_id, num_shown + 1
            works.append(
                FindingView(
                    anchor=f"finding-{scene.scene_number}-{place}",
                    title=titles.get(work_id) or work_id,
                    mark=marks.get(work_id),
                    match_id=one.match_id,
                    match_anchor=anchors.get(one.match_id, "set-aside"),
                    is_above_threshold=one.match_id in anchors,
                    finding=one.finding,
                    ratios=_ratios(one.finding, report, match_id=one.match_id, language=language),
                    groups=axis_groups(one.finding.axes, _unrelated_axes(report)),
                    is_open=num_shown <= MOST_OPEN_FINDINGS,
                )
            )
        if works:
            views.append(SceneView(scene=scene, works=tuple(works)))
    return tuple(views)


def unrelated_view(report: Report, *, language: Language = ENGLISH) -> FindingView | None:
    """The closest unrelated footage; None where there is none."""
    footage = report.closest_unrelated
    if not isinstance(footage, UnrelatedFootage):
        return None
    return FindingView(
        anchor="closest-unrelated",
        title=footage.title or footage.entry_id,
        mark=None,
        match_id="",
        match_anchor="",
        is_above_threshold=False,
        finding=footage.finding,
        ratios=_ratios(footage.finding, report, match_id="", language=language),
        groups=axis_groups(footage.finding.axes),
        is_open=True,
    )


def num_withheld(report: Report) -> tuple[int, int]:
    """Likelihood ratios of scenes that are withheld, and all of them."""
    ratios = [
        ratio
        for scene in report.scenes
        for one in scene.works
        for ratio in (one.finding.copy_ratio, one.finding.adaptation_ratio)
    ]
    return sum(isinstance(ratio, NotMeasured) for ratio in ratios), len(ratios)


def calibration_views(report: Report) -> tuple[CalibrationView, ...]:
    """Calibrations in the order of the report."""
    return tuple(
        CalibrationView(
            anchor=f"calibration-{number}",
            facts=facts,
            plots=tuple(plot for plot in (tippett_plot(facts), calibration_plot(facts)) if plot is not None),
        )
        for number, facts in enumerate(report.calibrations, 1)
    )


def _unrelated_axes(report: Report) -> tuple[AxisValue, ...]:
    footage = report.closest_unrelated
    return footage.finding.axes if isinstance(footage, UnrelatedFootage) else ()


def _ratios(finding: Finding, report: Report, *, match_id: str, language: Language) -> tuple[RatioView, ...]:
    whole = language.say("of the whole match {match_id}", match_id=match_id) if match_id else ""
    return (
        _ratio(finding.copy_ratio, report, proposition="copy", scope=whole or language.say("of the whole match")),
        _ratio(finding.adaptation_ratio, report, proposition="adaptation", scope=language.say("of this stretch")),
    )


def _ratio(
    ratio: LikelihoodRatio | NotMeasured, report: Report, *, proposition: Literal["copy", "adaptation"], scope: str
) -> RatioView:
    name, anchor = "", ""
    if isinstance(ratio, LikelihoodRatio):
        for number, facts in enumerate(report.calibrations, 1):
            if facts.sha256 == ratio.calibration_sha256:
                name, anchor = facts.name, f"calibration-{number}"
    return RatioView(proposition=proposition, scope=scope, ratio=ratio, calibration=name, calibration_anchor=anchor)
