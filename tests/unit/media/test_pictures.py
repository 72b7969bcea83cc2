from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from support.footage import moving_pattern, read_number, write_gif, write_vfr_video, write_video

from similarity.media.open import open_video
from similarity.media.pictures import pictures_at

NUM_FRAMES = 120
MAKERS = {
    "mp4": lambda folder: write_video(
        folder / "a.mp4", moving_pattern(NUM_FRAMES), rate=10, keyframe_every=20, b_frames=3
    ),
    "mkv": lambda folder: write_vfr_video(
        folder / "a.mkv",
        moving_pattern(NUM_FRAMES),
        [7000 + 90 * number + number % 3 for number in range(NUM_FRAMES)],
        keyframe_every=20,
    ),
    "avi": lambda folder: write_video(
        folder / "a.avi", moving_pattern(NUM_FRAMES), rate=10, b_frames=2, keyframe_every=20
    ),
}


@pytest.mark.parametrize("reader", ["pyav", "decord"])
@pytest.mark.parametrize("container", MAKERS)
def test_the_pictures_taken_are_exactly_those_of_a_whole_pass(container: str, reader: str, tmp_path: Path) -> None:
    path = MAKERS[container](tmp_path)
    opened = open_video(path, reader=reader).reader
    whole = {frame.pts: opened.picture(frame, max_side=96) for frame in opened.frames()}
    stamps = list(whole)
    wanted = [stamps[index] for index in (119, 0, 57, 58, 59, 60, 61, 18, 19, 20, 21, 100)]
    taken = pictures_at(path, wanted, max_side=96, reader=reader)
    assert set(taken) == set(wanted)
    assert all(np.array_equal(taken[stamp], whole[stamp]) for stamp in wanted)
    assert read_number(taken[stamps[57]]) == 57


def test_a_frame_that_does_not_exist_is_left_out(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", moving_pattern(10), time_base=Fraction(1, 1000), pts=range(0, 400, 40))
    reader = open_video(path).reader
    first, second = (frame.pts for frame, _ in zip(reader.frames(), range(2), strict=False))
    assert set(pictures_at(path, [first, second, second + 1, 10**9], max_side=64)) == {first, second}
    assert pictures_at(path, [], max_side=64) == {}


def test_containers_that_cannot_seek_are_read_from_the_start(tmp_path: Path) -> None:
    path = write_gif(tmp_path / "a.gif", moving_pattern(8))
    stamps = [frame.pts for frame in open_video(path).reader.frames()]
    taken = pictures_at(path, stamps[5:7], max_side=192)
    assert [read_number(taken[stamp]) for stamp in stamps[5:7]] == [5, 6]
