"""Boundary scores on cases worked out by hand."""

from __future__ import annotations

import pytest

from similarity.evaluate.boundaries import boundary_scores


def test_one_found_boundary_answers_for_one_true_one():
    precision, recall, f1 = boundary_scores([1.0, 1.1, 5.0], [1.05, 9.0], 0.2)
    assert precision == pytest.approx(1 / 3)
    assert recall == pytest.approx(1 / 2)
    assert f1 == pytest.approx(0.4)


def test_nothing_is_defined():
    assert boundary_scores([], [], 0.2) == (1.0, 1.0, 1.0)
    assert boundary_scores([], [1.0], 0.2) == (1.0, 0.0, 0.0)
    assert boundary_scores([1.0], [], 0.2) == (0.0, 1.0, 0.0)


def test_order_does_not_matter():
    assert boundary_scores([5.0, 1.0], [1.0, 5.0], 0.0) == (1.0, 1.0, 1.0)


def test_a_negative_tolerance_is_refused():
    with pytest.raises(ValueError, match="tolerance_seconds"):
        boundary_scores([], [], -1)
