"""Reading with PyAV (FFmpeg): exact times, every codec FFmpeg knows, decoding on all cores."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Interpolation, VideoReformatter

from similarity.media.colour import is_brought_to_sdr, to_sdr
from similarity.media.container import open_container, use_threads, video_stream
from similarity.media.probe import Probe, probe
from similarity.media.readers.decoding import decoded_frames
from similarity.media.readers.tally import Tally, seconds_after_start
from similarity.media.readers.thumbnails import thumbnailer
from similarity.media.tiles import assembled
from similarity.media.types import Frame, MediaInfo, Picture, ReadCounts

__all__ = ["PyavReader", "av_frame"]

_WHITE = 255
_SCALER = Interpolation.AREA | Interpolation.FULL_CHR_H_INT  # plain AREA shifts colours by up to a pixel


class PyavReader:
    """One video or picture, read with PyAV."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._probe = probe(path)
        self._tally = Tally(self._probe)
        self._running: Generator[Frame] | None = None
        self._reformatters: dict[int | None, VideoReformatter] = {}  # one for each size keeps its scaler
        self._thumbnailers: dict[tuple[str, int, int], Callable[[VideoFrame], Picture]] = {}

    @property
    def probed(self) -> Probe:
        """What opening found, the headers' figures and more."""
        return self._probe

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
        self.close()
        self._tally = Tally(self._probe, keyframes_only=keyframes_only)
        self._running = self._decode(self._tally, keyframes_only=keyframes_only)
        return self._running

    def close(self) -> None:
        """Release the file; more than once does no harm."""
        if self._running is not None:
            self._running.close()
            self._running = None

    def picture(self, frame: Frame, *, max_side: int | None = None) -> Picture:
        """The frame as an upright RGB picture with square pixels, at most `max_side` on its longer side."""
        reformatter = self._reformatters.setdefault(max_side, VideoReformatter())
        return picture_of(av_frame(frame), self._probe, reformatter, max_side=max_side)

    def thumbnail(self, frame: Frame) -> Picture:
        """A small BGR picture, as stored (not turned), for scene detection of every frame."""
        source = av_frame(frame)
        key = (source.format.name, source.width, source.height)
        make = self._thumbnailers.get(key)
        if make is None:
            make = self._thumbnailers[key] = thumbnailer(source)
        return make(source)

    def _decode(self, tally: Tally, *, keyframes_only: bool) -> Generator[Frame]:
        info = self._probe.info
        with open_container(self._path) as container:
            if self._probe.grid is not None:
                yield _whole(assembled(container, self._probe.grid, self._path), tally)
                return
            stream = video_stream(container, self._path)
            use_threads(stream)
            skips = keyframes_only and self._probe.has_time_stamps  # else only counting all frames tells the times
            for source, stamp in decoded_frames(container, stream, tally, keyframes_only=skips):
                duration = source.duration or 0
                pts = tally.timeline.place(stamp, duration)
                tally.frame(pts, duration)
                if keyframes_only and not source.key_frame:
                    continue
                yield Frame(
                    pts=pts,
                    time=seconds_after_start(pts, info.start_pts, info.time_base),
                    is_keyframe=source.key_frame,
                    source=source,
                )
            tally.is_complete = True


def _whole(source: VideoFrame, tally: Tally) -> Frame:
    """The one frame of a still that is put together of tiles."""
    tally.packet(0, 0)
    tally.frame(0, 0)
    tally.is_complete = True
    return Frame(pts=0, time=Fraction(0), is_keyframe=True, source=source)


def av_frame(frame: Frame) -> VideoFrame:
    """The PyAV frame behind a frame of this backend."""
    if not isinstance(frame.source, VideoFrame):
        raise TypeError(f"expected a frame read by PyavReader, got one of {type(frame.source).__name__}")
    return frame.source


def picture_of(
    source: VideoFrame, probed: Probe, reformatter: VideoReformatter, *, max_side: int | None = None
) -> Picture:
    """Convert in one pass to the size wanted, then turn upright.

    Args:
        source: a decoded frame.
        probed: what the headers say of its file.
        reformatter: kept from frame to frame, as it holds the scaler.
        max_side: longer side at most, pixels; None for full size.
    """
    width, height = picture_size(probed, max_side)
    if is_brought_to_sdr(probed.info.colour):
        levels = _reformatted(source, reformatter, (width, height), "rgb48le").to_ndarray()
        return probed.orientation.apply(to_sdr(np.asarray(levels, np.uint16), probed.info.colour))
    has_alpha = any(component.is_alpha for component in source.format.components)
    small = _reformatted(source, reformatter, (width, height), "rgba" if has_alpha else "rgb24")
    picture = np.asarray(small.to_ndarray(), np.uint8)
    return probed.orientation.apply(_on_white(picture) if has_alpha else picture)


def _reformatted(
    source: VideoFrame, reformatter: VideoReformatter, size: tuple[int, int], pixel_format: str
) -> VideoFrame:
    return reformatter.reformat(
        source,
        width=size[0],
        height=size[1],
        format=pixel_format,
        interpolation=_SCALER,
        dst_color_range=ColorRange.JPEG,
        threads=1,
    )


def picture_size(probed: Probe, max_side: int | None) -> tuple[int, int]:
    """Width and height before turning: square pixels, never enlarged."""
    info = probed.info
    width, height = info.display_width, info.display_height
    if max_side is not None and max(width, height) > max_side:
        shrink = max_side / max(width, height)
        width, height = max(1, round(width * shrink)), max(1, round(height * shrink))
    return (height, width) if probed.orientation.swaps_sides else (width, height)


def _on_white(picture: Picture) -> Picture:
    """RGBA laid on white, as a browser shows it."""
    alpha = picture[..., 3:].astype(np.uint16)
    blended = (picture[..., :3] * alpha + _WHITE * (_WHITE - alpha) + _WHITE // 2) // _WHITE
    return blended.astype(np.uint8)
