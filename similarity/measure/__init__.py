"""Matches to findings: axes, scenes, coverage."""

__all__ = [
    "alarms",
    "axes",
    "bands",
    "bounds",
    "calibration",
    "calibrations",
    "calibrators",
    "coverage",
    "data_card",
    "envelope",
    "filtration",
    "finding",
    "fitting",
    "found",
    "groups",
    "likelihood_ratios",
    "reading",
    "standing",
    "subjects",
    "values",
]
