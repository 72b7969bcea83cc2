"""What a map of two aligned frames says: a label for every cell of either side, and shares of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue, check_arrays

__all__ = [
    "LABELS",
    "Carrier",
    "ChangeMap",
    "Label",
    "SuspectShares",
    "WorkShares",
    "carrier_of",
    "suspect_shares",
    "work_shares",
]

Label = Literal["no detail", "kept", "moved", "changed", "added", "gone", "cropped"]
LABELS: tuple[Label, ...] = ("no detail", "kept", "moved", "changed", "added", "gone", "cropped")
"""A cell holds the number of its label here."""
Carrier = Literal["surface", "structure", "nothing"]

NO_DETAIL, KEPT, MOVED, CHANGED, ADDED, GONE, CROPPED = range(len(LABELS))
LEAST_CARRIED = 0.05
"""Share of the cells that can tell, from which a map speaks of a correspondence."""

Plane = npt.NDArray[np.float32]
Cells = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ChangeMap(ArrayValue):
    """What became of two aligned pictures, cell by cell; cells hold numbers of `LABELS`."""

    suspect: Cells
    """(rows, columns) cells of the suspect's picture: where their content comes from."""
    work: Cells
    """(rows, columns) cells of the work's picture: what became of their content."""
    shift: Plane
    """(rows, columns, 2) cells to the right and down from a moved cell of the suspect to its place in the work as it
    lies over the suspect; 0 for others."""
    carried_by: Carrier
    """surface: grey levels and colour; structure: edges alone, under another surface; nothing: too little corresponds
    to speak of."""

    def __post_init__(self) -> None:
        check_arrays(self, suspect="uint8(r, c)", work="uint8(q, p)", shift="float32(r, c, 2)")


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspectShares:
    """What the suspect's picture is made of: shares of the cells that can tell."""

    kept: float
    """Content of the work in its place, with its surface, 0 to 1."""
    moved: float
    """Content of the work that stands elsewhere in it."""
    changed: float
    """In its place, under another surface."""
    added: float
    """Something else, or outside the work's picture."""
    can_tell: float
    """Share of all cells that can tell; the others are too plain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkShares:
    """What became of the work's picture: shares of the cells that can tell and are seen."""

    kept: float
    """In its place, with its surface, 0 to 1."""
    moved: float
    """Elsewhere in the suspect's picture."""
    changed: float
    """In its place, under another surface."""
    gone: float
    """Something else, or nothing, stands there."""
    can_tell: float
    """Share of all cells that can tell and are not cropped."""
    cropped: float
    """Share of all cells that lie outside the suspect's picture."""


def suspect_shares(maps: Sequence[ChangeMap]) -> SuspectShares:
    """Shares of the suspect's cells, over one map or several."""
    cells = np.concatenate([one.suspect.ravel() for one in maps])
    return SuspectShares(
        kept=_share(cells, KEPT),
        moved=_share(cells, MOVED),
        changed=_share(cells, CHANGED),
        added=_share(cells, ADDED),
        can_tell=float((cells != NO_DETAIL).mean()),
    )


def work_shares(maps: Sequence[ChangeMap]) -> WorkShares:
    """Shares of the work's cells, over one map or several."""
    cells = np.concatenate([one.work.ravel() for one in maps])
    return WorkShares(
        kept=_share(cells, KEPT),
        moved=_share(cells, MOVED),
        changed=_share(cells, CHANGED),
        gone=_share(cells, GONE),
        can_tell=float(((cells != NO_DETAIL) & (cells != CROPPED)).mean()),
        cropped=float((cells == CROPPED).mean()),
    )


def carrier_of(labels: Cells) -> Carrier:
    """What bore the correspondence, from the cells of the suspect's picture."""
    kept, changed, moved = (float((labels == number).sum()) for number in (KEPT, CHANGED, MOVED))
    tells = float((labels != NO_DETAIL).sum())
    if kept + changed + moved < LEAST_CARRIED * max(tells, 1.0):
        return "nothing"
    return "surface" if kept + moved >= changed else "structure"


def _share(cells: Cells, number: int) -> float:
    """Share of the cells that can tell and are not cropped; 0 where none can tell."""
    tells = (cells != NO_DETAIL) & (cells != CROPPED)
    return float((cells[tells] == number).mean()) if tells.any() else 0.0
