"""The library as alignment needs it."""

from __future__ import annotations

import numpy as np

from similarity.align.normalise import Background, Backgrounds
from similarity.compare.works import _computed, _middles


def made_rows(seed, count=20):
    rows = np.random.default_rng(seed).normal(size=(count, 48)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_a_middle_that_next_to_nothing_was_cut_from_is_not_looked_at_again():
    background = Background(made_rows(0, 50))
    whole = made_rows(1)
    held = {"composition": whole, "composition-wide": whole, "composition-tall": made_rows(2)}
    assert set(_middles(held, _computed(Backgrounds(compact=background, composition=background)))) == {"tall"}


def test_an_older_library_holds_no_middles():
    background = Background(made_rows(0, 50))
    biases = _computed(Backgrounds(compact=background, composition=background))
    assert _middles({"composition": made_rows(1)}, biases) == {}
    assert _middles({"composition-tall": made_rows(1)}, biases) == {}
