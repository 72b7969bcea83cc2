"""Array values: checked, printed by shape, compared by identity."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pytest

from index.arrays import ArrayValue, check_array, check_arrays, describe_array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Boxes(ArrayValue):
    seconds: np.ndarray
    box: np.ndarray

    def __post_init__(self) -> None:
        check_arrays(self, seconds="float64(n)", box="int16|int32(n, 4)")


def test_an_array_is_written_as_dtype_and_shape():
    assert describe_array(np.zeros((12, 256), np.float32)) == "float32(12, 256)"
    assert describe_array(np.zeros(3, bool)) == "bool(3)"


def test_a_value_shows_shapes_and_no_contents():
    value = Boxes(seconds=np.zeros(3), box=np.zeros((3, 4), np.int16))
    assert repr(value) == "Boxes(seconds=float64(3), box=int16(3, 4))"
    assert value != Boxes(seconds=value.seconds, box=value.box)


@pytest.mark.parametrize(
    ("seconds", "box", "message"),
    [
        (np.zeros(3, np.float32), np.zeros((3, 4), np.int16), "seconds: expected float64(n), got float32(3)"),
        (np.zeros(3), np.zeros((2, 4), np.int16), "box: expected int16|int32(n, 4) with n = 3, got int16(2, 4)"),
        (np.zeros(3), np.zeros((3, 5), np.int32), "box: expected int16|int32(n, 4) with n = 3, got int32(3, 5)"),
        (np.zeros(3), np.zeros(3, np.int16), "box: expected int16|int32(n, 4) with n = 3, got int16(3)"),
        ([1.0], np.zeros((1, 4), np.int16), "seconds: expected float64(n), got list"),
    ],
)
def test_a_wrong_array_is_refused_when_the_value_is_made(seconds, box, message):
    with pytest.raises(ValueError, match=re.escape(f"Boxes.{message}") + "$"):
        Boxes(seconds=seconds, box=box)


def test_a_single_array_is_checked_against_lengths_that_are_known():
    lengths = {"n": 2}
    rows = np.zeros((2, 7), np.uint8)
    assert check_array("rows", rows, "float32|uint8(n, *)", lengths=lengths) is rows
    with pytest.raises(ValueError, match=r"rows: expected uint8\(n, \*\) with n = 2, got uint8\(3, 7\)"):
        check_array("rows", np.zeros((3, 7), np.uint8), "uint8(n, *)", lengths=lengths)
