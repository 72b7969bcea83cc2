"""The line through aligned samples."""

from __future__ import annotations

import numpy as np
import pytest

from similarity.absence import NotMeasured
from similarity.align.fit import fit_line

TIMES = np.arange(0, 20, 0.5)


@pytest.mark.parametrize("speed", [0.5, 0.93, 1.0, 1.08, 2.0, -1.0])
@pytest.mark.parametrize("offset", [-3.0, 0.0, 41.5])
def test_an_exact_line_is_recovered(speed, offset):
    fit = fit_line(TIMES, speed * TIMES + offset, searched_speed=speed)
    assert fit.speed_factor == pytest.approx(speed, abs=1e-9)
    assert fit.offset_seconds == pytest.approx(offset, abs=1e-9)
    assert fit.residual_seconds == pytest.approx(0, abs=1e-9)


def test_the_speed_between_two_searched_ones_is_found():
    fit = fit_line(TIMES, 1.04 * TIMES + 5, searched_speed=1.0)
    assert fit.speed_factor == pytest.approx(1.04, abs=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_outliers_and_jitter_hardly_move_the_line(seed):
    rng = np.random.default_rng(seed)
    work = 1.1 * TIMES + 7 + rng.uniform(-0.25, 0.25, len(TIMES))
    work[rng.choice(len(TIMES), 6, replace=False)] += rng.choice([-15.0, 20.0], 6)
    fit = fit_line(TIMES, work, searched_speed=1.1)
    assert fit.speed_factor == pytest.approx(1.1, abs=0.03)
    assert fit.speed_factor * 10 + fit.offset_seconds == pytest.approx(18, abs=0.3)


def test_the_residual_is_the_distance_from_the_line():
    work = TIMES + np.where(np.arange(len(TIMES)) % 2, 0.2, -0.2)
    assert fit_line(TIMES, work, searched_speed=1.0).residual_seconds == pytest.approx(0.2, abs=0.02)


def test_a_moment_held_has_speed_zero_and_its_time_as_offset():
    fit = fit_line(TIMES, np.full(len(TIMES), 12.5), searched_speed=0.0)
    assert (fit.speed_factor, fit.offset_seconds, fit.residual_seconds) == (0.0, 12.5, 0.0)


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_samples_fix_no_line(count):
    fit = fit_line(TIMES[:count], TIMES[:count], searched_speed=1.0)
    assert isinstance(fit.speed_factor, NotMeasured)
    assert isinstance(fit.offset_seconds, NotMeasured)
    assert isinstance(fit.residual_seconds, NotMeasured)


def test_few_close_samples_keep_the_searched_speed():
    fit = fit_line(np.array([3.0, 3.5]), np.array([10.0, 11.0]), searched_speed=1.21)
    assert fit.speed_factor == 1.21


def test_a_slope_far_from_the_searched_one_is_not_believed():
    assert fit_line(TIMES, 1.6 * TIMES, searched_speed=1.0).speed_factor == 1.0
