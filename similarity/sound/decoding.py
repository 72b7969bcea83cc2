"""A stream of sound as blocks at the rate of description, on the file's own time line.

Frames are placed where their time stamps say (edit lists, the delay of the codec and gaps are obeyed); time that they
leave out is silence, and what they state twice is heard once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet

__all__ = ["RATE_HZ", "SoundDecoder", "SoundTally"]

RATE_HZ = 11025
"""Samples a second that are described: sound up to 5.5 kHz."""
_MOST_DRIFT_SECONDS = 0.02
"""Time stamps no further from where the samples before them end are rounding, not a gap."""
_MOST_GAP_SECONDS = 600.0
"""A longer gap is a damaged time stamp and is not filled."""
_CLIPPED_LEVEL, _CLIPPED_RUN = 0.999, 3
"""Samples count as clipped in runs of three at this share of full scale."""
_CENTRE_SHARE = 0.7071
"""Of the centre, to each side: its energy halved."""
_SKIP_BYTES = 4

Samples = npt.NDArray[np.float32]
"""(channels, n), full scale 1."""


@dataclass(slots=True, kw_only=True)
class SoundTally:
    """What decoding counts; complete once the blocks are exhausted."""

    num_samples: int = 0
    """Samples of all channels."""
    sum_of_squares: float = 0.0
    """Of all of them, full scale 1."""
    peak: float = 0.0
    """The largest, without its sign."""
    num_clipped: int = 0
    """Samples in runs at full scale."""
    num_gaps: int = 0
    """Places that were filled with silence."""
    num_failures: int = 0
    """Packets that could not be decoded."""
    padding_samples: int | None = None
    """Samples dropped at the start by word of the file."""
    start_seconds: float | None = None
    """Time stamp of the first sample that is heard; None before one is."""
    end_seconds: float = 0.0
    """Where the samples so far end."""
    sample_rate_hz: int = 0
    """Of the first frame."""
    layout: str = ""
    """Of the first frame."""
    num_channels: int = 0
    """Of the first frame."""

    def hear(self, samples: Samples) -> None:
        """Count samples of one frame."""
        size = np.abs(samples)
        self.num_samples += samples.size
        self.sum_of_squares += float(np.einsum("ct,ct->", samples, samples, dtype=np.float64))
        peak = float(size.max(initial=0.0))
        self.peak = max(self.peak, peak)
        if peak >= _CLIPPED_LEVEL:
            self.num_clipped += _num_in_runs(size >= _CLIPPED_LEVEL)


class SoundDecoder:
    """One stream of an open file, decoded once.

    Args:
        container: the open file, at its start.
        stream: the stream of sound.
    """

    def __init__(self, container: InputContainer, stream: AudioStream) -> None:
        self._container, self._stream = container, stream
        self._hash = hashlib.sha256()
        self._resampler: AudioResampler | None = None
        self._form = (0, 0)
        self.tally = SoundTally()

    @property
    def samples_sha256(self) -> str:
        """Of all samples decoded so far, in the decoder's own format."""
        return self._hash.hexdigest()

    def blocks(self) -> Iterator[Samples]:
        """(1 or 2, n) samples at `RATE_HZ`, without a gap from `tally.start_seconds` on; of many channels two."""
        for frame in self._frames():
            samples = _floats(frame)
            self._hash.update(frame.to_ndarray().tobytes())
            self.tally.hear(samples)
            placed = self._placed(frame, _two_at_most(samples, frame))
            if placed.shape[1]:
                yield from self._resampled(placed, frame.sample_rate)
        yield from self._flushed()

    def _frames(self) -> Iterator[AudioFrame]:
        for packet in self._packets():
            try:
                frames = self._stream.decode(packet)
            except av.error.EOFError:
                continue  # drained already
            except av.error.FFmpegError:
                self.tally.num_failures += 1
                continue
            yield from (frame for frame in frames if frame.samples)

    def _packets(self) -> Iterator[Packet[AudioStream] | None]:
        try:
            for packet in self._container.demux(self._stream):
                if packet.is_corrupt:
                    self.tally.num_failures += 1
                elif packet.size:
                    self._see_padding(packet)
                    yield packet
        except av.error.FFmpegError:
            self.tally.num_failures += 1
        yield None

    def _see_padding(self, packet: Packet[AudioStream]) -> None:
        if self.tally.padding_samples is None:
            said = bytes(packet.get_sidedata("skip_samples")) if packet.has_sidedata("skip_samples") else b""
            self.tally.padding_samples = int.from_bytes(said[:_SKIP_BYTES], "little")

    def _placed(self, frame: AudioFrame, samples: Samples) -> Samples:
        """The samples with silence before them where time stamps leave a gap, less what was heard before."""
        tally, rate = self.tally, frame.sample_rate
        stated = None if frame.pts is None or frame.time_base is None else float(frame.pts * frame.time_base)
        if tally.start_seconds is None:
            tally.start_seconds = tally.end_seconds = stated or 0.0
            tally.sample_rate_hz, tally.layout = rate, frame.layout.name
            tally.num_channels = frame.layout.nb_channels
        gap = 0.0 if stated is None else stated - tally.end_seconds
        if _MOST_DRIFT_SECONDS < gap <= _MOST_GAP_SECONDS:
            tally.num_gaps += 1
            silence = np.zeros((len(samples), round(gap * rate)), np.float32)
            samples = np.concatenate([silence, samples], axis=1)
        elif -_MOST_GAP_SECONDS <= gap < -_MOST_DRIFT_SECONDS:
            samples = samples[:, min(samples.shape[1], round(-gap * rate)) :]
        tally.end_seconds += samples.shape[1] / rate
        return samples

    def _resampled(self, samples: Samples, rate: int) -> Iterator[Samples]:
        if self._form != (len(samples), rate):
            yield from self._flushed()
            channels = self._form[0] or len(samples)
            self._form = len(samples), rate
            self._resampler = AudioResampler(format="fltp", layout=_layout(channels), rate=RATE_HZ)
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="fltp", layout=_layout(len(samples)))
        frame.sample_rate = rate
        if self._resampler is not None:
            yield from map(_as_floats, self._resampler.resample(frame))

    def _flushed(self) -> Iterator[Samples]:
        if self._resampler is not None:
            yield from map(_as_floats, self._resampler.resample(None))


