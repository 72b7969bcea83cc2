"""The single decode: what is known of a real file after it was read once."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from support.fake_describer import FakeDescriber
from support.footage import cut_off, moving_pattern, write_gif, write_sound, write_still, write_vfr_video, write_video
from support.recorded_progress import Recorded
from support.renders import shot, textured

from similarity.config import AlignConfig, SampleConfig
from similarity.describe.descriptors.compact import CompactDescriber
from similarity.describe.descriptors.motion import MotionDescriber
from similarity.describe.descriptors.pdq import PdqDescriber, distance_bits
from similarity.describe.video import describe_video
from similarity.describe.views import AS_IS, MIRRORED
from similarity.errors import MediaError
from similarity.progress import SILENT

BLACK = np.zeros((108, 192, 3), dtype=np.uint8)
GREY = np.full((108, 192, 3), 128, dtype=np.uint8)
WHOLE = [0, 0, 1000, 1000]


def describe(path, *describers, with_mirrored=False, with_panes=False, with_turns=False, progress=SILENT, **config):
    return describe_video(
        path,
        describers or (PdqDescriber(), FakeDescriber()),
        config=SampleConfig(**config),
        views=AlignConfig(mirror=with_mirrored, panes=with_panes, turns=with_turns),
        progress=progress,
    )


class Subjects(FakeDescriber):
    """Stands for CLIP."""

    identity = replace(FakeDescriber.identity, name="clip")


def rows(video, name, view=AS_IS):
    """Descriptors of one set under one view."""
    return video.views[view].tracks[name].rows


def is_well_formed(video):
    """What must hold of every described file."""
    samples, scenes = video.samples, video.scenes
    assert np.all(np.diff(samples.pts) > 0)
    assert samples.pts[0] >= samples.start_pts
    assert scenes.start_pts[0] == samples.start_pts
    assert np.array_equal(scenes.start_pts[1:], scenes.end_pts[:-1])
    assert np.all(scenes.start_pts < scenes.end_pts)
    assert samples.pts[-1] < scenes.end_pts[-1]
    for sample, scene in zip(samples.pts, samples.scene, strict=True):
        assert scenes.start_pts[scene] <= sample < scenes.end_pts[scene]
    for column in (samples.scene, samples.reason, samples.gate, samples.quality, samples.box):
        assert len(column) == len(samples)
    assert video.views[AS_IS].samples.tolist() == list(range(len(samples.indexed)))
    assert np.array_equal(video.views[AS_IS].quality, samples.quality[samples.indexed])
    for seen in video.views.values():
        assert np.all(np.diff(seen.samples) > 0)
        assert len(seen.quality) == len(seen.samples)
        assert all(len(found.rows) == len(seen.samples) for found in seen.tracks.values())
    return True


@pytest.fixture(scope="module")
def three_shots(tmp_path_factory):
    """Three shots of 1.2 s, at 25 frames a second."""
    path = tmp_path_factory.mktemp("films") / "three.mp4"
    return write_video(path, [frame for seed in (1, 2, 3) for frame in shot(seed, 30)], keyframe_every=10)


def test_a_video_is_known_after_one_decode(three_shots):
    video = describe(three_shots)
    assert is_well_formed(video)
    assert video.path == three_shots
    assert video.digest.size_bytes == three_shots.stat().st_size
    assert video.backend == "pyav"
    assert video.reading_notes == ()
    assert video.counts.num_frames_from_content == 90
    assert video.counts.duration_seconds_from_content == pytest.approx(3.6)
    assert video.bars == ()
    assert not video.samples.gate.any()
    assert video.samples.quality.min() > 50
    assert set(video.views) == {AS_IS}
    assert set(video.views[AS_IS].tracks) == {"pdq", "compact"}


def test_scenes_and_their_samples_are_those_of_the_film(three_shots):
    video = describe(three_shots)
    base = video.samples.time_base
    starts = [(int(pts) - video.samples.start_pts) * base for pts in video.scenes.start_pts]
    assert starts == [0, Fraction(12, 10), Fraction(24, 10)]
    assert set(video.samples.scene.tolist()) == {0, 1, 2}
    assert set(video.samples.reason.tolist()) == {0, 1}
    on_grid = video.samples.seconds[video.samples.reason == 0]
    assert on_grid == pytest.approx([0, 0.52, 1.0, 1.52, 2.0, 2.52, 3.0, 3.52])


def test_both_readers_agree(three_shots):
    pytest.importorskip("decord", reason="decord has wheels for x86-64 only")
    one, other = describe(three_shots), describe(three_shots, reader="decord")
    assert other.backend == "decord"
    assert np.array_equal(one.samples.pts, other.samples.pts)
    assert one.samples.time_base == other.samples.time_base
    assert np.array_equal(one.scenes.start_pts, other.scenes.start_pts)
    assert np.array_equal(one.scenes.end_pts, other.scenes.end_pts)
    assert distance_bits(rows(one, "pdq"), rows(other, "pdq")).diagonal().max() <= 16
    assert np.sum(rows(one, "compact") * rows(other, "compact"), axis=1).min() > 0.999


@pytest.mark.parametrize("rate", [12, 1, Fraction(30000, 1001)])
@pytest.mark.parametrize("reader", ["pyav", "decord"])
def test_the_grid_is_exact_at_any_frame_rate(tmp_path, rate, reader):
    path = write_video(tmp_path / "a.mp4", moving_pattern(30), rate=rate)
    if reader == "decord":
        pytest.importorskip("decord", reason="decord has wheels for x86-64 only")
    video = describe(path, reader=reader)
    assert is_well_formed(video)
    times = [number / Fraction(rate) for number in range(30)]
    due = [next((time for time in times if time >= Fraction(k, 2)), None) for k in range(61)]
    expected = sorted({time for time in due if time is not None})
    base, start = video.samples.time_base, video.samples.start_pts
    on_grid = [(int(pts) - start) * base for pts in video.samples.pts[video.samples.reason == 0]]
    assert on_grid == pytest.approx(expected, abs=1e-3)


def test_variable_frame_rate_and_a_late_start_keep_exact_times(tmp_path):
    pts = [5000 + offset for offset in (0, 40, 80, 470, 510, 530, 990, 1480, 1520, 2600, 2610)]
    video = describe(write_vfr_video(tmp_path / "a.mkv", moving_pattern(len(pts)), pts))
    assert is_well_formed(video)
    on_grid = video.samples.seconds[video.samples.reason == 0]
    assert on_grid == pytest.approx([0, 0.51, 1.48, 1.52, 2.6], abs=0.0011)
    assert video.counts.is_variable_frame_rate


@pytest.mark.parametrize("num_frames", [1, 2, 8])
def test_a_video_of_few_frames_is_taken(tmp_path, num_frames):
    video = describe(write_video(tmp_path / "a.mp4", moving_pattern(num_frames)))
    assert is_well_formed(video)
    assert video.samples.seconds[0] == 0
    assert np.count_nonzero(video.samples.reason == 0) == 1
    assert len(video.scenes.start_pts) == 1


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.webp"])
def test_a_still_is_one_sample_in_one_scene(tmp_path, name):
    video = describe(write_still(tmp_path / name, textured(1)), with_mirrored=True)
    assert is_well_formed(video)
    assert video.info.is_still
    assert video.counts.duration_seconds_from_content == 0
    assert len(video.samples) == len(video.scenes.start_pts) == 1
    assert rows(video, "pdq", MIRRORED).shape == (1, 32)


def test_an_animated_gif_is_a_video(tmp_path):
    video = describe(write_gif(tmp_path / "a.gif", moving_pattern(12)))
    assert is_well_formed(video)
    assert len(video.samples) >= 3


def test_keyframes_only_samples_keyframes(three_shots):
    video = describe(three_shots, keyframes_only=True)
    assert is_well_formed(video)
    everything = describe(three_shots)
    assert video.counts.duration_seconds_from_content == pytest.approx(everything.counts.duration_seconds_from_content)
    assert video.samples.seconds * 25 % 1 == pytest.approx(np.zeros(len(video.samples)), abs=1e-6)
    assert {0.0, 0.4, 0.8} <= {round(float(seconds), 6) for seconds in video.samples.seconds}
    assert not video.samples.reason.any()


@pytest.fixture(scope="module")
def gated(tmp_path_factory):
    frames = [*[BLACK] * 25, *shot(1, 25), *[GREY] * 25]
    return write_video(tmp_path_factory.mktemp("gated") / "a.mp4", frames)


class TestGates:
    def test_black_and_flat_samples_stay_in_the_record_without_rows(self, gated):
        video = describe(gated, with_mirrored=True)
        assert is_well_formed(video)
        samples = video.samples
        middle = (samples.seconds >= 1) & (samples.seconds < 2)
        assert set(samples.gate[samples.seconds < 1].tolist()) == {1}
        assert set(samples.gate[middle].tolist()) == {0}
        assert set(samples.gate[samples.seconds >= 2].tolist()) == {2}
        assert len(rows(video, "pdq")) == len(rows(video, "compact", MIRRORED)) == np.count_nonzero(middle)
        assert samples.quality[middle].min() > 0
        assert not samples.quality[~middle].any()

    def test_a_video_of_black_alone_has_samples_and_no_rows(self, tmp_path):
        video = describe(write_video(tmp_path / "a.mp4", [BLACK] * 40), with_mirrored=True)
        assert is_well_formed(video)
        assert len(video.samples) >= 4
        assert rows(video, "pdq").shape == (0, 32)
        assert rows(video, "compact", MIRRORED).shape == (0, 48)


@pytest.fixture(scope="module")
def inside_and_boxed(tmp_path_factory):
    folder, inside = tmp_path_factory.mktemp("bars"), shot(4, 40)
    boxed = [np.pad(frame, ((30, 30), (0, 0), (0, 0))) for frame in inside]
    return write_video(folder / "inside.mp4", inside), write_video(folder / "boxed.mp4", boxed)


class TestBars:
    def test_bars_are_recorded_and_the_picture_inside_described(self, inside_and_boxed):
        inside, boxed = (describe(path, PdqDescriber(), CompactDescriber()) for path in inside_and_boxed)
        edge = 1000 * 30 / 168
        assert boxed.bars == ("black",)
        assert boxed.samples.box[:, [0, 2]].tolist() == [[0, 1000]] * len(boxed.samples)
        assert boxed.samples.box[:, 1] == pytest.approx(np.full(len(boxed.samples), edge), abs=10)
        assert boxed.samples.box[:, 3] == pytest.approx(np.full(len(boxed.samples), 1000 - edge), abs=10)
        same = np.sum(rows(inside, "compact") * rows(boxed, "compact"), axis=1)
        assert same.min() > 0.9
        assert distance_bits(rows(inside, "pdq"), rows(boxed, "pdq")).diagonal().max() <= 31

    def test_bars_are_left_where_they_are_if_asked(self, inside_and_boxed):
        video = describe(inside_and_boxed[1], remove_bars=False)
        assert video.bars == ()
        assert video.samples.box.tolist() == [WHOLE] * len(video.samples)

    def test_a_video_without_bars_has_none(self, inside_and_boxed):
        video = describe(inside_and_boxed[0])
        assert video.samples.box.tolist() == [WHOLE] * len(video.samples)


@pytest.fixture(scope="module")
def original_and_mirrored(tmp_path_factory):
    folder, frames = tmp_path_factory.mktemp("mirrored"), [*shot(5, 15), *shot(6, 15)]
    turned = [np.ascontiguousarray(frame[:, ::-1]) for frame in frames]
    lossless = {"codec": "ffv1", "options": {}}
    paths = (write_video(folder / f"{name}.mkv", film, **lossless) for name, film in (("a", frames), ("b", turned)))
    return tuple(describe(path, PdqDescriber(), CompactDescriber(), with_mirrored=True) for path in paths)


class TestMirrored:
    def test_the_mirrored_view_of_a_mirrored_video_is_the_original(self, original_and_mirrored):
        original, mirrored = original_and_mirrored
        assert np.array_equal(original.samples.pts, mirrored.samples.pts)
        assert distance_bits(rows(original, "pdq"), rows(mirrored, "pdq", MIRRORED)).diagonal().max() <= 4
        same = np.sum(rows(original, "compact") * rows(mirrored, "compact", MIRRORED), axis=1)
        assert same.min() > 0.999

    def test_the_two_views_differ(self, original_and_mirrored):
        views = original_and_mirrored[0].views
        assert distance_bits(views[AS_IS].tracks["pdq"].rows, views[MIRRORED].tracks["pdq"].rows).diagonal().min() > 31


class TestPanes:
    def test_the_panes_of_a_split_screen_are_seen_too_also_mirrored(self, tmp_path):
        left, right = shot(11, 30), shot(12, 30)
        split = [np.concatenate(pair, axis=1) for pair in zip(left, right, strict=True)]
        alone, both = (
            describe(write_video(tmp_path / name, frames), PdqDescriber(), CompactDescriber(), **views)
            for name, frames, views in (
                ("left.mp4", left, {}),
                ("split.mp4", split, {"with_mirrored": True, "with_panes": True}),
            )
        )
        assert is_well_formed(both)
        panes = [view for view in both.views if view.region == "pane"]
        assert sorted((view.box[0] > 400, view.is_mirrored) for view in panes) == [
            (a, b) for a in (0, 1) for b in (0, 1)
        ]
        first = next(view for view in panes if view.box[0] == 0 and not view.is_mirrored)
        same = np.sum(rows(alone, "compact") * rows(both, "compact", first), axis=1)
        assert same.min() > 0.9

    def test_a_subject_is_seen_in_panes_once_and_is_the_same_in_a_mirror(self, tmp_path):
        split = [np.concatenate(pair, axis=1) for pair in zip(shot(11, 30), shot(12, 30), strict=True)]
        path = write_video(tmp_path / "split.mp4", split)
        both = describe(path, PdqDescriber(), Subjects(), with_mirrored=True, with_panes=True)
        assert {view.is_mirrored for view in both.views if "clip" in both.views[view].tracks} == {False}
        for view in both.views:
            plain = replace(view, is_mirrored=False)
            assert both.track(view, "clip") is both.views[plain].tracks["clip"]
            assert both.track(view, "pdq") is both.views[view].tracks["pdq"]
        assert both.track(AS_IS, "motion") is None

    def test_no_panes_are_looked_for_unless_asked(self, three_shots):
        assert set(describe(three_shots, with_mirrored=True).views) == {AS_IS, MIRRORED}


def pan(seed, num_frames, *, height=108, step_pixels=3):
    """A camera that pans to the right: everything in the picture moves to the left."""
    return shot(seed, num_frames, height=height, step_pixels=step_pixels)


def moved(video, view=AS_IS):
    """(n, rows, columns, across and down) movement of each sample's cells."""
    return rows(video, "motion", view).reshape(-1, 3, 4, 2)


