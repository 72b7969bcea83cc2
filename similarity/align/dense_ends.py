"""Where a match begins and ends, to the frame: change points of the agreement along its line (Page, 1954)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from similarity.align.dense_pieces import TimeLine
from similarity.align.dense_window import OUTSIDE, DenseWindow, looked_up
from similarity.intervals import Interval

__all__ = ["DenseEnd", "DenseEnds", "find_ends"]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

CHANCE = 0.08
"""Agreement that frames of unrelated pictures reach."""
ASKED_SHARE = 0.3
"""Share of the way from chance to the middle agreement that a frame must reach in any case to belong."""
LEAST_LOSS, USUAL_LOSSES = 0.03, 4.0
"""How far below the middle agreement a frame may lie: at least, and in units of how far a quarter of them do."""
MOST_MISSED = 0.5
"""Share of what the best moment of the work nearby gains over the middle ones that the line's may miss of it."""
LEAST_RANGE = 0.016
"""What is added to that gain: in a still picture it is noise."""
LEAST_RISE = 0.05
"""How far a frame's agreement must rise above that with moments nearby to count whatever its level."""
NEARBY_SECONDS = (0.15, 1.0)
"""How far such moments lie from the line's."""
CUT_BONUS = 3.0
"""Frames that must disagree before an end leaves a known cut nearby: edits begin and end at cuts."""
STEP_BONUS = 6.0
"""The same where the agreement steps there from the middle one to none, in proportion where it steps less."""
_AROUND, _TELLING = 3, 0.1
SURE_BY = 1.5
"""Frames by which an end must be better than another for that to be left out."""
_LEAST_FRAMES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class DenseEnd:
    """One end of a match in the suspect."""

    seconds: float
    """The first frame that belongs, or the first that no longer does."""
    interval: Interval
    """Ends that explain the frames about as well, half a frame more on either side."""
    is_at_cut: bool
    """Whether a scene of the suspect begins or ends there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DenseEnds:
    """Both ends."""

    start: DenseEnd
    """First frame that belongs."""
    end: DenseEnd
    """First frame that no longer does."""
    agreement: float
    """Middle agreement of the frames inside."""
    frame_seconds: float
    """Distance of two frames of the suspect."""

    @property
    def span(self) -> Interval:
        """Start and end, seconds."""
        return self.start.seconds, self.end.seconds


def find_ends(
    windows: Sequence[DenseWindow],
    line: TimeLine,
    *,
    core: Interval,
    end_seconds: float,
    cut_seconds: Floats,
) -> DenseEnds | None:
    """Where the agreement along a line begins and ends; None where it is no better than chance.

    Args:
        windows: frames against frames, with surroundings.
        line: the line.
        core: stretch of the suspect that surely belongs.
        end_seconds: end of the suspect's last frame.
        cut_seconds: (c,) where scenes of the suspect begin or end, its own ends among them.
    """
    times, agreed = _agreed(windows, line)
    in_core = (times >= core[0]) & (times < core[1])
    if np.count_nonzero(in_core) < _LEAST_FRAMES:
        return None
    level = float(np.median(agreed[in_core]))
    if level <= CHANCE:
        return None
    votes = _votes(windows, line, agreed, in_core, level=level)
    pivot = int(np.flatnonzero(in_core)[in_core.sum() // 2])
    frame = float(np.median(np.diff(times)))
    edges = np.append(times, min(times[-1] + frame, max(end_seconds, times[-1] + frame / 2)))
    before, after = np.cumsum(votes[: pivot + 1][::-1])[::-1], np.cumsum(votes[pivot:])
    at_cut = np.abs(edges[:, None] - cut_seconds[None, :]).min(axis=1, initial=np.inf) <= frame / 2
    worth = at_cut * (CUT_BONUS + STEP_BONUS * _steps(agreed, _says(windows, in_core)) / level)
    return DenseEnds(
        start=_end(before + worth[: pivot + 1], edges[: pivot + 1], at_cut[: pivot + 1], frame),
        end=_end(after + worth[pivot + 1 :], edges[pivot + 1 :], at_cut[pivot + 1 :], frame),
        agreement=level,
        frame_seconds=frame,
    )


def _end(worth: Floats, edges: Floats, at_cut: Mask, frame: float) -> DenseEnd:
    """The edge that is worth most: the sum of the votes inside it, and what a cut is given."""
    best = int(worth.argmax())
    near = edges[worth >= worth[best] - SURE_BY]
    return DenseEnd(
        seconds=float(edges[best]),
        interval=(float(near.min()) - frame / 2, float(near.max()) + frame / 2),
        is_at_cut=bool(at_cut[best]),
    )


def _steps(agreed: Floats, says: Floats) -> Floats:
    """(n + 1,) how far the middle agreement of three frames before and after each edge lie apart, black ones aside."""
    telling = np.flatnonzero(says > _TELLING)
    padded = np.concatenate([np.zeros(_AROUND), np.maximum(agreed[telling], 0.0), np.zeros(_AROUND)])
    middles = np.median(np.lib.stride_tricks.sliding_window_view(padded, _AROUND), axis=1)
    place = np.searchsorted(telling, np.arange(len(agreed) + 1))
    return np.asarray(np.abs(middles[place + _AROUND] - middles[place]))


def _says(windows: Sequence[DenseWindow], in_core: Mask) -> Floats:
    """(n,) 0 to 1: how much each frame shows, compared with those that surely belong."""
    contrast = np.concatenate([one.contrast for one in windows])
    return np.asarray(np.clip(contrast / np.median(contrast[in_core]), 0.0, 1.0) ** 2, np.float64)


def _votes(windows: Sequence[DenseWindow], line: TimeLine, agreed: Floats, in_core: Mask, *, level: float) -> Floats:
    """(n,) -1 to 1: whether each frame belongs to the line; 0 where it shows nothing.

    A frame belongs that agrees about as well as those inside, and that no other moment of the work nearby explains
    clearly better; or one that agrees less, but best there by far (a fade, heavy noise).
    """
    least = CHANCE + ASKED_SHARE * (level - CHANCE)
    usual_loss = level - float(np.quantile(agreed[in_core], 0.25))
    asked = max(least, level - max(LEAST_LOSS, USUAL_LOSSES * usual_loss))
    best, middle = (np.concatenate(parts) for parts in zip(*(_elsewhere(one, line) for one in windows), strict=True))
    rise = agreed - middle
    missed = (best - agreed) / (np.maximum(best - middle, 0.0) + LEAST_RANGE)
    by_level = np.clip((agreed - asked) / (level - asked), -1.0, 1.0)
    by_gain = np.clip(2.0 - missed / MOST_MISSED * 2.0, -1.0, 1.0)
    by_rise = np.where((agreed > least) & (missed < MOST_MISSED / 2), np.clip(rise / LEAST_RISE - 1.0, -1.0, 1.0), -1.0)
    votes = np.maximum(np.minimum(by_level, by_gain), by_rise)
    return np.where(agreed == OUTSIDE, -1.0, votes * _says(windows, in_core))


def _agreed(windows: Sequence[DenseWindow], line: TimeLine) -> tuple[Floats, Floats]:
    """(n,) times and agreement along a line, or a frame of the work beside it: frames lie where they were taken."""
    times = np.concatenate([one.suspect_seconds for one in windows])
    beside = np.array([[-1.0], [0.0], [1.0]]) * line.work_frame_seconds
    values = looked_up(windows, line.places(times)[None, :] + beside)
    agreed = values.max(axis=0).astype(np.float64)
    agreed[values[1] == OUTSIDE] = OUTSIDE
    return times, agreed


def _elsewhere(window: DenseWindow, line: TimeLine) -> tuple[Floats, Floats]:
    """(n,) best agreement with any moment of the work in the window, and the middle of those near the line's."""
    best = window.agreement.max(axis=1, initial=OUTSIDE)
    there = line.places(window.suspect_seconds)
    gaps = np.abs(window.work_seconds[None, :] - there[:, None])
    is_nearby = (gaps > NEARBY_SECONDS[0]) & (gaps < NEARBY_SECONDS[1])
    middle = np.full(len(there), np.inf)
    is_known = is_nearby.any(axis=1)
    middle[is_known] = np.nanmedian(np.where(is_nearby, window.agreement, np.nan)[is_known], axis=1)
    return best.astype(np.float64), middle
