"""Which part of a suspect's picture is looked at, and whether mirrored: its views.

A copy may fill only a part of the frame: a split screen, an inset, or stand mirrored.  A view is one such way of
looking, kept through the whole video, so that a copied stretch can be followed in it.  Works have one view, as they
are; the views of a suspect cost nothing in the index.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue, check_arrays
from index.records import Track
from similarity.describe.conditions import Box, cut_out
from similarity.describe.panes import Pane
from similarity.media.types import Picture

__all__ = ["AS_IS", "MIRRORED", "DescribedView", "PaneTracks", "View", "seen_through"]

_WHOLE: Box = (0, 0, 1000, 1000)
_SAME_PANE = 0.8
"""Intersection over union from which a pane of one scene continues one of an earlier scene."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class View:
    """A part of the picture, as it is or mirrored left to right."""

    region: Literal["whole", "pane"]
    """All of the picture, or a pane found in the footage: of a split screen, an inset."""
    box: Box
    """The part that is looked at: left, top, right and bottom edge (exclusive), thousandths of the picture inside the
    bars."""
    is_mirrored: bool
    """Whether it is turned left to right before it is described."""


AS_IS = View(region="whole", box=_WHOLE, is_mirrored=False)
"""The whole picture, as it is: the one view of a work."""
MIRRORED = View(region="whole", box=_WHOLE, is_mirrored=True)
"""The whole picture, left to right."""


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

    def boxes(self, panes: Sequence[Pane]) -> tuple[Box, ...]:
        """One box per pane: that of an earlier scene's pane where they agree, each at most once."""
        found: list[Box] = []
        for pane in panes:
            box = (pane.left, pane.top, pane.right, pane.bottom)
            known = next((old for old in self._boxes if _overlap(old, box) >= _SAME_PANE and old not in found), None)
            if known is None:
                self._boxes.append(box)
            found.append(known or box)
        return tuple(found)


def seen_through(picture: Picture, view: View) -> Picture:
    """What the view shows of a picture: a part of it, mirrored where the view is."""
    part = cut_out(picture, view.box)
    return np.ascontiguousarray(part[:, ::-1]) if view.is_mirrored else part


def _overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / (_area(one) + _area(other) - shared)


def _area(box: Box) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])
