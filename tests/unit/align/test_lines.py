"""Runs along lines: found where they were planted, with what may be missing in them, and not in noise."""

from __future__ import annotations

import numpy as np
import pytest
from support.planted import line, noise, planted

from similarity.align.lines import FORWARD_SPEEDS, FROZEN, REVERSED, LineRules, find_runs

RULES = LineRules(asked_per_bin=3.0, worst_per_bin=-4.0, missing_cost=0.3, least_gain=1.0, unusual_speed_cost=1.0)
STRONG = 8.0


def is_on(run, start, num_rows, speed, *, slack_bins):
    """Whether a run is the planted line, but for some bins at its ends and beside it."""
    rows, columns = line(start, num_rows, speed)
    shared = np.isin(run.rows, rows)
    apart = np.abs(run.columns[shared] - columns[run.rows[shared] - rows[0]])
    return abs(len(run.rows) - num_rows) <= slack_bins and bool(shared.any()) and apart.max() <= slack_bins


@pytest.mark.parametrize("speed", FORWARD_SPEEDS)
@pytest.mark.parametrize("start", [(0, 0), (7, 25)])
def test_a_line_is_found_at_its_speed_and_offset(speed, start):
    run = find_runs(planted(noise(40, 90), start, 20, speed, value=STRONG), RULES)[0]
    assert is_on(run, start, 20, speed, slack_bins=2)
    assert run.speed == pytest.approx(speed, rel=0.15)


def test_a_line_backwards_is_found():
    run = find_runs(planted(noise(40, 60), (5, 40), 20, -1.0, value=STRONG), RULES)[0]
    assert run.speed == REVERSED
    assert is_on(run, (5, 40), 20, -1.0, slack_bins=1)


def test_one_moment_held_is_found():
    run = find_runs(planted(noise(40, 60), (5, 33), 20, 0.0, value=STRONG), RULES)[0]
    assert run.speed == FROZEN
    assert is_on(run, (5, 33), 20, 0.0, slack_bins=1)


@pytest.mark.parametrize("flaw", [np.nan, -50.0, 0.0], ids=["missing", "very bad", "unlike"])
def test_one_flawed_bin_does_not_break_a_run(flaw):
    matrix = planted(noise(40, 60), (5, 10), 20, 1.0, value=STRONG)
    matrix[15, 20] = flaw
    run = find_runs(matrix, RULES)[0]
    assert is_on(run, (5, 10), 20, 1.0, slack_bins=0)


def test_a_row_without_samples_does_not_break_a_run():
    matrix = planted(noise(40, 60), (5, 10), 20, 1.0, value=STRONG)
    matrix[14:17] = np.nan
    assert is_on(find_runs(matrix, RULES)[0], (5, 10), 20, 1.0, slack_bins=0)


def test_two_lines_are_both_found():
    matrix = planted(planted(noise(60, 80), (2, 50), 15, 1.0, value=STRONG), (30, 5), 20, 1.0, value=STRONG)
    first, second = find_runs(matrix, RULES)[:2]
    assert is_on(first, (30, 5), 20, 1.0, slack_bins=1)
    assert is_on(second, (2, 50), 15, 1.0, slack_bins=1)


@pytest.mark.parametrize("seed", range(4))
def test_noise_alone_gives_no_strong_run(seed):
    runs = find_runs(noise(120, 240, seed=seed), RULES)
    assert max((run.gain for run in runs), default=0.0) < 4.0


def test_runs_come_strongest_first_and_lie_inside_the_matrix():
    matrix = noise(40, 70, seed=3) * 2.0
    runs = find_runs(matrix, RULES)
    assert runs
    assert [run.gain for run in runs] == sorted((run.gain for run in runs), reverse=True)
    for run in runs:
        assert len(run.rows) == len(run.columns)
        assert np.all(np.diff(run.rows) == 1)
        assert 0 <= run.rows[0] <= run.rows[-1] < 40
        assert 0 <= run.columns.min() <= run.columns.max() < 70
        assert run.gain >= RULES.least_gain


def test_no_more_runs_than_asked_for():
    rules = LineRules(asked_per_bin=0.0, max_runs=3)
    assert len(find_runs(noise(50, 50) + 1, rules)) == 3


@pytest.mark.parametrize("shape", [(0, 0), (0, 5), (5, 0)])
def test_an_empty_matrix_has_no_runs(shape):
    assert find_runs(np.zeros(shape, dtype=np.float32), RULES) == []


def test_a_matrix_without_samples_has_no_runs():
    assert find_runs(np.full((6, 6), np.nan, dtype=np.float32), RULES) == []


def test_a_single_strong_bin_is_a_run():
    run = find_runs(np.full((1, 1), STRONG, dtype=np.float32), RULES)[0]
    assert (run.rows.tolist(), run.columns.tolist()) == ([0], [0])
    assert run.gain == pytest.approx(STRONG - RULES.asked_per_bin)


def test_the_matrix_is_left_as_it_was():
    matrix = planted(noise(20, 20), (0, 0), 20, 1.0, value=STRONG)
    before = matrix.copy()
    find_runs(matrix, RULES)
    assert np.array_equal(matrix, before)


class TestCuts:
    """Scene boundaries of the suspect, at which a run may be cut."""

    @staticmethod
    def montage():
        """Two pieces at speed 1 that lie near one line of speed 1.5, on a ridge of lookalikes along it."""
        matrix = planted(noise(40, 60), (5, 5), 20, 1.5, value=4.0)
        return planted(planted(matrix, (5, 6), 10, 1.0, value=STRONG), (15, 22), 10, 1.0, value=STRONG)

    def test_a_run_over_two_pieces_is_cut_where_the_pieces_fit_better(self):
        first, second = sorted(find_runs(self.montage(), RULES, cuts=(15,))[:2], key=lambda run: int(run.rows[0]))
        assert is_on(first, (5, 6), 10, 1.0, slack_bins=1)
        assert is_on(second, (15, 22), 10, 1.0, slack_bins=1)

    def test_a_run_that_goes_on_through_a_cut_stays_whole(self):
        matrix = planted(noise(40, 60), (5, 10), 25, 1.0, value=STRONG)
        assert is_on(find_runs(matrix, RULES, cuts=(12, 20))[0], (5, 10), 25, 1.0, slack_bins=1)

    def test_cuts_outside_a_run_change_nothing(self):
        matrix = planted(noise(40, 60), (5, 10), 20, 1.0, value=STRONG)
        with_cuts, without = (find_runs(matrix, RULES, cuts=cuts) for cuts in ((2, 5, 25, 39), ()))
        assert [run.gain for run in with_cuts] == [run.gain for run in without]
