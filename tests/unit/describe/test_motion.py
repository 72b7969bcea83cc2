"""Motion between two frames: planted shifts come out as they went in, whatever the picture shows."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from support.renders import recoloured, repainted, textured

from similarity.describe.descriptors.motion import DIMENSIONS, MotionDescriber, flow_field
from similarity.describe.types import Move

HEIGHT, WIDTH, MARGIN = 108, 192, 20


def shifted(seed: int, across: int, down: int, *, seconds: float = 0.2) -> Move:
    """A picture that moves by so many dots within its frame."""
    wide = textured(seed, height=HEIGHT + 2 * MARGIN, width=WIDTH + 2 * MARGIN)
    top, left = MARGIN - down, MARGIN - across
    before = wide[MARGIN : MARGIN + HEIGHT, MARGIN : MARGIN + WIDTH]
    return Move(before=before, after=wide[top : top + HEIGHT, left : left + WIDTH], seconds=seconds)


def figure(seed: int, *, x: int, step: int) -> Move:
    """Something that moves to the right before a still background."""
    before, walker = textured(seed), textured(seed + 100, height=50, width=40)
    after = before.copy()
    before[40:90, x : x + 40] = walker
    after[40:90, x + step : x + step + 40] = walker
    return Move(before=before, after=after, seconds=0.2)


def with_pictures(move: Move, change) -> Move:
    before, after = (change(np.ascontiguousarray(picture)) for picture in (move.before, move.after))
    return Move(before=before, after=after, seconds=move.seconds)


def row(move: Move | None) -> np.ndarray:
    return MotionDescriber().describe_moves([move]).descriptors[0]


def cosine(left: Move, right: Move) -> float:
    return float(row(left) @ row(right))


@pytest.mark.parametrize(("across", "down"), [(4, 0), (-4, 0), (0, 4), (0, -4), (5, 5), (-3, 4)])
def test_a_planted_shift_is_the_flow_of_every_cell(across, down):
    field = flow_field(shifted(1, across, down))
    assert field.shape == (3, 4, 2)
    expected = np.array([across / WIDTH, down / HEIGHT]) / 0.2
    assert np.abs(field.mean(axis=(0, 1)) - expected).max() < 0.015
    assert np.abs(field - expected).max() < 0.03


def test_flow_is_per_second():
    slow, fast = flow_field(shifted(2, 4, 0, seconds=0.4)), flow_field(shifted(2, 4, 0, seconds=0.1))
    np.testing.assert_allclose(fast, 4 * slow, rtol=1e-5)


def test_only_the_cells_in_which_something_moves_have_flow():
    across = flow_field(figure(1, x=30, step=5))[..., 0]
    assert across[1:, :2].min() > 0.02
    assert np.abs(across[:, 2:]).max() < 0.01


def test_still_or_without_a_later_frame_is_zeros_of_quality_0():
    still = shifted(3, 0, 0)
    described = MotionDescriber().describe_moves([still, None, shifted(3, 4, 0)])
    assert described.descriptors.shape == (3, DIMENSIONS)
    assert described.descriptors.dtype == np.float32
    assert not described.descriptors[:2].any()
    assert described.quality.tolist() == [0, 0, 100]
    assert described.quality.dtype == np.uint8


def test_no_moves_give_no_rows():
    described = MotionDescriber().describe_moves([])
    assert described.descriptors.shape == (0, DIMENSIONS)
    assert described.quality.shape == (0,)


def test_rows_are_unit_and_rounded_to_what_is_stored():
    one = row(shifted(4, 3, 1))
    assert np.linalg.norm(one) == pytest.approx(1, abs=1e-3)
    assert np.array_equal(one, one.astype(np.float16).astype(np.float32))


@pytest.mark.parametrize("seed", range(3))
def test_a_row_tells_where_to_and_not_how_fast(seed):
    assert cosine(shifted(seed, 3, 0), shifted(seed, 6, 0)) > 0.98
    assert cosine(shifted(seed, 3, 0), shifted(seed, 3, 0, seconds=0.1)) > 0.999
    assert cosine(shifted(seed, 4, 0), shifted(seed, -4, 0)) < -0.97
    assert abs(cosine(shifted(seed, 4, 0), shifted(seed, 0, 4))) < 0.15


@pytest.mark.parametrize("seed", range(3))
def test_a_mirrored_move_has_the_mirrored_flow(seed):
    move = shifted(seed, 4, 2)
    mirrored = with_pictures(move, lambda picture: np.ascontiguousarray(picture[:, ::-1]))
    np.testing.assert_allclose(flow_field(mirrored), flow_field(move)[:, ::-1] * (-1, 1), atol=0.015)


@pytest.mark.parametrize(
    "change",
    [partial(recoloured, seed=1), partial(repainted, seed=1), lambda picture: 255 - picture],
    ids=["recoloured", "repainted", "negative"],
)
@pytest.mark.parametrize("move", [shifted(5, 4, 1), figure(5, x=30, step=5)], ids=["pan", "figure"])
def test_a_restyled_video_moves_as_before(move, change):
    assert cosine(move, with_pictures(move, change)) > 0.97


def test_the_same_movement_of_another_picture_is_the_same_movement():
    assert cosine(shifted(6, 4, 0), shifted(60, 4, 0)) > 0.98
    assert cosine(figure(6, x=30, step=5), figure(16, x=30, step=5)) > 0.7


def test_the_same_movement_in_another_place_is_another_movement():
    assert cosine(figure(6, x=30, step=5), figure(6, x=120, step=5)) < 0.3


def test_the_identity_says_everything():
    identity = MotionDescriber().identity
    assert (identity.name, identity.kind, identity.dimensions) == ("motion", "float", DIMENSIONS)
    assert identity.weights_sha256 is None
