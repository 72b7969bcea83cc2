"""The axes of a match: each in its own unit, each with its place among unrelated footage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from similarity.absence import NotMeasured, not_measured
from similarity.geometry.change import PicturePart
from similarity.geometry.look import PairLook
from similarity.geometry.structure import PairStructure
from similarity.measure.axes import (
    concept_axis,
    motion_axis,
    percentile_among,
    region_axis,
    structure_axis,
    surface_axes,
    verbatim_axis,
    zscore_axis,
)
from similarity.measure.subjects import UnrelatedItem, best_laid

MISSING = not_measured("not fitted in this test")


def halfway(axis, value):
    """Stands for a calibration in which every independent pair reaches 1 on every axis."""
    return 100.0 if value > 1 else 50.0


def verbatim(bits, *, quality=100, most_bits=31):
    return verbatim_axis(np.array(bits), np.full(len(bits), quality, dtype=np.uint8), most_bits=most_bits)


def look(likeness, *, palette=0.5, style=0.9):
    windows = np.full((9, 9), likeness, dtype=np.float32)
    return PairLook(
        structure=PairStructure(likeness=windows, has_detail=np.ones((9, 9), dtype=bool)), palette=palette, style=style
    )


def part(left, top, right, bottom):
    return PicturePart(left=left, top=top, right=right, bottom=bottom, area_share=(right - left) * (bottom - top))


def unit_rows(seed, count, dimensions=16):
    rows = np.random.default_rng(seed).normal(size=(count, dimensions))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize(("bits", "share"), [((0, 0), 1.0), ((31, 32), 0.5), ((32, 256), 0.0)])
def test_verbatim_is_the_share_within_the_published_distance(bits, share):
    axis = verbatim(bits)
    assert (axis.axis, axis.value, axis.num_samples) == ("verbatim", share, 2)
    assert isinstance(axis.background_percentile, NotMeasured)


def test_verbatim_is_not_measured_where_no_hash_can_be_trusted():
    axis = verbatim((0, 0), quality=10)
    assert isinstance(axis.value, NotMeasured)
    assert axis.num_samples == 0


@pytest.mark.parametrize("name", ["copied", "composition"])
def test_a_descriptor_axis_is_the_mean_deviation_with_its_percentile(name):
    axis = zscore_axis(name, np.array([2.0, 4.0], dtype=np.float32), halfway)
    assert (axis.axis, axis.value, axis.background_percentile, axis.num_samples) == (name, 3.0, 100.0, 2)


def test_one_perfect_sample_is_never_enough():
    assert zscore_axis("copied", np.array([1000.0, 0.0], dtype=np.float32), halfway).value == 6.0


def test_the_same_movement_is_nearly_one_and_the_opposite_nearly_minus_one():
    rows = unit_rows(1, 9)
    assert motion_axis(rows, rows, halfway).value == pytest.approx(0.9)
    assert motion_axis(rows, -rows, halfway).value == pytest.approx(-0.9)


def test_motion_is_symmetric():
    left, right = unit_rows(1, 6), unit_rows(2, 6)
    assert motion_axis(left, right, halfway) == motion_axis(right, left, halfway)


def test_motion_is_not_measured_where_next_to_nothing_moves():
    rows = unit_rows(1, 4)
    still = np.zeros_like(rows)
    still[0] = rows[0]
    axis = motion_axis(rows, still, halfway)
    assert isinstance(axis.value, NotMeasured)
    assert "in 1 aligned samples" in str(axis.value.reason)


def test_structure_grows_with_the_likeness_of_the_windows():
    values = [structure_axis([look(level).structure], halfway).value for level in (0.0, 0.3, 0.6, 1.0)]
    assert values == pytest.approx([0.0, 0.3, 0.6, 1.0])


def test_without_frames_structure_palette_and_style_are_not_measured():
    axes = (structure_axis([], halfway), *surface_axes([], halfway))
    assert [axis.axis for axis in axes] == ["structure", "palette", "style"]
    assert all(isinstance(axis.value, NotMeasured) and axis.num_samples == 0 for axis in axes)


def test_palette_and_style_are_means_over_the_frames():
    palette, style = surface_axes([look(1, palette=0.2, style=0.4), look(1, palette=0.4, style=0.8)], halfway)
    assert (palette.value, style.value) == (pytest.approx(0.3), pytest.approx(0.6))


def test_region_is_the_share_of_the_work_that_reappears():
    axis = region_axis([part(0, 0, 1, 0.5), part(0, 0, 1, 0.6), part(0, 0, 1, 0.4)], (), halfway)
    assert (axis.value, axis.num_samples) == (0.5, 3)


def test_region_asks_for_the_part_that_the_owner_marked():
    marked = part(0.5, 0.5, 1.0, 1.0)
    assert region_axis([part(0.5, 0.5, 1.0, 1.0)], [marked], halfway).value == 1.0
    assert region_axis([part(0.0, 0.0, 0.5, 0.5)], [marked], halfway).value == 0.0


def test_region_is_not_measured_where_local_features_confirm_nothing():
    assert isinstance(region_axis([], (), halfway).value, NotMeasured)


def items(count, seed=2):
    return [item(unit_rows(seed + number, 8)) for number in range(count)]


def item(rows, *, every=0.5):
    return UnrelatedItem(seconds=np.arange(len(rows)) * every, rows=rows)


def concept(suspect, work, unrelated):
    return concept_axis(suspect, work, np.arange(len(work)) / 2, unrelated)


def test_identical_pictures_have_a_concept_of_one_above_all_unrelated_items():
    rows = unit_rows(1, 5)
    axis = concept(rows, rows, items(24))
    assert axis.value == pytest.approx(1.0, abs=1e-5)
    assert axis.background_percentile == pytest.approx(100 * 24 / 25)


def test_opposite_pictures_have_a_concept_of_minus_one_below_all_unrelated_items():
    rows = unit_rows(1, 5)
    axis = concept(rows, -rows, items(24))
    assert axis.value == pytest.approx(-1.0, abs=1e-5)
    assert axis.background_percentile == 0.0


def test_concept_pairs_row_with_row():
    rows = unit_rows(1, 5)
    assert concept(rows, rows[::-1], ()).value == pytest.approx(
        np.mean([float(left @ right) for left, right in zip(rows, rows[::-1], strict=True)]), abs=1e-5
    )


def test_an_unrelated_item_counts_by_the_place_where_it_is_most_alike():
    """Half of the items show the very subject somewhere: the mean over them would hide it."""
    rows, others = unit_rows(1, 5), unit_rows(9, 40)
    with_it = item(np.concatenate([others[:20], rows, others[20:]]))
    assert best_laid(rows, np.arange(5) / 2, with_it) == pytest.approx(1.0, abs=1e-5)
    axis = concept(rows, rows * 0.9, [*items(10), *([with_it] * 10)])
    assert axis.background_percentile == pytest.approx(100 * 10 / 21)


@settings(max_examples=40)
@given(st.integers(1, 6), st.integers(1, 9), st.integers(0, 99), st.sampled_from([-1.0, 0.5, 1.0, 2.0]))
def test_the_best_place_is_the_best_of_all_places(count, length, seed, speed):
    rows, others = unit_rows(seed, count), unit_rows(seed + 100, length)
    seconds = np.arange(count) * speed
    steps = seconds - seconds.min()
    expected = max(
        np.mean([rows[i] @ others[round(start + step) % length] for i, step in enumerate(steps.tolist())])
        for start in range(length)
    )
    found = best_laid(rows, seconds, item(others, every=1.0))
    if speed != 0.5:  # halfway between two samples either may stand
        assert found == pytest.approx(expected, abs=1e-5)
    assert -1.001 <= found <= 1.001


def test_with_few_unrelated_items_there_is_no_percentile():
    percentile = percentile_among(1.0, [0.0] * 18)
    assert isinstance(percentile, NotMeasured)
    assert "background items, fewer than" in str(percentile.reason)


values = st.lists(st.integers(-20, 20).map(float), min_size=19, max_size=40)


@settings(max_examples=50)
@given(values, st.integers(-25, 25).map(float))
def test_a_percentile_is_the_share_that_lies_lower_the_value_among_them(others, value):
    percentile = percentile_among(value, others)
    assert percentile == pytest.approx(100 * sum(other < value for other in others) / (len(others) + 1))
    assert 0 <= percentile < 100


@settings(max_examples=50)
@given(values, st.integers(-25, 25).map(float), st.integers(-25, 25).map(float))
def test_a_higher_value_never_has_a_lower_percentile(others, one, other):
    assert percentile_among(min(one, other), others) <= percentile_among(max(one, other), others)


@settings(max_examples=50)
@given(st.lists(st.integers(0, 256), min_size=1, max_size=20), st.integers(0, 256), st.integers(0, 256))
def test_a_wider_distance_never_lowers_verbatim(bits, one, other):
    near, far = (verbatim(bits, most_bits=limit).value for limit in sorted((one, other)))
    assert 0 <= near <= far <= 1
