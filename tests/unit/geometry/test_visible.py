"""What two frames both show, cut out of each."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from support.renders import textured

from similarity.geometry.visible import visible_parts

WHOLE = (0.0, 0.0, 1.0, 1.0)
HEIGHT, WIDTH = 180, 320
WORK = cv2.cvtColor(textured(3, height=HEIGHT, width=WIDTH), cv2.COLOR_RGB2BGR)


def seen(suspect, transform, *, parts=(WHOLE, WHOLE)):
    return visible_parts(suspect, WORK, np.array(transform, np.float64), parts=parts)


def gap(found) -> float:
    """Mean difference of grey levels inside, clear of the border."""
    here, there = found.suspect[4:-4, 4:-4].astype(float), found.work[4:-4, 4:-4].astype(float)
    return float(np.abs(here - there).mean())


def test_the_same_picture_is_seen_whole():
    found = seen(WORK, np.eye(3))
    assert found.area_share == 1.0
    assert gap(found) < 1.0


def test_of_a_crop_the_part_of_the_work_is_laid():
    suspect = cv2.resize(WORK[45:135, 80:240], (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    found = seen(suspect, [[0.5, 0, 0.25], [0, 0.5, 0.25], [0, 0, 1]])
    assert found.area_share == 1.0
    assert found.work.shape == suspect.shape
    assert gap(found) < 12.0 < gap(seen(suspect, np.eye(3)))


def test_of_an_inset_only_the_inset_is_compared():
    suspect = np.full_like(WORK, 90)
    suspect[45:135, 80:240] = cv2.resize(WORK, (160, 90), interpolation=cv2.INTER_AREA)
    found = seen(suspect, [[2, 0, -0.5], [0, 2, -0.5], [0, 0, 1]])
    assert found.area_share == pytest.approx(0.25, abs=0.03)
    assert gap(found) < 8.0


@pytest.mark.parametrize(
    ("turned", "transform"),
    [
        (WORK[:, ::-1], [[-1, 0, 1], [0, 1, 0], [0, 0, 1]]),
        (WORK[::-1], [[1, 0, 0], [0, -1, 1], [0, 0, 1]]),
        (np.rot90(WORK, -1), [[0, 1, 0], [-1, 0, 1], [0, 0, 1]]),
    ],
    ids=["mirrored", "upside down", "quarter turn"],
)
def test_turned_pictures_are_turned_back(turned, transform):
    found = seen(np.ascontiguousarray(turned), transform)
    assert gap(found) < 1.0


def test_bars_are_left_out():
    found = seen(WORK, np.eye(3), parts=((0.0, 0.125, 1.0, 0.875), WHOLE))
    assert found.area_share == pytest.approx(0.75, abs=0.03)


def test_aslant_no_corner_without_a_picture_is_compared():
    matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), 10, 1.0)
    suspect = cv2.warpAffine(WORK, matrix, (WIDTH, HEIGHT), borderValue=(255, 0, 255))
    back = np.linalg.inv(np.vstack([matrix, [0, 0, 1]]))
    scale = np.diag([WIDTH, HEIGHT, 1.0])
    found = seen(suspect, np.linalg.inv(scale) @ back @ scale)
    assert 0.5 < found.area_share < 0.95
    assert (found.suspect == [255, 0, 255]).all(axis=2).mean() < 0.01


def test_too_little_in_common_is_none():
    assert seen(WORK, [[1, 0, 0.97], [0, 1, 0], [0, 0, 1]]) is None
