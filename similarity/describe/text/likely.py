"""Where a picture is likely to hold lines of text: rows of strong edges close together.  Cheap, and no reading.

What it misses is not read; what it takes for text by mistake costs a look of the reader.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

__all__ = ["Boxes", "edges_of", "likely_lines", "share_inside"]

Grey = npt.NDArray[np.uint8]
Boxes = npt.NDArray[np.int32]
"""(n, 4) left, top, right, bottom in dots; right and bottom exclusive."""

_LEAST_EDGE = 80
"""Step in grey levels within three dots that counts as an edge."""
_LEAST_HEIGHT, _MOST_HEIGHT_SHARE = 6, 0.3
_LEAST_LENGTH = 1.5
"""Length over height of a row of edges, at least."""
_LEAST_FILLED = 0.45
"""Share of the row's box that it fills once its gaps are closed, at least."""
_JOINED = 11
"""Gaps between letters that are closed, dots."""


def edges_of(grey: Grey) -> Grey:
    """How much each dot differs from its neighbours: brightest less darkest of 3 x 3 dots, the size of the picture."""
    kernel = np.ones((3, 3), dtype=np.uint8)
    return cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, kernel).astype(np.uint8, copy=False)


def likely_lines(edges: Grey) -> Boxes:
    """Boxes of rows of edges that may be lines of text.

    Args:
        edges: (height, width) as `edges_of` gives them.
    """
    strong = (edges >= _LEAST_EDGE).astype(np.uint8)
    closed = cv2.morphologyEx(strong, cv2.MORPH_CLOSE, np.ones((1, _JOINED), dtype=np.uint8))
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((3, 3), dtype=np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=4)
    left, top, width, height, area = stats[1:].T
    is_line = (
        (height >= _LEAST_HEIGHT)
        & (height <= _MOST_HEIGHT_SHARE * edges.shape[0])
        & (width >= _LEAST_LENGTH * height)
        & (area >= _LEAST_FILLED * width * height)
    )
    found = np.stack([left, top, left + width, top + height], axis=1)[is_line]
    return np.asarray(found, dtype=np.int32)


def share_inside(boxes: Boxes, others: Boxes) -> npt.NDArray[np.float64]:
    """(n,) largest share of each box that lies in one of the others; 0 where there are none.

    Args:
        boxes: (n, 4) boxes.
        others: (m, 4) boxes.
    """
    if not len(boxes) or not len(others):
        return np.zeros(len(boxes))
    begin = np.maximum(boxes[:, None, :2], others[None, :, :2])
    end = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    overlap = np.clip(end - begin, 0, None).prod(axis=2)
    area = np.maximum((boxes[:, 2:] - boxes[:, :2]).prod(axis=1), 1)
    return np.asarray((overlap / area[:, None]).max(axis=1), dtype=np.float64)
