"""Pictures that FFmpeg can't read whole: read with Pillow, or refused by one reason that is true."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from PIL import Image
from skimage import data

from similarity.errors import UnreadableMediaError
from similarity.media.open import open_video
from similarity.media.pictures import pictures_at

COFFEE = np.ascontiguousarray(data.coffee()[:384, :576])


def only(path):
    """Backend, information and picture of a still."""
    opened = open_video(path)
    (frame,) = opened.reader.frames()
    assert opened.reader.info.is_still
    assert not opened.reader.counts.is_truncated
    return opened.backend, opened.reader.info, opened.reader.picture(frame)


def difference(one, other):
    return np.abs(one.astype(int) - other.astype(int)).mean()


@pytest.fixture
def moving(tmp_path):
    frames = [Image.fromarray(COFFEE[:, 6 * one : 6 * one + 300]) for one in range(20)]
    frames[0].save(
        tmp_path / "a.webp", save_all=True, append_images=frames[1:], duration=[100] * 19 + [250], lossless=True
    )
    return tmp_path / "a.webp"


def test_a_moving_webp_is_read_with_the_times_of_its_frames(moving):
    opened = open_video(moving)
    assert opened.backend == "pillow"
    assert "Pillow" in str(opened.reading_notes[0])
    times = []
    for number, frame in enumerate(opened.reader.frames()):
        times.append(frame.time)
        assert np.array_equal(opened.reader.picture(frame), COFFEE[:, 6 * number : 6 * number + 300])
    assert times == [Fraction(one, 10) for one in range(20)]
    counts = opened.reader.counts
    assert (counts.num_frames_from_content, counts.duration_seconds_from_content) == (20, pytest.approx(2.15))
    assert not counts.is_truncated
    assert opened.reader.info.display_width == 300
    found = pictures_at(moving, {700: [384]})
    assert np.array_equal(found[700, 384], COFFEE[:, 42:342])


@pytest.mark.parametrize(
    ("scale", "kind"), [(1.0, np.float32), (1 / 255, np.float32), (257, np.uint16), (257, np.int32)]
)
def test_a_tiff_of_more_than_eight_bits_is_laid_from_black_to_white(tmp_path, scale, kind):
    grey = COFFEE[..., 1].astype(np.float64)
    Image.fromarray((grey * scale).astype(kind)).save(tmp_path / "a.tif")
    _, _, picture = only(tmp_path / "a.tif")
    assert difference(picture[..., 0], grey) < 1


def test_damage_is_said_of_damage_with_one_reason(moving, tmp_path):
    content = moving.read_bytes()
    cut = tmp_path / "cut.webp"
    cut.write_bytes(content[: len(content) // 20])
    with pytest.raises(
        UnreadableMediaError, match=r"is cut off, .* bytes are missing; get a complete copy$"
    ) as refused:
        open_video(cut)
    assert "decord" not in str(refused.value)


def test_pixels_that_no_reader_knows_are_not_called_damaged(tmp_path):
    import tifffile

    tifffile.imwrite(tmp_path / "a.tif", np.zeros((40, 50, 5), np.float64), photometric="minisblack")
    with pytest.raises(UnreadableMediaError, match="does not support how it is coded, or it is damaged") as refused:
        open_video(tmp_path / "a.tif")
    assert "decord" not in str(refused.value)


def test_a_transparent_turned_picture_shows_on_white_and_upright(tmp_path):
    seen = np.dstack([COFFEE, np.full(COFFEE.shape[:2], 255, np.uint8)])
    seen[:100, :100, 3] = 0
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(seen).save(tmp_path / "a.png", exif=exif)
    opened = open_video(tmp_path / "a.png", reader="pillow")
    (frame,) = opened.reader.frames()
    picture = opened.reader.picture(frame)
    assert (opened.reader.info.rotation_degrees, picture.shape) == (90, (576, 384, 3))
    assert (np.rot90(picture)[:100, :100] == 255).all()
    assert np.array_equal(np.rot90(picture)[100:, 100:], COFFEE[100:, 100:])
    by_pyav = open_video(tmp_path / "a.png", reader="pyav").reader
    assert difference(by_pyav.picture(next(iter(by_pyav.frames()))), picture) < 1
    small = opened.reader.picture(frame, max_side=96)
    assert max(small.shape[:2]) == 96
    assert opened.reader.thumbnail(frame).shape[2] == 3
