"""Finding videos and pictures in folders."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

__all__ = ["MEDIA_SUFFIXES", "find_media"]

# fmt: off
_VIDEO_SUFFIXES = frozenset({
    ".3g2", ".3gp", ".asf", ".avi", ".divx", ".f4v", ".flv", ".m2ts", ".m2v", ".m4v", ".mkv", ".mov", ".mp4",
    ".mpeg", ".mpg", ".mts", ".mxf", ".ogm", ".ogv", ".qt", ".ts", ".vob", ".webm", ".wmv", ".y4m",
})
_PICTURE_SUFFIXES = frozenset({
    ".apng", ".avif", ".bmp", ".gif", ".jpe", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp",
})
# fmt: on

MEDIA_SUFFIXES = _VIDEO_SUFFIXES | _PICTURE_SUFFIXES
"""Lower-case suffixes that are picked up when a folder is walked."""


def find_media(paths: Sequence[Path]) -> tuple[Path, ...]:
    """The files to read, in order and each once.

    Folders are walked in sorted order for known suffixes, hidden files and folders skipped.  A path that is not a
    folder is kept as it is, whatever its suffix and even if it is missing: opening it says what is wrong with it.  So
    is a folder in which there is none, or that can't be looked into.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        for file in (tuple(_walk(path)) if _is_folder(path) else ()) or (path,):
            found.setdefault(Path(os.path.abspath(file)), file)  # noqa: PTH100 - resolve() would follow links
    return tuple(found.values())


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False  # opening it says why it can't be looked at


def _walk(folder: Path) -> Iterator[Path]:
    closed: list[OSError] = []
    for directory, subfolders, files in os.walk(folder, onerror=closed.append):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith(".") and Path(name).suffix.lower() in MEDIA_SUFFIXES:
                yield Path(directory) / name
    yield from (Path(error.filename) for error in closed)
