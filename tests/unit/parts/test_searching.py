"""Parts of works in suspects: found in another place, size and mirror; another of their class is not taken for them."""

from __future__ import annotations

import numpy as np
import pytest
from support.figures import drawn_scene, figure_in_scene

from similarity.absence import NotMeasured
from similarity.parts.drawing import draw_both
from similarity.parts.look import features_within, look_at_regions, mirrored_regions
from similarity.parts.regions import MOST_REGIONS, WHOLE, moving_box, regions_within, salient_boxes
from similarity.parts.searching import PartSearch, look_at
from similarity.parts.values import PartPicture, WorkParts

FIGURES = (1, 2, 3, 4, 5, 6)


def part_of(picture: np.ndarray, *, name: str = "figure", box=WHOLE) -> PartPicture:
    return PartPicture(
        part=name,
        origin="marked",
        pts=0,
        seconds=0.0,
        source="",
        box=box,
        num_scenes=0,
        regions=look_at_regions(picture, box),
        features=features_within(picture, box),
    )


def work(name: str, *pictures: PartPicture) -> WorkParts:
    return WorkParts(work_id=name, pictures=pictures)


@pytest.fixture(scope="module")
def works() -> tuple[WorkParts, ...]:
    return tuple(work(f"w{one}", part_of(figure_in_scene(one, one))) for one in FIGURES)


@pytest.fixture(scope="module")
def search(works) -> PartSearch:
    return PartSearch(works, {one.work_id: one.work_id for one in works})


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_figure_is_found_in_another_place_and_size(search, mirrored):
    seen = figure_in_scene(3, 20, left=110, top=90, size=120, mirrored=mirrored)
    first, *others = search.findings([look_at(seen, pts=7, seconds=0.5)])
    assert (first.work_id, first.is_found, first.is_apart) == ("w3", True, True)
    assert first.is_mirrored == mirrored
    assert (first.suspect_pts, first.suspect_seconds) == (7, 0.5)
    left, top, right, bottom = first.suspect_box
    assert left >= 400 and top >= 330 and right <= 980 and bottom <= 920  # noqa: PT018 - it lies where it was set
    assert first.traits.marks > 5
    assert len(others) == len(FIGURES) - 1
    assert not any(one.is_found for one in others)


def test_another_of_the_class_is_not_taken_for_it(search):
    found = search.findings([look_at(figure_in_scene(30, 21), pts=0, seconds=0.0)])
    assert [one.work_id for one in found if one.is_found] == []


def test_a_scene_without_figures_shows_none(search):
    found = search.findings([look_at(drawn_scene(22), pts=0, seconds=0.0)])
    assert [one.work_id for one in found if one.is_found] == []


def test_two_works_with_one_figure_cannot_be_told_apart_unless_they_are_of_one_origin(works):
    twin = work("twin", part_of(figure_in_scene(3, 40)))
    names = [*(one.work_id for one in works), "twin"]
    seen = [look_at(figure_in_scene(3, 20, left=60, top=60), pts=0, seconds=0.0)]
    apart = PartSearch([*works, twin], {name: name for name in names}).findings(seen)
    assert {one.work_id for one in apart[:2]} == {"w3", "twin"}
    assert not any(one.is_found for one in apart)
    assert {one.rival_work_id for one in apart[:2]} == {"w3", "twin"}
    joined = PartSearch([*works, twin], {name: "w3" if name == "twin" else name for name in names}).findings(seen)
    assert joined[0].is_found


def test_two_figures_in_one_picture_are_two_findings(search):
    seen = figure_in_scene(2, 23, left=0, top=0, size=110)
    other = figure_in_scene(5, 23, left=125, top=120, size=110)
    seen[115:, 120:] = other[115:, 120:]
    found = search.findings([look_at(seen, pts=0, seconds=0.0)])
    assert {one.work_id for one in found if one.is_found} == {"w2", "w5"}


def test_with_one_work_there_is_no_rival_to_hold_it_against(works):
    (found,) = PartSearch(works[:1], {"w1": "w1"}).findings([look_at(figure_in_scene(1, 9), pts=0, seconds=0.0)])
    assert isinstance(found.rival_work_id, NotMeasured)
    assert found.is_found


def test_regions_are_few_and_lie_inside_their_box():
    picture = figure_in_scene(1, 1)
    boxes = regions_within(picture)
    assert len(boxes) <= MOST_REGIONS
    assert boxes[0] == WHOLE
    for left, top, right, bottom in regions_within(picture, (200, 300, 700, 900)):
        assert 200 <= left < right <= 700
        assert 300 <= top < bottom <= 900


def test_what_stands_out_and_what_moves_is_where_the_figure_is():
    plain = np.repeat(np.random.default_rng(5).integers(100, 140, (240, 240, 1), dtype=np.uint8), 3, axis=2)
    before, after = plain.copy(), plain.copy()
    figure = figure_in_scene(1, 1)[60:190, 60:190]
    before[60:190, 60:190], after[60:190, 72:202] = figure, figure
    left, top, right, bottom = salient_boxes(before)[0]
    assert 150 <= left < right <= 900
    assert 150 <= top < bottom <= 900
    box = moving_box(before, after)
    assert box is not None
    assert box[0] >= 200 and box[2] <= 900  # noqa: PT018
    assert moving_box(before, before) is None


def test_a_mirror_exchanges_left_and_right_of_every_region():
    picture = figure_in_scene(1, 1)
    here = look_at_regions(picture)
    mirrored = mirrored_regions(picture, here)
    again = look_at_regions(np.ascontiguousarray(picture[:, ::-1]))
    assert np.array_equal(mirrored.boxes, here.boxes)
    assert mirrored.compact[0] @ again.compact[0] > 0.99


def test_both_pictures_stand_side_by_side_with_their_boxes():
    here, there = figure_in_scene(1, 1), drawn_scene(2)
    sheet = draw_both(here, (100, 100, 500, 500), there, WHOLE)
    assert sheet.shape == (270, 270 + 12 + 270, 3)
    assert (sheet == (238, 119, 51)).all(axis=-1).any()
