"""Where panes may be: every layout of straight borders that stand, from cheap evidence, to be looked at closer.

A border between two pictures runs along one line of dots from edge to edge of what it divides, in every picture.  The
frame is divided along such lines, and each part again, as far as there are some: rows, columns, grids, a large picture
beside small ones.  Rectangles and discs that lie over other footage are found by borders that end at their corners, or
close.  Here much is let in that is none: a few samples of each pane decide whether it is worth a look (see
`similarity.compare.promising`).

No published detector is followed; thresholds were set on composites and unrelated footage, by `benchmarks/panes.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from similarity.describe.conditions import Box, common_area_share, cut_out, find_bars
from similarity.describe.discs import standing_disc
from similarity.describe.rectangles import RectangleRules, standing_rectangles
from similarity.describe.standing import RIM_DOTS, Standing, shrunk, standing_steps
from similarity.media.types import Picture

__all__ = ["MAX_LIKELY", "likely_panes"]

MAX_LIKELY = 24
"""Panes given at most for one run of pictures."""

_MIN_BORDER = 0.62
"""Mean standing along a border across the frame, its weakest sixth left out."""
_MIN_INNER_BORDER = 0.6
"""The same within a part of the frame, where lines are shorter."""
_SHARE_OF_BEST = 0.85
"""Standing of a border at least, of that of the best in the same direction: a part is divided by its like first."""
_MIN_PART = 0.2
"""Mean standing of the weakest sixth."""
_MIN_SIDE_SHARE = 0.14
"""Side of a pane at least, of the frame's; what is narrower parts panes."""
_MOST_DEPTH = 3
_MAX_PICTURES = 5
_LEAST_OF_HALF = 3
_NUM_PARTS = 6
_PEAK_DOTS = 4
"""Borders lie at least this far apart; both edges of a gutter may count."""
_TRIM_DOTS = 2
"""Dots at the ends of a line that other borders touch."""

_SMALL_INSETS = RectangleRules(
    min_side_share=0.14, max_side_share=0.9, max_lines=24, min_strength=0.5, max_rectangles=3
)
_SAME_PLACE = 0.85
"""Intersection over union from which one of two panes is left out."""

_Edges = tuple[int, int, int, int]
"""Left, top, right and bottom, dots; right and bottom exclusive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Steps:
    """How borders stand in either direction."""

    upright: Standing
    """(rows, columns + 1): border x lies between dots x - 1 and x of a row."""
    level: Standing
    """(columns, rows + 1): the same of columns."""

    @classmethod
    def of(cls, small: Sequence[Picture]) -> _Steps:
        """Of shrunk pictures."""
        turned = [np.asarray(cv2.transpose(picture), np.uint8) for picture in small]
        return cls(upright=standing_steps(small), level=standing_steps(turned))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, dots."""
        return len(self.level), len(self.upright)

    def profile(self, part: _Edges, *, is_upright: bool) -> npt.NDArray[np.float32]:
        """How each border across a part stands along it; 0 where it is broken."""
        left, top, right, bottom = part
        if is_upright:
            lines = self.upright[top + _TRIM_DOTS : bottom - _TRIM_DOTS, left : right + 1]
        else:
            lines = self.level[left + _TRIM_DOTS : right - _TRIM_DOTS, top : bottom + 1]
        if len(lines) < _NUM_PARTS:
            return np.zeros(lines.shape[1], np.float32)
        parts = np.sort(np.stack([one.mean(axis=0) for one in np.array_split(lines, _NUM_PARTS)]), axis=0)
        return np.where(parts[0] >= _MIN_PART, parts[1:].mean(axis=0), 0).astype(np.float32)


