"""A suspect's frame beside a work's: structure after a known transformation, palette and style as they are."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from support.renders import recoloured, repainted, textured

from similarity.absence import not_measured
from similarity.describe.views import MIRRORED
from similarity.geometry.features import local_features
from similarity.geometry.fit import PairFit, fit_pair
from similarity.geometry.look import frame_look, pair_look
from similarity.geometry.structure import structure_value

NO_FIT = not_measured("not looked at")
HEIGHT, WIDTH = 180, 320


def picture(seed: int) -> np.ndarray:
    return textured(seed, height=HEIGHT, width=WIDTH)


def look(suspect: np.ndarray, work: np.ndarray, **more):
    return pair_look(frame_look(suspect), frame_look(work), **{"fit": NO_FIT, **more})


def structure(suspect: np.ndarray, work: np.ndarray, **more) -> float:
    return structure_value([look(suspect, work, **more).structure])


def fitted(suspect: np.ndarray, work: np.ndarray) -> PairFit:
    fit = fit_pair(local_features(suspect), local_features(work))
    assert isinstance(fit, PairFit)
    return fit


def test_a_frame_is_like_itself_in_everything():
    same = look(picture(1), picture(1))
    assert structure_value([same.structure]) == pytest.approx(1, abs=0.01)
    assert same.palette == pytest.approx(1, abs=1e-3)
    assert same.style == pytest.approx(1, abs=1e-3)


def test_what_is_kept_of_a_frame_is_small():
    kept = frame_look(picture(1))
    assert (kept.grey.shape, kept.palette.shape, kept.style.shape) == ((96, 96), (256,), (528,))
    assert kept.grey.dtype == np.uint8


def test_another_surface_keeps_structure_and_loses_palette():
    work = picture(2)
    painted, other = look(repainted(work), work), look(picture(20), work)
    assert structure_value([painted.structure]) > 0.8
    assert structure_value([other.structure]) < 0.35
    assert painted.palette < 0.8
    assert look(recoloured(work), work).palette < 0.8


def test_palette_and_style_do_not_depend_on_the_order():
    there, back = look(picture(3), picture(4)), look(picture(4), picture(3))
    assert (there.palette, there.style) == pytest.approx((back.palette, back.style), abs=1e-6)


def crop(work: np.ndarray) -> np.ndarray:
    return cv2.resize(work[20:150, 40:280], (WIDTH, HEIGHT))


def turn(work: np.ndarray) -> np.ndarray:
    matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), 9, 1.2)
    return cv2.warpAffine(work, matrix, (WIDTH, HEIGHT))


def mirrored_crop(work: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(crop(work)[:, ::-1])


@pytest.mark.parametrize("move", [crop, turn, mirrored_crop], ids=lambda move: move.__name__)
def test_edges_are_compared_after_a_sure_transformation(move):
    work = picture(5)
    suspect = move(work)
    fit = fitted(suspect, work)
    assert fit.points.chance_exponent > 3
    assert structure(suspect, work) < 0.4
    assert structure(suspect, work, fit=fit) > 0.85


def test_a_transformation_takes_nothing_away():
    work = picture(6)
    wrong = fitted(crop(work), work)
    assert structure(work, work, fit=wrong) == pytest.approx(structure(work, work), abs=1e-6)


def test_an_unsure_transformation_is_left_aside():
    suspect, work = picture(7), picture(70)
    fit = fitted(suspect, work)
    assert fit.points.chance_exponent < 3
    assert structure(suspect, work, fit=fit) == structure(suspect, work)


def test_a_match_found_in_the_mirrored_suspect_is_compared_mirrored():
    work = picture(8)
    suspect = np.ascontiguousarray(work[:, ::-1])
    assert structure(suspect, work) < 0.35
    assert structure(suspect, work, view=MIRRORED) > 0.98
