"""A file with its sound: pictures described as ever, the soundtrack beside them; a file may hold sound alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path
from typing import cast

import numpy as np

from index.records import Descriptors, DescriptorSet, SampleTable, SceneTable, Track
from similarity.absence import NotMeasured, not_measured
from similarity.describe.video import DescribedVideo
from similarity.describe.views import AS_IS, DescribedView
from similarity.errors import MediaError, NoVideoStreamError
from similarity.media.container import open_container
from similarity.media.digest import digest_file
from similarity.media.types import MediaInfo, ReadCounts
from similarity.phrases import phrase
from similarity.sound.describe import describe_sound
from similarity.sound.values import DescribedSound

__all__ = ["SOUND_ALONE", "SOUND_NAME", "hear", "with_sound_alone"]

SOUND_NAME = "sound"
"""Under which name a library keeps the sound of an entry."""
SOUND_ALONE = phrase("holds sound and no pictures")
_NO_PICTURES = not_measured("the file holds no pictures")
_TICKS_PER_SECOND = 1000
_CONTAINER_TICKS_PER_SECOND = 1_000_000
"""In which FFmpeg counts the length of a file."""


def hear(path: Path) -> DescribedSound | NotMeasured:
    """The soundtrack of a file, or why there is none; what is wrong with the file itself is said by its pictures."""
    try:
        return describe_sound(path)
    except MediaError as error:
        return not_measured("the file can't be opened for its sound: {error}", error=str(error))


def with_sound_alone(
    path: Path,
    sets: Iterable[DescriptorSet],
    describe: Callable[[], DescribedVideo],
    listen: Callable[[], DescribedSound | NotMeasured],
) -> DescribedVideo:
    """A described file; one that holds sound and no pictures as a video without a sample.

    Args:
        path: the file.
        sets: descriptor sets that it has rows of, none here.
        describe: describes its pictures.
        listen: describes its sound; asked where there are no pictures.

    Raises:
        MediaError: it can't be read, or holds neither pictures nor sound.
    """
    try:
        return describe()
    except NoVideoStreamError:
        with open_container(path) as container:
            seconds = container.duration
            if not container.streams.audio or not seconds:
                raise
            info = _info(container.format.name, container.streams.audio[0].codec_context.name)
            duration = seconds / _CONTAINER_TICKS_PER_SECOND
        heard = listen()
        if isinstance(heard, NotMeasured):
            raise NoVideoStreamError(f"{path}: {SOUND_ALONE}, and {heard.reason}; leave it out") from None
    return _without_pictures(path, tuple(sets), info, duration)


def _info(container: str, codec: str) -> MediaInfo:
    return MediaInfo(
        container=container,
        codec=codec,
        pixel_format="none",
        width=0,
        height=0,
        display_width=0,
        display_height=0,
        rotation_degrees=0,
        sample_aspect_ratio=Fraction(1),
        time_base=Fraction(1, _TICKS_PER_SECOND),
        start_pts=0,
        frame_rate_from_header=_NO_PICTURES,
        duration_seconds_from_header=_NO_PICTURES,
        num_frames_from_header=_NO_PICTURES,
        is_still=False,
    )


def _without_pictures(
    path: Path, sets: tuple[DescriptorSet, ...], info: MediaInfo, duration_seconds: float
) -> DescribedVideo:
    none = np.zeros(0, dtype=np.int64)
    ticks = max(1, round(duration_seconds * _TICKS_PER_SECOND))
    return DescribedVideo(
        path=path,
        digest=digest_file(path),
        info=info,
        counts=ReadCounts(
            num_frames_from_content=0,
            duration_seconds_from_content=ticks / _TICKS_PER_SECOND,
            num_decode_failures=0,
            num_irregular_timestamps=0,
            is_variable_frame_rate=False,
            is_truncated=False,
        ),
        backend="pyav",
        reading_notes=(SOUND_ALONE,),
        samples=SampleTable(
            time_base=info.time_base,
            start_pts=0,
            pts=none,
            scene=np.zeros(0, np.int32),
            reason=np.zeros(0, np.uint8),
            gate=np.zeros(0, np.uint8),
            quality=np.zeros(0, np.uint8),
            box=np.zeros((0, 4), np.int16),
        ),
        scenes=SceneTable(
            start_pts=np.zeros(1, np.int64), end_pts=np.full(1, ticks, np.int64), is_gradual=np.zeros(1, np.bool_)
        ),
        bars=(),
        views={
            AS_IS: DescribedView(
                samples=none,
                quality=np.zeros(0, np.uint8),
                tracks={one.name: Track(samples=none, rows=_no_rows(one)) for one in sets},
            )
        },
    )


def _no_rows(one: DescriptorSet) -> Descriptors:
    if one.kind == "binary":
        return np.zeros((0, one.dimensions // 8), np.uint8)
    return cast("Descriptors", np.zeros((0, one.dimensions), np.float32))
