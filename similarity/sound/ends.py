"""Where along a line coincidence of peaks begins and ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from similarity.sound.coincidence import Line, PeakMap
from similarity.sound.values import SoundRows

__all__ = ["LEAST_PEAKS", "LEAST_USUAL", "Peaks", "bounds_along", "peaks_within"]

LEAST_PEAKS = 12
"""Fewer say nothing."""
_BEYOND_SECONDS = 6.0
"""Beyond what is known of a stretch in which it may go on."""
_BLOCK_SECONDS = 0.25
LEAST_USUAL = 0.05
"""Share of peaks taken to coincide anywhere, at least: one that does by chance lengthens nothing."""
_LEAST_ABOVE = 0.1
"""Share by which peaks of a stretch coincide more than elsewhere, at least."""
_MOST_SHARE = 0.85
"""Share of the peaks of a stretch that coincide, at most: foreign ones are mixed in."""
_WORST_BLOCK = -1.2
"""Log-likelihood that a block of nothing but foreign peaks takes: a voice or a pause inside a copy."""
_MOST_DROP = 9.0
"""How far the sum may fall below its highest before a stretch ends: two seconds of foreign sound."""
_END_SECONDS = 0.7
"""On both sides of an end, in which it is placed by single peaks."""

_EDGE_SECONDS = 0.035
"""Outermost peaks lie so far inside: nearer to an end a spectrum, 93 ms long, holds more of what is foreign."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Peaks:
    """Peaks of a stretch of the suspect."""

    seconds: Floats
    """(p,) ascending."""
    semitones: Floats
    """(p,)."""


def peaks_within(rows: SoundRows, start: float, end: float) -> Peaks:
    """Peaks of a stretch, both ends included.

    Args:
        rows: of a sound.
        start: seconds.
        end: seconds.
    """
    low, high = np.searchsorted(rows.peak_seconds, [start, end + 1e-6])
    return Peaks(rows.peak_seconds[low:high], rows.peak_semitones[low:high].astype(np.float64))


def bounds_along(
    line: Line, suspect: SoundRows, near: PeakMap, inside: tuple[float, float]
) -> tuple[float, float] | None:
    """The stretch of the suspect whose peaks are likelier copied than not; None where none is.

    Args:
        line: pairs moments.
        suspect: the suspect's rows.
        near: the work's peaks.
        inside: what is known of the stretch.
    """
    around = peaks_within(suspect, inside[0] - _BEYOND_SECONDS, inside[1] + _BEYOND_SECONDS)
    if len(around.seconds) < LEAST_PEAKS:
        return None
    there, pitch = line.there(around.seconds), around.semitones - line.pitch_semitones
    meets = near.coincide(there, pitch)
    usual = min(max(near.others(there, pitch)[0], LEAST_USUAL), 0.6)
    is_inside = (around.seconds >= inside[0]) & (around.seconds <= inside[1])
    share = float(meets[is_inside].mean()) if is_inside.any() else 0.0
    worth = _worth(meets, share, usual)
    blocks = np.floor((around.seconds - around.seconds[0]) / _BLOCK_SECONDS).astype(np.int64)
    found = _best_stretch(np.maximum(np.bincount(blocks, weights=worth), _WORST_BLOCK))
    if found is None:
        return None
    in_blocks = np.flatnonzero((blocks >= found[0]) & (blocks <= found[1]))
    first = _placed(around.seconds, meets, usual, int(in_blocks[0]))
    last = len(meets) - 1 - _placed(-around.seconds[::-1], meets[::-1], usual, len(meets) - 1 - int(in_blocks[-1]))
    if last <= first:
        return None
    return float(around.seconds[first]) - _EDGE_SECONDS, float(around.seconds[last]) + _EDGE_SECONDS


def _worth(meets: npt.NDArray[np.bool_], share: float, usual: float) -> Floats:
    """Log-likelihood that each peak is copied over that it is not."""
    share = min(max(share, usual + _LEAST_ABOVE), _MOST_SHARE)
    return np.asarray(np.where(meets, np.log(share / usual), np.log((1 - share) / (1 - usual))), dtype=np.float64)


def _placed(seconds: Floats, meets: npt.NDArray[np.bool_], usual: float, near: int) -> int:
    """The peak with which a stretch begins, near one: what stands before is likelier foreign, what follows copied."""
    low, high = np.searchsorted(seconds, [seconds[near] - _END_SECONDS, seconds[near] + _END_SECONDS])
    after = slice(near, max(int(high), near + 1))
    worth = _worth(meets[low:high], float(meets[after].mean()), usual)
    if not len(worth):
        return near
    rest = np.cumsum(worth[::-1])[::-1]
    return int(low) + int(np.argmax(rest))


def _best_stretch(worth: Floats) -> tuple[int, int] | None:
    """First and last member of the stretch of largest sum, which never falls far below its highest on the way."""
    best, found = 0.0, None
    total = peak = 0.0
    start = 0
    for index, value in enumerate(worth.tolist()):
        if total <= 0 or total < peak - _MOST_DROP:
            total = peak = 0.0
            start = index
        total += value
        peak = max(peak, total)
        if total > best:
            best, found = total, (start, index)
    return found
