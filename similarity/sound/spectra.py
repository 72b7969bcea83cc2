"""Samples to short-time spectra: power of both channels together, and levels of bands a quarter of a semitone wide.

The power of the channels is added, not that of their sum: what a mono mix cancels (a channel turned upside down) is
heard all the same.  Two channels go through one complex transform.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

import numpy as np
import numpy.typing as npt

from similarity.sound.decoding import RATE_HZ
from similarity.sound.values import BAND_LEVEL_DB

__all__ = [
    "BANDS_PER_SEMITONE",
    "FLOOR_DB",
    "FRAME_SECONDS",
    "HOP_SAMPLES",
    "LOWEST_HZ",
    "LOWEST_SEMITONE",
    "NUM_BANDS",
    "WINDOW_SAMPLES",
    "Power",
    "band_levels",
    "hertz_per_bin",
    "power_blocks",
]

WINDOW_SAMPLES, HOP_SAMPLES = 1024, 256
"""Of one spectrum (93 ms), and from one to the next (23 ms)."""
FRAME_SECONDS = HOP_SAMPLES / RATE_HZ
LOWEST_HZ = 150.0
"""Semitone 0."""
BANDS_PER_SEMITONE = 4
LOWEST_SEMITONE, NUM_SEMITONES = -6, 68
"""Bands reach from here over so many semitones: 60 of a work, and what of a suspect is moved there by pitch."""
NUM_BANDS = NUM_SEMITONES * BANDS_PER_SEMITONE
FLOOR_DB = -110.0
"""Level of step 0, decibels below a sine at full scale."""
_BLOCK_FRAMES = 1024

Power = npt.NDArray[np.float32]


def hertz_per_bin() -> float:
    """Width of a bin of the spectrum."""
    return RATE_HZ / WINDOW_SAMPLES


def power_blocks(samples: Iterable[npt.NDArray[np.float32]]) -> Iterator[Power]:
    """(frames, 513) power, 1 for a sine at full scale; the middle of the first frame is the first sample.

    Args:
        samples: (1 or 2, n) blocks without a gap between them.
    """
    half = np.zeros((2, WINDOW_SAMPLES // 2), np.float32)
    waiting, length = [half], half.shape[1]
    for block in samples:
        waiting.append(np.broadcast_to(block, (2, block.shape[1])) if len(block) == 1 else block)
        length += block.shape[1]
        if length >= WINDOW_SAMPLES + _BLOCK_FRAMES * HOP_SAMPLES:
            joined = np.concatenate(waiting, axis=1)
            power, used = _power(joined)
            yield power
            waiting, length = [joined[:, used:]], length - used
    yield _power(np.concatenate([*waiting, half], axis=1))[0]


def _power(samples: npt.NDArray[np.float32]) -> tuple[Power, int]:
    """Spectra of all whole windows, and the samples that are done with."""
    both = (samples[0] + 1j * samples[1]).astype(np.complex64)
    if len(both) < WINDOW_SAMPLES:
        return np.zeros((0, WINDOW_SAMPLES // 2 + 1), np.float32), 0
    windows = np.lib.stride_tricks.sliding_window_view(both, WINDOW_SAMPLES)[::HOP_SAMPLES]
    spectrum = np.fft.fft(windows * _hann(), axis=1)
    size = np.square(spectrum.real) + np.square(spectrum.imag)
    # of left + i right: |left|^2 + |right|^2 at k is half of what stands at k and at -k
    mirrored = np.concatenate([size[:, :1], size[:, :0:-1]], axis=1)
    power = 0.25 * (size + mirrored)[:, : WINDOW_SAMPLES // 2 + 1]
    return np.asarray(power, dtype=np.float32), len(windows) * HOP_SAMPLES


@cache
def _hann() -> npt.NDArray[np.float32]:
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW_SAMPLES) / WINDOW_SAMPLES)
    return np.asarray(2 * window / window.sum(), dtype=np.float32)


@cache
def _band_weights() -> npt.NDArray[np.float32]:
    """(513, bands): each band is the mean power around its middle, triangles at least two bins wide."""
    semitones = LOWEST_SEMITONE + (np.arange(NUM_BANDS) + 0.5) / BANDS_PER_SEMITONE - 0.5
    middles = LOWEST_HZ * 2 ** (semitones / 12) / hertz_per_bin()
    reach = np.maximum(1.0, middles * (2 ** (1 / (12 * BANDS_PER_SEMITONE)) - 1))
    bins = np.arange(WINDOW_SAMPLES // 2 + 1)
    weights = np.maximum(0, 1 - np.abs(bins[:, None] - middles) / reach)
    weights[:, middles > bins[-1]] = 0
    return np.asarray(weights / np.maximum(weights.sum(axis=0), 1e-9), dtype=np.float32)


def band_levels(power: Power) -> npt.NDArray[np.uint8]:
    """(frames, bands) steps of half a decibel above the floor."""
    decibels = 10 * np.log10(power @ _band_weights() + np.float32(10 ** (FLOOR_DB / 10)))
    return np.asarray(np.clip(np.round((decibels - FLOOR_DB) / BAND_LEVEL_DB), 0, 255), dtype=np.uint8)
