"""Pictures as PNG of exactly their pixels, and back, whatever stands in the file."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from similarity.errors import CaseError
from similarity.media.types import Picture

__all__ = ["picture_of", "png_of"]


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


def _decoded(png: bytes, max_side: int) -> Picture:
    with Image.open(io.BytesIO(png), formats=("PNG",)) as picture:
        if max(picture.size) > max_side:
            raise ValueError(f"{picture.size[0]} x {picture.size[1]} pixels, expected at most {max_side} a side")
        return np.array(picture.convert("RGB"))
