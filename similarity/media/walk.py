"""Finding videos, pictures and sound in folders: by suffix, else by content, the rest counted."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from similarity.media.signs import has_media_sign

__all__ = ["MEDIA_SUFFIXES", "WalkedMedia", "find_media", "passed_over_in_words", "walk_media"]

# fmt: off
_VIDEO_SUFFIXES = frozenset({
    ".264", ".265", ".3g2", ".3gp", ".3gpp", ".amv", ".asf", ".avi", ".avs2", ".divx", ".dv", ".f4v", ".flv", ".h264",
    ".h265", ".hevc", ".ivf", ".m1v", ".m2t", ".m2ts", ".m2v", ".m4v", ".mj2", ".mjpeg", ".mjpg", ".mkv",
    ".mov", ".mp4", ".mpe", ".mpeg", ".mpg", ".mpv", ".mxf", ".nut", ".ogm", ".ogv", ".qt", ".rm", ".rmvb", ".tod",
    ".vob", ".webm", ".wmv", ".wtv", ".y4m",
})
_PICTURE_SUFFIXES = frozenset({
    ".apng", ".avif", ".avifs", ".bmp", ".dib", ".gif", ".heic", ".heics", ".heif", ".heifs", ".hif", ".j2k", ".jfi",
    ".jfif", ".jif", ".jp2", ".jpe", ".jpeg", ".jpf", ".jpg", ".jpx", ".pbm", ".pgm", ".png", ".pnm", ".ppm",
    ".psd", ".qoi", ".tga", ".tif", ".tiff", ".webp",
})
_SOUND_SUFFIXES = frozenset({
    ".aac", ".aif", ".aiff", ".flac", ".m4a", ".m4b", ".mka", ".mp3", ".oga", ".ogg", ".opus", ".wav", ".weba", ".wma",
})
_NEVER = frozenset({
    # still being written
    ".aria2", ".crdownload", ".download", ".filepart", ".opdownload", ".part", ".partial", ".temp", ".tmp",
    # raw pictures of cameras: what FFmpeg would show of them is the thumbnail
    ".arw", ".cr2", ".cr3", ".dng", ".nef", ".nrw", ".orf", ".pef", ".raf", ".rw2", ".srw",
})
# fmt: on

MEDIA_SUFFIXES = _VIDEO_SUFFIXES | _PICTURE_SUFFIXES | _SOUND_SUFFIXES
"""Lower-case suffixes that are picked up when a folder is walked; `.ts` and `.mts` are programs as often as videos."""
_HIDDEN = "hidden"
_LINKED = "linked folders"
_NO_SUFFIX = "without suffix"


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkedMedia:
    """What is to be read, and what was passed over on the way."""

    files: tuple[Path, ...]
    """The files to read, in order and each once."""
    passed_over: Mapping[str, int]
    """Lower-case suffix (or `hidden`, `linked folders`, `without suffix`) -> how many, the most first."""


def find_media(paths: Sequence[Path]) -> tuple[Path, ...]:
    """The files to read, in order and each once: `walk_media` without what is passed over."""
    return walk_media(paths).files


def walk_media(paths: Sequence[Path]) -> WalkedMedia:
    """The files to read, and what is passed over.

    Folders are walked in sorted order for known suffixes, and for files of other suffixes whose first bytes are those
    of a video or picture; hidden files and folders, and folders that are links, are passed over.  A path that is not a
    folder is kept as it is, whatever its suffix and even if it is missing: opening it says what is wrong with it.  So
    is a folder in which there is none, or that can't be looked into.
    """
    found: dict[Path, Path] = {}
    others: dict[Path, str] = {}
    for path in paths:
        for file in (tuple(_walk(path, others)) if _is_folder(path) else ()) or (path,):
            found.setdefault(_absolute(file), file)
    counted = Counter(kind for place, kind in others.items() if place not in found)
    return WalkedMedia(files=tuple(found.values()), passed_over=dict(counted.most_common()))


def passed_over_in_words(passed_over: Mapping[str, int]) -> str:
    """`passed over: 3 .txt, 1 hidden`; empty where nothing was."""
    listed = ", ".join(f"{many} {kind}" for kind, many in passed_over.items())
    return f"passed over: {listed}" if listed else ""


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False  # opening it says why it can't be looked at


def _walk(folder: Path, others: dict[Path, str]) -> Iterator[Path]:
    """Files to read; whatever else stands there is entered among the others, by what it was passed over for."""
    closed: list[OSError] = []
    for directory, subfolders, files in os.walk(folder, onerror=closed.append):
        here = Path(directory)
        for name in sorted(subfolders):
            if name.startswith(".") or (here / name).is_symlink():
                others[_absolute(here / name)] = _HIDDEN if name.startswith(".") else _LINKED
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for path in (here / name for name in sorted(files)):
            kind = _why_passed_over(path)
            if kind is None:
                yield path
            else:
                others[_absolute(path)] = kind
    yield from (Path(error.filename) for error in closed)


def _why_passed_over(path: Path) -> str | None:
    if path.name.startswith("."):
        return _HIDDEN
    suffix = path.suffix.lower()
    if suffix in MEDIA_SUFFIXES or (suffix not in _NEVER and has_media_sign(path)):
        return None
    return suffix or _NO_SUFFIX
