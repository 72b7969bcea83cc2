"""Sample and scene tables as compact bytes.

One SQLite row per *entry*, not per sample.  Measured over 20 entries of 14,400 samples: a row per sample takes 34
bytes per sample and goes in at 0.4 M samples/s; a packed column takes 1.5 bytes and goes in at 2.1 M samples/s.
At 72 M samples (10,000 hours) that is 2.5 GB against 0.1 GB.  The tables are only ever read whole.

Each column is stored as the zlib-compressed differences of its rows, little-endian, in the column's own integer
type (differences wrap around and so does their sum: nothing is lost).
"""

from __future__ import annotations

import zlib
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from index.errors import LibraryDamagedError
from index.records import SampleTable, SceneTable

__all__ = ["pack_samples", "pack_scenes", "unpack_samples", "unpack_scenes"]

_SAMPLE_TYPES = {"pts": "<i8", "scene": "<i4", "reason": "u1", "gate": "u1", "quality": "u1", "box": "<i2"}
_SCENE_TYPES = {"start_pts": "<i8", "end_pts": "<i8", "is_gradual": "u1"}
_ZLIB_LEVEL = 6


def _pack(column: npt.NDArray[Any], dtype: str) -> bytes:
    values = np.ascontiguousarray(column, dtype=dtype)
    first = np.zeros((1, *values.shape[1:]), dtype=dtype)
    return zlib.compress(np.diff(values, axis=0, prepend=first).astype(dtype).tobytes(), _ZLIB_LEVEL)


def _unpack(blob: bytes, dtype: str, width: int) -> npt.NDArray[Any]:
    steps = np.frombuffer(zlib.decompress(blob), dtype=dtype)
    if width:
        steps = steps.reshape(-1, width)
    return np.cumsum(steps, axis=0, dtype=np.dtype(dtype).newbyteorder("="))


def pack_samples(samples: SampleTable) -> tuple[int, int, int, bytes, bytes, bytes, bytes, bytes, bytes]:
    """Time base and start, then one blob per column of the sample table."""
    pts, scene, reason, gate, quality, box = (
        _pack(getattr(samples, name), dtype) for name, dtype in _SAMPLE_TYPES.items()
    )
    base = samples.time_base
    return base.numerator, base.denominator, int(samples.start_pts), pts, scene, reason, gate, quality, box


def pack_scenes(scenes: SceneTable) -> tuple[bytes, bytes, bytes]:
    """One blob per column of the scene table."""
    start, end, gradual = (_pack(getattr(scenes, name), dtype) for name, dtype in _SCENE_TYPES.items())
    return start, end, gradual


def unpack_samples(row: tuple[Any, ...], entry_id: str) -> SampleTable:
    """The table that `pack_samples` made the row of."""
    try:
        columns = {
            name: _unpack(blob, _SAMPLE_TYPES[name], 4 if name == "box" else 0)
            for name, blob in zip(_SAMPLE_TYPES, row[3:], strict=True)
        }
        return SampleTable(time_base=Fraction(row[0], row[1]), start_pts=row[2], **columns)
    except (zlib.error, ValueError, TypeError, ZeroDivisionError) as error:
        raise _unreadable("samples", entry_id) from error


def unpack_scenes(row: tuple[Any, ...], entry_id: str) -> SceneTable:
    """The table that `pack_scenes` made the row of."""
    try:
        start, end, gradual = (
            _unpack(blob, _SCENE_TYPES[name], 0) for name, blob in zip(_SCENE_TYPES, row, strict=True)
        )
        return SceneTable(start_pts=start, end_pts=end, is_gradual=gradual.astype(np.bool_))
    except (zlib.error, ValueError, TypeError) as error:
        raise _unreadable("scenes", entry_id) from error


def _unreadable(what: str, entry_id: str) -> LibraryDamagedError:
    return LibraryDamagedError(
        f"the {what} of {entry_id!r} cannot be read from catalogue.sqlite: its bytes were changed; "
        "run the library check, then remove and add the entries it names"
    )
