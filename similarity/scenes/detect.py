"""Scenes from the frames of one decode, as they come: exact times, a few frames of lag, flat memory."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from similarity.media.types import Picture
from similarity.scenes._cuts import CutFinder
from similarity.scenes._gradual import BlankFinder, BlendFinder
from similarity.scenes._tiny import TinyFrame, is_other_picture, mean_difference, shrink

__all__ = ["Boundary", "Scene", "SceneTracker", "TrackStep"]

_MIN_SCENE_SECONDS = Fraction(1, 5)
_GAP_SECONDS = 0.5
"""Frames further apart than this are compared as pictures, not as neighbours in motion."""
_CALM_LEVELS = 4.0
"""Change from frame to frame, at 25 frames a second, up to which a picture counts as calm."""
_CALM_INTERVAL_SECONDS = 0.04
_MAX_WAIT_SECONDS = Fraction(7, 10)
_MAX_WAIT_AFTER_CUT_SECONDS = Fraction(3, 10)
"""A cut is over at once: what still moves then is the shot itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary:
    """Where one scene ends and the next begins."""

    time: Fraction
    """First moment of the new scene, seconds; the middle of a dissolve, the end of the blank between fades."""
    is_gradual: bool
    """A dissolve or fade, not a hard cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One shot, [start, end)."""

    start: Fraction
    """First moment, seconds."""
    end: Fraction
    """First moment after it, seconds."""
    is_gradual: bool
    """Whether it began with a dissolve or fade; False for the first scene."""

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a scene needs 0 <= start < end, got [{self.start}, {self.end}): times in seconds?")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackStep:
    """What one frame taught."""

    boundaries: tuple[Boundary, ...]
    """Newly confirmed boundaries, in order of time; they lag behind the frame."""
    is_first_stable: bool
    """This frame is the first one of the current scene whose picture has come to rest: the one to sample."""


_NOTHING = TrackStep(boundaries=(), is_first_stable=False)


class SceneTracker:
    """Cuts a video into scenes while it is decoded once for everything.

    Push every frame's thumbnail in order of presentation; `finish` gives the scenes.  Frame rates may vary; frames
    seconds apart (keyframes alone) are parted where colours and layout both change.
    """

    def __init__(self) -> None:
        self._cuts = CutFinder()
        self._blends = BlendFinder()
        self._blanks = BlankFinder()
        self._last: TinyFrame | None = None
        self._boundaries: list[Boundary] = []
        self._waiting_since: Fraction | None = Fraction(0)

    def push(self, time: Fraction, thumbnail: Picture) -> TrackStep:
        """Take the next frame; one that is not later than its predecessor teaches nothing.

        Args:
            time: exact presentation time, seconds after the first frame.
            thumbnail: BGR picture, about 96 pixels wide, of the same frame.
        """
        last = self._last
        if last is not None and time <= last.time:
            return _NOTHING
        frame = shrink(thumbnail, index=0 if last is None else last.index + 1, time=time)
        self._last = frame
        is_gap = last is not None and frame.seconds - last.seconds > _GAP_SECONDS
        found = self._across_gap(last, frame) if last is not None and is_gap else self._in_motion(frame)
        added = tuple(boundary for boundary in found if self._add(boundary))
        is_first_stable = self._is_first_stable(last, frame)
        return TrackStep(boundaries=added, is_first_stable=is_first_stable) if added or is_first_stable else _NOTHING

    def finish(self, end_time: Fraction) -> tuple[Scene, ...]:
        """The scenes, tiling [0, end_time) without gap or overlap.

        Args:
            end_time: end of the last frame, seconds; after the last frame's own time.

        Raises:
            ValueError: `end_time` is not after the last frame.
        """
        if end_time <= 0 or (self._last is not None and end_time <= self._last.time):
            raise ValueError(f"end_time must lie after the last frame, got {end_time} s: add the frame's duration")
        middle = self._blends.take()
        if middle is not None:
            self._add(Boundary(time=middle, is_gradual=True))
        inner = [boundary for boundary in self._boundaries if boundary.time < end_time]
        starts = [Boundary(time=Fraction(0), is_gradual=False), *inner]
        ends = [*(boundary.time for boundary in inner), end_time]
        return tuple(
            Scene(start=start.time, end=end, is_gradual=start.is_gradual)
            for start, end in zip(starts, ends, strict=True)
        )

    def _in_motion(self, frame: TinyFrame) -> list[Boundary]:
        found: list[Boundary] = []
        cut = self._cuts.push(frame)
        middle = self._blends.push(frame)
        if cut is not None:
            middle = middle or self._blends.take()
            self._blends.clear()
        if middle is not None and (cut is None or middle < cut):
            found.append(Boundary(time=middle, is_gradual=True))
        if cut is not None:
            found.append(Boundary(time=cut, is_gradual=False))
        blank_edge = self._blanks.push(frame)
        if blank_edge is not None:
            found.append(Boundary(time=blank_edge, is_gradual=True))
        return found

    def _across_gap(self, last: TinyFrame, frame: TinyFrame) -> list[Boundary]:
        self._cuts, self._blanks = CutFinder(), BlankFinder()
        self._blends.clear()
        self._in_motion(frame)
        return [Boundary(time=frame.time, is_gradual=False)] if is_other_picture(last, frame) else []

    def _add(self, boundary: Boundary) -> bool:
        earliest = (self._boundaries[-1].time if self._boundaries else Fraction(0)) + _MIN_SCENE_SECONDS
        if boundary.time < earliest:
            return False
        self._boundaries.append(boundary)
        self._waiting_since = boundary.time
        return True

    def _is_first_stable(self, last: TinyFrame | None, frame: TinyFrame) -> bool:
        if self._waiting_since is None:
            return False
        is_after_cut = bool(self._boundaries) and not self._boundaries[-1].is_gradual
        patience = _MAX_WAIT_AFTER_CUT_SECONDS if is_after_cut else _MAX_WAIT_SECONDS
        is_overdue = frame.time - self._waiting_since >= patience
        if not is_overdue and (frame.is_blank or not _is_calm(last, frame)):
            return False
        self._waiting_since = None
        return True


def _is_calm(last: TinyFrame | None, frame: TinyFrame) -> bool:
    if last is None or frame.seconds - last.seconds > _GAP_SECONDS:
        return True
    num_intervals = min(3.0, max(0.5, (frame.seconds - last.seconds) / _CALM_INTERVAL_SECONDS))
    return mean_difference(last, frame) <= _CALM_LEVELS * num_intervals
