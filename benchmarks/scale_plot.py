"""The curve of `docs/scale.md`: core seconds of a suspect minute over the samples of the library, both logarithmic."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

__all__ = ["curve", "slope"]

Figures = Mapping[str, Any]
"""What `scale.py search --json` prints."""
_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT, _BOTTOM = 640, 400, 70, 20, 50, 50
_COLOURS = {"search codes": "#1f5fa8", "exact search": "#b0481e"}


def slope(figures: Sequence[Figures]) -> float:
    """How steep the line through the first and the last size is, log-log: 1 where cost grows with the library."""
    first, *_, last = sorted(figures, key=lambda one: one["samples"])
    rise = math.log(last["seconds_per_suspect_minute"] / first["seconds_per_suspect_minute"])
    return rise / math.log(last["samples"] / first["samples"])


def curve(figures: Sequence[Figures]) -> str:
    """An SVG of the sizes measured, by what answered."""
    across = _scale([one["samples"] for one in figures], _LEFT, _WIDTH - _RIGHT)
    up = _scale([one["seconds_per_suspect_minute"] for one in figures], _HEIGHT - _BOTTOM, _TOP)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        'font-family="sans-serif" font-size="13">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        *(_vertical(across(one), f"{one:,.0f}") for one in _decades(one["samples"] for one in figures)),
        *(_horizontal(up(one), f"{one:g}") for one in _decades(one["seconds_per_suspect_minute"] for one in figures)),
        _text(_WIDTH / 2, _HEIGHT - 10, "samples of works in the library (2 a second)"),
        _text(0, 0, "core seconds a suspect minute", f' transform="translate(16 {_HEIGHT / 2:.0f}) rotate(-90)"'),
    ]
    for number, (name, colour) in enumerate(_COLOURS.items()):
        some = sorted((one for one in figures if _answered(one) == name), key=lambda one: one["samples"])
        points = [(across(one["samples"]), up(one["seconds_per_suspect_minute"])) for one in some]
        if points:
            lines.append(_line(points, colour))
            lines.append(_text(_LEFT + 80, _TOP + 20 + 18 * number, name, f' fill="{colour}"'))
    return "\n".join([*lines, "</svg>"]) + "\n"


def _answered(one: Figures) -> str:
    return "exact search" if one["answered_by"] == "exact" else "search codes"


def _decades(values: Iterable[float]) -> list[float]:
    """Powers of ten around some values, one below and one above at least."""
    logs = [math.log10(value) for value in values]
    return [10.0**power for power in range(math.floor(min(logs)), math.floor(max(logs)) + 2)]


def _scale(values: Sequence[float], first: float, last: float) -> Callable[[float], float]:
    """From a value to its place between two, logarithmic."""
    low, high = (math.log10(end) for end in (_decades(values)[0], _decades(values)[-1]))
    return lambda value: first + (math.log10(value) - low) / (high - low) * (last - first)


def _vertical(x: float, name: str) -> str:
    path = f'<path d="M{x:.1f} {_TOP}V{_HEIGHT - _BOTTOM}" stroke="#ddd"/>'
    return path + _text(x, _HEIGHT - _BOTTOM + 18, name)


def _horizontal(y: float, name: str) -> str:
    path = f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}" stroke="#ddd"/>'
    return path + _text(_LEFT - 20, y + 4, name)


def _text(x: float, y: float, said: str, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle"{more}>{said}</text>'


def _line(points: Sequence[tuple[float, float]], colour: str) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>' for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>{dots}'
