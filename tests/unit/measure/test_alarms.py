"""Alarms are counted per innocent suspect and carried over to other numbers of comparisons."""

from __future__ import annotations

import math

import pytest

from similarity.measure.alarms import LEVELS, Alarms, PopulationAlarms, count_alarms

HUNDRED = LEVELS.index(2.0)


def test_a_suspect_alarms_once_however_many_works_it_resembles():
    counted = count_alarms("films", [-math.inf, 0.2, 1.0, 2.5], [100.0] * 4)
    assert counted.num_alarmed == (3, 2, 1, 0)
    assert (counted.num_suspects, counted.num_comparisons) == (4, 100.0)


def of(num_alarmed, *, num_suspects=40, name="films"):
    return PopulationAlarms(
        population=name, num_suspects=num_suspects, num_comparisons=1000.0, num_alarmed=(num_alarmed,) * len(LEVELS)
    )


def test_as_many_comparisons_give_the_share_with_its_exact_interval():
    population, rate = Alarms(populations=(of(2),)).worst(HUNDRED, 1000.0)
    assert population.population == "films"
    assert (rate.log10_lr, rate.probability) == (2.0, pytest.approx(0.05))
    assert (rate.lower, rate.upper) == (pytest.approx(0.0061, abs=1e-4), pytest.approx(0.1692, abs=1e-4))


def test_twice_as_many_comparisons_are_two_chances():
    _, rate = Alarms(populations=(of(2),)).worst(HUNDRED, 2000.0)
    assert rate.probability == pytest.approx(1 - 0.95**2)


def test_no_alarm_is_no_proof_that_there_is_none():
    _, rate = Alarms(populations=(of(0),)).worst(HUNDRED, 1000.0)
    assert rate.probability == 0.0
    assert rate.upper == pytest.approx(1 - 0.025 ** (1 / 40))


def test_the_worst_population_speaks_and_of_two_without_alarms_the_smaller():
    populations = (of(0, name="many", num_suspects=400), of(0, name="few"))
    assert Alarms(populations=populations).worst(HUNDRED, 1000.0)[0].population == "few"
    assert Alarms(populations=(*populations, of(1, name="bad"))).worst(HUNDRED, 1000.0)[0].population == "bad"


def test_counts_must_fit():
    with pytest.raises(ValueError, match="counts of 40"):
        PopulationAlarms(population="films", num_suspects=40, num_comparisons=1.0, num_alarmed=(1,))
