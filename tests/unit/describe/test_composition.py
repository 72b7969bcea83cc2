"""The bundled composition network: the value it had when its version was named, and what it measures."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from support.renders import recoloured, recompressed, repainted, textured

from similarity.describe.descriptors.composition import CompositionDescriber, composition_background

NUM_PICTURES = 12
RESTYLINGS = {
    "recoloured": recoloured,
    "repainted": repainted,
    "negative": lambda picture: 255 - picture,
    "gamma": lambda picture: (255 * (picture / 255) ** 0.5).astype(np.uint8),
    "grey": lambda picture: cv2.merge([cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)] * 3),
    "recompressed": lambda picture: recompressed(picture, 30),
}


@pytest.fixture(scope="module")
def describer():
    return CompositionDescriber()


@pytest.fixture(scope="module")
def pictures():
    return [textured(seed) for seed in range(NUM_PICTURES)]


@pytest.fixture(scope="module")
def plain(describer, pictures):
    return describer.describe(pictures).descriptors


def likeness(describer, plain, changed):
    """Cosine of each changed picture to its own, and to the nearest other."""
    cosines = describer.describe([np.ascontiguousarray(picture) for picture in changed]).descriptors @ plain.T
    itself = np.eye(len(plain), dtype=bool)
    return cosines[itself], np.where(itself, -1, cosines).max(axis=1)


@pytest.mark.parametrize("restyle", RESTYLINGS.values(), ids=RESTYLINGS.keys())
def test_a_restyled_picture_stays_nearer_than_every_other(describer, pictures, plain, restyle):
    own, other = likeness(describer, plain, [restyle(picture) for picture in pictures])
    assert (own > other + 0.1).all()


def test_bright_and_dark_exchanged_change_next_to_nothing(describer, pictures, plain):
    own, _ = likeness(describer, plain, [255 - picture for picture in pictures])
    assert own.min() > 0.99


@pytest.mark.parametrize(
    "reframe",
    [lambda picture: picture[22:86, 38:154], lambda picture: picture[:, ::-1]],
    ids=["strong crop", "mirrored"],
)
def test_another_framing_is_farther_than_another_surface(describer, pictures, plain, reframe):
    reframed, _ = likeness(describer, plain, [reframe(picture) for picture in pictures])
    painted, _ = likeness(describer, plain, [repainted(picture) for picture in pictures])
    assert (reframed < painted - 0.2).all()


def test_what_is_kept_of_a_picture_is_still_like_it(describer, pictures, plain):
    halves = []
    for number, picture in enumerate(pictures):
        half = picture.copy()
        half[:, 96:] = textured(NUM_PICTURES + number)[:, 96:]
        halves.append(half)
    own, other = likeness(describer, plain, halves)
    assert (own > other).all()
    assert 0.3 < own.mean() < 0.8


def test_different_pictures_are_far_apart(plain):
    apart = (plain @ plain.T)[~np.eye(NUM_PICTURES, dtype=bool)]
    assert apart.max() < 0.6


def test_the_background_is_unit_rows_of_the_same_kind(describer):
    background = composition_background()
    assert background.shape == (1000, describer.identity.dimensions)
    assert background.dtype == np.float32
    assert np.linalg.norm(background, axis=1) == pytest.approx(np.ones(len(background)), abs=2e-3)
