"""What the headers of a file say, and the little that only its first frame can tell."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

from similarity.absence import NotMeasured, not_measured
from similarity.errors import UnreadableMediaError
from similarity.media.colour import colour_tags
from similarity.media.container import open_container, video_stream
from similarity.media.heif import PictureGrid, picture_made_of
from similarity.media.orientation import UPRIGHT, Orientation, frame_orientation
from similarity.media.tiles import assembled
from similarity.media.types import UNTAGGED, ColourTags, MediaInfo

__all__ = ["Probe", "codec_name", "probe"]

_PICTURE_CODECS_THAT_MAY_MOVE = frozenset({"gif", "apng", "webp"})
_BRANDS_OF_STILLS = frozenset({"avif", "heic", "heix", "mif1"})
_CLOCK = re.compile(r"(\d+):(\d\d):(\d\d(?:\.\d+)?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """Everything known before the pass over the content."""

    info: MediaInfo
    """What the headers say."""
    orientation: Orientation
    """How stored pictures are brought upright; `info` has its turn but no room for a mirror."""
    has_time_stamps: bool
    """Whether the container states times at all; a raw stream does not, its frames can only be counted."""
    is_duration_of_video_alone: bool
    """Whether the header's duration speaks of the pictures, not of a file whose sound may be longer."""
    grid: PictureGrid | None = None
    """How the tiles lie of which the picture is put together; None where it is whole."""
    num_left_out: int = 0
    """Other streams of moving pictures (angles, views, versions), or other pages of a still, that are not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _First:
    """What the first frame in order of presentation tells."""

    width: int
    """Stored width, pixels."""
    height: int
    """Stored height, pixels."""
    pixel_format: str
    """Pixel format as stored."""
    pts: int | None
    """Its time stamp, ticks, if it has one."""
    orientation: Orientation
    """How it is brought upright."""
    colour: ColourTags
    """What it says of its colours."""


def probe(path: Path, *, needs_frame: bool = True) -> Probe:
    """Read the headers and decode one frame.

    Args:
        path: the file.
        needs_frame: whether it is an error that FFmpeg decodes no frame; else the headers alone must do.

    Raises:
        MediaError: not readable, no pictures, or not one frame that decodes.
    """
    with open_container(path) as container:
        made_of = picture_made_of(path)
        if isinstance(made_of, PictureGrid):
            return _probe_of_grid(container, made_of, path)
        if made_of is not None:
            raise UnreadableMediaError(f"{path}: is {made_of}, of which FFmpeg reads a part; save it as PNG or JPEG")
        stream = video_stream(container, path)
        frames = _first_frames(container, stream, path)
        if not frames and needs_frame:
            if missing := _missing_riff_bytes(path):
                raise UnreadableMediaError(f"{path}: is cut off, {missing} bytes are missing; get a complete copy")
            raise UnreadableMediaError(
                f"{path}: not one frame of its {codec_name(stream)} video decodes: FFmpeg does not support how it is "
                "coded, or it is damaged; convert it (a picture to PNG, a video to H.264), or get another copy"
            )
        is_still = _is_still(container, stream, num_frames=len(frames))
        num_others = sum(not one.disposition & Disposition.attached_pic for one in container.streams.video) - 1
        duration, is_of_video = _duration(container, stream)
        first = _first(frames[0], path) if frames else _first_of_headers(stream)
        info = _info(stream, first, is_still=is_still, duration=duration)
    return Probe(
        info=info,
        orientation=first.orientation,
        has_time_stamps=first.pts is not None,
        is_duration_of_video_alone=is_of_video,
        num_left_out=_num_other_pages(path) if info.codec == "tiff" else 0 if is_still else num_others,
    )


def _probe_of_grid(container: InputContainer, grid: PictureGrid, path: Path) -> Probe:
    stream = next((one for one in container.streams.video if one.id in grid.tile_ids), None)
    if stream is None:
        raise UnreadableMediaError(
            f"{path}: is a still put together of tiles, of which there is none; get another copy"
        )
    first = replace(_first(assembled(container, grid, path), path), pts=0, orientation=grid.orientation)
    info = _info(stream, first, is_still=True, duration=not_measured("a still picture has no time"))
    return Probe(
        info=replace(info, num_frames_from_header=1),
        orientation=grid.orientation,
        has_time_stamps=True,
        is_duration_of_video_alone=True,
        grid=grid,
    )


def _missing_riff_bytes(path: Path) -> int:
    """How many bytes fewer a WebP or AVI has than its header says; 0 where none, or where the header does not say."""
    with path.open("rb") as file:
        head = file.read(8)
    size = int.from_bytes(head[4:], "little") + 8
    return max(0, size - path.stat().st_size) if head.startswith(b"RIFF") else 0


def _num_other_pages(path: Path) -> int:
    """Pages of a TIFF behind the first."""
    try:
        with Image.open(path, formats=("TIFF",)) as image:
            return int(getattr(image, "n_frames", 1)) - 1
    except (OSError, SyntaxError, ValueError):
        return 0  # a kind of TIFF that Pillow does not know: FFmpeg reads one picture of it


def codec_name(stream: VideoStream) -> str:
    """Codec as FFmpeg calls it, whichever decoder library reads it."""
    return stream.codec_context.codec.canonical_name


def _first_frames(container: InputContainer, stream: VideoStream, path: Path) -> list[VideoFrame]:
    """The first frame in order of presentation; for picture formats that may move, a second if there is one."""
    wanted = 2 if codec_name(stream) in _PICTURE_CODECS_THAT_MAY_MOVE else 1
    frames: list[VideoFrame] = []
    try:
        for packet in container.demux(stream):
            if packet.has_sidedata("encryption_info"):
                raise UnreadableMediaError(f"{path}: is encrypted (protected by DRM); get a copy without protection")
            frames += _decoded(packet)
            if len(frames) >= wanted:
                break
    except av.error.FFmpegError:
        return frames  # damage in the container: what came before it counts
    return frames


def _decoded(packet: av.Packet[VideoStream]) -> list[VideoFrame]:
    try:
        return [frame for frame in packet.decode() if not frame.is_corrupt]
    except av.error.InvalidDataError:
        return []  # damage before the first good frame; the reader counts it


def _first(frame: VideoFrame, path: Path) -> _First:
    return _First(
        width=frame.width,
        height=frame.height,
        pixel_format=frame.format.name,
        pts=frame.pts if frame.pts is not None else frame.dts,
        orientation=frame_orientation(frame, path),
        colour=colour_tags(frame),
    )


def _first_of_headers(stream: VideoStream) -> _First:
    context = stream.codec_context
    return _First(
        width=context.width,
        height=context.height,
        pixel_format=context.pix_fmt or "unknown",
        pts=stream.start_time,
        orientation=UPRIGHT,
        colour=UNTAGGED,
    )


def _is_still(container: InputContainer, stream: VideoStream, *, num_frames: int) -> bool:
    if codec_name(stream) in _PICTURE_CODECS_THAT_MAY_MOVE:
        return num_frames == 1
    if container.metadata.get("major_brand") in _BRANDS_OF_STILLS:
        return True
    return container.format.name == "image2" or container.format.name.endswith("_pipe")


def _duration(container: InputContainer, stream: VideoStream) -> tuple[float | NotMeasured, bool]:
    """Duration the header claims in seconds, and whether it speaks of the pictures alone."""
    if stream.duration and stream.duration > 0 and stream.time_base:
        return float(stream.duration * stream.time_base), True
    clock = _CLOCK.match(stream.metadata.get("DURATION", ""))
    if clock:
        hours, minutes, seconds = clock.groups()
        end = int(hours) * 3600 + int(minutes) * 60 + float(seconds)
        if end > 0:
            return end, True
    if container.duration and container.duration > 0:
        return container.duration / av.time_base, len(container.streams) == 1
    return not_measured("the file's header gives no duration"), False


def _info(stream: VideoStream, first: _First, *, is_still: bool, duration: float | NotMeasured) -> MediaInfo:
    sample_aspect_ratio = stream.sample_aspect_ratio or Fraction(1)
    width, height = _square_pixels(first.width, first.height, sample_aspect_ratio)
    if first.orientation.swaps_sides:
        width, height = height, width
    still = not_measured("a still picture has no time")
    rate = stream.average_rate or not_measured("the file's header gives no frame rate")
    return MediaInfo(
        container=stream.container.format.name,
        codec=codec_name(stream),
        pixel_format=first.pixel_format,
        width=first.width,
        height=first.height,
        display_width=width,
        display_height=height,
        rotation_degrees=first.orientation.rotation_degrees,
        sample_aspect_ratio=sample_aspect_ratio,
        time_base=stream.time_base or Fraction(1, av.time_base),
        start_pts=first.pts or 0,
        frame_rate_from_header=still if is_still else rate,
        duration_seconds_from_header=still if is_still else duration,
        num_frames_from_header=_num_frames(stream),
        is_still=is_still,
        colour=first.colour,
    )


def _square_pixels(width: int, height: int, sample_aspect_ratio: Fraction) -> tuple[int, int]:
    """Size with square pixels: the shorter-sampled direction is stretched, so that no detail is lost."""
    if sample_aspect_ratio >= 1:
        return max(1, round(width * sample_aspect_ratio)), height
    return width, max(1, round(height / sample_aspect_ratio))


def _num_frames(stream: VideoStream) -> int | NotMeasured:
    if stream.frames > 0:
        return stream.frames
    tagged = stream.metadata.get("NUMBER_OF_FRAMES", "")
    if tagged.isdigit() and int(tagged) > 0:
        return int(tagged)
    return not_measured("the file's header gives no number of frames")
