"""Values that hold arrays: checked when they are made, shown by shape and dtype, compared only by identity.

An array is written as its dtype and its shape, `float32(12, 256)`; what a field expects is written the same way, with a
name for a length that fields share and `*` for any length: `float32(n, *)`, `float32|uint8(n, *)`.

    @dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
    class Track(ArrayValue):
        times: npt.NDArray[np.float64]
        rows: npt.NDArray[np.float32]

        def __post_init__(self) -> None:
            check_arrays(self, times="float64(n)", rows="float32(n, *)")
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["ArrayValue", "check_array", "check_arrays", "describe_array"]


class ArrayValue:
    """Base of dataclasses that hold arrays: their `repr` shows no contents."""

    __slots__ = ()

    def __repr__(self) -> str:
        # only dataclasses derive from this, which mypy cannot be told of a base
        shown = (f"{one.name}={_shown(getattr(self, one.name))}" for one in fields(self))  # type: ignore[arg-type]
        return f"{type(self).__name__}({', '.join(shown)})"


def describe_array(array: npt.NDArray[Any]) -> str:
    """The dtype and shape of an array: `float32(12, 256)`."""
    return f"{array.dtype.name}({', '.join(map(str, array.shape))})"


def check_arrays(value: object, /, **expected: str) -> None:
    """Raise ValueError unless every named field of a value holds an array of the expected dtype and shape.

    Args:
        value: what was just made.
        expected: field -> dtype and shape, `int16(n, 4)`; a name stands for one length in all of them.
    """
    lengths: dict[str, int] = {}
    for name, wanted in expected.items():
        check_array(f"{type(value).__name__}.{name}", getattr(value, name), wanted, lengths=lengths)


def check_array(
    what: str, array: npt.NDArray[Any], wanted: str, *, lengths: dict[str, int] | None = None
) -> npt.NDArray[Any]:
    """The array; ValueError unless it has the expected dtype and shape.

    Args:
        what: how a message names it.
        array: the array.
        wanted: dtype and shape, `float32|uint8(n, *)`.
        lengths: lengths that are known by name; those that `wanted` names first are added.
    """
    known = {} if lengths is None else lengths
    dtypes, sizes = _parts(wanted)
    if not isinstance(array, np.ndarray):
        raise ValueError(f"{what}: expected {_filled(wanted, known)}, got {type(array).__name__}")  # noqa: TRY004
    fits = _name(array.dtype) in dtypes and array.ndim == len(sizes)
    if not fits or not all(_has_length(size, length, known) for size, length in zip(sizes, array.shape, strict=True)):
        raise ValueError(f"{what}: expected {_filled(wanted, known)}, got {describe_array(array)}")
    return array


@cache
def _name(dtype: np.dtype[Any]) -> str:
    """Its name, which NumPy puts together anew each time."""
    return dtype.name


@cache
def _parts(wanted: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """`float32|uint8(n, *)` as its dtypes and its lengths."""
    dtypes, _, sizes = wanted.rstrip(")").partition("(")
    return (*dtypes.split("|"),), (*sizes.split(", "),)


def _has_length(size: str, length: int, known: dict[str, int]) -> bool:
    if size == "*":
        return True
    return length == (int(size) if size.isdigit() else known.setdefault(size, length))


def _filled(wanted: str, known: Mapping[str, int]) -> str:
    """What was wanted, with the lengths that are known: `int16(n, 4) with n = 12`."""
    named = [f"{name} = {length}" for name, length in known.items() if name in _parts(wanted)[1]]
    return f"{wanted} with {', '.join(named)}" if named else wanted


def _shown(value: object) -> str:
    if isinstance(value, np.ndarray):
        return describe_array(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key!r}: {_shown(one)}" for key, one in value.items()) + "}"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(_shown, value)) + ")"
    return repr(value)
