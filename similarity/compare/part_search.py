"""A suspect against the parts of a library's works: pictures of it are decoded again, a few a minute."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from similarity.absence import NotMeasured, not_measured
from similarity.compare.frames import Frames
from similarity.compare.works import Works
from similarity.describe.video import DescribedVideo
from similarity.parts.look import LOOK_PIXELS
from similarity.parts.searching import PartSearch, SeenPicture, look_at
from similarity.parts.store import parts_of_library
from similarity.parts.values import PartFinding, WorkParts

__all__ = ["PartSearcher"]

SECONDS_APART = 6.0
"""Time between pictures of a suspect that are looked at, about."""
LEAST_PICTURES, MOST_PICTURES = 3, 240
"""Of a moving suspect, however short or long."""


@dataclass(frozen=True, kw_only=True)
class PartSearcher:
    """Looks for the parts of a library's works in suspects."""

    rows: Works
    """The library."""
    frames: Frames
    """Where pictures of the suspect are taken from."""
    with_proposed: bool
    """Whether parts that nobody accepted are looked for, too."""

    def findings(self, video: DescribedVideo) -> tuple[PartFinding, ...] | NotMeasured:
        """The strongest part of every work in a suspect, strongest first; or why none was looked for."""
        search = self._search
        if isinstance(search, NotMeasured):
            return search
        seen = self._seen(video)
        return seen if isinstance(seen, NotMeasured) else search.findings(seen)

    @cached_property
    def _parts(self) -> tuple[WorkParts, ...]:
        known = parts_of_library(self.rows.library)
        settled = [one if self.with_proposed else _settled(one) for one in known]
        return tuple(one for one in settled if one.pictures)

    @cached_property
    def _search(self) -> PartSearch | NotMeasured:
        if not self._parts:
            return _NO_PARTS
        return PartSearch(self._parts, {one.work_id: min(self.rows.of_one_origin(one.work_id)) for one in self._parts})

    def _seen(self, video: DescribedVideo) -> tuple[SeenPicture, ...] | NotMeasured:
        seconds = {int(video.samples.pts[one]): float(video.samples.seconds[one]) for one in _chosen(video)}
        if not seconds:
            return _NOTHING_SHOWN
        pictures = self.frames.of_suspect(video, list(seconds), max_side=LOOK_PIXELS)
        if isinstance(pictures, NotMeasured):
            return pictures
        return tuple(
            look_at(np.ascontiguousarray(pictures[stamp]), pts=stamp, seconds=where)
            for stamp, where in seconds.items()
            if stamp in pictures
        )


def _chosen(video: DescribedVideo) -> list[int]:
    """Samples to look at: spread evenly over those that show something."""
    indexed = video.samples.indexed
    wanted = round(video.counts.duration_seconds_from_content / SECONDS_APART)
    count = 1 if video.info.is_still else min(max(wanted, LEAST_PICTURES), MOST_PICTURES, len(indexed))
    if not len(indexed):
        return []
    return [int(one) for one in indexed[((np.arange(count) + 0.5) * len(indexed) / count).astype(np.int64)]]


def _settled(parts: WorkParts) -> WorkParts:
    """The parts of a work that a person marked or accepted."""
    kept = tuple(one for one in parts.pictures if one.origin != "proposed")
    return WorkParts(work_id=parts.work_id, pictures=kept)


_NO_PARTS = not_measured(
    "no part of a work is marked or accepted; let some be proposed (similarity parts propose), and accept them "
    "(similarity parts accept)"
)
_NOTHING_SHOWN = not_measured("no sample of the suspect shows enough to look for a part")
