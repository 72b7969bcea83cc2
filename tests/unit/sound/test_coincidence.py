"""Chance of coincident peaks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from similarity.sound.coincidence import PeakMap, chance_score


@given(some.integers(1, 500), some.floats(0.01, 0.6), some.data())
def test_more_coincidences_are_never_likelier_by_chance(num_peaks, expected, data):
    fewer = data.draw(some.integers(0, num_peaks - 1))
    assert chance_score(fewer, num_peaks, expected) <= chance_score(fewer + 1, num_peaks, expected) + 1e-9


def test_what_is_expected_is_no_evidence():
    assert chance_score(20, 100, 0.2) == 0
    assert chance_score(0, 0, 0.2) == 0


def test_the_bound_lies_above_the_binomial_chance():
    draws = np.random.default_rng(0).binomial(50, 0.2, 200_000)
    for count in (15, 18, 20):
        assert chance_score(count, 50, 0.2) <= -np.log10(np.mean(draws >= count))


def test_a_map_knows_its_peaks_and_counts_as_it_looks_up():
    rng = np.random.default_rng(1)
    seconds, semitones = np.sort(rng.uniform(0, 60, 1500)), rng.uniform(0, 60, 1500).astype(np.float32)
    near = PeakMap(seconds, semitones, first_seconds=0.0, last_seconds=60.0)
    assert near.coincide(seconds, semitones.astype(float)).all()
    some_seconds, some_semitones = seconds[400:600], semitones[400:600].astype(float)
    shifts = np.array([-40, 0, 25])
    by_lookup = [near.coincide(some_seconds + shift * 256 / 11025 / 2, some_semitones).sum() for shift in shifts]
    assert near.counts(some_seconds, some_semitones, shifts).tolist() == pytest.approx(by_lookup, abs=4)
    mean, spread = near.others(some_seconds, some_semitones)
    num_cells = 60 / (256 / 11025 / 2) * 60 * 8
    assert mean == pytest.approx(1500 * 25 / num_cells, rel=0.25)  # each peak reaches over 25 cells
    assert spread < 0.02
