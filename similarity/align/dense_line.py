"""The line that a match's frames follow, to a fraction of a frame, and every line that explains them as well.

Along a line `work = at + speed * (suspect - middle)` every frame of the suspect has an agreement; the line with the
highest mean is taken.  Another line is left out where the frames prefer the best one to it by more than their own
scatter over blocks of time allows (a paired test of two models, in the manner of Vuong, 1989).  A still picture prefers
none, and fixes no time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue, check_arrays
from similarity.align.dense_window import DenseWindow, along
from similarity.intervals import Interval

__all__ = ["DenseLine", "asked_windows", "best_line", "is_preferred"]

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.float32]

BLOCK_SECONDS = 0.3
"""Frames within so long tell nearly the same."""
MOST_FRAMES = 60
"""Frames of the suspect that are asked; of more, evenly spread ones."""
REACH_SECONDS = 1.0
"""How far either end of the line may lie from where it was before, seconds of the work."""
MOST_SPEED_CHANGE = 0.4
"""How far the speed may lie from what it was before."""
PREFERRED_FROM = 1.0
"""Standard errors by which the best line must be preferred for another to be left out, for many blocks."""
FEW_BLOCKS = 3.0
"""For b blocks the same times 1 + FEW_BLOCKS / (b - 1)."""
_LEAST_FRAMES = 3
_LEAST_ERROR = 1e-4
_PLATEAU = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class DenseLine(ArrayValue):
    """`work = at_seconds + speed * (suspect - middle_seconds)`."""

    middle_seconds: float
    """The suspect's time about which the line is given."""
    at_seconds: float
    """Time in the work there."""
    speed: float
    """Work seconds per suspect second."""
    mean_agreement: float
    """Mean over the frames along the line."""
    candidates: Floats
    """(k, 2) `at_seconds` and `speed` of the lines that can't be told from it, itself among them."""
    work_frame_seconds: float
    """Distance of two frames of the work: what lies between them is not seen."""
    is_open: bool
    """Whether such lines reach the border of what was searched: then the frames determine no time."""

    def __post_init__(self) -> None:
        check_arrays(self, candidates="float64(k, 2)")

    def work_seconds(self, suspect_seconds: float) -> float:
        """Where the line puts a moment of the suspect."""
        return self.at_seconds + self.speed * (suspect_seconds - self.middle_seconds)

    def places(self, suspect_seconds: Floats) -> Floats:
        """Where the line puts moments of the suspect, seconds of the work."""
        return self.at_seconds + self.speed * (suspect_seconds - self.middle_seconds)

    def work_interval(self, suspect_seconds: float) -> Interval:
        """Where the lines that can't be told from it put that moment, a frame of the work more on either side."""
        there = self.candidates[:, 0] + self.candidates[:, 1] * (suspect_seconds - self.middle_seconds)
        return float(there.min()) - self.work_frame_seconds, float(there.max()) + self.work_frame_seconds

    def loosened(self, seconds: float, speed: float) -> DenseLine:
        """The same where the time in the work is only known within so much either way, and the speed."""
        moved = np.array([[seconds, 0.0], [0.0, speed]])
        others = [self.candidates, *(self.candidates + sign * move for move in moved if move.any() for sign in (-1, 1))]
        return replace(self, candidates=np.concatenate(others))

    def speed_interval(self, length_seconds: float) -> Interval:
        """Speeds of the same lines over a stretch of the suspect, half a frame of the work more or less at its end."""
        slack = self.work_frame_seconds / 2 / max(length_seconds, self.work_frame_seconds)
        return float(self.candidates[:, 1].min()) - slack, float(self.candidates[:, 1].max()) + slack


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    """Lines about one, in steps."""

    at_seconds: float
    speed: float
    at_step: float
    speed_step: float
    at_reach: float
    speed_reach: float

    @property
    def lines(self) -> Floats:
        """(k, 2) times and speeds."""
        num_at, num_speed = round(self.at_reach / self.at_step), round(self.speed_reach / self.speed_step)
        times = self.at_seconds + np.arange(-num_at, num_at + 1) * self.at_step
        speeds = self.speed + np.arange(-num_speed, num_speed + 1) * self.speed_step
        return np.stack([np.repeat(times, len(speeds)), np.tile(speeds, len(times))], axis=1).astype(np.float64)

    def is_at_border(self, lines: Floats) -> bool:
        """Whether some lines lie at the end of its reach."""
        gaps = np.abs(lines - [self.at_seconds, self.speed])
        is_late = gaps[:, 0] > self.at_reach - 2 * self.at_step
        return bool(is_late.any() or (self.speed_reach > 0 and (gaps[:, 1] > 0.9 * self.speed_reach).any()))

    def finer(self, line: Floats) -> _Grid:
        """Eighth steps about one of its lines."""
        return _Grid(
            at_seconds=float(line[0]),
            speed=float(line[1]),
            at_step=self.at_step / 8,
            speed_step=self.speed_step / 8,
            at_reach=1.5 * self.at_step,
            speed_reach=1.5 * self.speed_step if self.speed_reach else 0.0,
        )


