"""Files that hold more pictures than one stream or page: what is not read is named."""

from __future__ import annotations

import av
from PIL import Image
from skimage import data
from support.footage import moving_pattern

from similarity.media.open import open_video


def noted(path):
    opened = open_video(path)
    opened.reader.close()
    return [str(one) for one in opened.reading_notes]


def test_pages_behind_the_first_are_named(tmp_path):
    pages = [Image.fromarray(one) for one in (data.coffee(), data.chelsea(), data.coffee())]
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:])
    pages[0].save(tmp_path / "one.tif")
    (said,) = noted(tmp_path / "a.tif")
    assert said == f"{tmp_path / 'a.tif'}: holds 3 pages; the first is read, the others are left out"
    assert noted(tmp_path / "one.tif") == []


def test_a_second_stream_of_pictures_is_named_and_a_cover_is_none(tmp_path):
    for name, num_streams in (("two.mkv", 2), ("one.mkv", 1)):
        with av.open(str(tmp_path / name), "w") as container:
            streams = [container.add_stream("mpeg4", rate=25) for _ in range(num_streams)]
            for stream in streams:
                stream.width, stream.height, stream.pix_fmt = 192, 108, "yuv420p"
            for picture in moving_pattern(5):
                for stream in streams:
                    container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
            for stream in streams:
                container.mux(stream.encode(None))
    (said,) = noted(tmp_path / "two.mkv")
    assert "holds 2 video streams; the one that a player shows is read" in said
    assert noted(tmp_path / "one.mkv") == []
