"""What is asked of a scan beside its results."""

from __future__ import annotations

from dataclasses import dataclass

from similarity.report.writers.timeline import TimelineFormat

__all__ = ["RESULTS_ALONE", "ScanOptions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanOptions:
    """What is asked of a scan beside its results."""

    with_all_works: bool = False
    """Score every work, not only those that resemble a suspect."""
    is_labelled: bool = False
    """Whether calibrations are fitted from this run: ratios are read from its scores later, so that it goes on under
    another calibration too."""
    with_reports: bool = False
    """Make the report of every suspect in which something was found."""
    with_parts: bool = True
    """Look for parts of works: those that are marked or accepted, and where every work is scored proposed ones too."""
    timelines: tuple[TimelineFormat, ...] = ()
    """Timelines for editors, of every suspect in which something was found."""


RESULTS_ALONE = ScanOptions()
"""Nothing beside them."""
