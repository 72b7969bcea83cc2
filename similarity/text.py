r"""Names that came from outside: file names may hold line breaks, terminal codes, or bytes that are no UTF-8.

What can't be stored or shown is written as an escape (`\n`, `\x1b`, `\xe9`), so that a name stays one line, one
text, and tells what it was.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Sequence
from pathlib import Path
from unicodedata import category

__all__ = ["as_printable", "id_of", "ids_in_words", "one_line", "path_of", "removal_command", "storable"]

_NOT_ON_ONE_LINE = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode categories: control characters, surrogates, line and paragraph separators."""
_DIRECTION_CHANGES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They make what follows look like another text."""
_RAW_BYTES = range(0xDC80, 0xDD00)
"""Surrogates by which Python stands for the bytes of a file name that are no UTF-8."""
_ESCAPED_BYTE = re.compile(rb"\\x([89a-f][0-9a-f])")


def storable(text: str) -> str:
    """The text, with what UTF-8 can't hold escaped."""
    return "".join(_escape(character) if category(character) == "Cs" else character for character in text)


def one_line(text: str) -> str:
    """The text, with everything escaped that would break its line, steer a terminal or turn the direction."""
    return "".join(
        _escape(character) if category(character) in _NOT_ON_ONE_LINE or character in _DIRECTION_CHANGES else character
        for character in text
    )


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


def as_printable(name: str | Path, *, longest: int = 400) -> str:
    """A file name as text for messages: what is not printable is escaped, what is absurdly long is cut."""
    text = "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii") for sign in str(name))
    return text if len(text) <= longest else f"{text[:longest]}... ({len(text)} characters)"
