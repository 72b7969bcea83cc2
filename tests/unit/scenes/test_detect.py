"""Scenes of footage whose every cut is known."""

from __future__ import annotations

from fractions import Fraction

import cv2
import numpy as np
import pytest
from scenedetect.common import FrameTimecode
from scenedetect.detectors import AdaptiveDetector

from similarity.scenes._cuts import _LeanAdaptiveDetector
from similarity.scenes.detect import Scene, SceneTracker

FRAME = Fraction(1, 25)


def photo(seed, size=(160, 288)):
    """Something like a photograph: soft shapes of many sizes in many colours."""
    rng = np.random.default_rng(seed)
    picture = np.zeros((*size, 3), np.float32)
    for cells in (3, 6, 12, 24):
        noise = rng.uniform(-1, 1, (cells, cells * 2, 3)).astype(np.float32)
        picture += cv2.resize(noise, size[::-1], interpolation=cv2.INTER_CUBIC) * (60 / cells**0.5)
    return np.clip(picture + rng.uniform(70, 180, 3), 0, 255).astype(np.uint8)


def view(picture, x, y=30):
    return np.ascontiguousarray(picture[int(y) : int(y) + 54, int(x) : int(x) + 96])


def static(seed, num_frames):
    return [view(photo(seed), 40)] * num_frames


def pan(seed, num_frames, pixels_per_frame=1.5):
    return [view(photo(seed), min(190, pixels_per_frame * i)) for i in range(num_frames)]


def blended(left, right, share):
    return cv2.addWeighted(left, 1 - share, right, share, 0)


def track(frames, interval=FRAME):
    tracker = SceneTracker()
    steps = [tracker.push(i * interval, frame) for i, frame in enumerate(frames)]
    scenes = tracker.finish(len(frames) * interval)
    stable = [i for i, step in enumerate(steps) if step.is_first_stable]
    assert [b.time for step in steps for b in step.boundaries] == [s.start for s in scenes[1:]][: len(scenes) - 1]
    return scenes, stable


def starts(scenes):
    return [scene.start / FRAME for scene in scenes]


def test_hard_cuts_are_found_at_their_exact_times():
    scenes, stable = track([*static(1, 40), *pan(2, 60), *static(3, 30)])
    assert starts(scenes) == [0, 40, 100]
    assert not any(scene.is_gradual for scene in scenes)
    assert stable[0] == 0
    assert 40 < stable[1] <= 48
    assert 100 < stable[2] <= 108


def test_a_montage_of_shots_of_two_fifths_of_a_second_is_cut_everywhere():
    frames = [frame for seed in range(8) for frame in static(seed, 10)]
    scenes, stable = track(frames)
    assert starts(scenes) == [10 * i for i in range(8)]
    assert len(stable) == 8


@pytest.mark.parametrize("frames", [static(4, 120), pan(5, 120), pan(5, 120)[::-1]])
def test_a_static_or_panning_shot_is_one_scene(frames):
    scenes, stable = track(frames)
    assert len(scenes) == 1
    assert stable == [0]


def test_a_zoom_is_one_scene():
    picture = photo(6)
    frames = [cv2.resize(picture[i : 160 - i, 2 * i : 288 - 2 * i], (96, 54)) for i in range(60)]
    assert len(track(frames)[0]) == 1


def test_a_dissolve_is_a_gradual_boundary_in_its_middle():
    left, right = pan(7, 100, 0.3), pan(8, 100, 0.3)
    shares = [min(1.0, max(0.0, (i - 40) / 20)) for i in range(100)]
    scenes, stable = track([blended(*frames) for frames in zip(left, right, shares, strict=True)])
    assert [scene.is_gradual for scene in scenes] == [False, True]
    assert abs(scenes[1].start - 50 * FRAME) <= Fraction(2, 10)
    assert stable[1] >= 60


def test_a_fade_through_black_is_one_gradual_boundary_where_black_ends():
    light = [*[1.0] * 40, *np.linspace(1, 0, 15), *[0.0] * 5, *np.linspace(0, 1, 15), *[1.0] * 40]
    shots = [*pan(9, 57, 0.3), *pan(10, len(light) - 57, 0.3)]
    scenes, stable = track([(frame * share).astype(np.uint8) for frame, share in zip(shots, light, strict=True)])
    assert [scene.is_gradual for scene in scenes] == [False, True]
    assert abs(scenes[1].start - 60 * FRAME) <= Fraction(2, 10)
    assert stable[1] > 60


