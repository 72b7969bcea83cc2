"""Labels in MP4 and QuickTime files: a bounded walk over the few boxes that can hold one.

The boxes are those of ISO/IEC 14496-12 section 4.2 (box), 8.10.1 (`udta`), 8.11.1 (`meta`); `keys` and `ilst` those of
the QuickTime File Format, "Metadata Item Keys Atom" and "Metadata Item List Atom"; the places of XMP those of the XMP
Specification Part 3, tables for MPEG-4 (`uuid` box) and QuickTime (`moov.udta.XMP_`).  FFmpeg keeps one value per key
and mutagen reads no `mdta` keys; neither would show two labels that disagree, nor where they stood.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from similarity.provenance.found import MAX_TEXT_BYTES, Looked

__all__ = ["has_more_boxes_than", "look_through_mp4"]

_MAX_BOXES = 50_000
_MAX_KEYS = 1024
_HOLDING_BOXES = frozenset(
    b"moov trak edts mdia minf dinf stbl mvex moof traf mfra meta udta ilst sinf schi iprp ipco".split()
)
_XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_AIGC = b"AIGC"
_UTF16_BE = 2  # "well-known types" of the QuickTime File Format: 1 is UTF-8, 2 is UTF-16 big-endian
_INSIDE = {
    b"": {b"moov", b"meta", b"uuid"},
    b"moov": {b"udta", b"meta", b"trak", b"uuid", b"cmov"},
    b"trak": {b"udta", b"meta"},
    b"udta": {b"meta", b"XMP_", _AIGC},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Box:
    kind: bytes
    start: int  # of the payload
    end: int


class _Walk:
    def __init__(self, file: BinaryIO, looked: Looked) -> None:
        self.file, self.looked, self.num_boxes, self.has_movie = file, looked, 0, False

    def children(self, start: int, end: int, where: str) -> Iterator[_Box]:
        """The boxes that lie in [start, end); stops with a problem at the first that can't be one."""
        position = start
        while position + 8 <= end:
            self.num_boxes += 1
            if self.num_boxes > _MAX_BOXES:
                self.looked.problem(f"more than {_MAX_BOXES} boxes: the rest was not looked at")
                return
            self.file.seek(position)
            header = self.file.read(16)
            size, kind, ahead = int.from_bytes(header[:4], "big"), header[4:8], 8
            if size == 1 and len(header) == 16:
                size, ahead = int.from_bytes(header[8:16], "big"), 16
            elif size == 0 and kind != b"\0\0\0\0":
                size = end - position
            elif size == 0:
                return  # QuickTime ends a list of user data with a zero
            if size < ahead:
                self.looked.problem(f"a box in {where} at byte {position} has the impossible size {size}")
                return
            if position + size > end:
                self.looked.problem(f"{where}: the box {_name(kind)} at byte {position} is cut off or too large")
            yield _Box(kind=kind, start=position + ahead, end=min(position + size, end))
            position += size

    def level(self, kind: bytes, span: tuple[int, int], where: str) -> None:
        """One level of boxes, and those inside that can hold a label; no deeper than moov.trak.udta.meta."""
        num_tracks = 0
        for box in self.children(*span, where or "the file"):
            if box.kind not in _INSIDE[kind]:
                continue
            name = _name(box.kind)
            if box.kind == b"trak":
                num_tracks += 1
                name = f"trak[{num_tracks}]"
            place = f"{where}.{name}" if where else name
            self.has_movie = self.has_movie or box.kind == b"moov"
            self.one(box, place)

    def one(self, box: _Box, place: str) -> None:
        if box.kind == b"meta":
            self.meta(box, place)
        elif box.kind == b"uuid":
            self.uuid(box, place)
        elif box.kind == b"XMP_":
            self.looked.add_from(self.file, "xmp", place, (box.start, box.end))
        elif box.kind == _AIGC:
            self.looked.add_from(self.file, "aigc", place, (box.start, box.end))
        elif box.kind == b"cmov":
            self.looked.problem(f"{place}: this reader does not unpack a compressed movie header")
        else:
            self.level(box.kind, (box.start, box.end), place)

    def uuid(self, box: _Box, place: str) -> None:
        self.file.seek(box.start)
        if self.file.read(16) == _XMP_UUID and box.end - box.start >= 16:
            self.looked.add_from(self.file, "xmp", f"{place} (XMP)", (box.start + 16, box.end))

    def meta(self, box: _Box, place: str) -> None:
        """ISO files put four bytes of version and flags ahead of the boxes in `meta`, QuickTime files none."""
        self.file.seek(box.start)
        start = box.start if self.file.read(8)[4:] in {b"hdlr", b"keys", b"ilst"} else box.start + 4
        keys: list[bytes] = []
        for child in self.children(start, box.end, place):
            if child.kind == b"keys":
                keys = self.keys(child, f"{place}.keys")
            elif child.kind == b"ilst":
                self.items(child, keys, f"{place}.ilst")

    def keys(self, box: _Box, place: str) -> list[bytes]:
        """Names in `keys`, in order: entry n is what item number n of `ilst` is called."""
        names: list[bytes] = []
        for entry in self.children(box.start + 8, box.end, place):
            if len(names) >= _MAX_KEYS:
                self.looked.problem(f"{place}: more than {_MAX_KEYS} keys")
                break
            self.file.seek(entry.start)
            names.append(self.file.read(min(entry.end - entry.start, 256)))
        return names

    def items(self, box: _Box, keys: list[bytes], place: str) -> None:
        for item in self.children(box.start, box.end, place):
            number = int.from_bytes(item.kind, "big")
            if 1 <= number <= len(keys):
                name = keys[number - 1]
            else:
                name = self.freeform_name(item, place) if item.kind == b"----" else item.kind
            if name != _AIGC:
                continue
            where = f"{place} ---- AIGC" if item.kind == b"----" else f"{place} AIGC"
            for data in self.children(item.start, item.end, where):
                if data.kind == b"data":
                    self.value(data, where)

    def freeform_name(self, item: _Box, place: str) -> bytes:
        for part in self.children(item.start, item.end, place):
            if part.kind == b"name":
                self.file.seek(part.start + 4)
                return self.file.read(min(max(part.end - part.start - 4, 0), 256))
        return b""

    def value(self, data: _Box, place: str) -> None:
        self.file.seek(data.start)
        header = self.file.read(8)
        start = data.start + 8
        if int.from_bytes(header[:4], "big") == _UTF16_BE:
            text = self.file.read(min(max(data.end - start, 0), MAX_TEXT_BYTES)).decode("utf-16-be", "replace")
            self.looked.add("aigc", place, text.encode("utf-8", "replace"))
        else:
            self.looked.add_from(self.file, "aigc", place, (start, max(data.end, start)))


