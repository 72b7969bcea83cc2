"""Subtitle streams of a film as text: what is said, from when to when; streams of pictures (DVD) are not read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
from av.container import InputContainer
from av.subtitles.stream import SubtitleStream

from similarity.errors import MediaError
from similarity.media.container import open_container

__all__ = ["Cue", "SubtitleTrack", "plain_words", "subtitle_tracks"]

_TEXT_CODECS = frozenset({"ass", "ssa", "subrip", "srt", "mov_text", "webvtt", "text"})
_MAX_CUES = 50_000
_TAGS = re.compile(r"\{\\[^}]*\}|</?[a-zA-Z][^>]*>")
_FIELDS_BEFORE_WORDS = 8
"""Commas before the words of an event as FFmpeg hands it on: order, layer, style, name, three margins, effect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """What stands on the screen, or is said, for a while."""

    text: str
    """The words, lines parted by line breaks."""
    start_seconds: float
    """Start, on the clock of the file."""
    end_seconds: float
    """End (exclusive); the start where the file gives none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubtitleTrack:
    """One subtitle stream."""

    stream: int
    """Number of the stream in the file."""
    language: str
    """Language tag as the file gives it; empty where it gives none."""
    cues: tuple[Cue, ...]
    """In order of time."""


def subtitle_tracks(path: Path) -> tuple[SubtitleTrack, ...]:
    """Every subtitle stream of text in a file; none where it has none.

    Raises:
        MediaError: the file can't be opened.
    """
    with open_container(path) as container:
        streams = [one for one in container.streams.subtitles if one.codec_context.name in _TEXT_CODECS]
        return tuple(
            SubtitleTrack(stream=one.index, language=str(one.language or ""), cues=tuple(_cues(container, one, path)))
            for one in streams
        )


def plain_words(text: str) -> str:
    """Words of a cue without marks of style."""
    return _TAGS.sub("", text.replace(r"\N", "\n").replace(r"\n", "\n").replace(r"\h", " ")).strip()


def _cues(container: InputContainer, stream: SubtitleStream, path: Path) -> Iterator[Cue]:
    container.seek(0)
    number = 0
    try:
        for packet in container.demux(stream):
            if packet.pts is None or number >= _MAX_CUES:
                continue
            start = float(packet.pts * packet.time_base)
            length = float((packet.duration or 0) * packet.time_base)
            words = "\n".join(filter(None, (_words(one) for one in packet.decode())))
            if words:
                number += 1
                yield Cue(text=words, start_seconds=round(start, 3), end_seconds=round(start + length, 3))
    except av.error.FFmpegError as error:
        raise MediaError(f"{path}: subtitle stream {stream.index} can't be read: {error}") from error


def _words(subtitle: object) -> str:
    event = getattr(subtitle, "ass", b"") or b""
    said = event.decode("utf-8", "replace") if isinstance(event, bytes) else str(event)
    return plain_words(said.split(",", _FIELDS_BEFORE_WORDS)[-1])
