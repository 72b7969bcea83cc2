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
    taken = pictures_at(path, dict.fromkeys(wanted, (96,)), reader=reader)
    assert set(taken) == {(stamp, 96) for stamp in wanted}
    assert all(np.array_equal(taken[stamp, 96], whole[stamp]) for stamp in wanted)
    assert read_number(taken[stamps[57], 96]) == 57


@pytest.mark.parametrize("reader", ["pyav", "decord"])
@pytest.mark.parametrize("container", MAKERS)
def test_pictures_of_several_sizes_are_those_taken_apart(container: str, reader: str, tmp_path: Path) -> None:
    path = MAKERS[container](tmp_path)
    stamps = [frame.pts for frame in open_video(path, reader=reader).reader.frames()]
    wanted = {stamps[119]: (96, 64), stamps[3]: (64,), stamps[40]: (80, 96)}
    together = pictures_at(path, wanted, reader=reader)
    apart = {}
    for stamp, sides in wanted.items():
        for side in sides:
            apart |= pictures_at(path, {stamp: (side,)}, reader=reader)
    assert together.keys() == apart.keys() == {(stamp, side) for stamp, sides in wanted.items() for side in sides}
    assert all(np.array_equal(picture, apart[key]) for key, picture in together.items())


def test_a_frame_that_does_not_exist_is_left_out(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", moving_pattern(10), time_base=Fraction(1, 1000), pts=range(0, 400, 40))
    reader = open_video(path).reader
    first, second = (frame.pts for frame, _ in zip(reader.frames(), range(2), strict=False))
    wanted = dict.fromkeys([first, second, second + 1, 10**9], (64,))
    assert set(pictures_at(path, wanted)) == {(first, 64), (second, 64)}
    assert pictures_at(path, {}) == {}


def test_containers_that_cannot_seek_are_read_from_the_start(tmp_path: Path) -> None:
    path = write_gif(tmp_path / "a.gif", moving_pattern(8))
    stamps = [frame.pts for frame in open_video(path).reader.frames()]
    taken = pictures_at(path, dict.fromkeys(stamps[5:7], (192,)))
    assert [read_number(taken[stamp, 192]) for stamp in stamps[5:7]] == [5, 6]
