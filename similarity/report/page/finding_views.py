"""What the page shows of each scene: its findings as the documents tell them, with the places that links lead to."""

from __future__ import annotations

from dataclasses import dataclass

from similarity.report.document.blocks.findings import finding_parts, ratio_short
from similarity.report.document.blocks.regions import scene_regions
from similarity.report.document.blocks.taking import scene_taking
from similarity.report.document.context import Context
from similarity.report.document.parts import Part
from similarity.report.page.palette import WorkMark
from similarity.report.phrases.filing import READINGS
from similarity.report.schema.report import SceneFinding, SceneWork

__all__ = ["FindingView", "SceneView", "scene_views"]

MOST_OPEN_FINDINGS = 3
"""So many findings of scenes are shown unfolded; the rest unfold on a click."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """A stretch of the suspect against one work."""

    anchor: str
    """Its place on the page."""
    title: str
    """Title of the work, or its identifier."""
    mark: WorkMark | None
    """Sign of the work; None where no match with it was found."""
    match_id: str
    """The match that was measured."""
    match_anchor: str
    """Where the match stands on the page."""
    is_found: bool
    """Whether that match is shown as found."""
    reading: str
    """What is proposed."""
    ratios: tuple[str, str]
    """log10 LR of copy and of adaptation."""
    parts: tuple[Part, ...]
    """The finding in full."""
    is_open: bool
    """Whether it is shown unfolded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneView:
    """One scene of the suspect against every work with a listed match in it."""

    scene: SceneFinding
    """The scene."""
    works: tuple[FindingView, ...]
    """Findings, those with the strongest match first."""


def scene_views(context: Context, marks: dict[str, WorkMark]) -> tuple[SceneView, ...]:
    """Scenes with a finding, in order of time."""
    num_shown, views = 0, []
    for scene in context.report.scenes:
        works = tuple(
            _view(context, one, marks, anchor=f"finding-{scene.scene_number}-{number}", number=num_shown + number)
            for number, one in enumerate(scene.works, 1)
        )
        num_shown += len(works)
        if works:
            views.append(SceneView(scene=scene, works=works))
    return tuple(views)


def _view(context: Context, one: SceneWork, marks: dict[str, WorkMark], *, anchor: str, number: int) -> FindingView:
    finding, anchors = one.finding, context.match_anchors
    return FindingView(
        anchor=anchor,
        title=context.work_title(finding.work_id),
        mark=marks.get(finding.work_id),
        match_id=one.match_id,
        match_anchor=anchors.get(one.match_id, "set-aside"),
        is_found=one.match_id in anchors,
        reading=context.say(READINGS[finding.reading.name]),
        ratios=(ratio_short(context, finding.copy_ratio), ratio_short(context, finding.adaptation_ratio)),
        parts=(
            *finding_parts(context, finding, key=anchor),
            *scene_regions(context, one, key=anchor),
            *scene_taking(context, one, key=anchor),
        ),
        is_open=number <= MOST_OPEN_FINDINGS,
    )
