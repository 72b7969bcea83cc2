"""Frames kept as pictures: PNG, named after exhibit and time stamp, with a hash of the file and one of the pixels."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import TYPE_CHECKING

from similarity.case.disk.layout import STILLS_FILE, inside, read_bounded
from similarity.case.disk.stored import read_table, write_table
from similarity.case.values import Still
from similarity.errors import CaseError
from similarity.text import as_printable

if TYPE_CHECKING:
    pass

__all__ = ["pixels_sha256", "read_stills", "still_problem", "write_stills"]

_MAX_PNG_BYTES = 400_000_000
_MAX_PIXELS = 100_000_000


def pixels_sha256(width: int, height: int, rgb: bytes) -> str:
    """SHA-256 over width and height (4 bytes each, big-endian) and 3 bytes per pixel, row by row from the top.

    Two files with the same pixels have the same value, however they were compressed.

    Args:
        width: pixels.
        height: pixels.
        rgb: 3 bytes per pixel.
    """
    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return hashlib.sha256(size + rgb).hexdigest()


def still_problem(still: Still, folder: Path) -> str:
    """What is wrong with the file of a still: its hash, or the pixels that it decodes to; empty where nothing is."""
    try:
        content = read_bounded(inside(folder, still.path), _MAX_PNG_BYTES)
    except CaseError as error:
        return str(error)
    if hashlib.sha256(content).hexdigest() != still.sha256:
        return "its SHA-256 differs from the recorded one"
    return _pixels_problem(still, content)


def read_stills(folder: Path) -> tuple[Still, ...]:
    """The stills of a case in their order; none where none were kept.

    Raises:
        CaseError: `stills.json` is not what was written.
    """
    return read_table(folder / STILLS_FILE, Still)


def write_stills(folder: Path, stills: tuple[Still, ...]) -> None:
    """Keep the list of stills.

    Raises:
        CaseError: the disk refuses.
    """
    write_table(folder / STILLS_FILE, stills)


def _pixels_problem(still: Still, content: bytes) -> str:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
            if picture.size != (still.width, still.height) or still.width * still.height > _MAX_PIXELS:
                return f"expected {still.width} x {still.height} pixels, got {picture.size[0]} x {picture.size[1]}"
            pixels = picture.convert("RGB").tobytes()
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        return f"it can't be decoded: {as_printable(str(error))}"
    same = pixels_sha256(still.width, still.height, pixels) == still.pixels_sha256
    return "" if same else "its pixels differ from the recorded ones"
