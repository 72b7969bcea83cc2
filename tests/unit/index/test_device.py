"""A card is trusted after it has proved itself, and never in silence."""

from __future__ import annotations

import numpy as np
import pytest

from index import search_device
from index.device import torch_nearest
from index.reference import nearest


def present() -> None:
    return None


def honest(rows, queries, *, k, kind, device):
    assert device == "cuda"
    return nearest(rows, queries, k=k, kind=kind)


def wrong(rows, queries, *, k, kind, device):
    values, positions = nearest(rows, queries, k=k, kind=kind)
    return values + (kind == "binary"), positions


def broken(rows, queries, *, k, kind, device):
    raise RuntimeError("CUDA error: no kernel image is available\nmore lines")


def test_an_honest_card_is_used():
    for wanted in ("auto", "cuda"):
        assert search_device(wanted, missing_cuda=present, card_nearest=honest).device == "cuda"
    device, reason = search_device("cpu", missing_cuda=present, card_nearest=honest)
    assert (device, reason) == ("cpu", "asked for")


@pytest.mark.parametrize(
    ("missing", "card", "why"),
    [
        (present, wrong, "other binary results"),
        (present, broken, "no kernel image"),
        (lambda: "torch finds no CUDA card here", honest, "no CUDA card"),
    ],
)
def test_a_card_that_fails_is_not_used_and_the_reason_is_given(missing, card, why):
    for wanted in ("auto", "cuda"):
        device, reason = search_device(wanted, missing_cuda=missing, card_nearest=card)
        assert device == "cpu"
        assert why in reason
        assert "\n" not in reason


def test_the_real_answer_is_one_of_the_two():
    assert search_device("auto").device in {"cpu", "cuda"}


def test_many_queries_are_taken_in_turns(monkeypatch):
    monkeypatch.setattr("index.device._SCORES_AT_ONCE", 100)
    rows = np.random.default_rng(0).standard_normal((30, 8)).astype(np.float32)
    expected = nearest(rows, rows, k=4, kind="float")
    got = torch_nearest(rows, rows, k=4, kind="float", device="cpu")
    np.testing.assert_allclose(got[0], expected[0], atol=1e-5)
    np.testing.assert_array_equal(got[1], expected[1])
