"""A candidate line, fitted and bounded by the peaks that coincide along it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from similarity.sound.candidates import Candidate
from similarity.sound.coincidence import PITCH_STEP, TIME_REACH, TIME_STEP, Line, PeakMap, chance_score
from similarity.sound.ends import LEAST_PEAKS, LEAST_USUAL, Peaks, bounds_along, peaks_within
from similarity.sound.patches import PATCH_SECONDS
from similarity.sound.values import SoundMatch, SoundRows

__all__ = ["fitted"]

_FIT_SECONDS = 12.0
"""Of the middle of a candidate, on which its line is fitted first."""
_REACH_SECONDS = 0.45
"""Offsets searched on both sides of a candidate's."""
_SPEED_REACH = 0.036
"""Speeds searched on both sides of a candidate's, as a share of it."""
_PITCHES = np.arange(-4.0, 5.0, 2.0) * PITCH_STEP
"""Pitches searched on both sides of a candidate's, semitones."""
_MAP_SECONDS = 40.0
"""Of a work on both sides of a candidate, in which chance is counted."""
_MOST_SEARCHED = 250
"""Peaks by which a line is sought first."""
_LEAST_SECONDS = 0.8
"""Shorter stretches are not reported."""
_TRIED_LOG10 = 4.0
"""Logarithm of the number of unlike lines among which the best one is chosen."""
_MOST_ROUNDS = 40
_SETTLED_SECONDS = 0.1
"""A round that moves the ends by less is the last."""

Floats = npt.NDArray[np.float64]


def fitted(candidate: Candidate, suspect: SoundRows) -> SoundMatch | None:
    """The stretch of a candidate on which peaks coincide; None where none do.

    Args:
        candidate: where patches are alike.
        suspect: the suspect's rows.
    """
    speed = candidate.view.speed
    half = PATCH_SECONDS / abs(speed) / 2
    start, end = candidate.suspect_seconds[0] - half, candidate.suspect_seconds[1] + half
    middle = (start + end) / 2
    core = peaks_within(suspect, max(start, middle - _FIT_SECONDS / 2), min(end, middle + _FIT_SECONDS / 2))
    if len(core.seconds) < LEAST_PEAKS:
        return None
    first = Line(
        speed=speed,
        offset_seconds=candidate.work_seconds[0] - speed * candidate.suspect_seconds[0],
        pitch_semitones=candidate.view.pitch_semitones,
    )
    near = _map_of(candidate.work.rows, first, (start, end))
    line = _searched(first, core, near)
    return _match_along(line, candidate, suspect, near, (start, end)) if _is_worth(line, core, near) else None


def _is_worth(line: Line, core: Peaks, near: PeakMap) -> bool:
    """Whether peaks of the middle coincide more than elsewhere."""
    there, pitch = line.there(core.seconds), core.semitones - line.pitch_semitones
    usual = max(near.others(there, pitch)[0], LEAST_USUAL)
    return chance_score(int(np.count_nonzero(near.coincide(there, pitch))), len(core.seconds), usual) > _TRIED_LOG10


def _map_of(rows: SoundRows, line: Line, inside: tuple[float, float]) -> PeakMap:
    """The work's peaks where a stretch of the suspect lies on a line, and around."""
    low, high = sorted(line.there(np.array(inside)).tolist())
    return PeakMap(
        rows.peak_seconds,
        rows.peak_semitones,
        first_seconds=low - _MAP_SECONDS,
        last_seconds=high + _MAP_SECONDS,
    )


def _match_along(
    line: Line, candidate: Candidate, suspect: SoundRows, near: PeakMap, inside: tuple[float, float]
) -> SoundMatch | None:
    """Ends and line in turn, each from the other, until the stretch grows no more."""
    rows, known = candidate.work.rows, inside
    for _ in range(_MOST_ROUNDS):
        bounds = bounds_along(line, suspect, near, inside)
        if bounds is None:
            return None
        line = _regressed(line, peaks_within(suspect, *bounds), rows)
        grown = max(known[0] - bounds[0], bounds[1] - known[1])
        if grown > _MAP_SECONDS / 4:
            near, known = _map_of(rows, line, bounds), bounds
        settled = max(abs(bounds[0] - inside[0]), abs(bounds[1] - inside[1])) < _SETTLED_SECONDS
        inside = bounds
        if settled:
            break
    return _match(candidate, line, inside, suspect, near)


