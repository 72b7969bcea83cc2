"""What lists of matches are ranked by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from similarity.measure.strength import strength

points = st.floats(min_value=-20, max_value=20)


def test_a_remade_picture_stands_above_an_unrelated_one_that_looks_more_like_a_copy():
    assert strength(2.8, 3.0) > strength(2.9, -3.0)


@given(score=points, odds=points)
def test_an_adaptation_moves_a_match_by_half_a_point_at_most(score, odds):
    assert strength(score, odds) - score == pytest.approx(0.1 * max(-5.0, min(5.0, odds)))


@given(score=points, one=points, other=points)
def test_more_of_either_never_takes_off(score, one, other):
    low, high = sorted((one, other))
    assert strength(score, low) <= strength(score, high)
    assert strength(low, score) <= strength(high, score)
