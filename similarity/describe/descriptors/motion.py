"""`motion`: how the picture moves at a sample, whatever it shows.

Dense optical flow (DIS; Kroeger et al., ECCV 2016) between the sample and a frame a little later, averaged over a grid
of 4 x 3 cells, as one unit row: where things move to, not how they look.  A camera's pan moves all cells alike, a
walking figure some of them.  A sample in which next to nothing moves has a row of zeros, which resembles nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from similarity.absence import not_measured
from similarity.describe.types import DescribedPictures, DescriberIdentity, Move
from similarity.media.types import Picture

__all__ = ["MotionDescriber", "flow_field"]

GRID_COLUMNS, GRID_ROWS = 4, 3
DIMENSIONS = 2 * GRID_COLUMNS * GRID_ROWS
"""Components of a row: (rows, columns, across and down)."""
_SIDE_PIXELS = 112
LEAST_SPEED = 0.005
"""Mean speed of the cells, frame sides a second, from which a sample counts as moving."""


class MotionDescriber:
    """Flow between each sample and the frame that follows it a little later."""

    identity = DescriberIdentity(
        name="motion",
        version="dis-flow-4x3-1",
        weights_sha256=not_measured("an algorithm without weights"),
        kind="float",
        dimensions=DIMENSIONS,
    )

    def describe_moves(self, moves: Sequence[Move | None]) -> DescribedPictures:
        """Describe a batch: (n, 24) float32 unit rows, zeros where nothing moves or no frame follows.

        Rounded to the fp16 in which they are stored.  `quality` is 100 where something moves, else 0.
        """
        rows = np.zeros((len(moves), DIMENSIONS), dtype=np.float32)
        for row, move in zip(rows, moves, strict=True):
            if move is not None:
                row[:] = _unit(flow_field(move))
        quality = np.where(rows.any(axis=1), 100, 0).astype(np.uint8)
        return DescribedPictures(descriptors=rows.astype(np.float16).astype(np.float32), quality=quality)


def flow_field(move: Move) -> npt.NDArray[np.float32]:
    """(3, 4, 2) mean flow of each cell, across and down, in frame widths and heights a second."""
    before, after = _grey_square(move.before), _grey_square(move.after)
    flow = _flow().calc(before, after, None)  # type: ignore[call-overload]  # None asks for a new field
    cells = cv2.resize(flow, (GRID_COLUMNS, GRID_ROWS), interpolation=cv2.INTER_AREA)
    return np.asarray(cells / (_SIDE_PIXELS * move.seconds), dtype=np.float32)


def _flow() -> cv2.DISOpticalFlow:
    return cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)


def _unit(field: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    if float(np.linalg.norm(field, axis=2).mean()) < LEAST_SPEED:
        return np.zeros(DIMENSIONS, dtype=np.float32)
    return np.asarray(field.ravel() / np.linalg.norm(field), dtype=np.float32)


def _grey_square(picture: Picture) -> npt.NDArray[np.uint8]:
    size = (_SIDE_PIXELS, _SIDE_PIXELS)
    grey = cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