class TestMotion:
    def test_every_view_shows_how_it_moves(self, tmp_path):
        path = write_video(tmp_path / "pan.mp4", pan(21, 36))
        video = describe(path, PdqDescriber(), MotionDescriber(), with_mirrored=True)
        assert is_well_formed(video)
        assert moved(video)[..., 0].mean() < -0.2
        turned = moved(video, MIRRORED)[:, :, ::-1] * (-1, 1)
        assert np.sum(turned * moved(video), axis=(1, 2, 3)).min() > 0.95

    def test_each_pane_shows_its_own_movement(self, tmp_path):
        left, right = pan(22, 40), pan(23, 40)[::-1]
        split = [np.concatenate(pair, axis=1) for pair in zip(left, right, strict=True)]
        path = write_video(tmp_path / "split.mp4", split)
        video = describe(path, PdqDescriber(), MotionDescriber(), with_panes=True)
        assert is_well_formed(video)
        panes = sorted((view for view in video.views if view.region == "pane"), key=lambda view: view.box[0])
        across = [moved(video, view)[..., 0].mean() for view in panes]
        assert len(across) == 2
        assert across[0] < -0.2 < 0.2 < across[1]

    def test_bars_do_not_count_as_standing_still(self, tmp_path):
        inside = pan(24, 36)
        boxed = [np.pad(frame, ((30, 30), (0, 0), (0, 0))) for frame in inside]
        without, within = (
            describe(write_video(tmp_path / f"{name}.mp4", frames), PdqDescriber(), MotionDescriber())
            for name, frames in (("inside", inside), ("boxed", boxed))
        )
        assert within.bars == ("black",)
        same = np.sum(moved(without) * moved(within), axis=(1, 2, 3))
        assert same.min() > 0.95

    def test_a_still_and_a_gated_sample_move_nowhere(self, tmp_path):
        still = describe(write_still(tmp_path / "a.png", textured(25)), PdqDescriber(), MotionDescriber())
        assert not rows(still, "motion").any()
        black = describe(write_video(tmp_path / "a.mp4", [BLACK] * 40), PdqDescriber(), MotionDescriber())
        assert rows(black, "motion").shape == (0, 24)


