"""What the primary picture of an HEIF file (HEIC, AVIF) is made of: whole, or put together of others.

Boxes after ISO/IEC 14496-12 (`meta`, `pitm`, `iinf`, `iref`, `iloc`) and ISO/IEC 23008-12 (`grid`, `irot`, `imir`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from similarity.media.orientation import Orientation

__all__ = ["PictureGrid", "picture_made_of"]

_MAX_META_BYTES = 1 << 24
"""Larger descriptions of items are not looked into."""
_MAX_BOXES = 1000
_WHOLE = frozenset({b"hvc1", b"av01", b"avc1", b"jpeg", b"iden"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureGrid:
    """A picture put together of equal tiles, row by row."""

    rows: int
    """Tiles from top to bottom."""
    columns: int
    """Tiles from left to right."""
    width: int
    """Of the whole before it is turned, pixels; what the tiles have beyond is cut off."""
    height: int
    """Of the whole before it is turned, pixels."""
    tile_ids: tuple[int, ...]
    """Numbers of the items that are its tiles, in order."""
    orientation: Orientation
    """How the whole is brought upright."""


def picture_made_of(path: Path) -> PictureGrid | str | None:
    """The grid that a file's primary picture is; what else it is where it can't be put together; None where whole."""
    meta = _meta(path)
    if meta is None:
        return None
    boxes: dict[bytes, bytes] = {}
    for kind, content in _boxes(meta[4:]):
        boxes.setdefault(kind, content)
    primary = _primary(boxes)
    item_type = _item_types(boxes).get(primary)
    if item_type is None or item_type in _WHOLE:
        return None
    try:
        if item_type == b"grid":
            return _grid(path, boxes, primary)
    except (IndexError, ValueError):
        return "a still put together of tiles whose layout can't be read"
    return f"a still of the kind {item_type.decode('ascii', 'replace')!r}, laid together of other pictures"


def _grid(path: Path, boxes: Mapping[bytes, bytes], primary: int) -> PictureGrid:
    layout = _item_data(path, boxes, primary)
    size = 4 if layout[1] & 1 else 2
    rows, columns = layout[2] + 1, layout[3] + 1
    tile_ids = _referred(boxes[b"iref"], primary) if b"iref" in boxes else ()
    if len(tile_ids) != rows * columns or len(layout) < 4 + 2 * size:
        raise ValueError(f"{len(tile_ids)} tiles, expected {rows} x {columns}")
    return PictureGrid(
        rows=rows,
        columns=columns,
        width=int.from_bytes(layout[4 : 4 + size], "big"),
        height=int.from_bytes(layout[4 + size : 4 + 2 * size], "big"),
        tile_ids=tile_ids,
        orientation=_orientation(boxes.get(b"iprp", b""), primary),
    )


def _primary(boxes: Mapping[bytes, bytes]) -> int:
    """Number of the primary item; 0, which no item has, where there is none."""
    pitm = boxes.get(b"pitm", bytes(8))
    return int.from_bytes(pitm[4:6] if pitm[0] == 0 else pitm[4:8], "big")


def _item_types(boxes: Mapping[bytes, bytes]) -> dict[int, bytes]:
    iinf = boxes.get(b"iinf", bytes(6))
    entries = iinf[6:] if iinf[0] == 0 else iinf[8:]
    return dict(_item(box) for kind, box in _boxes(entries) if kind == b"infe" and box[:1] in (b"\2", b"\3"))


def _item(infe: bytes) -> tuple[int, bytes]:
    """Number and type of an item."""
    num_bytes = 2 if infe[0] == 2 else 4
    return int.from_bytes(infe[4 : 4 + num_bytes], "big"), infe[6 + num_bytes : 10 + num_bytes]


def _referred(iref: bytes, primary: int) -> tuple[int, ...]:
    """Items of which the primary one is derived, in order."""
    size = 2 if iref[0] == 0 else 4
    for kind, box in _boxes(iref[4:]):
        if kind == b"dimg" and int.from_bytes(box[:size], "big") == primary:
            ids = box[size + 2 :]
            return tuple(int.from_bytes(ids[at : at + size], "big") for at in range(0, len(ids), size))
    return ()


class _Numbers:
    """Big-endian numbers, one after the other."""

    def __init__(self, content: bytes) -> None:
        self._content, self._at = content, 0

    def next(self, num_bytes: int) -> int:
        """The next one; ValueError where the content ends."""
        self._at += num_bytes
        if self._at > len(self._content):
            raise ValueError("the box ends in the middle of a number")
        return int.from_bytes(self._content[self._at - num_bytes : self._at], "big")


def _item_data(path: Path, boxes: Mapping[bytes, bytes], wanted: int) -> bytes:
    """Bytes of an item, which lie in the file or in the `idat` box."""
    iloc = boxes.get(b"iloc", b"\0")
    version, numbers = iloc[0], _Numbers(iloc[4:])
    sizes = numbers.next(2)
    offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version else 0
    for _ in range(numbers.next(4 if version == 2 else 2)):
        number = numbers.next(4 if version == 2 else 2)
        in_idat = bool(numbers.next(2) & 15 == 1) if version else False
        numbers.next(2)
        base = numbers.next(base_size)
        places = []
        for _ in range(numbers.next(2)):
            numbers.next(index_size)
            places.append((base + numbers.next(offset_size), numbers.next(length_size)))
        if number == wanted:
            return b"".join(_bytes_at(path, boxes, start, size, in_idat=in_idat) for start, size in places)
    raise ValueError("the primary item lies nowhere")


def _bytes_at(path: Path, boxes: Mapping[bytes, bytes], start: int, size: int, *, in_idat: bool) -> bytes:
    if in_idat:
        return boxes.get(b"idat", b"")[start : start + size]
    with path.open("rb") as file:
        file.seek(start)
        return file.read(min(size, _MAX_META_BYTES))


def _orientation(iprp: bytes, primary: int) -> Orientation:
    """The turn anticlockwise (`irot`) and then the mirror (`imir`) of an item, as a mirror and a turn clockwise."""
    boxes = dict(_boxes(iprp))
    properties = list(_boxes(boxes.get(b"ipco", b"")))
    used = [properties[index - 1] for index in _used(boxes.get(b"ipma", bytes(8)), primary) if index]
    anticlockwise = next((90 * (content[0] & 3) for kind, content in used if kind == b"irot"), 0)
    mirror = next((content[0] & 1 for kind, content in used if kind == b"imir"), None)
    if mirror is None:
        return Orientation(is_mirrored=False, rotation_degrees=-anticlockwise % 360)
    upside_down = 0 if mirror else 180  # 0 exchanges top and bottom, 1 left and right
    return Orientation(is_mirrored=True, rotation_degrees=(anticlockwise + upside_down) % 360)


def _used(ipma: bytes, wanted: int) -> list[int]:
    """Numbers, from 1, of the properties of an item."""
    is_wide, numbers = ipma[3] & 1, _Numbers(ipma[4:])
    for _ in range(numbers.next(4)):
        number = numbers.next(2 if ipma[0] == 0 else 4)
        found = [numbers.next(2) & 0x7FFF if is_wide else numbers.next(1) & 0x7F for _ in range(numbers.next(1))]
        if number == wanted:
            return found
    return []


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
