"""One bounded walk over nested length-prefixed boxes: MP4 boxes, Matroska elements, RIFF chunks, FLV tags.

A container's module holds its `BoxFormat` (how a header reads, what boxes are called, how many and how deep) and its
`Table` of the few boxes that can hold a label: a further table where boxes stand inside, a decoder where a payload is
wanted.  Whatever the sizes say, a walk ends: after `max_boxes` headers, at `max_depth` levels, at the end of the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, TypeAlias

from similarity.phrases import Phrase, phrase
from similarity.provenance.found import FoundKind, Looked

__all__ = ["Box", "BoxFormat", "Decoder", "Header", "Table", "Walk", "keep"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What stands ahead of a payload."""

    kind: bytes
    """Type of the box, as its format codes it."""
    num_bytes: int
    """Length of the header."""
    payload_bytes: int | None
    """Length of the payload; none where the header leaves it open."""
    padding_bytes: int = 0
    """Bytes between the payload and the next box."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxFormat:
    """How the boxes of a container read."""

    noun: Phrase
    """What the format calls a box."""
    plural: Phrase
    """And several of them."""
    read_header: Callable[[bytes, int], Header | None]
    """The header out of its bytes and the number of bytes up to the end of what holds the box; none where it is no
    header."""
    min_header_bytes: int
    """Shortest header: where fewer bytes are left, there is no further box."""
    max_header_bytes: int
    """Longest header: as much is handed to `read_header`, or what is left."""
    max_boxes: int
    """Headers that one walk reads."""
    max_depth: int
    """Levels that one walk goes down."""
    names: Mapping[bytes, str] = field(default_factory=dict)
    """Names of types that are no text."""
    numbered: frozenset[bytes] = frozenset()
    """Types whose boxes are numbered in places: `trak[2]`."""

    def name(self, kind: bytes) -> str:
        """The type as people read it."""
        text = kind.decode("latin-1")
        return self.names.get(kind) or (text if text.isascii() and text.isprintable() else kind.hex().upper())


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One box: where its payload lies, cut at the end of what holds it."""

    kind: bytes
    """Its type."""
    start: int
    """First byte of the payload in the file."""
    end: int
    """End of the payload (exclusive)."""
    depth: int = 0
    """Boxes that it stands in; 0 for the whole file."""
    is_open: bool = False
    """Whether its header leaves the length open: what follows may be inside it or after it."""


class Walk:
    """A walk through one file."""

    def __init__(self, file: BinaryIO, form: BoxFormat) -> None:
        self.file, self.form = file, form
        self.looked = Looked()
        """What was found."""
        self.opened: set[bytes] = set()
        """Types that the table wanted and that were there."""
        self._num_boxes = 0

    def look(self, table: Table, parent: Box, where: str = "") -> None:
        """Look into the boxes of another that the table wants.

        Args:
            table: what is wanted of each type.
            parent: the other box.
            where: its place; empty for the file itself.
        """
        numbers: Counter[bytes] = Counter()
        for box in self.boxes(parent, where or "the file"):
            wanted = table.get(box.kind)
            if wanted is None or box.is_open:
                continue
            self.opened.add(box.kind)
            numbers[box.kind] += 1
            number = f"[{numbers[box.kind]}]" if box.kind in self.form.numbered else ""
            place = f"{where}{'.' if where else ''}{self.form.name(box.kind)}{number}"
            if isinstance(wanted, Mapping):
                self.look(wanted, box, place)
            else:
                wanted(self, box, place)

    def boxes(self, parent: Box, where: str, *, skip: int = 0) -> Iterator[Box]:
        """The boxes inside another; at the first that can't be one, a problem.

        The boxes inside one of open length are its neighbours here.

        Args:
            parent: the other box.
            where: its place, for messages.
            skip: bytes of its payload that hold no boxes.
        """
        form = self.form
        if parent.depth >= form.max_depth:
            problem = phrase(
                "{place}: {boxes} are nested deeper than {depth}", place=where, boxes=form.plural, depth=form.max_depth
            )
            self.looked.problem(problem)
            return
        position = parent.start + skip
        while position + form.min_header_bytes <= parent.end:
            self._num_boxes += 1
            if self._num_boxes > form.max_boxes:
                problem = phrase(
                    "more than {number} {boxes}: the rest was not looked at", number=form.max_boxes, boxes=form.plural
                )
                self.looked.problem(problem)
                return
            self.file.seek(position)
            room = parent.end - position
            header = form.read_header(self.file.read(min(form.max_header_bytes, room)), room)
            if header is None:
                problem = phrase(
                    "{place}: what stands at byte {byte} is no {box}", place=where, byte=position, box=form.noun
                )
                self.looked.problem(problem)
                return
            start = position + header.num_bytes
            end = parent.end if header.payload_bytes is None else start + header.payload_bytes
            if end > parent.end:
                self.looked.problem(self._cut_off(where, header.kind, position))
            is_open = header.payload_bytes is None
            depth = parent.depth + 1
            yield Box(kind=header.kind, start=start, end=min(end, parent.end), depth=depth, is_open=is_open)
            position = start if is_open else end + header.padding_bytes

    def _cut_off(self, where: str, kind: bytes, position: int) -> Phrase:
        return phrase(
            "{place}: the {box} {name} at byte {byte} is cut off or too large",
            place=where,
            box=self.form.noun,
            name=self.form.name(kind),
            byte=position,
        )

    def read(self, box: Box, longest: int, *, skip: int = 0) -> bytes:
        """Bytes of the payload.

        Args:
            box: whose payload.
            longest: bytes at most.
            skip: bytes before them.
        """
        self.file.seek(box.start + skip)
        return self.file.read(max(0, min(box.end - box.start - skip, longest)))

    def keep(self, box: Box, kind: FoundKind, place: str, *, skip: int = 0) -> None:
        """Keep the payload as a label, up to the limits.

        Args:
            box: whose payload.
            kind: what it should hold.
            place: where it stands.
            skip: bytes before the label.
        """
        self.looked.add_from(self.file, kind, place, (box.start + skip, max(box.end, box.start + skip)))


Decoder: TypeAlias = Callable[[Walk, Box, str], None]
"""Takes what is wanted out of a box; the text is its place."""
Table: TypeAlias = Mapping[bytes, "Table | Decoder"]
"""Boxes that are wanted, by type."""


def keep(kind: FoundKind, place: str | None = None) -> Decoder:
    """A decoder that keeps the payload as a label, under the box's own place where no other is given."""

    def decode(walk: Walk, box: Box, where: str) -> None:
        walk.keep(box, kind, place or where)

    return decode
