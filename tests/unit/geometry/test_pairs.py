"""Local features and the fit of one pair of pictures."""

from functools import cache
from itertools import pairwise

import cv2
import numpy as np
import pytest

from similarity.absence import NotMeasured
from similarity.geometry.drawing import draw_correspondences
from similarity.geometry.features import LocalFeatures, local_features, seen_as
from similarity.geometry.fit import CONFIRMED_FROM, PairFit, fit_pair
from similarity.geometry.placement import apply_matrix

WIDTH, HEIGHT = 320, 180


@cache
def scene(seed: int, width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    """A picture full of coloured blobs, boxes and strokes, unlike any other seed's."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(60, 200, (6, 9, 3), dtype=np.uint8)
    picture = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    for _ in range(90):
        x, y = int(rng.integers(width)), int(rng.integers(height))
        size = rng.integers(3, 22, 2)
        colour = tuple(int(value) for value in rng.integers(0, 256, 3))
        if rng.random() < 0.5:
            cv2.ellipse(picture, (x, y), tuple(map(int, size)), float(rng.uniform(0, 180)), 0, 360, colour, -1)
        else:
            cv2.rectangle(picture, (x, y), (x + int(size[0]), y + int(size[1])), colour, -1)
    picture = cv2.GaussianBlur(picture, (0, 0), 0.7)
    picture.flags.writeable = False
    return picture


def with_marks(picture: np.ndarray) -> np.ndarray:
    """The same channel logo and the same caption on any picture."""
    picture = picture.copy()
    logo = cv2.resize(scene(99), (56, 40))
    picture[8:48, 256:312] = logo
    cv2.rectangle(picture, (20, 152), (300, 174), (0, 0, 0), -1)
    cv2.putText(picture, "WHAT THEY SAID NEXT", (26, 169), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (255, 255, 255), 2)
    return picture


features_by_content: dict[bytes, LocalFeatures] = {}


def features_of(picture: np.ndarray) -> LocalFeatures:
    """The features, found once per picture."""
    key = np.ascontiguousarray(picture).tobytes()
    if key not in features_by_content:
        features_by_content[key] = local_features(picture)
    return features_by_content[key]


def fit(suspect: np.ndarray, work: np.ndarray, **more) -> PairFit:
    done = fit_pair(features_of(suspect), features_of(work), **more)
    assert isinstance(done, PairFit)
    return done


def is_confirmed(done: PairFit) -> bool:
    return done.points.chance_exponent >= CONFIRMED_FROM


def test_a_picture_lies_on_itself():
    done = fit(scene(1), scene(1))
    assert done.points.num_inliers == done.num_tentative > 0.7 * done.points.num_suspect_points
    np.testing.assert_allclose(done.transform, np.eye(3), atol=1e-3)
    assert is_confirmed(done)
    assert not done.is_mirrored
    assert not done.is_negative
    assert done.residual < 1e-3
    assert min(done.suspect_coverage, done.work_coverage) > 0.8
    np.testing.assert_allclose(done.suspect_points, done.work_points, atol=0.02)


@pytest.mark.parametrize("seed", range(4))
def test_unrelated_pictures_are_not_confirmed(seed):
    assert not is_confirmed(fit(scene(100 + seed), scene(200 + seed)))


@pytest.mark.parametrize("seed", range(2))
def test_one_logo_alone_confirms_nothing(seed):
    logo = [scene(number).copy() for number in (300 + seed, 400 + seed)]
    for picture in logo:
        picture[8:48, 256:312] = cv2.resize(scene(99), (56, 40))
    done = fit(*logo)
    assert done.points.num_inliers >= 4
    assert not is_confirmed(done)


@pytest.mark.parametrize("seed", range(2))
def test_one_caption_alone_confirms_nothing(seed):
    captioned = [scene(number).copy() for number in (300 + seed, 400 + seed)]
    for picture in captioned:
        picture[150:176, 20:300] = with_marks(picture)[150:176, 20:300]
    done = fit(*captioned)
    assert done.points.num_inliers >= 4
    assert not is_confirmed(done)


@pytest.mark.parametrize("seed", range(2))
def test_a_logo_and_a_caption_together_confirm_nothing(seed):
    done = fit(with_marks(scene(300 + seed)), with_marks(scene(400 + seed)))
    assert done.num_distinct >= 20
    assert not is_confirmed(done)


def test_marks_do_not_hide_a_copy():
    assert is_confirmed(fit(with_marks(scene(5)), scene(5)))


def test_features_of_the_mirrored_picture_are_the_mirrored_features():
    as_is, flipped = features_of(scene(6)), local_features(np.ascontiguousarray(scene(6)[:, ::-1]))
    mirrored = seen_as(as_is, "mirrored")
    likeness = (mirrored.descriptors @ flipped.descriptors.T).max(axis=1)
    assert np.median(likeness) > 0.99


def test_features_of_the_negative_are_the_features_turned_over():
    as_is, negative = features_of(scene(6)), local_features(255 - scene(6))
    likeness = (seen_as(as_is, "negative").descriptors @ negative.descriptors.T).max(axis=1)
    assert np.median(likeness) > 0.99


@pytest.mark.parametrize("variant", ["mirrored", "negative", "mirrored_negative"])
def test_seen_twice_is_seen_once(variant):
    features = features_of(scene(7))
    again = seen_as(seen_as(features, variant), variant)
    np.testing.assert_array_equal(again.descriptors, features.descriptors)
    np.testing.assert_allclose(again.points, features.points, atol=1e-6)
    np.testing.assert_allclose(np.cos(np.deg2rad(again.degrees - features.degrees)), 1.0, atol=1e-5)


def test_a_mirrored_negative_is_found_and_its_points_stand_in_the_picture_given():
    done = fit(255 - scene(8)[:, ::-1], scene(8))
    assert is_confirmed(done)
    assert done.is_mirrored
    assert done.is_negative
    np.testing.assert_allclose(apply_matrix(done.transform, done.suspect_points), done.work_points, atol=0.03)
    np.testing.assert_allclose(done.suspect_points[:, 0], 1.0 - done.work_points[:, 0], atol=0.03)


def test_a_mirror_is_not_looked_for_unasked():
    assert not is_confirmed(fit(scene(8)[:, ::-1], scene(8), variants=("as_is",)))


@pytest.mark.parametrize("value", [0, 128, 255])
def test_a_flat_picture_is_not_measured(value):
    flat = np.full((HEIGHT, WIDTH, 3), value, np.uint8)
    for pictures, name in (((flat, scene(1)), "suspect"), ((scene(1), flat), "work")):
        done = fit_pair(*map(features_of, pictures))
        assert isinstance(done, NotMeasured)
        assert name in str(done.reason)


def test_the_same_pictures_give_the_same_numbers():
    blurred = cv2.GaussianBlur(scene(9), (0, 0), 2.0)
    first, second = (fit_pair(local_features(blurred), local_features(scene(9))) for _ in range(2))
    np.testing.assert_array_equal(first.transform, second.transform)
    np.testing.assert_array_equal(first.suspect_points, second.suspect_points)
    assert first.points == second.points


def test_a_fainter_copy_has_no_more_support():
    work, other = scene(500), scene(600)
    counts = [
        fit(cv2.addWeighted(work, share, other, 1.0 - share, 0.0), work).points.num_inliers
        for share in (1.0, 0.75, 0.5, 0.25, 0.0)
    ]
    slack = 3  # a few points of chance
    assert all(later <= earlier + slack for earlier, later in pairwise(counts))
    assert counts[0] > 5 * counts[-1]


@pytest.mark.parametrize("seed", range(2))
def test_both_directions_tell_the_same(seed):
    work = scene(700 + seed)
    suspect = cv2.resize(work[20:150, 40:280], (WIDTH, HEIGHT))
    there, back = fit(suspect, work), fit(work, suspect)
    np.testing.assert_allclose(there.transform @ back.transform, np.eye(3), atol=0.02)
    assert back.points.num_inliers == pytest.approx(there.points.num_inliers, rel=0.25)


def test_a_keystone_is_followed():
    work = scene(10)
    corners = np.array([[0, 0], [WIDTH, 0], [WIDTH, HEIGHT], [0, HEIGHT]], np.float32)
    moved = corners + np.array([[26, 12], [-6, 4], [-22, -10], [4, -16]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, moved)
    done = fit(cv2.warpPerspective(work, matrix, (WIDTH, HEIGHT)), work)
    seen = apply_matrix(done.transform, moved.astype(float) / (WIDTH, HEIGHT))
    np.testing.assert_allclose(seen, corners / (WIDTH, HEIGHT), atol=0.02)


def test_features_refuse_what_is_no_picture():
    with pytest.raises(ValueError, match="RGB picture"):
        local_features(np.zeros((9, 9), np.uint8))
    with pytest.raises(ValueError, match="max_points"):
        local_features(scene(1), max_points=0)
    with pytest.raises(ValueError, match="at least one variant"):
        fit_pair(features_of(scene(1)), features_of(scene(1)), variants=())


def test_features_hold_as_many_rows_as_points():
    features = local_features(scene(1), max_points=50)
    assert len(features.points) == 50
    np.testing.assert_allclose(np.linalg.norm(features.descriptors, axis=1), 1.0, atol=1e-5)
    with pytest.raises(ValueError, match=r"LocalFeatures.sizes: expected float32\(n\) with n = 49, got float32\(50\)"):
        LocalFeatures(
            points=features.points[1:],
            sizes=features.sizes,
            degrees=features.degrees,
            descriptors=features.descriptors,
            width=1,
            height=1,
        )


def test_a_drawing_holds_both_pictures_and_lines():
    suspect, work = scene(11, 200, 300), scene(11)
    done = fit(scene(11), scene(11))
    plain = draw_correspondences(work, work, done, max_lines=0)
    lined = draw_correspondences(work, work, done, max_lines=10)
    assert plain.shape == lined.shape == (270, 2 * 480 + 12, 3)
    assert lined.dtype == np.uint8
    assert 0.002 < (plain != lined).any(axis=2).mean() < 0.2
    assert draw_correspondences(suspect, work, done).shape == (270, 180 + 480 + 12, 3)
