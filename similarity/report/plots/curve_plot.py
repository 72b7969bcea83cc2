"""Validation curves of a calibration: Tippett plot and calibration plot."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from similarity.measure.bounds import Bounds
from similarity.measure.calibration import CalibrationFacts
from similarity.report.phrases.words import MINUS
from similarity.report.plots.plot import Curve, Plot, Style, Tick

__all__ = ["calibration_plot", "tippett_plot"]

HEIGHT_RATIO = 0.55
MOST_TICKS = 8
ONE_KIND_ONLY = 11.99
"""log10 LR observed from which only pairs of one kind occur: no figure stands behind it, and none is drawn."""

Say = Callable[..., str]
"""Says a text of the product in the language of the document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """Ranges of both axes."""

    across: tuple[float, float]
    up: tuple[float, float]

    def right(self, x: float) -> float:
        """Share of the width from the left."""
        left, right = self.across
        return (min(max(x, left), right) - left) / (right - left)

    def down(self, y: float) -> float:
        """Share of the height from the top."""
        low, high = self.up
        return (high - min(max(y, low), high)) / (high - low)

    def line(self, style: Style, points: Sequence[tuple[float, float]]) -> Curve:
        return Curve(style=style, points=tuple((self.right(x), self.down(y)) for x, y in points))


def tippett_plot(facts: CalibrationFacts, say: Say) -> Plot | None:
    """Share of pairs with at least each log10 LR, of taken and of independent pairs; None without curves."""
    taken, independent = _curve(facts, "tippett_taken"), _curve(facts, "tippett_independent")
    if not taken or not independent:
        return None
    frame = _Frame(across=_whole([x for x, _ in taken + independent]), up=(0.0, 1.0))
    return Plot(
        caption=say(
            "Tippett plot of {name}: share of pairs that reach at least each log10 LR; whole line: taken pairs, "
            "dashed line: independent pairs, shaded: ratios that are stated",
            name=facts.name,
        ),
        across=say("log10 LR"),
        upright=say("share of pairs"),
        ticks_across=_across(frame),
        ticks_upright=tuple(Tick(at=frame.down(number / 4), label=f"{number * 25}\u00a0%") for number in range(5)),
        curves=(
            frame.line("solid", taken),
            frame.line("dashed", independent),
        ),
        band=_band(frame, facts.bounds),
        height_ratio=HEIGHT_RATIO,
    )


def calibration_plot(facts: CalibrationFacts, say: Say) -> Plot | None:
    """Observed beside stated log10 LR; None without curves."""
    curve = _curve(facts, "calibration")
    known = [(x, y) for x, y in curve if abs(y) < ONE_KIND_ONLY]
    if not known:
        return None
    across = _whole([x for x, _ in curve])
    both = _whole([*across, *(y for _, y in known)])
    frame = _Frame(across=across, up=both)
    return Plot(
        caption=say(
            "Calibration plot of {name}: log10 LR observed for each that was stated; on the dotted line ratios "
            "mean what they say, shaded: ratios that are stated",
            name=facts.name,
        ),
        across=say("log10 LR stated"),
        upright=say("log10 LR observed"),
        ticks_across=_across(frame),
        ticks_upright=tuple(Tick(at=frame.down(value), label=label) for value, label in _ticks(both)),
        curves=(
            frame.line("dotted", [(across[0], across[0]), (across[1], across[1])]),
            frame.line("solid", known),
        ),
        band=_band(frame, facts.bounds),
        height_ratio=HEIGHT_RATIO,
    )


def _band(frame: _Frame, bounds: Bounds) -> tuple[float, float]:
    """The log10 LRs that are stated."""
    return frame.right(bounds.lower), frame.right(bounds.upper)


def _across(frame: _Frame) -> tuple[Tick, ...]:
    return tuple(Tick(at=frame.right(value), label=label) for value, label in _ticks(frame.across))


def _curve(facts: CalibrationFacts, name: str) -> list[tuple[float, float]]:
    """Points of a curve; none where the calibration holds no such curve."""
    for curve in facts.data_card.curves:
        if curve.name == name:
            return list(zip(curve.log10_lr, curve.value, strict=False))
    return []


def _whole(values: Sequence[float]) -> tuple[float, float]:
    """The whole numbers around values and 0."""
    low, high = math.floor(min(0.0, *values)), math.ceil(max(0.0, *values))
    return (float(low), float(high)) if high > low else (-1.0, 1.0)


def _ticks(limits: tuple[float, float]) -> tuple[tuple[float, str], ...]:
    """Whole numbers from limit to limit, 0 among them, so few that their labels stand apart."""
    low, high = (int(limit) for limit in limits)
    step = max(1, math.ceil((high - low) / MOST_TICKS))
    numbers = range(math.ceil(low / step) * step, high + 1, step)
    return tuple((float(number), f"{MINUS}{-number}" if number < 0 else f"{number}") for number in numbers)
