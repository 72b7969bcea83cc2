"""A suspect against a work, end to end: from rendered videos to intervals, and on rows made for the purpose."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.footage import write_video

from similarity.align.lines import LineRules
from similarity.align.normalise import Background, Backgrounds
from similarity.align.pair import (
    COMPOSITION_PRICE,
    SHAPE_PRICE,
    align_pair,
    distinct_pictures,
    match_score,
    pair_zscores,
)
from similarity.align.usual import shipped_ground
from similarity.align.values import BiasedTrack, SuspectTrack, ViewTrack, WorkTrack
from similarity.config import AlignConfig, SampleConfig
from similarity.demo.camera import Shot, shoot
from similarity.demo.camera import View as Camera
from similarity.describe.descriptors.compact import CompactDescriber
from similarity.describe.descriptors.composition import CompositionDescriber
from similarity.describe.descriptors.pdq import PdqDescriber
from similarity.describe.video import describe_video
from similarity.describe.views import AS_IS, MIRRORED, View

RATE = 10
BIN_SECONDS = 0.5
HALF_A_SECOND = 0.5
OPERATING_SCORE = AlignConfig().operating_threshold


def film(*shots):
    """Frames of shots given as (photograph, seconds): a slow pan over each."""
    frames = []
    for photograph, seconds in shots:
        start, end = Camera(x=0.42, y=0.45, width=0.7), Camera(x=0.58, y=0.55, width=0.7)
        pan = Shot(photograph=photograph, seconds=seconds, start=start, end=end)
        num_frames = round(seconds * RATE)
        frames += [shoot(pan, number / num_frames, (192, 108)) for number in range(num_frames)]
    return frames


WORK = film(("astronaut.png", 3), ("coffee.png", 2.5), ("chelsea.png", 3.5), ("rocket.jpg", 3), ("camera.png", 3))
BEFORE, BETWEEN, AFTER = film(("coins.png", 2)), film(("hubble_deep_field.jpg", 3)), film(("ihc.png", 2))
SUSPECTS = {
    "a stretch": [*BEFORE, *WORK[20:80], *AFTER],
    "a stretch, mirrored": [np.ascontiguousarray(frame[:, ::-1]) for frame in [*BEFORE, *WORK[20:80], *AFTER]],
    "two stretches": [*BEFORE, *WORK[95:145], *BETWEEN, *WORK[5:50], *AFTER],
    "a stretch, faster": [*BEFORE, *WORK[20:120:2], *AFTER],
    "a stretch, backwards": [*BEFORE, *WORK[100:30:-1], *AFTER],
    "nothing": [*BEFORE, *BETWEEN, *AFTER, *film(("brick.png", 3))],
    "all": WORK,
}


@pytest.fixture(scope="module", params=["copies only", "copies and composition"])
def background(request):
    layout = shipped_ground("composition") if request.param == "copies and composition" else None
    return Backgrounds(compact=shipped_ground("compact"), composition=layout)


@pytest.fixture(scope="module")
def described(tmp_path_factory):
    """A function that encodes and describes frames under a name, once."""
    folder, known = tmp_path_factory.mktemp("films"), {}

    def describe(name, frames):
        if name not in known:
            path = write_video(folder / f"{name}.mp4", frames, rate=RATE)
            describers = (PdqDescriber(), CompactDescriber(), CompositionDescriber())
            known[name] = describe_video(
                path,
                describers,
                config=SampleConfig(),
                views=AlignConfig(panes=False, turns=False) if name != "work" else None,
            )
        return known[name]

    return describe


@pytest.fixture(scope="module")
def align(described, background):
    """A function that aligns one of the suspects with the work."""

    def run(name):
        work = work_rows(described("work", WORK), background)
        suspect = suspect_track(described(name, SUSPECTS[name]), background)
        return align_pair(suspect, work, background, rules=LineRules(), bin_seconds=BIN_SECONDS)

    return run


def biased(rows, background):
    return None if rows is None or background is None else BiasedTrack(rows=rows, bias=background.bias(rows))


def rows_of(seen):
    return {name: track.rows for name, track in seen.tracks.items()}


def work_rows(video, background):
    sets, samples = rows_of(video.views[AS_IS]), video.samples
    return WorkTrack(
        work_id="work",
        seconds=samples.seconds[samples.indexed],
        duration_seconds=video.counts.duration_seconds_from_content,
        compact=sets["compact"],
        pdq=sets["pdq"],
        bias=background.compact.bias(sets["compact"]),
        quality=samples.quality[samples.indexed],
        composition=biased(sets["composition"], background.composition),
    )


def suspect_track(video, background):
    samples = video.samples
    return SuspectTrack(
        seconds=samples.seconds[samples.indexed],
        duration_seconds=video.counts.duration_seconds_from_content,
        cut_seconds=np.zeros(0),
        views={
            view: ViewTrack(
                samples=seen.samples,
                compact=rows_of(seen)["compact"],
                pdq=rows_of(seen)["pdq"],
                bias=background.compact.bias(rows_of(seen)["compact"]),
                quality=seen.quality,
                composition=biased(rows_of(seen)["composition"], background.composition),
            )
            for view, seen in video.views.items()
        },
    )


def intervals(match):
    return (
        match.suspect_start_seconds,
        match.suspect_end_seconds,
        match.work_start_seconds,
        match.work_end_seconds,
    )


def near(*seconds):
    return pytest.approx(seconds, abs=HALF_A_SECOND)


def strong(alignment):
    return [match for match in alignment.matches if match.score >= OPERATING_SCORE]


class TestRenderedVideos:
    def test_a_copied_stretch_is_found_where_it_is(self, align):
        (match,) = strong(align("a stretch"))
        assert intervals(match) == near(2, 8, 2, 8)
        assert not match.is_mirrored
        assert match.view == AS_IS
        assert match.fit.speed_factor == pytest.approx(1.0, abs=0.03)
        assert match.fit.offset_seconds == pytest.approx(0.0, abs=0.25)
        assert match.num_samples_supporting <= len(match.suspect_samples) <= match.num_samples_available
        assert np.median(match.pdq_distance_bits) <= 31

    def test_a_mirrored_copy_is_found_and_said_to_be_mirrored(self, align):
        (match,) = strong(align("a stretch, mirrored"))
        assert intervals(match) == near(2, 8, 2, 8)
        assert match.is_mirrored
        assert match.view == MIRRORED

    def test_two_stretches_are_both_found(self, align):
        matches = sorted(strong(align("two stretches")), key=lambda match: match.suspect_start_seconds)
        assert len(matches) == 2
        assert intervals(matches[0]) == near(2, 7, 9.5, 14.5)
        assert intervals(matches[1]) == near(10, 14.5, 0.5, 5)

    def test_a_faster_copy_is_found_with_its_speed(self, align):
        match = align("a stretch, faster").matches[0]
        assert intervals(match) == pytest.approx((2, 7, 2, 12), abs=1.0)
        assert match.fit.speed_factor == pytest.approx(2.0, abs=0.2)

    def test_a_copy_backwards_is_found_with_its_direction(self, align):
        match = align("a stretch, backwards").matches[0]
        assert intervals(match) == pytest.approx((2, 9, 3, 10), abs=1.0)
        assert match.fit.speed_factor == pytest.approx(-1.0, abs=0.15)

    def test_unrelated_footage_scores_below_what_is_shown(self, align):
        alignment = align("nothing")
        assert alignment.score < OPERATING_SCORE
        assert strong(alignment) == []

    def test_the_whole_work_scores_highest(self, align):
        alignment = align("all")
        assert intervals(alignment.matches[0]) == near(0, 15, 0, 15)
        assert alignment.score > align("a stretch").score > align("nothing").score

    @pytest.mark.parametrize("name", SUSPECTS)
    def test_intervals_lie_inside_both_videos(self, align, name):
        length = len(SUSPECTS[name]) / RATE
        for match in align(name).matches:
            start, end, work_start, work_end = intervals(match)
            assert 0 <= start < end <= length + 1e-6
            assert 0 <= work_start < work_end <= len(WORK) / RATE + 1e-6


def made_rows(seed, count, dimensions=64):
    rows = np.random.default_rng(seed).normal(size=(count, dimensions))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def made_background():
    return Backgrounds(compact=Background(made_rows(0, 200)), composition=Background(made_rows(10, 200)))


def seen_rows(rows, background, *, samples=None, layout=None):
    return ViewTrack(
        samples=np.arange(len(rows)) if samples is None else samples,
        compact=rows,
        pdq=np.zeros((len(rows), 32), dtype=np.uint8),
        bias=background.compact.bias(rows),
        quality=np.full(len(rows), 100, dtype=np.uint8),
        composition=biased(layout, background.composition),
    )


def made_suspect(rows, background, *, seconds=None, view=AS_IS, layout=None):
    seconds = np.arange(len(rows)) * BIN_SECONDS if seconds is None else seconds
    return SuspectTrack(
        seconds=seconds,
        duration_seconds=float(seconds[-1] + BIN_SECONDS) if len(seconds) else 0.0,
        cut_seconds=np.zeros(0),
        views={view: seen_rows(rows, background, layout=layout)},
    )


def made_work(rows, background, *, seconds=None, layout=None):
    seconds = np.arange(len(rows)) * BIN_SECONDS if seconds is None else seconds
    return WorkTrack(
        work_id="work",
        seconds=seconds,
        duration_seconds=float(seconds[-1] + BIN_SECONDS) if len(seconds) else 0.0,
        compact=rows,
        pdq=np.zeros((len(rows), 32), dtype=np.uint8),
        bias=background.compact.bias(rows),
        quality=np.full(len(rows), 100, dtype=np.uint8),
        composition=biased(layout, background.composition),
    )


def align_made(suspect, work, background):
    return align_pair(suspect, work, background, rules=LineRules(), bin_seconds=BIN_SECONDS)


PANE = View(region="pane", box=(0, 0, 500, 1000), is_mirrored=False)


class TestMadeRows:
    def test_a_copy_seen_in_a_pane_is_found_there_at_its_price(self, made_background):
        rows = made_rows(1, 30)
        work = made_work(rows, made_background)
        whole = align_made(made_suspect(rows[5:25], made_background), work, made_background)
        pane = align_made(made_suspect(rows[5:25], made_background, view=PANE), work, made_background)
        assert pane.matches[0].view == PANE
        assert whole.score > pane.score
        assert intervals(pane.matches[0]) == intervals(whole.matches[0])

    def test_samples_that_a_pane_does_not_show_are_left_out(self, made_background):
        rows = made_rows(1, 30)
        suspect = made_suspect(made_rows(2, 40), made_background)
        shown = np.arange(10, 30)
        suspect = replace(suspect, views={PANE: seen_rows(rows[5:25], made_background, samples=shown)})
        match = align_made(suspect, made_work(rows, made_background), made_background).matches[0]
        assert set(match.suspect_samples.tolist()) <= set(shown.tolist())
        assert match.suspect_start_seconds == pytest.approx(5.0, abs=BIN_SECONDS)

    def test_a_long_copy_is_one_match(self, made_background):
        rows = made_rows(1, 700)
        suspect = made_suspect(rows[100:600], made_background)
        matches = strong(align_made(suspect, made_work(rows, made_background), made_background))
        assert [intervals(match) for match in matches] == [near(0, 250, 50, 300)]

    def test_a_copy_far_into_a_long_suspect_is_found(self, made_background):
        rows = made_rows(1, 60)
        suspect = np.concatenate([made_rows(2, 900), rows[10:50], made_rows(3, 300)])
        alignment = align_made(
            made_suspect(suspect, made_background), made_work(rows, made_background), made_background
        )
        assert intervals(alignment.matches[0]) == near(450, 470, 5, 25)

    @pytest.mark.parametrize("copied", [0, 1])
    def test_one_sample_against_a_work_is_handled(self, made_background, copied):
        rows = made_rows(1, 40)
        suspect = made_suspect(rows[7:8] if copied else made_rows(2, 1), made_background)
        alignment = align_made(suspect, made_work(rows, made_background), made_background)
        assert np.isfinite(alignment.score)
        assert bool(alignment.matches) >= bool(copied)

    def test_nothing_against_something_scores_nothing(self, made_background):
        nothing, something = made_rows(1, 0), made_rows(2, 5)
        for suspect, work in ((nothing, something), (something, nothing)):
            alignment = align_made(
                made_suspect(suspect, made_background), made_work(work, made_background), made_background
            )
            assert (alignment.score, alignment.matches) == (0.0, ())

    def test_gaps_between_samples_do_no_harm(self, made_background):
        rows, seconds = made_rows(1, 80), np.arange(80) * BIN_SECONDS
        kept = np.delete(np.arange(20, 60), [5, 6, 7, 20])
        suspect = made_suspect(rows[kept], made_background, seconds=seconds[kept] - seconds[20])
        match = align_made(suspect, made_work(rows, made_background), made_background).matches[0]
        assert intervals(match) == near(0, 20, 10, 30)
        assert np.array_equal(match.work_samples, kept[match.suspect_samples])

    def test_samples_between_the_grid_are_aligned_too(self, made_background):
        rows, seconds = made_rows(1, 80), np.sort(np.random.default_rng(5).uniform(0, 40, 80))
        suspect = made_suspect(rows[20:60], made_background, seconds=seconds[20:60] - seconds[20])
        work = made_work(rows, made_background, seconds=seconds)
        match = align_made(suspect, work, made_background).matches[0]
        assert intervals(match) == pytest.approx((0, seconds[59] - seconds[20], seconds[20], seconds[59]), abs=2.5)

    def test_longer_copies_score_higher(self, made_background):
        rows = made_rows(1, 60)
        scores = [
            align_made(
                made_suspect(rows[:count], made_background), made_work(rows, made_background), made_background
            ).score
            for count in (2, 6, 20, 60)
        ]
        assert scores == sorted(scores)


class TestComposition:
    """Rows of which the copy descriptor says nothing and the composition descriptor everything, or the reverse."""

    def test_a_stretch_alike_only_in_composition_is_found_at_its_price(self, made_background):
        layout = made_rows(11, 30)
        work = made_work(made_rows(1, 30), made_background, layout=layout)
        remade = made_suspect(made_rows(2, 20), made_background, layout=layout[5:25])
        match = align_made(remade, work, made_background).matches[0]
        assert intervals(match) == near(0, 10, 2.5, 12.5)
        seen = remade.views[AS_IS].composition
        raw = made_background.composition.zscores(
            seen.rows, work.composition.rows, suspect_bias=seen.bias, work_bias=work.composition.bias
        )
        assert match.zscores == pytest.approx(
            raw[match.suspect_samples, match.work_samples] - COMPOSITION_PRICE, abs=1e-5
        )

    def test_the_stronger_of_both_likenesses_counts_for_every_pair(self, made_background):
        rows, layout = made_rows(1, 30), made_rows(11, 30)
        work = made_work(rows, made_background, layout=layout)
        half = np.concatenate([rows[:10], made_rows(2, 10)])
        other_half = np.concatenate([made_rows(12, 10), layout[10:20]])
        both = align_made(made_suspect(half, made_background, layout=other_half), work, made_background).matches[0]
        assert intervals(both) == near(0, 10, 0, 10)
        copies = align_made(made_suspect(half, made_background), work, made_background).matches[0]
        assert intervals(copies) == near(0, 5, 0, 5)

    def test_a_copy_never_loses_by_a_look_at_composition(self, made_background):
        rows = made_rows(1, 30)
        work = made_work(rows, made_background, layout=made_rows(11, 30))
        without = align_made(made_suspect(rows[5:25], made_background), work, made_background)
        unlike = made_suspect(rows[5:25], made_background, layout=made_rows(12, 20))
        assert align_made(unlike, work, made_background).score >= without.score

    @pytest.mark.parametrize("missing", ["suspect", "work", "background"])
    def test_where_one_side_has_no_composition_copies_alone_are_aligned(self, made_background, missing):
        rows, layout = made_rows(1, 30), made_rows(11, 30)
        work = made_work(rows, made_background, layout=None if missing == "work" else layout)
        suspect = made_suspect(rows[5:25], made_background, layout=None if missing == "suspect" else made_rows(12, 20))
        background = replace(made_background, composition=None) if missing == "background" else made_background
        fused = pair_zscores(AS_IS, suspect.views[AS_IS], work, background, rows=np.arange(20))
        seen = suspect.views[AS_IS]
        alone = made_background.compact.zscores(rows[5:25], rows, suspect_bias=seen.bias, work_bias=work.bias)
        assert np.array_equal(fused, alone)

    def test_likeness_of_near_empty_pictures_counts_less_by_composition_too(self, made_background):
        layout = made_rows(11, 30)
        work = made_work(made_rows(1, 30), made_background, layout=layout)
        suspect = made_suspect(made_rows(2, 20), made_background, layout=layout[5:25])
        dim = replace(suspect.views[AS_IS], quality=np.full(20, 25, dtype=np.uint8))
        clear, faint = (
            pair_zscores(AS_IS, seen, work, made_background, rows=np.arange(20)) for seen in (suspect.views[AS_IS], dim)
        )
        alike = clear > 0
        assert alike.diagonal(5).all()
        assert faint[alike] == pytest.approx(clear[alike] / 2, rel=1e-5)
        assert np.array_equal(faint[~alike], clear[~alike])


class TestMiddleOfTheWork:
    """A suspect on another screen, whose layout is that of the work's middle and nothing else is alike."""

    @pytest.fixture
    def middle(self):
        return made_rows(13, 30)

    @pytest.fixture
    def work(self, made_background, middle):
        whole = made_work(made_rows(1, 30), made_background, layout=made_rows(11, 30))
        return replace(whole, shaped={"tall": biased(middle, made_background.composition)})

    @pytest.fixture
    def remade(self, made_background, middle):
        return made_suspect(made_rows(2, 20), made_background, layout=middle[5:25])

    def on_screens(self, suspect, *shapes):
        return replace(suspect, views={AS_IS: replace(suspect.views[AS_IS], shapes=shapes)})

    def test_is_found_at_its_price_and_named(self, made_background, work, middle, remade):
        match = align_made(self.on_screens(remade, *["tall"] * 20), work, made_background).matches[0]
        assert intervals(match) == near(0, 10, 2.5, 12.5)
        assert match.work_shape == "tall"
        seen, there = remade.views[AS_IS].composition, work.shaped["tall"]
        raw = made_background.composition.zscores(seen.rows, there.rows, suspect_bias=seen.bias, work_bias=there.bias)
        assert match.zscores == pytest.approx(raw[match.suspect_samples, match.work_samples] - SHAPE_PRICE, abs=1e-5)

    @pytest.mark.parametrize("shapes", [(), ["wide"] * 20])
    def test_is_not_looked_at_for_another_screen_or_none(self, made_background, work, remade, shapes):
        assert not align_made(self.on_screens(remade, *shapes), work, made_background).matches

    def test_only_by_the_samples_that_fill_that_screen(self, made_background, work, remade):
        shapes = ["tall"] * 10 + ["wide"] * 10
        match = align_made(self.on_screens(remade, *shapes), work, made_background).matches[0]
        assert intervals(match) == near(0, 5, 2.5, 7.5)

    def test_where_the_whole_picture_is_as_much_alike_the_match_says_so(self, made_background, work):
        rows = work.composition.rows
        both = replace(work, shaped={"tall": work.composition})
        suspect = made_suspect(made_rows(2, 20), made_background, layout=rows[5:25])
        match = align_made(self.on_screens(suspect, *["tall"] * 20), both, made_background).matches[0]
        assert match.work_shape == "whole"


