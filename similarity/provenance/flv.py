"""Labels in Flash Video files, by a bounded walk over tags, and in the properties of their script data.

Tags and script data after "Adobe Flash Video File Format Specification Version 10.1", Annex E.4.1 and E.4.4
(`SCRIPTDATA`), values after "Action Message Format -- AMF 0", section 2; XMP in `onXMPData.liveXML` (Annex E.6).
FFmpeg drops a property of more than 1023 bytes and every one behind it: a signed label would be lost without a word.
Script data has a reader of its own: its values are typed and end with a mark, and say no length that could be skipped.
"""

from __future__ import annotations

from typing import BinaryIO

from similarity.phrases import phrase
from similarity.provenance.boxes import Box, BoxFormat, Header, Table, Walk
from similarity.provenance.found import MAX_TEXT_BYTES, Looked, quoted
from similarity.provenance.values import LabelField

__all__ = ["look_through_flv"]

_HEADER, _SIZE_BEHIND = 11, 4
_MAX_SCRIPT_BYTES = 2 * MAX_TEXT_BYTES
_MAX_PROPERTIES = 10_000
_MAX_DEPTH = 8
_MAX_TAGS_QUOTED = 128
_SCRIPT = 18
_STRING, _OBJECT, _ARRAY, _LIST, _LONG_STRING, _END = 2, 3, 8, 10, 12, 9
_LENGTHS = {0: 8, 1: 1, 5: 0, 6: 0, 7: 2, 11: 10}  # number, boolean, null, undefined, reference, date


class _NoScriptDataError(ValueError):
    """The bytes are no AMF 0."""


class _Script:
    """Reads one tag's script data; keeps the texts named `AIGC` and `liveXML`."""

    def __init__(self, content: bytes, looked: Looked) -> None:
        self.content, self.looked, self.position, self.num_properties = content, looked, 0, 0

    def take(self, length: int) -> bytes:
        if self.position + length > len(self.content):
            raise _NoScriptDataError(
                phrase("{number} bytes are asked for at byte {byte}, where it ends", number=length, byte=self.position)
            )
        self.position += length
        return self.content[self.position - length : self.position]

    def number(self, length: int) -> int:
        return int.from_bytes(self.take(length), "big")

    def read(self) -> None:
        if self.number(1) != _STRING:
            raise _NoScriptDataError(phrase("it does not begin with a name"))
        name = self.take(self.number(2)).decode("utf-8", "replace")
        if name in {"onMetaData", "onXMPData"}:
            self.value(name, _MAX_DEPTH)

    def value(self, place: str, depth: int) -> bytes | None:
        """Step over one value; the bytes of a text, or None."""
        if not depth:
            raise _NoScriptDataError(phrase("values are nested deeper than {depth}", depth=_MAX_DEPTH))
        marker = self.number(1)
        if marker in _LENGTHS:
            self.take(_LENGTHS[marker])
        elif marker in {_STRING, _LONG_STRING}:
            return self.take(self.number(2 if marker == _STRING else 4))
        elif marker in {_OBJECT, _ARRAY}:
            self.take(4 if marker == _ARRAY else 0)
            self.properties(place, depth - 1)
        elif marker == _LIST:
            for _ in range(self.number(4)):
                self.count()
                self.value(place, depth - 1)
        else:
            raise _NoScriptDataError(phrase("{number} is no type of value", number=marker))
        return None

    def properties(self, place: str, depth: int) -> None:
        while self.position < len(self.content):
            self.count()
            name = self.take(self.number(2))
            if not name and self.content[self.position : self.position + 1] == bytes([_END]):
                self.position += 1
                return
            text = self.value(place, depth)
            if text is not None and name == b"AIGC":
                self.looked.add("aigc", f"{place} AIGC", text)
            elif text is not None and name == b"liveXML" and place == "onXMPData":
                self.looked.add("xmp", f"{place}.liveXML", text)
            elif text and place == "onMetaData" and len(self.looked.tags) < _MAX_TAGS_QUOTED:
                tag = f"{place}.{quoted(name[:200].decode('utf-8', 'replace'))}"
                self.looked.tags.append(LabelField(name=tag, value=quoted(text.decode("utf-8", "replace"))))

    def count(self) -> None:
        self.num_properties += 1
        if self.num_properties > _MAX_PROPERTIES:
            raise _NoScriptDataError(phrase("it has more than {number} values", number=_MAX_PROPERTIES))


def _read_header(head: bytes, _room: int) -> Header:
    """Type in five bits, size in three bytes; behind every tag stands its size once more."""
    size = int.from_bytes(head[1:4], "big")
    return Header(kind=bytes([head[0] & 0x1F]), num_bytes=_HEADER, payload_bytes=size, padding_bytes=_SIZE_BEHIND)


def _script(walk: Walk, box: Box, place: str) -> None:
    try:
        _Script(walk.read(box, _MAX_SCRIPT_BYTES), walk.looked).read()
    except _NoScriptDataError as error:
        byte = box.start - _HEADER
        walk.looked.problem(
            phrase("the {name} at byte {byte} does not parse: {reason}", name=place, byte=byte, reason=error.args[0])
        )


_TAGS = BoxFormat(
    noun=phrase("tag"),
    plural=phrase("tags"),
    read_header=_read_header,
    min_header_bytes=_HEADER,
    max_header_bytes=_HEADER,
    max_boxes=500_000,
    max_depth=1,
    names={bytes([number]): name for number, name in ((8, "sound"), (9, "video"), (_SCRIPT, "script data"))},
)
_TABLE: Table = {bytes([_SCRIPT]): _script}


def look_through_flv(file: BinaryIO, num_bytes: int) -> Looked:
    """Labels of an FLV file: `AIGC` in `onMetaData` (TC260-PG-20257A), XMP in `onXMPData`."""
    file.seek(5)
    first = int.from_bytes(file.read(4), "big") + _SIZE_BEHIND  # the header, and the size of a tag before the first
    walk = Walk(file, _TAGS)
    walk.look(_TABLE, Box(kind=b"", start=first, end=num_bytes))
    return walk.looked
