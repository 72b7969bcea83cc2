"""Labels in AVI files, by a bounded walk over RIFF chunks.

Chunks and lists after "Multimedia Programming Interface and Data Specifications 1.0", chapter 2 (RIFF), `INFO` in
chapter 3; XMP in a chunk `_PMX` (XMP Specification Part 3, table for AVI).  FFmpeg reads `INFO` and keeps one value of
each name, and no XMP.
"""

from __future__ import annotations

from typing import BinaryIO

from similarity.phrases import phrase
from similarity.provenance.boxes import Box, BoxFormat, Header, Table, Walk, keep
from similarity.provenance.found import Looked

__all__ = ["look_through_avi"]

_HEADER, _LIST_TYPE = 8, 4


def _read_header(head: bytes, _room: int) -> Header:
    """Size in little-endian bytes; lists name their type ahead of their chunks; chunks lie at even bytes."""
    kind, size = head[:4], int.from_bytes(head[4:_HEADER], "little")
    ahead = _LIST_TYPE if kind in {b"RIFF", b"LIST"} and size >= _LIST_TYPE else 0
    if kind == b"LIST":
        kind += b" " + head[_HEADER : _HEADER + ahead]
    return Header(kind=kind, num_bytes=_HEADER + ahead, payload_bytes=size - ahead, padding_bytes=size % 2)


_RIFF = BoxFormat(
    noun=phrase("chunk"),
    plural=phrase("chunks"),
    read_header=_read_header,
    min_header_bytes=_HEADER,
    max_header_bytes=_HEADER + _LIST_TYPE,
    max_boxes=500_000,
    max_depth=8,
)


def _info(walk: Walk, box: Box, _place: str) -> None:
    num_problems = len(walk.looked.problems)
    walk.look({b"AIGC": keep("aigc", "LIST INFO AIGC")}, box, "LIST INFO")
    walk.looked.is_too_large_for_ffmpeg |= len(walk.looked.problems) > num_problems


_TABLE: Table = {b"RIFF": {b"_PMX": keep("xmp"), b"LIST INFO": _info}}


def look_through_avi(file: BinaryIO, num_bytes: int) -> Looked:
    """Labels of an AVI file: `AIGC` in `LIST INFO` (TC260-PG-20257A), XMP in `_PMX`; OpenDML's further RIFFs too."""
    walk = Walk(file, _RIFF)
    walk.look(_TABLE, Box(kind=b"", start=0, end=num_bytes))
    return walk.looked
