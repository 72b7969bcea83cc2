"""A large file over HTTP: what came so far is kept, and the next attempt goes on from there."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from requests import Response

__all__ = ["Downloaded", "Heard", "NotThereError", "download", "sha256_of"]

_ATTEMPTS = 5
"""Attempts in a row that bring nothing before it is given up."""
_CONNECT_SECONDS, _SILENT_SECONDS = 10.0, 60.0
_BLOCK_BYTES = 1 << 20
_SHA256 = re.compile(r'"?([0-9a-f]{64})"?')

Heard = Callable[[int, int | None], None]
"""Hears bytes so far, and how many there will be, where that is known."""


class NotThereError(Exception):
    """The server holds no such file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Downloaded:
    """What is known of a file's content beside its bytes."""

    url: str
    """Where it was asked for."""
    tag: str
    """What tells this content from another of the same address (strong ETag, or when it was last changed); empty where
    the server says neither."""
    stated_sha256: str
    """SHA-256 that the Hugging Face hub states of it; empty elsewhere."""


def download(url: str, part: Path, *, heard: Heard = lambda *_: None) -> Downloaded:
    """Bring a file to `part`; bytes of it that stand there from an earlier attempt are not asked for again.

    Args:
        url: its address.
        part: where to; beside it `part.json` says whose bytes these are.
        heard: hears how far it is.

    Raises:
        NotThereError: the server holds no such file.
        OSError: the network or the disk failed; what came stays (`requests` raises kinds of OSError).
    """
    import requests

    without_gain = 0
    while True:
        before = _size_of(part)
        try:
            return _go_on(url, part, heard)
        except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError):
            without_gain = 0 if _size_of(part) > before else without_gain + 1
            if without_gain >= _ATTEMPTS:
                raise


def _go_on(url: str, part: Path, heard: Heard) -> Downloaded:
    import requests

    known = _read_note(part)
    start = _size_of(part) if known is not None and known.url == url and known.tag else 0
    asked = {"Accept-Encoding": "identity"} | _from(start, known)
    with requests.get(url, headers=asked, stream=True, timeout=(_CONNECT_SECONDS, _SILENT_SECONDS)) as response:
        if response.status_code in {404, 410}:
            raise NotThereError(url)
        if response.status_code == requests.codes.requested_range_not_satisfiable:
            return _whole_or_anew(url, part, response, heard)
        response.raise_for_status()
        goes_on = start > 0 and response.status_code == requests.codes.partial_content
        found = Downloaded(url=url, tag=_tag(response.headers), stated_sha256=_stated(response))
        if not goes_on:
            part.write_bytes(b"")
        _note(part).write_text(json.dumps(asdict(found)), encoding="utf-8")
        _receive(response, part, start if goes_on else 0, heard)
    return found


def _from(start: int, known: Downloaded | None) -> dict[str, str]:
    """Ask for the rest, as long as the file is the same."""
    return {} if not start or known is None else {"Range": f"bytes={start}-", "If-Range": known.tag}


def _whole_or_anew(url: str, part: Path, response: Response, heard: Heard) -> Downloaded:
    """Where nothing is left to be asked for, all of it is here; else what stands here is of another file."""
    known = _read_note(part)
    if known is not None and response.headers.get("Content-Range", "") == f"bytes */{_size_of(part)}":
        return known
    _note(part).unlink(missing_ok=True)
    return _go_on(url, part, heard)


def _receive(response: Response, part: Path, start: int, heard: Heard) -> None:
    length = response.headers.get("Content-Length")
    total = None if length is None else start + int(length)
    with part.open("r+b") as file:
        file.seek(start)
        file.truncate()
        heard(start, total)
        for block in response.iter_content(_BLOCK_BYTES):
            file.write(block)
            heard(file.tell(), total)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _tag(headers: Mapping[str, str]) -> str:
    """As If-Range takes it: bytes under a weak entity tag may differ."""
    tag = headers.get("ETag", "")
    return headers.get("Last-Modified", "") if not tag or tag.startswith("W/") else tag


def _stated(response: Response) -> str:
    for one in (*response.history, response):
        if found := _SHA256.fullmatch(one.headers.get("X-Linked-Etag", "")):
            return found[1]
    return ""


def _note(part: Path) -> Path:
    return part.with_name(f"{part.name}.json")


def _read_note(part: Path) -> Downloaded | None:
    try:
        return Downloaded(**json.loads(_note(part).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _size_of(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0
