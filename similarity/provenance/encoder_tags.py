"""Tags of the programs that wrote a video, as FFmpeg reads them, and the line that x264 and x265 leave in the stream.

Container tags have no one standard: `encoder` and `handler_name` come from muxers, `com.apple.quicktime.*` from
QuickTime metadata keys, `software` from RIFF `ISFT`; generators put prompts and workflows into `comment`, `prompt` and
the like, so every tag is quoted except those that only describe the format.  The encoders' line is an unregistered
user data SEI message (ITU-T H.264 Annex D.1.7, H.265 Annex D.2.7) with the identifiers of x264 and x265.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from similarity.errors import MediaError
from similarity.phrases import as_it_is, phrase
from similarity.provenance.found import Looked, quoted
from similarity.provenance.values import LabelField

if TYPE_CHECKING:
    from av.container import InputContainer

__all__ = ["LookedByLibrary", "look_through_library"]

_OF_THE_FORMAT = frozenset({"major_brand", "minor_version", "compatible_brands", "language", "duration", "aigc"})
_SETTINGS = {
    bytes.fromhex("dc45e9bde6d948b7962cd820d923eeef"): "x264",
    bytes.fromhex("2ca2de09b51747dbbb55a4fe7fc2fc4e"): "x265",
}
_MAX_TAGS = 128
_MAX_STREAMS = 16
_FIRST_PACKETS = 8
_SEARCHED_BYTES = 64 * 1024
_MAX_SETTINGS_BYTES = 4096


@dataclass(slots=True, kw_only=True)
class LookedByLibrary(Looked):
    """What FFmpeg reads of a container."""

    format: str = ""
    """FFmpeg's name of the container; empty where it could not be opened."""
    reads: list[LabelField] = field(default_factory=list)
    """Encoder tags of the container, its streams and the first pictures."""


def look_through_library(path: Path) -> LookedByLibrary:
    """Tags by way of FFmpeg; where it can't open the file, a problem."""
    from similarity.media.container import open_container

    looked = LookedByLibrary()
    try:
        container = open_container(path)
    except MediaError as error:
        looked.problem(as_it_is(quoted(str(error).removeprefix(f"{path}: "))))
        return looked
    with container:
        looked.format = container.format.name
        _keep(container.metadata, "format", looked)
        for stream in islice(container.streams, _MAX_STREAMS):
            _keep(stream.metadata, f"stream[{stream.index}]", looked)
        _read_settings(container, looked)
    return looked


def _keep(tags: Mapping[str, str], place: str, looked: LookedByLibrary) -> None:
    for name, value in tags.items():
        if name == "AIGC":
            looked.add("aigc", f"{place} tag AIGC", value.encode("utf-8", "replace"))
        if name.casefold() in _OF_THE_FORMAT or not value:
            continue
        if len(looked.reads) >= _MAX_TAGS:
            looked.limits.append(phrase("only the first {number} tags are quoted", number=_MAX_TAGS))
            return
        looked.reads.append(LabelField(name=f"{place}.{quoted(name[:200])}", value=quoted(value)))


def _read_settings(container: InputContainer, looked: LookedByLibrary) -> None:
    from av.error import FFmpegError

    if not container.streams.video:
        return
    try:
        for number, packet in enumerate(container.demux(container.streams.video[0])):
            settings = _settings_in(bytes(memoryview(packet)[:_SEARCHED_BYTES]) if packet.size else b"")
            if settings is not None:
                looked.reads.append(settings)
            if settings is not None or number + 1 >= _FIRST_PACKETS:
                return
    except (FFmpegError, ValueError) as error:
        looked.limits.append(
            phrase("the first pictures could not be read for the encoder's line: {reason}", reason=quoted(str(error)))
        )


def _settings_in(content: bytes) -> LabelField | None:
    for identifier, name in _SETTINGS.items():
        _, mark, rest = content.partition(identifier)
        if mark:
            line = rest[:_MAX_SETTINGS_BYTES].partition(b"\0")[0].partition(b"\x80")[0]
            return LabelField(name=f"{name} settings", value=quoted(line.decode("ascii", "replace")))
    return None
