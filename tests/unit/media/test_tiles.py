"""Stills put together of tiles, as phones write them: the whole is read, or the file is refused by name."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageOps
from skimage import data
from support.tiled_stills import box, write_tiles

from similarity.errors import UnreadableMediaError
from similarity.media.open import open_video
from similarity.media.pictures import pictures_at

COFFEE = np.ascontiguousarray(data.coffee()[:384, :576])
TURNS = {
    "as it is": b"",
    "a quarter turn": box(b"irot", b"\1"),
    "a half turn": box(b"irot", b"\2"),
    "top and bottom exchanged": box(b"imir", b"\0"),
    "left and right exchanged": box(b"imir", b"\1"),
    "turned, then mirrored": box(b"irot", b"\3") + box(b"imir", b"\1"),
}


def read(path):
    """Information and picture of a still."""
    opened = open_video(path)
    assert opened.backend == "pyav"
    assert opened.reading_notes == ()
    (frame,) = opened.reader.frames()
    assert opened.reader.info.is_still
    assert not opened.reader.counts.is_truncated
    return opened.reader.info, opened.reader.picture(frame)


def difference(one, other):
    return np.abs(one.astype(int) - other.astype(int)).mean()


@pytest.mark.parametrize("item_type", [b"av01", b"hvc1"], ids=["AVIF", "HEIC"])
@pytest.mark.parametrize(("rows", "columns"), [(2, 3), (4, 1), (1, 2), (1, 1)])
def test_tiles_are_put_together(tmp_path, rows, columns, item_type):
    path = write_tiles(tmp_path / "a.heic", COFFEE, rows=rows, columns=columns, item_type=item_type)
    info, picture = read(path)
    assert (info.width, info.height, info.display_width, info.display_height) == (576, 384, 576, 384)
    assert difference(picture, COFFEE) < 3
    assert difference(pictures_at(path, {0: [576]})[0, 576], COFFEE) < 3


@pytest.mark.parametrize("turn", TURNS)
def test_the_whole_is_brought_upright_as_libavif_does(tmp_path, turn):
    path = write_tiles(tmp_path / "a.avif", COFFEE, rows=2, columns=2, turn=TURNS[turn])
    with Image.open(path) as image:
        expected = np.array(ImageOps.exif_transpose(image).convert("RGB"))
    info, picture = read(path)
    assert (info.display_width, info.display_height) == (picture.shape[1], picture.shape[0])
    assert picture.shape == expected.shape
    assert difference(picture, expected) < 1


def test_a_tile_that_does_not_decode_is_counted_in_the_refusal(tmp_path):
    path = write_tiles(tmp_path / "a.avif", COFFEE, rows=2, columns=2)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 3])
    with pytest.raises(
        UnreadableMediaError, match=r"of its 4 tiles do not decode; get another copy$|is cut off|damaged"
    ):
        open_video(path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"grid\0", b"iovl\0", "of the kind 'iovl', laid together of other pictures, of which FFmpeg reads a part"),
        (b"dimg", b"cdsc", "tiles whose layout can't be read"),
    ],
)
def test_what_cannot_be_put_together_is_refused_by_name(tmp_path, old, new, said):
    path = write_tiles(tmp_path / "a.heic", COFFEE, rows=2, columns=2, item_type=b"hvc1")
    path.write_bytes(path.read_bytes().replace(old, new, 1))
    with pytest.raises(UnreadableMediaError, match=said):
        open_video(path)


def test_an_avif_that_is_whole_is_read_as_ever(tmp_path):
    Image.fromarray(COFFEE).save(tmp_path / "a.avif")
    assert difference(read(tmp_path / "a.avif")[1], COFFEE) < 6
