"""What networks and shapes have in common is worked out once, and is what each would work out alone."""

from __future__ import annotations

import numpy as np
import pytest
from support.footage import moving_pattern

from similarity.config import DescribeConfig
from similarity.describe.choose import choose_describers
from similarity.describe.descriptors.motion import MotionDescriber


@pytest.mark.parametrize(("width", "height"), [(160, 90), (90, 160), (120, 90)])
def test_describers_of_one_run_give_what_each_gives_alone(width, height):
    runs = [moving_pattern(5, width, height, seed=1), moving_pattern(3, width, height, seed=2)]
    together = choose_describers(DescribeConfig(use_clip="never")).describers
    found = [{one.identity.name: one.describe(run).descriptors for one in looking(together)} for run in runs]
    for number in range(len(looking(together))):
        alone = looking(choose_describers(DescribeConfig(use_clip="never")).describers)[number]
        for run, rows in zip(runs, found, strict=True):
            assert np.array_equal(alone.describe(list(run)).descriptors, rows[alone.identity.name]), alone.identity
    is_wide = np.array_equal(found[0]["composition-wide"], found[0]["composition"])
    assert is_wide == (width == 160)


def looking(describers):
    """Those that look at pictures, not at how they move."""
    return [one for one in describers if not isinstance(one, MotionDescriber)]
