"""Pairs of frames along a line, on which the change of the picture is refined, and time with it.

Where the camera pans or zooms, another crop makes up for another time or speed; how far, says how exactly both are
known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from similarity.align.dense_pieces import TimeLine
from similarity.align.dense_window import DenseWindow
from similarity.compare.dense_seen import SeenStretch
from similarity.geometry.dense import explained, refined_transform
from similarity.geometry.framing import Part
from similarity.intervals import Interval

__all__ = ["HERE", "NO_SLACK", "Pairing", "Parts", "Slack", "pairs_on_line"]

NUM_PAIRS = 10
"""Pairs of frames on which the change of the picture is refined."""
CLIMB_FRAMES, MOST_CLIMB_FRAMES = (3, 1), 15
"""By how many frames of the work the time is moved while the change of the picture is refined, and how far at most."""
SLACK_FRAMES = (1, 3, 6, 12)
"""By how many frames the time is moved to see whether a change of its own explains the pictures as well."""
_LEAST_GAP = 1e-4
_LEAST_PAIRS = 2
_LEAST_HALF_SECONDS = 0.1

Floats = npt.NDArray[np.float64]
Parts = tuple[Part, Part]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Frames of the work by which the times of pairs are moved."""

    frames: int
    """All of them."""
    tilt_frames: int
    """The last by so many more, the first by so many less: another speed."""


HERE = Move(frames=0, tilt_frames=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slack:
    """How far time and speed may lie from a line's for a change of the picture of its own to make up for it."""

    seconds: float
    """Either way."""
    speed: float
    """Either way."""
    moves: tuple[Move, ...]
    """The furthest such lines."""


NO_SLACK = Slack(seconds=0.0, speed=0.0, moves=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """Pairs of frames along a line, under changes of the picture and at times, whole frames of the work, around it.

    Where the camera pans or zooms, a crop a little to the left and a moment a little later look nearly alike: only
    under the right time does one crop lay all of the picture over the other.
    """

    seen: SeenStretch
    parts: Parts
    pairs: Sequence[tuple[int, int]]
    core: Interval

    @classmethod
    def of(
        cls, seen: Sequence[SeenStretch], laid: tuple[Sequence[DenseWindow], TimeLine], parts: Parts, core: Interval
    ) -> Pairing | None:
        """Pairs of the stretch that holds most of the core; None where too few agree.

        Args:
            seen: stretches of both files.
            laid: frames against frames in each of them, and the line.
            parts: what of each picture is compared.
            core: stretch of the suspect that surely belongs.
        """
        windows, line = laid
        number = max(range(len(seen)), key=lambda one: _num_inside(windows[one], core))
        pairs = pairs_on_line(windows[number], line, core)
        return cls(seen=seen[number], parts=parts, pairs=pairs, core=core) if len(pairs) >= _LEAST_PAIRS else None

    def explained(self, move: Move, transform: Floats) -> Floats:
        """(k,) how much of the suspect's picture the work's explains."""
        rows, columns = (np.array(numbers, dtype=np.intp) for numbers in zip(*self._moved(move), strict=True))
        return explained(self.seen.suspect.some(rows), self.seen.work.some(columns), transform, parts=self.parts)

    def refined(self, move: Move, transform: Floats, *, is_near: bool = False) -> tuple[Floats, Floats]:
        """The best change of the picture near one at moved times, and how much it explains.

        Args:
            move: of the pairs' frames in the work.
            transform: (2, 3), from which to look.
            is_near: whether it is known to lie near; the search is shorter then.
        """
        here, there, moved = self.seen.suspect, self.seen.work, self._moved(move)
        found = refined_transform(here, there, transform, pairs=moved, parts=self.parts, is_near=is_near)
        return found, self.explained(move, found)

    def climbed(self, transform: Floats) -> tuple[int, Floats, Floats]:
        """The time with a change of the picture that explains clearly most, the change, and how much it explains."""
        known = {0: self.refined(HERE, transform)}
        best = 0
        for step in CLIMB_FRAMES:
            while True:
                near = [shift for shift in (best - step, best + step) if abs(shift) <= MOST_CLIMB_FRAMES]
                fresh = [shift for shift in near if shift not in known]
                known |= {shift: self.refined(_later(shift), known[best][0], is_near=True) for shift in fresh}
                higher = max(near, key=lambda shift: float(known[shift][1].mean()), default=best)
                if not _is_better(known[higher][1] - known[best][1]):
                    break
                best = higher
        return best, *known[best]

    def slack(self, transform: Floats, frame: float) -> Slack:
        """How far off the line's time and speed a change of its own explains the pairs about as well.

        Args:
            transform: the change of the picture along the line.
            frame: distance of two frames of the work, seconds.
        """
        shift, tilt = (self._most_alike(transform, way) for way in (_later, _faster))
        half = max((self.core[1] - self.core[0]) / 2, _LEAST_HALF_SECONDS)
        moves = [way(sign * num) for way, num in ((_later, shift), (_faster, tilt)) if num for sign in (-1, 1)]
        return Slack(seconds=shift * frame, speed=tilt * frame / half, moves=tuple(moves))

    def _most_alike(self, transform: Floats, way: Callable[[int], Move]) -> int:
        here, found = self.explained(HERE, transform), 0
        for num in SLACK_FRAMES:
            is_near = num <= max(CLIMB_FRAMES)
            others = [self.refined(way(sign * num), transform, is_near=is_near)[1] for sign in (-1, 1)]
            if all(_is_better(here - other) for other in others):
                break
            found = num
        return found

    def _moved(self, move: Move) -> list[tuple[int, int]]:
        last, times = len(self.seen.work) - 1, self.seen.suspect_seconds
        middle, half = sum(self.core) / 2, max((self.core[1] - self.core[0]) / 2, _LEAST_HALF_SECONDS)
        found = []
        for row, column in self.pairs:
            tilt = move.tilt_frames * (float(times[row]) - middle) / half
            found.append((row, min(max(column + move.frames + round(tilt), 0), last)))
        return found


def _later(frames: int) -> Move:
    return Move(frames=frames, tilt_frames=0)


def _faster(frames: int) -> Move:
    return Move(frames=0, tilt_frames=frames)


def _is_better(gaps: Floats) -> bool:
    """Whether pairs of frames agree better by more than their scatter allows."""
    error = float(gaps.std()) / np.sqrt(max(len(gaps) - 1, 1))
    return bool(gaps.mean() > 2.0 * error + _LEAST_GAP)


def _num_inside(window: DenseWindow, core: Interval) -> int:
    return len(window.inside(core).suspect_seconds)


def pairs_on_line(
    window: DenseWindow, line: TimeLine, core: Interval, *, num_parts: int = NUM_PAIRS
) -> list[tuple[int, int]]:
    """The pair of frames that agrees best in each of some equal parts of the core, along the line.

    Args:
        window: frames of both, and how well they agree.
        line: on which frames lie.
        core: seconds of the suspect that surely match.
        num_parts: of equal numbers of frames.

    Returns:
        (row, column) of the window; none of a part where nothing agrees.
    """
    rows = np.flatnonzero((window.suspect_seconds >= core[0]) & (window.suspect_seconds < core[1]))
    found = []
    for part in np.array_split(rows, num_parts):
        best: list[tuple[float, int, int]] = []
        for row in part.tolist():
            at = line.work_seconds(float(window.suspect_seconds[row]))
            column = int(np.abs(window.work_seconds - at).argmin())
            best.append((float(window.agreement[row, column]), row, column))
        value, row, column = max(best, default=(-1.0, 0, 0))
        if value > line.mean_agreement / 2:
            found.append((row, column))
    return found
