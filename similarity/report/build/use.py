"""From matches to the forms of use that their structure looks like."""

from __future__ import annotations

from collections.abc import Sequence

from similarity.absence import NotMeasured
from similarity.describe.facts import VideoFacts
from similarity.measure.use_forms import UsedStretch, UseForm, forms_of_use
from similarity.report.schema.match import Match
from similarity.report.schema.report import SceneFinding, WorkFinding

__all__ = ["use_forms"]


def use_forms(
    matches: Sequence[Match],
    weaker: Sequence[Match],
    suspect: VideoFacts,
    *,
    works: Sequence[WorkFinding],
    scenes: Sequence[SceneFinding],
) -> tuple[UseForm, ...]:
    """The forms of use that matches look like.

    Args:
        matches: those that were found.
        weaker: those below the threshold.
        suspect: the suspect.
        works: works of these matches.
        scenes: of the suspect.
    """
    stills = {one.work.video_id for one in works if one.work.is_still}
    return forms_of_use(
        [_stretch(match, is_still=match.work_id in stills) for match in matches],
        [_stretch(match, is_still=False) for match in weaker],
        suspect_seconds=_seconds(suspect),
        work_seconds={one.work.video_id: _seconds(one.work) for one in works},
        scenes=[(one.start_seconds, one.end_seconds) for one in scenes],
    )


def _seconds(video: VideoFacts) -> float:
    return 0.0 if video.is_still else video.duration_seconds_from_content


def _stretch(match: Match, *, is_still: bool) -> UsedStretch:
    speed = match.fit.speed_factor
    bits = (one.pdq_distance_bits for one in match.path)
    return UsedStretch(
        match_id=match.match_id,
        work_id=match.work_id,
        suspect_span=(match.suspect_start_seconds, match.suspect_end_seconds),
        work_span=(match.work_start_seconds, match.work_end_seconds),
        is_held=is_still or (not isinstance(speed, NotMeasured) and speed == 0),
        is_whole_picture=match.view.region == "whole",
        has_common_source=bool(match.common_sources),
        distances_bits=tuple(one for one in bits if not isinstance(one, NotMeasured)),
    )
