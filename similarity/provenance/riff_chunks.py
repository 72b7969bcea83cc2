"""Labels in AVI files: a bounded walk over RIFF chunks.

Chunks and lists after "Multimedia Programming Interface and Data Specifications 1.0", chapter 2 (RIFF), `INFO` in
chapter 3; XMP in a chunk `_PMX` (XMP Specification Part 3, table for AVI).  FFmpeg reads `INFO` and keeps one value of
each name, and no XMP.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from similarity.provenance.found import Looked

__all__ = ["look_through_avi"]

_MAX_CHUNKS = 500_000
_HEADER = 8


def look_through_avi(file: BinaryIO, num_bytes: int) -> Looked:
    """Labels of an AVI file: `AIGC` in `LIST INFO` (TC260-PG-20257A), XMP in `_PMX`; OpenDML's further RIFFs too."""
    looked = Looked()
    budget = [_MAX_CHUNKS]
    for kind, start, end in _chunks(file, (0, num_bytes), looked, budget):
        if kind != b"RIFF":
            continue
        for inner, first, last in _chunks(file, (start + 4, end), looked, budget):
            if inner == b"_PMX":
                looked.add_from(file, "xmp", "RIFF._PMX", (first, last))
            elif inner == b"LIST":
                file.seek(first)
                if file.read(4) == b"INFO":
                    _look_at_info(file, (first + 4, last), looked, budget)
    return looked


def _look_at_info(file: BinaryIO, span: tuple[int, int], looked: Looked, budget: list[int]) -> None:
    num_problems = len(looked.problems)
    for kind, start, end in _chunks(file, span, looked, budget):
        if kind == b"AIGC":
            looked.add_from(file, "aigc", "LIST INFO AIGC", (start, end))
    looked.is_too_large_for_ffmpeg |= len(looked.problems) > num_problems


def _chunks(
    file: BinaryIO, span: tuple[int, int], looked: Looked, budget: list[int]
) -> Iterator[tuple[bytes, int, int]]:
    """(name, start, end) of the chunks in a span; chunks lie at even bytes."""
    position, end = span
    while position + _HEADER <= end:
        budget[0] -= 1
        if budget[0] < 0:
            looked.problem(f"more than {_MAX_CHUNKS} chunks: the rest was not looked at")
            return
        file.seek(position)
        header = file.read(_HEADER)
        start = position + _HEADER
        size = int.from_bytes(header[4:8], "little")
        if start + size > end:
            looked.problem(f"the chunk {header[:4]!r} at byte {position} is cut off or too large")
        yield header[:4], start, min(start + size, end)
        position = start + size + size % 2
