from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from support.footage import cut_off, moving_pattern, read_number, spoil, write_gif, write_still, write_video

from similarity.absence import NotMeasured
from similarity.media.open import open_video
from similarity.media.readers.pyav_reader import PyavReader
from similarity.media.types import Frame

FASTSTART = {"movflags": "faststart"}


@pytest.fixture
def pattern() -> np.ndarray:
    return moving_pattern(1, seed=3)[0]


def _only_picture(path: Path) -> np.ndarray:
    reader = PyavReader(path)
    (frame,) = reader.frames()
    return reader.picture(frame)


@pytest.mark.parametrize(
    ("suffix", "codec"),
    [
        ("jpg", "mjpeg"),
        ("png", "png"),
        ("webp", "webp"),
        ("gif", "gif"),
        ("avif", "av1"),
        ("bmp", "bmp"),
        ("tif", "tiff"),
    ],
)
def test_a_still_is_one_frame_without_duration(suffix: str, codec: str, pattern: np.ndarray, tmp_path: Path) -> None:
    path = tmp_path / f"a.{suffix}"
    (write_gif(path, [pattern]) if suffix == "gif" else write_still(path, pattern))
    reader = PyavReader(path)
    (frame,) = reader.frames()
    assert reader.info.is_still
    assert reader.info.codec == codec
    assert isinstance(reader.info.duration_seconds_from_header, NotMeasured)
    assert isinstance(reader.info.frame_rate_from_header, NotMeasured)
    assert frame.time == 0
    assert reader.counts.num_frames_from_content == 1
    assert reader.counts.duration_seconds_from_content == 0
    assert np.abs(reader.picture(frame).astype(int) - pattern).mean() < 8


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp"])
@pytest.mark.parametrize(
    ("orientation", "stored"),
    [
        (1, lambda upright: upright),
        (2, lambda upright: upright[:, ::-1]),
        (3, lambda upright: upright[::-1, ::-1]),
        (4, lambda upright: upright[::-1]),
        (5, lambda upright: upright.swapaxes(0, 1)),
        (6, lambda upright: np.rot90(upright, 1)),
        (7, lambda upright: upright[::-1, ::-1].swapaxes(0, 1)),
        (8, lambda upright: np.rot90(upright, -1)),
    ],
)
def test_photographs_come_upright_whatever_their_exif_orientation(
    orientation: int, stored, suffix: str, pattern: np.ndarray, tmp_path: Path
) -> None:
    path = write_still(tmp_path / f"a.{suffix}", np.ascontiguousarray(stored(pattern)), exif_orientation=orientation)
    assert np.abs(_only_picture(path).astype(int) - pattern).mean() < 4


def test_a_mirrored_video_comes_upright(tmp_path: Path) -> None:
    original = moving_pattern(2)
    path = write_video(tmp_path / "a.mp4", [picture[:, ::-1] for picture in original], is_mirrored=True)
    reader = PyavReader(path)
    assert [read_number(reader.picture(frame)) for frame in reader.frames()] == [0, 1]


def test_transparent_pixels_are_laid_on_white(pattern: np.ndarray, tmp_path: Path) -> None:
    see_through = np.dstack([pattern, np.full(pattern.shape[:2], 255, np.uint8)])
    see_through[:, :50, 3] = 0
    see_through[:, 50:100, 3] = 128
    picture = _only_picture(write_still(tmp_path / "a.png", see_through)).astype(int)
    assert (picture[:, :50] == 255).all()
    assert np.abs(picture[:, 50:100] - (pattern[:, 50:100] * 128.0 + 255 * 127) / 255).max() <= 1
    assert (picture[:, 100:] == pattern[:, 100:]).all()


def test_an_animated_gif_is_a_video_with_its_own_times(tmp_path: Path) -> None:
    reader = PyavReader(write_gif(tmp_path / "a.gif", moving_pattern(5), milliseconds=120))
    frames = list(reader.frames())
    assert [frame.time for frame in frames] == [Fraction(12 * number, 100) for number in range(5)]
    assert not reader.info.is_still
    assert reader.counts.duration_seconds_from_content == pytest.approx(0.6)


