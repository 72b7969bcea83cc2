"""Descriptors of one file as a NumPy archive that anybody can open: what every number of a report is derived from."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from index.records import Descriptors, SampleTable, SceneTable
from similarity.describe.views import DescribedView, View
from similarity.errors import CaseError

__all__ = ["read_rows", "read_views", "rows_of", "views_of"]

_SAMPLES = ("pts", "scene", "reason", "gate", "quality", "box")
_SCENES = ("start_pts", "end_pts", "is_gradual")
Arrays = Mapping[str, npt.NDArray[Any]]


def rows_of(samples: SampleTable, scenes: SceneTable, descriptors: Mapping[str, Descriptors]) -> bytes:
    """The tables and descriptor sets of a file as an `.npz` archive: the same values give the same bytes."""
    arrays = _tables(samples, scenes)
    arrays |= {f"set/{name}": _small(rows) for name, rows in sorted(descriptors.items())}
    return _packed(arrays)


def views_of(samples: SampleTable, scenes: SceneTable, views: Mapping[View, DescribedView]) -> bytes:
    """The same of a suspect: one group of arrays per view, numbered in their order."""
    arrays = _tables(samples, scenes)
    for number, seen in enumerate(views.values()):
        arrays[f"view{number}/samples"] = seen.samples
        arrays[f"view{number}/quality"] = seen.quality
        arrays |= {f"view{number}/set/{name}": _small(rows) for name, rows in sorted(seen.descriptors.items())}
    return _packed(arrays)


def read_rows(
    content: bytes, name: str, *, time_base: Fraction, start_pts: int
) -> tuple[SampleTable, SceneTable, dict[str, Descriptors]]:
    """What `rows_of` packed.

    Raises:
        CaseError: no such archive, or a part of it is missing.
    """
    arrays = _unpacked(content, name)
    try:
        return (*_read_tables(arrays, time_base, start_pts), _sets(arrays, "set/"))
    except KeyError as error:
        raise CaseError(f"{name}: expected an array {error}, found none; restore the file") from error


def read_views(
    content: bytes, name: str, views: tuple[View, ...], *, time_base: Fraction, start_pts: int
) -> tuple[SampleTable, SceneTable, dict[View, DescribedView]]:
    """What `views_of` packed, of views in their order.

    Raises:
        CaseError: no such archive, or a part of it is missing.
    """
    arrays = _unpacked(content, name)
    try:
        samples, scenes = _read_tables(arrays, time_base, start_pts)
        seen = {
            view: DescribedView(
                samples=arrays[f"view{number}/samples"],
                quality=arrays[f"view{number}/quality"],
                descriptors=_sets(arrays, f"view{number}/set/"),
            )
            for number, view in enumerate(views)
        }
    except KeyError as error:
        raise CaseError(f"{name}: expected an array {error}, found none; restore the file") from error
    return samples, scenes, seen


def _tables(samples: SampleTable, scenes: SceneTable) -> dict[str, npt.NDArray[Any]]:
    found = {f"samples/{name}": getattr(samples, name) for name in _SAMPLES}
    return found | {f"scenes/{name}": getattr(scenes, name) for name in _SCENES}


def _read_tables(arrays: Arrays, time_base: Fraction, start_pts: int) -> tuple[SampleTable, SceneTable]:
    samples: dict[str, Any] = {name: arrays[f"samples/{name}"] for name in _SAMPLES}
    scenes: dict[str, Any] = {name: arrays[f"scenes/{name}"] for name in _SCENES}
    return SampleTable(time_base=time_base, start_pts=start_pts, **samples), SceneTable(**scenes)


def _sets(arrays: Arrays, prefix: str) -> dict[str, Descriptors]:
    return {
        name.removeprefix(prefix): cast("Descriptors", _whole(rows))
        for name, rows in arrays.items()
        if name.startswith(prefix)
    }


def _small(rows: Descriptors) -> npt.NDArray[Any]:
    """Half precision where nothing is lost by it: rows of a library are of half precision already."""
    if rows.dtype != np.float32:
        return rows
    half = rows.astype(np.float16)
    return half if np.array_equal(half.astype(np.float32), rows) else rows


def _whole(rows: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return rows.astype(np.float32) if rows.dtype == np.float16 else rows


def _packed(arrays: Mapping[str, Any]) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)  # zip members carry no time
    return buffer.getvalue()


def _unpacked(content: bytes, name: str) -> dict[str, npt.NDArray[Any]]:
    try:
        _require_no_bomb(content)
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            return {key: archive[key] for key in archive.files}
    except Exception as error:  # zipfile, zlib, struct and NumPy all have their own
        raise CaseError(f"{name}: no NumPy archive that can be read: {error}; restore the file") from error


def _require_no_bomb(content: bytes) -> None:
    """Nothing is compressed in what `_packed` writes."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        unpacked_bytes = sum(member.file_size for member in packed.infolist())
    if unpacked_bytes > len(content):
        raise ValueError(f"unpacks to {unpacked_bytes} bytes, expected at most the {len(content)} of the file")
