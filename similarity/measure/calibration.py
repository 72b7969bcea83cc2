"""A calibration as one value: what turns a score into a likelihood ratio, how well it does, and where it holds.

It is stored as JSON with sorted keys; the SHA-256 of those bytes is the handle that a report cites.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from similarity.absence import NotMeasured, not_measured
from similarity.errors import ConfigurationError
from similarity.measure.bands import VerbalBands, VerbalReading, load_bands
from similarity.measure.bounds import Bounds
from similarity.measure.calibrators import Calibrator, CalibratorKind, IntervalTable
from similarity.measure.envelope import Conditions, Envelope, check_envelope
from similarity.measure.fitting import AxisWeights
from similarity.measure.likelihood_ratios import ErrorRates, calibration_points, cllr, cllr_min, error_rates, tippett
from similarity.phrases import Phrase, joined_by_semicolons, phrase

if TYPE_CHECKING:
    from pydantic import TypeAdapter

__all__ = [
    "AxisQuantiles",
    "Calibration",
    "CalibrationFacts",
    "DataCard",
    "DataRow",
    "LikelihoodRatio",
    "StoredCurve",
    "data_row",
    "from_json",
    "likelihood_ratio",
    "likelihood_ratio_under",
    "stored_curves",
    "to_json",
]

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


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisQuantiles:
    """What independent pairs reach on one axis, in equal steps of their share."""

    axis: str
    """The axis."""
    values: tuple[float, ...]
    """Values, rising; the n-th of m is exceeded by all but n / m of the pairs."""
    num_pairs: int
    """Pairs that they were taken from."""

    def __post_init__(self) -> None:
        if not self.values or any(later < earlier for earlier, later in pairwise(self.values)):
            raise ValueError(f"quantiles of {self.axis!r} must rise and not be empty")


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationFacts:
    """What a report says of a calibration that likelihood ratios were read from."""

    name: str
    """Its name."""
    proposition: Literal["copy", "adaptation"]
    """What is weighed against independent making."""
    sha256: str
    """Its handle: SHA-256 of its file."""
    bounds: Bounds
    """Which log10 LRs the data support."""
    envelope: Envelope
    """Under which conditions it was validated."""
    data_card: DataCard
    """Its data, and how it did on what it was not fitted to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Everything that a likelihood ratio is read from."""

    schema_version: Literal["1"] = "1"
    """Version of the stored form."""
    name: str
    """Name of the calibration."""
    proposition: Literal["copy", "adaptation"]
    """copy: taken from the pictures of the work; adaptation: remade after it; against: made independently."""
    axis_weights: AxisWeights | None
    """How axis values become the score; None where the score is one axis."""
    axis_quantiles: tuple[AxisQuantiles, ...]
    """What independent pairs reach on each axis."""
    calibrator: Calibrator
    """How the score becomes a log10 LR."""
    bounds: Bounds
    """Which log10 LRs the data can support."""
    interval: IntervalTable
    """95 % interval along the score; its first and last score are the range of the data."""
    envelope: Envelope
    """Where it holds."""
    data_card: DataCard
    """Data and performance."""

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("a calibration needs a name, got an empty one")

    def percentile(self, axis: str, value: float) -> float | NotMeasured:
        """Share of independent pairs that reach less on an axis, 0 to 100."""
        for known in self.axis_quantiles:
            if known.axis == axis:
                return float(np.searchsorted(np.array(known.values), value, side="left") * 100 / len(known.values))
        return not_measured(
            "calibration {name} holds no independent pairs measured on the {axis} axis",
            name=f"{self.name!r}",
            axis=axis,
        )

    @property
    def sha256(self) -> str:
        """SHA-256 (hexadecimal) of the bytes of `to_json`."""
        return _handle(self)

    @property
    def facts(self) -> CalibrationFacts:
        """What a report says of it."""
        return CalibrationFacts(
            name=self.name,
            proposition=self.proposition,
            sha256=self.sha256,
            bounds=self.bounds,
            envelope=self.envelope,
            data_card=self.data_card,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LikelihoodRatio:
    """How much more probable the score is if taken from the work than if made independently."""

    log10_lr: float
    """log10 of the ratio, within the bounds."""
    lower: float
    """Lower limit of its 95 % interval, within the bounds."""
    upper: float
    """Upper limit of its 95 % interval, within the bounds."""
    is_capped: bool
    """The data support no more than is stated."""
    cap_reason: Phrase | None
    """Which rule held it back; None where none did."""
    band: VerbalReading
    """Words for `log10_lr`, and the proposition that it favours."""
    calibration_sha256: str
    """Handle of the calibration."""


def to_json(calibration: Calibration) -> str:
    """The calibration as one line of JSON with sorted keys; equal values give equal bytes in UTF-8.

    Raises:
        ConfigurationError: a value is not finite or not of the declared type.
    """
    try:
        parsed = _adapter().validate_json(f"[{_dumped(calibration)}]")[0]
    except (TypeError, ValueError) as error:
        raise ConfigurationError(f"the calibration {calibration.name!r} can't be stored: {error}") from error
    return _dumped(parsed) + "\n"


def from_json(text: str) -> Calibration:
    """The calibration that `to_json` wrote.

    Raises:
        ConfigurationError: not JSON, unknown or missing fields, or values out of their range.
    """
    try:
        return _adapter().validate_json(f"[{text}]")[0]
    except ValueError as error:
        raise ConfigurationError(
            f"the stored calibration can't be read: {error}; restore it or fit it again"
        ) from error


def likelihood_ratio(calibration: Calibration, score: float, *, bands: VerbalBands | None = None) -> LikelihoodRatio:
    """Read a likelihood ratio off a calibration; `likelihood_ratio_under` also looks at the conditions.

    A score beyond those of the calibration data is read at the nearest of them.

    Args:
        calibration: what the ratio is read from.
        score: on the scale of the calibration: standard deviations (copy) or natural log odds (adaptation).
        bands: verbal scale; the bundled one if not given.

    Raises:
        ValueError: the score is not finite.
    """
    if not math.isfinite(score):
        raise ValueError(f"a likelihood ratio needs a finite score, got {score}")
    bounds, seen = calibration.bounds, calibration.interval.scores
    read_at = min(max(score, seen[0]), seen[-1])
    unbounded = float(calibration.calibrator.log10_lr(read_at))
    low, high = calibration.interval.at(read_at)
    stated, lower, upper = (
        min(max(value, bounds.lower), bounds.upper) for value in (unbounded, min(low, unbounded), max(high, unbounded))
    )
    reason = _cap_reason(bounds, unbounded)
    if reason is None and read_at != score:
        reason = phrase(
            "the score {score} lies outside the calibration data ({low} to {high})",
            score=f"{score:.4g}",
            low=f"{seen[0]:.4g}",
            high=f"{seen[-1]:.4g}",
        )
    return LikelihoodRatio(
        log10_lr=stated,
        lower=lower,
        upper=upper,
        is_capped=reason is not None,
        cap_reason=reason,
        band=(load_bands() if bands is None else bands).reading(stated),
        calibration_sha256=calibration.sha256,
    )


def likelihood_ratio_under(
    calibration: Calibration, score: float, *, conditions: Conditions, bands: VerbalBands | None = None
) -> LikelihoodRatio | NotMeasured:
    """The likelihood ratio, withheld by name where the conditions lie outside the calibration's envelope.

    Args:
        calibration: what the ratio is read from.
        score: as for `likelihood_ratio`.
        conditions: of this comparison.
        bands: verbal scale; the bundled one if not given.

    Raises:
        ValueError: the score is not finite.
    """
    check = check_envelope(calibration.envelope, conditions)
    if not check.is_inside:
        return not_measured(
            "{what}: {reasons}",
            what=phrase(
                "the likelihood ratio is withheld, calibration {name} does not cover this comparison",
                name=f"{calibration.name!r}",
            ),
            reasons=joined_by_semicolons(check.reasons),
        )
    return likelihood_ratio(calibration, score, bands=bands)


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


def _cap_reason(bounds: Bounds, unbounded: float) -> Phrase | None:
    if unbounded > bounds.upper:
        rule, limit = bounds.upper_rule, bounds.upper
        counted = phrase("{number} independent", number=bounds.num_independent)
    elif unbounded < bounds.lower:
        rule, limit = bounds.lower_rule, bounds.lower
        counted = phrase("{number} taken", number=bounds.num_taken)
    else:
        return None
    named = {
        "count": phrase("the count of {counted} pairs of footage groups", counted=counted),
        "elub": phrase(
            "the empirical bound (ELUB, Vergeer et al. 2016) of {counted} pairs of footage groups", counted=counted
        ),
    }
    return phrase("{what} supports no log10 LR beyond {limit}", what=named[rule], limit=f"{limit:.2f}")


def _dumped(calibration: Calibration) -> str:
    plain = dataclasses.asdict(calibration)
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


@lru_cache(maxsize=16)
def _handle(calibration: Calibration) -> str:
    return hashlib.sha256(to_json(calibration).encode("utf-8")).hexdigest()


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[tuple[Calibration]]:
    from pydantic import ConfigDict, TypeAdapter

    # pydantic takes a configuration for a container, not for a dataclass itself; everything inside inherits it
    return TypeAdapter(tuple[Calibration], config=ConfigDict(extra="forbid", strict=True, allow_inf_nan=False))
