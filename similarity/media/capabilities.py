"""What can be decoded here: every codec is really tried on a clip of two frames, made in a temporary folder."""

from __future__ import annotations

import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

import av
import numpy as np
from av.codec import Codec
from av.codec.codec import UnknownCodecError
from av.video.stream import VideoStream
from PIL import Image

from similarity.errors import MediaError
from similarity.media.open import open_video
from similarity.media.types import Backend

__all__ = ["Capability", "media_capabilities"]

# codec, encoder to make the clip with, container
_CODECS = (
    ("h264", "libx264", "mp4"),
    ("hevc", "libx265", "mp4"),
    ("vp9", "libvpx-vp9", "webm"),
    ("av1", "libsvtav1", "mp4"),
    ("mpeg4", "mpeg4", "mp4"),
    ("mjpeg", "mjpeg", "mov"),
)
_QUIET = {"libx265": {"x265-params": "log-level=none"}, "libsvtav1": {"preset": "12", "svtav1-params": "lp=1"}}
_OPTIONAL = "reader decord"
"""pyav reads everything that decord does."""
_NUM_FRAMES = 2
_SIDE_PIXELS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """One thing that works here, or does not."""

    name: str
    """What was tried: `reader pyav`, `codec h264` ..."""
    status: Literal["works", "optional", "missing"]
    """`optional`: not here, and nothing but the feature named needs it."""
    detail: str
    """Version and how it was tried; where it does not work, why and what next."""


def media_capabilities() -> tuple[Capability, ...]:
    """The readers and the common codecs, each tried."""
    os.environ.setdefault("SVT_LOG", "1")  # the AV1 encoder talks on standard error unless told to name errors only
    with tempfile.TemporaryDirectory(prefix="similarity-doctor-") as folder, ThreadPoolExecutor(1) as apart:
        # run by root, the AV1 encoder puts the thread that calls it under real-time scheduling
        made = [
            (codec, apart.submit(_clip, Path(folder), codec, encoder, suffix)) for codec, encoder, suffix in _CODECS
        ]
        clips = {codec: clip.result() for codec, clip in made}
        readers = [
            _reader("pyav", "av", clips["h264"]),
            _reader("pillow", "pillow", _animation(Path(folder))),
            _reader("decord", "decord", clips["h264"]),
        ]
        codecs = [_codec(codec, clips[codec]) for codec, _, _ in _CODECS]
    return (*readers, *codecs)


def _reader(backend: Backend, package: str, clip: Path | None) -> Capability:
    name = f"reader {backend}"
    try:
        installed = f"{package} {version(package)}"
    except PackageNotFoundError:
        return _capability(name, f"package {package} is not installed (it may have no wheel here)", works=False)
    if clip is None:
        return _capability(name, f"{installed}, not tried: no H.264 encoder to make a clip with", works=True)
    return _tried(name, clip, backend, installed)


def _codec(codec: str, clip: Path | None) -> Capability:
    name = f"codec {codec}"
    if clip is not None:
        return _tried(name, clip, "pyav", "a clip was decoded")
    try:
        Codec(codec, "r")
    except UnknownCodecError:
        return _capability(name, "decoder absent from this build of FFmpeg", works=False)
    return _capability(name, "decoder present, not tried: no encoder to make a clip with", works=True)


def _capability(name: str, detail: str, *, works: bool) -> Capability:
    failed: Literal["optional", "missing"] = "optional" if name == _OPTIONAL else "missing"
    return Capability(name=name, status="works" if works else failed, detail=detail)


def _tried(name: str, clip: Path, backend: Backend, detail: str) -> Capability:
    try:
        reader = open_video(clip, reader=backend).reader
        num_frames = sum(1 for _ in reader.frames())
        reader.close()
    except MediaError as error:
        return _capability(name, str(error).removeprefix(f"{clip}: "), works=False)
    if num_frames != _NUM_FRAMES:
        return _capability(name, f"decoded {num_frames} frames of {_NUM_FRAMES}", works=False)
    return _capability(name, detail, works=True)


def _animation(folder: Path) -> Path:
    """A WebP of two frames, which FFmpeg does not read."""
    path = folder / "animation.webp"
    first, *others = (
        Image.new("RGB", (_SIDE_PIXELS, _SIDE_PIXELS), (80 * (one + 1),) * 3) for one in range(_NUM_FRAMES)
    )
    first.save(path, save_all=True, append_images=others, duration=40)
    return path


def _clip(folder: Path, codec: str, encoder: str, suffix: str) -> Path | None:
    """A clip of two frames, or None where this build has no encoder for it."""
    try:
        Codec(encoder, "w")
    except UnknownCodecError:
        return None
    path = folder / f"{codec}.{suffix}"
    pixel_format = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    try:
        with av.open(str(path), "w") as container:
            stream = container.add_stream(encoder, rate=25, options=_QUIET.get(encoder, {}))
            if not isinstance(stream, VideoStream):
                return None
            stream.width = stream.height = _SIDE_PIXELS
            stream.pix_fmt = pixel_format
            for number in range(_NUM_FRAMES):
                picture = np.full((_SIDE_PIXELS, _SIDE_PIXELS, 3), 80 * (number + 1), np.uint8)
                container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            container.mux(stream.encode(None))
    except av.error.FFmpegError:
        return None
    return path