def best_line(windows: Sequence[DenseWindow], *, inside: Interval, at_seconds: float, speed: float) -> DenseLine | None:
    """The line that the frames inside a stretch agree with most; None where there are too few.

    A speed of exactly 0, a moment held still, is kept.

    Args:
        windows: frames against frames.
        inside: stretch of the suspect whose frames are asked.
        at_seconds: time in the work in the middle of it, as known so far.
        speed: the same of the speed.
    """
    chosen = asked_windows(windows, inside)
    if not chosen:
        return None
    middle, half = (inside[0] + inside[1]) / 2, max((inside[1] - inside[0]) / 2, 1e-3)
    frame = float(np.median(np.concatenate([np.diff(one.work_seconds) for one in chosen])))
    wide = _Grid(
        at_seconds=at_seconds,
        speed=speed,
        at_step=frame,
        speed_step=frame / half,
        at_reach=REACH_SECONDS,
        speed_reach=min(MOST_SPEED_CHANGE, REACH_SECONDS / half) if speed else 0.0,
    )
    lines = wide.lines
    times, values = along(chosen, lines, middle)
    fine_lines = wide.finer(lines[values.mean(axis=1).argmax()]).lines
    _, fine_values = along(chosen, fine_lines, middle)
    peak = _peak(fine_lines, fine_values)
    _, at_peak = along(chosen, peak[None, :], middle)
    is_same, is_same_fine = (~is_preferred(at_peak[0], one, times) for one in (values, fine_values))
    candidates = np.concatenate([peak[None, :], lines[is_same], fine_lines[is_same_fine]])
    is_open = wide.is_at_border(lines[is_same])
    if is_open and speed:
        peak = _unchanged(peak, lines[is_same], values[is_same], copy=math.copysign(1.0, speed), wide=wide)
    return DenseLine(
        middle_seconds=middle,
        at_seconds=float(peak[0]),
        speed=float(peak[1]),
        mean_agreement=float(at_peak.mean()),
        candidates=candidates,
        work_frame_seconds=frame,
        is_open=is_open,
    )


def asked_windows(
    windows: Sequence[DenseWindow], inside: Interval, *, most_frames: int = MOST_FRAMES
) -> list[DenseWindow]:
    """Frames of the suspect inside a stretch, evenly spread ones where there are many; none where there are too few.

    Args:
        windows: frames against frames.
        inside: stretch of the suspect, seconds.
        most_frames: about how many frames are kept.
    """
    chosen = [one.inside(inside) for one in windows]
    chosen = [one for one in chosen if len(one.suspect_seconds) and len(one.work_seconds) > 1]
    num_frames = sum(len(one.suspect_seconds) for one in chosen)
    if num_frames < _LEAST_FRAMES:
        return []
    every = math.ceil(num_frames / most_frames)
    return [one.rows(np.arange(0, len(one.suspect_seconds), every)) for one in chosen]


def _peak(lines: Floats, values: Rows) -> Floats:
    """The middle of the highest plateau."""
    means = values.mean(axis=1)
    return np.asarray(lines[means >= means.max() - _PLATEAU].mean(axis=0))


def _unchanged(peak: Floats, lines: Floats, values: Rows, *, copy: float, wide: _Grid) -> Floats:
    """The best line of unchanged speed among lines that explain the frames as well; `peak` where there is none."""
    plain = np.flatnonzero(np.abs(lines[:, 1] - copy) <= wide.speed_step / 2)
    if not len(plain):
        return peak
    return np.array([lines[plain[values[plain].mean(axis=1).argmax()], 0], copy])


def is_preferred(
    best: Rows, values: Rows, times: Floats, *, least_errors: float = PREFERRED_FROM
) -> npt.NDArray[np.bool_]:
    """(k,) whether the frames prefer one line to each of k others by more than their scatter allows.

    Args:
        best: (n,) agreement along the one.
        values: (k, n) along the others.
        times: (n,) of the frames, seconds, ascending.
        least_errors: standard errors by which it must be preferred, for many blocks of time.
    """
    blocks = ((times - times[0]) / BLOCK_SECONDS).astype(np.int64)
    starts = np.flatnonzero(np.diff(blocks, prepend=-1))
    counts = np.diff(starts, append=len(blocks))
    gaps = (best[None, :] - values).astype(np.float64)
    means = np.add.reduceat(gaps, starts, axis=1) / counts
    num = len(counts)
    mean = gaps.mean(axis=1)
    scatter = means.std(axis=1, ddof=1) if num > 1 else np.abs(mean)
    error = np.maximum(scatter / math.sqrt(num), _LEAST_ERROR)
    return np.asarray(mean > least_errors * (1.0 + FEW_BLOCKS / max(num - 1, 1)) * error)
