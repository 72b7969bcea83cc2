"""What a media file says of itself and what decoding it counted, as values that reports and cases hold."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from similarity.absence import NotMeasured
from similarity.errors import MediaError
from similarity.media.container import open_container
from similarity.media.probe import probe
from similarity.media.types import ReadCounts
from similarity.phrases import as_it_is
from similarity.text import as_printable, storable

__all__ = ["ContentFacts", "HeaderFacts", "MediaTag", "content_facts", "header_facts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaTag:
    """One entry of a file's metadata, as it stands there."""

    scope: str
    """`file`, or `stream 0`, `stream 1` ..."""
    name: str
    """Its key."""
    value: str
    """Its text; long ones end in an ellipsis and their full length in characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderFacts:
    """What the headers of a media file claim; any of it may be wrong."""

    container: str
    """Container format, as the demuxer names it."""
    codec: str
    """Video codec."""
    pixel_format: str
    """Pixel format as stored."""
    width: int
    """Stored width, pixels."""
    height: int
    """Stored height, pixels."""
    display_width: int
    """Width shown: upright, square pixels."""
    display_height: int
    """Height shown: upright, square pixels."""
    time_base: str
    """Seconds per tick of presentation time stamps, a fraction such as `1/12800`."""
    start_pts: int
    """Presentation time stamp of the first frame, ticks."""
    frame_rate: str | NotMeasured
    """Average frames per second, a fraction such as `30000/1001`."""
    duration_seconds: float | NotMeasured
    """Duration, seconds."""
    num_frames: int | NotMeasured
    """Number of frames."""
    is_still: bool
    """A picture, without duration."""
    tags: tuple[MediaTag, ...]
    """Metadata of the file and of its streams, in their order."""
    num_tags_left_out: int
    """Tags beyond the bound on their number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentFacts:
    """What decoding a media file counted."""

    reader: str
    """Library that decoded it."""
    duration_seconds: float
    """End of the last frame, seconds after the first one's start."""
    num_frames: int
    """Frames decoded."""
    num_decode_failures: int
    """Packets or frames that could not be decoded."""
    num_irregular_timestamps: int | NotMeasured
    """Frames whose time stamp was missing, repeated or went backwards."""
    is_variable_frame_rate: bool
    """Frame intervals differ."""
    is_truncated: bool
    """The content ends before the header says, or in damage."""


_MAX_TAGS = 200


_MAX_TAG_CHARACTERS = 2000


def header_facts(path: Path) -> HeaderFacts | NotMeasured:
    """What the headers of a media file claim, with its metadata; not measured of what is no media."""
    try:
        info = probe(path).info
        with open_container(path) as container:
            scopes = [("file", dict(container.metadata))]
            scopes += [(f"stream {stream.index}", dict(stream.metadata)) for stream in container.streams]
    except MediaError as error:
        return NotMeasured(reason=as_it_is(as_printable(str(error))))
    tags = [_tag(scope, name, value) for scope, metadata in scopes for name, value in metadata.items()]
    return HeaderFacts(
        container=info.container,
        codec=info.codec,
        pixel_format=info.pixel_format,
        width=info.width,
        height=info.height,
        display_width=info.display_width,
        display_height=info.display_height,
        time_base=_fraction(info.time_base),
        start_pts=info.start_pts,
        frame_rate=_fraction(info.frame_rate_from_header)
        if isinstance(info.frame_rate_from_header, Fraction)
        else info.frame_rate_from_header,
        duration_seconds=info.duration_seconds_from_header,
        num_frames=info.num_frames_from_header,
        is_still=info.is_still,
        tags=tuple(tags[:_MAX_TAGS]),
        num_tags_left_out=max(0, len(tags) - _MAX_TAGS),
    )


def content_facts(counts: ReadCounts, *, reader: str) -> ContentFacts:
    """What a pass over the content counted, for `Exhibit.content`."""
    return ContentFacts(
        reader=reader,
        duration_seconds=counts.duration_seconds_from_content,
        num_frames=counts.num_frames_from_content,
        num_decode_failures=counts.num_decode_failures,
        num_irregular_timestamps=counts.num_irregular_timestamps,
        is_variable_frame_rate=counts.is_variable_frame_rate,
        is_truncated=counts.is_truncated,
    )


def _tag(scope: str, name: str, value: str) -> MediaTag:
    text = value if len(value) <= _MAX_TAG_CHARACTERS else f"{value[:_MAX_TAG_CHARACTERS]}... ({len(value)} characters)"
    return MediaTag(scope=scope, name=storable(name[:_MAX_TAG_CHARACTERS]), value=storable(text))


def _fraction(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}"
