"""Segments: immutable FAISS files of descriptor rows.

A segment holds rows of one descriptor set and one role.  Float sets are `IndexScalarQuantizer` of type QT_fp16 by
inner product: its codes *are* the vectors as little-endian fp16, so nothing is stored twice.  Binary sets are
`IndexBinaryFlat`.  In both, a file is a short header followed by the rows, so that the rows of one entry are one
stretch of bytes.

Files are opened with FAISS's IO_FLAG_MMAP_IFC, the one flag that really maps these two kinds (faiss 1.15; with
IO_FLAG_MMAP or IO_FLAG_READ_ONLY a 195 MB file is read into memory on opening, with MMAP_IFC opening takes no time
and no memory and searching touches page-cache pages that the system can take back).
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index.codes import Codes, code_bytes
from index.errors import LibraryDamagedError
from index.local.disk.files import write_atomically
from index.records import DescriptorSet, Role

__all__ = ["SEGMENTS_FOLDER", "Segment", "header_bytes", "open_segment", "read_codes", "write_segment"]

SEGMENTS_FOLDER = "segments"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """What the catalogue says of one segment file."""

    file_name: str
    """Name inside the segments folder, never used twice."""
    descriptor_set: DescriptorSet
    """What its rows are."""
    role: Role
    """Works and background are kept apart."""
    num_rows: int
    """Rows in the file."""
    size_bytes: int
    """Size of the file."""
    sha256: str
    """SHA-256 of the whole file."""
    header_sha256: str
    """SHA-256 of the bytes before the first row."""

    def path(self, library: Path) -> Path:
        """Where the file stands."""
        return library / SEGMENTS_FOLDER / self.file_name


def header_bytes(segment: Segment) -> int:
    """Bytes before the first row."""
    return segment.size_bytes - segment.num_rows * code_bytes(segment.descriptor_set)


def write_segment(
    library: Path, *, descriptor_set: DescriptorSet, role: Role, blocks: Iterable[Codes]
) -> Segment | None:
    """Write the rows of `blocks`, in order, as one new segment; None if there are none."""
    import faiss

    index = _empty_index(descriptor_set)
    append = index.add if descriptor_set.kind == "binary" else index.add_sa_codes
    for codes in blocks:
        if len(codes):
            append(np.ascontiguousarray(codes))
    if not index.ntotal:
        return None
    file_name = f"{descriptor_set.name}-{role}-{uuid.uuid4().hex}.faiss"
    put: Any = faiss.write_index_binary if descriptor_set.kind == "binary" else faiss.write_index
    meter = _Meter(index.ntotal * code_bytes(descriptor_set))

    def write(to_file: Any) -> None:
        # the published types of faiss lack this class
        put(index, faiss.PyCallbackIOWriter(lambda piece: to_file(meter.count(piece))))  # type: ignore[attr-defined]

    write_atomically(library / SEGMENTS_FOLDER / file_name, write)
    return Segment(
        file_name=file_name,
        descriptor_set=descriptor_set,
        role=role,
        num_rows=index.ntotal,
        size_bytes=meter.size_bytes,
        sha256=meter.digest.hexdigest(),
        header_sha256=hashlib.sha256(meter.head[: meter.size_bytes - meter.rows_bytes]).hexdigest(),
    )


def read_codes(library: Path, segment: Segment, *, first_row: int, num_rows: int) -> Codes:
    """A stretch of rows, straight from the file."""
    width = code_bytes(segment.descriptor_set)
    path = segment.path(library)
    with path.open("rb") as file:
        file.seek(header_bytes(segment) + first_row * width)
        content = file.read(num_rows * width)
    if len(content) != num_rows * width:
        raise LibraryDamagedError(
            f"{path.name} is cut short: rows {first_row} to {first_row + num_rows} expected; run the library check"
        )
    return np.frombuffer(content, dtype=np.uint8).reshape(num_rows, width)


def open_segment(library: Path, segment: Segment) -> Any:
    """The FAISS index of a segment, mapped and not read; raises FileNotFoundError if the file is gone.

    Size and header are looked at first: FAISS would trust them, and a mapped file that is too short ends the process.
    """
    import faiss

    path = segment.path(library)
    size_bytes = path.stat().st_size
    if size_bytes != segment.size_bytes:
        raise LibraryDamagedError(
            f"{path.name} has {size_bytes} bytes, expected {segment.size_bytes}; run the library check"
        )
    with path.open("rb") as file:
        header_sha256 = hashlib.sha256(file.read(header_bytes(segment))).hexdigest()
    if header_sha256 != segment.header_sha256:
        raise LibraryDamagedError(f"{path.name} has a changed header; run the library check")
    read = faiss.read_index_binary if segment.descriptor_set.kind == "binary" else faiss.read_index
    try:
        return read(str(path), faiss.IO_FLAG_MMAP_IFC)
    except RuntimeError as error:
        path.stat()  # went away since it was looked at: FileNotFoundError
        raise LibraryDamagedError(f"{path.name} is no readable FAISS file; run the library check") from error


def _empty_index(descriptor_set: DescriptorSet) -> Any:
    import faiss

    if descriptor_set.kind == "binary":
        return faiss.IndexBinaryFlat(descriptor_set.dimensions)
    return faiss.IndexScalarQuantizer(
        descriptor_set.dimensions, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    )


class _Meter:
    """Counts and hashes what passes; keeps the first bytes, where the header is."""

    _HEAD_BYTES = 4096

    def __init__(self, rows_bytes: int) -> None:
        self.rows_bytes = rows_bytes
        self.size_bytes = 0
        self.digest = hashlib.sha256()
        self.head = b""

    def count(self, piece: Any) -> bytes:
        content = bytes(piece)
        self.size_bytes += len(content)
        self.digest.update(content)
        if len(self.head) < self._HEAD_BYTES:
            self.head += content[: self._HEAD_BYTES - len(self.head)]
        return content
