"""Exact presentation times of a whole stream, read from its packets without decoding."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue, check_arrays
from similarity.media.container import open_container, video_stream
from similarity.media.readers.tally import Timeline

__all__ = ["PacketTimes", "packet_times"]

_NO_STAMP = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class PacketTimes(ArrayValue):
    """One row per frame, in order of presentation; 17 bytes a frame, 3.5 MB for two hours."""

    pts: npt.NDArray[np.int64]
    """Presentation time stamps, ticks, strictly increasing."""
    durations: npt.NDArray[np.int64]
    """Durations the container states, ticks; 0 where it does not."""
    is_keyframe: npt.NDArray[np.bool_]
    """Whether the packet is marked as a keyframe."""
    num_irregular: int
    """Stamps that were missing or repeated and had to be placed."""
    breaks_off: bool
    """Whether the container is damaged further on, and these are the times up to there."""

    def __post_init__(self) -> None:
        check_arrays(self, pts="int64(n)", durations="int64(n)", is_keyframe="bool(n)")


def packet_times(path: Path) -> PacketTimes:
    """Read every packet of the stream of pictures.

    Raises:
        MediaError: the container can't be read.
    """
    stamps, durations, keys = array("q"), array("q"), array("b")
    breaks_off = False
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
            breaks_off = True
    order = np.argsort(np.array(stamps, np.int64), kind="stable")
    durations_in_order = np.array(durations, np.int64)[order]
    pts, num_irregular = _placed(np.array(stamps, np.int64)[order], durations_in_order)
    return PacketTimes(
        pts=pts,
        durations=durations_in_order,
        is_keyframe=np.array(keys, np.bool_)[order],
        num_irregular=num_irregular,
        breaks_off=breaks_off,
    )


def _placed(stamps: npt.NDArray[np.int64], durations: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], int]:
    """Time stamps strictly increasing, and how many had to be changed for that."""
    timeline = Timeline()
    placed = [
        timeline.place(None if stamp == _NO_STAMP else int(stamp), int(duration))
        for stamp, duration in zip(stamps, durations, strict=True)
    ]
    return np.array(placed, np.int64), timeline.num_irregular
