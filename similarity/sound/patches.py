"""Levels of bands to patches: a second of sound as 64 numbers that loudness, filters and noise hardly change.

Bands of a semitone lose their own mean over two seconds on both sides (filters, rooms, hum) and every frame its mean
over the bands (loudness).  What is left is cut every 0.28 s into patches of 1.11 s, 8 cells of time by 60 of pitch, and
projected.  A view cuts the same levels at another pitch and at other moments.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue, check_arrays
from similarity.sound.spectra import BANDS_PER_SEMITONE, FRAME_SECONDS, LOWEST_SEMITONE, NUM_BANDS
from similarity.sound.values import BAND_LEVEL_DB, PATCH_DIMENSIONS, SoundSpectrogram, SoundView

__all__ = [
    "CELL_FRAMES",
    "HOP_SECONDS",
    "LEAST_CHANGE_DB",
    "PATCH_BANDS",
    "PATCH_CELLS",
    "PATCH_SECONDS",
    "PLAIN",
    "WEIGHTS",
    "Patches",
    "background_patches",
    "cells_of",
    "patches_of",
    "weights_sha256",
]

PATCH_BANDS, PATCH_CELLS = 60, 8
CELL_FRAMES = 6
"""Spectra per cell of time."""
HOP_FRAMES = 2 * CELL_FRAMES
HOP_SECONDS = HOP_FRAMES * FRAME_SECONDS
PATCH_SECONDS = PATCH_CELLS * CELL_FRAMES * FRAME_SECONDS
_MEAN_SECONDS = 2.0
"""On both sides of a cell, over which the mean of its band is taken."""
_RANGE_STEPS = round(50.0 / BAND_LEVEL_DB)
"""Levels further below the loudest band of the seconds around are taken as there: what a codec or a line left out."""
_SILENT_STEPS = round(45.0 / BAND_LEVEL_DB)
"""Patches whose loudest band lies further below the track's loud ones are silent."""
_SILENT_LEVEL = round(40.0 / BAND_LEVEL_DB)
"""So are patches whose loudest band is below this step (-70 dBFS), whatever the track."""
LEAST_CHANGE_DB = 1.7
"""Root mean square of a patch, decibels, below which the sound hardly changes."""
WEIGHTS = "sound-patches-1.npz"
PLAIN = SoundView(speed=1.0, pitch_semitones=0.0)

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Patches(ArrayValue):
    """Patches of a track through a view."""

    seconds: npt.NDArray[np.float64]
    """(n,) time of their middle in the file; descending where the view runs backwards."""
    rows: npt.NDArray[np.float16]
    """(n, 64) unit rows."""
    is_silent: npt.NDArray[np.bool_]
    """(n,) whether nothing is heard."""
    is_unchanging: npt.NDArray[np.bool_]
    """(n,) whether what is heard hardly changes; False where nothing is heard."""

    def __post_init__(self) -> None:
        check_arrays(
            self,
            seconds="float64(n)",
            rows=f"float16(n, {PATCH_DIMENSIONS})",
            is_silent="bool(n)",
            is_unchanging="bool(n)",
        )