def test_a_score_is_lower_where_fewer_pictures_carry_it():
    similar = np.full(40, 6.0, dtype=np.float32)
    scores = [match_score(similar, num_distinct) for num_distinct in (1.0, 2.5, 10.0, 40.0)]
    assert scores == sorted(set(scores))
    assert scores[0] > 0
    assert scores[-1] < 6.0
    assert match_score(similar[:0], 0.0) == 0.0


def test_one_perfect_sample_is_never_enough_and_one_bad_one_vetoes_nothing():
    usual = np.full(10, 5.0, dtype=np.float32)
    perfect, bad = usual.copy(), usual.copy()
    perfect[0], bad[0] = 1e6, -1e6
    assert match_score(perfect, 10.0) < 1.5 * match_score(usual, 10.0)
    assert match_score(bad, 10.0) > 0.7 * match_score(usual, 10.0)


class TestDistinctPictures:
    def test_a_still_shot_is_one_picture_however_long(self):
        still = np.repeat(made_rows(1, 1), 30, axis=0)
        assert distinct_pictures(still, still) == pytest.approx(1.0, abs=1e-4)
        assert distinct_pictures(still, made_rows(2, 30)) == pytest.approx(1.0, abs=0.2)

    def test_pictures_at_right_angles_are_all_distinct(self):
        rows = np.eye(8, dtype=np.float32)
        assert distinct_pictures(rows, rows) == pytest.approx(8.0)

    @pytest.mark.parametrize("count", [0, 1, 2, 9])
    def test_there_are_never_more_than_samples(self, count):
        rows = made_rows(3, count)
        assert min(count, 1) <= distinct_pictures(rows, -rows) <= count
