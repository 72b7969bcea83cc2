"""Figures drawn on the spot: heads, bodies and marks of their own, on scenes of their own; RGB pictures."""

from __future__ import annotations

import cv2
import numpy as np

SIDE = 240


def drawn_figure(seed: int, size: int = 160) -> tuple[np.ndarray, np.ndarray]:
    """A figure, (size, size, 3), and its mask: every seed gives another of the same class."""
    rng = np.random.default_rng([7, seed])
    figure = np.zeros((160, 160, 3), np.uint8)
    mask = np.zeros((160, 160), np.uint8)
    body, head, mark = (tuple(map(int, rng.integers(30, 256, 3))) for _ in range(3))
    wide, high, round_ = int(rng.integers(30, 62)), int(rng.integers(34, 50)), int(rng.integers(24, 40))
    for sheet, paint in ((figure, body), (mask, 255)):
        if seed % 2:
            cv2.ellipse(sheet, (80, 108), (wide, high), 0, 0, 360, paint, -1)
        else:
            cv2.rectangle(sheet, (80 - wide, 64), (80 + wide, 152), paint, -1)
    for sheet, paint in ((figure, head), (mask, 255)):
        cv2.circle(sheet, (80, 44), round_, paint, -1)
    for _ in range(16):
        where, radius = rng.integers(48, 112, 2), int(rng.integers(3, 8))
        colour = tuple(map(int, rng.integers(0, 256, 3)))
        if rng.random() < 0.5:
            cv2.circle(figure, (int(where[0]), int(where[1] + 20)), radius, colour, -1)
        else:
            corner = int(where[0] + 2 * radius), int(where[1] + 20 + radius)
            cv2.rectangle(figure, (int(where[0]), int(where[1] + 20)), corner, colour, -1)
    apart, wide = int(rng.integers(9, 18)), int(rng.integers(4, 9))
    for x in (80 - apart, 80 + apart):
        cv2.circle(figure, (x, 40), wide, (250, 250, 250), -1)
        cv2.circle(figure, (x + int(rng.integers(-2, 3)), 40), wide // 2, (10, 10, 10), -1)
    cv2.line(figure, (64, 58), (96, 58 + int(rng.integers(-6, 7))), mark, 3)
    how = cv2.INTER_AREA if size < 160 else cv2.INTER_LINEAR
    return cv2.resize(figure, (size, size), interpolation=how), cv2.resize(mask, (size, size), interpolation=how)


def drawn_scene(seed: int) -> np.ndarray:
    """Hills of colours, (240, 240, 3), without a figure."""
    rng = np.random.default_rng([8, seed])
    coarse = rng.integers(20, 236, (6, 6, 3), dtype=np.uint8)
    return cv2.resize(coarse, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)


def figure_in_scene(
    figure: int, scene: int, *, left: int = 40, top: int = 50, size: int = 160, mirrored: bool = False
) -> np.ndarray:
    """A figure set into a scene."""
    drawn, mask = drawn_figure(figure, size)
    if mirrored:
        drawn, mask = drawn[:, ::-1], mask[:, ::-1]
    picture = drawn_scene(scene)
    share = mask[..., None] / 255.0
    place = picture[top : top + size, left : left + size]
    picture[top : top + size, left : left + size] = (drawn * share + place * (1 - share)).astype(np.uint8)
    return picture
