"""Labels in Matroska and WebM files: a bounded walk over EBML elements.

Elements after RFC 8794 section 4-6 (EBML: ids and sizes as variable-size integers, unknown sizes) and RFC 9559 section
5.1.8 (`Tags`), 5.1.2 (`Info`).  FFmpeg reads tags too, and keeps one value of each name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from similarity.provenance.found import Looked, quoted
from similarity.provenance.values import LabelField

__all__ = ["look_through_matroska"]

_SEGMENT, _CLUSTER, _INFO = 0x18538067, 0x1F43B675, 0x1549A966
_TAGS, _TAG, _SIMPLE_TAG, _TAG_NAME, _TAG_STRING, _TAG_BINARY = 0x1254C367, 0x7373, 0x67C8, 0x45A3, 0x4487, 0x4485
_MUXING_APP, _WRITING_APP = 0x4D80, 0x5741
_MAX_ELEMENTS = 500_000
_MAX_DEPTH_OF_TAGS = 8
_MAX_APP_BYTES = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class _Element:
    identifier: int
    start: int  # of the payload
    end: int
    is_open: bool  # its size is not known: what follows may be inside it or after it


class _Walk:
    def __init__(self, file: BinaryIO, looked: Looked) -> None:
        self.file, self.looked, self.num_elements = file, looked, 0

    def elements(self, span: tuple[int, int], where: str) -> Iterator[_Element]:
        """Elements in a span; an element of unknown size gives its children as its neighbours, which have other ids."""
        position, end = span
        while position + 2 <= end:
            self.num_elements += 1
            if self.num_elements > _MAX_ELEMENTS:
                self.looked.problem(f"more than {_MAX_ELEMENTS} elements: the rest was not looked at")
                return
            self.file.seek(position)
            header = self.file.read(min(12, end - position))
            identifier, ahead = _number(header, keeps_marker=True, longest=4)
            size, more = _number(header[ahead:], keeps_marker=False, longest=8)
            if not ahead or not more:
                self.looked.problem(f"{where}: what stands at byte {position} is no element")
                return
            start = position + ahead + more
            is_open = size == (1 << 7 * more) - 1
            if not is_open and start + size > end:
                self.looked.problem(f"{where}: the element {identifier:X} at byte {position} is cut off or too large")
            last = end if is_open else min(start + size, end)
            yield _Element(identifier=identifier, start=start, end=last, is_open=is_open)
            position = start if is_open else start + size

    def segments(self, span: tuple[int, int]) -> None:
        for element in self.elements(span, "the file"):
            if element.identifier == _SEGMENT and not element.is_open:
                for inner in self.elements((element.start, element.end), "Segment"):
                    self.in_segment(inner)
            else:
                self.in_segment(element)

    def in_segment(self, element: _Element) -> None:
        if element.is_open:
            return
        span = (element.start, element.end)
        if element.identifier == _INFO:
            for app in self.elements(span, "Segment.Info"):
                self.app(app)
        elif element.identifier == _TAGS:
            for tag in self.elements(span, "Segment.Tags"):
                if tag.identifier == _TAG and not tag.is_open:
                    self.tag(tag, "Segment.Tags.Tag", _MAX_DEPTH_OF_TAGS)

    def app(self, element: _Element) -> None:
        name = {_MUXING_APP: "MuxingApp", _WRITING_APP: "WritingApp"}.get(element.identifier)
        if name is not None:
            text = self.text(element, _MAX_APP_BYTES).decode("utf-8", "replace")
            self.looked.tags.append(LabelField(name=f"Segment.Info.{name}", value=quoted(text)))

    def tag(self, parent: _Element, where: str, depth: int) -> None:
        """Simple tags of a tag, and those nested in them."""
        if not depth:
            self.looked.problem(f"{where}: tags are nested deeper than {_MAX_DEPTH_OF_TAGS}")
            return
        for element in self.elements((parent.start, parent.end), where):
            if element.identifier == _SIMPLE_TAG and not element.is_open:
                self.simple_tag(element, f"{where}.SimpleTag")
                self.tag(element, f"{where}.SimpleTag", depth - 1)

    def simple_tag(self, parent: _Element, where: str) -> None:
        name, values = b"", []
        for element in self.elements((parent.start, parent.end), where):
            if element.identifier == _TAG_NAME:
                name = self.text(element, 256)
            elif element.identifier in {_TAG_STRING, _TAG_BINARY}:
                values.append(element)
        if name == b"AIGC":
            for value in values:
                self.looked.add_from(self.file, "aigc", f"{where} AIGC", (value.start, value.end))

    def text(self, element: _Element, longest: int) -> bytes:
        self.file.seek(element.start)
        return self.file.read(min(element.end - element.start, longest)).rstrip(b"\0")


def look_through_matroska(file: BinaryIO, num_bytes: int) -> Looked:
    """Labels of a Matroska or WebM file: a `SimpleTag` named `AIGC` (TC260-PG-20257A), and the writing programs."""
    looked = Looked()
    _Walk(file, looked).segments((0, num_bytes))
    return looked


def _number(header: bytes, *, keeps_marker: bool, longest: int) -> tuple[int, int]:
    """A variable-size integer and its length in bytes; length 0 where there is none (RFC 8794 section 4)."""
    if not header or not header[0]:
        return 0, 0
    length = 9 - header[0].bit_length()
    if length > longest or length > len(header):
        return 0, 0
    value = int.from_bytes(header[:length], "big")
    return (value if keeps_marker else value & (1 << 7 * length) - 1), length
