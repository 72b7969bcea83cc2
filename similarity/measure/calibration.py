"""A calibration as one value: what turns a score into a likelihood ratio, how well it does, and where it holds.

It is stored as JSON with sorted keys; the SHA-256 of those bytes is the handle that a report cites.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np

from similarity.absence import NotMeasured, not_measured
from similarity.errors import ConfigurationError
from similarity.measure.alarms import Alarms
from similarity.measure.bands import VerbalBands, VerbalReading, load_bands
from similarity.measure.bounds import Bounds
from similarity.measure.calibrators import Calibrator, IntervalTable
from similarity.measure.data_card import DataCard
from similarity.measure.envelope import Conditions, Envelope, check_envelope
from similarity.measure.fitting import AxisWeights
from similarity.phrases import Phrase, joined_by_semicolons, phrase

if TYPE_CHECKING:
    from pydantic import TypeAdapter

__all__ = [
    "AxisQuantiles",
    "Calibration",
    "CalibrationFacts",
    "LikelihoodRatio",
    "from_json",
    "likelihood_ratio",
    "likelihood_ratio_under",
    "to_json",
]


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
    num_comparisons: float
    """Out of so many comparisons the data's matches were chosen."""
    alarms: Alarms
    """How often suspects that took nothing show a ratio."""
    data_card: DataCard
    """Its data, and how it did on what it was not fitted to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Everything that a likelihood ratio is read from."""

    schema_version: Literal["2"] = "2"
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
    num_comparisons: float
    """Samples of a suspect times samples of all works: out of so many comparisons the matches of the independent pairs
    were chosen, in the population with most (median over suspects).  Where more are made, a ratio is divided by how
    many times more."""
    alarms: Alarms
    """How often suspects that took nothing show a ratio, held aside."""
    data_card: DataCard
    """Data and performance."""

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("a calibration needs a name, got an empty one")
        if not self.num_comparisons >= 1:
            raise ValueError(f"a calibration needs comparisons, got {self.num_comparisons}")

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
            num_comparisons=self.num_comparisons,
            alarms=self.alarms,
            data_card=self.data_card,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LikelihoodRatio:
    """How much more probable the score is if taken from the work than if made independently."""

    log10_lr: float
    """log10 of the ratio, within the bounds."""
    lower: float | None
    """Lower limit of its 95 % interval; None where the data give none: the ratio is at most what is stated."""
    upper: float | None
    """Upper limit of its 95 % interval; None where the data give none: the ratio is at least what is stated."""
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


def likelihood_ratio(
    calibration: Calibration, score: float, *, num_comparisons: float, bands: VerbalBands | None = None
) -> LikelihoodRatio:
    """Read a likelihood ratio off a calibration; `likelihood_ratio_under` also looks at the conditions.

    A score beyond those of the calibration data is read at the nearest of them.  A match chosen out of more comparisons
    than those of the data is so many times likelier to be as strong by chance: its ratio is divided by that.

    Args:
        calibration: what the ratio is read from.
        score: on the scale of the calibration: standard deviations (copy) or natural log odds (adaptation).
        num_comparisons: samples of the suspect times samples of all works.
        bands: verbal scale; the bundled one if not given.

    Raises:
        ValueError: the score is not finite.
    """
    if not math.isfinite(score):
        raise ValueError(f"a likelihood ratio needs a finite score, got {score}")
    bounds, seen = calibration.bounds, calibration.interval.scores
    read_at = min(max(score, seen[0]), seen[-1])
    of_more = math.log10(max(1.0, num_comparisons / calibration.num_comparisons))
    unbounded = float(calibration.calibrator.log10_lr(read_at)) - of_more
    low, high = (limit - of_more for limit in calibration.interval.at(read_at))
    stated = min(max(unbounded, bounds.lower), bounds.upper)
    is_at_most, is_at_least = unbounded < bounds.lower or score < seen[0], unbounded > bounds.upper or score > seen[-1]
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
        lower=None if is_at_most else max(min(low, stated), bounds.lower),
        upper=None if is_at_least else min(max(high, stated), bounds.upper),
        is_capped=reason is not None,
        cap_reason=reason,
        band=(load_bands() if bands is None else bands).reading(stated),
        calibration_sha256=calibration.sha256,
    )


def likelihood_ratio_under(
    calibration: Calibration,
    score: float,
    *,
    conditions: Conditions,
    num_comparisons: float,
    bands: VerbalBands | None = None,
) -> LikelihoodRatio | NotMeasured:
    """The likelihood ratio, withheld by name where the conditions lie outside the calibration's envelope.

    Args:
        calibration: what the ratio is read from.
        score: as for `likelihood_ratio`.
        conditions: of this comparison.
        num_comparisons: as for `likelihood_ratio`.
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
    return likelihood_ratio(calibration, score, num_comparisons=num_comparisons, bands=bands)


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
        "count": phrase("the effective number of {counted} pairs", counted=counted),
        "elub": phrase(
            "the empirical bound (ELUB, Vergeer et al. 2016) of effectively {counted} pairs", counted=counted
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
