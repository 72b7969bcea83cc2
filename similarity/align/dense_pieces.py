"""Time lines of matches whose speed changes along them: straight pieces that join, as many as the frames ask for.

The best continuous line of k pieces is found by dynamic programming over when pieces may join and where in the work
(Bellman, 1961; the search of Fearnhead, Maidstone and Letchford, 2019, on a grid).  One more piece is taken only where
the frames prefer it by clearly more than their scatter, and where it lies clearly elsewhere: footage of one speed keeps
one line.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue, check_arrays
from similarity.align.dense_line import DenseLine, asked_windows, best_line, is_preferred
from similarity.align.dense_window import DenseWindow, looked_up
from similarity.intervals import Interval

__all__ = ["PiecewiseLine", "TimeLine", "as_pieces"]

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.float32]

LEAST_PIECE_SECONDS = 0.8
"""A piece lasts so long at least."""
MOST_JOINTS = 16
"""Moments at which pieces may join; in a long match they lie further apart."""
MOST_PIECES = 6
REACH_SECONDS = 0.8
"""How far pieces may lie from the one line, seconds of the work."""
STEP_SECONDS = 0.04
"""Steps of that, or the work's frames where these are longer."""
LEAST_FACTOR, MOST_FACTOR = 0.4, 2.5
"""Speed of a piece, over that of the one line."""
PREFERRED_FROM = 2.0
"""Standard errors by which a line of more pieces must be preferred."""
LEAST_SHARE, LEAST_GAIN = 0.5, 0.001
"""What it must gain of what frames would gain if each chose its own time nearby; and in mean agreement."""
LEAST_FRAMES_APART = 2.0
"""Frames of the work by which it must lie elsewhere somewhere."""
_MOST_FRAMES = 120
_POLISH_STEPS = (0.5, 0.25, 0.125)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class PiecewiseLine(ArrayValue):
    """Straight pieces that join: which time of the work each moment of the suspect shows."""

    joint_seconds: Floats
    """(k + 1,) suspect's times at which pieces begin and end, ascending; the first and last go on beyond them."""
    joint_work_seconds: Floats
    """(k + 1,) times in the work there."""
    lines: tuple[DenseLine, ...]
    """The k pieces, each with the lines that can't be told from it."""
    mean_agreement: float
    """Mean over the frames along it."""

    def __post_init__(self) -> None:
        check_arrays(self, joint_seconds="float64(k)", joint_work_seconds="float64(k)")

    @property
    def work_frame_seconds(self) -> float:
        """Distance of two frames of the work."""
        return self.lines[0].work_frame_seconds

    @property
    def is_open(self) -> bool:
        """Never: what the frames do not determine has no pieces."""
        return False

    @property
    def speed(self) -> float:
        """Mean work seconds per suspect second from the first joint to the last."""
        across, along = np.ptp(self.joint_seconds), self.joint_work_seconds[-1] - self.joint_work_seconds[0]
        return float(along / across)

    @property
    def speeds(self) -> Floats:
        """(k,) work seconds per suspect second of each piece."""
        return np.asarray(np.diff(self.joint_work_seconds) / np.diff(self.joint_seconds))

    def places(self, suspect_seconds: Floats) -> Floats:
        """Where it puts moments of the suspect, seconds of the work."""
        return _on_pieces(self.joint_seconds, self.joint_work_seconds, suspect_seconds)

    def work_seconds(self, suspect_seconds: float) -> float:
        """Where it puts a moment of the suspect."""
        return float(self.places(np.array([suspect_seconds]))[0])

    def work_interval(self, suspect_seconds: float) -> Interval:
        """Where the lines that can't be told from the piece there put that moment, a frame more on either side."""
        number = int(np.clip(np.searchsorted(self.joint_seconds, suspect_seconds) - 1, 0, len(self.lines) - 1))
        return self.lines[number].work_interval(suspect_seconds)

    def loosened(self, seconds: float, speed: float) -> PiecewiseLine:
        """The same where the time in the work is known within so much, and the speed."""
        return replace(self, lines=tuple(one.loosened(seconds, speed) for one in self.lines))

    def speed_interval(self, length_seconds: float) -> Interval:
        """What the mean speed may be, by where the ends may lie in the work."""
        ends = [self.work_interval(float(edge)) for edge in (self.joint_seconds[0], self.joint_seconds[-1])]
        length = max(length_seconds, self.work_frame_seconds)
        slack = [sum(high - low for low, high in ends) / 2 / length * sign for sign in (-1, 1)]
        return self.speed + slack[0], self.speed + slack[1]


