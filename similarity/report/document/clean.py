"""Text of unknown origin as plain characters: nothing that hides, turns round or breaks what stands beside it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

__all__ = ["clean", "replaced", "visible"]

SPACES = "\t\n\r\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029"
"""White space that would break a line or a cell."""
HIDDEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs"})
"""Categories without a visible shape: controls, marks of direction, private use, unassigned, lone surrogates."""
_SPACED = str.maketrans(dict.fromkeys(SPACES, " "))


def visible(character: str) -> str:
    """A character by its number, as the Unicode standard writes it."""
    return f"[U+{ord(character):04X}]"


def replaced(text: str, is_bad: Callable[[str], bool]) -> str:
    """The text with some characters written as numbers."""
    return "".join(visible(one) if is_bad(one) else one for one in text)


def clean(text: str) -> str:
    """One line of plain text: white space becomes spaces, and what has no shape is written as its number.

    Marks that change the direction of writing (U+202E and others) could make a name read as another one; like all
    characters without a shape they are shown by number.
    """
    spaced = text.translate(_SPACED)
    return spaced if spaced.isascii() and spaced.isprintable() else replaced(spaced, _is_hidden)


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in HIDDEN
