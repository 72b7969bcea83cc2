"""Which frames of a single decode become samples, in runs that never cross a scene boundary."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from index.arrays import ArrayValue, check_arrays
from similarity.config import SampleConfig
from similarity.describe.types import Move
from similarity.media.types import Frame, Picture, VideoReader
from similarity.progress import SILENT, Progress
from similarity.scenes.detect import Scene, SceneTracker

__all__ = ["Sampler", "TakenSample"]

RUN_SAMPLES = 32
"""Samples from which a run is handed on: with `SETTLED_SECONDS` of samples, the bound on pictures in memory."""
SETTLED_SECONDS = 1
"""A sample this much older than the frame in hand can no longer turn out to belong to a later scene."""

MOVE_SECONDS, MOVE_MOST_SECONDS = Fraction(12, 100), Fraction(1, 2)
"""The frame that shows how a sample moves comes this much later, at least and at most."""
_MOVE_PIXELS = 128
"""Longer side of the pictures between which movement is measured."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class TakenSample(ArrayValue):
    """A frame that was taken, with its picture."""

    pts: int
    """Presentation time stamp, ticks."""
    time: Fraction
    """Exact seconds after the first frame."""
    is_first_stable: bool
    """Taken because its scene had just come to rest, not because the grid asked."""
    picture: Picture
    """The picture, at most `SampleConfig.max_side_pixels` on its longer side."""
    small: Picture
    """The same, at most 128 dots on its longer side."""
    move: Move | None = None
    """How the picture moves; None where no frame of its scene follows in time."""
    move_ends: Fraction = Fraction(0)
    """Time of the later frame of `move`."""

    def __post_init__(self) -> None:
        check_arrays(self, picture="uint8(*, *, 3)", small="uint8(*, *, 3)")


class Sampler:
    """Walks a reader once: every frame to the scene tracker, some frames to the samples.

    The grid asks for the first frame at or after each multiple of 1 / samples_per_second; on top comes every
    scene's first stable frame.  With keyframes only, every keyframe is taken.
    """

    def __init__(self, reader: VideoReader, *, config: SampleConfig, progress: Progress = SILENT) -> None:
        self._reader = reader
        self._config = config
        self._progress = progress
        self._tracker = SceneTracker()
        self._interval = 1 / Fraction(config.samples_per_second).limit_denominator(1000)
        self._next_due = Fraction(0)
        self._last_time = Fraction(0)

    def runs(self) -> Iterator[list[TakenSample]]:
        """Samples in order of time, in runs within one scene."""
        pending: list[TakenSample] = []
        for frame in self._reader.frames(keyframes_only=self._config.keyframes_only):
            step = self._tracker.push(frame.time, self._reader.thumbnail(frame))
            for boundary in step.boundaries:
                done = [_within(sample, boundary.time) for sample in pending if sample.time < boundary.time]
                if done:
                    yield done
                pending = pending[len(done) :]
            pending = [self._followed(sample, frame) for sample in pending]
            if self._is_due(frame) or step.is_first_stable:
                pending.append(self._take(frame, is_first_stable=step.is_first_stable))
            self._last_time = frame.time
            if len(pending) >= RUN_SAMPLES:
                settled = [sample for sample in pending if sample.time <= frame.time - SETTLED_SECONDS]
                if settled:
                    yield settled
                pending = pending[len(settled) :]
        if pending:
            yield pending

    def scenes(self, duration_seconds: float) -> tuple[Scene, ...]:
        """The scenes, once the runs are exhausted, tiling the counted duration (or one tick, for a still)."""
        end = Fraction(duration_seconds).limit_denominator(10**6)
        return self._tracker.finish(max(end, self._last_time + self._reader.info.time_base))

    def _is_due(self, frame: Frame) -> bool:
        return self._config.keyframes_only or frame.time >= self._next_due

    def _take(self, frame: Frame, *, is_first_stable: bool) -> TakenSample:
        is_grid = self._is_due(frame)
        if is_grid:
            self._next_due = (frame.time // self._interval + 1) * self._interval
            self._progress.reach(float(frame.time))
        return TakenSample(
            pts=frame.pts,
            time=frame.time,
            is_first_stable=is_first_stable and not is_grid,
            picture=self._reader.picture(frame, max_side=self._config.max_side_pixels),
            small=self._reader.picture(frame, max_side=_MOVE_PIXELS),
        )

    def _followed(self, sample: TakenSample, frame: Frame) -> TakenSample:
        """The sample with its movement, if this is the frame that shows it."""
        if sample.move is not None:
            return sample
        later = frame.time - sample.time
        if not MOVE_SECONDS <= later <= MOVE_MOST_SECONDS:
            return sample
        after = self._reader.picture(frame, max_side=_MOVE_PIXELS)
        if after.shape != sample.small.shape:
            return sample
        return replace(sample, move=Move(before=sample.small, after=after, seconds=float(later)), move_ends=frame.time)


def _within(sample: TakenSample, boundary: Fraction) -> TakenSample:
    """The sample without a movement that reaches into the next scene."""
    return replace(sample, move=None) if sample.move is not None and sample.move_ends >= boundary else sample
