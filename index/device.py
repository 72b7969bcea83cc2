"""Where to search: on the processor, or on a CUDA card that has proved itself.

A card is trusted only after a small search on it agrees with the same search in numpy.  What could not be had is
said in the reason, for the caller to show.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from index.records import Descriptors
from index.reference import nearest

__all__ = ["DeviceName", "SearchDevice", "search_device", "torch_nearest"]

DeviceName = Literal["cpu", "cuda"]

_SCORES_AT_ONCE = 1 << 26
_VALUE_TOLERANCE = 1e-4

_Nearest = Callable[..., tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]]


class SearchDevice(NamedTuple):
    """Where searches will run, and why there."""

    device: DeviceName
    """What to give to `Library.search`."""
    reason: str
    """Why; where a card was asked for and is not used, what keeps it from being used."""


def torch_nearest(
    rows: Descriptors, queries: Descriptors, *, k: int, kind: Literal["float", "binary"], device: str
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """The k best rows of each query by matrix multiplication in float32 on a torch device, best first.

    Bits count as +1 and -1: the distance is (bits - product) / 2, exact in float32.
    """
    import torch

    k = min(k, len(rows))
    stored = torch.from_numpy(_signs(rows) if kind == "binary" else rows).to(device)
    values, positions = [], []
    at_once = max(1, _SCORES_AT_ONCE // max(1, len(rows)))
    for first in range(0, len(queries), at_once):
        block = queries[first : first + at_once]
        asked = torch.from_numpy(_signs(block) if kind == "binary" else np.ascontiguousarray(block)).to(device)
        product, position = torch.topk(asked @ stored.T, k, dim=1)
        values.append(((stored.shape[1] - product) / 2 if kind == "binary" else product).cpu().numpy())
        positions.append(position.cpu().numpy())
    return np.concatenate(values), np.concatenate(positions)


def _signs(packed: Descriptors) -> npt.NDArray[np.float32]:
    return np.unpackbits(packed.astype(np.uint8), axis=1).astype(np.float32) * 2 - 1


_DRIVER_SIGNS = (Path("/dev/nvidiactl"), Path("/dev/dxg"))
"""Device nodes of the driver on Linux, and on Linux inside Windows."""


def _missing_cuda() -> str | None:
    """Why there is no CUDA card to try, or None; torch, slow to load, is asked only where a driver shows."""
    if not any(path.exists() for path in _DRIVER_SIGNS) and shutil.which("nvidia-smi") is None:
        return "no NVIDIA driver shows here"
    try:
        import torch
    except ImportError:
        return "torch is not installed"
    return None if torch.cuda.is_available() else "torch finds no CUDA card here"


def search_device(
    wanted: Literal["auto", "cpu", "cuda"],
    *,
    missing_cuda: Callable[[], str | None] = _missing_cuda,
    card_nearest: _Nearest = torch_nearest,
) -> SearchDevice:
    """Choose where to search; never a card that is not there or that gives other answers than the processor."""
    if wanted == "cpu":
        return SearchDevice("cpu", "asked for")
    why_not = missing_cuda() or _failure(card_nearest)
    if why_not is None:
        return SearchDevice("cuda", "a trial search on the card agreed with the processor")
    return SearchDevice("cpu", why_not)


def _failure(card_nearest: _Nearest) -> str | None:
    """What went wrong in a trial search on the card, or None."""
    random = np.random.default_rng(7)
    floats = random.standard_normal((300, 64), dtype=np.float32)
    floats /= np.linalg.norm(floats, axis=1, keepdims=True)
    bits = random.integers(0, 256, (300, 32), dtype=np.uint8)
    trials: tuple[tuple[Literal["float", "binary"], Descriptors], ...] = (("float", floats), ("binary", bits))
    for kind, rows in trials:
        expected, _ = nearest(rows, rows[:9], k=5, kind=kind)
        try:
            got, _ = card_nearest(rows, rows[:9], k=5, kind=kind, device="cuda")
        except (RuntimeError, ImportError, OSError) as error:
            return (
                f"a trial search on the card failed ({str(error).splitlines()[0] if str(error) else 'no reason given'})"
            )
        if not np.allclose(got, expected, atol=_VALUE_TOLERANCE):
            return f"a trial search on the card gave other {kind} results than the processor"
    return None
