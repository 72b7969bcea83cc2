"""Single frames taken out of files again: decoded, decoded and recorded, or read from what was recorded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from index.records import Entry
from similarity.absence import NotMeasured, not_measured
from similarity.describe.video import DescribedVideo
from similarity.errors import MediaError
from similarity.media.digest import digest_file
from similarity.media.open import ReaderChoice
from similarity.media.pictures import pictures_at
from similarity.media.types import Picture
from similarity.phrases import as_it_is
from similarity.text import path_of

__all__ = ["NOT_DECODED", "DecodedFrames", "Frames", "Taken"]

NOT_DECODED = not_measured("the frame could not be decoded a second time")

Taken = dict[int, Picture] | NotMeasured
"""Time stamp -> frame, without those that could not be decoded; or why there is none at all."""


class Frames(Protocol):
    """Where a comparison takes single frames from."""

    def of_suspect(self, video: DescribedVideo, pts: Sequence[int], *, max_side: int) -> Taken:
        """Frames of the suspect with these time stamps, at most `max_side` pixels on the longer side."""

    def of_entry(self, entry: Entry, pts: Sequence[int], *, max_side: int) -> Taken:
        """Frames of a work or background item."""


class DecodedFrames:
    """Frames decoded from the files."""

    def __init__(self, reader: ReaderChoice, *, with_hashes: bool = False) -> None:
        """Read with a backend.

        Args:
            reader: the backend that gave the time stamps.
            with_hashes: hash every file before its frames are used, as a report must; without, sizes are compared.
        """
        self._reader = reader
        self._with_hashes = with_hashes
        self._hashed: dict[str, Path | NotMeasured] = {}

    def of_suspect(self, video: DescribedVideo, pts: Sequence[int], *, max_side: int) -> Taken:
        """Frames of the suspect with these time stamps, at most `max_side` pixels on the longer side."""
        return self._decoded(video.path, pts, max_side)

    def of_entry(self, entry: Entry, pts: Sequence[int], *, max_side: int) -> Taken:
        """Frames of a work or background item, if its file still holds what was indexed."""
        path = self._file_of(entry)
        return path if isinstance(path, NotMeasured) else self._decoded(path, pts, max_side)

    def _decoded(self, path: Path, pts: Sequence[int], max_side: int) -> Taken:
        try:
            return pictures_at(path, sorted(pts), max_side=max_side, reader=self._reader)
        except MediaError as error:
            return NotMeasured(reason=as_it_is(str(error)))

    def _file_of(self, entry: Entry) -> Path | NotMeasured:
        if not self._with_hashes:
            return self._unchanged(entry)
        if entry.entry_id not in self._hashed:
            self._hashed[entry.entry_id] = self._unchanged(entry)
        return self._hashed[entry.entry_id]

    def _unchanged(self, entry: Entry) -> Path | NotMeasured:
        path = path_of(entry.source_path)
        try:
            if self._with_hashes:
                same = digest_file(path).sha256 == entry.sha256
            else:
                same = path.stat().st_size == entry.size_bytes
        except (OSError, MediaError):
            return not_measured("the file of work {name} is no longer where it was indexed", name=entry.entry_id)
        if not same:
            return not_measured("the file of work {name} has changed since it was indexed", name=entry.entry_id)
        return path
