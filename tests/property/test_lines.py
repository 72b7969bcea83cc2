"""The fast search for runs agrees with the slow, obvious one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from similarity.align.lines import LineRules, find_runs
from similarity.align.matrix import TimeBins, bin_matrix
from similarity.align.reference import best_gain

EXACT = 1e-3
"""Single against double precision over a few bins."""

shapes = st.tuples(st.integers(1, 7), st.integers(1, 8))
cells = st.one_of(st.integers(-24, 40).map(lambda quarters: quarters / 4), st.just(float("nan")))


@st.composite
def matrices(draw):
    values = draw(shapes.flatmap(lambda shape: arrays(np.float32, shape, elements=cells.map(np.float32))))
    for row in draw(st.sets(st.integers(0, len(values) - 1), max_size=2)):
        values[row] = np.nan
    return values


rules_asked = st.builds(
    LineRules,
    asked_per_bin=st.sampled_from([0.0, 1.5, 3.0]),
    worst_per_bin=st.sampled_from([-6.0, -4.0, -1.0]),
    missing_cost=st.sampled_from([0.0, 0.25, 0.5]),
    least_gain=st.sampled_from([0.5, 1.0, 4.0]),
    unusual_speed_cost=st.sampled_from([0.0, 1.0]),
)


@settings(max_examples=60)
@given(matrices(), rules_asked)
def test_the_strongest_run_gains_what_the_slow_search_finds(values, rules):
    expected, runs = best_gain(values, rules), find_runs(values, rules)
    if runs:
        assert runs[0].gain == pytest.approx(expected, abs=EXACT)
    else:
        assert expected < rules.least_gain + EXACT


@settings(max_examples=40)
@given(matrices(), rules_asked)
def test_a_run_gains_the_sum_of_its_bins(values, rules):
    for run in find_runs(values, rules)[:1]:
        found = values[run.rows, run.columns]
        worth = np.where(
            np.isnan(found), -rules.missing_cost, np.maximum(found - rules.asked_per_bin, rules.worst_per_bin)
        )
        octaves = abs(np.log2(abs(run.speed))) if run.speed else 1.0
        cost = rules.unusual_speed_cost * (octaves + (run.speed <= 0))
        assert run.gain == pytest.approx(float(worth.sum()) - cost, abs=EXACT)


@settings(max_examples=40)
@given(matrices(), rules_asked)
def test_raising_a_value_never_weakens_the_best_run(values, rules):
    row, column = np.unravel_index(int(np.nansum(values) * 4) % values.size, values.shape)
    raised = values.copy()
    raised[row, column] = np.float32(100.0)
    assert best_gain(raised, rules) >= best_gain(values, rules)
    assert find_runs(raised, rules)[0].gain >= max((run.gain for run in find_runs(values, rules)), default=0.0) - EXACT


ticks = st.lists(st.integers(0, 40), max_size=12).map(lambda times: np.array(sorted(times), dtype=np.float64) / 4)
widths = st.sampled_from([0.25, 0.5, 1.0])


@settings(max_examples=50)
@given(ticks, widths)
def test_a_sample_lies_in_the_bin_of_its_time(seconds, width):
    bins = TimeBins.of(seconds, width)
    start = bins.bin_of_sample * width
    assert np.all((start <= seconds) & (seconds < start + width))
    assert bins.num_bins == (bins.bin_of_sample[-1] + 1 if len(seconds) else 0)


@settings(max_examples=50)
@given(ticks, ticks, widths, st.integers(0, 2**32 - 1))
def test_a_bin_pair_holds_its_largest_value_or_nothing(row_seconds, column_seconds, width, seed):
    values = np.random.default_rng(seed).normal(size=(len(row_seconds), len(column_seconds))).astype(np.float32)
    rows, columns = TimeBins.of(row_seconds, width), TimeBins.of(column_seconds, width)
    binned = bin_matrix(values, rows, columns)
    assert binned.shape == (rows.num_bins, columns.num_bins)
    for row in range(rows.num_bins):
        for column in range(columns.num_bins):
            inside = values[np.ix_(rows.bin_of_sample == row, columns.bin_of_sample == column)]
            if inside.size:
                assert binned[row, column] == inside.max()
            else:
                assert np.isnan(binned[row, column])
