"""Stretches of a work that hold a match give the match that the whole work gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from similarity.align.lines import LineRules
from similarity.align.normalise import Background, Backgrounds
from similarity.align.pair import align_pair, align_windows
from similarity.align.values import SuspectTrack, ViewTrack, WorkTrack
from similarity.align.windows import Stretch, WorkWindows, joined_track, rows_of_stretches, windows_among
from similarity.describe.views import AS_IS

SIZE, LENGTH = 48, 400


def unit(rows):
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16).astype(np.float32)


BACKGROUND = Background(unit(np.random.default_rng(0).normal(size=(300, SIZE))))
BACKGROUNDS = Backgrounds(compact=BACKGROUND)


def work_of(seed, *, start_seconds=0.0):
    random = np.random.default_rng(seed)
    rows = unit(random.normal(size=(LENGTH, SIZE)))
    return WorkTrack(
        work_id="film",
        seconds=start_seconds + np.arange(LENGTH) / 2,
        duration_seconds=start_seconds + LENGTH / 2,
        compact=rows,
        pdq=random.integers(0, 256, (LENGTH, 32), dtype=np.uint8),
        bias=BACKGROUND.bias(rows),
        quality=np.full(LENGTH, 100, np.uint8),
    )


def taking(work, rows_taken, seed):
    """A suspect of which a part shows these samples of the work."""
    random = np.random.default_rng([seed, 1])
    rows = random.normal(size=(60, SIZE))
    rows[20 : 20 + len(rows_taken)] = work.compact[rows_taken] + 0.05 * random.normal(size=(len(rows_taken), SIZE))
    rows = unit(rows)
    return SuspectTrack(
        seconds=np.arange(60) / 2,
        duration_seconds=30.0,
        cut_seconds=np.array([10.0]),
        views={
            AS_IS: ViewTrack(
                samples=np.arange(60),
                compact=rows,
                pdq=random.integers(0, 256, (60, 32), dtype=np.uint8),
                bias=BACKGROUND.bias(rows),
                quality=np.full(60, 100, np.uint8),
            )
        },
    )


def windows_of(work, stretches):
    looked_at = [Stretch(view=AS_IS, first_row=first, stop_row=stop) for first, stop in stretches]
    rows = rows_of_stretches(looked_at)
    numbers = np.concatenate([np.arange(one.start, one.stop) for one in rows])
    track = joined_track([work.part(one) for one in rows])
    return WorkWindows(track=track, numbers=numbers, windows=windows_among(numbers, looked_at))


def aligned(suspect, there):
    call = align_windows if isinstance(there, WorkWindows) else align_pair
    return call(suspect, there, BACKGROUNDS, rules=LineRules(), bin_seconds=0.5)


def require_same(one, other):
    assert one.score == other.score
    assert (one.suspect_start_seconds, one.suspect_end_seconds) == (
        other.suspect_start_seconds,
        other.suspect_end_seconds,
    )
    assert one.work_start_seconds == pytest.approx(other.work_start_seconds)
    assert one.work_end_seconds == pytest.approx(other.work_end_seconds)
    np.testing.assert_array_equal(one.work_samples, other.work_samples)
    np.testing.assert_array_equal(one.suspect_samples, other.suspect_samples)
    np.testing.assert_array_equal(one.zscores, other.zscores)


SPEEDS = st.sampled_from([1.0, 1.0, 2.0, -1.0, 0.5])


@settings(max_examples=30, deadline=None)
@given(first=st.integers(80, 300), speed=SPEEDS, seed=st.integers(0, 5), late=st.sampled_from([0.0, 3.0]))
def test_stretches_around_a_match_give_the_match(first, speed, seed, late):
    work = work_of(seed, start_seconds=late)
    suspect = taking(work, first + np.floor(np.arange(25) * speed).astype(int), seed)
    whole = aligned(suspect, work)
    assert whole.matches
    assert abs(whole.matches[0].work_samples[0] - first) <= 3
    near = (max(0, first - 60), min(LENGTH, first + 100))
    apart = [(0, 15)] if near[0] > 20 else []
    found = aligned(suspect, windows_of(work, [*apart, near]))
    require_same(found.matches[0], whole.matches[0])


@settings(max_examples=15, deadline=None)
@given(first=st.integers(0, 370), seed=st.integers(0, 5))
def test_one_stretch_that_is_the_whole_work_gives_everything(first, seed):
    work = work_of(seed)
    suspect = taking(work, np.arange(first, min(LENGTH, first + 25)), seed)
    whole, found = aligned(suspect, work), aligned(suspect, windows_of(work, [(0, LENGTH)]))
    assert whole.score == found.score
    assert len(whole.matches) == len(found.matches)
    for one, other in zip(found.matches, whole.matches, strict=True):
        require_same(one, other)
