"""A frame as the axes look at it again, and a suspect's frame beside a work's."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue, check_arrays
from similarity.absence import NotMeasured
from similarity.describe.descriptors.surface import palette_rows, style_rows
from similarity.describe.views import AS_IS, View, turned_as
from similarity.geometry.fit import PairFit
from similarity.geometry.structure import SQUARE_PIXELS, PairStructure, grey_for_structure, pair_structure
from similarity.media.types import Picture

__all__ = ["FrameLook", "PairLook", "frame_look", "pair_look"]

_SURE_EXPONENT = 3.0
"""Powers of ten against chance from which local features say how the work's picture was moved."""
_MIDDLE_GREY = 128
"""Stands where the work's picture does not reach: it has no edges inside."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class FrameLook(ArrayValue):
    """What is kept of one frame."""

    grey: npt.NDArray[np.uint8]
    """(96, 96) grey."""
    palette: npt.NDArray[np.float32]
    """(256,) roots of colour shares."""
    style: npt.NDArray[np.float32]
    """(528,) unit row."""

    def __post_init__(self) -> None:
        check_arrays(self, grey="uint8(96, 96)", palette="float32(256)", style="float32(528)")


@dataclass(frozen=True, slots=True, kw_only=True)
class PairLook:
    """A suspect's frame beside a work's."""

    structure: PairStructure
    """Whether their edges stand in the same places."""
    palette: float
    """Bhattacharyya coefficient of their colours, 0 to 1."""
    style: float
    """Cosine of their manner, 0 to 1."""


def frame_look(picture: Picture) -> FrameLook:
    """Look at an RGB picture."""
    return FrameLook(
        grey=grey_for_structure(picture), palette=palette_rows([picture])[0], style=style_rows([picture])[0]
    )


def pair_look(suspect: FrameLook, work: FrameLook, *, fit: PairFit | NotMeasured, view: View = AS_IS) -> PairLook:
    """Look at two frames side by side.

    Args:
        suspect: the suspect's frame.
        work: the work's frame.
        fit: what local features say of the same two pictures; where they are sure of a transformation, the edges are
            also compared after it, and the better of the two counts.
        view: how the suspect is mirrored or turned where the match was found.
    """
    here = turned_as(suspect.grey, view)
    structure = pair_structure(here, work.grey)
    if (
        isinstance(fit, PairFit)
        and fit.points.chance_exponent >= _SURE_EXPONENT
        and not isinstance(fit.transform, NotMeasured)
    ):
        moved = pair_structure(suspect.grey, _in_frame_of_suspect(work.grey, fit.transform))
        structure = max(structure, moved, key=lambda one: float(one.likeness.sum()))
    return PairLook(
        structure=structure,
        palette=float(suspect.palette @ work.palette),
        style=float(suspect.style @ work.style),
    )


def _in_frame_of_suspect(grey: npt.NDArray[np.uint8], transform: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    """The work's square as it stands in the suspect's frame; grey where it does not reach."""
    scale = np.diag([SQUARE_PIXELS, SQUARE_PIXELS, 1.0])
    matrix = scale @ transform @ np.linalg.inv(scale)
    size = (SQUARE_PIXELS, SQUARE_PIXELS)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpPerspective(grey, matrix, size, flags=flags, borderValue=_MIDDLE_GREY), dtype=np.uint8)
