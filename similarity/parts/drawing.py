"""A part in the suspect and in the work, side by side, with a box around each, for people to look at."""

from __future__ import annotations

import cv2
import numpy as np

from similarity.describe.conditions import Box
from similarity.media.types import Picture

__all__ = ["draw_both", "draw_box"]

COLOUR = (238, 119, 51)
"""Orange of Paul Tol's colour-blind safe `vibrant` set."""
PAPER = 255
HEIGHT_PIXELS, GAP_PIXELS = 270, 12


def draw_both(suspect: Picture, suspect_box: Box, work: Picture, work_box: Box) -> Picture:
    """The suspect's picture left, the work's right, both 270 pixels high.

    Args:
        suspect: RGB.
        suspect_box: thousandths of it.
        work: RGB.
        work_box: thousandths of it.
    """
    gap = np.full((HEIGHT_PIXELS, GAP_PIXELS, 3), PAPER, np.uint8)
    return np.concatenate([draw_box(suspect, suspect_box), gap, draw_box(work, work_box)], axis=1)


def draw_box(picture: Picture, box: Box) -> Picture:
    """A picture, 270 pixels high, with a box drawn on it.

    Args:
        picture: RGB.
        box: thousandths of it.
    """
    height, width = picture.shape[:2]
    size = (max(1, round(width * HEIGHT_PIXELS / height)), HEIGHT_PIXELS)
    sheet = np.array(cv2.resize(np.ascontiguousarray(picture), size, interpolation=cv2.INTER_AREA), np.uint8)
    corners = [round(edge * side / 1000) for edge, side in zip(box, (*size, *size), strict=True)]
    first, last = (corners[0] + 1, corners[1] + 1), (corners[2] - 2, corners[3] - 2)
    cv2.rectangle(sheet, first, last, (PAPER,) * 3, 5, cv2.LINE_AA)
    cv2.rectangle(sheet, first, last, COLOUR, 3, cv2.LINE_AA)
    return sheet
