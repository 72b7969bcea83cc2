"""A stretch of a video at its full frame rate, as small grey pictures: for placing a match to the frame."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt
from av.video.reformatter import VideoReformatter

from index.arrays import ArrayValue, check_arrays
from similarity.intervals import Interval
from similarity.media.container import open_container, use_threads, video_stream
from similarity.media.open import OpenedVideo, ReaderChoice, open_video
from similarity.media.probe import Probe
from similarity.media.readers.decoding import CONTAINERS_IN_DECODE_ORDER, decoded_frames
from similarity.media.readers.pyav_reader import PyavReader, picture_of
from similarity.media.readers.tally import Tally
from similarity.media.types import Picture

__all__ = ["GreyStretch", "grey_stretch"]

_BACK_OFF_SECONDS = (0.0, 1.0, 10.0)  # how much earlier to seek when a seek landed behind the first frame wanted
_ROUNDING = 1e-6  # ticks by which a time in seconds may miss a stamp


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class GreyStretch(ArrayValue):
    """Every frame of a stretch, small and grey."""

    pts: npt.NDArray[np.int64]
    """(n,) presentation time stamps, ascending."""
    seconds: npt.NDArray[np.float64]
    """(n,) seconds after the first frame of the video."""
    pictures: npt.NDArray[np.uint8]
    """(n, height, width) grey, upright, square pixels."""

    def __post_init__(self) -> None:
        check_arrays(self, pts="int64(n)", seconds="float64(n)", pictures="uint8(n, *, *)")


def grey_stretch(path: Path, span: Interval, *, max_side: int, reader: ReaderChoice = "auto") -> GreyStretch:
    """Every frame that begins within a span, decoded from the keyframe before it.

    Args:
        path: the video.
        span: seconds after its first frame, end exclusive.
        max_side: longer side of the pictures, pixels.
        reader: the backend that gave the time stamps.

    Raises:
        MediaError: the file can't be opened.
    """
    opened = open_video(path, reader=reader)
    try:
        info = opened.reader.info
        first, last = (info.start_pts + math.ceil(edge / float(info.time_base) - _ROUNDING) for edge in span)
        found = _by_seeking(path, opened, (first, last), max_side)
        if found is None:
            found = list(_by_reading(opened, (first, last), max_side))
    finally:
        opened.reader.close()
    stamps = np.array([stamp for stamp, _ in found], dtype=np.int64)
    return GreyStretch(
        pts=stamps,
        seconds=(stamps - info.start_pts).astype(np.float64) * float(info.time_base),
        pictures=np.stack([grey for _, grey in found]) if found else np.zeros((0, 1, 1), dtype=np.uint8),
    )


def _by_seeking(
    path: Path, opened: OpenedVideo, span: tuple[int, int], max_side: int
) -> list[tuple[int, Picture]] | None:
    """Stamps and pictures; None where the file must be read from its start."""
    if not isinstance(opened.reader, PyavReader):
        return None
    probed = opened.reader.probed
    if probed.info.container in CONTAINERS_IN_DECODE_ORDER or not probed.has_time_stamps or probed.info.is_still:
        return None
    for seconds in _BACK_OFF_SECONDS:
        from_stamp = max(probed.info.start_pts, span[0] - round(seconds / probed.info.time_base))
        found = _decoded_from(path, probed, from_stamp, span, max_side)
        if found is not None:
            return found
    return None


def _decoded_from(
    path: Path, probed: Probe, from_stamp: int, span: tuple[int, int], max_side: int
) -> list[tuple[int, Picture]] | None:
    """Stamps and pictures of a span; None where decoding from there begins behind its first frame."""
    reformatter = VideoReformatter()
    found: list[tuple[int, Picture]] = []
    with open_container(path) as container:
        stream = video_stream(container, path)
        use_threads(stream)
        try:
            container.seek(from_stamp, stream=stream)
        except av.error.FFmpegError:
            return None  # the container can't seek
        is_first = True
        previous: int | None = None
        for frame, at in decoded_frames(container, stream, Tally(probed)):
            if at is None or (previous is not None and at <= previous):
                return None
            if is_first and at > max(span[0], probed.info.start_pts):
                return None
            is_first, previous = False, at
            if at >= span[1]:
                break
            if at >= span[0]:
                found.append((at, _grey(picture_of(frame, probed, reformatter, max_side=max_side))))
    return found


def _by_reading(opened: OpenedVideo, span: tuple[int, int], max_side: int) -> Iterator[tuple[int, Picture]]:
    with closing(opened.reader.frames()) as frames:  # type: ignore[type-var]
        for frame in frames:
            if frame.pts >= span[1]:
                return
            if frame.pts >= span[0]:
                yield frame.pts, _grey(opened.reader.picture(frame, max_side=max_side))


def _grey(picture: Picture) -> Picture:
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_RGB2GRAY), np.uint8)
