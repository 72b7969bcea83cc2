"""Reading pictures with Pillow: stills and moving pictures that FFmpeg can't read, or of which it reads a part.

Pages, layers and sizes of one file (TIFF, Photoshop, icons) are no frames in time: the first is read.  Grey values of
more than 8 bits are laid from black to white: 0 to 1, 0 to 255 or 0 to 65,535, whichever holds them, else their range.
"""

from __future__ import annotations

import warnings
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from index.arrays import ArrayValue
from similarity.absence import not_measured
from similarity.errors import UnreadableMediaError
from similarity.media.orientation import UPRIGHT
from similarity.media.probe import Probe
from similarity.media.readers.tally import Tally, seconds_after_start
from similarity.media.readers.thumbnails import even_step
from similarity.media.types import Frame, MediaInfo, Picture, ReadCounts

__all__ = ["PillowReader", "picture_format"]

# fmt: off
_FORMATS = (
    "AVIF", "BMP", "DDS", "GIF", "ICO", "JPEG", "JPEG2000", "PCX", "PNG", "PPM", "PSD", "QOI", "SGI", "TIFF", "WEBP",
)
# fmt: on
_MOVING = frozenset({"AVIF", "GIF", "PNG", "WEBP"})
_TIME_BASE = Fraction(1, 1000)
_MILLISECONDS_UNSAID = 100
"""What browsers show a frame for that states no duration."""
_ERRORS = (OSError, SyntaxError, ValueError, EOFError, NotImplementedError, Image.DecompressionBombError)
_ORIENTATION = 0x0112
_ROTATIONS = {3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}
"""Clockwise turn of each value of the EXIF orientation; mirrors are applied and not named."""
_CEILINGS = (1.0, 255.0, 65535.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class _Decoded(ArrayValue):
    """The picture behind a frame, upright."""

    picture: Picture
    """(height, width, 3) RGB."""


def picture_format(path: Path) -> str | None:
    """The format that Pillow knows a file by; None where it is no picture to it."""
    try:
        with _opened(path) as image:
            return image.format
    except _ERRORS:
        return None


class PillowReader:
    """One picture, still or moving, read with Pillow."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with _opened(path) as image:
                image.load()
                self._num_frames = int(getattr(image, "n_frames", 1)) if image.format in _MOVING else 1
                self._probe = _probe(image, _upright(image), self._num_frames)
        except UnidentifiedImageError as error:
            raise UnreadableMediaError(f"{path}: is no picture that Pillow knows; read it with pyav") from error
        except Image.DecompressionBombError as error:
            raise UnreadableMediaError(f"{path}: is too large a picture ({error}); scale it down") from error
        except _ERRORS as error:
            raise UnreadableMediaError(
                f"{path}: is a picture whose content is damaged ({error}); get an undamaged copy"
            ) from error
        self._tally = Tally(self._probe)
        self._running: Generator[Frame] | None = None

    @property
    def info(self) -> MediaInfo:
        """What the headers say."""
        return self._probe.info

    @property
    def counts(self) -> ReadCounts:
        """What the latest pass found so far."""
        return self._tally.counts()

    def frames(self, *, keyframes_only: bool = False) -> Iterator[Frame]:
        """Decode once from the start, in order of presentation; a pass still under way ends."""
        self.close()
        self._tally = Tally(self._probe, keyframes_only=keyframes_only)
        self._running = self._decode(self._tally)
        return self._running

    def close(self) -> None:
        """Release the file; more than once does no harm."""
        if self._running is not None:
            self._running.close()
            self._running = None

    def picture(self, frame: Frame, *, max_side: int | None = None) -> Picture:
        """The frame as an upright RGB picture, at most `max_side` on its longer side."""
        picture = _picture(frame)
        height, width = picture.shape[:2]
        if max_side is None or max(width, height) <= max_side:
            return picture
        shrink = max_side / max(width, height)
        size = max(1, round(width * shrink)), max(1, round(height * shrink))
        return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)

    def thumbnail(self, frame: Frame) -> Picture:
        """A small BGR picture for scene detection of every frame."""
        picture = _picture(frame)
        step = max(1, even_step(picture.shape[1]))
        return np.ascontiguousarray(picture[::step, ::step, ::-1])

    def _decode(self, tally: Tally) -> Generator[Frame]:
        pts = 0
        with _opened(self._path) as image:
            for number in range(self._num_frames):
                try:
                    image.seek(number)
                    image.load()
                    picture = _upright(image)
                except _ERRORS:
                    tally.failure()
                    tally.stopped_early = True
                    return
                milliseconds = max(1, round(image.info.get("duration") or _MILLISECONDS_UNSAID))
                tally.packet(pts, milliseconds)
                tally.frame(pts, milliseconds)
                yield Frame(
                    pts=pts,
                    time=seconds_after_start(pts, 0, _TIME_BASE),
                    is_keyframe=True,
                    source=_Decoded(picture=picture),
                )
                pts += milliseconds
        tally.is_complete = True


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of sizes and odd metadata: what can't be read raises
        with Image.open(path, formats=_FORMATS) as image:
            yield image


def _probe(image: Image.Image, picture: Picture, num_frames: int) -> Probe:
    still = not_measured("a still picture has no time")
    is_still = num_frames == 1
    codec = (image.format or "").lower()
    info = MediaInfo(
        container=codec,
        codec=codec,
        pixel_format=image.mode,
        width=image.width,
        height=image.height,
        display_width=picture.shape[1],
        display_height=picture.shape[0],
        rotation_degrees=_ROTATIONS.get(image.getexif().get(_ORIENTATION, 1), 0),
        sample_aspect_ratio=Fraction(1),
        time_base=_TIME_BASE,
        start_pts=0,
        frame_rate_from_header=still if is_still else not_measured("the file's header gives no frame rate"),
        duration_seconds_from_header=still if is_still else not_measured("the file's header gives no duration"),
        num_frames_from_header=num_frames,
        is_still=is_still,
    )
    return Probe(info=info, orientation=UPRIGHT, has_time_stamps=True, is_duration_of_video_alone=True)


def _upright(image: Image.Image) -> Picture:
    """(height, width, 3) RGB, on white where it is transparent, as a browser shows it."""
    turned = ImageOps.exif_transpose(image)
    if turned.mode == "F" or turned.mode.startswith("I"):
        grey = _eight_bits(np.nan_to_num(np.asarray(turned, np.float64), posinf=0.0, neginf=0.0))
        return np.repeat(grey[..., None], 3, axis=2)
    if turned.has_transparency_data:
        seen = turned.convert("RGBA")
        white = Image.new("RGBA", seen.size, (255, 255, 255, 255))
        turned = Image.alpha_composite(white, seen)
    return np.array(turned.convert("RGB"), np.uint8)


def _eight_bits(values: np.ndarray) -> np.ndarray:
    low = min(0.0, float(values.min()))
    most = float(values.max())
    high = next((ceiling for ceiling in _CEILINGS if most <= ceiling), most)
    return np.round((values - low) / (high - low) * 255).astype(np.uint8)


def _picture(frame: Frame) -> Picture:
    if not isinstance(frame.source, _Decoded):
        raise TypeError(f"expected a frame read by PillowReader, got one of {type(frame.source).__name__}")
    return frame.source.picture
