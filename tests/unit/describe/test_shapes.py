"""Shapes of screens, and what is left of a picture that is cut to fill one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.renders import textured

from similarity.describe.descriptors.composition import CompositionDescriber, ShapedCompositionDescriber
from similarity.describe.shapes import SHAPES, cut_to_shape, nearest_shape, shape_box

ASPECT_OF = {"wide": 16 / 9, "square": 1.0, "tall": 9 / 16}
aspects = st.floats(0.2, 5.0)
shapes = st.sampled_from(SHAPES)


@pytest.mark.parametrize(
    ("width", "height", "shape"),
    [(1920, 1080, "wide"), (1920, 804, "wide"), (1080, 1920, "tall"), (512, 512, "square"), (1080, 1350, "square")],
)
def test_every_picture_has_its_nearest_screen(width, height, shape):
    assert nearest_shape(width / height) == shape


@given(aspects, shapes)
def test_what_is_left_lies_in_the_middle_and_reaches_two_opposite_edges(aspect, shape):
    left, top, right, bottom = shape_box(aspect, shape)
    assert (left + right, top + bottom) == (1000, 1000)
    assert left == 0 or top == 0


@given(aspects, shapes)
def test_what_is_left_has_the_screen_s_shape(aspect, shape):
    left, top, right, bottom = shape_box(aspect, shape)
    assert aspect * (right - left) / (bottom - top) == pytest.approx(ASPECT_OF[shape], rel=0.02)


@given(aspects)
def test_the_whole_is_all_of_it(aspect):
    assert shape_box(aspect, "whole") == (0, 0, 1000, 1000)


def test_a_picture_is_cut_on_both_sides_alike():
    picture = np.arange(90 * 160 * 3, dtype=np.uint32).astype(np.uint8).reshape(90, 160, 3)
    assert np.array_equal(cut_to_shape(picture, "wide"), picture)
    assert np.array_equal(cut_to_shape(picture, "square"), picture[:, 35:125])
    assert cut_to_shape(picture, "tall").shape == (90, 50, 3)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_layout_cut_to_a_screen_is_known_from_the_middle_and_not_from_the_whole(shape):
    whole = CompositionDescriber()
    middle = ShapedCompositionDescriber(whole, shape)
    pictures = [np.ascontiguousarray(textured(seed)) for seed in range(6)]
    cut = [np.ascontiguousarray(cut_to_shape(picture, shape)) for picture in pictures]
    suspect = whole.describe(cut).descriptors
    by_middle = np.diagonal(suspect @ middle.describe(pictures).descriptors.T)
    by_whole = np.diagonal(suspect @ whole.describe(pictures).descriptors.T)
    assert by_middle == pytest.approx(1.0, abs=0.01)
    assert (by_whole <= by_middle + 0.01).all()


def test_shaped_rows_are_a_set_of_their_own_of_the_same_network():
    whole = CompositionDescriber().identity
    names = {ShapedCompositionDescriber(CompositionDescriber(), shape).identity.name for shape in SHAPES}
    assert names == {"composition-wide", "composition-square", "composition-tall"}
    tall = ShapedCompositionDescriber(CompositionDescriber(), "tall").identity
    assert (tall.weights_sha256, tall.dimensions) == (whole.weights_sha256, whole.dimensions)
