"""One contract for every reader of video: PyAV, decord, and the fake that other tests use."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from support.fake_reader import FakeReader
from support.footage import (
    FULL_RANGE,
    cut_off,
    moving_pattern,
    read_number,
    write_gif,
    write_sound,
    write_still,
    write_vfr_video,
    write_video,
)

from similarity.errors import NoVideoStreamError, UnreadableMediaError
from similarity.media.open import open_video
from similarity.media.types import Frame, MediaInfo, ReadCounts, VideoReader

NUM_FRAMES = 26
BACKENDS = ("pyav", "decord")


@dataclass(frozen=True)
class Case:
    """Footage that every backend must read alike."""

    file: str
    options: dict[str, Any] = field(default_factory=dict)
    size: tuple[int, int] = (192, 108)
    display_size: tuple[int, int] = (192, 108)
    times: list[Fraction] | None = None
    clockwise_quarter_turns: int = 0

    def turned(self, picture: np.ndarray, sign: int = 1) -> np.ndarray:
        return np.ascontiguousarray(np.rot90(picture, -sign * self.clockwise_quarter_turns))


def _regular(rate: Fraction) -> list[Fraction]:
    return [number / rate for number in range(NUM_FRAMES)]


_IRREGULAR = [0, 40, 80, 200, 201, 260, *range(1000, 1000 + 37 * (NUM_FRAMES - 6), 37)]
CASES = {
    "H.264 with B-frames in MP4": Case("h264.mp4", {"b_frames": 3, "keyframe_every": 10}, times=_regular(Fraction(25))),
    "H.264 at 30000/1001 in MOV": Case(
        "ntsc.mov", {"rate": Fraction(30000, 1001)}, times=_regular(Fraction(30000, 1001))
    ),
    "H.264 in MKV": Case("h264.mkv", {"b_frames": 2, "keyframe_every": 8}),
    "H.264 with B-frames in AVI, which knows no presentation times": Case(
        "h264.avi", {"b_frames": 2, "keyframe_every": 8}, times=_regular(Fraction(25))
    ),
    "HEVC in MP4": Case("hevc.mp4", {"codec": "libx265"}, times=_regular(Fraction(25))),
    "HEVC of 10 bits": Case("ten.mp4", {"codec": "libx265", "pixel_format": "yuv420p10le"}),
    "VP9 in WebM": Case("vp9.webm", {"codec": "libvpx-vp9"}),
    "VP9 of odd size": Case("odd.webm", {"codec": "libvpx-vp9"}, size=(191, 107), display_size=(191, 107)),
    "MPEG-4 in AVI": Case("mpeg4.avi", {"codec": "mpeg4"}, times=_regular(Fraction(25))),
    "MPEG-4 with B-frames in AVI": Case("mpeg4b.avi", {"codec": "mpeg4", "b_frames": 2}, times=_regular(Fraction(25))),
    "MJPEG in MOV": Case("mjpeg.mov", {"codec": "mjpeg"}, times=_regular(Fraction(25))),
    "full-range colour": Case("full.mp4", {"pixel_format": "yuvj420p", "color_range": FULL_RANGE}),
    "variable frame rate": Case(
        "vfr.mp4",
        {"pts": _IRREGULAR, "time_base": Fraction(1, 1000)},
        times=[Fraction(ticks, 1000) for ticks in _IRREGULAR],
    ),
    "start after zero": Case(
        "late.mkv",
        {"pts": [5000 + 40 * number for number in range(NUM_FRAMES)], "time_base": Fraction(1, 1000)},
        times=_regular(Fraction(25)),
    ),
    "pixels wider than high": Case("sar.mp4", {"sample_aspect_ratio": Fraction(4, 3)}, display_size=(256, 108)),
    "pixels higher than wide": Case("tall.mp4", {"sample_aspect_ratio": Fraction(3, 4)}, display_size=(192, 144)),
    "turned by 90 degrees": Case(
        "turn90.mp4", {"rotation_degrees": 90}, display_size=(108, 192), clockwise_quarter_turns=1
    ),
    "turned by 180 degrees": Case("turn180.mov", {"rotation_degrees": 180}, clockwise_quarter_turns=2),
    "turned by 270 degrees": Case(
        "turn270.mp4", {"rotation_degrees": 270}, display_size=(108, 192), clockwise_quarter_turns=3
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("footage")


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]


@cache
def originals_of(size: tuple[int, int]) -> list[np.ndarray]:
    return moving_pattern(NUM_FRAMES, *size)


@pytest.fixture
def originals(case: Case) -> list[np.ndarray]:
    return originals_of(case.size)


@pytest.fixture
def path(case: Case, folder: Path, originals: list[np.ndarray]) -> Path:
    file = folder / case.file
    return file if file.exists() else write_video(file, originals, **case.options)


@pytest.fixture(params=[*BACKENDS, "fake"])
def backend(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def reader(backend: str, case: Case, path: Path, originals: list[np.ndarray]) -> VideoReader:
    """One that has read nothing yet."""
    if backend == "fake":
        shown = [cv2.resize(case.turned(one), case.display_size) for one in originals]
        milliseconds = [round(1000 * time) for time in case.times or _regular(Fraction(25))]
        return FakeReader(shown, pts=milliseconds, time_base=Fraction(1, 1000))
    return open_video(path, reader=backend).reader


@dataclass(frozen=True)
class Read:
    """Everything that one reader delivered of one file in a whole pass."""

    info: MediaInfo
    frames: list[Frame]
    pictures: list[np.ndarray]
    small: list[np.ndarray]
    thumbnails: list[np.ndarray]
    counts: ReadCounts


@pytest.fixture(scope="module")
def passes() -> dict[tuple[str, str], Read]:
    return {}


@pytest.fixture
def read(request: pytest.FixtureRequest, passes: dict[tuple[str, str], Read], backend: str, case: Case) -> Read:
    """One whole pass, made by the first test that looks at it."""
    if (backend, case.file) not in passes:
        passes[backend, case.file] = whole_pass(request.getfixturevalue("reader"))
    return passes[backend, case.file]


def whole_pass(reader: VideoReader) -> Read:
    frames, pictures, small, thumbnails = [], [], [], []
    for frame in reader.frames():
        frames.append(replace(frame, source=None))
        pictures.append(reader.picture(frame))
        small.append(reader.picture(frame, max_side=128))
        thumbnails.append(reader.thumbnail(frame))
    return Read(reader.info, frames, pictures, small, thumbnails, reader.counts)


def test_times_start_at_zero_and_strictly_increase(read: Read) -> None:
    times = [frame.time for frame in read.frames]
    assert times[0] == 0
    assert all(earlier < later for earlier, later in itertools.pairwise(times))


def test_times_are_the_exact_rationals_of_the_time_stamps(read: Read) -> None:
    for frame in read.frames:
        assert isinstance(frame.time, Fraction)
        assert frame.time == (frame.pts - read.info.start_pts) * read.info.time_base


def test_frames_come_in_order_of_presentation_at_the_times_they_were_made_for(read: Read, case: Case) -> None:
    expected = case.times or _regular(Fraction(25))
    half_a_tick = read.info.time_base / 2  # Matroska knows milliseconds only
    assert len(read.frames) == NUM_FRAMES
    assert all(abs(frame.time - time) <= half_a_tick for frame, time in zip(read.frames, expected, strict=True))


def test_pictures_are_upright_with_square_pixels_and_the_right_colours(
    read: Read, case: Case, originals: list[np.ndarray]
) -> None:
    width, height = case.display_size
    assert (read.info.display_width, read.info.display_height) == (width, height)
    for picture, original in zip(read.pictures, originals, strict=True):
        assert picture.shape == (height, width, 3)
        assert picture.dtype == np.uint8
        expected = cv2.resize(case.turned(original), (width, height))
        assert np.abs(cv2.blur(picture, (9, 9)).astype(int) - cv2.blur(expected, (9, 9))).mean() < 4


def test_every_picture_is_the_one_of_its_time(read: Read, case: Case) -> None:
    assert [read_number(case.turned(picture, -1)) for picture in read.pictures] == list(range(NUM_FRAMES))


def test_pictures_are_shrunk_to_the_side_asked_for_and_never_enlarged(reader: VideoReader, case: Case) -> None:
    frame = next(iter(reader.frames()))
    assert max(reader.picture(frame, max_side=64).shape[:2]) == 64
    assert reader.picture(frame, max_side=5000).shape[:2] == case.display_size[::-1]
    reader.close()


def test_thumbnails_are_small_bgr_pictures_of_the_frame(read: Read) -> None:
    for thumbnail, picture in zip(read.thumbnails, read.pictures, strict=True):
        assert thumbnail.dtype == np.uint8
        assert thumbnail.ndim == 3
        assert 40 <= thumbnail.shape[1] <= 200
        assert np.abs(thumbnail.mean((0, 1)) - picture.mean((0, 1))[::-1]).max() < 6


def test_what_is_counted_is_what_was_delivered(read: Read, case: Case) -> None:
    counts = read.counts
    assert counts.num_frames_from_content == len(read.frames) == NUM_FRAMES
    assert counts.num_decode_failures == counts.num_irregular_timestamps == 0
    assert not counts.is_truncated
    assert counts.is_variable_frame_rate == ("pts" in case.options and case.options["pts"] == _IRREGULAR)
    last = float(read.frames[-1].time)
    assert last < counts.duration_seconds_from_content < last + 0.2


def test_keyframes_alone_are_the_same_frames_as_in_a_whole_pass(read: Read, reader: VideoReader) -> None:
    whole = {frame.pts: shown for frame, shown in zip(read.frames, read.pictures, strict=True) if frame.is_keyframe}
    alone = {frame.pts: reader.picture(frame) for frame in reader.frames(keyframes_only=True)}
    assert list(alone) == list(whole)
    assert all(np.array_equal(alone[pts], whole[pts]) for pts in whole)
    seconds = read.counts.duration_seconds_from_content
    assert reader.counts.duration_seconds_from_content == pytest.approx(seconds, abs=0.05)
    assert reader.counts.is_variable_frame_rate == read.counts.is_variable_frame_rate
    assert not reader.counts.is_truncated


def test_a_frame_stays_valid_until_the_next_but_one(reader: VideoReader) -> None:
    frames = iter(reader.frames())
    first = next(frames)
    before = reader.picture(first)
    next(frames)
    assert np.array_equal(reader.picture(first), before)
    reader.close()


def test_a_second_pass_gives_the_same_frames(reader: VideoReader) -> None:
    first, second = ([(frame.pts, frame.time, frame.is_keyframe) for frame in reader.frames()] for _ in range(2))
    assert first == second


def test_closing_twice_and_in_the_middle_of_a_pass_does_no_harm(reader: VideoReader) -> None:
    next(iter(reader.frames()))
    reader.close()
    reader.close()


@pytest.mark.parametrize("backend", ["pyav"], indirect=True)
def test_both_backends_agree_on_times_exactly_and_on_pictures_nearly(
    read: Read, passes: dict[tuple[str, str], Read], case: Case, path: Path
) -> None:
    decord = passes.get(("decord", case.file)) or whole_pass(open_video(path, reader="decord").reader)
    for one, other in zip(read.frames, decord.frames, strict=True):
        assert (one.pts, one.time, one.is_keyframe) == (other.pts, other.time, other.is_keyframe)
    for one, other in zip(read.small, decord.small, strict=True):
        assert np.abs(one.astype(int) - other).mean() < 2
    assert read.counts == decord.counts


UNREADABLE_WITH_DECORD = {
    "AV1": (lambda folder: write_video(folder / "a.mp4", moving_pattern(6), codec="libsvtav1"), "av1"),
    "animated GIF": (lambda folder: write_gif(folder / "a.gif", moving_pattern(4)), "gif"),
    "JPEG": (lambda folder: write_still(folder / "a.jpg", moving_pattern(1)[0]), "still picture (mjpeg)"),
    "PNG": (lambda folder: write_still(folder / "a.png", moving_pattern(1)[0]), "still picture (png)"),
    "WebP": (lambda folder: write_still(folder / "a.webp", moving_pattern(1)[0]), "still picture (webp)"),
    "mirrored": (lambda folder: write_video(folder / "m.mp4", moving_pattern(3), is_mirrored=True), "mirrored"),
    "cut off MP4": (
        lambda folder: cut_off(
            write_video(folder / "whole.mp4", moving_pattern(30), muxer_options={"movflags": "faststart"}),
            folder / "cut.mp4",
            keep=0.6,
        ),
        "h264",
    ),
}


@pytest.mark.parametrize("name", UNREADABLE_WITH_DECORD)
def test_what_decord_cannot_read_is_refused_by_name_and_read_by_pyav(name: str, tmp_path: Path) -> None:
    make, named = UNREADABLE_WITH_DECORD[name]
    path = make(tmp_path)
    with pytest.raises(UnreadableMediaError) as refused:
        open_video(path, reader="decord")
    message = str(refused.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    assert "decord" in message
    assert named in message
    assert "pyav" in message
    opened = open_video(path)
    assert opened.backend == "pyav"
    assert len(list(opened.reader.frames())) > 0


@pytest.mark.parametrize("backend", BACKENDS)
def test_sound_alone_is_no_video(backend: str, tmp_path: Path) -> None:
    with pytest.raises(NoVideoStreamError, match="audio only"):
        open_video(write_sound(tmp_path / "a.wav"), reader=backend)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_cut_off_matroska_file_is_delivered_up_to_the_damage(backend: str, tmp_path: Path) -> None:
    whole = write_vfr_video(tmp_path / "w.mkv", moving_pattern(60), [40 * n for n in range(60)], keyframe_every=5)
    reader = open_video(cut_off(whole, tmp_path / "c.mkv", keep=0.6), reader=backend).reader
    numbers = [read_number(reader.picture(frame)) for frame in reader.frames()]
    assert 20 < len(numbers) < 55
    assert numbers == list(range(len(numbers)))
    assert reader.counts.is_truncated