def patches_of(spectrogram: SoundSpectrogram, view: SoundView = PLAIN) -> Patches:
    """Patches as the work would have them if the suspect were changed as the view says."""
    cells, loudest, seconds = cells_of(spectrogram, view)
    starts = np.arange(0, max(0, len(cells) - PATCH_CELLS + 1), HOP_FRAMES // CELL_FRAMES)
    window = starts[:, None] + np.arange(PATCH_CELLS)
    flat = cells[window].reshape(len(starts), PATCH_CELLS * PATCH_BANDS)
    loud = loudest[window].max(axis=1, initial=0)
    change = np.sqrt(np.mean(np.square(flat), axis=1)) if len(flat) else np.zeros(0, np.float32)
    track_loud = float(np.percentile(loud, 95)) if len(loud) else 0.0
    is_silent = (loud < track_loud - _SILENT_STEPS) | (loud < _SILENT_LEVEL)
    middles = seconds[window].mean(axis=1) if len(starts) else np.zeros(0)
    return Patches(
        seconds=np.asarray(middles, dtype=np.float64),
        rows=_projected(flat),
        is_silent=is_silent,
        is_unchanging=~is_silent & (change < LEAST_CHANGE_DB),
    )


def cells_of(spectrogram: SoundSpectrogram, view: SoundView) -> tuple[Floats, Floats, npt.NDArray[np.float64]]:
    """(c, 60) levels in decibels without the means, (c,) steps of the loudest band, (c,) times of the middles.

    Args:
        spectrogram: levels of a track.
        view: where in it the cells are cut.
    """
    bands = _semitones(spectrogram, view.pitch_semitones)
    length = CELL_FRAMES / abs(view.speed)
    count = int(len(bands) / length)
    edges = np.arange(count + 1, dtype=np.float64) * length
    sums = np.concatenate([np.zeros((1, PATCH_BANDS)), np.cumsum(bands, axis=0, dtype=np.float64)])
    cells = np.asarray(np.diff(_between(sums, edges), axis=0) / length, dtype=np.float32)
    middles = spectrogram.start_seconds + (edges[:-1] + length / 2 - 0.5) * spectrogram.frame_seconds
    if view.speed < 0:
        cells, middles = cells[::-1], middles[::-1]
    loudest = cells.max(axis=1, initial=0)
    reach = round(_MEAN_SECONDS / (CELL_FRAMES * FRAME_SECONDS))
    floor = _moving(loudest[:, None], reach, np.maximum)[:, 0] - _RANGE_STEPS
    cells = np.maximum(cells, floor[:, None]) * np.float32(BAND_LEVEL_DB)
    cells = cells - _moving_mean(cells, reach)
    cells = np.asarray(cells - cells.mean(axis=1, keepdims=True), dtype=np.float32)
    return cells, np.asarray(loudest, dtype=np.float32), np.asarray(middles, dtype=np.float64)


def _semitones(spectrogram: SoundSpectrogram, pitch: float) -> Floats:
    """(frames, 60) steps: levels of semitones from `pitch` above 150 Hz on; those out of range at the lowest level."""
    first = round((pitch - LOWEST_SEMITONE) * BANDS_PER_SEMITONE)
    wanted = first + np.arange(PATCH_BANDS * BANDS_PER_SEMITONE)
    inside = (wanted >= 0) & (wanted < NUM_BANDS)
    levels = spectrogram.levels[:, np.clip(wanted, 0, NUM_BANDS - 1)] * inside
    power = _power_of_step()[levels.reshape(len(levels), PATCH_BANDS, BANDS_PER_SEMITONE)].mean(axis=2)
    return np.asarray(10 / BAND_LEVEL_DB * np.log10(power), dtype=np.float32)


@cache
def _power_of_step() -> Floats:
    return np.asarray(10 ** (np.arange(256) * BAND_LEVEL_DB / 10), dtype=np.float32)


def _between(sums: npt.NDArray[np.float64], edges: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Running sums at edges between frames."""
    low = np.minimum(np.floor(edges).astype(np.int64), len(sums) - 1)
    share = (edges - low)[:, None]
    return np.asarray(sums[low] * (1 - share) + sums[np.minimum(low + 1, len(sums) - 1)] * share)


def _moving_mean(values: Floats, reach: int) -> Floats:
    """Mean over the rows within reach, fewer at the ends."""
    sums = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0, dtype=np.float64)])
    rows = np.arange(len(values))
    low, high = np.maximum(rows - reach, 0), np.minimum(rows + reach + 1, len(values))
    return np.asarray((sums[high] - sums[low]) / np.maximum(high - low, 1)[:, None], dtype=np.float32)


def _moving(values: Floats, reach: int, take: np.ufunc) -> Floats:
    """Extreme over the rows within reach."""
    if not len(values):
        return values
    padded = np.pad(values, ((reach, reach), (0, 0)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1, axis=0)
    return np.asarray(take.reduce(windows, axis=-1), dtype=np.float32)


def _projected(flat: Floats) -> npt.NDArray[np.float16]:
    arrays = _arrays()
    rows = flat @ arrays["components"].astype(np.float32)
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6), dtype=np.float16)


def background_patches() -> Floats:
    """(n, 64) unit rows of unrelated sound that the projection brings along; vectors only."""
    return _arrays()["background"].astype(np.float32)


@cache
def weights_sha256() -> str:
    """Of the shipped projection."""
    return hashlib.sha256(_weight_file()).hexdigest()


@cache
def _arrays() -> dict[str, npt.NDArray[np.float16]]:
    with np.load(io.BytesIO(_weight_file()), allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


@cache
def _weight_file() -> bytes:
    return (files("similarity.sound") / "data" / WEIGHTS).read_bytes()
