"""Do spectral peaks of the two sounds coincide along a line, more than at other offsets of the same sounds?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.arrays import check_array
from similarity.sound.spectra import FRAME_SECONDS

__all__ = ["Line", "PeakMap", "chance_score"]

TIME_STEP = FRAME_SECONDS / 2
"""Seconds per cell of a map."""
PITCH_STEP = 1 / 8
"""Semitones per cell."""
TIME_REACH = 2
"""Cells within which peaks coincide: 23 ms each way."""
PITCH_REACH = 2
"""A quarter of a semitone each way."""
_NUM_PITCHES = round(64 / PITCH_STEP)
_MARGIN, _PITCH_MARGIN = 160, 16
"""Empty cells around a map, of time and of pitch, so that what is moved stays inside."""
NUM_OFFSETS = 64
"""Other offsets at which coincidences are counted."""
_MOST_PEAKS = 500
"""Of more peaks every n-th is counted there."""
_LEAST_AWAY_SECONDS = 0.5
"""They lie at least so far from the line."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`work = speed * suspect + offset`, the suspect sounding higher than the work."""

    speed: float
    """Work seconds per suspect second."""
    offset_seconds: float
    """Work time at suspect time 0."""
    pitch_semitones: float
    """How much higher the suspect sounds."""

    def there(self, suspect_seconds: Floats) -> Floats:
        """Times in the work."""
        return self.speed * suspect_seconds + self.offset_seconds


class PeakMap:
    """Where in time and pitch a work has peaks, with the reach within which another coincides.

    Args:
        seconds: (p,) times of its peaks, ascending.
        semitones: (p,) their pitch.
        first_seconds: where the map begins.
        last_seconds: where it ends.
    """

    def __init__(
        self,
        seconds: Floats,
        semitones: npt.NDArray[np.float32],
        *,
        first_seconds: float,
        last_seconds: float,
    ) -> None:
        import cv2

        check_array("seconds", seconds, "float64(p)")
        check_array("semitones", semitones, "float32(p)")
        self.first_seconds = first_seconds
        self.num_times = max(1, int(np.ceil((last_seconds - first_seconds) / TIME_STEP)) + 1)
        low, high = np.searchsorted(seconds, [first_seconds, last_seconds])
        at = np.zeros((self.num_times + 2 * _MARGIN, _NUM_PITCHES + 2 * _PITCH_MARGIN), np.uint8)
        time, pitch = self._cells(seconds[low:high], semitones[low:high])
        at[time + _MARGIN, pitch + _PITCH_MARGIN] = 1
        self.is_near = cv2.dilate(at, np.ones((2 * TIME_REACH + 1, 2 * PITCH_REACH + 1), np.uint8))

    def _cells(
        self, seconds: Floats, semitones: npt.NDArray[np.floating]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Cells of times and pitches; those outside lie in the margin, where nothing stands."""
        time = np.round((seconds - self.first_seconds) / TIME_STEP).astype(np.int64)
        pitch = np.round(semitones / PITCH_STEP).astype(np.int64)
        edge = _MARGIN // 2
        low, high = -_PITCH_MARGIN // 2, _NUM_PITCHES + _PITCH_MARGIN // 2
        return np.clip(time, -edge, self.num_times + edge), np.clip(pitch, low, high)

    def coincide(self, seconds: Floats, semitones: Floats) -> npt.NDArray[np.bool_]:
        """Whether the work has a peak at each of some times and pitches in the work; False outside the map."""
        time, pitch = self._cells(seconds, semitones)
        return np.asarray(self.is_near[time + _MARGIN, pitch + _PITCH_MARGIN] > 0)

    def counts(self, seconds: Floats, semitones: Floats, shifts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """(s,) coincident peaks where all times are moved by so many cells, less than the margin's.

        Args:
            seconds: (p,) times in the work.
            semitones: (p,) pitches in the work.
            shifts: (s,) cells of time.
        """
        time, pitch = self._cells(seconds, semitones)
        width = self.is_near.shape[1]
        cells = (time + _MARGIN) * width + pitch + _PITCH_MARGIN
        near = self.is_near.ravel().take(cells[None, :] + (shifts * width)[:, None])
        return np.asarray(near.sum(axis=1, dtype=np.int64))

    def others(self, seconds: Floats, semitones: Floats) -> tuple[float, float]:
        """Mean and standard deviation of the share of peaks that coincide at other offsets.

        Offsets are spread evenly over the map, times that leave it at one end come in at the other.
        """
        every = max(1, len(seconds) // _MOST_PEAKS)
        time, pitch = self._cells(seconds[::every], semitones[::every])
        away = max(1, round(_LEAST_AWAY_SECONDS / TIME_STEP))
        if self.num_times <= 2 * away + 1 or not len(time):
            return 0.0, 0.0
        shifts = np.unique(np.linspace(away, self.num_times - away, NUM_OFFSETS).astype(np.int64))
        near = self.is_near[
            (time[None, :] + shifts[:, None]) % self.num_times + _MARGIN, pitch[None, :] + _PITCH_MARGIN
        ]
        shares = (near > 0).mean(axis=1)
        return float(shares.mean()), float(shares.std())


def chance_score(num_coincident: int, num_peaks: int, expected_share: float) -> float:
    """-log10 of a bound on the chance that so many of the peaks coincide, each by the expected share (Chernoff, 1952).

    Args:
        num_coincident: peaks that coincide.
        num_peaks: peaks in all.
        expected_share: share that coincides elsewhere.
    """
    if not num_peaks:
        return 0.0
    share, usual = num_coincident / num_peaks, min(max(expected_share, 1e-4), 1 - 1e-6)
    if share <= usual:
        return 0.0
    apart = share * np.log(share / usual) + (1 - share) * np.log(max(1 - share, 1e-12) / (1 - usual))
    return float(num_peaks * apart / np.log(10))
