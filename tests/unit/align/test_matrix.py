"""Time bins at their borders."""

from __future__ import annotations

import numpy as np
import pytest

from similarity.align.matrix import TimeBins, bin_matrix


@pytest.mark.parametrize("rate", [2, 3, 10, 24000 / 1001])
def test_samples_on_a_grid_fall_into_a_bin_each(rate):
    seconds = np.arange(5000) / rate
    assert np.array_equal(TimeBins.of(seconds, 1 / rate).bin_of_sample, np.arange(5000))


def test_a_bin_without_samples_is_a_gap():
    rows, columns = TimeBins.of(np.array([0.0, 1.1]), 0.5), TimeBins.of(np.array([0.0]), 0.5)
    binned = bin_matrix(np.array([[1.0], [2.0]], dtype=np.float32), rows, columns)
    assert binned[:, 0].tolist() == pytest.approx([1.0, np.nan, 2.0], nan_ok=True)


def test_no_samples_have_no_bins():
    nothing, one = TimeBins.of(np.zeros(0), 0.5), TimeBins.of(np.zeros(1), 0.5)
    assert nothing.num_bins == 0
    assert bin_matrix(np.zeros((0, 1), dtype=np.float32), nothing, one).shape == (0, 1)