TimeLine = DenseLine | PiecewiseLine
"""One straight line, or several pieces."""


def as_pieces(windows: Sequence[DenseWindow], line: DenseLine, *, inside: Interval) -> TimeLine:
    """The line in pieces where the frames prefer that; as it is elsewhere.

    Args:
        windows: frames against frames.
        line: the best one line.
        inside: stretch of the suspect whose frames are asked.
    """
    chosen = asked_windows(windows, inside, most_frames=_MOST_FRAMES)
    num_joints = min(MOST_JOINTS, math.floor((inside[1] - inside[0]) / (LEAST_PIECE_SECONDS / 2)))
    if line.is_open or line.speed == 0 or not chosen or num_joints < 2 * 2:
        return line
    search = _Search(windows=chosen, line=line, joints=np.linspace(*inside, num_joints + 1))
    values = search.along(line.places(search.times))
    if not search.leaves_line(values):
        return line
    best: tuple[Floats, Floats] | None = None
    for joints, there in search.of_more_pieces():
        fresh = search.along(_on_pieces(joints, there, search.times))
        before = line.places(search.times) if best is None else _on_pieces(*best, search.times)
        if search.is_better(fresh, values, apart=np.abs(_on_pieces(joints, there, search.times) - before)):
            best, values = (joints, there), fresh
    if best is None:
        return line
    return PiecewiseLine(
        joint_seconds=best[0],
        joint_work_seconds=best[1],
        lines=tuple(_piece(windows, line, one, other) for one, other in pairwise(zip(*best, strict=True))),
        mean_agreement=float(values.mean()),
    )


def _piece(windows: Sequence[DenseWindow], line: DenseLine, start: Interval, end: Interval) -> DenseLine:
    """A piece between two joints, with the lines that its frames can't tell from it."""
    middle, at = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    speed = (end[1] - start[1]) / (end[0] - start[0])
    found = best_line(windows, inside=(start[0], end[0]), at_seconds=at, speed=speed)
    own = np.array([[at, speed]])
    candidates = own if found is None else np.concatenate([own, found.candidates])
    return replace(
        line,
        middle_seconds=middle,
        at_seconds=at,
        speed=speed,
        candidates=candidates,
        is_open=found is None or found.is_open,
    )


