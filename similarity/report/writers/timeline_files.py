"""Timelines for editors as files, by what their names end with."""

from __future__ import annotations

from collections.abc import Collection

from similarity.report.writers.edl_form import to_edls
from similarity.report.writers.otio_form import to_otio
from similarity.report.writers.timeline import Timeline, TimelineFormat

__all__ = ["timeline_files"]


def timeline_files(timeline: Timeline, formats: Collection[TimelineFormat]) -> dict[str, bytes]:
    """Ending -> content: `.otio`; `.edl`, `-2.edl` ... for what overlaps.

    Args:
        timeline: what was found.
        formats: which are wanted.
    """
    made = {".otio": to_otio(timeline)} if "otio" in formats else {}
    lists = to_edls(timeline) if "edl" in formats else ()
    return made | {f"{f'-{number}' if number > 1 else ''}.edl": one for number, one in enumerate(lists, start=1)}
