"""Whether what two videos have in common stands still in both, or what moves in the one moves in the other too.

One room on two days, two recordings of one program, two films in one drawn frame: what never moves agrees dot by dot,
and what moves is something else.  A copy has both in common.  Cell by cell, the pictures less what they are on the
average tell what moves; the correlation of that, over all moving cells, tells whether it is the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue, check_arrays
from similarity.absence import NotMeasured, not_measured
from similarity.geometry.change import PicturePart

__all__ = ["NOT_WEIGHED", "Departures", "StandingSupport", "SupportKind", "in_blocks", "standing_support"]

CELL_DOTS = 8
"""Side of a cell, dots of pictures whose longer side has 112."""
MOVES_FROM = 0.08
"""Mean square change of local contrast from which a cell moves; noise, averaged over a block of frames, stays below."""
LEAST_MOVING = 0.04
"""Share of the compared cells that must move in the work before it is said whether that agrees."""
LEAST_STANDING = 0.15
"""Share of the cells that must stand in both before support is said to lie there."""
SAME_MOVEMENT = 0.45
"""Correlation from which what moves is the same; edited copies reach 0.6 and more, other footage 0.35 at most."""
SAME_STANDING = 0.3
"""Correlation from which what stands is the same."""
BLOCK_FRAMES = 5
"""Frames that are averaged: noise is not taken for movement."""
_OTHER_BELOW = 0.3
"""Correlation of a moving cell below which it shows something else."""
_LEAST_CELLS, _MOST_REGIONS = 2, 6
_LEAST_COVERED = 0.5
_LEAST_ENERGY = 1e-9

Frames = npt.NDArray[np.float32]
Plane = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

SupportKind = Literal["moving", "standing", "nothing moves"]

NOT_WEIGHED = not_measured("what stands and what moves is told of matches that are placed to the frame")
_NO_CELLS = not_measured("there are no such cells")


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingSupport:
    """What of a match's support stands still in both videos, and what moves."""

    kind: SupportKind
    """moving: what moves in the work moves in the suspect too; standing: support lies only in what never moves in
    either; nothing moves: hardly anything moves in the work there, which tells neither."""
    standing_share: float
    """Share of the compared cells that stand still in both, 0 to 1."""
    moving_share: float
    """Share of the compared cells that move in the work."""
    standing_agreement: float | NotMeasured
    """Correlation of what stands in both, -1 to 1."""
    moving_agreement: float | NotMeasured
    """Correlation of what moves in the work with what the suspect shows there, each less what it is on the average."""
    others: tuple[PicturePart, ...]
    """Regions of the suspect's frame in which something moves and the two show something else, largest first."""
    num_frames: int
    """Pairs of frames that were compared."""
    is_of_another_match: bool = False
    """Whether this one tells nothing itself, and what another match of the same two videos tells stands here."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Departures(ArrayValue):
    """Paired frames, and how far they depart from what each side shows on the average; local contrast."""

    suspect: Frames
    """(k, h, w) the suspect."""
    work: Frames
    """(k, h, w) the work as it lies over the suspect."""
    suspect_mean: Frames
    """(k, h, w) or (1, h, w) what the suspect shows on the average."""
    work_mean: Frames
    """(k, h, w) or (1, h, w) what the work shows on the average."""
    is_seen: Mask
    """(h, w) dots that both show."""
    work_change: Plane | None = field(default=None)
    """(h, w) mean square change of the work, where that and the means are known from other frames than these."""

    def __post_init__(self) -> None:
        check_arrays(self, suspect="float32(k, h, w)", work="float32(k, h, w)", is_seen="bool(h, w)")


def in_blocks(frames: Frames) -> Frames:
    """(b, h, w) means of about `BLOCK_FRAMES` frames in a row, two blocks at least where there are two frames."""
    number = max(min(2, len(frames)), round(len(frames) / BLOCK_FRAMES))
    return np.stack([part.mean(axis=0) for part in np.array_split(frames, number)]).astype(np.float32)


def standing_support(departures: Departures, *, num_frames: int) -> StandingSupport:
    """Weigh what stands and what moves.

    Args:
        departures: of the frames compared.
        num_frames: how many they were before they were averaged.
    """
    is_seen = departures.is_seen
    here, there = departures.suspect - departures.suspect_mean, departures.work - departures.work_mean
    change = (there**2).mean(axis=0) if departures.work_change is None else departures.work_change
    moves_there = _cells(change * is_seen)
    own = here if departures.work_change is None else departures.suspect - departures.suspect.mean(axis=0)
    moves_here = _cells((own**2).mean(axis=0) * is_seen)
    compared = _cells(is_seen.astype(np.float64)) > _LEAST_COVERED
    moving = compared & (moves_there > MOVES_FROM)
    standing = compared & ~moving & (moves_here <= MOVES_FROM)
    shared, ours, theirs = (_cells(one.mean(axis=0) * is_seen) for one in (here * there, here**2, there**2))
    moved = _correlation(shared, ours, theirs, moving)
    means = departures.suspect.mean(axis=0), departures.work.mean(axis=0)
    stood = _correlation(
        _cells(means[0] * means[1] * is_seen),
        _cells(means[0] ** 2 * is_seen),
        _cells(means[1] ** 2 * is_seen),
        standing,
    )
    num_cells = max(1, int(np.count_nonzero(compared)))
    standing_share, moving_share = (float(np.count_nonzero(one) / num_cells) for one in (standing, moving))
    alike = shared / np.sqrt(np.maximum(ours * theirs, _LEAST_ENERGY))
    is_other = compared & (moving | (moves_here > MOVES_FROM)) & (alike < _OTHER_BELOW)
    return StandingSupport(
        kind=_kind(standing_share, moving_share, stood, moved),
        standing_share=standing_share,
        moving_share=moving_share,
        standing_agreement=stood,
        moving_agreement=moved,
        others=_regions(is_other),
        num_frames=num_frames,
    )


def _kind(
    standing_share: float, moving_share: float, stood: float | NotMeasured, moved: float | NotMeasured
) -> SupportKind:
    if isinstance(moved, NotMeasured) or moving_share < LEAST_MOVING:
        return "nothing moves"
    stands = standing_share >= LEAST_STANDING and not isinstance(stood, NotMeasured) and stood >= SAME_STANDING
    return "standing" if stands and moved < SAME_MOVEMENT else "moving"


def _cells(plane: npt.NDArray[np.floating]) -> Plane:
    """(rows, columns) mean of each cell."""
    height, width = plane.shape
    rows, columns = max(1, height // CELL_DOTS), max(1, width // CELL_DOTS)
    small = cv2.resize(plane.astype(np.float32), (columns, rows), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float64)


def _correlation(shared: Plane, ours: Plane, theirs: Plane, cells: Mask) -> float | NotMeasured:
    if not cells.any():
        return _NO_CELLS
    energy = float(ours[cells].sum() * theirs[cells].sum())
    return float(shared[cells].sum() / np.sqrt(max(energy, _LEAST_ENERGY)))


def _regions(cells: Mask) -> tuple[PicturePart, ...]:
    """Boxes of connected cells, largest first."""
    count, numbers = cv2.connectedComponents(cells.astype(np.uint8), connectivity=8)
    found = [numbers == number for number in range(1, count)]
    found = [one for one in found if np.count_nonzero(one) >= _LEAST_CELLS]
    found.sort(key=lambda one: -int(np.count_nonzero(one)))
    return tuple(_part(one) for one in found[:_MOST_REGIONS])


def _part(cells: Mask) -> PicturePart:
    rows, columns = np.nonzero(cells)
    height, width = cells.shape
    return PicturePart(
        left=float(columns.min() / width),
        top=float(rows.min() / height),
        right=float((columns.max() + 1) / width),
        bottom=float((rows.max() + 1) / height),
        area_share=float(cells.mean()),
    )
