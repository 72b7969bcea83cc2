"""Two pictures side by side with lines between corresponding points, for people to look at."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from similarity.geometry.fit import PairFit
from similarity.media.types import Picture

__all__ = ["draw_correspondences"]

COLOURS = ((0, 119, 187), (238, 119, 51), (0, 153, 136))
"""Blue, orange and teal of Paul Tol's colour-blind safe `vibrant` set, in turn."""
PAPER = 255
HEIGHT_PIXELS, GAP_PIXELS = 270, 12
STRENGTH_OF_LINES = 0.6
"""Opacity: the pictures stay visible beneath."""
_FINE = 4  # OpenCV draws to 1/16 of a pixel


def draw_correspondences(
    suspect_picture: Picture, work_picture: Picture, fit: PairFit, *, max_lines: int = 40
) -> Picture:
    """The suspect's picture left, the work's right, both 270 pixels high, and lines between inliers spread over them.

    Args:
        suspect_picture: (height, width, 3) uint8 RGB.
        work_picture: (height, width, 3) uint8 RGB.
        fit: of these two pictures.
        max_lines: lines drawn at most.
    """
    left, right = _scaled(suspect_picture), _scaled(work_picture)
    gap = np.full((HEIGHT_PIXELS, GAP_PIXELS, 3), PAPER, np.uint8)
    sheet = np.concatenate([left, gap, right], axis=1)
    ends = fit.suspect_points * (left.shape[1], HEIGHT_PIXELS)
    others = fit.work_points * (right.shape[1], HEIGHT_PIXELS) + (left.shape[1] + GAP_PIXELS, 0)
    ink = sheet.copy()
    for number, row in enumerate(_far_apart(fit.suspect_points, max_lines)):
        colour = COLOURS[number % len(COLOURS)]
        first, second = (tuple(np.rint(end * 2**_FINE).astype(int).tolist()) for end in (ends[row], others[row]))
        cv2.line(ink, first, second, colour, 1, cv2.LINE_AA, _FINE)
        for end in (first, second):
            cv2.circle(ink, end, 3 << _FINE, colour, 1, cv2.LINE_AA, _FINE)
    return np.asarray(cv2.addWeighted(ink, STRENGTH_OF_LINES, sheet, 1.0 - STRENGTH_OF_LINES, 0.0), np.uint8)


def _scaled(picture: Picture) -> Picture:
    height, width = picture.shape[:2]
    size = (max(1, round(width * HEIGHT_PIXELS / height)), HEIGHT_PIXELS)
    return np.asarray(cv2.resize(np.ascontiguousarray(picture), size, interpolation=cv2.INTER_AREA), np.uint8)


def _far_apart(points: npt.NDArray[np.float32], most: int) -> list[int]:
    """Numbers of points, each the farthest from those before it (Gonzalez 1985)."""
    if not len(points):
        return []
    chosen = [0]
    gaps = np.linalg.norm(points - points[0], axis=1)
    while len(chosen) < min(most, len(points)):
        chosen.append(int(gaps.argmax()))
        gaps = np.minimum(gaps, np.linalg.norm(points - points[chosen[-1]], axis=1))
    return chosen[:most]
