"""Controls as a case keeps them: hashes of all, descriptors and frames of those that were used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from similarity.absence import NotMeasured
from similarity.compare.controls import ControlClip
from similarity.describe.stored import VideoRecord, read_video, record_of
from similarity.describe.video import DescribedVideo
from similarity.errors import CaseError

__all__ = ["ControlRecord", "control_records", "read_controls"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlRecord:
    """A control as it was given; the rows of one that was used stand in `<name>.npz`."""

    name: str
    """`C1`, `C2` ..."""
    file_name: str
    """Name of its file."""
    sha256: str | NotMeasured
    """SHA-256 of its bytes."""
    video: VideoRecord | NotMeasured
    """What was decoded; or why it was not used."""


def control_records(clips: Sequence[ControlClip]) -> tuple[ControlRecord, ...]:
    """The records of controls, in order."""
    return tuple(
        ControlRecord(
            name=f"C{number}",
            file_name=clip.name,
            sha256=clip.sha256,
            video=clip.video if isinstance(clip.video, NotMeasured) else record_of(clip.video),
        )
        for number, clip in enumerate(clips, start=1)
    )


def read_controls(records: Sequence[ControlRecord], content_of: Callable[[str], bytes]) -> tuple[ControlClip, ...]:
    """The controls that a case keeps.

    Args:
        records: as `run.json` has them.
        content_of: content of a file of the evidence by its name.

    Raises:
        CaseError: an archive is missing, unreadable, or of another file than recorded.
    """
    return tuple(ControlClip(name=one.file_name, sha256=one.sha256, video=_stored(one, content_of)) for one in records)


def _stored(record: ControlRecord, content_of: Callable[[str], bytes]) -> DescribedVideo | NotMeasured:
    if isinstance(record.video, NotMeasured):
        return record.video
    if record.video.digest.sha256 != record.sha256:
        raise CaseError(f"evidence/run.json: {record.name}: SHA-256 and record speak of two files; restore the file")
    name = f"{record.name}.npz"
    return read_video(content_of(name), name, record.video)
