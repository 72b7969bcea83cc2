r"""Names that came from outside: file names may hold line breaks, terminal codes, or bytes that are no UTF-8.

What can't be stored or shown is written as an escape (`\n`, `\x1b`, `\xe9`), so that a name stays one line, one
text, and tells what it was.  How much is escaped depends on where the text goes:

    storable        a file: what UTF-8 can't hold
    one_line        a terminal: also what would break the line, steer the terminal or turn the direction of writing
    as_printable    a message about something hostile: everything that is not seen, and cut where it is absurdly long
    plain_line      a document on paper: white space becomes spaces, everything without a shape its number (`[U+202E]`)
    encodable       a quotation of somebody's bytes: what no encoder takes becomes U+FFFD, the rest stays
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from unicodedata import category

__all__ = [
    "as_printable",
    "encodable",
    "id_of",
    "ids_in_words",
    "in_numbers",
    "one_line",
    "path_of",
    "plain_line",
    "removal_command",
    "storable",
]

_NOT_ON_ONE_LINE = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode categories: control characters, surrogates, line and paragraph separators."""
_DIRECTION_CHANGES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They make what follows look like another text."""
_RAW_BYTES = range(0xDC80, 0xDD00)
"""Surrogates by which Python stands for the bytes of a file name that are no UTF-8."""
_ESCAPED_BYTE = re.compile(rb"\\x([89a-f][0-9a-f])")

_SPACES = "\t\n\r\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029"
"""White space that would break a line or a cell."""
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs"})
"""Categories without a visible shape: controls, marks of direction, private use, unassigned, lone surrogates."""
_SPACED = str.maketrans(dict.fromkeys(_SPACES, " "))


def storable(text: str) -> str:
    """The text, with what UTF-8 can't hold escaped."""
    return "".join(_escape(character) if category(character) == "Cs" else character for character in text)


def one_line(text: str) -> str:
    """The text, with everything escaped that would break its line, steer a terminal or turn the direction."""
    return "".join(
        _escape(character) if category(character) in _NOT_ON_ONE_LINE or character in _DIRECTION_CHANGES else character
        for character in text
    )


def as_printable(name: str | Path, *, longest: int = 400) -> str:
    """A file name as text for messages: what is not printable is escaped, what is absurdly long is cut."""
    text = "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii") for sign in str(name))
    return text if len(text) <= longest else f"{text[:longest]}... ({len(text)} characters)"


def in_numbers(text: str, is_bad: Callable[[str], bool]) -> str:
    """The text with some characters written as numbers, as the Unicode standard does: `[U+202E]`."""
    return "".join(f"[U+{ord(one):04X}]" if is_bad(one) else one for one in text)


def plain_line(text: str) -> str:
    """One line of plain text: white space becomes spaces, and what has no shape is written as its number.

    Marks that change the direction of writing (U+202E and others) could make a name read as another one; like all
    characters without a shape they are shown by number.
    """
    spaced = text.translate(_SPACED)
    return spaced if spaced.isascii() and spaced.isprintable() else in_numbers(spaced, _is_hidden)


def _is_hidden(character: str) -> bool:
    return category(character) in _HIDDEN


def encodable(text: str) -> str:
    """Text that any encoder takes: lone surrogates and zero characters become U+FFFD."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace").replace("\0", "\ufffd")


def id_of(path: Path) -> str:
    """Identifier of a file that no catalogue names: its stem."""
    return one_line(path.stem)


def path_of(stored: str) -> Path:
    """The path whose `storable` text was kept."""
    path = Path(stored)
    if os.path.lexists(path) or "\\x" not in stored:
        return path
    return Path(os.fsdecode(_ESCAPED_BYTE.sub(lambda found: bytes([int(found[1], 16)]), os.fsencode(stored))))


def ids_in_words(role: str, ids: Sequence[str]) -> str:
    """`work 'a'`, `works 'a', 'b'`, `background 'c'`."""
    noun = f"{role}s" if role == "work" and len(ids) > 1 else role
    return f"{noun} {', '.join(map(repr, ids))}"


def removal_command(ids: Sequence[str], library: Path | None = None) -> str:
    """The command that removes entries, ready to be pasted into a shell."""
    where = ["--library", one_line(str(library))] if library else []
    marked = ["--", *ids] if any(one.startswith("-") for one in ids) else ids
    return shlex.join(["similarity", "library", "remove", *where, *marked])


def _escape(character: str) -> str:
    number = ord(character)
    if number in _RAW_BYTES:
        return f"\\x{number - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")
