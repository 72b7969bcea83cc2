"""The decoding loop: packets in, frames with their stated times out, damage counted and passed over."""

from __future__ import annotations

from collections.abc import Iterator

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from similarity.media.readers.tally import DecodeOrderStamps, Tally

__all__ = ["CONTAINERS_IN_DECODE_ORDER", "decoded_frames"]

CONTAINERS_IN_DECODE_ORDER = frozenset({"avi"})
"""Containers whose packets carry no presentation times: the order of decoding is all they know."""


def decoded_frames(
    container: InputContainer, stream: VideoStream, tally: Tally, *, keyframes_only: bool = False
) -> Iterator[tuple[VideoFrame, int | None]]:
    """Frames in order of presentation with the time stamp the file states, from where the container stands.

    Args:
        container: an open file, at its start or where it was sought.
        stream: its stream of pictures.
        tally: counts packets and failures as they come by.
        keyframes_only: decode keyframes alone.
    """
    stamps = DecodeOrderStamps() if container.format.name in CONTAINERS_IN_DECODE_ORDER else None
    if keyframes_only:
        stream.codec_context.skip_frame = "NONKEY"
    for packet in _packets(container, stream, tally):
        if packet is not None:
            if keyframes_only and not packet.is_keyframe:
                continue
            if stamps is not None:
                stamps.packet(packet.pts)
        for frame in _decoded(stream, packet, tally, stamps):
            stamp = frame.pts if frame.pts is not None else frame.dts
            if stamps is not None:
                stamp = stamps.frame()
            if not keyframes_only or frame.key_frame:
                yield frame, stamp


def _packets(container: InputContainer, stream: VideoStream, tally: Tally) -> Iterator[Packet[VideoStream] | None]:
    """Whole packets up to the end or to where the container is damaged, then None, which drains the decoder."""
    try:
        for packet in container.demux(stream):
            if packet.is_corrupt:
                tally.failure()
            elif packet.size:
                if not packet.is_discard:
                    tally.packet(packet.pts, packet.duration or 0)
                yield packet
    except av.error.FFmpegError:
        tally.stopped_early = True
    yield None


def _decoded(
    stream: VideoStream, packet: Packet[VideoStream] | None, tally: Tally, stamps: DecodeOrderStamps | None
) -> list[VideoFrame]:
    try:
        frames = stream.decode(packet)
    except av.error.EOFError:
        return []  # the decoder has been drained already
    except av.error.FFmpegError:
        tally.failure()
        if stamps is not None:
            stamps.frame()
        return []
    return frames