def test_header_figures_are_kept_apart_from_counted_ones(tmp_path: Path) -> None:
    whole = write_video(tmp_path / "w.mp4", moving_pattern(50), keyframe_every=10, muxer_options=FASTSTART)
    reader = PyavReader(cut_off(whole, tmp_path / "c.mp4", keep=0.6))
    numbers = [read_number(reader.picture(frame)) for frame in reader.frames()]
    assert reader.info.num_frames_from_header == 50
    assert reader.info.duration_seconds_from_header == pytest.approx(2)
    assert 10 < len(numbers) < 45
    assert numbers == list(range(len(numbers)))
    assert reader.counts.num_frames_from_content == len(numbers)
    assert reader.counts.duration_seconds_from_content == pytest.approx(len(numbers) / 25)
    assert reader.counts.is_truncated


def test_missing_duration_is_said_and_not_guessed(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mkv", moving_pattern(10), muxer_options={"live": "1"})
    reader = PyavReader(path)
    assert isinstance(reader.info.duration_seconds_from_header, NotMeasured)
    assert len(list(reader.frames())) == 10
    assert reader.counts.duration_seconds_from_content == pytest.approx(0.4)
    assert not reader.counts.is_truncated


def test_a_raw_stream_without_times_is_counted_from_zero(tmp_path: Path) -> None:
    reader = PyavReader(write_video(tmp_path / "a.h264", moving_pattern(10), keyframe_every=4))
    times = [frame.time for frame in reader.frames()]
    assert times == [Fraction(number, 25) for number in range(10)]
    assert reader.counts.num_irregular_timestamps == 10
    keyframes = {frame.time for frame in reader.frames(keyframes_only=True)}
    assert keyframes < set(times)


def test_damage_in_the_middle_is_counted_and_the_rest_delivered(tmp_path: Path) -> None:
    whole = write_video(tmp_path / "w.mov", moving_pattern(60), codec="png")
    reader = PyavReader(spoil(whole, tmp_path / "d.mov", start=0.4, end=0.45))
    numbers = [read_number(reader.picture(frame)) for frame in reader.frames()]
    assert numbers[-1] == 59
    assert numbers == sorted(set(numbers))
    assert reader.counts.num_decode_failures == 60 - len(numbers) > 0
    assert not reader.counts.is_truncated


@pytest.mark.parametrize(
    ("codec", "pixel_format", "suffix"),
    [
        ("libx264", "yuv420p", "mp4"),
        ("mjpeg", "yuvj420p", "mov"),
        ("libx264", "yuv422p", "mp4"),
        ("libx264", "yuv444p", "mp4"),
        ("ffv1", "yuv420p10le", "mkv"),
        ("png", "rgb24", "mov"),
    ],
)
@pytest.mark.parametrize("size", [(320, 180), (318, 179), (90, 50), (640, 90)])
def test_thumbnails_look_like_the_picture_shrunk(
    codec: str, pixel_format: str, suffix: str, size: tuple[int, int], tmp_path: Path
) -> None:
    if pixel_format != "yuv444p" and codec != "png" and size[1] % 2:
        size = (size[0], size[1] + 1)
    pictures = moving_pattern(2, *size)
    reader = PyavReader(write_video(tmp_path / f"a.{suffix}", pictures, codec=codec, pixel_format=pixel_format))
    for frame in reader.frames():
        thumbnail = reader.thumbnail(frame)
        shrunk = cv2.resize(reader.picture(frame), thumbnail.shape[1::-1], interpolation=cv2.INTER_AREA)
        assert np.abs(cv2.blur(thumbnail[..., ::-1], (5, 5)).astype(int) - cv2.blur(shrunk, (5, 5))).mean() < 6


def test_frames_of_another_reader_are_refused(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", moving_pattern(2))
    pyav, decord = PyavReader(path), open_video(path, reader="decord").reader
    alien = Frame(pts=0, time=Fraction(0), is_keyframe=True, source="nothing")
    for reader in (pyav, decord):
        with pytest.raises(TypeError, match="expected a frame read by"):
            reader.picture(alien)


def test_names_that_look_like_patterns_or_protocols_are_just_names(pattern: np.ndarray, tmp_path: Path) -> None:
    for name in ("50%d.jpg", "a[1]*.png", "http:a.jpg"):
        write_still(tmp_path / name, pattern)
        assert _only_picture(tmp_path / name).shape == pattern.shape
