"""What was kept, moved, changed, added and gone: on frames whose edits are known."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from support.composites import COMPOSITES, SAME_PLACE, cropped, resurfaced, scene
from support.footage import write_video
from support.paths import ROOT
from support.renders import recompressed

from similarity.geometry.change_map import change_map
from similarity.geometry.map_drawing import LETTERS, draw_labels
from similarity.geometry.map_labels import LABELS, suspect_shares, work_shares

SEEDS = range(3)
LEAST_IOU = 0.6
QUALITIES = {"as it is": None, "JPEG 23": 23, "JPEG 30": 30}
GRADES = {
    "darker": lambda picture: (picture * 0.6 + 10).astype(np.uint8),
    "warmer": lambda picture: np.clip(picture * [1.1, 0.95, 0.7], 0, 255).astype(np.uint8),
    "gamma": lambda picture: (255 * (picture / 255) ** 0.6).astype(np.uint8),
    "grey": lambda picture: np.repeat(picture.mean(axis=2, keepdims=True), 3, axis=2).astype(np.uint8),
    "negative": lambda picture: 255 - picture,
}
WORKS = ROOT.parent / "shared" / "bench" / "copies" / "works"
needs_works = pytest.mark.skipif(not WORKS.is_dir(), reason="needs ../shared/bench/copies/works")


def is_label(cells, label):
    return cells == LABELS.index(label)


def iou(cells, label, mask):
    """Of the cells with a label and those that lie in a mask, where the map can tell."""
    rows, columns = cells.shape
    true = cv2.resize(mask.astype(np.float32), (columns, rows), interpolation=cv2.INTER_AREA) > 0.5
    tells = ~is_label(cells, "no detail")
    found, true = is_label(cells, label) & tells, true & tells
    return (found & true).sum() / max(1, (found | true).sum())


def shares(suspect, work, transform=SAME_PLACE):
    found = change_map(suspect, work, transform=transform)
    return suspect_shares([found]), work_shares([found]), found


@pytest.mark.parametrize("seed", SEEDS)
def test_a_picture_keeps_all_of_itself(seed):
    here, there, found = shares(scene(seed), scene(seed))
    assert here.kept > 0.98
    assert there.kept > 0.98
    assert here.can_tell > 0.95
    assert found.carried_by == "surface"


def test_unrelated_pictures_keep_next_to_nothing():
    for one, other in combinations(range(6), 2):
        here, there, found = shares(scene(one), scene(other))
        assert max(here.kept, there.kept, here.moved, there.moved) < 0.03
        assert here.changed < 0.1
        assert here.added > 0.85
        assert there.gone > 0.85
        assert found.carried_by == "nothing"


@pytest.mark.parametrize("quality", [23, 30])
@pytest.mark.parametrize("grade", GRADES.values(), ids=GRADES.keys())
def test_a_grading_of_the_whole_picture_keeps_it(grade, quality):
    here, there, _ = shares(recompressed(grade(scene(1)), quality), scene(1))
    assert here.kept > 0.9
    assert there.kept > 0.9


@pytest.mark.parametrize("quality", QUALITIES.values(), ids=QUALITIES.keys())
@pytest.mark.parametrize("compose", COMPOSITES.values(), ids=COMPOSITES.keys())
@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_added_is_told_from_what_was_kept(seed, compose, quality):
    work = scene(seed)
    suspect, mask, transform = compose(work, seed)
    suspect = suspect if quality is None else recompressed(suspect, quality)
    cells = change_map(suspect, work, transform=transform).suspect
    assert iou(cells, "added", mask) >= LEAST_IOU
    assert iou(cells, "kept", ~mask) >= LEAST_IOU


@pytest.mark.parametrize("crf", ["23", "30"])
def test_a_video_codec_does_not_blur_the_two(crf, tmp_path):
    edited = {name: compose(scene(1), 1) for name, compose in COMPOSITES.items()}
    path = write_video(tmp_path / "edited.mp4", [suspect for suspect, _, _ in edited.values()], options={"crf": crf})
    with av.open(str(path)) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    for (name, (_, mask, transform)), frame in zip(edited.items(), frames, strict=True):
        cells = change_map(frame, scene(1), transform=transform).suspect
        assert iou(cells, "added", mask) >= LEAST_IOU, name
        assert iou(cells, "kept", ~mask) >= LEAST_IOU, name


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_painted_out_is_gone(seed):
    work, mask = scene(seed), np.zeros((270, 480), np.bool_)
    mask[80:180, 150:300] = True
    suspect = np.where(mask[..., None], work[mask].mean(axis=0).astype(np.uint8), work)
    found = change_map(suspect, work, transform=SAME_PLACE)
    assert iou(found.work, "gone", mask) >= LEAST_IOU
    assert iou(found.work, "kept", ~mask) >= LEAST_IOU


@pytest.mark.parametrize("share", [0.5, 0.7, 0.9])
def test_what_a_crop_leaves_out_counts_apart(share):
    suspect, transform = cropped(scene(2), share)
    here, there, _ = shares(suspect, scene(2), transform)
    assert here.kept > 0.95
    assert there.kept > 0.9
    assert there.cropped == pytest.approx(1 - share**2, abs=0.04)


def test_a_mirrored_picture_is_kept_through_its_transformation():
    mirror = np.array([[-1.0, 0.0, 1.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    here, there, _ = shares(np.ascontiguousarray(scene(3)[:, ::-1]), scene(3), mirror)
    assert min(here.kept, there.kept) > 0.97


@pytest.mark.parametrize("seed", SEEDS)
def test_another_surface_in_the_same_place_is_changed(seed):
    here, there, found = shares(resurfaced(scene(seed), seed), scene(seed))
    assert min(here.changed, there.changed) > 0.45
    assert here.changed > 2 * here.kept
    assert found.carried_by == "structure"


@pytest.mark.parametrize("seed", SEEDS)
def test_a_repainted_background_is_changed_behind_a_kept_figure(seed):
    work, figure = scene(seed), np.zeros((270, 480), np.bool_)
    figure[60:230, 140:330] = True
    suspect = np.where(figure[..., None], work, resurfaced(work, seed + 5))
    cells = change_map(suspect, work, transform=SAME_PLACE).suspect
    assert iou(cells, "kept", figure) >= LEAST_IOU
    small = cv2.resize(figure.astype(np.float32), cells.shape[::-1], interpolation=cv2.INTER_AREA) < 0.5
    assert is_label(cells, "changed")[small].mean() > 0.5


@pytest.mark.parametrize("seed", SEEDS)
def test_a_part_that_stands_elsewhere_is_moved(seed):
    work, mask = scene(seed), np.zeros((270, 480), np.bool_)
    mask[150:250, 300:440] = True
    suspect = work.copy()
    suspect[mask] = work[20:120, 30:170].reshape(-1, 3)
    found = change_map(suspect, work, transform=SAME_PLACE)
    inside = cv2.resize(mask.astype(np.float32), found.suspect.shape[::-1], interpolation=cv2.INTER_AREA) > 0.99
    moves = is_label(found.suspect, "moved")
    assert moves[inside].mean() > 0.3
    assert moves[~inside].mean() < 0.02
    shift = found.shift[moves] * 8 * 480 / 320
    assert np.median(shift, axis=0) == pytest.approx([-270, -130], abs=8)


def test_plain_pictures_cannot_tell():
    plain = np.full((270, 480, 3), 90, np.uint8)
    here, there, found = shares(plain, plain)
    assert here.can_tell == there.can_tell == 0
    assert found.carried_by == "nothing"


@pytest.mark.parametrize(("height", "width"), [(1, 1), (2, 900), (480, 270), (123, 77)])
def test_any_size_of_picture_has_a_map(height, width):
    small = cv2.resize(scene(0), (width, height))
    found = change_map(small, scene(0), transform=SAME_PLACE)
    assert found.suspect.max() < len(LABELS)
    assert found.work.shape == (22, 40)


def test_the_map_does_not_depend_on_the_number_of_threads():
    suspect, _, transform = COMPOSITES["inset"](scene(1), 1)
    before, maps = cv2.getNumThreads(), []
    try:
        for count in (1, 2, 4):
            cv2.setNumThreads(count)
            maps.append(change_map(suspect, scene(1), transform=transform))
    finally:
        cv2.setNumThreads(before)
    assert all(np.array_equal(one.suspect, maps[0].suspect) for one in maps)
    assert all(np.array_equal(one.work, maps[0].work) for one in maps)


def frame_of(path: Path) -> np.ndarray:
    """The frame in the middle of a video, 480 dots wide."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        container.seek(int(container.duration * 0.3))
        picture = next(container.decode(stream)).to_ndarray(format="rgb24")
    return cv2.resize(picture, (480, round(480 * picture.shape[0] / picture.shape[1])), interpolation=cv2.INTER_AREA)


