"""The conditions under which a calibration holds, and whether a comparison lies within them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from similarity.absence import NotMeasured, not_measured
from similarity.phrases import Phrase, as_it_is, joined_by_or, phrase

__all__ = [
    "Condition",
    "ConditionRange",
    "Conditions",
    "Envelope",
    "EnvelopeCheck",
    "check_envelope",
    "condition_words",
    "fit_envelope",
    "range_words",
]

_LIMITS_PERCENT = (1.0, 99.0)
"""Percentiles of the calibration data between which a condition counts as covered."""
_WEAK_SIDE: Mapping[str, Literal["low", "high"]] = {
    "used_side_pixels": "low",
    "num_samples": "low",
    "bits_per_pixel": "low",
    "seconds": "low",
    "bars_share": "high",
}
"""Conditions that have one limit only: a longer, larger or cleaner stretch than the data's is no harder to measure."""
_CONDITIONS = {
    "used_side_pixels": phrase("longer side used, pixels"),
    "num_samples": phrase("aligned samples"),
    "bars_share": phrase("share of the picture in bars"),
    "bits_per_pixel": phrase("bits per pixel"),
    "seconds": phrase("length of the stretch, seconds"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionRange:
    """Where one condition of one kind of material lay in the calibration data."""

    kind: str
    """Kind of material: moving picture, still."""
    name: str
    """Condition: height_pixels, seconds, num_samples."""
    low: float | None
    """1st percentile of the calibration data, in the unit that the name says; None where less is no harder."""
    high: float | None
    """99th percentile of the calibration data, which belongs to the range, as `low` does; None where more is no
    harder."""
    num_values: int
    """Values that the limits were taken from."""

    def __post_init__(self) -> None:
        known = [limit for limit in (self.low, self.high) if limit is not None]
        if not known or not all(map(math.isfinite, known)) or known != sorted(known):
            raise ValueError(f"condition {self.name!r} needs finite limits in order, got {self.low} and {self.high}")
        if self.num_values < 1:
            raise ValueError(f"condition {self.name!r} needs values, got {self.num_values}")

    def holds(self, value: float) -> bool:
        """Whether a value lies in the range."""
        return (self.low is None or self.low <= value) and (self.high is None or value <= self.high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """The conditions under which a calibration holds."""

    kinds: tuple[str, ...]
    """Kinds of material in the calibration data."""
    ranges: tuple[ConditionRange, ...]
    """Limits per kind and condition."""

    def __post_init__(self) -> None:
        named = [(limits.kind, limits.name) for limits in self.ranges]
        if not self.kinds or len(set(named)) != len(named) or not {kind for kind, _ in named} <= set(self.kinds):
            raise ValueError(
                f"an envelope needs kinds, and one range per kind and condition, got {self.kinds}, {named}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition of one comparison."""

    name: str
    """Name, with its unit, as in the envelope."""
    value: float | NotMeasured
    """Its value, in that unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """The conditions of one comparison."""

    kind: str
    """Kind of material."""
    values: tuple[Condition, ...]
    """Each condition once; those that the envelope does not name are not looked at."""

    @classmethod
    def of(cls, kind: str, values: Mapping[str, float | NotMeasured]) -> Conditions:
        """Conditions by name."""
        return cls(kind=kind, values=tuple(Condition(name=name, value=value) for name, value in values.items()))

    def value(self, name: str) -> float | NotMeasured:
        """The value of a condition; not measured where it is not among them."""
        return next((one.value for one in self.values if one.name == name), not_measured("nothing"))


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvelopeCheck:
    """Whether a comparison lies within the envelope."""

    is_inside: bool
    """Every condition lies in its range."""
    reasons: tuple[Phrase, ...]
    """For each condition that does not: its name, what was got, what was expected."""


def fit_envelope(observed: Mapping[str, npt.ArrayLike], *, kinds: npt.ArrayLike) -> Envelope:
    """1st to 99th percentile of every condition, apart for every kind of material; one limit where more is no harder.

    Args:
        observed: condition to (n,) float; NaN where it does not apply (the seconds of a still).
        kinds: (n,) text, kind of each item.

    Raises:
        ValueError: shapes differ, or there are no items.
    """
    names = np.asarray(kinds)
    ranges = []
    for name in sorted(observed):
        values = np.asarray(observed[name], dtype=np.float64)
        if values.shape != names.shape:
            raise ValueError(f"condition {name!r} needs one value per item, got {values.shape} for {names.shape} items")
        for kind in np.unique(names).tolist():
            finite = values[(names == kind) & np.isfinite(values)]
            if len(finite):
                low, high = np.percentile(finite, _LIMITS_PERCENT).tolist()
                side = _WEAK_SIDE.get(name)
                ranges.append(
                    ConditionRange(
                        kind=kind,
                        name=name,
                        low=None if side == "high" else low,
                        high=None if side == "low" else high,
                        num_values=len(finite),
                    )
                )
    return Envelope(kinds=tuple(np.unique(names).tolist()), ranges=tuple(ranges))


def check_envelope(envelope: Envelope, conditions: Conditions) -> EnvelopeCheck:
    """Whether a comparison resembles the calibration data in every condition that the envelope names."""
    if conditions.kind not in envelope.kinds:
        reason = phrase(
            "kind of material: got {got}, expected {kinds}",
            got=as_it_is(conditions.kind),
            kinds=joined_by_or([as_it_is(kind) for kind in envelope.kinds]),
        )
        return EnvelopeCheck(is_inside=False, reasons=(reason,))
    reasons = []
    for limits in envelope.ranges:
        if limits.kind == conditions.kind:
            got = conditions.value(limits.name)
            if isinstance(got, NotMeasured) or not limits.holds(got):
                reasons.append(_outside(limits, got))
    return EnvelopeCheck(is_inside=not reasons, reasons=tuple(reasons))


def _outside(limits: ConditionRange, got: float | NotMeasured) -> Phrase:
    shown = phrase("no value ({reason})", reason=got.reason) if isinstance(got, NotMeasured) else f"{got:.6g}"
    return phrase(
        "{name}: got {got}, expected {range}", name=condition_words(limits.name), got=shown, range=range_words(limits)
    )


def range_words(limits: ConditionRange) -> Phrase:
    """What is expected of a condition."""
    if limits.high is None:
        return phrase("at least {low}", low=f"{limits.low:.6g}")
    if limits.low is None:
        return phrase("at most {high}", high=f"{limits.high:.6g}")
    return phrase("{low} to {high}", low=f"{limits.low:.6g}", high=f"{limits.high:.6g}")


def condition_words(name: str) -> Phrase:
    """What a reader calls a condition of an envelope."""
    return _CONDITIONS.get(name) or as_it_is(name.replace("_", " "))
