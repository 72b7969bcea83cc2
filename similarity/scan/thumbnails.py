"""Two small pictures for each work that was found in a suspect: the frames of both that agree most."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from similarity.absence import NotMeasured
from similarity.align.values import AlignedMatch
from similarity.compare.measuring import JudgedMatch
from similarity.compare.session import Session
from similarity.describe.video import DescribedVideo
from similarity.media.jpeg import jpeg_bytes
from similarity.media.types import Picture

__all__ = ["MOST_WORKS", "make_thumbnails", "thumbnail_names"]

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
    best = {work_id: int(match.zscores.argmax()) for work_id, match in strongest.items()}
    pts = video.samples.pts[video.samples.indexed]
    here = {work_id: int(pts[match.suspect_samples[best[work_id]]]) for work_id, match in strongest.items()}
    suspect = session.frames.of_suspect(video, sorted(set(here.values())), max_side=SIDE_PIXELS)
    found: dict[str, bytes] = {}
    for work_id, match in strongest.items():
        shown = None if isinstance(suspect, NotMeasured) else suspect.get(here[work_id])
        pictures = shown, _work_frame(session, work_id, int(match.work_samples[best[work_id]]))
        for name, picture in zip(thumbnail_names(work_id), pictures, strict=True):
            if picture is not None:
                found[name] = jpeg_bytes(picture, quality=_JPEG_QUALITY)
    return found


def _work_frame(session: Session, work_id: str, sample: int) -> Picture | None:
    samples = session.rows.library.samples(work_id)
    stamp = int(samples.pts[samples.indexed[sample]])
    found = session.frames.of_entry(session.rows.entry(work_id), [stamp], max_side=SIDE_PIXELS)
    return None if isinstance(found, NotMeasured) else found.get(stamp)
