"""Labels in MP4 and QuickTime files, by a bounded walk over the few boxes that can hold one.

The boxes are those of ISO/IEC 14496-12 section 4.2 (box), 8.10.1 (`udta`), 8.11.1 (`meta`); `keys` and `ilst` those of
the QuickTime File Format, "Metadata Item Keys Atom" and "Metadata Item List Atom"; the places of XMP those of the XMP
Specification Part 3, tables for MPEG-4 (`uuid` box) and QuickTime (`moov.udta.XMP_`).  FFmpeg keeps one value per key
and mutagen reads no `mdta` keys; neither would show two labels that disagree, nor where they stood.
"""

from __future__ import annotations

from dataclasses import replace
from typing import BinaryIO

from similarity.phrases import phrase
from similarity.provenance.boxes import Box, BoxFormat, Header, Table, Walk, keep
from similarity.provenance.found import MAX_TEXT_BYTES, Looked

__all__ = ["has_more_boxes_than", "look_through_mp4"]

_HEADER, _LONG_HEADER = 8, 16
_MAX_KEYS = 1024
_MAX_NAME_BYTES = 256
_VERSION_AND_FLAGS = 4
_HOLDING_BOXES = frozenset(
    b"moov trak edts mdia minf dinf stbl mvex moof traf mfra meta udta ilst sinf schi iprp ipco".split()
)
_XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_AIGC = b"AIGC"
_UTF16_BE = 2  # "well-known types" of the QuickTime File Format: 1 is UTF-8, 2 is UTF-16 big-endian


def _read_header(head: bytes, room: int) -> Header | None:
    """Size of the whole box and type; a size of 1 stands for 64 bits behind the type, 0 for all that is left.

    QuickTime ends a list of user data with a zero, which takes what is left in the same way.
    """
    size, ahead = int.from_bytes(head[:4], "big"), _HEADER
    if size == 1 and len(head) == _LONG_HEADER:
        size, ahead = int.from_bytes(head[_HEADER:], "big"), _LONG_HEADER
    elif size == 0:
        size = room
    return Header(kind=head[4:8], num_bytes=ahead, payload_bytes=size - ahead) if size >= ahead else None


_MP4 = BoxFormat(
    noun=phrase("box"),
    plural=phrase("boxes"),
    read_header=_read_header,
    min_header_bytes=_HEADER,
    max_header_bytes=_LONG_HEADER,
    max_boxes=50_000,
    max_depth=8,
    numbered=frozenset({b"trak"}),
)


def _uuid(walk: Walk, box: Box, place: str) -> None:
    if walk.read(box, len(_XMP_UUID)) == _XMP_UUID:
        walk.keep(box, "xmp", f"{place} (XMP)", skip=len(_XMP_UUID))


def _compressed(walk: Walk, _box: Box, place: str) -> None:
    walk.looked.problem(phrase("{place}: this reader does not unpack a compressed movie header", place=place))


def _meta(walk: Walk, box: Box, place: str) -> None:
    """ISO files put four bytes of version and flags ahead of the boxes in `meta`, QuickTime files none."""
    is_quicktime = walk.read(box, _HEADER)[4:] in {b"hdlr", b"keys", b"ilst"}
    keys: list[bytes] = []
    for child in walk.boxes(box, place, skip=0 if is_quicktime else _VERSION_AND_FLAGS):
        if child.kind == b"keys":
            keys = _keys(walk, child, f"{place}.keys")
        elif child.kind == b"ilst":
            _items(walk, child, keys, f"{place}.ilst")


def _keys(walk: Walk, box: Box, place: str) -> list[bytes]:
    """Names in `keys`, in order, behind version and count: entry n is what item number n of `ilst` is called."""
    names: list[bytes] = []
    for entry in walk.boxes(box, place, skip=_VERSION_AND_FLAGS + 4):
        if len(names) >= _MAX_KEYS:
            walk.looked.problem(phrase("{place}: more than {number} keys", place=place, number=_MAX_KEYS))
            break
        names.append(walk.read(entry, _MAX_NAME_BYTES))
    return names


def _items(walk: Walk, box: Box, keys: list[bytes], place: str) -> None:
    for item in walk.boxes(box, place):
        number = int.from_bytes(item.kind, "big")
        if 1 <= number <= len(keys):
            name = keys[number - 1]
        else:
            name = _freeform_name(walk, item, place) if item.kind == b"----" else item.kind
        if name != _AIGC:
            continue
        where = f"{place} ---- AIGC" if item.kind == b"----" else f"{place} AIGC"
        for data in walk.boxes(item, where):
            if data.kind == b"data":
                _value(walk, data, where)


def _freeform_name(walk: Walk, item: Box, place: str) -> bytes:
    for part in walk.boxes(item, place):
        if part.kind == b"name":
            return walk.read(part, _MAX_NAME_BYTES, skip=_VERSION_AND_FLAGS)
    return b""


def _value(walk: Walk, data: Box, place: str) -> None:
    """A text behind its type and its locale, four bytes each."""
    if int.from_bytes(walk.read(data, 4), "big") == _UTF16_BE:
        text = walk.read(data, MAX_TEXT_BYTES, skip=8).decode("utf-16-be", "replace")
        walk.looked.add("aigc", place, text.encode("utf-8", "replace"))
    else:
        walk.keep(data, "aigc", place, skip=8)


_USER_DATA: Table = {b"meta": _meta, b"XMP_": keep("xmp"), _AIGC: keep("aigc")}
_TRACK: Table = {b"udta": _USER_DATA, b"meta": _meta}
_MOVIE: Table = {b"trak": _TRACK, **_TRACK, b"uuid": _uuid, b"cmov": _compressed}
_TABLE: Table = {b"moov": _MOVIE, b"meta": _meta, b"uuid": _uuid}


def look_through_mp4(file: BinaryIO, num_bytes: int) -> Looked:
    """Labels of an MP4 or QuickTime file: `AIGC` keys and XMP packets, of the whole file and of its tracks.

    Places of the AIGC key: `moov.udta.meta` keys and ilst (TC260-PG-20257A), also `moov.meta` as QuickTime cameras
    write it, an iTunes freeform item, and a plain `udta` box of that name.
    """
    walk = Walk(file, _MP4)
    walk.look(_TABLE, Box(kind=b"", start=0, end=num_bytes))
    if b"moov" not in walk.opened:
        walk.looked.problem(phrase("no moov box: the file is cut off before its index, or damaged"))
    return walk.looked


def has_more_boxes_than(limit: int, file: BinaryIO, num_bytes: int) -> bool:
    """Whether a file divides into more boxes than that, counted at every depth; stops at the first too many.

    Args:
        limit: how many.
        file: the file.
        num_bytes: its length.
    """
    walk = Walk(file, _MP4)
    pending = [Box(kind=b"", start=0, end=num_bytes)]
    num_boxes = 0
    while pending:
        parent = replace(pending.pop(), depth=0)
        for box in walk.boxes(parent, "", skip=_VERSION_AND_FLAGS if parent.kind == b"meta" else 0):
            num_boxes += 1
            if num_boxes > limit:
                return True
            if box.kind in _HOLDING_BOXES:
                pending.append(box)
    return False
