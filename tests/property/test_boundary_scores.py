"""Laws of boundary scores."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from similarity.evaluate.boundaries import boundary_scores

seconds = st.lists(st.integers(0, 60).map(lambda tenths: tenths / 4), max_size=12)
tolerances = st.sampled_from([0.0, 0.25, 0.5, 1.0])


@settings(max_examples=50)
@given(seconds, seconds, tolerances)
def test_matching_is_as_large_as_the_best_assignment(found, true, tolerance):
    near = np.abs(np.subtract.outer(found, true)) <= tolerance if found and true else np.zeros((1, 1), bool)
    rows, columns = linear_sum_assignment(~near)
    best = int(near[rows, columns].sum())
    precision, recall, f1 = boundary_scores(found, true, tolerance)
    assert precision == (best / len(found) if found else 1.0)
    assert recall == (best / len(true) if true else 1.0)
    assert f1 == (2 * best / (len(found) + len(true)) if found or true else 1.0)


@settings(max_examples=50)
@given(seconds, seconds, tolerances)
def test_changing_sides_exchanges_precision_and_recall(found, true, tolerance):
    precision, recall, f1 = boundary_scores(found, true, tolerance)
    assert boundary_scores(true, found, tolerance) == (recall, precision, f1)


@settings(max_examples=50)
@given(seconds, tolerances)
def test_the_truth_is_perfect(true, tolerance):
    assert boundary_scores(true, true, tolerance) == (1.0, 1.0, 1.0)


@settings(max_examples=50)
@given(seconds, seconds)
def test_more_tolerance_never_lowers_a_score(found, true):
    scores = [boundary_scores(found, true, tolerance) for tolerance in (0.0, 0.25, 0.5, 2.0)]
    assert all(left <= right for one, other in pairwise(scores) for left, right in zip(one, other, strict=True))
