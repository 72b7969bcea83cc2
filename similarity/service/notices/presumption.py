"""Uses that German law presumes to be permitted (UrhDaG, sections 9 to 11): the facts that it asks for, as measured.

No conclusion is drawn here: a person reads the facts.  Whether the use serves commercial purposes is not measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from similarity.service.screening.measured import Measured, WorkMeasured

__all__ = ["presumption_facts"]

_MINOR_FILM_SECONDS = 15.0
"""Section 10 no. 1: up to 15 seconds of one film."""
_HALF = 0.5
"""Section 9 (2) no. 1: less than half of a work of a third party."""


def presumption_facts(work: WorkMeasured, measured: Measured, declared: Mapping[str, Any]) -> Mapping[str, Any]:
    """The facts of one work in an upload; None where a fact was not measured.

    Args:
        work: what was measured of the work.
        measured: of the upload.
        declared: what the uploader declared of it.
    """
    share, whole = work.work_share, work.upload_share
    return {
        "work_id": work.work_id,
        "less_than_half_of_the_work": None if share is None else share < _HALF,
        "combined_with_other_content": None if whole is None or measured.is_still else whole < 1.0,
        "at_most_15_seconds": None if measured.is_still else work.work_seconds <= _MINOR_FILM_SECONDS,
        "flagged_as_permitted": bool(declared.get("exception")),
        "is_commercial": None,
        "source": "UrhDaG, sections 9 (2), 10 no. 1, 11",
    }
