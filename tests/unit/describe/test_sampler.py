"""Which frames become samples: the grid at any frame rate, every scene, in runs of bounded size."""

from __future__ import annotations

import gc
import weakref
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.fake_reader import FakeReader
from support.recorded_progress import Recorded
from support.renders import textured

from similarity.config import SampleConfig
from similarity.describe.sampler import RUN_SAMPLES, Sampler

MILLISECOND = Fraction(1, 1000)
PICTURES = [textured(seed, height=18, width=32) for seed in range(6)]


def taken(pictures, *, config=None, **reader):
    """Every sample of pictures shown by a fake reader."""
    sampler = Sampler(FakeReader(pictures, **reader), config=config or SampleConfig())
    return [sample for run in sampler.runs() for sample in run]


def grid(times, rate):
    """The slow, obvious grid: the first frame at or after every multiple of the interval."""
    found, multiple = [], 0
    while True:
        due = [time for time in times if time >= Fraction(multiple) / Fraction(rate)]
        if not due:
            return sorted(set(found))
        found.append(due[0])
        multiple += 1


def still(num_frames):
    return [PICTURES[0]] * num_frames


@pytest.mark.parametrize(
    ("pts", "time_base"),
    [
        (range(100), Fraction(1, 25)),
        (range(60), Fraction(1, 12)),
        (range(100), Fraction(1001, 24000)),
        (range(7), Fraction(1)),
        (range(90_000, 90_000 + 60 * 3003, 3003), Fraction(1, 90_000)),
        (range(-40, 60), Fraction(1, 25)),
        ([0, 499, 501, 999, 1000, 1001, 5000, 5001], MILLISECOND),
    ],
    ids=["25", "12", "23.976", "one a second", "late start", "negative start", "irregular"],
)
@pytest.mark.parametrize("rate", [1.0, 2.0, 4.0, 0.3])
def test_the_grid_takes_the_first_frame_at_or_after_each_multiple(pts, time_base, rate):
    times = [(ticks - pts[0]) * time_base for ticks in pts]
    samples = taken(still(len(pts)), pts=pts, time_base=time_base, config=SampleConfig(samples_per_second=rate))
    expected = grid(times, Fraction(rate).limit_denominator(1000))
    assert [sample.time for sample in samples if not sample.is_first_stable] == expected


@settings(max_examples=40)
@given(
    st.lists(st.integers(1, 1500), min_size=1, max_size=40), st.sampled_from([1.0, 2.0, 3.0]), st.integers(-500, 500)
)
def test_the_grid_holds_at_variable_frame_rate(intervals, rate, start):
    pts = [start + sum(intervals[:number]) for number in range(len(intervals) + 1)]
    times = [(ticks - start) * MILLISECOND for ticks in pts]
    samples = taken(still(len(pts)), pts=pts, time_base=MILLISECOND, config=SampleConfig(samples_per_second=rate))
    assert [sample.time for sample in samples if not sample.is_first_stable] == grid(times, rate)
    assert all(sample.time == (sample.pts - start) * MILLISECOND for sample in samples)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 30)), min_size=1, max_size=12), st.booleans())
def test_samples_are_strictly_increasing_and_runs_are_short(shots, keyframes_only):
    pictures = [PICTURES[which] for which, count in shots for _ in range(count)]
    config = SampleConfig(samples_per_second=12.0, keyframes_only=keyframes_only)
    runs = list(Sampler(FakeReader(pictures), config=config).runs())
    assert all(1 <= len(run) <= RUN_SAMPLES for run in runs)
    pts = [sample.pts for run in runs for sample in run]
    assert all(np.diff(pts) > 0)


def test_one_frame_is_one_sample():
    (sample,) = taken(still(1))
    assert (sample.time, sample.is_first_stable) == (0, False)


def test_a_video_shorter_than_one_interval_is_sampled_at_its_start():
    samples = taken(still(5))
    assert samples[0].time == 0
    assert sum(not sample.is_first_stable for sample in samples) == 1


@pytest.mark.parametrize("frames_per_shot", [8, 11, 30])
def test_every_scene_has_a_sample(frames_per_shot):
    pictures = [picture for picture in PICTURES for _ in range(frames_per_shot)]
    sampler = Sampler(FakeReader(pictures), config=SampleConfig(samples_per_second=1.0))
    times = [sample.time for run in sampler.runs() for sample in run]
    scenes = sampler.scenes(len(pictures) / 25)
    assert len(scenes) == len(PICTURES)
    for scene in scenes:
        assert any(scene.start <= time < min(scene.end, scene.start + Fraction(4, 10)) for time in times)


def test_a_first_stable_frame_between_the_grid_says_so():
    pictures = [PICTURES[0]] * 30 + [PICTURES[1]] * 40
    extra = [
        sample for sample in taken(pictures, config=SampleConfig(samples_per_second=0.5)) if sample.is_first_stable
    ]
    assert len(extra) == 1
    assert Fraction(30, 25) <= extra[0].time <= Fraction(38, 25)
    assert np.array_equal(extra[0].picture, PICTURES[1])