def _on_pieces(joints: Floats, there: Floats, seconds: Floats) -> Floats:
    """Joined pieces at some times; the first and the last go on."""
    speeds = np.diff(there) / np.diff(joints)
    number = np.clip(np.searchsorted(joints, seconds, side="right") - 1, 0, len(speeds) - 1)
    return np.asarray(there[number] + speeds[number] * (seconds - joints[number]))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class _Search(ArrayValue):
    """Lines of several pieces about one line."""

    windows: Sequence[DenseWindow]
    line: DenseLine
    joints: Floats
    """(k + 1,) seconds of the suspect at which pieces may begin and end."""

    @property
    def times(self) -> Floats:
        """(n,) times of the frames that are asked."""
        return np.concatenate([one.suspect_seconds for one in self.windows])

    @property
    def offsets(self) -> Floats:
        """(s,) how far from the one line a joint may lie."""
        step = max(STEP_SECONDS, self.line.work_frame_seconds)
        num = round(REACH_SECONDS / step)
        return np.asarray(np.arange(-num, num + 1) * step, np.float64)

    def along(self, there: Floats) -> Rows:
        """(n,) or (k, n) agreement of the frames where they are put."""
        return looked_up(self.windows, there)

    def most_gain(self, values: Rows) -> float:
        """How much more the frames could agree if each chose its own time near the line."""
        there = self.line.places(self.times)[None, :] + self.offsets[:, None]
        return float((self.along(there).max(axis=0) - values).mean())

    def leaves_line(self, values: Rows) -> bool:
        """Whether the frames of any part of the stretch agree better at another time, a frame or more off the line."""
        beside = self.along(self.line.places(self.times)[None, :] + self.offsets[:, None])
        parts = np.array_split(np.arange(len(values)), MOST_PIECES)
        for part in (one for one in parts if len(one)):
            means = beside[:, part].mean(axis=1)
            best = int(means.argmax())
            is_off = abs(self.offsets[best]) >= self.line.work_frame_seconds - _ROUNDING
            if is_off and means[best] - values[part].mean() >= LEAST_GAIN:
                return True
        return False

    def is_better(self, fresh: Rows, values: Rows, *, apart: Floats) -> bool:
        """Whether the frames prefer one to another, that lies so far from it."""
        gain = float((fresh - values).mean())
        is_elsewhere = float(apart.max()) >= LEAST_FRAMES_APART * self.line.work_frame_seconds
        return (
            gain >= max(LEAST_GAIN, LEAST_SHARE * self.most_gain(values))
            and is_elsewhere
            and bool(is_preferred(fresh, values[None, :], self.times, least_errors=PREFERRED_FROM)[0])
        )

    def of_more_pieces(self) -> Iterator[tuple[Floats, Floats]]:
        """The best joints and their times in the work, of two pieces, of three, and so on."""
        worth = self._worth_of_pieces()
        num, size = len(self.joints), len(self.offsets)
        total = np.full((num, size), -np.inf)
        total[0] = 0.0
        origins: list[npt.NDArray[np.int64]] = []
        for number in range(1, MOST_PIECES + 1):
            fresh, origin = np.full((num, size), -np.inf), np.zeros((num, size), np.int64)
            for (first, last), sums in worth.items():
                ways = total[first][:, None] + sums
                best = ways.argmax(axis=0)
                value = ways[best, np.arange(size)]
                is_higher = value > fresh[last]
                fresh[last][is_higher] = value[is_higher]
                origin[last][is_higher] = (first * size + best)[is_higher]
            total = fresh
            origins.append(origin)
            if number > 1 and np.isfinite(total[-1]).any():
                yield self._polished(*self._traced(origins, int(total[-1].argmax())))

    def _worth_of_pieces(self) -> dict[tuple[int, int], Rows]:
        """By first and last joint: (s, s) sum of the agreement along every piece between them."""
        base, times = self.line.places(self.joints), self.times
        found = {}
        for first in range(len(self.joints) - 1):
            for last in range(first + 1, len(self.joints)):
                length = self.joints[last] - self.joints[first]
                if length < LEAST_PIECE_SECONDS - _ROUNDING:
                    continue
                is_last = last == len(self.joints) - 1
                inside = (times >= self.joints[first]) & ((times < self.joints[last]) | is_last)
                starts, ends = base[first] + self.offsets, base[last] + self.offsets
                speeds = (ends[None, :] - starts[:, None]) / length
                factors = speeds / self.line.speed
                there = starts[:, None, None] + speeds[:, :, None] * (times[inside] - self.joints[first])
                part = [one.rows(np.flatnonzero(chosen)) for one, chosen in self._split(inside)]
                sums = looked_up(part, there.reshape(-1, int(inside.sum()))).sum(axis=1).reshape(speeds.shape)
                is_wild = (factors < LEAST_FACTOR) | (factors > MOST_FACTOR)
                found[first, last] = np.where(is_wild, np.float32(-np.inf), sums)
        return found

    def _split(self, inside: npt.NDArray[np.bool_]) -> Iterator[tuple[DenseWindow, npt.NDArray[np.bool_]]]:
        ends = np.cumsum([len(one.suspect_seconds) for one in self.windows])[:-1]
        yield from zip(self.windows, np.split(inside, ends), strict=True)

    def _traced(self, origins: Sequence[npt.NDArray[np.int64]], at: int) -> tuple[Floats, Floats]:
        """Joints and their times in the work, followed back from an offset of the last."""
        size, joint = len(self.offsets), len(self.joints) - 1
        path = [(joint, at)]
        for origin in reversed(origins):
            joint, at = divmod(int(origin[joint, at]), size)
            path.append((joint, at))
        chosen = np.array(path[::-1])
        joints = self.joints[chosen[:, 0]]
        return joints, self.line.places(joints) + self.offsets[chosen[:, 1]]

    def _polished(self, joints: Floats, there: Floats) -> tuple[Floats, Floats]:
        """Each joint moved by parts of a frame in the work, and in time, as long as the frames agree better."""
        frame, gap = self.line.work_frame_seconds, float(self.joints[1] - self.joints[0])
        best = float(self.along(_on_pieces(joints, there, self.times)).mean())
        for step in _POLISH_STEPS:
            moves = [(number, 0.0, sign * step * frame) for number in range(len(joints)) for sign in (-1, 1)]
            moves += [(number, sign * step * gap, 0.0) for number in range(1, len(joints) - 1) for sign in (-1, 1)]
            for number, across, along in moves:
                joints_moved, there_moved = joints.copy(), there.copy()
                joints_moved[number] += across
                there_moved[number] += along + across * self.line.speed
                value = float(self.along(_on_pieces(joints_moved, there_moved, self.times)).mean())
                if value > best:
                    joints, there, best = joints_moved, there_moved, value
        return joints, there


_ROUNDING = 1e-6
