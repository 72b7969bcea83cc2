"""Colours and manner of a picture: equal wherever things stand, lower the more is changed."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest
from support.renders import recompressed, textured

from similarity.describe.descriptors.surface import palette_rows, style_rows

SEEDS = range(4)
BOTH = pytest.mark.parametrize("rows", [palette_rows, style_rows], ids=["palette", "style"])


def likeness(rows, left: np.ndarray, right: np.ndarray) -> float:
    first, second = rows([np.ascontiguousarray(left), np.ascontiguousarray(right)])
    return float(first @ second)


def hue_turned(picture: np.ndarray, steps: int) -> np.ndarray:
    hsv = cv2.cvtColor(picture, cv2.COLOR_RGB2HSV)
    hsv[..., 0] = (hsv[..., 0].astype(int) + steps) % 180
    return cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)


def falls(values: list[float], slack: float = 0.0) -> bool:
    return all(later <= earlier + slack for earlier, later in pairwise(values))


@BOTH
def test_a_picture_is_like_itself(rows):
    assert likeness(rows, textured(1), textured(1)) == pytest.approx(1, abs=1e-4)


@BOTH
def test_rows_are_unit_and_not_negative(rows):
    made = rows([textured(seed, height=60 + 20 * seed) for seed in SEEDS])
    assert made.dtype == np.float32
    assert (made >= 0).all()
    assert np.linalg.norm(made, axis=1) == pytest.approx(np.ones(len(SEEDS)), abs=1e-4)


@BOTH
def test_no_pictures_give_no_rows(rows):
    assert rows([]).shape == (0, rows([textured(0)]).shape[1])


@BOTH
def test_a_flat_picture_has_a_finite_row(rows):
    assert np.isfinite(rows([np.full((50, 70, 3), 90, np.uint8)])).all()


@BOTH
@pytest.mark.parametrize("seed", SEEDS)
def test_where_things_stand_does_not_matter(rows, seed):
    picture = textured(seed)
    for moved in (picture[:, ::-1], picture[::-1], np.roll(picture, (50, 80), (0, 1))):
        assert likeness(rows, picture, moved) > 0.98


@BOTH
def test_compression_changes_little(rows):
    assert likeness(rows, textured(2), recompressed(textured(2), 50)) > 0.97


@pytest.mark.parametrize("seed", SEEDS)
def test_colours_are_the_less_alike_the_more_they_are_washed_out(seed):
    picture = textured(seed)
    grey = cv2.merge([cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)] * 3)
    values = [
        likeness(palette_rows, picture, cv2.addWeighted(picture, 1 - share, grey, share, 0))
        for share in (0.0, 0.25, 0.5, 0.75, 1.0)
    ]
    assert falls(values)
    assert values[-1] < 0.6


@pytest.mark.parametrize("seed", SEEDS)
def test_turned_hues_are_other_colours(seed):
    picture = textured(seed)
    values = [likeness(palette_rows, picture, hue_turned(picture, steps)) for steps in (0, 15, 30)]
    assert falls(values)


def test_colours_that_are_not_shared_have_nothing_in_common():
    red, blue = (np.full((40, 40, 3), colour, np.uint8) for colour in ((160, 90, 80), (80, 90, 160)))
    assert likeness(palette_rows, red, blue) == 0
    half = np.concatenate([red, blue])
    assert likeness(palette_rows, red, half) == pytest.approx(0.5**0.5, abs=0.02)


@pytest.mark.parametrize("seed", SEEDS)
def test_manner_sees_no_colour_and_no_sign(seed):
    picture = textured(seed)
    assert likeness(style_rows, picture, 255 - picture) > 0.999
    assert likeness(style_rows, picture, hue_turned(picture, 60)) > 0.98


@pytest.mark.parametrize("seed", SEEDS)
def test_manner_is_the_less_alike_the_more_is_smoothed_away(seed):
    picture = textured(seed)
    values = [likeness(style_rows, picture, picture)]
    values += [likeness(style_rows, picture, cv2.GaussianBlur(picture, (0, 0), sigma)) for sigma in (1, 2, 4, 8)]
    assert falls(values)
    assert values[-1] < 0.92


def test_manner_is_not_content():
    picture, in_the_same_manner = textured(5), textured(6)
    in_another_manner = cv2.GaussianBlur(picture, (0, 0), 6)
    assert likeness(style_rows, picture, in_the_same_manner) > likeness(style_rows, picture, in_another_manner) + 0.03


@pytest.mark.parametrize("colour", [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (255, 140, 0)])
def test_strong_colours_count(colour):
    flat = np.full((40, 60, 3), colour, dtype=np.uint8)
    assert likeness(palette_rows, flat, flat) == pytest.approx(1, abs=1e-4)
    assert likeness(palette_rows, flat, np.full_like(flat, 128)) == 0
