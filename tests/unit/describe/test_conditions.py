"""Gates and bars on pictures made for the purpose."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from similarity.describe.conditions import Bars, Gate, crop_to, find_bars, gate

NO_BARS = Bars(kind="none", left=0, top=0, right=1000, bottom=1000)


def photo(seed, height=270, width=480, shift=0):
    rng = np.random.default_rng(seed)
    picture = np.zeros((height, width, 3), np.float32)
    for cells in (3, 7, 15, 40, 90):
        noise = rng.uniform(-1, 1, (cells, cells * 2, 3)).astype(np.float32)
        picture += cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC) * (70 / cells**0.4)
    return np.roll(np.clip(picture + 115, 0, 255).astype(np.uint8), shift, axis=1)


def shots(seed=1, count=4, **size):
    return [photo(seed, shift=9 * i, **size) for i in range(count)]


def bordered(picture, bars, colour=(0, 0, 0)):
    left, top, right, bottom = bars
    return cv2.copyMakeBorder(picture, top, bottom, left, right, cv2.BORDER_CONSTANT, value=colour)


def compressed(picture, quality=60):
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return cv2.imdecode(data, cv2.IMREAD_COLOR)


def surrounded(picture, height, width):
    """The picture in the middle of a blurred, enlarged copy of itself."""
    h, w = picture.shape[:2]
    scale = max(height / h, width / w)
    back = cv2.resize(picture, (round(w * scale), round(h * scale)))
    top, left = (back.shape[0] - height) // 2, (back.shape[1] - width) // 2
    back = cv2.GaussianBlur(back[top : top + height, left : left + width], (0, 0), 12)
    top, left = (height - h) // 2, (width - w) // 2
    back[top : top + h, left : left + w] = picture
    return back


class TestGate:
    def test_a_photograph_is_kept(self):
        assert gate(photo(1)) is Gate.KEPT

    @pytest.mark.parametrize("level", [0, 8, 16])
    def test_black_with_noise_is_black(self, level):
        noise = np.random.default_rng(0).normal(level, 2, (270, 480, 3))
        assert gate(np.clip(noise, 0, 255).astype(np.uint8)) is Gate.BLACK

    @pytest.mark.parametrize("tone", [(255, 255, 255), (0, 130, 180), (128, 128, 128)])
    def test_one_tone_is_flat(self, tone):
        assert gate(np.full((270, 480, 3), tone, np.uint8)) is Gate.FLAT

    def test_a_line_of_credits_on_black_is_near_empty(self):
        picture = np.zeros((270, 480, 3), np.uint8)
        cv2.putText(picture, "A FILM BY", (180, 140), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (255, 255, 255), 2)
        assert gate(picture) is Gate.NEAR_EMPTY

    def test_a_starry_sky_is_kept(self):
        picture = np.zeros((270, 480, 3), np.uint8)
        for x, y in np.random.default_rng(0).integers((2, 2), (478, 268), (250, 2)):
            cv2.circle(picture, (int(x), int(y)), 1, (230, 230, 255), -1)
        assert gate(picture) is Gate.KEPT

    def test_a_dark_scene_is_kept(self):
        assert gate((photo(2) * 0.15).astype(np.uint8)) is Gate.KEPT

    def test_fog_with_shapes_in_it_is_kept(self):
        assert gate((170 + photo(3) * 0.25).astype(np.uint8)) is Gate.KEPT

    @pytest.mark.parametrize("size", [(1, 1), (5, 300), (1080, 1920)])
    def test_any_size_is_taken(self, size):
        assert gate(np.zeros((*size, 3), np.uint8)) is Gate.BLACK


class TestBlackBars:
    @pytest.mark.parametrize("colour", [(0, 0, 0), (18, 16, 20)])
    @pytest.mark.parametrize("bars", [(0, 40, 0, 40), (60, 0, 60, 0), (10, 14, 10, 14), (0, 40, 0, 52)])
    def test_bars_are_found_where_they_are(self, bars, colour):
        pictures = [compressed(bordered(picture, bars, colour)) for picture in shots()]
        found = find_bars(pictures)
        height, width = pictures[0].shape[:2]
        left, top, right, bottom = bars
        expected = (left / width, top / height, 1 - right / width, 1 - bottom / height)
        assert found.kind == "black"
        assert (found.left, found.top, found.right, found.bottom) == pytest.approx([1000 * e for e in expected], abs=8)

    def test_a_caption_in_a_bar_does_not_hide_it(self):
        pictures = [bordered(picture, (0, 40, 0, 40)) for picture in shots()]
        for picture in pictures:
            cv2.putText(picture, "BEST OF", (180, 338), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (255, 255, 255), 2)
        found = find_bars(pictures)
        assert found.kind == "black"
        assert found.bottom == pytest.approx(886, abs=8)

    def test_one_picture_is_enough_for_black(self):
        assert find_bars([bordered(photo(1), (0, 40, 0, 40))]).kind == "black"

    def test_a_bar_on_one_side_alone_is_no_bar(self):
        assert find_bars([bordered(picture, (0, 40, 0, 0)) for picture in shots()]) == NO_BARS

    def test_a_thin_edge_is_no_bar(self):
        assert find_bars([bordered(picture, (0, 2, 0, 2)) for picture in shots()]) == NO_BARS

    def test_bars_in_few_of_the_pictures_are_no_bars(self):
        plain = [bordered(picture, (0, 0, 0, 0)) for picture in shots(height=350, count=3)]
        assert find_bars([*plain, bordered(photo(1), (0, 40, 0, 40))]) == NO_BARS

    def test_a_night_that_darkens_towards_the_edges_has_none(self):
        y = np.linspace(-1, 1, 270)[:, None, None]
        pictures = [(photo(4, shift=5 * i) * np.clip(1.1 - y**2 * 1.3, 0, 1)).astype(np.uint8) for i in range(4)]
        assert find_bars(pictures) == NO_BARS

    def test_black_pictures_have_none(self):
        assert find_bars([np.zeros((270, 480, 3), np.uint8)] * 3) == NO_BARS


class TestBlurredBars:
    @pytest.mark.parametrize(("height", "width"), [(854, 480), (270, 594)])
    def test_a_blurred_surround_is_found_where_it_is(self, height, width):
        found = find_bars([compressed(surrounded(picture, height, width)) for picture in shots()])
        top, left = 500 * (1 - 270 / height), 500 * (1 - 480 / width)
        assert found.kind == "blurred"
        assert (found.left, found.top) == pytest.approx((left, top), abs=10)
        assert (found.right, found.bottom) == pytest.approx((1000 - left, 1000 - top), abs=10)

    def test_a_sky_above_a_field_has_none(self):
        picture = photo(5)
        picture[:100] = cv2.GaussianBlur(picture[:100], (0, 0), 15)
        assert find_bars([np.roll(picture, i, axis=1) for i in range(4)]) == NO_BARS

    def test_a_sharp_disc_before_a_blurred_background_has_none(self):
        sharp = photo(6)
        mask = cv2.circle(np.zeros((270, 480, 1), np.uint8), (240, 135), 110, 1, -1)[..., None].reshape(270, 480, 1)
        picture = np.where(mask, sharp, cv2.GaussianBlur(sharp, (0, 0), 12))
        assert find_bars([picture] * 4) == NO_BARS

    @pytest.mark.parametrize("seed", range(6))
    def test_static_scenes_have_none(self, seed):
        assert find_bars([photo(seed)] * 4) == NO_BARS


def test_nothing_to_look_at_has_no_bars():
    assert find_bars([]) == NO_BARS


def test_pictures_of_two_sizes_are_refused():
    with pytest.raises(ValueError, match="one size"):
        find_bars([photo(1), photo(1, height=100)])


def test_cropping_gives_the_picture_inside():
    inside = photo(1)
    whole = bordered(inside, (0, 54, 0, 54))
    cropped = crop_to(whole, find_bars([whole]))
    assert abs(cropped.shape[0] - 270) <= 2
    assert crop_to(whole, NO_BARS).shape == whole.shape


def test_a_box_turned_inside_out_is_refused():
    with pytest.raises(ValueError, match="thousandths"):
        Bars(kind="black", left=900, top=0, right=100, bottom=1000)
