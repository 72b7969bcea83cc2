"""Frames kept as pictures: PNG, named after exhibit and time stamp, with a hash of the file and one of the pixels."""

from __future__ import annotations

import hashlib
import io
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from similarity.case.layout import EXHIBIT_NUMBER, STILLS_FILE, STILLS_FOLDER, inside, read_bounded
from similarity.case.stored import read_table, write_table
from similarity.case.values import Still
from similarity.errors import CaseError
from similarity.files import write_atomically
from similarity.text import as_printable

if TYPE_CHECKING:
    from similarity.media.types import Picture

__all__ = ["pixels_sha256", "read_stills", "still_problem", "write_still", "write_stills"]

_MAX_PNG_BYTES = 400_000_000
_MAX_PIXELS = 100_000_000


def write_still(
    folder: Path, picture: Picture, *, exhibit: str, pts: int, time_base: Fraction, start_pts: int
) -> Still:
    """Write one frame as PNG, without loss.

    Args:
        folder: the case folder.
        picture: RGB, upright, square pixels.
        exhibit: number of the exhibit.
        pts: presentation time stamp of the frame, ticks.
        time_base: seconds per tick.
        start_pts: presentation time stamp of the exhibit's first frame, ticks.

    Raises:
        CaseError: no such kind of number, or the disk refuses.
    """
    from PIL import Image

    if not EXHIBIT_NUMBER.fullmatch(exhibit):
        raise CaseError(f"still: expected the number of an exhibit such as E1, got {as_printable(exhibit)!r}")
    path = f"{STILLS_FOLDER}/{exhibit}_{pts}.png"
    encoded = io.BytesIO()
    Image.fromarray(picture).save(encoded, format="PNG")
    content = encoded.getvalue()
    try:
        write_atomically(inside(folder, path), content)
    except OSError as error:
        raise CaseError(f"{path}: can't be written: {error.strerror or error}; check the room on the disk") from error
    height, width = picture.shape[:2]
    return Still(
        exhibit=exhibit,
        path=path,
        pts=pts,
        time_base=f"{time_base.numerator}/{time_base.denominator}",
        seconds=float((pts - start_pts) * time_base),
        width=width,
        height=height,
        sha256=hashlib.sha256(content).hexdigest(),
        pixels_sha256=pixels_sha256(width, height, picture.tobytes()),
    )


def pixels_sha256(width: int, height: int, rgb: bytes) -> str:
    """SHA-256 over width and height (4 bytes each, big-endian) and 3 bytes per pixel, row by row from the top.

    Two files with the same pixels have the same value, however they were compressed.
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
    write_table(folder / STILLS_FILE, Still, stills)


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
