"""The axes of a match: each in its own unit, each with its place among unrelated footage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from similarity.absence import NotMeasured
from similarity.align.fit import LineFit
from similarity.align.values import AlignedMatch
from similarity.describe.views import AS_IS
from similarity.measure.axes import concept_axis, copied_axis, percentile_among, verbatim_axis

MISSING = NotMeasured(reason="not fitted in this test")
NOTHING = np.zeros((0,), dtype=np.float32)


def match_of(*, deviations=(5.0, 7.0), bits=(10, 100), quality=100):
    count = len(deviations)
    return AlignedMatch(
        work_id="work",
        suspect_start_seconds=0.0,
        suspect_end_seconds=1.0,
        work_start_seconds=0.0,
        work_end_seconds=1.0,
        alignment_score=4.0,
        score=4.0,
        fit=LineFit(speed_factor=MISSING, offset_seconds=MISSING, residual_seconds=MISSING),
        view=AS_IS,
        suspect_rows=np.arange(count),
        work_rows=np.arange(count),
        deviations=np.array(deviations, dtype=np.float32),
        pdq_distance_bits=np.array(bits, dtype=np.int64),
        pdq_quality=np.full(count, quality, dtype=np.uint8),
        num_supporting=count,
        num_available=count,
    )


def unit_rows(seed, count, dimensions=16):
    rows = np.random.default_rng(seed).normal(size=(count, dimensions))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize(("bits", "share"), [((0, 0), 1.0), ((31, 32), 0.5), ((32, 256), 0.0)])
def test_verbatim_is_the_share_within_the_published_distance(bits, share):
    axis = verbatim_axis(match_of(bits=bits), distance_bits=31)
    assert (axis.axis, axis.value, axis.num_samples) == ("verbatim", share, 2)
    assert isinstance(axis.background_percentile, NotMeasured)


def test_verbatim_is_not_measured_where_no_hash_can_be_trusted():
    axis = verbatim_axis(match_of(bits=(0, 0), quality=10), distance_bits=31)
    assert isinstance(axis.value, NotMeasured)
    assert axis.num_samples == 0


def test_copied_is_the_mean_deviation_with_its_percentile():
    axis = copied_axis(match_of(deviations=(2.0, 4.0)), np.array([1.0, 2.0, 2.9, 3.1], dtype=np.float32))
    assert (axis.axis, axis.value, axis.num_samples) == ("copied", 3.0, 2)
    assert axis.background_percentile == 75.0


def test_identical_pictures_have_a_concept_of_one_above_all_background():
    rows = unit_rows(1, 5)
    axis = concept_axis(rows, rows, unit_rows(2, 40))
    assert axis.value == pytest.approx(1.0, abs=1e-5)
    assert axis.background_percentile == 100.0


def test_opposite_pictures_have_a_concept_of_minus_one_below_all_background():
    rows = unit_rows(1, 5)
    axis = concept_axis(rows, -rows, unit_rows(2, 40))
    assert axis.value == pytest.approx(-1.0, abs=1e-5)
    assert axis.background_percentile == 0.0


def test_concept_pairs_row_with_row():
    rows = unit_rows(1, 5)
    assert concept_axis(rows, rows[::-1], MISSING).value == pytest.approx(
        np.mean([float(left @ right) for left, right in zip(rows, rows[::-1], strict=True)]), abs=1e-5
    )


def test_concept_without_background_says_why():
    axis = concept_axis(unit_rows(1, 3), unit_rows(2, 3), MISSING)
    assert axis.background_percentile == MISSING
    assert -1 <= axis.value <= 1


@pytest.mark.parametrize(
    "axis", [lambda none: percentile_among(1.0, none), lambda none: copied_axis(match_of(), none).background_percentile]
)
def test_without_background_there_is_no_percentile(axis):
    percentile = axis(NOTHING)
    assert isinstance(percentile, NotMeasured)
    assert "similarity add --background" in percentile.reason


values = st.lists(st.integers(-20, 20).map(float), min_size=1, max_size=30)


@settings(max_examples=50, deadline=None)
@given(values, st.integers(-25, 25).map(float))
def test_a_percentile_is_the_share_that_lies_lower(background, value):
    percentile = percentile_among(value, np.array(background, dtype=np.float32))
    assert percentile == pytest.approx(100 * sum(other < value for other in background) / len(background))
    assert 0 <= percentile <= 100


@settings(max_examples=50, deadline=None)
@given(values, st.integers(-25, 25).map(float), st.integers(-25, 25).map(float))
def test_a_higher_value_never_has_a_lower_percentile(background, one, other):
    background = np.array(background, dtype=np.float32)
    assert percentile_among(min(one, other), background) <= percentile_among(max(one, other), background)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 256), min_size=1, max_size=20), st.integers(0, 256), st.integers(0, 256))
def test_a_wider_distance_never_lowers_verbatim(bits, one, other):
    match = match_of(deviations=(1.0,) * len(bits), bits=bits)
    near, far = (verbatim_axis(match, distance_bits=limit).value for limit in sorted((one, other)))
    assert 0 <= near <= far <= 1