def look_through_mp4(file: BinaryIO, num_bytes: int) -> Looked:
    """Labels of an MP4 or QuickTime file: `AIGC` keys and XMP packets, of the whole file and of its tracks.

    Places of the AIGC key: `moov.udta.meta` keys and ilst (TC260-PG-20257A), also `moov.meta` as QuickTime cameras
    write it, an iTunes freeform item, and a plain `udta` box of that name.
    """
    looked = Looked()
    walk = _Walk(file, looked)
    walk.level(b"", (0, num_bytes), "")
    if not walk.has_movie:
        looked.problem("no moov box: the file is cut off before its index, or damaged")
    return looked


def has_more_boxes_than(limit: int, file: BinaryIO, num_bytes: int) -> bool:
    """Whether a file divides into more boxes than that, counted at every depth; stops at the first too many."""
    walk = _Walk(file, Looked())
    spans = [(0, num_bytes)]
    num_boxes = 0
    while spans:
        for box in walk.children(*spans.pop(), ""):
            num_boxes += 1
            if num_boxes > limit:
                return True
            if box.kind in _HOLDING_BOXES:
                spans.append((box.start + (4 if box.kind == b"meta" else 0), box.end))
    return False


def _name(kind: bytes) -> str:
    return kind.decode("latin-1") if kind.isascii() and kind.decode("latin-1").isprintable() else kind.hex()
