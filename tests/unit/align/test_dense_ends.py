"""Where a match begins and ends: to the frame, whatever single frames say, and at known cuts rather than near them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.made_windows import made_window

from similarity.align.dense_ends import find_ends
from similarity.align.dense_line import best_line

SPAN = (2.0, 6.0)
CORE = (2.4, 5.6)
FRAME = 1 / 15
EDGES = np.array([0.0, 8.0])


def ends_of(window, *, edges=EDGES):
    line = best_line([window], inside=CORE, at_seconds=12.0, speed=1.0)
    return find_ends([window], line, core=CORE, end_seconds=8.0, cut_seconds=edges)


def without(window, frames, value=0.0):
    """The window with some frames of the suspect showing something else."""
    agreement = window.agreement.copy()
    agreement[frames] = value
    return replace(window, agreement=agreement)


@pytest.mark.parametrize("span", [SPAN, (1.4, 6.2), (2.2, 7.0)])
def test_ends_are_found_to_the_frame(span):
    found = ends_of(made_window(span=span, at=10.0 + span[0] - 2.0))
    first, last = np.ceil(span[0] / FRAME - 1e-6) * FRAME, np.ceil(span[1] / FRAME - 1e-6) * FRAME
    assert found.start.seconds == pytest.approx(first)
    assert found.end.seconds == pytest.approx(last)
    assert found.start.interval[0] <= first <= found.start.interval[1]
    assert found.agreement > 0.8


def test_frames_that_show_something_else_end_nothing():
    window = made_window()
    lost = [number for number in range(32, 88) if number % 6 == 0]
    assert ends_of(without(window, lost)).span == pytest.approx(SPAN)


def test_black_frames_say_nothing_so_that_a_cut_beyond_them_is_the_end():
    window = without(made_window(), range(86, 90))
    black = replace(window, contrast=np.where(np.isin(np.arange(120), range(86, 90)), 0.01, 1.0))
    found = ends_of(black, edges=np.array([0.0, 2.0, 6.0, 8.0]))
    assert found.span == pytest.approx(SPAN)
    assert (found.start.is_at_cut, found.end.is_at_cut) == (True, True)


def test_a_cut_two_frames_away_is_the_end_and_one_further_away_is_not():
    window = without(made_window(), range(88, 90))
    assert ends_of(window, edges=np.array([0.0, 6.0, 8.0])).end.seconds == pytest.approx(6.0)
    assert ends_of(window, edges=np.array([0.0, 6.6, 8.0])).end.seconds == pytest.approx(88 * FRAME)


def test_no_end_is_padded_across_a_cut():
    found = ends_of(made_window(), edges=np.array([0.0, 2.0, 6.0, 8.0]))
    assert found.span == pytest.approx(SPAN)


def test_footage_that_goes_on_otherwise_ends_where_it_leaves_the_line():
    window = made_window(width_seconds=0.5)
    held = window.agreement.copy()
    held[90:105] = held[89]  # the last frame is held for a second
    found = ends_of(replace(window, agreement=held))
    assert found.end.seconds == pytest.approx(6.0, abs=4 * FRAME)


def test_what_agrees_no_better_than_chance_has_no_ends():
    assert ends_of(made_window(level=0.0)) is None


def test_the_end_of_the_suspect_is_that_of_its_last_frame():
    assert ends_of(made_window(span=(2.0, 8.0))).end.seconds == pytest.approx(8.0)
