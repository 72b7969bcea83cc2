"""Frames decoded for a comparison, kept as its case is going to hold them."""

from __future__ import annotations

from collections.abc import Sequence

from index.records import Entry
from similarity.absence import NotMeasured
from similarity.case.disk.pictures import picture_of, png_of
from similarity.compare.frames import DecodedFrames, FoundPictures, FoundStretch
from similarity.describe.video import DescribedVideo
from similarity.intervals import Interval
from similarity.media.types import Picture
from similarity.phrases import Phrase

__all__ = ["RecordingFrames"]


class RecordingFrames:
    """Frames decoded from the files, each kept as a PNG of exactly its pixels."""

    def __init__(self, frames: DecodedFrames) -> None:
        self._frames = frames
        self.kept: dict[tuple[str, int, int], bytes] = {}
        self.missing: dict[tuple[str, int], Phrase] = {}
        self.stretches: dict[tuple[str, int, Interval], FoundStretch] = {}

    def of_suspect(self, video: DescribedVideo, pts: Sequence[int], *, max_side: int) -> FoundPictures:
        """Frames of the suspect with these time stamps, at most `max_side` pixels on the longer side."""
        return self._kept(video.digest.sha256, self._frames.of_suspect(video, pts, max_side=max_side), max_side)

    def of_entry(self, entry: Entry, pts: Sequence[int], *, max_side: int) -> FoundPictures:
        """Frames of a work or background item."""
        return self._kept(entry.sha256, self._frames.of_entry(entry, pts, max_side=max_side), max_side)

    def stretch_of_suspect(self, video: DescribedVideo, span: Interval, *, max_side: int) -> FoundStretch:
        """Every frame of a stretch of the suspect, grey."""
        found = self._frames.stretch_of_suspect(video, span, max_side=max_side)
        return self.stretches.setdefault((video.digest.sha256, max_side, span), found)

    def stretch_of_entry(self, entry: Entry, span: Interval, *, max_side: int) -> FoundStretch:
        """Every frame of a stretch of a work or background item, grey."""
        found = self._frames.stretch_of_entry(entry, span, max_side=max_side)
        return self.stretches.setdefault((entry.sha256, max_side, span), found)

    def picture(self, sha256: str, max_side: int, pts: int) -> Picture:
        """A frame as it was kept."""
        return picture_of(self.kept[sha256, max_side, pts], sha256, max_side=max_side)

    def _kept(self, sha256: str, taken: FoundPictures, max_side: int) -> FoundPictures:
        if isinstance(taken, NotMeasured):
            self.missing[sha256, max_side] = taken.reason
            return taken
        for pts, picture in taken.items():
            if (sha256, max_side, pts) not in self.kept:
                self.kept[sha256, max_side, pts] = png_of(picture)
        return taken
