"""Reading with decord: pictures by index from decord, exact times from the container.

decord knows times as 32-bit floats only, so the presentation time stamps are taken from the packets (not decoded).
It can't read pictures, GIF, AV1, files cut off in the middle and mirrored pictures; each is refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import decord
import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue
from similarity.errors import UnreadableMediaError
from similarity.media.probe import probe
from similarity.media.readers.interrupts import interrupts_kept
from similarity.media.readers.packet_times import packet_times
from similarity.media.readers.tally import Tally, seconds_after_start
from similarity.media.readers.thumbnails import even_step
from similarity.media.types import Frame, MediaInfo, Picture, ReadCounts

__all__ = ["DecordReader"]

_ERRORS = (decord.DECORDError, RuntimeError, AssertionError)  # decord checks frame counts with `assert`
_FLOAT32_STEP = 2.0**-22  # relative rounding of decord's times, with room for one subtraction
_NOISE = re.compile(r"\[\d\d:\d\d:\d\d\] |\S+\.cc:\d+: |Check failed: .*?\) |\[.*?\] |ERROR |Error: ")
_NO_TIME_SECONDS = -1e9  # decord's value for "no time stamp" is far below


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class _Decoded(ArrayValue):
    """The picture behind a frame, as decord gives it: RGB, turned upright, pixels as stored."""

    picture: Picture
    """(height, width, 3) RGB."""


class DecordReader:
    """One video, read with decord."""

    def __init__(self, path: Path) -> None:
        decord.logging.set_level(decord.logging.QUIET)
        self._path = path
        self._probe = probe(path, needs_frame=False)
        self._refuse_what_decord_shows_wrong()
        self._times = packet_times(path)
        self._unused: Any = self._open()
        self._for_seeking: Any = None
        self._knows_times = self._check_times(self._unused)
        self._tally = Tally(self._probe)
        self._running: Generator[Frame] | None = None

    @property
    def info(self) -> MediaInfo:
        """What the headers say."""
        return self._probe.info

    @property
    def counts(self) -> ReadCounts:
        """What the latest pass found so far."""
        return self._tally.counts()

    def frames(self, *, keyframes_only: bool = False) -> Iterator[Frame]:
        """Decode once from the start, in order of presentation; a pass still under way ends."""
        self._end_pass()
        self._tally = Tally(self._probe, keyframes_only=keyframes_only)
        self._running = self._decode(self._tally, keyframes_only=keyframes_only)
        return self._running

    def frame_at(self, pts: int) -> Frame | None:
        """The frame shown from exactly this time stamp on, if there is one; ends a pass under way."""
        index = int(np.searchsorted(self._times.pts, pts))
        if index == len(self._times.pts) or self._times.pts[index] != pts:
            return None
        self._end_pass()
        try:
            if not self._knows_times:
                return self._frame(index, self._skip(self._open(), index))
            if self._for_seeking is None:
                self._for_seeking = self._open()
            with interrupts_kept():
                return self._frame(index, _as_picture(self._for_seeking[index]))
        except (*_ERRORS, StopIteration):
            return None

    def close(self) -> None:
        """Release the file; more than once does no harm."""
        self._end_pass()
        self._unused = None
        self._for_seeking = None

    def picture(self, frame: Frame, *, max_side: int | None = None) -> Picture:
        """The frame as an upright RGB picture with square pixels, at most `max_side` on its longer side."""
        picture = _picture(frame)
        width, height = self.info.display_width, self.info.display_height
        shrink = 1.0 if max_side is None else min(1.0, max_side / max(width, height))
        size = max(1, round(width * shrink)), max(1, round(height * shrink))
        if size == (picture.shape[1], picture.shape[0]):
            return picture
        return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)

    def thumbnail(self, frame: Frame) -> Picture:
        """A small BGR picture for scene detection of every frame."""
        picture = _picture(frame)
        step = max(1, even_step(picture.shape[1]))
        return np.ascontiguousarray(picture[::step, ::step, ::-1])

    def _end_pass(self) -> None:
        if self._running is not None:
            self._running.close()
            self._running = None

    def _open(self) -> Any:
        try:
            with interrupts_kept():
                video = decord.VideoReader(str(self._path.absolute()), ctx=decord.cpu(0))
        except _ERRORS as error:
            raise UnreadableMediaError(
                f"{self._path}: decord can't read this {self.info.codec} video in {self.info.container} "
                f"({_gist(error)}); read it with pyav"
            ) from error
        if len(video) != len(self._times.pts):
            raise UnreadableMediaError(
                f"{self._path}: decord counts {len(video)} frames where the container holds {len(self._times.pts)}, "
                "so their times can't be told; read it with pyav"
            )
        return video

    def _check_times(self, video: Any) -> bool:
        """Compare decord's rounded times with the exact ones: frames are matched by index, and that must hold.

        Returns whether decord has any times: in AVI and the like it has none to compare.
        """
        with interrupts_kept():
            rounded = np.asarray(video.get_frame_timestamp(list(range(len(video)))), np.float64)[:, 0]
        if rounded.min(initial=0) < _NO_TIME_SECONDS:
            return False
        exact = (self._times.pts - self._times.pts[0]) * float(self.info.time_base)
        allowed = float(self.info.time_base) + _FLOAT32_STEP * np.abs(rounded).max(initial=0)
        worst = np.abs(rounded - rounded[0] - exact).max(initial=0)
        if worst > allowed:
            raise UnreadableMediaError(
                f"{self._path}: decord's frame times are off by up to {worst:.3f} s from the container's; "
                "read it with pyav"
            )
        return True

    def _refuse_what_decord_shows_wrong(self) -> None:
        if self.info.is_still:
            raise UnreadableMediaError(
                f"{self._path}: decord can't read a still picture ({self.info.codec}); read it with pyav"
            )
        if self._probe.orientation.is_mirrored:
            raise UnreadableMediaError(
                f"{self._path}: decord ignores that the picture is stored mirrored; read it with pyav"
            )

    def _decode(self, tally: Tally, *, keyframes_only: bool) -> Generator[Frame]:
        video = self._unused if self._unused is not None else self._open()
        self._unused = None
        tally.timeline.num_irregular = self._times.num_irregular
        try:
            yield from self._frames_of(video, tally, keyframes_only=keyframes_only)
        finally:
            with interrupts_kept():
                del video

    def _frames_of(self, video: Any, tally: Tally, *, keyframes_only: bool) -> Generator[Frame]:
        position = 0
        for index, (pts, duration) in enumerate(zip(self._times.pts, self._times.durations, strict=True)):
            tally.packet(int(pts), int(duration))
            if keyframes_only and not self._times.is_keyframe[index]:
                continue
            try:
                picture = self._skip(video, index - position)
            except (*_ERRORS, StopIteration):
                tally.failure()
                tally.stopped_early = True
                return
            position = index + 1
            tally.frame(int(pts), int(duration))
            yield self._frame(index, picture)
        tally.stopped_early = self._times.breaks_off
        tally.is_complete = True

    def _skip(self, video: Any, num_frames: int) -> Picture:
        """The picture after `num_frames` more; decord skips by time stamp, so without them each one is converted."""
        with interrupts_kept():
            if num_frames and self._knows_times:
                video.skip_frames(num_frames)
            elif num_frames:
                for _ in range(num_frames):
                    video.next()
            return _as_picture(video.next())

    def _frame(self, index: int, picture: npt.NDArray[np.uint8]) -> Frame:
        info = self.info
        expected = (info.width, info.height) if info.rotation_degrees in (90, 270) else (info.height, info.width)
        if picture.shape[:2] != expected:
            raise UnreadableMediaError(
                f"{self._path}: decord gives {picture.shape[1]} x {picture.shape[0]} pixels where the file says "
                f"{expected[1]} x {expected[0]}, so which way up it is can't be told; read it with pyav"
            )
        pts = int(self._times.pts[index])
        return Frame(
            pts=pts,
            time=seconds_after_start(pts, info.start_pts, info.time_base),
            is_keyframe=bool(self._times.is_keyframe[index]),
            source=_Decoded(picture=picture),
        )


def _as_picture(decoded: Any) -> Picture:
    """A copy in numpy's memory; decord's own is freed on return."""
    return np.asarray(decoded.asnumpy(), np.uint8)


def _picture(frame: Frame) -> Picture:
    if not isinstance(frame.source, _Decoded):
        raise TypeError(f"expected a frame read by DecordReader, got one of {type(frame.source).__name__}")
    return frame.source.picture


def _gist(error: Exception) -> str:
    """The part of decord's message that says something, without source positions, checks and stack."""
    first = (str(error).strip().splitlines() or ["no reason given"])[0]
    return _NOISE.sub("", first).strip(" .") or "no reason given"