def _searched(first: Line, core: Peaks, near: PeakMap) -> Line:
    """The line of most coincident peaks around a candidate's: every second cell of all, then all around the best."""
    every = max(1, len(core.seconds) // _MOST_SEARCHED)
    few = Peaks(core.seconds[::every], core.semitones[::every])
    length = max(float(np.ptp(core.seconds)), 1.0)
    step = min(0.012, 2 * TIME_REACH * TIME_STEP / length)
    wide = np.arange(-np.ceil(_SPEED_REACH / step), np.ceil(_SPEED_REACH / step) + 1) * step
    reach = round(_REACH_SECONDS / TIME_STEP)
    coarse = _best_line(first, few, near, (wide, _PITCHES, np.arange(-reach, reach + 1, 2, dtype=np.int64)))
    narrow = np.arange(-2, 3) * step / 3
    return _best_line(coarse, core, near, (narrow, np.arange(-1.0, 2.0) * PITCH_STEP, np.arange(-4, 5, dtype=np.int64)))


def _best_line(first: Line, peaks: Peaks, near: PeakMap, tried: tuple[Floats, Floats, npt.NDArray[np.int64]]) -> Line:
    """Of lines that differ from the first by slope (a share of its speed), pitch, and cells of time in the middle."""
    slopes, pitches, shifts = tried
    middle = float(peaks.seconds.mean())
    best, chosen = -1.0, first
    for slope in slopes.tolist():
        speed = first.speed * (1 + slope)
        offset = float(first.there(np.array([middle]))[0]) - speed * middle
        there = speed * peaks.seconds + offset
        for pitch in (first.pitch_semitones + pitches).tolist():
            counts = near.counts(there, peaks.semitones - pitch, shifts)
            smooth = np.convolve(counts, [0.25, 0.5, 0.25], mode="same")  # of a plateau the middle
            top = int(np.argmax(smooth))
            if smooth[top] > best:
                best = float(smooth[top])
                chosen = Line(
                    speed=speed, offset_seconds=offset + float(shifts[top]) * TIME_STEP, pitch_semitones=pitch
                )
    return chosen


def _regressed(line: Line, peaks: Peaks, rows: SoundRows) -> Line:
    """The line through the coincident peaks by least squares of the nearer half."""
    if len(peaks.seconds) < LEAST_PEAKS:
        return line
    here, apart, pitch_apart = _pairs(line, peaks, rows)
    if len(here) < LEAST_PEAKS:
        return line
    keep = np.abs(apart - np.median(apart)) <= 2 * TIME_STEP
    if np.count_nonzero(keep) < LEAST_PEAKS or np.ptp(here[keep]) < 1.0:
        return line
    slope, shift = np.polyfit(here[keep] - here[keep].mean(), apart[keep], 1)
    return Line(
        speed=line.speed + float(slope),
        offset_seconds=line.offset_seconds + float(shift - slope * here[keep].mean()),
        pitch_semitones=line.pitch_semitones + float(np.median(pitch_apart[keep])),
    )


def _pairs(line: Line, peaks: Peaks, rows: SoundRows) -> tuple[Floats, Floats, Floats]:
    """Suspect times of peaks that have a partner, how much later that is than the line, how much lower in pitch."""
    there, pitch = line.there(peaks.seconds), peaks.semitones - line.pitch_semitones
    reach, pitch_reach = (TIME_REACH + 0.5) * TIME_STEP, 2.5 * PITCH_STEP
    low = np.searchsorted(rows.peak_seconds, there - reach)
    most = int(np.max(np.searchsorted(rows.peak_seconds, there + reach) - low, initial=0))
    if most == 0:
        return np.zeros(0), np.zeros(0), np.zeros(0)
    partner = np.minimum(low[:, None] + np.arange(most), len(rows.peak_seconds) - 1)
    apart = rows.peak_seconds[partner] - there[:, None]
    pitch_apart = pitch[:, None] - rows.peak_semitones[partner]
    cost = (apart / reach) ** 2 + (pitch_apart / pitch_reach) ** 2
    cost[(np.abs(apart) > reach) | (np.abs(pitch_apart) > pitch_reach)] = np.inf
    best = np.argmin(cost, axis=1)
    each = np.arange(len(best))
    good = np.isfinite(cost[each, best])
    return peaks.seconds[good], apart[each, best][good], pitch_apart[each, best][good]


def _match(
    candidate: Candidate, line: Line, bounds: tuple[float, float], suspect: SoundRows, near: PeakMap
) -> SoundMatch | None:
    peaks = peaks_within(suspect, bounds[0], bounds[1] + 1e-6)
    there, pitch = line.there(peaks.seconds), peaks.semitones - line.pitch_semitones
    meets = near.coincide(there, pitch)
    usual, spread = near.others(there, pitch)
    count = int(np.count_nonzero(meets))
    if bounds[1] - bounds[0] < _LEAST_SECONDS or count < LEAST_PEAKS:
        return None
    chance = chance_score(count, len(peaks.seconds), max(usual + 2 * spread, LEAST_USUAL))
    ends = line.there(np.array(bounds))
    return SoundMatch(
        work_id=candidate.work.work_id,
        suspect_start_seconds=bounds[0],
        suspect_end_seconds=bounds[1],
        work_start_seconds=float(ends.min()),
        work_end_seconds=float(ends.max()),
        speed=line.speed,
        pitch_semitones=line.pitch_semitones,
        offset_seconds=line.offset_seconds,
        score=max(0.0, chance - _TRIED_LOG10),
        line_score=candidate.gain,
        num_peaks=len(peaks.seconds),
        num_coincident=count,
        expected_coincident=usual * len(peaks.seconds),
        coincident_seconds=peaks.seconds[meets],
        coincident_semitones=peaks.semitones[meets].astype(np.float32),
    )
