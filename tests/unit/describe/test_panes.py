"""Panes of pictures composed for the purpose."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from similarity.describe.panes import MAX_PANES, Pane, find_panes

TOLERANCE_THOUSANDTHS = 15


def footage(seed, count=4, height=240, width=320, step=9):
    """Views of a textured scene, under a camera that moves aslant."""
    rng = np.random.default_rng(seed)
    tall, wide = height + step * count, width + step * count
    scene = np.zeros((tall, wide, 3), np.float32)
    for cells in (3, 7, 15, 40, 90):
        noise = rng.uniform(-1, 1, (cells, cells, 3)).astype(np.float32)
        scene += cv2.resize(noise, (wide, tall), interpolation=cv2.INTER_CUBIC) * (90 / cells**0.7)
    scene = np.clip(scene + rng.uniform(90, 140), 0, 255).astype(np.uint8)
    return [scene[step * i :, step * i :][:height, :width].copy() for i in range(count)]


def compressed(picture, quality=60):
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return cv2.imdecode(data, cv2.IMREAD_COLOR)


def split(first, second, *, axis, at=0.5):
    place = round(first[0].shape[axis] * at)
    pairs = zip(first, second, strict=True)
    return [
        compressed(np.concatenate([np.split(a, [place], axis)[0], np.split(b, [place], axis)[1]], axis))
        for a, b in pairs
    ]


def inset(pictures, backs, box):
    """Each picture shrunk into a box (thousandths) of another."""
    result = []
    for picture, back in zip(pictures, backs, strict=True):
        canvas, (height, width) = back.copy(), back.shape[:2]
        left, right = (round(x * width / 1000) for x in box[::2])
        top, bottom = (round(y * height / 1000) for y in box[1::2])
        canvas[top:bottom, left:right] = cv2.resize(picture, (right - left, bottom - top), interpolation=cv2.INTER_AREA)
        result.append(compressed(canvas))
    return result


def box_of(pane):
    return pane.left, pane.top, pane.right, pane.bottom


def assert_found(panes, kind, box):
    offs = [np.abs(np.subtract(box_of(pane), box)).max() for pane in panes if pane.kind == kind]
    assert offs, panes
    assert min(offs) <= TOLERANCE_THOUSANDTHS, panes


class TestSplit:
    @pytest.mark.parametrize("count", [1, 4, 12])
    def test_two_side_by_side_are_found(self, count):
        panes = find_panes(split(footage(1, count), footage(2, count), axis=1))
        assert_found(panes, "split", (0, 0, 500, 1000))
        assert_found(panes, "split", (500, 0, 1000, 1000))

    @pytest.mark.parametrize("count", [1, 4, 12])
    def test_two_stacked_are_found(self, count):
        panes = find_panes(split(footage(3, count), footage(4, count), axis=0))
        assert_found(panes, "split", (0, 0, 1000, 500))
        assert_found(panes, "split", (0, 500, 1000, 1000))

    def test_four_two_by_two_are_found(self):
        upper, lower = (split(footage(seed), footage(seed + 1), axis=1) for seed in (5, 7))
        panes = find_panes(split(upper, lower, axis=0))
        assert len(panes) == MAX_PANES
        for box in ((0, 0, 500, 500), (500, 0, 1000, 500), (0, 500, 500, 1000), (500, 500, 1000, 1000)):
            assert_found(panes, "split", box)

    @pytest.mark.parametrize("size", [(512, 288), (288, 512), (240, 240), (120, 160)])
    def test_at_any_size(self, size):
        height, width = size
        scenes = (footage(seed, height=height, width=width) for seed in (9, 10))
        assert_found(find_panes(split(*scenes, axis=1)), "split", (0, 0, 500, 1000))

    def test_of_stills_is_found(self):
        still, other = footage(11, 1) * 5, footage(12, 1) * 5
        assert_found(find_panes(split(still, other, axis=0)), "split", (0, 0, 1000, 500))


class TestInset:
    @pytest.mark.parametrize("box", [(100, 150, 600, 650), (350, 40, 950, 640), (90, 120, 890, 920)])
    @pytest.mark.parametrize("count", [1, 5])
    def test_over_other_footage_is_found(self, box, count):
        assert_found(find_panes(inset(footage(21, count), footage(22, count), box)), "inset", box)

    def test_at_the_edge_of_the_frame_is_found(self):
        box = (400, 200, 1000, 800)
        assert_found(find_panes(inset(footage(23), footage(24), box)), "inset", box)

    def test_the_strongest_comes_first(self):
        panes = find_panes(inset(footage(25), footage(26), (200, 200, 750, 750)))
        assert panes[0].kind == "inset"
        assert len(panes) <= MAX_PANES


class TestNothing:
    @pytest.mark.parametrize("seed", range(31, 34))
    @pytest.mark.parametrize("count", [1, 5])
    def test_in_moving_footage(self, seed, count):
        assert find_panes([compressed(picture) for picture in footage(seed, count)]) == ()

    @pytest.mark.parametrize("level", [0, 128, 255])
    def test_in_a_flat_picture(self, level):
        assert find_panes([np.full((240, 320, 3), level, np.uint8)] * 3) == ()

    def test_in_noise(self):
        rng = np.random.default_rng(0)
        assert find_panes([rng.integers(0, 256, (240, 320, 3), dtype=np.uint8) for _ in range(3)]) == ()

    def test_in_a_picture_with_a_horizon(self):
        pictures = footage(41, step=3)
        for number, picture in enumerate(pictures):
            picture[: 70 + 3 * number] = picture[: 70 + 3 * number] // 4 + (120, 150, 185)
        assert find_panes([compressed(picture) for picture in pictures]) == ()

    def test_in_a_pan_over_bars(self):
        bars = np.repeat(np.random.default_rng(1).integers(0, 256, (30, 3), dtype=np.uint8), 24, axis=0)
        assert find_panes([np.tile(bars[17 * i : 17 * i + 320], (240, 1, 1)) for i in range(6)]) == ()

    def test_in_no_picture_or_a_tiny_one(self):
        assert find_panes([]) == ()
        assert find_panes([np.zeros((5, 300, 3), np.uint8)]) == ()
        assert find_panes([np.zeros((60, 2000, 3), np.uint8)]) == ()


def test_pictures_of_two_sizes_are_refused():
    with pytest.raises(ValueError, match="of one size"):
        find_panes([np.zeros((90, 90, 3), np.uint8), np.zeros((90, 91, 3), np.uint8)])


def test_neither_time_nor_order_changes_the_panes():
    pictures = inset(footage(51, 7), footage(52, 7), (210, 130, 720, 640))
    panes = find_panes(pictures)
    assert panes == find_panes(pictures)
    assert panes == find_panes(pictures[::-1])
    assert panes == find_panes([pictures[i] for i in (3, 0, 6, 1, 5, 2, 4)])


def test_the_pictures_are_left_alone():
    pictures = footage(53)
    kept = [picture.copy() for picture in pictures]
    find_panes(pictures)
    assert all((a == b).all() for a, b in zip(pictures, kept, strict=True))


@pytest.mark.parametrize("box", [(500, 0, 500, 1000), (0, 600, 1000, 400), (-1, 0, 10, 10), (0, 0, 1000, 1001)])
def test_a_pane_is_a_box_in_thousandths(box):
    left, top, right, bottom = box
    with pytest.raises(ValueError, match="thousandths"):
        Pane(left=left, top=top, right=right, bottom=bottom, kind="inset")
