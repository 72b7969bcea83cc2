"""Laws of half-open intervals, their union and coverage; times are whole ticks, so that sums are exact."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from similarity.absence import NotMeasured
from similarity.intervals import clipped, common_share, holds, meets, overlap_seconds, union, union_seconds
from similarity.measure.coverage import coverage

TICKS = 60

times = st.integers(-10, TICKS + 10)
intervals = st.tuples(times, times).map(lambda ends: (float(min(ends)), float(max(ends))))
lists = st.lists(intervals, max_size=8)
totals = st.integers(1, TICKS).map(float)
law = settings(max_examples=60)


def moments(*spans):
    """The ticks that lie in any interval: the slow, obvious form of a union."""
    return {tick for start, end in spans for tick in range(int(start), int(end))}


@law
@given(lists)
def test_union_covers_the_same_moments(spans):
    assert moments(*union(spans)) == moments(*spans)
    assert union_seconds(spans) == len(moments(*spans))


@law
@given(lists)
def test_union_is_ordered_disjoint_and_without_empty_parts(spans):
    joined = union(spans)
    assert all(start < end for start, end in joined)
    assert all(left[1] < right[0] for left, right in pairwise(joined))


@law
@given(lists)
def test_union_is_idempotent(spans):
    assert union(union(spans)) == union(spans)


@law
@given(lists, st.randoms(use_true_random=False))
def test_union_is_commutative(spans, random):
    shuffled = random.sample(spans, len(spans))
    assert union(shuffled) == union(spans)


@law
@given(lists, lists)
def test_union_is_associative(left, right):
    assert union([*union(left), *union(right)]) == union([*left, *right])


@law
@given(lists, intervals)
def test_adding_an_interval_never_shortens_the_union(spans, more):
    assert union_seconds(spans) <= union_seconds([*spans, more]) <= union_seconds(spans) + more[1] - more[0]


@law
@given(intervals, intervals)
def test_overlap_is_commutative_and_counts_the_shared_moments(left, right):
    assert overlap_seconds(left, right) == overlap_seconds(right, left) == len(moments(left) & moments(right))


@law
@given(intervals, intervals)
def test_inclusion_and_exclusion(left, right):
    lengths = left[1] - left[0] + right[1] - right[0]
    assert union_seconds([left, right]) == lengths - overlap_seconds(left, right)


@law
@given(intervals, intervals)
def test_clipping_keeps_the_moments_inside_the_bounds(span, bounds):
    start, end = clipped(span, bounds)
    assert bounds[0] <= start <= end <= bounds[1]
    assert moments((start, end)) == moments(span) & moments(bounds)
    assert clipped((start, end), bounds) == (start, end)


@law
@given(lists, totals)
def test_coverage_is_the_share_of_moments_inside(spans, total):
    covered = coverage(spans, total)
    inside = len(moments(*spans) & moments((0, total)))
    assert covered.covered_seconds == inside
    assert covered.total_seconds == total
    assert covered.fraction == inside / total


@law
@given(lists, totals)
def test_coverage_is_never_above_the_total(spans, total):
    covered = coverage(spans, total)
    assert 0 <= covered.covered_seconds <= total
    assert 0 <= covered.fraction <= 1


@law
@given(lists, intervals, totals)
def test_adding_an_interval_never_lowers_coverage(spans, more, total):
    assert coverage([*spans, more], total).covered_seconds >= coverage(spans, total).covered_seconds


@law
@given(lists, totals)
def test_covering_something_twice_counts_it_once(spans, total):
    assert coverage([*spans, *spans], total) == coverage(spans, total)


@law
@given(lists)
def test_a_still_has_nothing_to_cover(spans):
    covered = coverage(spans, 0.0)
    assert covered.covered_seconds == 0
    assert isinstance(covered.fraction, NotMeasured)


@law
@given(st.lists(st.tuples(st.floats(0, 1e5), st.floats(0, 1e5)).map(lambda ends: (min(ends), max(ends))), max_size=6))
def test_real_seconds_never_cover_more_than_there_is(spans):
    covered = coverage(spans, 1e5 / 3)
    assert 0 <= covered.fraction <= 1


def test_the_common_share_is_that_of_the_union():
    assert common_share((0.0, 4.0), (2.0, 6.0)) == pytest.approx(1 / 3)
    assert common_share((1.0, 2.0), (1.0, 2.0)) == pytest.approx(1.0)
    assert common_share((0.0, 1.0), (1.0, 2.0)) == 0.0
    assert common_share((1.0, 1.0), (1.0, 1.0)) == 0.0


@law
@given(intervals, intervals)
def test_intervals_meet_where_one_of_them_holds_a_moment_of_the_other(left, right):
    assert meets(left, right) == meets(right, left)
    if left[0] < left[1] and right[0] < right[1]:
        assert meets(left, right) == (overlap_seconds(left, right) > 0)


@law
@given(intervals, times)
def test_a_still_picture_meets_what_holds_its_moment(interval, moment):
    still = (float(moment), float(moment))
    assert meets(still, interval) == holds(interval, moment)
    assert meets(still, still)
    assert holds(interval, moment) == (moment in moments(interval) or interval == still)
