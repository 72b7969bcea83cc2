"""Views: parts of pictures, and panes that stay the same pane through the scenes of a video."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from similarity.describe.views import AS_IS, MIRRORED, TURNED, PaneTracks, View, seen_through, turning

PICTURE = np.arange(40 * 60 * 3, dtype=np.uint32).reshape(40, 60, 3).astype(np.uint8)


def pane(left, top, right, bottom):
    return left, top, right, bottom


def test_the_whole_picture_as_it_is_is_not_touched():
    assert np.array_equal(seen_through(PICTURE, AS_IS), PICTURE)


def test_mirrored_is_left_to_right():
    assert np.array_equal(seen_through(PICTURE, MIRRORED), PICTURE[:, ::-1])


def test_a_pane_is_its_part_of_the_picture_mirrored_after_it_was_cut_out():
    right_half = View(region="pane", box=(500, 0, 1000, 1000), is_mirrored=False)
    assert np.array_equal(seen_through(PICTURE, right_half), PICTURE[:, 30:])
    turned = View(region="pane", box=(500, 0, 1000, 1000), is_mirrored=True)
    assert np.array_equal(seen_through(PICTURE, turned), PICTURE[:, 30:][:, ::-1])


@given(st.tuples(*[st.integers(0, 999)] * 2), st.tuples(*[st.integers(1, 400)] * 2))
def test_every_box_shows_at_least_a_dot(corner, size):
    (left, top), (width, height) = corner, size
    box = (left, top, min(1000, left + width), min(1000, top + height))
    assert min(seen_through(PICTURE, View(region="pane", box=box, is_mirrored=False)).shape[:2]) >= 1


class TestPaneTracks:
    def test_a_pane_of_a_later_scene_continues_that_of_an_earlier_one(self):
        tracks = PaneTracks()
        first = tracks.boxes([pane(100, 100, 600, 600)])
        assert tracks.boxes([pane(105, 98, 604, 603)]) == first

    def test_another_pane_gets_a_box_of_its_own(self):
        tracks = PaneTracks()
        first = tracks.boxes([pane(0, 0, 500, 1000)])
        assert tracks.boxes([pane(500, 0, 1000, 1000)]) == ((500, 0, 1000, 1000),)
        assert tracks.boxes([pane(0, 0, 500, 1000)]) == first

    def test_two_panes_of_one_scene_never_share_a_box(self):
        tracks = PaneTracks()
        tracks.boxes([pane(100, 100, 600, 600)])
        both = tracks.boxes([pane(100, 100, 600, 600), pane(105, 100, 605, 600)])
        assert len(set(both)) == 2

    def test_order_within_a_scene_does_not_exchange_panes(self):
        tracks = PaneTracks()
        left, right = tracks.boxes([pane(0, 0, 500, 1000), pane(500, 0, 1000, 1000)])
        assert tracks.boxes([pane(500, 0, 1000, 1000), pane(0, 0, 500, 1000)]) == (right, left)


@pytest.mark.parametrize("view", [AS_IS, MIRRORED])
def test_views_are_keys(view):
    assert {view: 1}[replace(view)] == 1


TURNS = (*TURNED, AS_IS, MIRRORED)


@pytest.mark.parametrize("view", TURNS)
def test_the_matrix_of_a_view_says_where_it_puts_each_place(view):
    shown = seen_through(PICTURE, view)
    for row, column in ((0, 0), (3, 17), (39, 59), (20, 5)):
        place = np.array([(column + 0.5) / 60, (row + 0.5) / 40, 1.0])
        x, y, _ = turning(view) @ place
        height, width = shown.shape[:2]
        assert np.array_equal(shown[int(y * height), int(x * width)], PICTURE[row, column])


def test_a_quarter_turn_is_clockwise():
    shown = seen_through(PICTURE, TURNED[0])
    assert np.array_equal(shown[0, -1], PICTURE[0, 0])
    assert np.array_equal(shown, np.rot90(PICTURE, -1))


def test_upside_down_is_top_for_bottom():
    assert np.array_equal(seen_through(PICTURE, TURNED[4]), PICTURE[::-1])
