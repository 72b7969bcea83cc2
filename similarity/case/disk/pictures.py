"""Pictures as PNG of exactly their pixels, and back, whatever stands in the file."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from similarity.errors import CaseError
from similarity.media.types import Picture

__all__ = ["column_of", "picture_of", "png_of"]


def png_of(picture: Picture) -> bytes:
    """A picture as PNG: the same pixels give the same bytes."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, format="PNG", compress_level=4)
    return buffer.getvalue()


def picture_of(png: bytes, name: str, *, max_side: int) -> Picture:
    """The picture that `png_of` encoded.

    Args:
        png: the file.
        name: stands in messages.
        max_side: longer side at most, pixels.

    Raises:
        CaseError: no PNG, a damaged one, or one with a longer side; `name` stands in the message.
    """
    try:
        return _decoded(png, max_side)
    except Exception as error:  # Pillow, zlib and struct all have their own
        raise CaseError(f"{name}: no PNG that can be read: {error}; restore the file") from error


def column_of(png: bytes, name: str, *, num_pictures: int, max_side: int) -> Picture:
    """(n, height, width) grey pictures that `png_of` encoded one below the other.

    Args:
        png: the file.
        name: stands in messages.
        num_pictures: how many there must be.
        max_side: longer side of each at most, pixels.

    Raises:
        CaseError: no grey PNG, a damaged one, or not so many pictures of such a size.
    """
    try:
        return _column(png, num_pictures, max_side)
    except Exception as error:  # Pillow, zlib and struct all have their own
        raise CaseError(f"{name}: no PNG that can be read: {error}; restore the file") from error


def _column(png: bytes, num_pictures: int, max_side: int) -> Picture:
    with Image.open(io.BytesIO(png), formats=("PNG",)) as picture:
        width, height = picture.size
        if height % num_pictures or max(width, height // num_pictures) > max_side or picture.mode != "L":
            raise ValueError(f"{width} x {height} {picture.mode}, expected {num_pictures} grey pictures in a column")
        return np.array(picture).reshape(num_pictures, height // num_pictures, width)


def _decoded(png: bytes, max_side: int) -> Picture:
    with Image.open(io.BytesIO(png), formats=("PNG",)) as picture:
        if max(picture.size) > max_side:
            raise ValueError(f"{picture.size[0]} x {picture.size[1]} pixels, expected at most {max_side} a side")
        return np.array(picture.convert("RGB"))
