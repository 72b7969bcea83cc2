"""What several pairs say together, in numbers and in words."""

from functools import cache

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from similarity.absence import NotMeasured, not_measured
from similarity.geometry.change import PictureChange, PicturePart, picture_change
from similarity.geometry.colour import colour_change
from similarity.geometry.features import LocalFeatures, local_features
from similarity.geometry.fit import PairFit, fit_pair
from similarity.geometry.verification import Verification, verify
from similarity.report.phrases import change_words

WIDTH, HEIGHT = 320, 180
WHOLE = PicturePart(left=0.0, top=0.0, right=1.0, bottom=1.0, area_share=1.0)


def transformation_words(*seen):
    return tuple(map(str, change_words.transformation_words(*seen)))


@cache
def scene(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    coarse = rng.integers(60, 200, (6, 9, 3), dtype=np.uint8)
    picture = cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    for _ in range(90):
        centre = (int(rng.integers(WIDTH)), int(rng.integers(HEIGHT)))
        axes = tuple(int(value) for value in rng.integers(3, 22, 2))
        colour = tuple(int(value) for value in rng.integers(0, 256, 3))
        cv2.ellipse(picture, centre, axes, float(rng.uniform(0, 180)), 0, 360, colour, -1)
    picture.flags.writeable = False
    return picture


@cache
def features_of(seed: int) -> LocalFeatures:
    return local_features(scene(seed))


def verified(edit, seeds=(1, 2)) -> Verification:
    return verify([fit_pair(local_features(edit(scene(seed))), features_of(seed)) for seed in seeds])


def box(part: PicturePart) -> tuple[float, float, float, float]:
    return part.left, part.top, part.right, part.bottom


def rotated(picture, degrees, zoom):
    matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), -degrees, zoom)  # OpenCV's are anticlockwise
    return cv2.warpAffine(picture, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT)


def inset(picture):
    canvas = scene(77).copy()
    canvas[36:126, 128:288] = cv2.resize(picture, (160, 90), interpolation=cv2.INTER_AREA)
    return canvas


def test_the_same_picture_has_the_whole_frame_and_no_words():
    done = verified(lambda picture: picture)
    assert (done.num_pairs_tried, done.num_pairs_measured, done.num_pairs_confirmed, done.num_pairs_agreeing) == (
        (2,) * 4
    )
    assert done.strength > 5
    assert box(done.change.work_part) == pytest.approx((0, 0, 1, 1), abs=0.005)
    assert box(done.change.suspect_part) == pytest.approx((0, 0, 1, 1), abs=0.005)
    assert done.is_negative is False
    assert transformation_words(done) == ()


def test_a_crop_is_measured():
    done = verified(lambda picture: cv2.resize(picture[18:162, 64:288], (448, 288)))
    assert box(done.change.work_part) == pytest.approx((0.2, 0.1, 0.9, 0.9), abs=0.01)
    assert done.change.work_part.area_share == pytest.approx(0.56, abs=0.02)
    assert done.change.suspect_part.area_share == pytest.approx(1.0, abs=0.02)
    words = transformation_words(done)
    assert words == ("cropped to 56 % of the work's picture (cut off: left 20 %, top 10 %, right 10 %, bottom 10 %)",)


def test_a_mirror_is_measured():
    done = verified(lambda picture: picture[:, ::-1])
    assert done.change.is_mirrored
    assert done.change.rotation_degrees == pytest.approx(0, abs=0.3)
    assert box(done.change.work_part) == pytest.approx((0, 0, 1, 1), abs=0.01)
    assert transformation_words(done) == ("mirrored left to right",)


@pytest.mark.parametrize(
    ("degrees", "is_mirrored"), [(-12.0, False), (7.5, True), (90.0, False), (90.0, True), (180.0, False)]
)
def test_a_turn_is_measured(degrees, is_mirrored):
    def edit(picture):
        return rotated(np.ascontiguousarray(picture[:, ::-1]) if is_mirrored else picture, degrees, 1.2)

    done = verified(edit, seeds=(1,))
    gap = (done.change.rotation_degrees - degrees + 180) % 360 - 180
    assert gap == pytest.approx(0, abs=0.5)
    assert done.change.is_mirrored is is_mirrored
    assert done.change.stretch_factor == pytest.approx(1, abs=0.02)
    words = transformation_words(done)
    assert any(word.startswith("turned by") for word in words)
    assert ("mirrored left to right" in words) is is_mirrored
    if degrees == -12.0:
        assert "turned by 12.0 degrees anticlockwise" in [word.replace("11.9", "12.0") for word in words]


def test_an_inset_is_measured():
    done = verified(inset)
    assert box(done.change.suspect_part) == pytest.approx((0.4, 0.2, 0.9, 0.7), abs=0.015)
    assert box(done.change.work_part) == pytest.approx((0, 0, 1, 1), abs=0.02)
    assert transformation_words(done) == ("inset: fills 25 % of the suspect's picture",)


@pytest.mark.parametrize(("width", "height", "words"), [(384, 180, "1.20 times in width"), (320, 207, "in height")])
def test_a_stretch_is_measured(width, height, words):
    done = verified(lambda picture: cv2.resize(picture, (width, height)))
    assert done.change.stretch_factor == pytest.approx(width / WIDTH / (height / HEIGHT), abs=0.02)
    (said,) = transformation_words(done)
    assert words in said


