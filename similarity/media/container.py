"""Opening a container with FFmpeg: the stream of pictures in it, or one line that says why there is none."""

from __future__ import annotations

from pathlib import Path

import av
from av.codec.context import ThreadType
from av.container import InputContainer
from av.stream import Discard, Disposition
from av.video.stream import VideoStream

from similarity.errors import NoVideoStreamError, UnreadableMediaError
from similarity.media.digest import require_file
from similarity.media.threads import decoder_threads

__all__ = ["open_container", "use_threads", "video_stream"]

_OPTIONS = {
    "protocol_whitelist": "file",  # a playlist in disguise must not reach the network
    "pattern_type": "none",  # "50%d.jpg" is a name, not a pattern of names
}
_PLAYLISTS = frozenset({"hls", "concat", "dash", "imf"})
_ENCRYPTED_TAGS = frozenset({"encv", "drmi"})
_MAX_BOXES = 1000
"""Top-level boxes looked at: a fragmented file has some per fragment; what is missing shows among the first."""
_BOX_BYTES = 8
"""Size and name, with which every box begins."""


def open_container(path: Path) -> InputContainer:
    """Open a file for demuxing; the caller closes it.

    Raises:
        UnreadableMediaError: missing, empty, not media, damaged in its header, or a playlist.
    """
    require_file(path)
    try:
        container = av.open(f"file:{path}", options=_OPTIONS, metadata_errors="replace")
    except PermissionError as error:
        raise UnreadableMediaError(
            f"{path}: no permission to read it; change its rights or run as its owner"
        ) from error
    except av.error.FFmpegError as error:
        raise UnreadableMediaError(f"{path}: {_why_unreadable(path)}") from error
    if container.format.name in _PLAYLISTS:
        container.close()
        raise UnreadableMediaError(f"{path}: is a playlist that names other files; add those files themselves")
    return container


def video_stream(container: InputContainer, path: Path) -> VideoStream:
    """The stream that a player would show; all others are left unread.

    Raises:
        NoVideoStreamError: only sound, subtitles or a cover picture.
        UnreadableMediaError: encrypted, or no decoder for its codec.
    """
    moving = [stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic]
    if not moving:
        raise NoVideoStreamError(f"{path}: {_what_instead(container)}; expected a video or a picture, leave it out")
    best = container.streams.best("video")
    chosen = next((stream for stream in moving if best is not None and stream.index == best.index), moving[0])
    if chosen.codec_context is None:
        raise UnreadableMediaError(f"{path}: no decoder here for its video codec; run `similarity doctor`")
    if chosen.codec_tag in _ENCRYPTED_TAGS:
        raise UnreadableMediaError(f"{path}: is encrypted (protected by DRM); get a copy without protection")
    for stream in container.streams:
        if stream.index != chosen.index:
            stream.discard = Discard.all
    return chosen


def use_threads(stream: VideoStream) -> None:
    """Let the decoder use every core that this process may take, by frame and by slice."""
    stream.thread_type = ThreadType.AUTO
    stream.codec_context.thread_count = decoder_threads()


def _what_instead(container: InputContainer) -> str:
    if container.streams.audio:
        return "holds sound but no moving pictures (audio only)"
    kinds = sorted({stream.type for stream in container.streams})
    return f"holds no pictures ({', '.join(kinds) or 'no streams at all'})"


def _why_unreadable(path: Path) -> str:
    """The likeliest reason, from the bytes themselves: FFmpeg says no more than "invalid data"."""
    boxes = _top_level_boxes(path)
    if "ftyp" in boxes and "moov" not in boxes:
        return "is cut off before its index (no `moov` box), an unfinished download or recording; get a complete copy"
    if "ftyp" in boxes:
        return "is an MP4/MOV file whose index is damaged; get an undamaged copy"
    return "is no video or picture that FFmpeg knows, or its header is damaged; check that it plays, or leave it out"


def _top_level_boxes(path: Path) -> tuple[str, ...]:
    """Names of the top-level boxes of an ISO media file; stops at the first that makes no sense."""
    names: list[str] = []
    size_of_file = path.stat().st_size
    with path.open("rb") as file:
        position = 0
        while position + _BOX_BYTES <= size_of_file and len(names) < _MAX_BOXES:
            file.seek(position)
            header = file.read(16)
            size, name = int.from_bytes(header[:4], "big"), header[4:8]
            if size == 1:
                size = int.from_bytes(header[8:16], "big")
            if not (name.isalnum() and name.isascii()) or (size < _BOX_BYTES and size != 0):
                break
            names.append(name.decode("ascii"))
            if size == 0:
                break
            position += size
    return tuple(names)