def test_long_black_is_a_scene_of_its_own():
    black = [np.zeros((54, 96, 3), np.uint8)] * 100
    scenes, _ = track([*static(1, 50), *black, *static(2, 50)])
    assert starts(scenes) == [0, 50, 150]


def test_a_flash_and_a_dropped_frame_cut_nothing():
    frames = static(11, 80)
    frames[30] = np.full_like(frames[0], 255)
    frames[50] = np.zeros_like(frames[0])
    assert len(track(frames)[0]) == 1


def test_sixty_frames_a_second_give_exact_cuts_too():
    interval = Fraction(1001, 60000)
    for length in (60, 61, 62, 63):
        scenes, _ = track([*static(1, length), *static(2, 60)], interval)
        assert [scene.start for scene in scenes] == [0, length * interval]


def test_variable_frame_rate_gives_exact_times():
    rng = np.random.default_rng(0)
    times = [Fraction(0)]
    for _ in range(99):
        times.append(times[-1] + Fraction(int(rng.integers(20, 60)), 1000))
    tracker = SceneTracker()
    for time, frame in zip(times, [*static(1, 50), *static(2, 50)], strict=True):
        tracker.push(time, frame)
    assert [scene.start for scene in tracker.finish(times[-1] + 1)] == [0, times[50]]


def test_frames_seconds_apart_are_parted_where_the_picture_changes():
    frames = [view(photo(seed), x) for seed, x in ((1, 40), (1, 44), (2, 40), (2, 50), (3, 40))]
    scenes, stable = track(frames, Fraction(4))
    assert [scene.start for scene in scenes] == [0, 8, 16]
    assert stable == [0, 2, 4]


def test_a_single_frame_is_one_scene_and_its_own_stable_frame():
    scenes, stable = track(static(1, 1))
    assert scenes == (Scene(start=Fraction(0), end=FRAME, is_gradual=False),)
    assert stable == [0]


def test_no_frame_at_all_is_one_scene():
    assert SceneTracker().finish(Fraction(1)) == (Scene(start=Fraction(0), end=Fraction(1), is_gradual=False),)


def test_a_frame_that_is_not_later_than_the_one_before_teaches_nothing():
    tracker = SceneTracker()
    tracker.push(Fraction(1), static(1, 1)[0])
    step = tracker.push(Fraction(1, 2), static(2, 1)[0])
    assert step.boundaries == ()
    assert not step.is_first_stable


def test_an_end_before_the_last_frame_is_refused():
    tracker = SceneTracker()
    tracker.push(Fraction(2), static(1, 1)[0])
    with pytest.raises(ValueError, match="after the last frame"):
        tracker.finish(Fraction(2))


def test_upright_and_odd_thumbnails_are_taken_as_they_are():
    upright = [[cv2.resize(frame, (31, 55)) for frame in static(seed, 30)] for seed in (1, 2)]
    assert starts(track([*upright[0], *upright[1]])[0]) == [0, 30]


def test_memory_does_not_grow_with_length():
    tracker = SceneTracker()
    frame = static(1, 1)[0]
    for i in range(3000):
        tracker.push(i * FRAME, frame)
    assert len(tracker._cuts._recent) <= 64
    assert len(tracker._blends._steps) <= 64


def test_the_lean_score_is_that_of_the_library():
    lean = _LeanAdaptiveDetector(adaptive_threshold=3.0, min_scene_len=1, window_width=2, min_content_val=12.0)
    stock = AdaptiveDetector(adaptive_threshold=3.0, min_scene_len=1, window_width=2, min_content_val=12.0)
    for i, frame in enumerate([*pan(1, 20), *pan(2, 20, 3), *static(3, 10)]):
        moment = FrameTimecode(i, Fraction(25))
        assert lean.process_frame(moment, frame) == stock.process_frame(moment, frame)
        assert lean._frame_score == pytest.approx(stock._frame_score, abs=1e-9)
