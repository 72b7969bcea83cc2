"""Names that any file system takes, made of names that come from anywhere."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["MAX_NAME_BYTES", "safe_name"]

MAX_NAME_BYTES = 120
"""UTF-8 bytes of a name at most; file systems take 255, and what is beside it needs room."""

_RESERVED = frozenset('<>:"/\\|?*')
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$|clock\$)(\..*)?", re.IGNORECASE)
_MAX_SUFFIX_BYTES = 16
_EMPTY = "file"


def safe_name(original: str) -> str:
    """The last part of a name, fit for a case folder: visible signs only, NFC, bounded, no leading dot.

    Folders before it are dropped, whichever way their slashes lean; signs that a file system reserves become
    underscores; signs that are not seen (controls, marks of writing direction, halves of surrogate pairs) go.
    """
    last = re.split(r"[/\\]", original.rstrip("/\\"))[-1]
    shown = "".join(sign for sign in unicodedata.normalize("NFC", last) if unicodedata.category(sign) not in _INVISIBLE)
    plain = "".join("_" if sign in _RESERVED else sign for sign in shown)
    plain = _bounded(re.sub(r"\s+", " ", plain).strip(" .-~"))
    plain = unicodedata.normalize("NFC", plain).strip(" .-~") or _EMPTY
    return f"_{plain}" if _DEVICES.fullmatch(plain) else plain


def _bounded(name: str) -> str:
    """Cut in the stem, so that the suffix still says what the file is."""
    if len(name.encode("utf-8")) <= MAX_NAME_BYTES:
        return name
    stem, dot, suffix = name.rpartition(".")
    if not stem or len(suffix.encode("utf-8")) > _MAX_SUFFIX_BYTES:
        stem, dot, suffix = name, "", ""
    room = MAX_NAME_BYTES - len((dot + suffix).encode("utf-8"))
    return stem.encode("utf-8")[:room].decode("utf-8", "ignore").rstrip(" .") + dot + suffix
