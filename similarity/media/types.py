"""The nouns of opening a file: what it says of itself, its frames, and the protocol of a reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from similarity.absence import NotMeasured

__all__ = [
    "UNTAGGED",
    "Backend",
    "ColourTags",
    "FileDigest",
    "Frame",
    "MediaInfo",
    "Picture",
    "ReadCounts",
    "VideoReader",
]

Picture = npt.NDArray[np.uint8]
"""An RGB picture, (height, width, 3) uint8, upright and with square pixels."""

Backend = Literal["pyav", "decord", "pillow"]
"""The libraries that can decode; `similarity doctor` says which of them work here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDigest:
    """What identifies the bytes of a file."""

    sha256: str
    """SHA-256 of all bytes, 64 lower-case hexadecimal digits."""
    size_bytes: int
    """Number of bytes hashed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColourTags:
    """What a file says of its colours; `unspecified` where it says nothing that is known here."""

    primaries: str
    """Colours of its R, G and B: `bt709`, `bt2020`, `smpte432` (P3) ..."""
    transfer: str
    """How light becomes levels: `bt709`, `pq` (HDR10), `hlg` ..."""
    matrix: str
    """How R, G and B become brightness and colour differences: `bt709`, `smpte170m` (BT.601), `bt2020nc` ..."""
    range: str
    """`limited` (16 to 235 of 255) or `full`."""

    @property
    def is_hdr(self) -> bool:
        """Whether pictures are of high dynamic range; they are tone-mapped when they are read with PyAV."""
        return self.transfer in ("pq", "hlg")


UNTAGGED = ColourTags(primaries="unspecified", transfer="unspecified", matrix="unspecified", range="unspecified")
"""The file says nothing of its colours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaInfo:
    """What a file's headers say, before a frame is decoded; header figures may be wrong."""

    container: str
    """Container format, as the demuxer names it (`mov,mp4,m4a,3gp,3g2,mj2`)."""
    codec: str
    """Video codec (`h264`, `hevc`, `vp9`, `av1`, `mpeg4`, `mjpeg`, `gif`, `png` ...)."""
    pixel_format: str
    """Pixel format as stored (`yuv420p`, `yuv420p10le`, `yuvj420p`)."""
    width: int
    """Stored width in pixels, before rotation and pixel shape are applied."""
    height: int
    """Stored height in pixels, before rotation and pixel shape are applied."""
    display_width: int
    """Width in square pixels after rotation: the width of every `Frame.picture` at full size."""
    display_height: int
    """Height in square pixels after rotation."""
    rotation_degrees: int
    """Clockwise turn that shows the picture upright: 0, 90, 180 or 270."""
    sample_aspect_ratio: Fraction
    """Width over height of one stored pixel; 1 where the file does not say."""
    time_base: Fraction
    """Seconds per tick of presentation time stamps."""
    start_pts: int
    """Presentation time stamp of the first frame: seconds are counted from here."""
    frame_rate_from_header: Fraction | NotMeasured
    """Average frame rate the header claims, frames per second."""
    duration_seconds_from_header: float | NotMeasured
    """Duration the header claims, seconds."""
    num_frames_from_header: int | NotMeasured
    """Number of frames the header claims."""
    is_still: bool
    """True for a file of one picture (JPEG, PNG, WebP ...): it has no duration."""
    colour: ColourTags = UNTAGGED
    """What it says of its colours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One decoded frame and the exact time at which it is shown."""

    pts: int
    """Presentation time stamp, in ticks of `time_base`."""
    time: Fraction
    """Exact presentation time in seconds after the first frame: (pts - start_pts) * time_base."""
    is_keyframe: bool
    """Whether the frame was coded without reference to others."""
    source: object
    """The backend's own frame, from which `VideoReader.picture` and `VideoReader.thumbnail` convert."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCounts:
    """What decoding found, as against what the header said; complete once the frames are exhausted."""

    num_frames_from_content: int
    """Frames decoded."""
    duration_seconds_from_content: float
    """End of the last frame (its time plus its duration, or plus the median frame interval), seconds."""
    num_decode_failures: int
    """Packets or frames that could not be decoded and were passed over."""
    num_irregular_timestamps: int
    """Frames whose time stamp was missing, repeated or went backwards."""
    is_variable_frame_rate: bool
    """True where frame intervals differ by more than one tick of rounding."""
    is_truncated: bool
    """True where the content ends clearly before the header's duration, or in a decoding error."""


class VideoReader(Protocol):
    """One open file.  Streams: memory does not grow with the length of the video.

    Conversion is separate from decoding, because most frames of a film are never looked at in full.
    """

    @property
    def info(self) -> MediaInfo:
        """What the headers say."""

    def frames(self, *, keyframes_only: bool = False) -> Iterator[Frame]:
        """Decode once from the start, in order of presentation.

        Each frame is valid until the next but one is asked for.
        """

    def picture(self, frame: Frame, *, max_side: int | None = None) -> Picture:
        """The frame as an upright RGB picture with square pixels, at most `max_side` on its longer side."""

    def thumbnail(self, frame: Frame) -> Picture:
        """A cheap small BGR picture (about 96 px wide, any aspect) for scene detection of every frame."""

    @property
    def counts(self) -> ReadCounts:
        """What decoding found so far."""

    def close(self) -> None:
        """Release the file; more than once does no harm."""
