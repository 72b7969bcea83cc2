"""The photographs that scikit-image ships inside its wheel: real pictures without a download."""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image

from similarity.errors import UnreadableMediaError
from similarity.media.types import Picture

__all__ = ["Photograph", "load_photograph", "photograph_folder"]

Photograph = str
"""File name in scikit-image's data folder."""

_MAX_SIDE_PIXELS = 900
"""Larger ones are shrunk, so that a camera move over them does not shimmer."""


def photograph_folder() -> Path:
    """Where scikit-image keeps the pictures of its wheel; found without importing it."""
    spec = find_spec("skimage")
    if spec is None or not spec.submodule_search_locations:
        raise UnreadableMediaError("the demo needs scikit-image's photographs, but scikit-image is not installed here")
    return Path(spec.submodule_search_locations[0]) / "data"


@lru_cache(maxsize=32)
def load_photograph(name: Photograph) -> Picture:
    """A photograph as RGB, at most 900 pixels on its longer side; not to be written to.

    Raises:
        UnreadableMediaError: this version of scikit-image does not ship it.
    """
    path = photograph_folder() / name
    if not path.is_file():
        raise UnreadableMediaError(
            f"{path}: the demo expected this photograph in scikit-image's wheel, and version "
            f"{version('scikit-image')} does not ship it: install scikit-image 0.24 to 0.26"
        )
    with Image.open(path) as image:
        rgb = image.convert("RGB")
        rgb.thumbnail((_MAX_SIDE_PIXELS, _MAX_SIDE_PIXELS), Image.Resampling.BOX)
        picture: Picture = np.array(rgb, np.uint8)
    picture.flags.writeable = False
    return picture
