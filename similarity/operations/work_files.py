"""The files of works, looked at again after they were indexed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from index.records import Entry
from similarity.absence import NotMeasured
from similarity.errors import MediaError
from similarity.operations.names import path_of

__all__ = ["NOT_DECODED", "file_of"]

NOT_DECODED = "the frame could not be decoded a second time"


def file_of(entry: Entry, *, is_unchanged: Callable[[Path], bool]) -> Path | NotMeasured:
    """The file of a work, or why it can't be used.

    Args:
        entry: the work.
        is_unchanged: whether the file still holds what was indexed; a report hashes it, a scan compares sizes.
    """
    path = path_of(entry.source_path)
    try:
        same = is_unchanged(path)
    except (OSError, MediaError):
        return NotMeasured(reason=f"the file of work {entry.entry_id} is no longer where it was indexed")
    return path if same else NotMeasured(reason=f"the file of work {entry.entry_id} has changed since it was indexed")
