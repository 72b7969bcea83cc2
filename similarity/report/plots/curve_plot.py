"""Validation curves of a calibration, in the units of one drawing: Tippett plot and calibration plot."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from similarity.measure.bounds import Bounds
from similarity.measure.calibration import CalibrationFacts
from similarity.report.phrases.language import msgid
from similarity.report.phrases.words import MINUS
from similarity.report.plots.path_plot import PlotTick

__all__ = ["CurveLine", "CurvePlot", "CurveWords", "calibration_plot", "tippett_plot"]

WIDTH, HEIGHT = 480.0, 360.0
LEFT, TOP, RIGHT, BOTTOM = 58.0, 12.0, 14.0, 46.0
MOST_TICKS = 8
ONE_KIND_ONLY = 11.99
"""log10 LR observed from which only pairs of one kind occur: no figure stands behind it, and none is drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveLine:
    """One curve."""

    name: str
    """What it shows."""
    style: str
    """How it is drawn: `first` (whole), `second` (dashed) or `ideal` (dotted)."""
    points: tuple[tuple[float, float], ...]
    """Its points, in units of the drawing."""

    @property
    def line(self) -> str:
        """The curve as an SVG polyline."""
        return " ".join(f"{x:.2f},{y:.2f}" for x, y in self.points)


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveWords:
    """What a drawing shows, for those who see it and those who can't."""

    name: str
    """`tippett` or `calibration`."""
    title: str
    """What it is called."""
    description: str
    """How it is read."""
    across: str
    """Name of the axis to the right."""
    up: str
    """Name of the axis upwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePlot:
    """A drawing of curves over the log10 LR."""

    words: CurveWords
    """What it shows, in words."""
    width: float
    """Width of the whole drawing."""
    height: float
    """Height of the whole drawing."""
    left: float
    """Left edge of the plot."""
    top: float
    """Upper edge of the plot."""
    right: float
    """Right edge of the plot."""
    bottom: float
    """Lower edge of the plot."""
    bound_left: float
    """Where the lowest log10 LR that is stated stands."""
    bound_right: float
    """Where the highest that is stated stands."""
    ticks_across: tuple[PlotTick, ...]
    """log10 LR."""
    ticks_up: tuple[PlotTick, ...]
    """Share, or log10 LR."""
    lines: tuple[CurveLine, ...]
    """The curves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """Ranges of both axes."""

    across: tuple[float, float]
    up: tuple[float, float]

    def place(self, x: float, y: float) -> tuple[float, float]:
        (left, right), (low, high) = self.across, self.up
        inside_x, inside_y = min(max(x, left), right), min(max(y, low), high)
        return (
            LEFT + (WIDTH - LEFT - RIGHT) * (inside_x - left) / (right - left),
            HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (inside_y - low) / (high - low),
        )

    def line(self, name: str, style: str, points: Sequence[tuple[float, float]]) -> CurveLine:
        return CurveLine(name=name, style=style, points=tuple(self.place(x, y) for x, y in points))


_TIPPETT = CurveWords(
    name="tippett",
    title=msgid("Tippett plot"),
    description=msgid(
        "Share of pairs that reach at least each log10 LR. As many taken pairs as possible (whole line) and as few "
        "independent ones as possible (dashed line) should lie to the right of 0."
    ),
    across=msgid("log10 LR"),
    up=msgid("pairs with at least that"),
)
_CALIBRATION = CurveWords(
    name="calibration",
    title=msgid("Calibration plot"),
    description=msgid(
        "log10 LR that was observed, for each that was stated. On the dotted diagonal ratios mean what they say; a "
        "curve above it says that they are too low. Nothing is drawn where pairs of one kind only occur."
    ),
    across=msgid("log10 LR stated"),
    up=msgid("log10 LR observed"),
)


def tippett_plot(facts: CalibrationFacts) -> CurvePlot | None:
    """Share of pairs with at least each log10 LR, of taken and of independent pairs; None without curves."""
    taken, independent = _curve(facts, "tippett_taken"), _curve(facts, "tippett_independent")
    if not taken or not independent:
        return None
    frame = _Frame(across=_whole([x for x, _ in taken + independent]), up=(0.0, 1.0))
    lines = (
        frame.line(msgid("taken pairs"), "first", taken),
        frame.line(msgid("independent pairs"), "second", independent),
    )
    quarters = tuple((number / 4, f"{number * 25}\u00a0%") for number in range(5))
    return _plot(frame, facts.bounds, words=_TIPPETT, ticks_up=quarters, lines=lines)


def calibration_plot(facts: CalibrationFacts) -> CurvePlot | None:
    """Observed beside stated log10 LR; None without curves."""
    curve = _curve(facts, "calibration")
    known = [(x, y) for x, y in curve if abs(y) < ONE_KIND_ONLY]
    if not known:
        return None
    across = _whole([x for x, _ in curve])
    both = _whole([*across, *(y for _, y in known)])
    frame = _Frame(across=across, up=both)
    ideal = [(across[0], across[0]), (across[1], across[1])]
    lines = (frame.line(msgid("ideal"), "ideal", ideal), frame.line(msgid("observed"), "first", known))
    return _plot(frame, facts.bounds, words=_CALIBRATION, ticks_up=_ticks(both), lines=lines)


def _plot(
    frame: _Frame,
    bounds: Bounds,
    *,
    words: CurveWords,
    ticks_up: Sequence[tuple[float, str]],
    lines: tuple[CurveLine, ...],
) -> CurvePlot:
    return CurvePlot(
        words=words,
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        top=TOP,
        right=WIDTH - RIGHT,
        bottom=HEIGHT - BOTTOM,
        bound_left=frame.place(bounds.lower, 0.0)[0],
        bound_right=frame.place(bounds.upper, 0.0)[0],
        ticks_across=tuple(
            PlotTick(position=frame.place(value, 0.0)[0], label=label) for value, label in _ticks(frame.across)
        ),
        ticks_up=tuple(PlotTick(position=frame.place(0.0, value)[1], label=label) for value, label in ticks_up),
        lines=lines,
    )


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