def scenes_of_runs(pictures, rate):
    """For each run, the numbers of the scenes in which its samples lie."""
    sampler = Sampler(FakeReader(pictures), config=SampleConfig(samples_per_second=rate))
    runs = list(sampler.runs())
    starts = [scene.start for scene in sampler.scenes(len(pictures) / 25)]
    return [{sum(sample.time >= start for start in starts) for sample in run} for run in runs]


def test_no_run_crosses_a_scene_boundary():
    runs = scenes_of_runs([picture for picture in PICTURES for _ in range(50)], 5.0)
    assert set.union(*runs) == {1, 2, 3, 4, 5, 6}
    assert all(len(scenes) == 1 for scenes in runs)


def test_no_full_run_crosses_a_cut_right_before_its_end():
    for num_frames in range(60, 70):
        runs = scenes_of_runs([PICTURES[0]] * num_frames + [PICTURES[1]] * 60, 12.0)
        assert all(len(scenes) == 1 for scenes in runs)


def test_keyframes_only_takes_every_keyframe_and_nothing_else():
    samples = taken(still(60), keyframe_every=7, config=SampleConfig(keyframes_only=True))
    assert [sample.pts for sample in samples] == list(range(0, 60, 7))
    assert not any(sample.is_first_stable for sample in samples)


def test_pictures_are_at_most_as_large_as_asked():
    (sample,) = taken([textured(1, height=300, width=200)], config=SampleConfig(max_side_pixels=150))
    assert sample.picture.shape == (150, 100, 3)


def test_progress_tells_the_seconds_decoded():
    progress = Recorded()
    sampler = Sampler(FakeReader(still(60)), config=SampleConfig(), progress=progress)
    list(sampler.runs())
    assert progress.seconds == [0.0, 0.52, 1.0, 1.52, 2.0]


class TestMoves:
    """The frame that shows how a sample moves."""

    def test_it_is_the_first_one_late_enough(self):
        samples = taken(still(60))
        assert [sample.time for sample in samples] == [Fraction(n, 25) for n in (0, 13, 25, 38, 50)]
        for sample in samples:
            assert sample.move is not None
            assert sample.move_ends == sample.time + Fraction(3, 25)
            assert sample.move.seconds == pytest.approx(3 / 25)

    def test_it_shows_the_sample_before_and_the_later_frame_after(self):
        pictures = [textured(0, height=18, width=32 + number)[:, number:] for number in range(20)]
        first = taken(pictures)[0]
        assert np.array_equal(first.move.before, first.small)
        assert np.array_equal(first.move.after, pictures[3])

    def test_a_sample_that_no_frame_follows_in_time_has_none(self):
        assert [sample.move is None for sample in taken(still(15))] == [False, True]
        assert all(sample.move is None for sample in taken(still(9), pts=range(9), time_base=Fraction(1)))
        assert taken(still(1))[0].move is None

    def test_keyframes_far_apart_show_no_movement(self):
        samples = taken(still(60), keyframe_every=25, config=SampleConfig(keyframes_only=True))
        assert [sample.move for sample in samples] == [None] * 3

    def test_none_reaches_into_the_next_scene(self):
        for num_frames in range(30, 42):
            pictures = [PICTURES[0]] * num_frames + [PICTURES[1]] * 40
            samples = taken(pictures, config=SampleConfig(samples_per_second=5.0))
            cut = Fraction(num_frames, 25)
            reached = [sample for sample in samples if sample.time < cut <= sample.time + Fraction(3, 25)]
            assert all(sample.move is None for sample in reached)
            kept = [sample for sample in samples if sample.time + Fraction(3, 25) < cut]
            assert kept
            for sample in kept:
                assert np.array_equal(sample.move.before, sample.move.after)

    def test_a_change_of_size_in_the_midst_is_no_movement(self):
        wide, tall = textured(1, height=18, width=32), textured(1, height=32, width=18)
        first = taken([wide, wide, tall, tall, tall, tall])[0]
        assert first.move is None

    def test_its_pictures_are_small(self):
        (first, *_) = taken([textured(1, height=300, width=200)] * 10)
        assert first.small.shape == first.move.after.shape == (128, 85, 3)


class CountingReader(FakeReader):
    """Counts the pictures handed out that are still alive, by their size."""

    def __init__(self, *arguments, **more):
        super().__init__(*arguments, **more)
        self.alive = {}
        self.most_alive = {}

    def picture(self, frame, *, max_side=None):
        picture = super().picture(frame, max_side=max_side)
        alive = self.alive.setdefault(max_side, weakref.WeakValueDictionary())
        alive[len(alive), frame.pts] = picture
        self.most_alive[max_side] = max(self.most_alive.get(max_side, 0), len(alive))
        return picture


def test_pictures_of_at_most_two_runs_are_held():
    reader = CountingReader(still(25 * 60))
    for run in Sampler(reader, config=SampleConfig(samples_per_second=10.0)).runs():
        assert run
    gc.collect()
    large, small = SampleConfig().max_side_pixels, 128
    assert reader.most_alive.keys() == {large, small}
    assert reader.most_alive[large] <= 2 * RUN_SAMPLES  # the one at work, and the one that is gathered
    assert reader.most_alive[small] <= 2 * 2 * RUN_SAMPLES  # of each sample its own, and the later frame's
