"""Pictures within a picture: the sides of a split screen, and insets, found by borders that stand while footage moves.

Where two unrelated pictures meet, the step from dot to dot is larger than the steps a little further on either side,
along one straight line of dots, in every picture of a scene.  In a single picture of a camera such lines are short,
bent or aslant; over a scene they move.  What stays a false alarm is drawn: windows on a desktop, test cards.

No published detector is followed; thresholds were set on composites and unrelated footage, by `benchmarks/panes.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from similarity.media.types import Picture

__all__ = ["MAX_PANES", "Pane", "find_panes"]

MAX_PANES = 4
"""Panes given at most for one run of pictures."""

_Standing = npt.NDArray[np.float32]
"""(lines, borders): how much of a border runs there, 0 to 1; border b lies between dots b - 1 and b of a line."""
_Shares = npt.NDArray[np.float64]
_Places = npt.NDArray[np.intp]

_LONG_SIDE_PIXELS = 256
_MIN_SIDE_PIXELS = 48
_MAX_PICTURES = 8
_STEP_DOTS = 3
"""Distance of the dots compared: encoders and scaling smear a border over two or three."""
_RIM_DOTS = 6
"""Nearer to the frame's edge than this no border can be told: steps are missing on one side."""
_NOISE_LEVELS = 8.0
"""Steps, in grey levels, that count for little: noise of compression."""

_NUM_PARTS = 6
"""Parts of a line across the frame; the weakest of them is left out."""
_HALF_SHARE = 0.012
"""Distance from the middle, of the frame, at which a line still halves it."""
_MIN_HALVING = 0.54
"""Mean standing of a line that halves the frame, from which it is a split."""
_MIN_ELSEWHERE = 0.9
"""The same for a line elsewhere: rarer in split screens, commoner in drawn footage."""
_ELSEWHERE = (0.2, 0.8)
_MIN_IN_MOST = 0.35
"""Standing in the pictures one by one that half of them reach: a line that passes by stands in few."""
_MIN_GRID = 0.7
"""The same for both lines of four pictures, two by two."""

