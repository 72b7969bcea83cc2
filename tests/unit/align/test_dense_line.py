"""The line that frames follow: found to a fraction of a frame, with an interval; still pictures fix no time."""

from __future__ import annotations

import numpy as np
import pytest
from support.made_windows import made_window

from similarity.align.dense_line import best_line
from similarity.align.dense_window import OUTSIDE, along

SPAN = (2.0, 6.0)
FRAME = 1 / 25


@pytest.mark.parametrize("speed", [0.7, 1.0, 1.31, -1.0])
@pytest.mark.parametrize("off", [-0.3, 0.0, 0.2])
def test_the_line_is_found_from_a_coarse_one(speed, off):
    window = made_window(speed=speed, at=12.0)
    middle = 12.0 + 2 * speed
    found = best_line([window], inside=SPAN, at_seconds=middle + off, speed=speed * 1.08)
    assert found.speed == pytest.approx(speed, abs=0.01)
    assert found.at_seconds == pytest.approx(middle, abs=FRAME)
    assert not found.is_open
    low, high = found.speed_interval(4.0)
    assert low <= speed <= high
    assert high - low < 0.06
    first, last = found.work_interval(2.0)
    assert first <= 12.0 <= last
    assert last - first < 0.3


def test_intervals_cover_the_truth_in_about_as_many_as_they_say():
    hits = []
    for seed in range(40):
        at = 10 + 0.013 * seed
        found = best_line(
            [made_window(at=at, level=0.4, width_seconds=0.15, seed=seed)], inside=SPAN, at_seconds=at + 2.1, speed=1.05
        )
        low, high = found.work_interval(2.0)
        hits.append(low <= at <= high and found.speed_interval(4.0)[0] <= 1.0 <= found.speed_interval(4.0)[1])
    assert np.mean(hits) >= 0.9


def test_a_still_picture_fixes_no_time_and_its_speed_stays_unchanged():
    found = best_line([made_window(width_seconds=50.0)], inside=SPAN, at_seconds=12.0, speed=0.84)
    assert found.is_open
    assert found.speed == 1.0


def test_a_moment_held_still_keeps_its_speed():
    found = best_line([made_window(speed=0.0, at=12.0)], inside=SPAN, at_seconds=12.4, speed=0.0)
    assert found.speed == 0.0
    assert found.at_seconds == pytest.approx(12.0, abs=FRAME)


def test_too_few_frames_give_no_line():
    assert best_line([made_window()], inside=(2.0, 2.1), at_seconds=10.0, speed=1.0) is None


def test_between_frames_of_the_work_agreement_is_interpolated_and_outside_it_there_is_none():
    window = made_window()
    first, step = window.work_seconds[0], window.work_seconds[1] - window.work_seconds[0]
    lines = np.array([[first + step / 4, 0.0], [first - 1.0, 0.0], [window.work_seconds[-1] + 1.0, 0.0]])
    _, values = along([window], lines, 0.0)
    expected = 0.75 * window.agreement[:, 0] + 0.25 * window.agreement[:, 1]
    assert values[0] == pytest.approx(expected, abs=1e-5)
    assert (values[1:] == OUTSIDE).all()
