"""Opening a video or picture with the backend that can read it, saying which one that was and why."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, assert_never

from similarity.errors import MediaError, UnreadableMediaError
from similarity.media.digest import require_file
from similarity.media.types import Backend, VideoReader
from similarity.phrases import Phrase, phrase
from similarity.text import storable

__all__ = ["OpenedVideo", "ReaderChoice", "open_video"]

ReaderChoice = Literal["auto", "pyav", "decord", "pillow"]
"""A backend by name, or PyAV first, then Pillow for pictures and decord for anything else that PyAV can't read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedVideo:
    """An open file and how it came to be open."""

    reader: VideoReader
    """The open file; close it after use."""
    backend: Backend
    """Which library reads it."""
    reading_notes: tuple[Phrase, ...]
    """What did not go the default way, for the report: which backend failed, and why."""


def open_video(path: Path, *, reader: ReaderChoice = "auto") -> OpenedVideo:
    """Open a file with the backend asked for; `auto` tries another on what PyAV can't read.

    Raises:
        MediaError: no backend asked for can read it; the message gives one reason.
    """
    require_file(path)
    if reader != "auto":
        return OpenedVideo(reader=_open_with(reader, path), backend=reader, reading_notes=())
    try:
        opened = _open_with("pyav", path)
    except UnreadableMediaError as pyav_error:
        return _second_try(path, pyav_error)
    return OpenedVideo(reader=opened, backend="pyav", reading_notes=_left_out(path, opened))


def _left_out(path: Path, opened: VideoReader) -> tuple[Phrase, ...]:
    """That a file holds more pictures than are read."""
    from similarity.media.readers.pyav_reader import PyavReader

    if not isinstance(opened, PyavReader) or not opened.probed.num_left_out:
        return ()
    number, name = opened.probed.num_left_out + 1, storable(str(path))
    if opened.info.is_still:
        said = phrase(
            "{path}: holds {number} pages; the first is read, the others are left out", path=name, number=number
        )
    else:
        said = phrase(
            "{path}: holds {number} video streams; the one that a player shows is read, the others are left out",
            path=name,
            number=number,
        )
    return (said,)


def _second_try(path: Path, pyav_error: UnreadableMediaError) -> OpenedVideo:
    from similarity.media.readers.pillow_reader import picture_format

    reason = storable(_without_path(pyav_error, path))
    if picture_format(path) is not None:
        note = phrase("{path}: read with Pillow, because pyav can't: {reason}", path=storable(str(path)), reason=reason)
        return OpenedVideo(reader=_open_with("pillow", path), backend="pillow", reading_notes=(note,))
    try:
        opened = _open_with("decord", path)
    except MediaError:
        raise pyav_error from None  # decord reads less: what it says of the file is no better reason
    note = phrase("{path}: read with decord, because pyav can't: {reason}", path=storable(str(path)), reason=reason)
    return OpenedVideo(reader=opened, backend="decord", reading_notes=(note,))


def _open_with(backend: Backend, path: Path) -> VideoReader:
    match backend:
        case "pyav":
            from similarity.media.readers.pyav_reader import PyavReader

            return PyavReader(path)
        case "decord":
            try:
                from similarity.media.readers.decord_reader import DecordReader
            except (ImportError, OSError) as error:
                raise UnreadableMediaError(
                    f"{path}: decord is not installed or does not load here ({error}); "
                    "it has wheels for x86-64 only, use `reader: auto` or `pyav`"
                ) from error
            return DecordReader(path)
        case "pillow":
            from similarity.media.readers.pillow_reader import PillowReader

            return PillowReader(path)
        case _:
            assert_never(backend)


def _without_path(error: MediaError, path: Path) -> str:
    return str(error).removeprefix(f"{path}: ")
