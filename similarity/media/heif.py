"""What the primary picture of an HEIF file (HEIC, AVIF) is made of: whole, or put together of others.

Boxes after ISO/IEC 14496-12 (`meta`, `pitm`, `iinf`) and ISO/IEC 23008-12 (`grid`, `iovl`, `iden`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

__all__ = ["refuse_parts"]

_MAX_META_BYTES = 1 << 24
"""Larger descriptions of items are not looked into."""
_MAX_BOXES = 1000
_DERIVED = {b"grid": "put together of tiles", b"iovl": "laid together of several pictures"}


def refuse_parts(path: Path) -> str | None:
    """Why a reader that decodes single pictures would show a part of this file; None where it shows the whole."""
    kind = _primary_kind(path)
    if kind not in _DERIVED:
        return None
    return f"is a still {_DERIVED[kind]} ({kind.decode()} item of HEIC or AVIF), of which FFmpeg reads one part"


def _primary_kind(path: Path) -> bytes | None:
    """Type of the primary item; None where the file has none."""
    meta = _meta(path)
    if meta is None:
        return None
    boxes = dict(_boxes(meta[4:]))
    pitm, iinf = boxes.get(b"pitm", b""), boxes.get(b"iinf", b"")
    if len(pitm) < 6 or len(iinf) < 6:
        return None
    primary = int.from_bytes(pitm[4:6] if pitm[0] == 0 else pitm[4:8], "big")
    entries = iinf[6:] if iinf[0] == 0 else iinf[8:]
    return dict(_item(box) for kind, box in _boxes(entries) if kind == b"infe" and box[0] in (2, 3)).get(primary)


def _item(infe: bytes) -> tuple[int, bytes]:
    """Number and type of an item."""
    num_bytes = 2 if infe[0] == 2 else 4
    return int.from_bytes(infe[4 : 4 + num_bytes], "big"), infe[6 + num_bytes : 10 + num_bytes]


def _meta(path: Path) -> bytes | None:
    with path.open("rb") as file:
        if file.read(8)[4:] != b"ftyp":
            return None
        position = 0
        for _ in range(_MAX_BOXES):
            file.seek(position)
            header = file.read(16)
            size, kind = int.from_bytes(header[:4], "big"), header[4:8]
            start = 8
            if size == 1:
                size, start = int.from_bytes(header[8:16], "big"), 16
            if kind == b"meta":
                file.seek(position + start)
                return file.read(size - start) if start < size <= _MAX_META_BYTES else None
            if size < start:
                return None
            position += size
    return None


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = 0
    while position + 8 <= len(content):
        size = int.from_bytes(content[position : position + 4], "big")
        if size < 8:
            return
        yield content[position + 4 : position + 8], content[position + 8 : position + size]
        position += size