def likely_panes(pictures: Sequence[Picture]) -> tuple[Box, ...]:
    """Parts of a run of pictures of one scene that may be pictures of their own, thousandths; large ones first.

    Args:
        pictures: samples of one scene, all of one size, one or more; at most 8, evenly spread, are looked at.
    """
    small = shrunk(pictures)
    if not small:
        return ()
    steps = _Steps.of(small)
    height, width = small[0].shape[:2]
    frame = (0, 0, width, height)
    found = [_thousandths(part, (width, height)) for part in [*_divided(steps, frame, depth=0), *_grid(steps, frame)]]
    for some in [small, *_stretches(small)]:
        of_some = steps if some is small else _Steps.of(some)
        found += [box for _, box in standing_rectangles(of_some.upright, of_some.level, _SMALL_INSETS)]
    disc = standing_disc(small)
    if disc is not None:
        found.append(disc)
    return _apart([_without_bars(pictures, box) for box in found])[:MAX_LIKELY]


def _stretches(small: list[Picture]) -> list[list[Picture]]:
    """First and second half of pictures enough: an inset may come or go within a scene."""
    half = len(small) // 2
    return [small[:half], small[half:]] if half >= _LEAST_OF_HALF else []


def _without_bars(pictures: Sequence[Picture], box: Box) -> Box:
    """A pane without the bars inside it: a film in a half of another shape."""
    bars = find_bars([cut_out(picture, box) for picture in pictures[:: -(-len(pictures) // _MAX_PICTURES)]])
    left, top, right, bottom = box
    width, height = (right - left) / 1000, (bottom - top) / 1000
    return (
        round(left + bars.left * width),
        round(top + bars.top * height),
        round(left + bars.right * width),
        round(top + bars.bottom * height),
    )


def _apart(boxes: Sequence[Box]) -> tuple[Box, ...]:
    """Boxes without those that are nearly another."""
    kept: list[Box] = []
    for box in boxes:
        if all(common_area_share(box, other) < _SAME_PLACE for other in kept):
            kept.append(box)
    return tuple(kept)


def _divided(steps: _Steps, part: _Edges, *, depth: int) -> Iterator[_Edges]:
    """Parts of a part, and parts of those."""
    if depth == _MOST_DEPTH:
        return
    least = _MIN_BORDER if depth == 0 else _MIN_INNER_BORDER
    ways = []
    for is_upright in (True, False):
        profile = steps.profile(part, is_upright=is_upright)
        borders = _borders(profile, max(least, _SHARE_OF_BEST * float(profile.max(initial=0))))
        if borders:
            ways.append((float(profile[borders].max()), is_upright, borders))
    if not ways:
        return
    _, is_upright, borders = max(ways)
    left, top, right, bottom = part
    for first, end in pairwise([0, *borders, right - left if is_upright else bottom - top]):
        inner = (left + first, top, left + end, bottom) if is_upright else (left, top + first, right, top + end)
        if _is_pane(inner, steps.size):
            yield inner
        if inner != part:
            yield from _divided(steps, inner, depth=depth + 1)


def _grid(steps: _Steps, frame: _Edges) -> Iterator[_Edges]:
    """What lies between the borders across the frame in both directions."""
    _, _, width, height = frame
    columns, rows = (_borders(steps.profile(frame, is_upright=way), _MIN_BORDER) for way in (True, False))
    if columns and rows:
        for top, bottom in pairwise([0, *rows, height]):
            for left, right in pairwise([0, *columns, width]):
                if _is_pane((left, top, right, bottom), steps.size):
                    yield left, top, right, bottom


def _is_pane(part: _Edges, size: tuple[int, int]) -> bool:
    left, top, right, bottom = part
    return right - left >= _MIN_SIDE_SHARE * size[0] and bottom - top >= _MIN_SIDE_SHARE * size[1]


def _borders(profile: npt.NDArray[np.float32], least: float) -> list[int]:
    """Places of the borders that stand well, highest first within each neighbourhood; in order of place."""
    places: list[int] = []
    for place in np.argsort(-profile, kind="stable").tolist():
        if profile[place] < least or profile[place] == 0:
            break
        if RIM_DOTS <= place < len(profile) - RIM_DOTS and all(abs(place - other) >= _PEAK_DOTS for other in places):
            places.append(place)
    return sorted(places)


def _thousandths(part: _Edges, size: tuple[int, int]) -> Box:
    left, top, right, bottom = (round(1000 * edge / size[axis % 2]) for axis, edge in enumerate(part))
    return left, top, right, bottom
