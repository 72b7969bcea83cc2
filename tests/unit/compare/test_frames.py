"""Frames taken out of files again: decoded ahead where a report will show them, and let go of when handed out."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from similarity.absence import NotMeasured
from similarity.compare import frames
from similarity.compare.frames import DecodedFrames, ReportFrames
from similarity.errors import MediaError


@pytest.fixture
def decoded(monkeypatch):
    """What was decoded, call by call; frame 9 can't be."""
    calls = []

    def decode(path, wanted, *, reader):
        calls.append({(stamp, side) for stamp, sides in wanted.items() for side in sides})
        return {one: np.full((1, 1, 3), one[0] + one[1], np.uint8) for one in calls[-1] if one[0] != 9}

    monkeypatch.setattr(frames, "pictures_at", decode)
    return calls


def values(taken):
    return {stamp: int(picture[0, 0, 0]) for stamp, picture in taken.items()}


def test_what_a_report_shows_is_decoded_once_and_kept_in_its_size_alone(decoded):
    taken = DecodedFrames("auto", report=ReportFrames(max_side_pixels=48, suspect_pts=(1, 2, 3)))
    video = SimpleNamespace(path="film")
    assert values(taken.of_suspect(video, [1, 5, 9], max_side=64)) == {1: 65, 5: 69}
    assert decoded == [{(1, 64), (5, 64), (9, 64), (1, 48), (2, 48), (3, 48), (5, 48), (9, 48)}]
    for _ in range(2):
        assert values(taken.of_suspect(video, [1, 2, 3, 5, 9], max_side=48)) == {1: 49, 2: 50, 3: 51, 5: 53}
    assert len(decoded) == 1
    assert taken.kept_bytes == 4 * 3
    assert values(taken.of_suspect(video, [2, 4], max_side=48)) == {2: 50, 4: 52}
    assert decoded[1:] == [{(4, 48)}]


def test_what_there_is_no_room_for_is_decoded_again(decoded, monkeypatch):
    monkeypatch.setattr(frames, "_MAX_KEPT_BYTES", 2 * 3)
    taken = DecodedFrames("auto", report=ReportFrames(max_side_pixels=48, suspect_pts=(1, 2, 3)))
    video = SimpleNamespace(path="film")
    for stamps in ([5], [1, 2, 3, 5], [2], [6, 7], [1, 5]):
        side = 64 if stamps == [5] else 48
        assert values(taken.of_suspect(video, stamps, max_side=side)) == {stamp: stamp + side for stamp in stamps}
        assert taken.kept_bytes <= 2 * 3


def test_without_a_report_nothing_is_decoded_ahead_or_kept(decoded):
    taken = DecodedFrames("auto")
    video = SimpleNamespace(path="film")
    for _ in range(2):
        assert set(taken.of_suspect(video, [1, 2], max_side=64)) == {1, 2}
    assert decoded == [{(1, 64), (2, 64)}] * 2
    assert taken.kept_bytes == 0


def test_a_file_that_cannot_be_read_is_said_even_where_no_frame_is_wanted(monkeypatch):
    def fails(*_, **__):
        raise MediaError("film: is gone")

    monkeypatch.setattr(frames, "pictures_at", fails)
    taken = DecodedFrames("auto", report=ReportFrames(max_side_pixels=48, suspect_pts=(1,)))
    for pts in ([], [1]):
        found = taken.of_suspect(SimpleNamespace(path="film"), pts, max_side=64)
        assert isinstance(found, NotMeasured)
        assert str(found.reason) == "film: is gone"
