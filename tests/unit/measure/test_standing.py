"""A place among others: what chance gives, ties and those that reach nothing, and when nothing is said."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from similarity.absence import NotMeasured
from similarity.measure.standing import LEAST_OTHERS, rank_among

values = st.lists(st.floats(-50, 50), min_size=LEAST_OTHERS, max_size=60)


def test_fewer_others_than_one_in_twenty_needs_give_no_rank():
    absent = rank_among(9.0, [0.0] * (LEAST_OTHERS - 2), num_nothing=1)
    assert isinstance(absent, NotMeasured)
    assert "only 18 others, 19 needed" in str(absent.reason)
    assert not isinstance(rank_among(9.0, [0.0] * (LEAST_OTHERS - 2), num_nothing=2), NotMeasured)


def test_under_exchange_a_value_stands_above_all_others_once_in_twenty():
    rng = np.random.default_rng(0)
    first = sum(rank_among(*_one_and_others(rng)).rank == 1 for _ in range(20_000))
    assert first / 20_000 == pytest.approx(1 / (LEAST_OTHERS + 1), abs=0.01)


def _one_and_others(rng):
    drawn = rng.normal(size=LEAST_OTHERS + 1)
    return float(drawn[0]), drawn[1:].tolist()


@given(values, st.floats(-50, 50))
def test_the_rank_counts_those_that_reach_as_much(others, value):
    found = rank_among(value, others)
    assert found.rank == 1 + sum(other >= value for other in others)
    assert found.num_others == len(others)
    assert found.median <= found.nine_tenths <= found.highest == max(others)
    assert sum(other <= found.nine_tenths for other in others) >= 0.9 * len(others)


def test_others_that_reach_nothing_stand_below_everything():
    found = rank_among(-40.0, [-60.0, 2.0], num_nothing=20)
    assert (found.rank, found.num_others, found.num_nothing) == (2, 22, 20)
    assert isinstance(found.median, NotMeasured)
    assert found.highest == 2.0
