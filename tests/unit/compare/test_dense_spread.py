"""How exactly the change of the picture is known, from pairs of frames that were fitted alone."""

from __future__ import annotations

import numpy as np
import pytest

from similarity.absence import NotMeasured
from similarity.compare.dense_spread import picture_spread


def crop(scale=0.8, left=0.1, top=0.15):
    return np.array([[scale, 0.0, left], [0.0, scale, top], [0.0, 0.0, 1.0]])


def spread(singles, *, others=(), seconds=None):
    times = np.arange(len(singles), dtype=float) if seconds is None else np.array(seconds)
    return picture_spread(crop(), singles, others, suspect_seconds=times)


def test_pairs_that_agree_leave_a_thousandth():
    found = spread([crop()] * 6)
    assert found.scale == pytest.approx((0.795, 0.801))  # it may have been pulled towards 1
    assert found.across == pytest.approx((0.499, 0.501))
    assert found.down == pytest.approx((0.549, 0.551))


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    rng = np.random.default_rng(1)
    held = []
    for _ in range(300):
        singles = [crop(0.8 + gap) for gap in rng.normal(0, 0.01, 8)]
        joint = crop(0.8 + float(np.mean([one[0, 0] for one in singles])) - 0.8)
        found = picture_spread(joint, singles, (), suspect_seconds=np.arange(8.0))
        held.append(found.scale[0] <= 0.8 <= found.scale[1])
    assert 0.93 <= np.mean(held) <= 1.0


def test_frames_close_in_time_count_as_one():
    few = spread([crop(0.8 + 0.002 * step) for step in range(8)], seconds=[0, 0.01, 0.02, 0.4, 0.41, 0.8, 0.81, 0.82])
    many = spread([crop(0.8 + 0.002 * step) for step in range(8)])
    assert few.scale[1] - few.scale[0] > many.scale[1] - many.scale[0]
    assert isinstance(spread([crop()] * 6, seconds=[0.1] * 6).scale, NotMeasured)


def test_what_another_time_makes_up_for_widens_them():
    found = spread([crop()] * 6, others=[crop(0.78), crop(0.8, left=0.11)])
    assert found.scale[0] == pytest.approx(0.775)
    assert found.across[1] == pytest.approx(0.511)


def test_what_the_pictures_leave_open_is_said():
    found = spread([crop(0.8, left=0.1 + gap) for gap in (-0.1, 0.1, -0.08, 0.09)])
    assert isinstance(found.across, NotMeasured)
    assert not isinstance(found.down, NotMeasured)
