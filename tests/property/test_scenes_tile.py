"""Laws of scenes: whatever comes in, they tile the time."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from similarity.scenes.detect import SceneTracker

PICTURES = [np.random.default_rng(seed).integers(0, 256, (18, 32, 3), dtype=np.uint8) for seed in range(4)]
PICTURES += [np.zeros((18, 32, 3), np.uint8), np.full((18, 32, 3), 255, np.uint8)]

intervals = st.integers(200, 140_000).map(lambda ticks: Fraction(ticks, 48_000))
frames = st.lists(st.tuples(intervals, st.integers(0, len(PICTURES) - 1), st.integers(1, 10)), max_size=12)


@settings(max_examples=40)
@given(frames, intervals)
def test_scenes_tile_zero_to_end_and_steps_tell_of_each(runs, last_interval):
    tracker, time, steps = SceneTracker(), Fraction(0), []
    for interval, which, repeats in runs:
        for _ in range(repeats):
            steps.append(tracker.push(time, PICTURES[which]))
            time += interval
    end = time + last_interval
    scenes = tracker.finish(end)
    assert scenes[0].start == 0
    assert scenes[-1].end == end
    assert all(left.end == right.start for left, right in pairwise(scenes))
    told = [boundary.time for step in steps for boundary in step.boundaries]
    assert told == sorted(set(told))
    assert set(told) <= {scene.start for scene in scenes}
    assert sum(step.is_first_stable for step in steps) <= len(scenes)
