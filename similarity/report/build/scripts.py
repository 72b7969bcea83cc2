"""What a report says of scripts and subtitles that come with the suspect's film and with the works' originals."""

from __future__ import annotations

from collections.abc import Sequence

from similarity.absence import NotMeasured
from similarity.compare.session import Session
from similarity.describe.video import DescribedVideo
from similarity.report.schema.report import NO_SCRIPTS
from similarity.text import path_of
from similarity.texts.script_compare import closest_scripts
from similarity.texts.script_files import scripts_of_film
from similarity.texts.script_values import ScriptComparison

__all__ = ["script_comparisons"]


def script_comparisons(
    video: DescribedVideo, session: Session, works: Sequence[str]
) -> tuple[ScriptComparison, ...] | NotMeasured:
    """The suspect's scripts against those of works, the pair of each work that shares most.

    Args:
        video: the suspect.
        session: knows where the works' originals stand.
        works: works with a match, strong or weak.
    """
    suspects = scripts_of_film(video.path) if works else ()
    if not suspects:
        return NO_SCRIPTS
    found = (
        closest_scripts(suspects, scripts_of_film(path_of(session.rows.works[one].source_path)), work_id=one)
        for one in dict.fromkeys(works)
        if one in session.rows.works
    )
    return tuple(one for one in found if isinstance(one, ScriptComparison)) or NO_SCRIPTS
