"""Frames with known edits: pictures with something put over, around or out of them, and where."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from support.renders import textured

Composite = tuple[np.ndarray, np.ndarray, np.ndarray]
"""The suspect's picture, where something was added, and the transformation to the work in fractions."""

SAME_PLACE = np.eye(3)


def scene(seed: int) -> np.ndarray:
    """A textured picture of the size that reports show."""
    return textured(seed, height=270, width=480)


def pasted(work: np.ndarray, seed: int) -> Composite:
    """A textured object of another picture, an ellipse."""
    mask = np.zeros(work.shape[:2], np.uint8)
    height, width = mask.shape
    cv2.ellipse(mask, (width // 2, height // 2), (width // 6, height // 4), 0, 0, 360, 1, -1)
    other = cv2.resize(scene(seed + 100), (width, height))
    return np.where(mask[..., None] > 0, other, work), mask > 0, SAME_PLACE


def with_logo(work: np.ndarray, seed: int) -> Composite:
    """A plain coloured plate with letters in a corner."""
    height, width = work.shape[:2]
    suspect, mask = work.copy(), np.zeros((height, width), np.bool_)
    top, left, bottom, right = height // 16, width * 2 // 3, height * 5 // 16, width * 15 // 16
    mask[top:bottom, left:right] = True
    suspect[mask] = (200, 30, 30) if seed % 2 else (20, 60, 160)
    cv2.putText(suspect, "LOGO", (left + 10, bottom - 15), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (255, 255, 255), 3)
    return suspect, mask, SAME_PLACE


def with_caption(work: np.ndarray, seed: int) -> Composite:
    """Two lines of white letters with black edges."""
    del seed
    suspect, letters = work.copy(), np.zeros(work.shape[:2], np.uint8)
    for line, words in enumerate(("THE QUICK BROWN FOX JUMPS", "OVER THE LAZY DOG AGAIN")):
        place = (20, work.shape[0] - 65 + 36 * line)
        cv2.putText(letters, words, place, cv2.FONT_HERSHEY_SIMPLEX, 0.9, 255, 3)
    # not by a wider stroke: some versions of OpenCV draw every width alike
    edged = cv2.dilate(letters, np.ones((7, 7), np.uint8))
    suspect[edged > 0] = 0
    suspect[letters > 127] = 255
    return suspect, cv2.morphologyEx(edged, cv2.MORPH_CLOSE, np.ones((17, 17))) > 0, SAME_PLACE


def with_bars(work: np.ndarray, seed: int) -> Composite:
    """The whole picture pressed between black bars."""
    del seed
    height, width = work.shape[:2]
    bar = height // 7
    inner = height - 2 * bar
    suspect, mask = np.zeros_like(work), np.ones((height, width), np.bool_)
    suspect[bar : bar + inner] = cv2.resize(work, (width, inner), interpolation=cv2.INTER_AREA)
    mask[bar : bar + inner] = False
    stretch = height / inner
    return suspect, mask, np.array([[1, 0, 0], [0, stretch, -bar / inner], [0, 0, 1]])


def in_a_border(work: np.ndarray, seed: int) -> Composite:
    """The picture set into another one."""
    height, width = work.shape[:2]
    suspect, mask = cv2.resize(scene(seed + 200), (width, height)), np.ones((height, width), np.bool_)
    top, left, inner = height // 5, width // 8, (height * 3 // 5, width * 3 // 5)
    suspect[top : top + inner[0], left : left + inner[1]] = cv2.resize(work, inner[::-1], interpolation=cv2.INTER_AREA)
    mask[top : top + inner[0], left : left + inner[1]] = False
    across, down = width / inner[1], height / inner[0]
    return suspect, mask, np.array([[across, 0, -left / inner[1]], [0, down, -top / inner[0]], [0, 0, 1]])


def resurfaced(work: np.ndarray, seed: int) -> np.ndarray:
    """The same edges under paints that change from place to place, half of them negatives: no grading does that."""
    rng, (height, width) = np.random.default_rng(seed), work.shape[:2]
    gain = rng.uniform(0.5, 1.2, (4, 7, 3)) * rng.choice([-1, 1], (4, 7, 1))
    paint = rng.uniform(70, 185, (4, 7, 3))
    gain, paint = (cv2.resize(plane, (width, height), interpolation=cv2.INTER_NEAREST) for plane in (gain, paint))
    rest = work - cv2.GaussianBlur(work, (0, 0), 20).astype(np.float32)
    return np.clip(cv2.GaussianBlur(paint, (0, 0), 4) + cv2.GaussianBlur(gain, (0, 0), 4) * rest, 0, 255).astype(
        np.uint8
    )


COMPOSITES: dict[str, Callable[[np.ndarray, int], Composite]] = {
    "pasted object": pasted,
    "logo": with_logo,
    "caption": with_caption,
    "bars": with_bars,
    "inset": in_a_border,
}


def cropped(work: np.ndarray, share: float) -> tuple[np.ndarray, np.ndarray]:
    """The middle of the picture, blown up, and the transformation."""
    height, width = work.shape[:2]
    margin = (1 - share) / 2
    rows, columns = (
        slice(round(margin * height), round((1 - margin) * height)),
        slice(round(margin * width), round((1 - margin) * width)),
    )
    matrix = np.array([[share, 0, margin], [0, share, margin], [0, 0, 1]])
    return cv2.resize(work[rows, columns], (width, height), interpolation=cv2.INTER_CUBIC), matrix
