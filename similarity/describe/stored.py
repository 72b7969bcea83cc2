"""The stored form of a described video: a NumPy archive that anybody can open, and a record of everything else.

What every number of a report is derived from.  The same values give the same bytes.

samples/*, scenes/*       the tables
set/NAME                  rows of a work's track
viewN/samples, quality    what was seen through view N
viewN/set/NAME            rows of its tracks
record                    the record as JSON, where the archive stands alone
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from pydantic import TypeAdapter, ValidationError

from index.arrays import check_array
from index.records import Descriptors, SampleTable, SceneTable, Track
from similarity.absence import NotMeasured
from similarity.describe.picture_text import NOT_ASKED_FOR, PictureText
from similarity.describe.video import DescribedVideo
from similarity.describe.views import DescribedView, View
from similarity.errors import CaseError
from similarity.media.types import Backend, FileDigest, MediaInfo, ReadCounts
from similarity.phrases import Phrase
from similarity.text import as_printable, storable

__all__ = [
    "VideoRecord",
    "pack_rows",
    "pack_video",
    "read_rows",
    "read_video",
    "record_of",
    "time_base_of",
    "unpack_video",
]

_SAMPLES = ("pts", "scene", "reason", "gate", "quality", "box")
_SCENES = ("start_pts", "end_pts", "is_gradual")
_RECORD = "record"
_TIME_BASE = re.compile(r"[1-9][0-9]{0,18}(/[1-9][0-9]{0,18})?", re.ASCII)
Arrays = Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoRecord:
    """Everything of a described video that is no array."""

    path: str
    """Path as given: a name only, nothing is opened by it."""
    digest: FileDigest
    """Hash and size of its bytes."""
    info: MediaInfo
    """Header figures."""
    counts: ReadCounts
    """Counted figures."""
    backend: Backend
    """Reader that decoded it."""
    reading_notes: tuple[Phrase, ...]
    """Where reading differed from what was configured."""
    bars: tuple[str, ...]
    """Kinds of burned-in bars that were left out."""
    time_base: str
    """Seconds per tick, a fraction."""
    start_pts: int
    """Time stamp of the first frame."""
    views: tuple[View, ...]
    """The views, in order of their numbers in the archive."""
    text: PictureText | NotMeasured = NOT_ASKED_FOR
    """Text that stands in the pictures."""


def record_of(video: DescribedVideo) -> VideoRecord:
    """The record of a described video."""
    return VideoRecord(
        path=storable(str(video.path)),
        digest=video.digest,
        info=video.info,
        counts=video.counts,
        backend=video.backend,
        reading_notes=video.reading_notes,
        bars=video.bars,
        time_base=str(video.samples.time_base),
        start_pts=video.samples.start_pts,
        views=tuple(video.views),
        text=video.text,
    )


def pack_video(video: DescribedVideo, *, with_record: bool) -> bytes:
    """A described video as an archive; without the record inside, for who keeps it elsewhere."""
    arrays = _tables(video.samples, video.scenes)
    for number, seen in enumerate(video.views.values()):
        arrays[f"view{number}/samples"] = seen.samples
        arrays[f"view{number}/quality"] = seen.quality
        arrays |= {f"view{number}/set/{name}": _small(track.rows) for name, track in sorted(seen.tracks.items())}
    if with_record:
        arrays[_RECORD] = np.frombuffer(_adapter().dump_json(record_of(video)), dtype=np.uint8)
    return _packed(arrays)


def time_base_of(text: str) -> Fraction:
    """Seconds per tick of their stored text; anybody may have written it, `1e999999999` too.

    Raises:
        CaseError: no positive fraction of numbers that fit in 64 bits.
    """
    if not _TIME_BASE.fullmatch(text):
        raise CaseError(
            f"time base {as_printable(text, longest=60)}: expected a fraction such as 1/25; restore the file"
        )
    return Fraction(text)


def read_video(content: bytes, name: str, record: VideoRecord) -> DescribedVideo:
    """A described video of its archive and its record.

    Args:
        content: what `pack_video` packed.
        name: how messages name the archive.
        record: its record.

    Raises:
        CaseError: no such archive, or a part of it is missing or of another shape.
    """
    return _video(_unpacked(content, name), name, record)


def unpack_video(content: bytes, name: str) -> DescribedVideo:
    """A described video of an archive that holds its record.

    Raises:
        CaseError: no such archive, or a part of it is missing or of another shape.
    """
    arrays = _unpacked(content, name)
    try:
        record = _adapter().validate_json(arrays[_RECORD].tobytes())
    except (KeyError, ValidationError) as error:
        raise CaseError(f"{name}: expected the record of a described video, found none that can be read") from error
    return _video(arrays, name, record)


def pack_rows(samples: SampleTable, scenes: SceneTable, descriptors: Mapping[str, Descriptors]) -> bytes:
    """The tables and rows of a library's entry as an archive.

    Args:
        samples: when, and of which quality.
        scenes: where they begin and end.
        descriptors: name -> a row per indexed sample.
    """
    arrays = _tables(samples, scenes)
    return _packed(arrays | {f"set/{name}": _small(rows) for name, rows in sorted(descriptors.items())})


def read_rows(
    content: bytes, name: str, *, time_base: Fraction, start_pts: int
) -> tuple[SampleTable, SceneTable, dict[str, Descriptors]]:
    """What `pack_rows` packed.

    Args:
        content: the archive.
        name: how messages name it.
        time_base: seconds per tick.
        start_pts: time stamp of the first frame.

    Raises:
        CaseError: no such archive, or a part of it is missing or of another shape.
    """
    arrays = _unpacked(content, name)
    try:
        samples, scenes = _read_tables(arrays, time_base, start_pts)
        return samples, scenes, _sets(arrays, "set/", num_rows=len(samples.indexed))
    except (KeyError, ValueError) as error:
        raise _unusable(name, error) from error


def _video(arrays: Arrays, name: str, record: VideoRecord) -> DescribedVideo:
    try:
        samples, scenes = _read_tables(arrays, time_base_of(record.time_base), record.start_pts)
        views = {view: _view(arrays, number) for number, view in enumerate(record.views)}
    except (KeyError, ValueError) as error:
        raise _unusable(name, error) from error
    return DescribedVideo(
        path=Path(record.path),
        digest=record.digest,
        info=record.info,
        counts=record.counts,
        backend=record.backend,
        reading_notes=record.reading_notes,
        samples=samples,
        scenes=scenes,
        bars=record.bars,
        views=views,
        text=record.text,
    )


def _view(arrays: Arrays, number: int) -> DescribedView:
    samples = arrays[f"view{number}/samples"]
    rows = _sets(arrays, f"view{number}/set/", num_rows=len(samples))
    return DescribedView(
        samples=samples,
        quality=arrays[f"view{number}/quality"],
        tracks={name: Track(samples=samples, rows=found) for name, found in rows.items()},
    )


def _unusable(name: str, error: KeyError | ValueError) -> CaseError:
    if isinstance(error, KeyError):
        return CaseError(f"{name}: expected an array {error}, found none; restore the file")
    return CaseError(f"{name}: {error}; restore the file")


def _tables(samples: SampleTable, scenes: SceneTable) -> dict[str, npt.NDArray[Any]]:
    found = {f"samples/{name}": getattr(samples, name) for name in _SAMPLES}
    return found | {f"scenes/{name}": getattr(scenes, name) for name in _SCENES}


def _read_tables(arrays: Arrays, time_base: Fraction, start_pts: int) -> tuple[SampleTable, SceneTable]:
    samples: dict[str, Any] = {name: arrays[f"samples/{name}"] for name in _SAMPLES}
    scenes: dict[str, Any] = {name: arrays[f"scenes/{name}"] for name in _SCENES}
    return SampleTable(time_base=time_base, start_pts=start_pts, **samples), SceneTable(**scenes)


def _sets(arrays: Arrays, prefix: str, *, num_rows: int) -> dict[str, Descriptors]:
    return {
        name.removeprefix(prefix): cast("Descriptors", _whole(_rows(name, rows, num_rows)))
        for name, rows in arrays.items()
        if name.startswith(prefix)
    }


def _rows(name: str, rows: npt.NDArray[Any], num_rows: int) -> npt.NDArray[Any]:
    """The rows of a set; ValueError where they can't be that: what is not finite agrees with everything."""
    check_array(name, rows, "float16|float32|uint8(n, *)", lengths={"n": num_rows})
    if not np.isfinite(rows).all():
        raise ValueError(f"{name}: expected finite numbers, got some that are not")
    return rows


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
            arrays = {key: archive[key] for key in archive.files}
    except Exception as error:  # zipfile, zlib, struct and NumPy all have their own
        raise CaseError(f"{name}: no NumPy archive that can be read: {error}; restore the file") from error
    if other := [key for key, array in arrays.items() if not isinstance(array, np.ndarray)]:
        raise CaseError(f"{name}: expected arrays alone, got {as_printable(other[0])}; restore the file")
    return arrays


def _require_no_bomb(content: bytes) -> None:
    """Nothing is compressed in what `_packed` writes."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        unpacked_bytes = sum(member.file_size for member in packed.infolist())
    if unpacked_bytes > len(content):
        raise ValueError(f"unpacks to {unpacked_bytes} bytes, expected at most the {len(content)} of the file")


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[VideoRecord]:
    return TypeAdapter(VideoRecord)
