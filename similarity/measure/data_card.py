"""What a calibration was fitted to, and how it did on pairs that were held aside."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from similarity.absence import NotMeasured
from similarity.measure.calibrators import CalibratorKind
from similarity.measure.likelihood_ratios import ErrorRates, calibration_points, cllr, cllr_min, error_rates, tippett

__all__ = ["DataCard", "DataRow", "StoredCurve", "data_row", "stored_curves"]

_MAX_CURVE_POINTS = 201
"""Points of a stored curve: more are not seen in a plot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCurve:
    """A curve of the validation annex, thinned to at most 201 points."""

    name: Literal["tippett_taken", "tippett_independent", "calibration"]
    """Tippett: share of pairs with at least this log10 LR; calibration: observed for stated log10 LR."""
    log10_lr: tuple[float, ...]
    """log10 LR, rising."""
    value: tuple[float, ...]
    """Share (0 to 1), or observed log10 LR."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataRow:
    """Held-aside performance on one part of the data."""

    name: str
    """Family of edits, or tier of difficulty."""
    num_taken: int
    """Taken pairs."""
    num_independent: int
    """Independent pairs."""
    cllr: float | NotMeasured
    """Cost in bits."""
    cllr_min: float | NotMeasured
    """Cost in bits that the ranking alone would allow."""
    errors: ErrorRates
    """Error rates with Clopper-Pearson intervals at the stated operating point."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataCard:
    """What the calibration was fitted to, and how it did on what it was not fitted to."""

    date: str
    """Day of the fit, YYYY-MM-DD."""
    versions: tuple[tuple[str, str], ...]
    """Name and version of everything that shapes a score."""
    num_groups: int
    """Footage groups."""
    num_families: int
    """Families of edits."""
    whole: DataRow
    """All pairs, held aside, every pair counting alike."""
    cllr_by_kind: tuple[tuple[CalibratorKind, float], ...]
    """Cllr held aside (bits) of each kind of calibrator, every group counting once; the choice was made on these."""
    families: tuple[DataRow, ...]
    """Performance per family of edits."""
    tiers: tuple[DataRow, ...]
    """Performance per tier of difficulty."""
    curves: tuple[StoredCurve, ...]
    """Tippett and calibration curves."""

    def __post_init__(self) -> None:
        dt.date.fromisoformat(self.date)
        if min(self.num_groups, self.num_families) < 1:
            raise ValueError(f"a data card needs groups and families, got {self.num_groups} and {self.num_families}")


def data_row(
    name: str, log10_lr_taken: npt.ArrayLike, *, log10_lr_independent: npt.ArrayLike, threshold_log10_lr: float = 0.0
) -> DataRow:
    """Performance on held-aside log10 LRs: (n,) of taken and (m,) of independent pairs, every pair counting alike.

    Args:
        name: family of edits, or tier of difficulty.
        log10_lr_taken: (n,) of taken pairs.
        log10_lr_independent: (m,) of independent pairs.
        threshold_log10_lr: log10 LR from which a pair is decided to be taken, for the error rates.
    """
    return DataRow(
        name=name,
        num_taken=int(np.size(log10_lr_taken)),
        num_independent=int(np.size(log10_lr_independent)),
        cllr=cllr(log10_lr_taken, log10_lr_independent),
        cllr_min=cllr_min(log10_lr_taken, log10_lr_independent),
        errors=error_rates(log10_lr_taken, log10_lr_independent, threshold_log10_lr=threshold_log10_lr),
    )


def stored_curves(log10_lr_taken: npt.ArrayLike, log10_lr_independent: npt.ArrayLike) -> tuple[StoredCurve, ...]:
    """Both Tippett curves and the calibration curve of finite log10 LRs, (n,) and (m,); none without both."""
    shares = tippett(log10_lr_taken, log10_lr_independent)
    points = calibration_points(log10_lr_taken, log10_lr_independent)
    if isinstance(shares, NotMeasured) or isinstance(points, NotMeasured):
        return ()
    levels = shares.log10_lr  # the same distinct ratios as `points` has
    kept = np.unique(np.searchsorted(levels, np.linspace(levels[0], levels[-1], _MAX_CURVE_POINTS)))
    at = tuple(levels[kept].tolist())
    return (
        StoredCurve(name="tippett_taken", log10_lr=at, value=tuple(shares.share_of_same[kept].tolist())),
        StoredCurve(name="tippett_independent", log10_lr=at, value=tuple(shares.share_of_other[kept].tolist())),
        StoredCurve(name="calibration", log10_lr=at, value=tuple(points.observed_log10_lr[kept].tolist())),
    )