def test_unrelated_pictures_have_no_strength_and_no_change():
    done = verify([fit_pair(features_of(seed), features_of(seed + 50)) for seed in range(4)])
    assert done.num_pairs_confirmed == 0
    assert done.strength < 1
    assert isinstance(done.change, NotMeasured)
    assert isinstance(done.is_negative, NotMeasured)
    assert transformation_words(done) == ()


def test_nothing_tried_has_no_strength():
    done = verify([])
    assert done.num_pairs_tried == 0
    assert done.strength == 0


def test_pairs_not_measured_lend_no_strength():
    same = fit_pair(features_of(1), features_of(1))
    plain = not_measured("too plain")
    done = verify([same, plain, plain, plain])
    assert (done.num_pairs_tried, done.num_pairs_measured) == (4, 1)
    assert 0 < done.strength == verify([same]).strength / 2


def test_a_moving_frame_agrees_less_than_a_fixed_one():
    work = scene(1)
    fits = [
        fit_pair(
            local_features(cv2.resize(work[cut : HEIGHT - cut, 2 * cut : WIDTH - 2 * cut], (320, 180))),
            local_features(work),
        )
        for cut in (0, 20, 45)
    ]
    done = verify(fits)
    assert done.num_pairs_confirmed == 3
    assert done.num_pairs_agreeing < 3


@settings(max_examples=50)
@given(
    degrees=st.floats(-170, 170),
    stretch=st.floats(0.7, 1.4),
    scale=st.floats(0.4, 2.5),
    is_mirrored=st.booleans(),
    work_aspect=st.floats(0.5, 2.0),
)
def test_what_made_a_transformation_is_read_from_it(degrees, stretch, scale, is_mirrored, work_aspect):
    suspect_aspect = 16 / 9
    turn = np.deg2rad(degrees)
    made = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ np.diag([scale * stretch, scale])
    made = made @ np.diag([-1.0 if is_mirrored else 1.0, 1.0])
    back = np.eye(3)
    back[:2, :2] = np.diag([1 / suspect_aspect, 1.0]) @ made @ np.diag([work_aspect, 1.0])
    back[:2, 2] = 0.5 - back[:2, :2] @ (0.5, 0.5)
    read = picture_change(
        np.linalg.inv(back), suspect_aspect=suspect_aspect, work_aspect=work_aspect, is_mirrored=is_mirrored
    )
    assert read.rotation_degrees == pytest.approx(degrees, abs=1e-4)
    assert read.stretch_factor == pytest.approx(stretch, rel=1e-6)


@pytest.mark.parametrize(
    ("change", "num_words"),
    [
        ({"rotation_degrees": 1.9}, 0),
        ({"rotation_degrees": 2.1}, 1),
        ({"stretch_factor": 1.04}, 0),
        ({"stretch_factor": 0.94}, 1),
        ({"work_part": PicturePart(left=0.02, top=0.02, right=0.99, bottom=0.99, area_share=0.94)}, 0),
        ({"suspect_part": PicturePart(left=0.0, top=0.0, right=0.9, bottom=0.9, area_share=0.81)}, 1),
        ({"is_mirrored": True}, 1),
    ],
)
def test_words_only_beyond_tolerance(change, num_words):
    none = {
        "is_mirrored": False,
        "rotation_degrees": 0.0,
        "stretch_factor": 1.0,
        "work_part": WHOLE,
        "suspect_part": WHOLE,
    }
    done = Verification(
        num_pairs_tried=1,
        num_pairs_measured=1,
        num_pairs_confirmed=1,
        num_pairs_agreeing=1,
        strength=5.0,
        is_negative=False,
        change=PictureChange(**none | change),
    )
    assert len(transformation_words(done)) == num_words


def colours_of(edit):
    suspect, work = edit(scene(1)), scene(1)
    fit = fit_pair(local_features(suspect), features_of(1))
    assert isinstance(fit, PairFit)
    return verify([fit]), colour_change(suspect, work, fit)


def test_a_grey_copy_is_called_grey():
    done, colour = colours_of(
        lambda picture: np.repeat(picture.mean(axis=2, keepdims=True).astype(np.uint8), 3, axis=2)
    )
    assert colour.is_grey is True
    assert colour.grey_correlation > 0.8
    assert transformation_words(done, [colour]) == ("without the work's colours",)


def test_a_negative_is_called_one():
    done, colour = colours_of(lambda picture: 255 - picture)
    assert colour.is_grey is False
    assert colour.grey_correlation < -0.95
    assert transformation_words(done, [colour]) == ("bright and dark exchanged",)


def test_dimming_is_measured():
    _, colour = colours_of(lambda picture: (picture * 0.6).astype(np.uint8))
    assert colour.contrast_factor == pytest.approx(0.6, abs=0.02)
    assert colour.brightness_change < -0.1


def test_colours_of_a_cropped_copy_are_compared_where_they_coincide():
    _, colour = colours_of(lambda picture: cv2.resize(picture[18:162, 64:288], (448, 288)))
    assert colour.grey_correlation > 0.95
    assert abs(colour.brightness_change) < 0.02


def test_colours_without_a_transformation_are_not_measured():
    fit = fit_pair(features_of(1), features_of(2), variants=("as_is",))
    if isinstance(fit.transform, NotMeasured):
        assert isinstance(colour_change(scene(1), scene(2), fit), NotMeasured)