_MAX_LINES = 12
"""Lines in each direction from which rectangles are put together."""
_MIN_DISTANCE_DOTS = 3
_NEUTRAL = 0.5
"""Standing of a line that is neither stronger nor weaker than what lies around it; taken for the frame's own edge."""
_NEUTRAL_BEYOND = 0.45
_MIN_SIDE_SHARE, _MAX_SIDE_SHARE = 0.36, 0.9
"""Sides of an inset, of the frame's; reaching from edge to edge is allowed as well."""
_BEYOND_DOTS = 10
"""Length past a corner along which a border of an inset has ended."""
_MIN_INSET = 0.54
"""Mean standing of the four sides, less half of that past their corners."""
_MAX_FRAME_EDGES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Pane:
    """A picture within the picture, as a box in thousandths of the frame."""

    left: int
    """Left edge, 0 to 1000."""
    top: int
    """Upper edge, 0 to 1000."""
    right: int
    """Right edge (exclusive), 0 to 1000."""
    bottom: int
    """Lower edge (exclusive), 0 to 1000."""
    kind: Literal["split", "inset"]
    """One of the sides of a split screen, or a rectangle over other footage."""

    def __post_init__(self) -> None:
        if not (0 <= self.left < self.right <= 1000 and 0 <= self.top < self.bottom <= 1000):
            raise ValueError(
                f"a pane needs 0 <= left < right <= 1000 and 0 <= top < bottom <= 1000, "
                f"got {self.left}, {self.top}, {self.right}, {self.bottom}: thousandths of the frame?"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A border across the whole frame."""

    at: int
    """Place, thousandths of the frame."""
    standing: float
    """Mean standing along the line, 0 to 1."""
    strength: float
    """The same over what is asked for there: 1 and more is a split."""


def find_panes(pictures: Sequence[Picture]) -> tuple[Pane, ...]:
    """Sides of a split screen and insets in a run of pictures of one scene, strongest first, at most `MAX_PANES`.

    Made to miss little: footage with long, straight, standing lines of its own yields a pane now and then.  The order
    of the pictures does not matter as long as all of them are looked at.

    Args:
        pictures: samples of one scene, all of one size, one or more; at most 8, evenly spread, are looked at.

    Raises:
        ValueError: pictures of more than one size.
    """
    shapes = {picture.shape for picture in pictures}
    if len(shapes) > 1:
        raise ValueError(f"expected pictures of one size, got {sorted(shapes)}: samples of one scene of one file?")
    if not shapes or min(shapes.pop()[:2]) < _MIN_SIDE_PIXELS:
        return ()
    small = _shrunk(pictures[:: -(-len(pictures) // _MAX_PICTURES)])
    if min(small[0].shape[:2]) < _MIN_SIDE_PIXELS:
        return ()
    upright = _standing(small)
    turned = [np.asarray(cv2.transpose(picture), np.uint8) for picture in small]
    level = _standing(turned)
    found = [*_splits(_line(upright, small), _line(level, turned)), *_inset(upright, level)]
    found.sort(key=lambda each: -each[0])
    return tuple(pane for _, panes in found for pane in panes)[:MAX_PANES]


def _shrunk(pictures: Sequence[Picture]) -> list[Picture]:
    """The pictures at the size that is worked on."""
    height, width = pictures[0].shape[:2]
    scale = _LONG_SIDE_PIXELS / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    method = cv2.INTER_AREA if scale <= 0.5 else cv2.INTER_LINEAR
    return [np.asarray(cv2.resize(picture, size, interpolation=method), np.uint8) for picture in pictures]


def _standing(pictures: list[Picture]) -> _Standing:
    """Of each step between neighbouring dots of a row, its share in all steps around it, summed over the pictures."""
    height, width = pictures[0].shape[:2]
    total = np.zeros((height, width - _STEP_DOTS), np.float32)
    for picture in pictures:
        red, green, blue = cv2.split(cv2.absdiff(picture[:, _STEP_DOTS:], picture[:, :-_STEP_DOTS]))
        cv2.accumulate(cv2.max(cv2.max(red, green), blue), total)
    total *= 1 / len(pictures)
    here = total[:, _STEP_DOTS:-_STEP_DOTS]
    around = (total[:, : -2 * _STEP_DOTS] + total[:, 2 * _STEP_DOTS :]) * 0.5
    standing = np.zeros((height, width + 1), np.float32)
    first = 2 + _STEP_DOTS
    standing[:, first : first + here.shape[1]] = here / (here + around + _NOISE_LEVELS)
    standing[:, :_RIM_DOTS] = 0
    standing[:, -_RIM_DOTS:] = 0
    return standing


def _line(standing: _Standing, pictures: list[Picture]) -> _Line | None:
    """The border that divides the frames; one that halves them goes first."""
    last = standing.shape[1] - 1
    parts = np.stack([part.mean(axis=0) for part in np.array_split(standing, _NUM_PARTS)])
    mean = np.sort(parts, axis=0)[1:].mean(axis=0)
    middle, near = last // 2, max(2, round(_HALF_SHARE * last))
    for first, end, least in (
        (middle - near, middle + near + 1, _MIN_HALVING),
        (round(_ELSEWHERE[0] * last), round(_ELSEWHERE[1] * last) + 1, _MIN_ELSEWHERE),
    ):
        best = first + int(np.argmax(mean[first:end]))
        if mean[best] >= least and _stands_in_most(pictures, best):
            return _Line(at=round(1000 * best / last), standing=float(mean[best]), strength=float(mean[best] / least))
    return None


def _stands_in_most(pictures: list[Picture], at: int) -> bool:
    """Whether the border left of dot `at` of each row stands in half of the pictures, looked at one by one."""
    reach = 2 * _STEP_DOTS
    in_each = [
        float(_standing([picture[:, at - reach - 1 : at + reach + 1]])[:, reach + 1].mean()) for picture in pictures
    ]
    return bool(np.median(in_each) >= _MIN_IN_MOST)


def _splits(upright: _Line | None, level: _Line | None) -> list[tuple[float, list[Pane]]]:
    """The pictures on both sides of an upright and of a level line, or the four around their crossing."""
    if upright is not None and level is not None and min(upright.standing, level.standing) >= _MIN_GRID:
        columns, rows = ((0, upright.at), (upright.at, 1000)), ((0, level.at), (level.at, 1000))
        panes = [_pane("split", (left, top, right, bottom)) for top, bottom in rows for left, right in columns]
        return [(min(upright.strength, level.strength), panes)]
    found = []
    if upright is not None:
        boxes = ((0, 0, upright.at, 1000), (upright.at, 0, 1000, 1000))
        found.append((upright.strength, [_pane("split", box) for box in boxes]))
    if level is not None:
        boxes = ((0, 0, 1000, level.at), (0, level.at, 1000, 1000))
        found.append((level.strength, [_pane("split", box) for box in boxes]))
    return found


def _inset(upright: _Standing, level: _Standing) -> list[tuple[float, list[Pane]]]:
    """The rectangle whose sides stand best and end at its corners, if that is enough."""
    height, width = len(upright), len(level)
    columns, rows = _candidates(upright), _candidates(level)
    (left, right), (top, bottom) = _pairs(columns, width), _pairs(rows, height)
    if not left.size or not top.size:
        return []
    by_column = _sides(upright, columns, rows[top], rows[bottom])
    by_row = _sides(level, rows, columns[left], columns[right])
    strength = (by_column[left] + by_column[right] + (by_row[top] + by_row[bottom]).T) / 4
    num_column_edges = (columns[left] == 0).astype(int) + (columns[right] == width)
    num_row_edges = (rows[top] == 0).astype(int) + (rows[bottom] == height)
    strength[num_column_edges[:, None] + num_row_edges > _MAX_FRAME_EDGES] = 0
    across, down = np.unravel_index(int(np.argmax(strength)), strength.shape)
    if strength[across, down] < _MIN_INSET:
        return []
    start, end = (columns[left[across]], rows[top[down]]), (columns[right[across]], rows[bottom[down]])
    shares = (start[0] / width, start[1] / height, end[0] / width, end[1] / height)
    pane = _pane("inset", tuple(round(1000 * float(share)) for share in shares))
    return [(float(strength[across, down] / _MIN_INSET), [pane])]


def _sides(standing: _Standing, places: _Places, first: _Places, end: _Places) -> _Shares:
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


def _candidates(standing: _Standing) -> _Places:
    """Places of the lines with the strongest stretch as long as an inset's side, and both edges of the frame."""
    num_lines, num_places = standing.shape
    least = int(_MIN_SIDE_SHARE * num_lines)
    sums = np.zeros((num_lines + 1, num_places), np.float32)
    np.cumsum(standing - np.float32(_NEUTRAL), axis=0, out=sums[1:])
    strongest = (sums[least:] - np.minimum.accumulate(sums[:-least], axis=0)).max(axis=0)
    padded = np.pad(strongest, _MIN_DISTANCE_DOTS, constant_values=-np.inf)
    around = np.lib.stride_tricks.sliding_window_view(padded, 2 * _MIN_DISTANCE_DOTS + 1).max(axis=1)
    peaks = np.flatnonzero(strongest >= around)
    peaks = peaks[(peaks >= _RIM_DOTS) & (peaks < num_places - _RIM_DOTS)]
    peaks = peaks[np.argsort(-strongest[peaks], kind="stable")[:_MAX_LINES]]
    return np.concatenate([[0], np.sort(peaks), [num_places - 1]]).astype(np.intp)


def _pairs(places: _Places, length: int) -> tuple[_Places, _Places]:
    """Numbers of every two places that are as far apart as sides of an inset, or at both edges of the frame."""
    first, second = np.triu_indices(places.size, 1)
    distance = places[second] - places[first]
    is_side = (distance >= _MIN_SIDE_SHARE * length) & (distance <= _MAX_SIDE_SHARE * length) | (distance == length)
    return first[is_side], second[is_side]


def _pane(kind: Literal["split", "inset"], box: tuple[int, ...]) -> Pane:
    left, top, right, bottom = box
    return Pane(left=left, top=top, right=right, bottom=bottom, kind=kind)
