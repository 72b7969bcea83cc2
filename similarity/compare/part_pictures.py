"""Pictures of parts that were found: the suspect's and the work's, with a box around the part in each."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from similarity.absence import NotMeasured
from similarity.compare.frames import Frames
from similarity.compare.works import Works
from similarity.describe.video import DescribedVideo
from similarity.errors import MediaError
from similarity.ingest.part_marks import picture_of_file
from similarity.media.jpeg import jpeg_bytes
from similarity.media.types import Picture
from similarity.parts.drawing import draw_both
from similarity.parts.look import LOOK_PIXELS
from similarity.parts.values import PartFinding
from similarity.text import path_of

__all__ = ["part_picture_name", "part_pictures"]

_JPEG_QUALITY = 85


def part_picture_name(work_id: str) -> str:
    """File name of the picture of a work's part."""
    return f"{hashlib.sha256(work_id.encode()).hexdigest()[:16]}-part.jpg"


def part_pictures(rows: Works, frames: Frames, video: DescribedVideo, found: Sequence[PartFinding]) -> dict[str, bytes]:
    """File name -> JPEG of both pictures side by side; without those that can't be decoded.

    Args:
        rows: the library.
        frames: where frames are taken from.
        video: the suspect.
        found: parts that were found in it.
    """
    stamps = sorted({one.suspect_pts for one in found})
    seen = frames.of_suspect(video, stamps, max_side=LOOK_PIXELS) if found else {}
    if isinstance(seen, NotMeasured):
        return {}
    drawn = {}
    for one in found:
        here, there = seen.get(one.suspect_pts), _work_picture(rows, frames, one)
        if here is not None and there is not None:
            sheet = draw_both(here, one.suspect_box, there, one.work_box)
            drawn[part_picture_name(one.work_id)] = jpeg_bytes(sheet, quality=_JPEG_QUALITY)
    return drawn


def _work_picture(rows: Works, frames: Frames, found: PartFinding) -> Picture | None:
    if found.work_pts is None:
        try:
            return picture_of_file(Path(path_of(found.work_source)))
        except MediaError:
            return None
    pictures = frames.of_entry(rows.entry(found.work_id), [found.work_pts], max_side=LOOK_PIXELS)
    return None if isinstance(pictures, NotMeasured) else pictures.get(found.work_pts)
