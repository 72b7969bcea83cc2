"""What the readers of containers bring home: texts with the places where they stood, and what kept them from more."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import BinaryIO, Literal

from similarity.phrases import Phrase, phrase
from similarity.provenance.values import LabelField
from similarity.text import encodable

__all__ = ["MAX_FOUND", "MAX_TEXT_BYTES", "Found", "FoundKind", "Looked", "quoted"]

FoundKind = Literal["aigc", "xmp"]

MAX_TEXT_BYTES = 4 * 1024 * 1024
"""Most that is read of one text; what is longer is read up to here, and said to be cut."""
MAX_FOUND = 64
"""Most labels of one kind that are kept of one file."""
_QUOTED_CHARACTERS = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A label's bytes at one place."""

    kind: FoundKind
    """`aigc`: the value of a key `AIGC`; `xmp`: an XMP packet."""
    place: str
    """Where it stood."""
    content: bytes
    """Its bytes, at most `MAX_TEXT_BYTES`."""
    num_bytes: int
    """How long the container says it is."""

    @property
    def is_cut(self) -> bool:
        """Whether less was read than the container says is there."""
        return len(self.content) < self.num_bytes

    @property
    def cut_note(self) -> Phrase:
        """How much of it was read."""
        return phrase(
            "{place}: says {number} bytes, {read} were read",
            place=self.place,
            number=self.num_bytes,
            read=len(self.content),
        )


@dataclass(slots=True, kw_only=True)
class Looked:
    """Collects what one walk through a container finds."""

    found: list[Found] = field(default_factory=list)
    """Labels, in the order of the file."""
    tags: list[LabelField] = field(default_factory=list)
    """Tags of writing programs that only this walk sees."""
    problems: list[Phrase] = field(default_factory=list)
    """Why a part of the container could not be looked at."""
    limits: list[Phrase] = field(default_factory=list)
    """What was left out on purpose."""
    is_too_large_for_ffmpeg: bool = False
    """Whether the container says sizes for which FFmpeg would reserve memory that the file can't fill."""

    def add(self, kind: FoundKind, place: str, content: bytes, num_bytes: int | None = None) -> None:
        """Keep one text, up to the limits.

        Args:
            kind: what it should hold.
            place: where it stands.
            content: its bytes, the first at least.
            num_bytes: its whole length, where `content` is cut.
        """
        if sum(one.kind == kind for one in self.found) >= MAX_FOUND:
            self._once(self.limits, phrase("only the first {number} places of a kind are read", number=MAX_FOUND))
            return
        says = len(content) if num_bytes is None else num_bytes
        self.found.append(Found(kind=kind, place=place, content=content[:MAX_TEXT_BYTES], num_bytes=says))

    def add_from(self, file: BinaryIO, kind: FoundKind, place: str, span: tuple[int, int]) -> None:
        """Keep the bytes [start, end) of a file, up to the limits.

        Args:
            file: the container.
            kind: what they should hold.
            place: where they stand.
            span: start and end.
        """
        start, end = span
        file.seek(start)
        self.add(kind, place, file.read(min(end - start, MAX_TEXT_BYTES)), end - start)

    def problem(self, text: Phrase) -> None:
        """Say what kept the walk from looking further; the same only once."""
        self._once(self.problems, text)

    @staticmethod
    def _once(texts: list[Phrase], text: Phrase) -> None:
        if text not in texts and len(texts) < MAX_FOUND:
            texts.append(text)


def quoted(text: str) -> str:
    """A quotation that any encoder takes; one of many thousand characters is cut, with a mark that says so."""
    whole = encodable(text[: _QUOTED_CHARACTERS + 1])
    return whole if len(text) <= _QUOTED_CHARACTERS else f"{whole[:_QUOTED_CHARACTERS]} [{len(text)} characters, cut]"
