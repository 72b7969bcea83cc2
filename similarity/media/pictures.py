"""Taking single frames out of a video again, by exact time stamp: seeks, not a pass over the film."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream

from similarity.media.container import open_container, use_threads, video_stream
from similarity.media.open import OpenedVideo, ReaderChoice, open_video
from similarity.media.probe import Probe
from similarity.media.readers.decoding import CONTAINERS_IN_DECODE_ORDER, decoded_frames
from similarity.media.readers.pyav_reader import PyavReader, picture_of
from similarity.media.readers.tally import Tally
from similarity.media.types import Picture

__all__ = ["Pictures", "Wanted", "pictures_at"]

_READ_ON_SECONDS = 3.0  # a frame this close ahead is reached faster by decoding on than by seeking
_BACK_OFF_SECONDS = (0.0, 1.0, 10.0)  # how much earlier to seek when a seek landed behind the frame wanted


Wanted = Mapping[int, Collection[int]]
"""Presentation time stamp -> longer side of each picture that is made of its frame, pixels, in order of time."""
Pictures = dict[tuple[int, int], Picture]
"""Presentation time stamp and longer side -> picture."""


def pictures_at(path: Path, wanted: Wanted, *, reader: ReaderChoice = "auto") -> Pictures:
    """The pictures of the frames with exactly these time stamps; one that the file does not have is left out.

    Every frame is decoded once, however many pictures of it are wanted.

    Args:
        path: the video.
        wanted: presentation time stamps as `Frame.pts` gave them, in any order, and the sizes of their pictures.
        reader: the backend that gave the time stamps.

    Raises:
        MediaError: the file can't be opened.
    """
    ordered = {stamp: wanted[stamp] for stamp in sorted(wanted)}
    opened = open_video(path, reader=reader)
    try:
        found = _without_a_pass(path, opened, ordered)
        there = {stamp for stamp, _ in found}
        missing = {stamp: sides for stamp, sides in ordered.items() if stamp not in there}
        return found | _by_reading(opened, missing)
    finally:
        opened.reader.close()


def _without_a_pass(path: Path, opened: OpenedVideo, wanted: Wanted) -> Pictures:
    if isinstance(opened.reader, PyavReader):
        return _by_seeking(path, opened.reader.probed, wanted)
    found: Pictures = {}
    if opened.backend != "decord":
        return found
    from similarity.media.readers.decord_reader import DecordReader

    if isinstance(opened.reader, DecordReader):
        for stamp, sides in wanted.items():
            frame = opened.reader.frame_at(stamp)
            if frame is not None:
                found |= {(stamp, side): opened.reader.picture(frame, max_side=side) for side in sides}
    return found


def _by_reading(opened: OpenedVideo, wanted: Wanted) -> Pictures:
    """One pass from the start up to the last frame wanted: for what seeking can't reach."""
    found: Pictures = {}
    remaining = set(wanted)
    for frame in opened.reader.frames() if remaining else ():
        if frame.pts in remaining:
            found |= {(frame.pts, side): opened.reader.picture(frame, max_side=side) for side in wanted[frame.pts]}
            remaining.discard(frame.pts)
        if not remaining or frame.pts > max(remaining):
            break
    return found


def _by_seeking(path: Path, probed: Probe, wanted: Wanted) -> Pictures:
    found: Pictures = {}
    if probed.info.container in CONTAINERS_IN_DECODE_ORDER or not probed.has_time_stamps or probed.grid is not None:
        return found  # which frame has which time is only known by counting, or it is put together of several
    reformatter = VideoReformatter()
    with open_container(path) as container:
        stream = video_stream(container, path)
        use_threads(stream)
        cursor = _Cursor(container, stream, probed)
        for stamp, sides in wanted.items():
            frame = cursor.frame_at(stamp)
            if frame is not None:
                found |= {(stamp, side): picture_of(frame, probed, reformatter, max_side=side) for side in sides}
    return found


class _Cursor:
    """A place in a container that moves forward by decoding and anywhere by seeking."""

    def __init__(self, container: InputContainer, stream: VideoStream, probed: Probe) -> None:
        self._container = container
        self._stream = stream
        self._probed = probed
        self._frames: Iterator[tuple[VideoFrame, int | None]] = iter(())
        self._position: int | None = None

    def frame_at(self, stamp: int) -> VideoFrame | None:
        """The frame with this time stamp, or None if decoding from a keyframe before it does not meet it."""
        if self._is_just_ahead(stamp):
            return self._read_to(stamp)
        for seconds in _BACK_OFF_SECONDS:
            if not self._seek(stamp - self._ticks(seconds)):
                return None
            frame = self._read_to(stamp)
            if frame is not None or not self._landed_behind:
                return frame
        return None

    def _is_just_ahead(self, stamp: int) -> bool:
        return self._position is not None and 0 < stamp - self._position <= self._ticks(_READ_ON_SECONDS)

    def _ticks(self, seconds: float) -> int:
        return round(seconds / self._probed.info.time_base)

    def _seek(self, stamp: int) -> bool:
        try:
            self._container.seek(max(stamp, self._probed.info.start_pts), stream=self._stream)
        except av.error.FFmpegError:
            return False  # the container can't seek: the caller reads from the start
        self._frames = decoded_frames(self._container, self._stream, Tally(self._probed))
        self._position = None
        return True

    def _read_to(self, stamp: int) -> VideoFrame | None:
        self._landed_behind = self._position is None
        for frame, at in self._frames:
            if at is None:
                return None
            self._position = at
            if at >= stamp:
                return frame if at == stamp else None
            self._landed_behind = False
        return None
