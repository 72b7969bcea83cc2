"""What the sound of a file is described by, and what two sounds share.

Times are seconds of the file's own time stamps: edit lists and the delay of the codec are obeyed, and the start of the
container is not taken off.  `SoundStream.picture_start_seconds` turns them into times after the first picture.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue, check_arrays
from similarity.absence import NotMeasured

__all__ = [
    "BAND_LEVEL_DB",
    "PATCH_DIMENSIONS",
    "PEAK_STEP_SECONDS",
    "PEAK_STEP_SEMITONES",
    "DescribedSound",
    "SoundFacts",
    "SoundLevels",
    "SoundMatch",
    "SoundRows",
    "SoundSpectrogram",
    "SoundStream",
    "SoundView",
    "WorkSound",
    "peaks_from_steps",
]

PATCH_DIMENSIONS = 64
"""Components of a patch's row."""
BAND_LEVEL_DB = 0.5
"""Decibels per step of a stored band level."""
PEAK_STEP_SECONDS = 256 / 11025 / 16
"""Steps in which times of peaks are given, after the start of the sound: 1.5 ms, a sixteenth of a spectrum's."""
PEAK_STEP_SEMITONES = 1 / 256
"""Steps in which their pitch is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundStream:
    """The stream of sound that was read, as the file states it and as it was decoded."""

    index: int
    """Its number among all streams of the file."""
    num_sound_streams: int
    """Streams of sound in the file; the others were not read."""
    codec: str
    """Its codec (`aac`, `opus`, `vorbis`, `pcm_s16le` ...)."""
    sample_rate_hz: int
    """Samples a second, per channel, as decoded."""
    num_channels: int
    """Channels as decoded."""
    layout: str
    """How FFmpeg names their layout (`mono`, `stereo`, `5.1(side)`)."""
    start_seconds: float
    """Time stamp of the first sample that is heard."""
    duration_seconds: float
    """From that sample to the end of the last, gaps between time stamps included."""
    picture_start_seconds: float | NotMeasured
    """Time stamp of the first picture, from which times of pictures count; not measured where the file holds none."""
    padding_samples: int | NotMeasured
    """Samples that the file tells a decoder to drop at the start (the delay of its codec)."""
    num_gaps: int
    """Places where time stamps leave out time, which is filled with silence."""
    num_decode_failures: int
    """Packets that could not be decoded and were passed over."""
    samples_sha256: str
    """SHA-256 of all decoded samples, channel by channel within each frame, in the decoder's own format."""

    @property
    def start_after_pictures_seconds(self) -> float | NotMeasured:
        """How much later than the first picture the sound begins; negative where it begins earlier."""
        if isinstance(self.picture_start_seconds, NotMeasured):
            return self.picture_start_seconds
        return self.start_seconds - self.picture_start_seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundLevels:
    """How loud, how clipped, how silent."""

    rms_dbfs: float
    """Root mean square of all samples of all channels, decibels below full scale."""
    peak_dbfs: float
    """The loudest sample."""
    clipped_share: float
    """Share of samples that lie in runs of three and more at full scale, 0 to 1."""
    silent_share: float
    """Share of the patches that are silent."""
    unchanging_share: float
    """Share of the patches that sound but hardly change (a hum, a held tone, noise): not searched by."""
    speech_share: float | NotMeasured
    """Share of the time in which somebody speaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundFacts:
    """All that is said of a soundtrack besides its rows."""

    stream: SoundStream
    """The stream."""
    levels: SoundLevels
    """Its levels."""
    resampler: str
    """Library that brought it to the rate of description, with its version and that rate."""
    mixing: str
    """How channels were brought together, by name: `energy of both channels` hears what a mono mix cancels."""
    descriptor: str
    """Version of the description."""
    weights_sha256: str
    """Of the projection that patches went through."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class SoundRows(ArrayValue):
    """The soundtrack of a file as it is stored: patches, which find, and spectral peaks, which prove."""

    patch_seconds: npt.NDArray[np.float64]
    """(n,) time of the middle of each patch, ascending."""
    patches: npt.NDArray[np.float16]
    """(n, 64) unit rows."""
    is_searched: npt.NDArray[np.bool_]
    """(n,) whether the patch tells anything; False in silence and in unchanging sound."""
    peak_seconds: npt.NDArray[np.float64]
    """(p,) times of spectral peaks, ascending."""
    peak_semitones: npt.NDArray[np.float32]
    """(p,) their pitch, semitones above 150 Hz."""
    facts: SoundFacts
    """All else."""

    def __post_init__(self) -> None:
        check_arrays(
            self,
            patch_seconds="float64(n)",
            patches=f"float16(n, {PATCH_DIMENSIONS})",
            is_searched="bool(n)",
            peak_seconds="float64(p)",
            peak_semitones="float32(p)",
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class SoundSpectrogram(ArrayValue):
    """Levels of bands a quarter of a semitone wide: what views of a suspect are cut from; not stored."""

    start_seconds: float
    """Time of the middle of the first frame."""
    frame_seconds: float
    """From one frame to the next."""
    lowest_semitone: float
    """Middle of the lowest band, semitones above 150 Hz."""
    levels: npt.NDArray[np.uint8]
    """(frames, bands) steps of half a decibel above the floor."""

    def __post_init__(self) -> None:
        check_arrays(self, levels="uint8(f, b)")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class DescribedSound(ArrayValue):
    """A soundtrack that was just decoded: its rows, and what else a suspect needs."""

    rows: SoundRows
    """What is stored."""
    spectrogram: SoundSpectrogram
    """What views are cut from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundView:
    """A change of time and pitch that is undone in a suspect before it is searched by."""

    speed: float
    """Work seconds per suspect second; negative where the suspect runs backwards."""
    pitch_semitones: float
    """How much higher the suspect sounds than the work."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class WorkSound(ArrayValue):
    """A work's soundtrack under its identifier; `similarity.sound.find.work_sound` makes it."""

    work_id: str
    """Identifier."""
    rows: SoundRows
    """Its rows."""
    bias: npt.NDArray[np.float32]
    """(n,) similarity of each patch to the nearest unrelated ones."""

    def __post_init__(self) -> None:
        check_arrays(self, bias=f"float32({len(self.rows.patches)})")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class SoundMatch(ArrayValue):
    """A stretch of a suspect's sound that stands in a work's: `work = speed * suspect + offset`."""

    work_id: str
    """The work."""
    suspect_start_seconds: float
    """Start in the suspect."""
    suspect_end_seconds: float
    """End in the suspect (exclusive)."""
    work_start_seconds: float
    """Earliest time of the stretch in the work."""
    work_end_seconds: float
    """Latest time of it there (exclusive); where the sound runs backwards the suspect's start shows it."""
    speed: float
    """Work seconds per suspect second; negative where the suspect runs backwards."""
    pitch_semitones: float
    """How much higher the suspect sounds than the work."""
    offset_seconds: float
    """Work time at suspect time 0 on the fitted line."""
    score: float
    """Evidence of the coincident peaks, -log10 of their chance under random offsets; no probability."""
    line_score: float
    """Mean similarity of the patches along the line, standard deviations above unrelated sound, times the root of
    their number."""
    num_peaks: int
    """Spectral peaks of the suspect on the stretch."""
    num_coincident: int
    """Those at whose time and pitch the work has one."""
    expected_coincident: float
    """How many of them meet one at other offsets of the same work, on average."""
    coincident_seconds: npt.NDArray[np.float64]
    """(c,) times of the coincident peaks in the suspect, ascending."""
    coincident_semitones: npt.NDArray[np.float32]
    """(c,) their pitch in the suspect, semitones above 150 Hz."""

    def __post_init__(self) -> None:
        check_arrays(self, coincident_seconds="float64(c)", coincident_semitones="float32(c)")


def peaks_from_steps(
    steps: npt.NDArray[np.integer], pitches: npt.NDArray[np.integer], start_seconds: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float32]]:
    """Times and pitches of peaks: seconds, semitones above 150 Hz.

    Args:
        steps: (p,) steps of time after the start of the sound.
        pitches: (p,) steps of pitch.
        start_seconds: time stamp of the start.
    """
    seconds = start_seconds + steps.astype(np.float64) * PEAK_STEP_SECONDS
    return seconds, (pitches.astype(np.float64) * PEAK_STEP_SEMITONES).astype(np.float32)
