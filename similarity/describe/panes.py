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

from similarity.describe.rectangles import INSETS, standing_rectangles
from similarity.describe.standing import STEP_DOTS, Standing, shrunk, standing_steps
from similarity.media.types import Picture

__all__ = ["MAX_PANES", "Pane", "find_panes"]

MAX_PANES = 4
"""Panes given at most for one run of pictures."""

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
    small = shrunk(pictures)
    if not small:
        return ()
    upright = standing_steps(small)
    turned = [np.asarray(cv2.transpose(picture), np.uint8) for picture in small]
    level = standing_steps(turned)
    found = [*_splits(_line(upright, small), _line(level, turned)), *_inset(upright, level)]
    found.sort(key=lambda each: -each[0])
    return tuple(pane for _, panes in found for pane in panes)[:MAX_PANES]


def _line(standing: Standing, pictures: list[Picture]) -> _Line | None:
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
    reach = 2 * STEP_DOTS
    in_each = [
        float(standing_steps([picture[:, at - reach - 1 : at + reach + 1]])[:, reach + 1].mean())
        for picture in pictures
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


def _inset(upright: Standing, level: Standing) -> list[tuple[float, list[Pane]]]:
    """The rectangle whose sides stand best and end at its corners, if that is enough."""
    return [(strength, [_pane("inset", box)]) for strength, box in standing_rectangles(upright, level, INSETS)]


def _pane(kind: Literal["split", "inset"], box: tuple[int, ...]) -> Pane:
    left, top, right, bottom = box
    return Pane(left=left, top=top, right=right, bottom=bottom, kind=kind)
