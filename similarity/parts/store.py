"""Parts in a library: an archive attached to each work that has some.

record            what each picture is of, as JSON
N/boxes, N/compact, N/composition, N/colour        regions of picture N
N/points, N/sizes, N/degrees, N/descriptors        its local features, descriptors in 255 steps
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from index.api import Reader, Writer
from similarity.describe.conditions import Box
from similarity.errors import ConfigurationError
from similarity.geometry.features import LocalFeatures
from similarity.parts.values import PartPicture, RegionRows, WorkParts

__all__ = ["keep_parts", "parts_of_library", "read_parts"]

PARTS_NAME = "parts"
"""Under which they are attached."""
FORM = 1
"""Of the archives; another number was written by another version."""
_REGIONS = ("boxes", "compact", "composition", "colour")
_STEPS = 255

Arrays = Mapping[str, npt.NDArray[Any]]


def keep_parts(library: Writer, parts: WorkParts) -> None:
    """Put the parts of a work in the place of its old ones.

    Raises:
        LibraryError: the library can't be written to.
    """
    library.attach(parts.work_id, PARTS_NAME, _packed(parts))


def read_parts(library: Reader, work_id: str) -> WorkParts | None:
    """The parts of a work; None where nobody looked for any, and without a picture where all were dropped.

    Raises:
        ConfigurationError: they are there and can't be read.
    """
    content = library.attachment(work_id, PARTS_NAME)
    return None if content is None else _read(content, work_id)


def parts_of_library(library: Reader) -> tuple[WorkParts, ...]:
    """The parts of every work that has some, by identifier.

    Raises:
        ConfigurationError: those of a work can't be read.
    """
    found = (read_parts(library, entry.entry_id) for entry in library.entries("work"))
    return tuple(one for one in found if one is not None and one.pictures)


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
    record = {"form": FORM, "pictures": records}
    arrays["record"] = np.frombuffer(json.dumps(record).encode(), dtype=np.uint8)
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def _half(rows: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return rows.astype(np.float16) if rows.dtype == np.float32 else rows


def _read(content: bytes, work_id: str) -> WorkParts:
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        record = json.loads(arrays["record"].tobytes())
        if record["form"] != FORM:
            raise ValueError(f"form {record['form']}, expected {FORM}")  # noqa: TRY301 - told like everything else
        pictures = tuple(_picture(arrays, number, one) for number, one in enumerate(record["pictures"]))
        return WorkParts(work_id=work_id, pictures=pictures)
    except Exception as error:  # zipfile, zlib, json and NumPy all have their own
        raise ConfigurationError(
            f"parts of work {work_id!r} can't be read: {error}; remove the work and add it again"
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
