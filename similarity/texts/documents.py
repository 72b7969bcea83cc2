"""Documents that facts rest on: found beside the facts, hashed as they are read, and read as text where asked.

A document's path is relative to the folder of the facts and stays inside it; a path that is given absolute is taken
as it is.  The hash and the text come from one reading of the file.
"""

from __future__ import annotations

import codecs
import hashlib
import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from similarity.absence import NotMeasured, not_measured
from similarity.errors import AccessError
from similarity.texts.html_text import html_text

__all__ = ["MAX_TEXT_BYTES", "MAX_TEXT_CHARACTERS", "DocumentText", "OpenedDocument", "open_document", "text_of"]

MAX_TEXT_BYTES = 20_000_000
"""Longer documents are hashed whole and read as text no further."""
MAX_TEXT_CHARACTERS = 3_000_000
"""Longer texts are compared no further: a long novel has half of that."""
_CHUNK = 1 << 20
_MAX_JSON_DEPTH = 200
_MAX_SHARE_OF_CONTROLS = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedDocument:
    """A document as it was read."""

    sha256: str | NotMeasured
    """SHA-256 of all its bytes; not measured where it is not at hand."""
    sha512: str | NotMeasured
    """SHA-512 of all its bytes."""
    size_bytes: int | NotMeasured
    """Size."""
    content: bytes
    """Its first `MAX_TEXT_BYTES` bytes, where they were asked for."""
    is_cut: bool
    """Whether it has more bytes than that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentText:
    """A document read as text."""

    text: str
    """The text; positions count its characters."""
    encoding: str
    """How its bytes were read, such as `utf-8`."""
    form: Literal["plain", "html", "json"]
    """`plain`: as it stands; `html`: what a browser shows; `json`: every text value, one per line."""
    is_cut: bool
    """Whether there is more than what is read."""


def open_document(folder: Path, written: str, *, keeps_content: bool) -> OpenedDocument:
    """Read a document: hashes over all of it, and its first bytes where they are asked for.

    A document that is not there, or can't be read, has no hashes, with the reason.

    Args:
        folder: of the facts.
        written: path as the facts have it.
        keeps_content: whether its first bytes are asked for.

    Raises:
        AccessError: the path leaves the folder of the facts.
    """
    path = _inside(folder, written)
    sha256, sha512, size, kept = hashlib.sha256(), hashlib.sha512(), 0, bytearray()
    try:
        # without O_NONBLOCK, a named pipe would wait for a writer for ever
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return _absent(not_measured("is no regular file; name a file"))
            while chunk := file.read(_CHUNK):
                sha256.update(chunk)
                sha512.update(chunk)
                size += len(chunk)
                if keeps_content and len(kept) < MAX_TEXT_BYTES:
                    kept += chunk[: MAX_TEXT_BYTES - len(kept)]
    except FileNotFoundError:
        return _absent(not_measured("no such file; put it there or correct the path"))
    except (OSError, ValueError) as error:
        return _absent(
            not_measured(
                "can't be read: {reason}; check its rights and its disk",
                reason=str(getattr(error, "strerror", None) or error),
            )
        )
    return OpenedDocument(
        sha256=sha256.hexdigest(),
        sha512=sha512.hexdigest(),
        size_bytes=size,
        content=bytes(kept),
        is_cut=size > MAX_TEXT_BYTES,
    )


def text_of(document: OpenedDocument, written: str) -> DocumentText:
    """The document's text: UTF-8, UTF-16 with its mark, or GB 18030; HTML and JSON by the suffix of the path.

    Raises:
        AccessError: no text that is read here.
    """
    decoded, encoding = _decoded(document.content, is_cut=document.is_cut)
    _require_text(decoded, written)
    suffix = Path(written).suffix.lower()
    form: Literal["plain", "html", "json"] = "plain"
    if suffix in {".html", ".htm", ".xhtml"}:
        decoded, form = html_text(decoded), "html"
    elif suffix == ".json" and (strings := _json_strings(decoded)) is not None:
        decoded, form = strings, "json"
    return DocumentText(
        text=decoded[:MAX_TEXT_CHARACTERS],
        encoding=encoding,
        form=form,
        is_cut=document.is_cut or len(decoded) > MAX_TEXT_CHARACTERS,
    )


def _inside(folder: Path, written: str) -> Path:
    path = Path(written)
    if not written.strip() or "\0" in written:
        raise AccessError(f"document {written!r}: expected the path of a file")
    if path.is_absolute():
        return path
    if ".." in path.parts:
        raise AccessError(
            f"document {written!r}: leaves the folder of the facts; put the document beside them, or give its "
            "absolute path"
        )
    try:
        root, real = folder.resolve(), (folder / path).resolve()
    except (OSError, RuntimeError) as error:
        raise AccessError(f"document {written!r}: can't be followed: {error}; name the file itself") from error
    if not real.is_relative_to(root):
        raise AccessError(
            f"document {written!r}: a link leads out of the folder of the facts; put the document itself there, or "
            "give its absolute path"
        )
    return real


def _absent(gap: NotMeasured) -> OpenedDocument:
    return OpenedDocument(sha256=gap, sha512=gap, size_bytes=gap, content=b"", is_cut=False)


def _decoded(content: bytes, *, is_cut: bool) -> tuple[str, str]:
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if content.startswith(mark):
            return _strictly(content, encoding, is_cut=is_cut) or "\0", encoding
    for encoding in ("utf-8-sig", "gb18030"):
        text = _strictly(content, encoding, is_cut=is_cut)
        if text is not None:
            return text, encoding.removesuffix("-sig")
    return "\0", "none"


def _strictly(content: bytes, encoding: str, *, is_cut: bool) -> str | None:
    """The text, or none; a character that was cut in two at the very end is left out."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(content, final=not is_cut)
    except UnicodeDecodeError:
        return None


def _require_text(text: str, written: str) -> None:
    controls = sum(text.count(chr(number)) for number in (*range(9), *range(14, 32)))
    if "\0" in text or controls > len(text) * _MAX_SHARE_OF_CONTROLS:
        raise AccessError(
            f"document {written!r}: can't be read as text; expected UTF-8, UTF-16 with its mark or GB 18030: save it "
            "as plain text, and keep the original as a document of its own"
        )


def _json_strings(text: str) -> str | None:
    """Every text value in the order of the document, one per line; none where the text is no JSON."""
    found: list[str] = []
    try:
        _collect(json.loads(text), found, depth=0)
    except (ValueError, RecursionError):
        return None
    return "\n".join(found)


def _collect(value: object, found: list[str], *, depth: int) -> None:
    if depth > _MAX_JSON_DEPTH:
        raise ValueError(f"nested more than {_MAX_JSON_DEPTH} deep")
    if isinstance(value, str):
        found.append(value)
    elif isinstance(value, dict):
        for inner in value.values():
            _collect(inner, found, depth=depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _collect(inner, found, depth=depth + 1)