def _as_floats(piece: AudioFrame) -> Samples:
    """(channels, n) of a frame that is planar float."""
    return np.asarray(piece.to_ndarray(), dtype=np.float32)


def _floats(frame: AudioFrame) -> Samples:
    """(channels, n) of a frame in whatever format."""
    raw: npt.NDArray[Any] = frame.to_ndarray()
    if not frame.format.is_planar:
        raw = raw.reshape(-1, frame.layout.nb_channels).T
    if raw.dtype == np.uint8:
        return np.asarray((raw.astype(np.float32) - 128) / 128, dtype=np.float32)
    if np.issubdtype(raw.dtype, np.integer):
        return np.asarray(raw / np.float32(-float(np.iinfo(raw.dtype).min)), dtype=np.float32)
    return np.nan_to_num(raw.astype(np.float32), nan=0.0, posinf=1.0, neginf=-1.0)


def _two_at_most(samples: Samples, frame: AudioFrame) -> Samples:
    """Of more than two channels the left ones and the right ones, the centre in both, the low one in neither."""
    if len(samples) <= 2:
        return samples
    names = [channel.name for channel in frame.layout.channels]
    sides = [_side(samples, names, letter) for letter in "LR"]
    return np.stack(sides) if all(side.size for side in sides) else samples[:2]


def _side(samples: Samples, names: list[str], letter: str) -> Samples:
    weights = [1.0 if name.endswith(letter) else _CENTRE_SHARE if name.endswith("C") else 0.0 for name in names]
    if 1.0 not in weights:
        return np.zeros(0, np.float32)
    return np.asarray(np.array(weights, np.float32) @ samples, dtype=np.float32)


def _layout(num_channels: int) -> str:
    return "mono" if num_channels == 1 else "stereo"


def _num_in_runs(is_full: npt.NDArray[np.bool_]) -> int:
    """Members of runs of at least three along the last axis."""
    if is_full.shape[1] < _CLIPPED_RUN:
        return 0
    three = is_full[:, :-2] & is_full[:, 1:-1] & is_full[:, 2:]
    inside = np.zeros_like(is_full)
    for first in range(_CLIPPED_RUN):
        inside[:, first : first + three.shape[1]] |= three
    return int(np.count_nonzero(inside))
