"""Spectral peaks: moments and pitches that stand out from their neighbourhood."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from similarity.sound.spectra import LOWEST_HZ, Power, hertz_per_bin

__all__ = ["PeakPicker"]

REACH_FRAMES, REACH_BINS = 3, 4
"""A peak is the loudest within so many spectra and bins on each side."""
_LOWEST_BIN, _HIGHEST_BIN = 14, 500
"""Of the spectrum, 150 Hz to 5.4 kHz."""
_LEAST_ABOVE_MEAN = 1.0
"""Natural logarithm of power above the mean of its spectrum's logarithms."""
_LEAST_LOG_POWER = -16.0
"""About -70 dBFS."""


class PeakPicker:
    """Finds peaks in spectra as they come."""

    def __init__(self) -> None:
        self._tail = np.zeros((0, 0), np.float32)
        self._tail_first = 0
        self._found: list[tuple[npt.NDArray[np.float64], npt.NDArray[np.float32]]] = []

    def see(self, power: Power) -> None:
        """Take the next (frames, 513) spectra."""
        fresh = np.log(power[:, : _HIGHEST_BIN + REACH_BINS + 1] + 1e-12)
        level = np.concatenate([self._tail, fresh]) if self._tail.size else fresh
        known = len(self._tail)
        # frames at the end lack their neighbours: they are looked at with the next spectra
        first = max(0, known - REACH_FRAMES)
        self._pick(level, first, len(level) - REACH_FRAMES)
        keep = min(len(level), 2 * REACH_FRAMES)
        self._tail_first += len(level) - keep
        self._tail = level[len(level) - keep :]

    def found(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float32]]:
        """(p,) frames and (p,) semitones above 150 Hz of all peaks, in order of time."""
        if self._tail.size:
            self._pick(self._tail, max(0, len(self._tail) - REACH_FRAMES), len(self._tail))
            self._tail = np.zeros((0, 0), np.float32)
        if not self._found:
            return np.zeros(0), np.zeros(0, np.float32)
        frames = np.concatenate([one[0] for one in self._found])
        order = np.argsort(frames, kind="stable")
        return frames[order], np.concatenate([one[1] for one in self._found])[order]

    def _pick(self, level: npt.NDArray[np.float32], first: int, stop: int) -> None:
        import cv2

        if stop <= first:
            return
        around = np.ones((2 * REACH_FRAMES + 1, 2 * REACH_BINS + 1), np.uint8)
        mean = level[:, _LOWEST_BIN:].mean(axis=1, keepdims=True)
        is_peak = (level >= cv2.dilate(level, around)) & (level > mean + _LEAST_ABOVE_MEAN) & (level > _LEAST_LOG_POWER)
        is_peak[:first] = False
        is_peak[stop:] = False
        is_peak[:, :_LOWEST_BIN] = False
        is_peak[:, _HIGHEST_BIN:] = False
        time, pitch = np.nonzero(is_peak)
        bins = pitch + _bend(level[time, pitch - 1], level[time, pitch], level[time, pitch + 1])
        before, after = np.maximum(time - 1, 0), np.minimum(time + 1, len(level) - 1)
        frames = time + _bend(level[before, pitch], level[time, pitch], level[after, pitch])
        semitones = 12 * np.log2(bins * hertz_per_bin() / LOWEST_HZ)
        self._found.append((self._tail_first + frames.astype(np.float64), semitones.astype(np.float32)))


def _bend(
    before: npt.NDArray[np.float32], at: npt.NDArray[np.float32], after: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """Where the top of the parabola through three levels lies, -0.5 to 0.5 from the middle one."""
    bend = np.minimum(before - 2 * at + after, -1e-6)
    return np.asarray(np.clip(0.5 * (before - after) / bend, -0.5, 0.5), dtype=np.float32)
