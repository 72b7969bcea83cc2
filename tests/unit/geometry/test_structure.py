"""Edges in the same places: kept by another surface, lost by degrees with a growing warp, absent by chance."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from support.renders import recoloured, repainted, textured, wobbled

from similarity.geometry.structure import (
    GRID_CELLS,
    MOST_SHIFT_PIXELS,
    SQUARE_PIXELS,
    grey_for_structure,
    pair_structure,
    structure_value,
)

SEEDS = range(5)
SURFACES = {
    "negative": (lambda picture: 255 - picture, 0.99),
    "brighter": (lambda picture: (255 * (picture / 255) ** 0.5).astype(np.uint8), 0.95),
    "darker": (lambda picture: (255 * (picture / 255) ** 2).astype(np.uint8), 0.95),
    "faint": (lambda picture: (picture // 2 + 60).astype(np.uint8), 0.95),
    "repainted": (repainted, 0.85),
    "recoloured": (recoloured, 0.5),
}
MOST_BY_CHANCE = 0.35


def value(suspect: np.ndarray, work: np.ndarray) -> float:
    return structure_value([pair_structure(grey_for_structure(suspect), grey_for_structure(work))])


@pytest.mark.parametrize("seed", SEEDS)
def test_a_picture_stands_where_it_stands(seed):
    square = grey_for_structure(textured(seed))
    pair = pair_structure(square, square)
    assert pair.likeness.shape == pair.has_detail.shape == (GRID_CELLS, GRID_CELLS)
    assert pair.has_detail.all()
    assert pair.likeness.min() > 0.99
    assert structure_value([pair]) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(("surface", "least"), SURFACES.values(), ids=SURFACES.keys())
@pytest.mark.parametrize("seed", SEEDS)
def test_another_surface_keeps_the_edges(seed, surface, least):
    assert value(surface(textured(seed)), textured(seed)) > least


def test_unrelated_pictures_agree_by_chance_alone():
    values = [value(textured(left), textured(right)) for left, right in combinations(range(8), 2)]
    assert max(values) < MOST_BY_CHANCE


@pytest.mark.parametrize("seed", SEEDS)
def test_the_more_is_warped_the_less_agrees(seed):
    work = textured(seed)
    values = [value(wobbled(work, amount), work) for amount in (0.0, 0.005, 0.01, 0.02, 0.03, 0.08)]
    assert all(later < earlier for earlier, later in pairwise(values))
    assert values[2] > 0.75
    assert values[-1] < MOST_BY_CHANCE


@pytest.mark.parametrize("seed", SEEDS)
def test_both_directions_tell_nearly_the_same(seed):
    work = textured(seed)
    for other in (wobbled(work, 0.01), wobbled(work, 0.03), repainted(work), textured(seed + 50)):
        assert value(other, work) == pytest.approx(value(work, other), abs=0.1)


def test_mirroring_both_changes_nothing():
    suspect, work = wobbled(textured(1), 0.01), textured(1)
    assert value(suspect[:, ::-1], work[:, ::-1]) == pytest.approx(value(suspect, work), abs=0.03)


@pytest.mark.parametrize("shift", [2, MOST_SHIFT_PIXELS])
def test_a_common_shift_within_reach_costs_nothing(shift):
    wide = grey_for_structure(textured(3))
    rolled = np.roll(wide, (shift, -shift), (0, 1))
    assert structure_value([pair_structure(rolled, wide)]) > 0.95


def test_a_shift_beyond_reach_is_another_place():
    square = grey_for_structure(textured(3))
    far = np.roll(square, 4 * MOST_SHIFT_PIXELS, 1)
    assert structure_value([pair_structure(far, square)]) < MOST_BY_CHANCE


def test_an_exchanged_part_counts_where_it_lies():
    work, suspect = textured(4), textured(4)
    suspect[:, 96:] = textured(40)[:, 96:]
    pair = pair_structure(grey_for_structure(suspect), grey_for_structure(work))
    assert pair.likeness[:, :3].min() > 0.9
    assert pair.likeness[:, 5:].mean() < 0.3
    assert structure_value([pair]) > 0.9


def test_a_plain_picture_says_nothing():
    flat, square = np.full((SQUARE_PIXELS, SQUARE_PIXELS), 90, np.uint8), grey_for_structure(textured(5))
    pair = pair_structure(flat, square)
    assert not pair.has_detail.any()
    assert not pair.likeness.any()
    for suspect, work in ((flat, square), (square, flat), (flat, flat)):
        assert structure_value([pair_structure(suspect, work)]) == 0


def test_no_pairs_have_no_structure_and_many_are_taken_together():
    like = pair_structure(*[grey_for_structure(textured(6))] * 2)
    unlike = pair_structure(grey_for_structure(textured(6)), grey_for_structure(textured(7)))
    assert structure_value([]) == 0
    assert structure_value([unlike]) < structure_value([like, unlike, unlike, unlike]) < structure_value([like])
