"""Single frames taken out of files again: decoded, decoded and recorded, or read from what was recorded."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from index.records import Entry
from similarity.absence import NotMeasured, not_measured
from similarity.describe.video import DescribedVideo
from similarity.errors import MediaError
from similarity.intervals import Interval
from similarity.media.digest import digest_file
from similarity.media.open import ReaderChoice
from similarity.media.pictures import pictures_at
from similarity.media.stretches import GreyStretch, grey_stretch
from similarity.media.types import Picture
from similarity.phrases import as_it_is
from similarity.text import path_of

__all__ = ["NOT_DECODED", "DecodedFrames", "FoundPictures", "FoundStretch", "Frames", "ReportFrames"]

NOT_DECODED = not_measured("the frame could not be decoded a second time")

_MAX_KEPT_BYTES = 1 << 30
"""About 2,700 frames of 480 pixels: two hours of film with its scenes and matches."""

FoundPictures = dict[int, Picture] | NotMeasured
"""Time stamp -> frame, without those that could not be decoded; or why there is none at all."""

FoundStretch = GreyStretch | NotMeasured
"""Every frame of a stretch, or why there is none."""


class Frames(Protocol):
    """Where a comparison takes single frames from."""

    def of_suspect(self, video: DescribedVideo, pts: Sequence[int], *, max_side: int) -> FoundPictures:
        """Frames of the suspect with these time stamps, at most `max_side` pixels on the longer side.

        Args:
            video: the described suspect.
            pts: presentation time stamps, in any order.
            max_side: longer side at most, pixels.
        """

    def of_entry(self, entry: Entry, pts: Sequence[int], *, max_side: int) -> FoundPictures:
        """Frames of a work or background item.

        Args:
            entry: the item.
            pts: presentation time stamps, in any order.
            max_side: longer side at most, pixels.
        """

    def stretch_of_suspect(self, video: DescribedVideo, span: Interval, *, max_side: int) -> FoundStretch:
        """Every frame of a stretch of the suspect, grey, at most `max_side` pixels on the longer side.

        Args:
            video: the described suspect.
            span: seconds after its first frame, end exclusive.
            max_side: longer side at most, pixels.
        """

    def stretch_of_entry(self, entry: Entry, span: Interval, *, max_side: int) -> FoundStretch:
        """Every frame of a stretch of a work or background item, grey.

        Args:
            entry: the item.
            span: seconds after its first frame, end exclusive.
            max_side: longer side at most, pixels.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFrames:
    """What is known beforehand of the frames that a report is going to show."""

    max_side_pixels: int
    """Longer side of its pictures at most."""
    suspect_pts: tuple[int, ...]
    """Presentation time stamps of the suspect's frames that it shows in any case."""


