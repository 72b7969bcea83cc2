"""Similarity in standard deviations above unrelated pictures."""

from __future__ import annotations

import numpy as np
import pytest

from similarity.align.normalise import NUM_NEIGHBOURS, Background
from similarity.align.usual import UNITS, Ground, shipped_ground
from similarity.describe.descriptors.compact import bundled_background
from similarity.describe.descriptors.composition import composition_background


def unit_rows(seed, count, dimensions=64):
    rows = np.random.default_rng(seed).normal(size=(count, dimensions))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def zscores(background, suspect, work):
    return background.zscores(suspect, work, suspect_bias=background.bias(suspect), work_bias=background.bias(work))


@pytest.fixture(scope="module")
def background():
    return Background(unit_rows(0, 400))


def test_unrelated_pictures_have_mean_0_and_deviation_1(background):
    values = zscores(background, unit_rows(1, 150), unit_rows(2, 150))
    assert values.mean() == pytest.approx(0, abs=0.15)
    assert values.std() == pytest.approx(1, abs=0.1)


def test_unrelated_halves_of_the_shipped_background_do_too():
    rows = bundled_background()
    values = zscores(Background(rows[::2]), rows[1::4][:300], rows[3::4][:300])
    assert values.mean() == pytest.approx(0, abs=0.3)
    assert values.std() == pytest.approx(1, abs=0.3)


def test_the_same_picture_stands_far_above_unrelated_ones(background):
    rows = unit_rows(3, 20)
    values = zscores(background, rows, rows)
    assert values.diagonal().min() > 5
    assert values.diagonal().min() > values[~np.eye(20, dtype=bool)].max()


def test_exchanging_suspect_and_work_transposes_the_values(background):
    left, right = unit_rows(4, 7), unit_rows(5, 9)
    assert zscores(background, left, right) == pytest.approx(zscores(background, right, left).T, abs=1e-4)


def test_the_bias_is_the_mean_of_the_nearest_background_pictures(background):
    rows = unit_rows(6, 10)
    expected = np.sort(rows @ background.rows.T, axis=1)[:, -NUM_NEIGHBOURS:].mean(axis=1)
    assert background.bias(rows) == pytest.approx(expected, abs=1e-6)


def test_what_resembles_everything_counts_less(background):
    middle = background.rows.mean(axis=0)
    common = np.stack([background.rows[:3].mean(axis=0) + 0 * middle])
    common /= np.linalg.norm(common)
    rare = unit_rows(7, 1)
    assert background.bias(common.astype(np.float32))[0] > background.bias(rare)[0]
    assert zscores(background, common, common)[0, 0] < zscores(background, rare, rare)[0, 0]


def test_the_unit_is_the_same_in_every_library_whatever_it_adds():
    rows, films = composition_background(), [np.repeat(composition_background()[n : n + 1], 50, axis=0) for n in (3, 8)]
    grounds = [Ground(rows, own, unit=UNITS["composition"]).background for own in ([], films[:1], films)]
    no_bias = {"suspect_bias": np.zeros(20, dtype=np.float32), "work_bias": np.zeros(30, dtype=np.float32)}
    alone, *added = (ground.zscores(rows[:20], rows[20:50], **no_bias) for ground in grounds)
    assert all((values == alone).all() for values in added)
    assert grounds[1].bias(films[0][:1])[0] > grounds[0].bias(films[0][:1])[0]


def test_unrelated_pictures_lie_below_the_unit_in_which_the_calibrations_were_fitted():
    for name, unit in UNITS.items():
        alone = Background(shipped_ground(name).rows).unit
        assert alone.deviation < unit.deviation < 1.2 * alone.deviation
        assert shipped_ground(name).unit == unit


def test_no_samples_give_no_values(background):
    nothing = np.zeros((0, 64), dtype=np.float32)
    assert zscores(background, nothing, unit_rows(1, 3)).shape == (0, 3)


@pytest.mark.parametrize("shape", [(15, 64), (0, 64), (64,)])
def test_too_little_background_is_refused(shape):
    with pytest.raises(ValueError, match="at least 16 unit rows"):
        Background(np.zeros(shape, dtype=np.float32))
