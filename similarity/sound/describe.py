"""One decode of a file's sound to its rows."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Discard, Disposition

from similarity.absence import NotMeasured, not_measured
from similarity.media.container import open_container
from similarity.sound.decoding import RATE_HZ, SoundDecoder, SoundTally
from similarity.sound.patches import WEIGHTS, Patches, patches_of, weights_sha256
from similarity.sound.peaks import PeakPicker
from similarity.sound.spectra import FRAME_SECONDS, LOWEST_SEMITONE, band_levels, power_blocks
from similarity.sound.values import (
    PEAK_STEP_SECONDS,
    PEAK_STEP_SEMITONES,
    DescribedSound,
    SoundFacts,
    SoundLevels,
    SoundRows,
    SoundSpectrogram,
    SoundStream,
    peaks_from_steps,
)

__all__ = ["describe_sound"]

NO_STREAM = not_measured("the file holds no stream of sound")
SILENT = not_measured("the sound is silent from beginning to end")
_SILENCE_DBFS = -70.0
_LEAST_SECONDS = 1.2
"""Shorter sound fills no patch."""


def describe_sound(path: Path, *, stream_index: int | None = None) -> DescribedSound | NotMeasured:
    """The soundtrack of a file, or why there is none to describe: no stream of sound, silent, too short, undecodable.

    Args:
        path: a video or a file of sound.
        stream_index: number of the stream among all streams of the file; None for the one that a player would play.

    Raises:
        UnreadableMediaError: the file itself can't be opened.
    """
    with open_container(path) as container:
        stream = _chosen(container, stream_index)
        if isinstance(stream, NotMeasured):
            return stream
        decoder = SoundDecoder(container, stream)
        levels, peaks = [], PeakPicker()
        for power in power_blocks(decoder.blocks()):
            levels.append(band_levels(power))
            peaks.see(power)
        tally = decoder.tally
        if tally.start_seconds is None:
            return not_measured("no packet of the sound ({codec}) could be decoded", codec=stream.codec_context.name)
        told = _stream_facts(container, stream, decoder)
    if _dbfs(tally) < _SILENCE_DBFS:
        return SILENT
    if told.duration_seconds < _LEAST_SECONDS:
        return not_measured(
            "the sound lasts {seconds} s, at least {least} s are needed",
            seconds=round(told.duration_seconds, 2),
            least=_LEAST_SECONDS,
        )
    spectrogram = SoundSpectrogram(
        start_seconds=tally.start_seconds,
        frame_seconds=FRAME_SECONDS,
        lowest_semitone=LOWEST_SEMITONE,
        levels=np.concatenate(levels),
    )
    return DescribedSound(rows=_rows(spectrogram, peaks, told, tally), spectrogram=spectrogram)


def _rows(spectrogram: SoundSpectrogram, peaks: PeakPicker, told: SoundStream, tally: SoundTally) -> SoundRows:
    patches = patches_of(spectrogram)
    frames, semitones = peaks.found()
    seconds, semitones = peaks_from_steps(
        np.maximum(np.round(frames * (FRAME_SECONDS / PEAK_STEP_SECONDS)), 0).astype(np.uint32),
        np.round(semitones / PEAK_STEP_SEMITONES).astype(np.int16),
        spectrogram.start_seconds,
    )
    return SoundRows(
        patch_seconds=patches.seconds,
        patches=patches.rows,
        is_searched=~(patches.is_silent | patches.is_unchanging),
        peak_seconds=seconds,
        peak_semitones=semitones,
        facts=SoundFacts(
            stream=told,
            levels=_levels(tally, patches),
            resampler=_resampler(),
            mixing="energy of all channels",
            descriptor=WEIGHTS.removesuffix(".npz"),
            weights_sha256=weights_sha256(),
        ),
    )


def _chosen(container: InputContainer, stream_index: int | None) -> AudioStream | NotMeasured:
    streams = list(container.streams.audio)
    best = container.streams.best("audio")
    wanted = stream_index if stream_index is not None or best is None else best.index
    chosen = next((stream for stream in streams if stream.index == wanted), None)
    if chosen is None:
        if streams and stream_index is not None:
            held = ", ".join(str(stream.index) for stream in streams)
            return not_measured("stream {index} is no sound; streams of sound: {held}", index=stream_index, held=held)
        return NO_STREAM
    if getattr(chosen, "codec_context", None) is None:  # typed as if there always were a decoder
        return not_measured("there is no decoder here for the codec of the sound; run `similarity doctor`")
    for stream in container.streams:
        if stream.index != chosen.index:
            stream.discard = Discard.all
    return chosen


def _stream_facts(container: InputContainer, stream: AudioStream, decoder: SoundDecoder) -> SoundStream:
    tally = decoder.tally
    start = tally.start_seconds or 0.0
    padding = not_measured("no packet was read") if tally.padding_samples is None else tally.padding_samples
    return SoundStream(
        index=stream.index,
        num_sound_streams=len(container.streams.audio),
        codec=stream.codec_context.name,
        sample_rate_hz=tally.sample_rate_hz,
        num_channels=tally.num_channels,
        layout=tally.layout,
        start_seconds=start,
        duration_seconds=tally.end_seconds - start,
        picture_start_seconds=_picture_start(container),
        padding_samples=padding,
        num_gaps=tally.num_gaps,
        num_decode_failures=tally.num_failures,
        samples_sha256=decoder.samples_sha256,
    )


def _picture_start(container: InputContainer) -> float | NotMeasured:
    for stream in container.streams.video:
        is_cover = bool(stream.disposition & Disposition.attached_pic)
        if not is_cover and stream.start_time is not None:
            return float(stream.start_time * (stream.time_base or 0))
    return not_measured("the file holds no moving pictures")


def _levels(tally: SoundTally, patches: Patches) -> SoundLevels:
    return SoundLevels(
        rms_dbfs=_dbfs(tally),
        peak_dbfs=_decibels(tally.peak**2),
        clipped_share=tally.num_clipped / max(1, tally.num_samples),
        silent_share=_share(patches.is_silent),
        unchanging_share=_share(patches.is_unchanging),
        speech_share=not_measured("no detector of speech is installed"),
    )


def _dbfs(tally: SoundTally) -> float:
    return _decibels(tally.sum_of_squares / max(1, tally.num_samples))


def _decibels(power: float) -> float:
    return float(10 * np.log10(power + 1e-12))


def _share(is_so: npt.NDArray[np.bool_]) -> float:
    return float(np.mean(is_so)) if len(is_so) else 0.0


def _resampler() -> str:
    version = ".".join(map(str, av.library_versions["libswresample"]))
    return f"libswresample {version}, to {RATE_HZ} Hz"
