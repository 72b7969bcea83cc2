"""The bundled descriptor: the value it had when its version was named, and what edits do to it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from support.renders import recompressed, resized, textured

from similarity.describe.descriptors.bundled import grey_square
from similarity.describe.descriptors.compact import CompactDescriber, bundled_background


@pytest.fixture(scope="module")
def describer():
    return CompactDescriber()


def cosine(describer, left, right):
    first, second = describer.describe([left, right]).descriptors
    return float(first @ second)


@pytest.mark.parametrize(
    ("edit", "least_cosine"),
    [
        (lambda picture: recompressed(picture, 30), 0.95),
        (lambda picture: resized(picture, 0.5), 0.95),
        (lambda picture: resized(picture, 2.0), 0.95),
        (lambda picture: cv2.convertScaleAbs(picture, alpha=1.0, beta=25), 0.9),
        (lambda picture: cv2.convertScaleAbs(picture, alpha=0.7, beta=0), 0.9),
        (lambda picture: cv2.merge([cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)] * 3), 0.95),
    ],
    ids=["recompressed", "half the size", "twice the size", "brighter", "darker", "grey"],
)
@pytest.mark.parametrize("seed", range(3))
def test_an_edit_changes_little(describer, seed, edit, least_cosine):
    picture = textured(seed)
    assert cosine(describer, picture, edit(picture)) >= least_cosine


def test_different_pictures_are_far_apart(describer):
    rows = describer.describe([textured(seed) for seed in range(12)]).descriptors
    apart = (rows @ rows.T)[~np.eye(12, dtype=bool)]
    assert apart.max() < 0.8


def test_a_mirrored_picture_is_another_picture(describer):
    picture = textured(3)
    assert cosine(describer, picture, picture[:, ::-1]) < 0.8


def test_the_background_is_unit_rows_of_the_same_kind(describer):
    background = bundled_background()
    assert background.shape[1] == describer.identity.dimensions
    assert background.dtype == np.float32
    assert len(background) >= 16
    assert np.linalg.norm(background, axis=1) == pytest.approx(np.ones(len(background)), abs=2e-3)


def test_a_flat_picture_has_a_row_and_no_nan(describer):
    row = describer.describe([np.full((90, 160, 3), 77, dtype=np.uint8)]).descriptors
    assert np.isfinite(row).all()
    assert np.linalg.norm(row) == pytest.approx(1.0, abs=2e-3)


def test_a_row_does_not_depend_on_its_batch(describer):
    pictures = [textured(seed) for seed in range(70)]
    together = describer.describe(pictures).descriptors
    alone = np.concatenate([describer.describe([picture]).descriptors for picture in pictures])
    assert together == pytest.approx(alone, abs=1e-3)


def test_an_empty_batch_has_no_rows(describer):
    assert describer.describe([]).descriptors.shape == (0, describer.identity.dimensions)


def test_the_network_sees_a_grey_square_whatever_the_shape():
    assert grey_square(textured(1)[:50]).shape == (96, 96)


@pytest.mark.parametrize("edit", ["crop", "turn", "negative", "blend", "caption"])
def test_strong_edits_stay_nearer_than_other_pictures(describer, edit):
    edits = {
        "crop": lambda picture: picture[10:90, 20:150],
        "turn": lambda picture: cv2.warpAffine(
            picture, cv2.getRotationMatrix2D((picture.shape[1] / 2, picture.shape[0] / 2), 8, 1.2), picture.shape[1::-1]
        ),
        "negative": lambda picture: 255 - picture,
        "blend": lambda picture: cv2.addWeighted(picture, 0.65, textured(99), 0.35, 0),
        "caption": lambda picture: cv2.rectangle(picture.copy(), (0, 85), (191, 105), (0, 0, 0), -1),
    }
    pictures = [textured(seed) for seed in range(12)]
    plain = describer.describe(pictures).descriptors
    edited = describer.describe([edits[edit](picture) for picture in pictures]).descriptors
    nearest = (edited @ plain.T).argmax(axis=1)
    assert np.mean(nearest == np.arange(len(pictures))) >= 0.9
