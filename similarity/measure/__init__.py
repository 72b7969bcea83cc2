"""Matches to findings: axes, scenes, coverage."""

__all__ = [
    "axes",
    "bands",
    "bounds",
    "calibration",
    "calibrations",
    "calibrators",
    "coverage",
    "envelope",
    "filtration",
    "finding",
    "fitting",
    "likelihood_ratios",
    "reading",
    "values",
]
