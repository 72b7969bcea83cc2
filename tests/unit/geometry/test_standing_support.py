"""What stands still in two videos, and what moves: one room with other people, a copy, a shot where nothing moves."""

from __future__ import annotations

import numpy as np
import pytest

from similarity.absence import NotMeasured
from similarity.geometry.standing_support import Departures, in_blocks, standing_support

SHAPE = (64, 112)
EVERYTHING = np.ones(SHAPE, bool)


def room(num_frames, *, seed):
    """A standing picture under noise of its own."""
    picture = np.random.default_rng(7).normal(size=SHAPE)
    noise = np.random.default_rng(seed).normal(scale=0.2, size=(num_frames, *SHAPE))
    return (picture + noise).astype(np.float32)


def walked_through(frames, *, seed, row, step):
    """Somebody crosses the picture."""
    person = np.random.default_rng(seed).normal(size=(24, 16))
    frames = frames.copy()
    for number, frame in enumerate(frames):
        left = (number * step) % (SHAPE[1] - 16)
        frame[row : row + 24, left : left + 16] = person
    return frames


def weighed(suspect, work):
    here, there = in_blocks(suspect), in_blocks(work)
    means = (side.mean(axis=0, keepdims=True) for side in (here, there))
    departures = Departures(
        suspect=here, work=there, suspect_mean=next(means), work_mean=next(means), is_seen=EVERYTHING
    )
    return standing_support(departures, num_frames=len(suspect))


def test_one_room_with_other_people_is_supported_by_the_room_alone():
    found = weighed(
        walked_through(room(60, seed=1), seed=11, row=8, step=1),
        walked_through(room(60, seed=2), seed=12, row=32, step=1),
    )
    assert found.kind == "standing"
    assert found.standing_agreement > 0.9
    assert found.moving_agreement < 0.3
    assert found.standing_share + found.moving_share < 1
    boxes = found.others
    assert min(one.top for one in boxes) == pytest.approx(8 / 64)
    assert max(one.bottom for one in boxes) == pytest.approx(56 / 64)


def test_a_copy_has_what_moves_in_common_too():
    work = walked_through(room(60, seed=2), seed=12, row=32, step=1)
    noise = np.random.default_rng(3).normal(scale=0.3, size=work.shape)
    found = weighed((0.8 * work + noise).astype(np.float32), work)
    assert found.kind == "moving"
    assert found.moving_agreement > 0.8
    assert found.others == ()


def test_a_copy_under_something_added_keeps_its_support():
    work = walked_through(room(60, seed=2), seed=12, row=32, step=1)
    found = weighed(walked_through(work, seed=13, row=0, step=1), work)
    assert found.kind == "moving"


def test_where_nothing_moves_in_the_work_movement_tells_nothing():
    found = weighed(walked_through(room(60, seed=1), seed=11, row=8, step=1), room(60, seed=2))
    assert found.kind == "nothing moves"
    assert found.moving_share == 0
    assert isinstance(found.moving_agreement, NotMeasured)