def test_quality_is_that_of_pdq(three_shots):
    video = describe(three_shots, FakeDescriber(), PdqDescriber())
    assert np.array_equal(video.samples.quality, describe(three_shots).samples.quality)


def test_the_describers_see_runs_not_the_whole_film(tmp_path):
    path = write_video(tmp_path / "a.mp4", shot(7, 200), rate=10)
    fake = FakeDescriber()
    describe(path, PdqDescriber(), fake, samples_per_second=5.0)
    assert max(fake.batch_sizes) <= 32
    assert sum(fake.batch_sizes) >= 100


def test_progress_rises_to_the_end(three_shots):
    progress = Recorded()
    describe(three_shots, progress=progress)
    assert progress.seconds == sorted(progress.seconds)
    assert progress.seconds[-1] == pytest.approx(3.52)


def test_describing_twice_gives_the_same(three_shots):
    first, again = describe(three_shots, with_mirrored=True), describe(three_shots, with_mirrored=True)
    assert np.array_equal(first.samples.pts, again.samples.pts)
    assert set(first.views) == set(again.views)
    for view, seen in first.views.items():
        for name, found in seen.tracks.items():
            assert found.rows == pytest.approx(rows(again, name, view), abs=1e-6)


def test_a_cut_off_video_is_described_as_far_as_it_goes(tmp_path):
    whole = write_video(tmp_path / "whole.mkv", moving_pattern(100), keyframe_every=10)
    video = describe(cut_off(whole, tmp_path / "cut.mkv", keep=0.6))
    assert is_well_formed(video)
    assert video.counts.is_truncated
    assert 0.5 < video.counts.duration_seconds_from_content < 3.9


@pytest.mark.parametrize("kind", ["missing", "empty", "noise", "sound"])
def test_what_is_no_video_is_refused_by_name(tmp_path, kind):
    path = tmp_path / f"{kind}.wav"
    if kind == "sound":
        write_sound(path)
    elif kind != "missing":
        path.write_bytes(b"" if kind == "empty" else bytes(range(256)) * 20)
    with pytest.raises(MediaError, match=kind):
        describe(path)


def test_the_sampling_rate_of_the_configuration_holds(three_shots):
    sparse = describe(three_shots, samples_per_second=1.0)
    dense = describe_video(three_shots, (PdqDescriber(),), config=replace(SampleConfig(), samples_per_second=10.0))
    assert np.count_nonzero(sparse.samples.reason == 0) == 4
    assert np.count_nonzero(dense.samples.reason == 0) == 36
