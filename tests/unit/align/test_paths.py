"""Pieces of one path joined, echoes dropped."""

from __future__ import annotations

import numpy as np
import pytest

from similarity.align.paths import SamplePath, join_pieces, without_echoes
from similarity.describe.views import AS_IS

SECONDS = np.arange(400) * 0.5
"""Times of suspect and of work samples alike: a bin is half a second."""


def path(first_row, first_column, length, *, speed=1.0, similarity=8.0):
    steps = np.arange(length)
    return SamplePath(
        view=AS_IS,
        rows=first_row + steps,
        columns=first_column + np.round(steps * speed).astype(np.int64),
        zscores=np.full(length, similarity, dtype=np.float32),
        speed=speed,
    )


def joined(*pieces):
    return join_pieces(pieces, SECONDS, SECONDS)


def kept(*paths):
    return without_echoes(paths, SECONDS, SECONDS)


@pytest.mark.parametrize(
    ("speed", "second_column"), [(1.0, 70), (1.5, 80), (-1.0, 30), (0.0, 50)], ids=["on", "faster", "back", "held"]
)
def test_pieces_that_go_on_are_one(speed, second_column):
    (whole,) = joined(path(0, 50, 20, speed=speed), path(20, second_column, 20, speed=speed))
    assert np.array_equal(whole.rows, np.arange(40))
    assert len(whole.columns) == len(whole.zscores) == 40
    assert whole.speed == speed


def test_many_pieces_become_one_in_whatever_order_they_come():
    pieces = [path(20 * number, 100 + 20 * number, 20) for number in (3, 0, 2, 1)]
    (whole,) = joined(*pieces)
    assert np.array_equal(whole.rows, np.arange(80))
    assert np.array_equal(whole.columns, np.arange(100, 180))


def test_joined_pieces_take_the_speed_of_the_longer_one():
    (whole,) = joined(path(0, 50, 5, speed=1.0), path(5, 55, 30, speed=1.1))
    assert whole.speed == 1.1


@pytest.mark.parametrize(
    "second",
    [path(40, 90, 20), path(20, 120, 20), path(20, 70, 20, speed=2.0), path(20, 70, 20, speed=-1.0), path(10, 60, 20)],
    ids=["later", "elsewhere in the work", "faster", "backwards", "at the same time"],
)
def test_pieces_that_do_not_go_on_stay_apart(second):
    assert len(joined(path(0, 50, 20), second)) == 2


def test_a_weaker_neighbour_in_the_same_shot_is_an_echo():
    strong, weak = path(0, 50, 30), path(2, 54, 20, similarity=6.0)
    assert kept(weak, strong) == [strong]


def test_a_clearly_weaker_take_elsewhere_in_the_work_is_an_echo():
    strong, weak = path(0, 50, 30), path(0, 200, 30, similarity=4.0)
    assert kept(weak, strong) == [strong]


def test_the_same_scene_twice_in_the_work_is_two_paths():
    assert len(kept(path(0, 50, 30), path(0, 200, 30))) == 2


def test_another_stretch_of_the_suspect_is_no_echo_however_weak():
    assert len(kept(path(0, 50, 30), path(100, 50, 30, similarity=3.2))) == 2


def test_the_strongest_comes_first():
    weak, strong = path(100, 200, 10, similarity=4.0), path(0, 50, 10, similarity=9.0)
    assert kept(weak, strong) == [strong, weak]


def test_nothing_stays_nothing():
    assert joined() == kept() == []
