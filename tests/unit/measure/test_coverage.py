"""Coverage of a video by its matches."""

from __future__ import annotations

import pytest

from similarity.measure.coverage import coverage


def test_overlapping_matches_are_counted_once():
    covered = coverage([(0.0, 4.0), (3.0, 6.0), (8.0, 9.0)], 10.0)
    assert covered.covered_seconds == 7.0
    assert covered.fraction == 0.7


def test_what_reaches_beyond_the_end_is_cut_off():
    assert coverage([(8.0, 12.0)], 10.0).covered_seconds == 2.0


def test_what_lies_outside_covers_nothing():
    assert coverage([(12.0, 15.0), (-3.0, -1.0)], 10.0).fraction == 0.0


def test_no_matches_cover_nothing():
    assert coverage([], 10.0).fraction == 0.0


def test_rounding_never_makes_more_than_everything():
    thirds = [(number / 3, (number + 1) / 3) for number in range(30)]
    assert coverage(thirds, 10.0).fraction == pytest.approx(1.0)
    assert coverage(thirds, 10.0).fraction <= 1.0
