"""Which frames of a single decode become samples, in runs that never cross a scene boundary."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from similarity.config import SampleConfig
from similarity.media.types import Frame, Picture, VideoReader
from similarity.scenes.detect import Scene, SceneTracker

__all__ = ["Progress", "Sampler", "TakenSample"]

RUN_SAMPLES = 32
"""Samples from which a run is handed on: with `SETTLED_SECONDS` of samples, the bound on pictures in memory."""
SETTLED_SECONDS = 1
"""A sample this much older than the frame in hand can no longer turn out to belong to a later scene."""

Progress = Callable[[float], None]
"""Told the seconds of video decoded so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenSample:
    """A frame that was taken, with its picture."""

    pts: int
    """Presentation time stamp, ticks."""
    time: Fraction
    """Exact seconds after the first frame."""
    is_first_stable: bool
    """Taken because its scene had just come to rest, not because the grid asked."""
    picture: Picture
    """The picture, at most `SampleConfig.max_side_pixels` on its longer side."""


class Sampler:
    """Walks a reader once: every frame to the scene tracker, some frames to the samples.

    The grid asks for the first frame at or after each multiple of 1 / samples_per_second; on top comes every
    scene's first stable frame.  With keyframes only, every keyframe is taken.
    """

    def __init__(self, reader: VideoReader, *, config: SampleConfig, progress: Progress | None = None) -> None:
        self._reader = reader
        self._config = config
        self._progress = progress or _silent
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
                done = [sample for sample in pending if sample.time < boundary.time]
                if done:
                    yield done
                pending = pending[len(done) :]
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
            self._progress(float(frame.time))
        return TakenSample(
            pts=frame.pts,
            time=frame.time,
            is_first_stable=is_first_stable and not is_grid,
            picture=self._reader.picture(frame, max_side=self._config.max_side_pixels),
        )


def _silent(seconds: float) -> None:
    del seconds
