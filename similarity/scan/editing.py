"""A suspect's result as a timeline for editors."""

from __future__ import annotations

from similarity.compare.works import Works
from similarity.describe.facts import stored_facts
from similarity.report.writers.timeline import Side, Taken, Timeline, side_of
from similarity.scan.results import SuspectResult

__all__ = ["timeline_of_result"]


def timeline_of_result(result: SuspectResult, rows: Works) -> Timeline:
    """What was found in a suspect, laid out.

    Args:
        result: the suspect.
        rows: knows the works' files.
    """
    return Timeline(
        suspect=Side(
            name=result.query_id,
            path=result.path,
            num_frames=result.num_frames,
            duration_seconds=result.duration_seconds,
        ),
        taken=tuple(
            Taken(
                work=side_of(stored_facts(rows.works[row.ref_id].facts_json)),
                suspect_span=(row.query_start_seconds, row.query_end_seconds),
                work_span=(row.ref_start_seconds, row.ref_end_seconds),
                score=row.own_score,
                found_by=row.found_by,
                shared_with=row.shared_with,
            )
            for row in result.matches
            if row.found_by
        ),
    )
