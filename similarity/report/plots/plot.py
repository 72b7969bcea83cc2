"""A drawing of lines over two axes as a value: every form of the report draws it by `svg_form`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Curve", "Plot", "Style", "Tick"]

Style = Literal["solid", "dashed", "dotted", "fitted", "dots"]
"""How points are drawn; fitted: as a line, dots: each by itself, both to be seen over a picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A label of an axis."""

    at: float
    """Where, 0 to 1 along the axis."""
    label: str
    """What it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One line of a plot."""

    style: Style
    """How it is drawn."""
    points: tuple[tuple[float, float], ...]
    """Points: share of the width from the left, share of the height from the top."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A drawing of lines over two axes, maybe over a picture."""

    caption: str
    """What it shows."""
    across: str
    """Name of the axis to the right."""
    upright: str
    """Name of the upright axis."""
    ticks_across: tuple[Tick, ...]
    """Labels from the left."""
    ticks_upright: tuple[Tick, ...]
    """Labels from the top."""
    curves: tuple[Curve, ...]
    """The lines."""
    band: tuple[float, float] | None = None
    """A stretch of the axis to the right that is shaded: from, to, 0 to 1; the caption says what it stands for."""
    height_ratio: float = 0.6
    """Height over width."""
    picture: str = ""
    """Name of the picture beneath; empty without one."""
    number: int = 0
    """Number in the document; 0 before it is numbered."""
