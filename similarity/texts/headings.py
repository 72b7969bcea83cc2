"""Headings of a text, so that a passage can be given its chapter or scene."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

__all__ = ["Headings"]

_MAX_HEADING_CHARACTERS = 80
_NUMBER = r"(?:\d{1,4}|[ivxlcdm]{1,8}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_CHINESE_NUMBER = r"[\d\u3007零一二三四五六七八九十百千两]{1,8}"
_HEADING = re.compile(
    rf"^[ \t\u3000]{{0,20}}(?:#{{1,6}}[ \t]+\S"
    rf"|第{_CHINESE_NUMBER}[章回节幕场集卷部篇]"
    rf"|(?:chapter|scene|act|part|book|episode)[ \t]+{_NUMBER}\b"
    r"|(?:int|ext|int/ext|i/e)\.[ \t]"
    r"|(?:序章|楔子|序言|引子|尾声|后记|prologue|epilogue)[ \t\u3000]*$)",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Headings:
    """Positions and words of the headings of a text."""

    positions: tuple[int, ...]
    words: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Headings:
        """Lines that look like the heading of a chapter or scene: `第三回`, `Chapter 3`, `INT. HOUSE`, `# Title`."""
        positions: list[int] = []
        words: list[str] = []
        for found in _HEADING.finditer(text):
            end = text.find("\n", found.start(), found.start() + _MAX_HEADING_CHARACTERS + 1)
            if end < 0 and len(text) - found.start() > _MAX_HEADING_CHARACTERS:
                continue  # a paragraph that begins like a heading
            positions.append(found.start())
            words.append(text[found.start() : end if end >= 0 else len(text)].strip())
        return cls(tuple(positions), tuple(words))

    def before(self, position: int) -> str | None:
        """The last heading at or before a position of the text; none where there is none."""
        number = bisect_right(self.positions, position)
        return self.words[number - 1] if number else None