class DecodedFrames:
    """Frames decoded from the files; those of a report are decoded once and kept until it is made.

    Which frames a report shows is known in stages: those of the suspect's scenes at once, those of matches once the
    geometric look at more of them is done.  So whatever is looked at is kept in the size of the report too; in the size
    of the look it is not, nobody looks twice.  Where more would be kept than there is room for, the oldest go, and are
    decoded again when they are asked for.
    """

    def __init__(self, reader: ReaderChoice, *, report: ReportFrames | None = None) -> None:
        """Read with a backend.

        Args:
            reader: the backend that gave the time stamps.
            report: what the report will show, where one is made: every file is hashed before its frames are used, and
                frames are kept.  Without, sizes are compared and nothing is kept.
        """
        self._reader = reader
        self._report = report
        self._hashed: dict[str, Path | NotMeasured] = {}
        self._opened: set[Path] = set()
        self._kept: OrderedDict[tuple[Path, int, int], Picture | None] = OrderedDict()

    @property
    def kept_bytes(self) -> int:
        """Bytes of the pictures that are kept."""
        return sum(picture.nbytes for picture in self._kept.values() if picture is not None)

    def of_suspect(self, video: DescribedVideo, pts: Sequence[int], *, max_side: int) -> FoundPictures:
        """Frames of the suspect with these time stamps, at most `max_side` pixels on the longer side."""
        shown = () if self._report is None else self._report.suspect_pts
        return self._decoded(video.path, pts, max_side, shown)

    def of_entry(self, entry: Entry, pts: Sequence[int], *, max_side: int) -> FoundPictures:
        """Frames of a work or background item, if its file still holds what was indexed."""
        path = self._file_of(entry)
        return path if isinstance(path, NotMeasured) else self._decoded(path, pts, max_side)

    def stretch_of_suspect(self, video: DescribedVideo, span: Interval, *, max_side: int) -> FoundStretch:
        """Every frame of a stretch of the suspect, grey, at most `max_side` pixels on the longer side."""
        return self._stretch(video.path, span, max_side)

    def stretch_of_entry(self, entry: Entry, span: Interval, *, max_side: int) -> FoundStretch:
        """The same of a work or background item, if its file still holds what was indexed."""
        path = self._file_of(entry)
        return path if isinstance(path, NotMeasured) else self._stretch(path, span, max_side)

    def _stretch(self, path: Path, span: Interval, max_side: int) -> FoundStretch:
        try:
            return grey_stretch(path, span, max_side=max_side, reader=self._reader)
        except MediaError as error:
            return NotMeasured(reason=as_it_is(str(error)))

    def _decoded(self, path: Path, pts: Sequence[int], max_side: int, shown: Sequence[int] = ()) -> FoundPictures:
        wanted = {(stamp, max_side) for stamp in pts}
        found = {key: self._kept[path, *key] for key in wanted if (path, *key) in self._kept}
        missing = wanted - found.keys()
        if missing or path not in self._opened:
            if self._report is not None:
                stamps = {*pts, *(() if path in self._opened else shown)}
                of_report = {(stamp, self._report.max_side_pixels) for stamp in stamps}
                missing |= {key for key in of_report if (path, *key) not in self._kept}
            try:
                found |= self._pictures(path, missing)
            except MediaError as error:
                return NotMeasured(reason=as_it_is(str(error)))
            self._keep(path, found)
        return {stamp: picture for stamp in pts if (picture := found[stamp, max_side]) is not None}

    def _pictures(self, path: Path, wanted: Collection[tuple[int, int]]) -> dict[tuple[int, int], Picture | None]:
        sides: dict[int, list[int]] = {}
        for stamp, side in wanted:
            sides.setdefault(stamp, []).append(side)
        return {**dict.fromkeys(wanted), **pictures_at(path, sides, reader=self._reader)}

    def _keep(self, path: Path, found: Mapping[tuple[int, int], Picture | None]) -> None:
        if self._report is None:
            return
        self._opened.add(path)
        self._kept.update(((path, *key), one) for key, one in found.items() if key[1] == self._report.max_side_pixels)
        size_bytes = self.kept_bytes
        while size_bytes > _MAX_KEPT_BYTES:
            _, oldest = self._kept.popitem(last=False)
            size_bytes -= 0 if oldest is None else oldest.nbytes

    def _file_of(self, entry: Entry) -> Path | NotMeasured:
        if self._report is None:
            return self._unchanged(entry)
        if entry.entry_id not in self._hashed:
            self._hashed[entry.entry_id] = self._unchanged(entry)
        return self._hashed[entry.entry_id]

    def _unchanged(self, entry: Entry) -> Path | NotMeasured:
        path = path_of(entry.source_path)
        try:
            if self._report is not None:
                same = digest_file(path).sha256 == entry.sha256
            else:
                same = path.stat().st_size == entry.size_bytes
        except (OSError, MediaError):
            return not_measured("the file of work {name} is no longer where it was indexed", name=entry.entry_id)
        if not same:
            return not_measured("the file of work {name} has changed since it was indexed", name=entry.entry_id)
        return path
