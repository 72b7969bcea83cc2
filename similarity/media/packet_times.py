"""Exact presentation times of a whole stream, read from its packets without decoding."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from similarity.media.container import open_container, video_stream
from similarity.media.tally import Timeline

__all__ = ["PacketTimes", "packet_times"]

_NO_STAMP = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketTimes:
    """One row per frame, in order of presentation; 17 bytes a frame, 3.5 MB for two hours."""

    pts: npt.NDArray[np.int64]
    """Presentation time stamps, ticks, strictly increasing."""
    durations: npt.NDArray[np.int64]
    """Durations the container states, ticks; 0 where it does not."""
    is_keyframe: npt.NDArray[np.bool_]
    """Whether the packet is marked as a keyframe."""
    num_irregular: int
    """Stamps that were missing or repeated and had to be placed."""


def packet_times(path: Path) -> PacketTimes:
    """Read every packet of the stream of pictures.

    Raises:
        MediaError: the container can't be read.
    """
    stamps, durations, keys = array("q"), array("q"), array("b")
    with open_container(path) as container:
        stream = video_stream(container, path)
        try:
            for packet in container.demux(stream):
                if packet.size and not packet.is_discard:
                    stamp = packet.pts if packet.pts is not None else packet.dts
                    stamps.append(_NO_STAMP if stamp is None else stamp)
                    durations.append(packet.duration or 0)
                    keys.append(packet.is_keyframe)
        except av.error.FFmpegError:
            pass  # damaged further on: the times so far stand, and decord's count shows whether frames are missing
    return _in_order(np.array(stamps, np.int64), np.array(durations, np.int64), np.array(keys, np.bool_))


def _in_order(
    stamps: npt.NDArray[np.int64], durations: npt.NDArray[np.int64], keys: npt.NDArray[np.bool_]
) -> PacketTimes:
    order = np.argsort(stamps, kind="stable")
    timeline = Timeline()
    placed = [
        timeline.place(None if stamp == _NO_STAMP else int(stamp), int(duration))
        for stamp, duration in zip(stamps[order], durations[order], strict=True)
    ]
    return PacketTimes(
        pts=np.array(placed, np.int64),
        durations=durations[order],
        is_keyframe=keys[order],
        num_irregular=timeline.num_irregular,
    )
