"""What a notice claims, beside what the upload's screening measured: two columns, never one figure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from similarity.intervals import union_seconds
from similarity.service.notices.forms import ClaimedStretch, ClaimedWork
from similarity.service.screening.measured import Measured, Stretch, WorkMeasured

__all__ = ["beside_measured", "measured_work"]


def beside_measured(works: Sequence[ClaimedWork], measured: Measured | None) -> list[dict[str, Any]]:
    """Each claimed work with its claimed stretches and what was measured of each.

    Args:
        works: as the notice names them.
        measured: of the upload's last screening; None where there is none.
    """
    return [_work(one, measured) for one in works]


def measured_work(claimed: ClaimedWork, measured: Measured) -> WorkMeasured | None:
    """The work of the library that a claim speaks of: by its bytes, else by its identifier; None where none is."""
    same_bytes = (one for one in measured.works if claimed.sha256 and one.work_sha256 == claimed.sha256)
    same_name = (one for one in measured.works if claimed.work_id and one.work_id == claimed.work_id)
    return next(same_bytes, None) or next(same_name, None)


def _work(claimed: ClaimedWork, measured: Measured | None) -> dict[str, Any]:
    found = None if measured is None else measured_work(claimed, measured)
    return {
        "title": claimed.title,
        "owner": claimed.owner,
        "work_id": claimed.work_id if found is None else found.work_id,
        "not_measured": _why_not(measured, found),
        "measured": None
        if found is None
        else found.model_dump(mode="json", exclude={"stretches", "work_sha256", "title", "owner"}),
        "stretches": [_stretch(one, found) for one in claimed.stretches],
        "measured_unclaimed": []
        if found is None
        else [one.model_dump(mode="json") for one in found.stretches if not _is_claimed(one, claimed.stretches)],
    }


def _why_not(measured: Measured | None, found: WorkMeasured | None) -> str | None:
    if found is not None:
        return None
    if measured is None or measured.is_erased:
        return "the upload was not measured, or its figures were erased"
    if not measured.is_readable:
        return f"the upload could not be read: {measured.reason}"
    return "no match was found with a work of these bytes or this identifier; it may not be indexed here"


def _stretch(claimed: ClaimedStretch, found: WorkMeasured | None) -> dict[str, Any]:
    meeting = [] if found is None else [one for one in found.stretches if _overlap(claimed, one)]
    parts = [part for one in meeting if (part := _overlap(claimed, one))]
    length = claimed.end_seconds - claimed.start_seconds
    covered = union_seconds(parts)
    return {
        "claimed": claimed.model_dump(mode="json"),
        "measured": [one.model_dump(mode="json") for one in meeting],
        "measured_seconds": None if found is None else covered,
        "measured_share": None if found is None or length <= 0 else min(1.0, covered / length),
    }


def _overlap(claimed: ClaimedStretch, measured: Stretch) -> tuple[float, float] | None:
    start = max(claimed.start_seconds, measured.start_seconds)
    end = min(claimed.end_seconds, measured.end_seconds)
    is_instant = claimed.start_seconds == claimed.end_seconds or measured.start_seconds == measured.end_seconds
    return (start, end) if start < end or (is_instant and start == end) else None


def _is_claimed(measured: Stretch, claimed: Sequence[ClaimedStretch]) -> bool:
    return any(_overlap(one, measured) for one in claimed)
