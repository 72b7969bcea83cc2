"""Pictures inside the page, as data URIs, so that it needs no other file."""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from similarity.absence import NotMeasured
from similarity.report.phrases.language import msgid
from similarity.report.schema.report import Report
from similarity.report.schema.taking import Taking

__all__ = ["EmbeddedPictures", "MissingPicture", "embed_pictures"]

MOST_SIDE_PIXELS = 640
"""Longer side of a picture in the page; those for print are larger."""
THUMBNAIL_PIXELS = 160
MOST_THUMBNAILS = 40
QUALITY = 80
MEDIA_TYPES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingPicture:
    """A picture that the report names and that could not be shown."""

    name: str
    """As the report has it."""
    reason: str
    """Why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedPictures:
    """All pictures of a report."""

    uri_by_name: dict[str, str]
    """Data URI per name."""
    thumbnails: dict[str, str]
    """Small ones of scenes, for the line of time; none where there are too many scenes for them to be seen."""
    missing: tuple[MissingPicture, ...]
    """What is not at hand, in the order of the report."""


def embed_pictures(report: Report, read_picture: Callable[[str], bytes]) -> EmbeddedPictures:
    """Read every picture of the report once; one that can't be read is listed, not fatal."""
    uris: dict[str, str] = {}
    missing: list[MissingPicture] = []
    thumbnails: dict[str, str] = {}
    of_scenes = set(_present(*(scene.picture for scene in report.scenes))) if _has_room(report) else set()
    for name in dict.fromkeys(_names(report)):
        try:
            content = read_picture(name)
            uris[name] = _data_uri(_no_larger(content, MOST_SIDE_PIXELS))
            if name in of_scenes:
                thumbnails[name] = _data_uri(_no_larger(content, THUMBNAIL_PIXELS))
        except FileNotFoundError:
            missing.append(MissingPicture(name=name, reason=msgid("the file is not in the case folder")))
        except (OSError, _NotAPictureError) as error:
            missing.append(MissingPicture(name=name, reason=str(error)))
    return EmbeddedPictures(uri_by_name=uris, thumbnails=thumbnails, missing=tuple(missing))


class _NotAPictureError(ValueError):
    """The bytes are neither JPEG nor PNG."""


def _has_room(report: Report) -> bool:
    """Whether the scenes are few enough for a picture of each on the line of time."""
    return len(report.scenes) <= MOST_THUMBNAILS


def _no_larger(content: bytes, side_pixels: int) -> bytes:
    """A JPEG with a longer side of so many pixels at most; anything else as it is."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content), formats=["JPEG"]) as picture:
            if max(picture.size) <= side_pixels:
                return content
            picture.thumbnail((side_pixels, side_pixels))
            buffer = io.BytesIO()
            picture.convert("RGB").save(buffer, format="JPEG", quality=QUALITY)
            return buffer.getvalue()
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError, Image.DecompressionBombError):
        return content


def _data_uri(content: bytes) -> str:
    for start, media_type in MEDIA_TYPES.items():
        if content.startswith(start):
            return f"data:{media_type};base64,{b64encode(content).decode('ascii')}"
    raise _NotAPictureError(f"expected a JPEG or PNG picture, got {len(content)} bytes of something else")


def _names(report: Report) -> Iterator[str]:
    for match in report.matches + report.weaker_matches:
        for pair in match.frames:
            yield from _present(pair.suspect_picture, pair.work_picture, pair.points_picture)
        if not isinstance(match.taking, NotMeasured):
            yield from _of_taking(match.taking)
        if not isinstance(match.matrix, NotMeasured):
            yield match.matrix.picture
        if not isinstance(match.regions, NotMeasured):
            yield from (match.regions.suspect_picture, match.regions.work_picture)
    for scene in report.scenes:
        yield from _present(scene.picture)


def _of_taking(taking: Taking) -> Iterator[str]:
    for pair in taking.pairs:
        yield from (pair.suspect_frame, pair.work_frame, pair.suspect_picture, pair.work_picture)
        yield from (pair.checkerboard_picture, pair.difference_picture)
    if not isinstance(taking.marks, NotMeasured):
        yield from (one.picture for one in taking.marks)


def _present(*names: str | NotMeasured) -> Iterator[str]:
    return (name for name in names if not isinstance(name, NotMeasured))
