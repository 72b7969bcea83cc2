"""Which part of a suspect's picture is looked at, and whether mirrored: its views.

A copy may fill only a part of the frame: a split screen, an inset, or stand mirrored.  A view is one such way of
looking, kept through the whole video, so that a copied stretch can be followed in it.  Works have one view, as they
are; the views of a suspect cost nothing in the index.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue, check_arrays
from index.records import Track
from similarity.describe.conditions import Box, common_area_share, cut_out
from similarity.media.types import Picture

__all__ = [
    "AS_IS",
    "MIRRORED",
    "TURNED",
    "DescribedView",
    "PaneTracks",
    "View",
    "every_way_up",
    "seen_through",
    "turned_as",
    "turning",
]

_WHOLE: Box = (0, 0, 1000, 1000)
_SAME_PANE = 0.8
"""Intersection over union from which a pane of one scene continues one of an earlier scene."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class View:
    """A part of the picture, as it is, mirrored left to right or turned."""

    region: Literal["whole", "pane"]
    """All of the picture, or a pane found in the footage: of a split screen, an inset."""
    box: Box
    """The part that is looked at: left, top, right and bottom edge (exclusive), thousandths of the picture inside the
    bars."""
    is_mirrored: bool
    """Whether it is turned left to right before it is described."""
    turn_degrees: Literal[0, 90, 180, 270] = 0
    """By how much it is turned clockwise then."""


AS_IS = View(region="whole", box=_WHOLE, is_mirrored=False)
"""The whole picture, as it is: the one view of a work."""
MIRRORED = View(region="whole", box=_WHOLE, is_mirrored=True)
"""The whole picture, left to right."""
TURNED = (
    View(region="whole", box=_WHOLE, is_mirrored=False, turn_degrees=90),
    View(region="whole", box=_WHOLE, is_mirrored=False, turn_degrees=180),
    View(region="whole", box=_WHOLE, is_mirrored=False, turn_degrees=270),
    View(region="whole", box=_WHOLE, is_mirrored=True, turn_degrees=90),
    View(region="whole", box=_WHOLE, is_mirrored=True, turn_degrees=180),
    View(region="whole", box=_WHOLE, is_mirrored=True, turn_degrees=270),
)
"""The whole picture after quarter and half turns, upside down, and laid over along either diagonal."""


def every_way_up(box: Box) -> tuple[View, ...]:
    """A pane as it is, mirrored, and turned in the six ways of `TURNED`."""
    return tuple(replace(view, region="pane", box=box) for view in (AS_IS, MIRRORED, *TURNED))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class DescribedView(ArrayValue):
    """Tracks of the samples that were seen through one view."""

    samples: npt.NDArray[np.int64]
    """(k,) their numbers among the indexed samples, ascending."""
    quality: npt.NDArray[np.uint8]
    """(k,) PDQ quality of what the view shows, 0 to 100."""
    tracks: Mapping[str, Track]
    """Descriptor set name -> its rows."""

    def __post_init__(self) -> None:
        check_arrays(self, samples="int64(k)", quality="uint8(k)")


class PaneTracks:
    """Gives panes of successive scenes the same box where they are the same pane."""

    def __init__(self) -> None:
        self._boxes: list[Box] = []

    def boxes(self, panes: Sequence[Box]) -> tuple[Box, ...]:
        """One box per pane: that of an earlier scene's pane where they agree, each at most once."""
        found: list[Box] = []
        for box in panes:
            known = next(
                (old for old in self._boxes if common_area_share(old, box) >= _SAME_PANE and old not in found), None
            )
            if known is None:
                self._boxes.append(box)
            found.append(known or box)
        return tuple(found)


def seen_through(picture: Picture, view: View) -> Picture:
    """What the view shows of a picture: a part of it, mirrored and turned where the view is."""
    return turned_as(cut_out(picture, view.box), view)


def turned_as(picture: Picture, view: View) -> Picture:
    """A picture, (height, width) or (height, width, 3), mirrored and turned as the view is."""
    if view.is_mirrored:
        picture = picture[:, ::-1]
    if view.turn_degrees:
        picture = np.rot90(picture, -view.turn_degrees // 90)
    return np.ascontiguousarray(picture) if view.is_mirrored or view.turn_degrees else picture


def turning(view: View) -> npt.NDArray[np.float64]:
    """(3, 3) from fractions of the part that the view cuts out to fractions of what it shows."""
    mirror = np.diag([-1.0, 1.0, 1.0]) if view.is_mirrored else np.eye(3)
    quarter = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    middle = np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.5], [0.0, 0.0, 1.0]])
    turn = np.linalg.matrix_power(quarter, view.turn_degrees // 90)
    return np.asarray(middle @ turn @ mirror @ np.linalg.inv(middle), np.float64)
