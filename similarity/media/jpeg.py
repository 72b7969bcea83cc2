"""Pictures as JPEG."""

from __future__ import annotations

import io

from PIL import Image

from similarity.media.types import Picture

__all__ = ["jpeg_bytes"]


def jpeg_bytes(picture: Picture, *, quality: int) -> bytes:
    """An RGB or grey picture, encoded."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, format="JPEG", quality=quality)
    return buffer.getvalue()