@needs_works
def test_real_frames_are_told_apart_as_well():
    works = [frame_of(path) for path in sorted(WORKS.iterdir())[::6]]
    works = [work for work in works if shares(work, work)[0].can_tell > 0.2]
    assert len(works) >= 5
    for name, compose in COMPOSITES.items():
        added, kept = [], []
        for seed, work in enumerate(works):
            suspect, mask, transform = compose(work, seed)
            cells = change_map(recompressed(suspect, 28), work, transform=transform).suspect
            added.append(iou(cells, "added", mask))
            kept.append(iou(cells, "kept", ~mask))
        assert np.mean(added) >= LEAST_IOU, name
        assert np.mean(kept) >= LEAST_IOU, name


@needs_works
def test_unrelated_real_frames_keep_next_to_nothing():
    works = [frame_of(path) for path in sorted(WORKS.iterdir())[::9]]
    kept = [shares(one, cv2.resize(other, one.shape[1::-1]))[0].kept for one, other in combinations(works, 2)]
    assert np.mean(kept) < 0.01


@pytest.mark.parametrize("label", LETTERS)
def test_every_label_is_drawn_with_a_hatch_of_its_own_beside_its_colour(label):
    plain, cells = np.full((160, 320, 3), 128, np.uint8), np.full((20, 40), LABELS.index(label), np.uint8)
    drawn = draw_labels(plain, cells)
    assert drawn.shape == (240, 480, 3)
    greys = {other: draw_labels(plain, np.full_like(cells, LABELS.index(other))).mean(axis=2) for other in LETTERS}
    shapes = {other: grey > np.median(grey) for other, grey in greys.items()}
    assert all(np.any(shapes[label] != shapes[other]) for other in LETTERS if other != label)
