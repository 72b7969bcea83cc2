"""Rectangles over other footage, found by four borders that stand and end at their corners."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from similarity.describe.conditions import Box
from similarity.describe.standing import RIM_DOTS, Standing

__all__ = ["INSETS", "RectangleRules", "standing_rectangles"]

_MIN_DISTANCE_DOTS = 3
_NEUTRAL = 0.5
"""Standing of a line that is neither stronger nor weaker than what lies around it; taken for the frame's own edge."""
_NEUTRAL_BEYOND = 0.45
_BEYOND_DOTS = 10
"""Length past a corner along which a border of an inset has ended."""
_MAX_FRAME_EDGES = 2
_SAME_RECTANGLE = 0.5
"""Intersection over union from which the weaker of two rectangles is left out."""

_Shares = npt.NDArray[np.float64]
_Places = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class RectangleRules:
    """Which rectangles are looked for."""

    min_side_share: float
    """Sides at least, of the frame's."""
    max_side_share: float
    """Sides at most, of the frame's; reaching from edge to edge is allowed as well."""
    max_lines: int
    """Lines in each direction from which rectangles are put together."""
    min_strength: float
    """Mean standing of the four sides, less half of that past their corners, at least."""
    max_rectangles: int
    """Rectangles given at most."""


INSETS = RectangleRules(min_side_share=0.36, max_side_share=0.9, max_lines=12, min_strength=0.54, max_rectangles=1)
"""Insets of a good size, found so seldom where there are none that each is worth describing."""


def standing_rectangles(upright: Standing, level: Standing, rules: RectangleRules) -> list[tuple[float, Box]]:
    """The rectangles whose sides stand best: strength over what is asked for, and box in thousandths; best first.

    Args:
        upright: (rows, columns + 1) how borders stand from left to right.
        level: (columns, rows + 1) the same from top to bottom.
        rules: which are looked for.
    """
    height, width = len(upright), len(level)
    columns, rows = _candidates(upright, rules), _candidates(level, rules)
    (left, right), (top, bottom) = _pairs(columns, width, rules), _pairs(rows, height, rules)
    if not left.size or not top.size:
        return []
    by_column = _sides(upright, columns, rows[top], rows[bottom])
    by_row = _sides(level, rows, columns[left], columns[right])
    strength = (by_column[left] + by_column[right] + (by_row[top] + by_row[bottom]).T) / 4
    num_column_edges = (columns[left] == 0).astype(int) + (columns[right] == width)
    num_row_edges = (rows[top] == 0).astype(int) + (rows[bottom] == height)
    strength[num_column_edges[:, None] + num_row_edges > _MAX_FRAME_EDGES] = 0
    found: list[tuple[float, Box]] = []
    while len(found) < rules.max_rectangles:
        across, down = np.unravel_index(int(np.argmax(strength)), strength.shape)
        best = float(strength[across, down])
        if best < rules.min_strength:
            break
        edges = np.stack(np.broadcast_arrays(columns[left][:, None], rows[top], columns[right][:, None], rows[bottom]))
        shares = edges[:, across, down] / np.array([width, height, width, height])
        first, upper, end, lower = (round(1000 * share) for share in shares.tolist())
        found.append((best / rules.min_strength, (first, upper, end, lower)))
        strength[_overlaps(edges, edges[:, across, down]) >= _SAME_RECTANGLE] = 0
    return found


def _overlaps(edges: _Places, one: _Places) -> _Shares:
    """Intersection over union of (4, ...) rectangles with one."""
    spans = [
        np.maximum(np.minimum(edges[axis + 2], one[axis + 2]) - np.maximum(edges[axis], one[axis]), 0)
        for axis in (0, 1)
    ]
    areas = [(many[2] - many[0]) * (many[3] - many[1]) for many in (edges, one)]
    shared = spans[0] * spans[1]
    return np.asarray(shared / np.maximum(areas[0] + areas[1] - shared, 1), np.float64)


def _sides(standing: Standing, places: _Places, first: _Places, end: _Places) -> _Shares:
    """(places, extents): mean standing of the line at a place from `first` to `end`, less half of that past both."""
    sums = np.zeros((len(standing) + 1, places.size))
    np.cumsum(standing[:, places], axis=0, out=sums[1:])
    before = _mean(sums, first - 1 - _BEYOND_DOTS, first - 1)
    after = _mean(sums, end + 1, end + 1 + _BEYOND_DOTS)
    result: _Shares = (_mean(sums, first + 2, end - 2) - (before + after) / 4).T
    result[[0, -1]] = _NEUTRAL - _NEUTRAL_BEYOND / 2
    return result


def _mean(sums: _Shares, first: _Places, end: _Places) -> _Shares:
    """(extents, places): mean standing from one line to another (exclusive), as far as both lie in the frame."""
    first, end = np.clip(first, 0, len(sums) - 1), np.clip(end, 0, len(sums) - 1)
    result: _Shares = (sums[end] - sums[first]) / np.maximum(end - first, 1)[:, None]
    return result


def _candidates(standing: Standing, rules: RectangleRules) -> _Places:
    """Places of the lines with the strongest stretch as long as an inset's side, and both edges of the frame."""
    num_lines, num_places = standing.shape
    least = int(rules.min_side_share * num_lines)
    sums = np.zeros((num_lines + 1, num_places), np.float32)
    np.cumsum(standing - np.float32(_NEUTRAL), axis=0, out=sums[1:])
    strongest = (sums[least:] - np.minimum.accumulate(sums[:-least], axis=0)).max(axis=0)
    padded = np.pad(strongest, _MIN_DISTANCE_DOTS, constant_values=-np.inf)
    around = np.lib.stride_tricks.sliding_window_view(padded, 2 * _MIN_DISTANCE_DOTS + 1).max(axis=1)
    peaks = np.flatnonzero(strongest >= around)
    peaks = peaks[(peaks >= RIM_DOTS) & (peaks < num_places - RIM_DOTS)]
    peaks = peaks[np.argsort(-strongest[peaks], kind="stable")[: rules.max_lines]]
    return np.concatenate([[0], np.sort(peaks), [num_places - 1]]).astype(np.intp)


def _pairs(places: _Places, length: int, rules: RectangleRules) -> tuple[_Places, _Places]:
    """Numbers of every two places that are as far apart as sides of an inset, or at both edges of the frame."""
    first, second = np.triu_indices(places.size, 1)
    distance = places[second] - places[first]
    is_side = (distance >= rules.min_side_share * length) & (distance <= rules.max_side_share * length) | (
        distance == length
    )
    return first[is_side], second[is_side]
