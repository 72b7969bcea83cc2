"""Small grey pictures laid over each other: what changes of light do not touch, and one change of the picture."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from similarity.geometry.dense import contrast_pictures, overlay, refined_transform, tracked_transforms

WHOLE = (0.0, 0.0, 1.0, 1.0)
CROP = np.array([[0.7, 0.0, 0.2], [0.0, 0.7, 0.1], [0.0, 0.0, 1.0]])
"""The suspect shows 0.7 x 0.7 of the work, from 0.2, 0.1 on."""


@pytest.fixture(scope="module")
def greys():
    """Blobs of all sizes that drift to the right."""
    rng = np.random.default_rng(4)
    sheets = [cv2.resize(rng.normal(0, 40, (9 * n, 28 * n)), (448, 144), interpolation=cv2.INTER_CUBIC) for n in (1, 2)]
    wide = np.clip(128 + sum(sheets), 0, 255).astype(np.uint8)
    return np.stack([wide[:, 8 * number :][:, :256] for number in range(12)])


def small(greys):
    return contrast_pictures(np.stack([cv2.resize(one, (128, 72), interpolation=cv2.INTER_AREA) for one in greys]))


@pytest.fixture(scope="module")
def cropped(greys):
    height, width = greys.shape[1:]
    left, top = round(0.2 * width), round(0.1 * height)
    cut = greys[:, top : top + round(0.7 * height), left : left + round(0.7 * width)]
    return contrast_pictures(np.stack([cv2.resize(one, (128, 72), interpolation=cv2.INTER_AREA) for one in cut]))


def agreed(suspect, work, transform):
    return overlay(suspect, work, transform, parts=(WHOLE, WHOLE)).agreement()


def test_a_picture_agrees_with_itself_and_less_with_any_other(greys):
    values = agreed(small(greys), small(greys), np.eye(3))
    assert values.diagonal() == pytest.approx(np.ones(12), abs=1e-4)
    assert (values.argmax(axis=1) == np.arange(12)).all()


def test_light_and_contrast_are_nothing_to_it(greys):
    darker = (greys * 0.6 + 30).astype(np.uint8)
    assert agreed(small(darker), small(greys), np.eye(3)).diagonal().min() > 0.97


def test_a_crop_agrees_under_its_own_change_only(greys, cropped):
    under = agreed(cropped, small(greys), CROP).diagonal()
    assert under.min() > 0.85
    assert agreed(cropped, small(greys), np.eye(3)).diagonal().max() < 0.6


def test_a_change_that_is_a_little_off_is_put_right(greys, cropped):
    off = np.array([[0.73, 0.01, 0.18], [0.0, 0.68, 0.12], [0.0, 0.0, 1.0]])
    pairs = [(number, number) for number in range(0, 12, 2)]
    found = refined_transform(cropped, small(greys), off, pairs=pairs, parts=(WHOLE, WHOLE))
    assert np.abs(found - CROP).max() < 0.01


def test_a_mirrored_picture_is_put_right_too(greys):
    mirrored = np.array([[-1.0, 0.0, 1.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    off = mirrored @ np.array([[1.02, 0.0, 0.01], [0.0, 0.98, 0.0], [0.0, 0.0, 1.0]])
    pairs = [(number, number) for number in range(0, 12, 2)]
    turned = small(greys[:, :, ::-1])
    found = refined_transform(turned, small(greys), off, pairs=pairs, parts=(WHOLE, WHOLE))
    assert np.abs(found - mirrored).max() < 0.01


def test_what_was_added_and_stands_still_does_not_blur_the_time(greys):
    covered = greys.copy()
    covered[:, 40:110, 60:190] = np.random.default_rng(1).integers(0, 255, (70, 130))
    laid = overlay(small(covered), small(greys), np.eye(3), parts=(WHOLE, WHOLE))
    every = np.ones(12, dtype=bool)
    values = laid.likeness(every, every)
    assert (values.argmax(axis=1) == np.arange(12)).all()
    assert values.diagonal().min() > 0.5


def test_pictures_that_hardly_meet_are_not_compared(greys):
    away = np.array([[1.0, 0.0, 0.95], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    assert overlay(small(greys), small(greys), away, parts=(WHOLE, WHOLE)) is None


def test_a_slow_zoom_over_one_picture_is_followed(greys):
    height, width = greys.shape[1:]
    zooms = [1.0 - 0.03 * number for number in range(12)]
    moved = []
    for zoom in zooms:
        matrix = np.array([[zoom, 0, 0.3 * (1 - zoom) * width], [0, zoom, 0.5 * (1 - zoom) * height]])
        moved.append(cv2.warpAffine(greys[0], matrix, (width, height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP))
    found = tracked_transforms(small(np.stack(moved)), small(greys[:1]), np.eye(3), first=0, parts=(WHOLE, WHOLE))
    assert found[:, 0, 0] == pytest.approx(zooms, abs=0.01)
    assert found[:, 1, 1] == pytest.approx(zooms, abs=0.01)


def test_black_frames_say_nothing_of_where_they_lie(greys):
    black = small(np.zeros_like(greys))
    assert (refined_transform(black, small(greys), CROP, pairs=[(0, 0), (3, 3)], parts=(WHOLE, WHOLE)) == CROP).all()
    assert (agreed(black, small(greys), np.eye(3)) == 0).all()
