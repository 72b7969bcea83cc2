"""Places are where lines of hits pass: a match at any speed, through any view, is among what is looked at."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from index.records import Hits
from similarity.align.places import Places
from similarity.describe.views import AS_IS, MIRRORED

NUM_WORKS, LENGTH, SAMPLES, HITS = 30, 4000, 120, 16
WORKS = tuple(f"film-{number:02}" for number in range(NUM_WORKS))


class Library:
    """Works of one length, two samples a second."""

    def samples(self, entry_id):
        assert entry_id in WORKS
        return SimpleNamespace(seconds=np.arange(LENGTH) / 2, indexed=np.arange(LENGTH))


def scattered(random):
    """Hits of a suspect of a minute that lie anywhere, each worth a little."""
    shape = (SAMPLES, HITS)
    return (
        random.integers(0, NUM_WORKS, shape).astype(np.int32),
        random.integers(0, LENGTH, shape).astype(np.int32),
        random.uniform(0.05, 0.25, shape),
    )


def add(places, view, entry, row, worth, samples=None):
    hits = Hits(entry_ids=WORKS, entry=entry, row=row, value=worth.astype(np.float32))
    places.add(view, hits, worth, np.arange(SAMPLES) if samples is None else samples)


def covers(stretches, view, rows):
    return all(any(one.view == view and one.first_row <= row < one.stop_row for one in stretches) for row in rows)


@pytest.mark.parametrize("speed", [1.0, 0.5, 1.35, 2.0, -1.0, 0.0])
@pytest.mark.parametrize("view", [AS_IS, MIRRORED])
@pytest.mark.parametrize(("first", "work"), [(0, 3), (17, 29), (80, 11)])
def test_a_line_of_hits_is_looked_at(speed, view, first, work):
    random = np.random.default_rng([first, work])
    places = Places(np.arange(SAMPLES) / 2)
    for one in (AS_IS, MIRRORED):
        entry, row, worth = scattered(random)
        taken = np.arange(first, first + 25)
        there = np.floor(2000 + speed * (taken - first)).astype(np.int32)
        if one == view:
            is_hit = random.random(len(taken)) < 0.6  # not every sample finds its partner
            entry[taken[is_hit], 5], row[taken[is_hit], 5], worth[taken[is_hit], 5] = work, there[is_hit], 0.25
        add(places, one, entry, row, worth)
    found = places.stretches(Library(), WORKS[work:] if work > 20 else WORKS)
    assert covers(found[WORKS[work]], view, there)


def test_each_work_has_a_place_and_all_together_are_few():
    places = Places(np.arange(SAMPLES) / 2)
    add(places, AS_IS, *scattered(np.random.default_rng(1)))
    found = places.stretches(Library(), WORKS)
    assert list(found) == list(WORKS)
    assert all(found.values())
    assert all(0 <= one.first_row < one.stop_row <= LENGTH for some in found.values() for one in some)
    looked_at = sum(one.stop_row - one.first_row for some in found.values() for one in some)
    assert looked_at < (NUM_WORKS + 2 * 16) * 362
    apart = [one for one in found[WORKS[0]] if one.view == AS_IS]
    assert all(left.stop_row < right.first_row for left, right in pairwise(apart))


def test_a_work_that_is_shorter_than_a_stretch_is_looked_at_whole():
    places = Places(np.array([0.0]))
    shape = (1, 1)
    add(places, AS_IS, np.zeros(shape, np.int32), np.full(shape, 40, np.int32), np.ones(shape), np.array([0]))
    short = SimpleNamespace(samples=lambda _: SimpleNamespace(seconds=np.arange(50) / 2, indexed=np.arange(50)))
    ((one,),) = places.stretches(short, WORKS[:1]).values()
    assert (one.first_row, one.stop_row) == (0, 50)
