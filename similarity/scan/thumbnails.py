"""Two small pictures for each work that was found in a suspect: the frames of both that agree most."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence

from PIL import Image

from similarity.align.values import AlignedMatch
from similarity.compare.measuring import JudgedMatch
from similarity.compare.session import Session
from similarity.describe.video import DescribedVideo
from similarity.media.types import Picture

__all__ = ["make_thumbnails", "thumbnail_names"]

SIDE_PIXELS = 160
MOST_WORKS = 12
"""Works of which a suspect shows pictures, strongest first."""
_JPEG_QUALITY = 75


def thumbnail_names(work_id: str) -> tuple[str, str]:
    """File names of the suspect's and of the work's picture."""
    key = hashlib.sha256(work_id.encode()).hexdigest()[:16]
    return f"{key}-suspect.jpg", f"{key}-work.jpg"


def make_thumbnails(session: Session, video: DescribedVideo, judged: Sequence[JudgedMatch]) -> Mapping[str, bytes]:
    """File name -> JPEG, for the strongest match with each work that was found; without what can't be decoded.

    Args:
        session: where frames come from.
        video: the suspect.
        judged: its matches, strongest first.
    """
    strongest: dict[str, AlignedMatch] = {}
    for one in judged:
        if one.found_by and len(strongest) < MOST_WORKS:
            strongest.setdefault(one.match.work_id, one.match)
    found: dict[str, bytes] = {}
    for work_id, match in strongest.items():
        for name, picture in zip(thumbnail_names(work_id), _frames(session, video, match), strict=True):
            if picture is not None:
                found[name] = _jpeg(picture)
    return found


def _frames(session: Session, video: DescribedVideo, match: AlignedMatch) -> tuple[Picture | None, Picture | None]:
    """The most similar pair of aligned frames, of suspect and work."""
    best = int(match.zscores.argmax())
    samples = session.rows.library.samples(match.work_id)
    here = int(video.samples.pts[video.samples.indexed[match.suspect_samples[best]]])
    there = int(samples.pts[samples.indexed[match.work_samples[best]]])
    suspect = session.frames.of_suspect(video, [here], max_side=SIDE_PIXELS)
    work = session.frames.of_entry(session.rows.entry(match.work_id), [there], max_side=SIDE_PIXELS)
    return (
        suspect.get(here) if isinstance(suspect, dict) else None,
        work.get(there) if isinstance(work, dict) else None,
    )


def _jpeg(picture: Picture) -> bytes:
    image = Image.fromarray(picture)
    image.thumbnail((SIDE_PIXELS, SIDE_PIXELS))
    buffer = io.BytesIO()
    image.save(buffer, format="JPEG", quality=_JPEG_QUALITY)
    return buffer.getvalue()
