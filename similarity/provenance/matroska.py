"""Labels in Matroska and WebM files, by a bounded walk over EBML elements.

Elements after RFC 8794 section 4-6 (EBML: ids and sizes as variable-size integers, unknown sizes) and RFC 9559 section
5.1.8 (`Tags`), 5.1.2 (`Info`).  FFmpeg reads tags too, and keeps one value of each name.
"""

from __future__ import annotations

from typing import BinaryIO

from similarity.phrases import phrase
from similarity.provenance.boxes import Box, BoxFormat, Header, Table, Walk
from similarity.provenance.found import Looked, quoted
from similarity.provenance.values import LabelField

__all__ = ["look_through_matroska"]

_NAMES = {
    bytes.fromhex("18538067"): "Segment",
    bytes.fromhex("1549A966"): "Info",
    bytes.fromhex("4D80"): "MuxingApp",
    bytes.fromhex("5741"): "WritingApp",
    bytes.fromhex("1254C367"): "Tags",
    bytes.fromhex("7373"): "Tag",
    bytes.fromhex("67C8"): "SimpleTag",
    bytes.fromhex("45A3"): "TagName",
    bytes.fromhex("4487"): "TagString",
    bytes.fromhex("4485"): "TagBinary",
}
_KINDS = {name: kind for kind, name in _NAMES.items()}
_LONGEST_ID, _LONGEST_SIZE = 4, 8
_MAX_APP_BYTES = 1024
_MAX_NAME_BYTES = 256


def _number_bytes(head: bytes, longest: int) -> int:
    """Length of the variable-size integer at the beginning; 0 where there is none (RFC 8794 section 4)."""
    length = 9 - head[0].bit_length() if head and head[0] else 0
    return length if length <= min(longest, len(head)) else 0


def _read_header(head: bytes, _room: int) -> Header | None:
    """Id and size, both variable-size integers; a size of ones alone is not known."""
    ahead = _number_bytes(head, _LONGEST_ID)
    more = _number_bytes(head[ahead:], _LONGEST_SIZE)
    if not ahead or not more:
        return None
    unknown = (1 << 7 * more) - 1
    size = int.from_bytes(head[ahead : ahead + more], "big") & unknown
    return Header(kind=head[:ahead], num_bytes=ahead + more, payload_bytes=None if size == unknown else size)


_EBML = BoxFormat(
    noun=phrase("element"),
    plural=phrase("elements"),
    read_header=_read_header,
    min_header_bytes=2,
    max_header_bytes=_LONGEST_ID + _LONGEST_SIZE,
    max_boxes=500_000,
    max_depth=12,  # Segment, Tags, Tag, and tags nested 8 deep
    names=_NAMES,
)


def _app(walk: Walk, box: Box, _place: str) -> None:
    text = walk.read(box, _MAX_APP_BYTES).rstrip(b"\0").decode("utf-8", "replace")
    walk.looked.tags.append(LabelField(name=f"Segment.Info.{_NAMES[box.kind]}", value=quoted(text)))


def _simple_tag(walk: Walk, box: Box, place: str) -> None:
    """A tag's name and values, then the tags nested in it."""
    name, values = b"", []
    for inner in walk.boxes(box, place):
        if inner.kind == _KINDS["TagName"]:
            name = walk.read(inner, _MAX_NAME_BYTES).rstrip(b"\0")
        elif inner.kind in {_KINDS["TagString"], _KINDS["TagBinary"]}:
            values.append(inner)
    if name == b"AIGC":
        for value in values:
            walk.keep(value, "aigc", f"{place} AIGC")
    walk.look(_SIMPLE_TAGS, box, place)


_SIMPLE_TAGS: Table = {_KINDS["SimpleTag"]: _simple_tag}


def _info(walk: Walk, box: Box, _place: str) -> None:
    walk.look({_KINDS["MuxingApp"]: _app, _KINDS["WritingApp"]: _app}, box, "Segment.Info")


def _tags(walk: Walk, box: Box, _place: str) -> None:
    walk.look({_KINDS["Tag"]: _SIMPLE_TAGS}, box, "Segment.Tags")


_IN_SEGMENT: Table = {_KINDS["Info"]: _info, _KINDS["Tags"]: _tags}
_TABLE: Table = {_KINDS["Segment"]: _IN_SEGMENT, **_IN_SEGMENT}
"""What stands in a segment of unknown size is met as its neighbour."""


def look_through_matroska(file: BinaryIO, num_bytes: int) -> Looked:
    """Labels of a Matroska or WebM file: a `SimpleTag` named `AIGC` (TC260-PG-20257A), and the writing programs."""
    walk = Walk(file, _EBML)
    walk.look(_TABLE, Box(kind=b"", start=0, end=num_bytes))
    return walk.looked
