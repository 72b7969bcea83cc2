"""Short real videos, pictures and damage for tests; everything is encoded on the spot with PyAV or Pillow."""

from __future__ import annotations

import pickle
import subprocess
import sys
import wave
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from PIL import Image

TV_RANGE, FULL_RANGE = 1, 2  # as FFmpeg numbers them

_DEFAULT_OPTIONS = {
    "libx264": {"preset": "veryfast", "crf": "16"},
    "libx265": {"preset": "ultrafast", "crf": "16", "x265-params": "log-level=none"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8", "crf": "20", "b": "0"},
    "libsvtav1": {"preset": "12", "crf": "20", "svtav1-params": "lp=1"},
    "mpeg4": {"qscale": "2", "qmax": "3"},
    "mjpeg": {"qscale": "2", "qmin": "1", "qmax": "3"},
}
_IN_A_CHILD = {"libsvtav1"}
"""Encoders that, run by root, put whoever calls them under real-time scheduling, and all that it starts."""
_CHILD = """
import pickle, sys
sys.path.insert(0, sys.argv[1])
from support import footage
footage._encode(**pickle.load(sys.stdin.buffer))
"""
_DEFAULT_PIXEL_FORMAT = {"mjpeg": "yuvj420p", "gif": "rgb8", "png": "rgb24", "ffv1": "yuv444p"}


def moving_pattern(num_frames: int, width: int = 192, height: int = 108, *, seed: int = 0) -> list[np.ndarray]:
    """Smooth colours drifting to the right, and the frame number in a row of white and black blocks on top."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(40, 216, (5, 12, 3), dtype=np.uint8)
    wide = cv2.resize(coarse, (2 * width + 8 * num_frames, height), interpolation=cv2.INTER_CUBIC)
    pictures = []
    for number in range(num_frames):
        picture = wide[:, 8 * (num_frames - number) :][:, :width].copy()
        stamp_number(picture, number)
        pictures.append(picture)
    return pictures


def stamp_number(picture: np.ndarray, number: int) -> None:
    """Write a number of up to 10 bits as blocks along the upper edge, in place."""
    block, band = picture.shape[1] // 10, max(8, picture.shape[0] // 8)
    for bit in range(10):
        picture[:band, bit * block : (bit + 1) * block] = 235 if number >> bit & 1 else 20


def read_number(picture: np.ndarray) -> int:
    """The number that `stamp_number` wrote, at any size."""
    block, band = picture.shape[1] / 10, max(2, picture.shape[0] // 8)
    middles = [picture[band // 4 : band * 3 // 4 + 1, int((bit + 0.5) * block)].mean() for bit in range(10)]
    return sum(1 << bit for bit, brightness in enumerate(middles) if brightness > 128)


def _encode(
    path: Path,
    pictures: Iterable[np.ndarray],
    *,
    rate: int | Fraction = 25,
    codec: str = "libx264",
    pixel_format: str | None = None,
    options: dict[str, str] | None = None,
    muxer_options: dict[str, str] | None = None,
    pts: Sequence[int] | None = None,
    time_base: Fraction | None = None,
    keyframe_every: int | None = None,
    b_frames: int | None = None,
    sample_aspect_ratio: Fraction | None = None,
    rotation_degrees: int = 0,
    is_mirrored: bool = False,
    color_range: int | None = None,
) -> Path:
    """Encode RGB pictures of one size; the suffix of `path` chooses the container.

    Args:
        path: file to write.
        pictures: RGB uint8 arrays, any iterable.
        rate: frames per second, where `pts` is not given.
        codec: encoder.
        pixel_format: as FFmpeg names it; a usual one for the codec by default.
        options: encoder options on top of fast ones.
        muxer_options: container options (`movflags`, `encryption_scheme` ...).
        pts: time stamps in ticks of `time_base`, one per picture.
        time_base: seconds per tick of `pts`.
        keyframe_every: distance of keyframes, frames.
        b_frames: number of consecutive B-frames.
        sample_aspect_ratio: width over height of one pixel.
        rotation_degrees: clockwise turn that a player applies.
        is_mirrored: whether a player exchanges left and right.
        color_range: `FULL_RANGE` or `TV_RANGE`, said in the stream and used for its pixels.
    """
    pictures = list(pictures)
    with av.open(str(path), "w", options=muxer_options or {}) as container:
        stream = container.add_stream(codec, rate=rate, options=_DEFAULT_OPTIONS.get(codec, {}) | (options or {}))
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = pixel_format or _DEFAULT_PIXEL_FORMAT.get(codec, "yuv420p")
        if time_base is not None:
            stream.codec_context.time_base = time_base
        if keyframe_every is not None:
            stream.codec_context.gop_size = keyframe_every
        if b_frames is not None:
            stream.codec_context.max_b_frames = b_frames
        if sample_aspect_ratio is not None:
            stream.codec_context.sample_aspect_ratio = sample_aspect_ratio
        if color_range is not None:
            stream.codec_context.color_range = color_range
        if rotation_degrees or is_mirrored:
            stream.set_display_rotation(-rotation_degrees, hflip=is_mirrored)
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            if color_range is not None:
                frame = frame.reformat(format=stream.pix_fmt, dst_color_range=color_range)
            if pts is not None:
                frame.pts, frame.time_base = pts[number], time_base
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def write_video(path: Path, pictures: Iterable[np.ndarray], *, codec: str = "libx264", **more) -> Path:
    """Encode RGB pictures of one size, as `_encode` says; in a process of its own where the encoder needs that."""
    if codec not in _IN_A_CHILD:
        return _encode(path, pictures, codec=codec, **more)
    job = pickle.dumps({"path": path, "pictures": list(pictures), "codec": codec} | more)
    subprocess.run([sys.executable, "-c", _CHILD, Path(__file__).parents[1]], input=job, check=True)
    return path


def write_vfr_video(
    path: Path, pictures: Iterable[np.ndarray], pts: Sequence[int], *, time_base: Fraction = Fraction(1, 1000), **more
) -> Path:
    """A video whose frames come at the times `pts * time_base`."""
    return write_video(path, pictures, pts=pts, time_base=time_base, **more)


def write_still(path: Path, picture: np.ndarray, *, exif_orientation: int | None = None) -> Path:
    """A photograph; the suffix chooses the format.  RGBA pictures keep their transparency."""
    image = Image.fromarray(picture)
    exif = Image.Exif()
    if exif_orientation is not None:
        exif[0x0112] = exif_orientation
    image.save(path, exif=exif, **({"quality": 95} if path.suffix in {".jpg", ".jpeg", ".webp"} else {}))
    return path


def write_gif(path: Path, pictures: Sequence[np.ndarray], *, milliseconds: int = 100) -> Path:
    """An animated GIF (of one frame, if only one is given)."""
    first, *others = [Image.fromarray(picture) for picture in pictures]
    first.save(path, save_all=True, append_images=others, duration=milliseconds, loop=0)
    return path


def write_sound(path: Path, *, seconds: float = 0.2) -> Path:
    """A WAV file: sound and no pictures."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(round(8000 * seconds) * 2))
    return path


def cut_off(source: Path, target: Path, *, keep: float) -> Path:
    """The first `keep` (0 to 1) of the bytes of a file."""
    content = source.read_bytes()
    target.write_bytes(content[: round(len(content) * keep)])
    return target


def spoil(source: Path, target: Path, *, start: float, end: float, seed: int = 0) -> Path:
    """A copy of a file whose bytes between two fractions of its length are noise."""
    content = bytearray(source.read_bytes())
    first, last = round(len(content) * start), round(len(content) * end)
    content[first:last] = np.random.default_rng(seed).integers(0, 256, last - first, dtype=np.uint8).tobytes()
    target.write_bytes(content)
    return target
