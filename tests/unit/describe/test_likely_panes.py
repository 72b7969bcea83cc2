"""Where panes may be: layouts composed for the purpose, each pane found as a box."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest

from similarity.describe.conditions import common_area_share
from similarity.describe.likely_panes import MAX_LIKELY, likely_panes

HEIGHT, WIDTH = 288, 512
COUNT = 6


def footage(seed, height, width, count=COUNT, step=7):
    """Views of a textured scene, under a camera that moves aslant."""
    rng = np.random.default_rng(seed)
    tall, wide = height + step * count, width + step * count
    scene = np.zeros((tall, wide, 3), np.float32)
    for cells in (3, 7, 15, 40):
        noise = rng.uniform(-1, 1, (cells, cells, 3)).astype(np.float32)
        scene += cv2.resize(noise, (wide, tall), interpolation=cv2.INTER_CUBIC) * (90 / cells**0.7)
    scene = np.clip(scene + rng.uniform(60, 180, 3), 0, 255).astype(np.uint8)
    return [scene[step * i :, step * i :][:height, :width] for i in range(count)]


def compressed(picture):
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 60])
    return cv2.imdecode(data, cv2.IMREAD_COLOR)


def composed(boxes, *, gutter=0, colour=255):
    """Other footage in each box (thousandths), with gutters of so many dots."""
    canvas = np.full((COUNT, HEIGHT, WIDTH, 3), colour, np.uint8)
    half = gutter // 2
    for seed, box in enumerate(boxes):
        left, top, right, bottom = (round(edge * (WIDTH, HEIGHT)[axis % 2] / 1000) for axis, edge in enumerate(box))
        inner = (left + half, top + half, right - half, bottom - half)
        pictures = footage(seed + 1, inner[3] - inner[1], inner[2] - inner[0])
        for number, picture in enumerate(pictures):
            canvas[number, inner[1] : inner[3], inner[0] : inner[2]] = picture
    return [compressed(picture) for picture in canvas]


def columns(*edges):
    return [(left, 0, right, 1000) for left, right in pairwise((0, *edges, 1000))]


def rows(*edges):
    return [(0, top, 1000, bottom) for top, bottom in pairwise((0, *edges, 1000))]


def grid(num_rows, num_columns):
    across = [round(1000 * number / num_columns) for number in range(num_columns + 1)]
    down = [round(1000 * number / num_rows) for number in range(num_rows + 1)]
    return [(left, top, right, bottom) for top, bottom in pairwise(down) for left, right in pairwise(across)]


def assert_all_found(boxes, found, least=0.85):
    best = {box: max((common_area_share(box, one) for one in found), default=0.0) for box in boxes}
    assert min(best.values()) >= least, best


LAYOUTS = {
    "halves beside each other": columns(500),
    "40 to 60, one above the other": rows(400),
    "30 to 70": columns(300),
    "three columns": columns(333, 667),
    "three rows": rows(333, 667),
    "two by two": grid(2, 2),
    "two by three": grid(2, 3),
    "three by three": grid(3, 3),
    "a large one beside two": [(0, 0, 650, 1000), (650, 0, 1000, 500), (650, 500, 1000, 1000)],
    "unequal, columns apart": [(0, 0, 450, 600), (0, 600, 450, 1000), (450, 0, 1000, 350), (450, 350, 1000, 1000)],
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_pane_of_a_layout_is_found(layout):
    assert_all_found(LAYOUTS[layout], likely_panes(composed(LAYOUTS[layout])))


@pytest.mark.parametrize("colour", [0, 255], ids=["black", "white"])
def test_panes_with_gutters_are_found(colour):
    assert_all_found(grid(2, 2), likely_panes(composed(grid(2, 2), gutter=8, colour=colour)))


@pytest.mark.parametrize("box", [(600, 560, 960, 920), (40, 60, 390, 410), (350, 300, 600, 560)])
def test_an_inset_is_found(box):
    assert_all_found([box], likely_panes(composed([(0, 0, 1000, 1000), box])), 0.8)


def test_a_pane_is_given_without_the_bars_inside_it():
    pictures = composed([(0, 0, 500, 1000), (500, 0, 1000, 1000)])
    for picture in pictures:
        picture[: HEIGHT // 4, : WIDTH // 2] = picture[-HEIGHT // 4 :, : WIDTH // 2] = 0
    assert_all_found([(0, 250, 500, 750)], likely_panes(pictures))


def test_a_disc_is_found_as_a_square_within():
    pictures = composed([(0, 0, 1000, 1000)])
    over, mask = footage(9, HEIGHT, WIDTH), np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.circle(mask, (360, 150), 80, 1, -1)
    for picture, other in zip(pictures, over, strict=True):
        picture[mask > 0] = 255 - other[mask > 0]
    square = (1000 * 296 / WIDTH, 1000 * 86 / HEIGHT, 1000 * 424 / WIDTH, 1000 * 214 / HEIGHT)
    assert_all_found([tuple(round(edge) for edge in square)], likely_panes(pictures), 0.75)


def test_nothing_is_found_in_flat_pictures_or_tiny_ones():
    assert likely_panes([]) == ()
    assert likely_panes([np.full((HEIGHT, WIDTH, 3), 90, np.uint8)] * 3) == ()
    assert likely_panes([np.zeros((20, 300, 3), np.uint8)]) == ()


def test_no_more_are_given_than_the_most():
    assert len(likely_panes(composed(grid(5, 6)))) <= MAX_LIKELY
