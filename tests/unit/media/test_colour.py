"""Colours of HDR and wide-gamut files: brought to SDR when read, as an ordinary file of the same film shows them."""

from __future__ import annotations

import av
import numpy as np
import pytest
from skimage import data

from similarity.media.colour import is_brought_to_sdr, to_sdr
from similarity.media.open import open_video
from similarity.media.types import UNTAGGED, ColourTags

SIZE = (320, 192)
PQ = ColourTags(primaries="bt2020", transfer="pq", matrix="bt2020nc", range="limited")
HLG = ColourTags(primaries="bt2020", transfer="hlg", matrix="bt2020nc", range="limited")
WIDE = ColourTags(primaries="bt2020", transfer="bt2020-10", matrix="bt2020nc", range="limited")
CODES = {"pq": 16, "hlg": 18, "bt2020-10": 14}
BT709_TO_BT2020 = np.array([[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]])
"""ITU-R BT.2087, as published."""


def picture():
    photograph = data.astronaut()[:192, :320]
    return (40 + photograph * 0.6).astype(np.uint8)


def levels_of(sdr, transfer):
    """(h, w, 3) 0 to 1: what a grade of an SDR picture to 100 cd/m2 has in the file."""
    light = (sdr / 255.0) ** 2.4 @ BT709_TO_BT2020.T
    if transfer == "pq":
        power = (light * 100 / 10000) ** 0.1593017578125
        return ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375
    if transfer == "bt2020-10":
        return light ** (1 / 2.4)
    display = light * 100 / 1000
    luminance = display @ [0.2627, 0.6780, 0.0593]
    scene = display * (np.maximum(luminance, 1e-9) ** (1 / 1.2 - 1))[..., None]
    upper = 0.17883277 * np.log(np.maximum(12 * scene - 0.28466892, 1e-9)) + 0.55991073
    return np.where(scene <= 1 / 12, np.sqrt(3 * scene), upper)


def write(path, sdr, tags):
    """A short lossless film of ten bits, with tags."""
    red, green, blue = np.moveaxis(levels_of(sdr, tags.transfer), 2, 0)
    luma = 0.2627 * red + 0.6780 * green + 0.0593 * blue
    planes = (64 + 876 * luma, 512 + 896 * (blue - luma) / 1.8814, 512 + 896 * (red - luma) / 1.4746)
    frame = av.VideoFrame(*SIZE, "yuv444p10le")
    for plane, values in zip(frame.planes, planes, strict=True):
        rows = np.zeros((SIZE[1], plane.line_size // 2), np.uint16)
        rows[:, : SIZE[0]] = np.clip(np.round(values), 0, 1023)
        plane.update(rows.tobytes())
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"qp": "0", "preset": "ultrafast"})
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv444p10le"
        context = stream.codec_context
        context.color_primaries, context.color_trc, context.colorspace = 9, CODES[tags.transfer], 9
        context.color_range = 1
        for number in range(5):
            frame.pts = number
            frame.color_primaries, frame.color_trc, frame.colorspace, frame.color_range = 9, CODES[tags.transfer], 9, 1
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("tags", [PQ, HLG, WIDE], ids=lambda tags: tags.transfer)
def test_a_picture_comes_out_as_its_sdr_version(tmp_path, tags):
    reader = open_video(write(tmp_path / "film.mp4", picture(), tags)).reader
    shown = reader.picture(next(iter(reader.frames()))).astype(int)
    info = reader.info
    reader.close()
    assert info.colour == tags
    gap = np.abs(shown - picture())
    below_the_knee = picture().max(axis=2) < 190
    assert gap[below_the_knee].mean() < 2.0
    assert shown.std() == pytest.approx(picture().std(), rel=0.06)


def test_light_above_white_keeps_its_order_and_hue():
    nits = np.array([20.0, 60.0, 100.0, 200.0, 400.0])
    power = (nits / 10000) ** 0.1593017578125
    signal = ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375
    greys = np.repeat(np.round(signal * 65535).astype(np.uint16)[None, :, None], 3, axis=2)
    shown = to_sdr(greys, PQ)[0].astype(int)
    assert (np.diff(shown[:, 0]) >= 0).all()
    assert (np.diff(shown[:4, 0]) > 0).all()
    assert np.abs(shown - shown[:, :1]).max() <= 1
    assert shown[0, 0] == pytest.approx(255 * 0.2 ** (1 / 2.4), abs=1)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (UNTAGGED, False),
        (ColourTags(primaries="bt709", transfer="bt709", matrix="bt709", range="limited"), False),
        (ColourTags(primaries="smpte170m", transfer="smpte170m", matrix="smpte170m", range="full"), False),
        (PQ, True),
        (WIDE, True),
        (ColourTags(primaries="smpte432", transfer="srgb", matrix="rgb", range="full"), True),
    ],
)
def test_ordinary_files_are_left_alone(tags, expected):
    assert is_brought_to_sdr(tags) == expected
