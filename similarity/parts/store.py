"""Parts in a library: the folder `parts/` beside its rows, an archive for each work, written whole or not at all.

record            what each picture is of, as JSON
N/boxes, N/compact, N/composition, N/colour        regions of picture N
N/points, N/sizes, N/degrees, N/descriptors        its local features, descriptors in 255 steps
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from similarity.describe.conditions import Box
from similarity.errors import ConfigurationError
from similarity.files import write_atomically
from similarity.geometry.features import LocalFeatures
from similarity.parts.values import PartPicture, RegionRows, WorkParts

__all__ = ["keep_parts", "parts_of_library", "parts_sha256", "read_parts", "remove_parts"]

FOLDER = "parts"
"""Below the library's folder."""
FORM = 1
"""Of the archives; another number was written by another version."""
_REGIONS = ("boxes", "compact", "composition", "colour")
_STEPS = 255

Arrays = Mapping[str, npt.NDArray[Any]]


def keep_parts(library_path: Path, parts: WorkParts) -> None:
    """Put the parts of a work in the place of its old ones; without any, its archive is removed.

    Raises:
        ConfigurationError: the folder can't be written.
    """
    if not parts.pictures:
        remove_parts(library_path, parts.work_id)
        return
    place = _place(library_path, parts.work_id)
    try:
        write_atomically(place, _packed(parts))
    except OSError as error:
        raise ConfigurationError(f"{place}: can't be written: {error}; parts that were kept before stay") from error


def remove_parts(library_path: Path, work_id: str) -> None:
    """Take the parts of a work off the disk; nothing happens where there are none."""
    _place(library_path, work_id).unlink(missing_ok=True)


def read_parts(library_path: Path, work_id: str) -> WorkParts | None:
    """The parts of a work; None where it has none.

    Raises:
        ConfigurationError: they are there and can't be read.
    """
    place = _place(library_path, work_id)
    return _read(place) if place.is_file() else None


def parts_of_library(library_path: Path, sha256_of: Mapping[str, str]) -> tuple[WorkParts, ...]:
    """The parts of every work that stands in a library, by identifier; left out are those of other bytes.

    Args:
        library_path: its folder.
        sha256_of: work -> hash of its bytes.

    Raises:
        ConfigurationError: an archive can't be read.
    """
    found = [_read(place) for place in _places(library_path)]
    return tuple(
        sorted((one for one in found if sha256_of.get(one.work_id) == one.sha256), key=lambda one: one.work_id)
    )


def parts_sha256(library_path: Path) -> str:
    """Checksum over every archive: the same parts give the same value; of no parts, that of nothing."""
    lines = [hashlib.sha256(one.read_bytes()).digest() for one in _places(library_path)]
    return hashlib.sha256(b"".join(lines)).hexdigest()


def _places(library_path: Path) -> list[Path]:
    return sorted((library_path / FOLDER).glob("[!.]*.npz"))


def _place(library_path: Path, work_id: str) -> Path:
    return library_path / FOLDER / f"{hashlib.sha256(work_id.encode()).hexdigest()[:32]}.npz"


def _packed(parts: WorkParts) -> bytes:
    arrays: dict[str, Any] = {}
    records = []
    for number, one in enumerate(parts.pictures):
        arrays |= {f"{number}/{name}": _half(getattr(one.regions, name)) for name in _REGIONS}
        features = one.features
        arrays |= {f"{number}/{name}": getattr(features, name) for name in ("points", "sizes", "degrees")}
        arrays[f"{number}/descriptors"] = np.rint(features.descriptors * _STEPS).astype(np.uint8)
        records.append(
            {
                "part": one.part,
                "origin": one.origin,
                "pts": one.pts,
                "seconds": one.seconds,
                "source": one.source,
                "box": list(one.box),
                "num_scenes": one.num_scenes,
                "width": features.width,
                "height": features.height,
            }
        )
    record = {"form": FORM, "work_id": parts.work_id, "sha256": parts.sha256, "pictures": records}
    arrays["record"] = np.frombuffer(json.dumps(record).encode(), dtype=np.uint8)
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def _half(rows: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return rows.astype(np.float16) if rows.dtype == np.float32 else rows


def _read(place: Path) -> WorkParts:
    try:
        with np.load(io.BytesIO(place.read_bytes()), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        record = json.loads(arrays["record"].tobytes())
        if record["form"] != FORM:
            raise ValueError(f"form {record['form']}, expected {FORM}")  # noqa: TRY301 - told like everything else
        pictures = tuple(_picture(arrays, number, one) for number, one in enumerate(record["pictures"]))
        return WorkParts(work_id=str(record["work_id"]), sha256=str(record["sha256"]), pictures=pictures)
    except Exception as error:  # zipfile, zlib, json and NumPy all have their own
        raise ConfigurationError(
            f"{place}: no parts of a work that can be read: {error}; remove the file and mark or propose them again"
        ) from error


def _picture(arrays: Arrays, number: int, record: Mapping[str, Any]) -> PartPicture:
    rows = {name: arrays[f"{number}/{name}"] for name in _REGIONS}
    if not all(np.isfinite(one).all() for one in rows.values()):
        raise ValueError("rows that are not finite")
    features = {name: arrays[f"{number}/{name}"] for name in ("points", "sizes", "degrees")}
    left, top, right, bottom = map(int, record["box"])
    box: Box = (left, top, right, bottom)
    return PartPicture(
        part=str(record["part"]),
        origin=record["origin"],
        pts=record["pts"],
        seconds=float(record["seconds"]),
        source=str(record["source"]),
        box=box,
        num_scenes=int(record["num_scenes"]),
        regions=RegionRows(
            boxes=rows["boxes"],
            compact=rows["compact"].astype(np.float32),
            composition=rows["composition"].astype(np.float32),
            colour=rows["colour"].astype(np.float32),
        ),
        features=LocalFeatures(
            **features,
            descriptors=_unit(arrays[f"{number}/descriptors"]),
            width=int(record["width"]),
            height=int(record["height"]),
        ),
    )


def _unit(steps: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    rows = steps.astype(np.float32)
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6), np.float32)
