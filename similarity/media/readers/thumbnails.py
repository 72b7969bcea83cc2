"""Thumbnails that cost next to nothing: every n-th pixel of the decoder's own planes.

Scene detection looks at every frame of a film, so this runs a hundred times as often as a real conversion.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from av.video.reformatter import ColorRange, Interpolation, VideoReformatter

from similarity.media.types import Picture

__all__ = ["TARGET_WIDTH", "even_step", "thumbnailer"]

TARGET_WIDTH = 96
"""Pixels; the true width is the nearest that a whole, even step gives."""

# chroma subsampling (horizontal, vertical) of the 8-bit planar formats that are read in place
_SUBSAMPLING = {
    "yuv420p": (2, 2),
    "yuvj420p": (2, 2),
    "yuv422p": (2, 1),
    "yuvj422p": (2, 1),
    "yuv444p": (1, 1),
    "yuvj444p": (1, 1),
}
# (Kr, Kb) by FFmpeg's number of the colour space; unspecified is taken as BT.601, as FFmpeg does
_LUMA_WEIGHTS = {1: (0.2126, 0.0722), 9: (0.2627, 0.0593), 10: (0.2627, 0.0593)}
_BT601 = (0.299, 0.114)


def thumbnailer(frame: VideoFrame) -> Callable[[VideoFrame], Picture]:
    """A function that makes BGR thumbnails of frames of this format and size."""
    step = even_step(frame.width)
    subsampling = _SUBSAMPLING.get(frame.format.name)
    if subsampling is None or step == 0:
        return _scaled_thumbnailer(frame)
    across, down = step // subsampling[0], step // subsampling[1]
    is_full_range = frame.format.name.startswith("yuvj") or frame.color_range == ColorRange.JPEG
    matrix = _yuv_to_bgr(frame.colorspace, is_full_range)

    def thumbnail(frame: VideoFrame) -> Picture:
        luma, blue, red = frame.planes
        y = _rows(luma)[: luma.height : step, : luma.width : step]
        yuv = np.empty((*y.shape, 3), np.uint8)
        yuv[..., 0] = y
        yuv[..., 1] = _rows(blue)[: blue.height : down, : blue.width : across]
        yuv[..., 2] = _rows(red)[: red.height : down, : red.width : across]
        return np.asarray(cv2.transform(yuv, matrix), np.uint8)

    return thumbnail


def even_step(width_pixels: int) -> int:
    """Every how many pixels one is taken; even, so that it hits chroma samples; 0 for pictures already small."""
    return 2 * round(width_pixels / TARGET_WIDTH / 2)


def _rows(plane: VideoPlane) -> npt.NDArray[np.uint8]:
    """The plane's memory as rows, padding included, not copied."""
    memory: npt.NDArray[np.uint8] = np.frombuffer(memoryview(plane), np.uint8)
    return memory.reshape(plane.height, -1)


@lru_cache(maxsize=16)  # more than there are colour spaces and ranges in one run
def _yuv_to_bgr(colorspace: int, is_full_range: bool) -> npt.NDArray[np.float32]:  # noqa: FBT001 - a cache key
    """3 x 4 matrix from 8-bit (Y, Cb, Cr, 1) to 8-bit (B, G, R)."""
    red, blue = _LUMA_WEIGHTS.get(colorspace, _BT601)
    green = 1 - red - blue
    # limited range keeps 219 steps of luma above 16, and 224 of chroma around 128 (ITU-R BT.601)
    luma_gain, chroma_gain, black = (1.0, 1.0, 0.0) if is_full_range else (255 / 219, 255 / 224, 16.0)
    blue_per_cb, red_per_cr = 2 * (1 - blue) * chroma_gain, 2 * (1 - red) * chroma_gain
    linear = np.array(
        [
            [luma_gain, blue_per_cb, 0],
            [luma_gain, -blue_per_cb * blue / green, -red_per_cr * red / green],
            [luma_gain, 0, red_per_cr],
        ]
    )
    offset = -linear @ np.array([black, 128.0, 128.0])
    return np.column_stack([linear, offset]).astype(np.float32)


def _scaled_thumbnailer(frame: VideoFrame) -> Callable[[VideoFrame], Picture]:
    """Any other pixel format, and frames hardly wider than a thumbnail: one pass of the scaler."""
    reformatter = VideoReformatter()
    width = min(frame.width, TARGET_WIDTH)
    height = max(1, round(frame.height * width / frame.width))

    def thumbnail(frame: VideoFrame) -> Picture:
        small = reformatter.reformat(
            frame,
            width=width,
            height=height,
            format="bgr24",
            interpolation=Interpolation.AREA | Interpolation.FULL_CHR_H_INT,
            dst_color_range=ColorRange.JPEG,
            threads=1,
        )
        return np.asarray(small.to_ndarray(), np.uint8)

    return thumbnail
