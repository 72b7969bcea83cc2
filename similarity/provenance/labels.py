"""What a file says of its own origin, without facts of a case: labels in its metadata, marks in its pictures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from similarity.absence import NotMeasured, not_measured
from similarity.config import SampleConfig
from similarity.describe.descriptors.pdq import PdqDescriber
from similarity.describe.text.engine import TextEngine
from similarity.describe.video import describe_video
from similarity.errors import MediaError
from similarity.media.digest import digest_file
from similarity.progress import SILENT, Progress
from similarity.provenance.reading import read_labels
from similarity.provenance.values import LabelReading
from similarity.provenance.visible import VisibleMark, visible_marks
from similarity.text import storable

__all__ = ["LabelledFile", "labels_of_file"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledFile:
    """What one file says of its origin."""

    path: str
    """Path as given."""
    sha256: str
    """SHA-256 of its bytes."""
    metadata: tuple[LabelReading, ...]
    """One reading per kind of label."""
    visible: tuple[VisibleMark, ...] | NotMeasured
    """Marks in the pictures."""


def labels_of_file(
    path: Path, text: TextEngine | NotMeasured, *, trust_list_pem: str | None = None, progress: Progress = SILENT
) -> LabelledFile:
    """Read a file's labels: those in its metadata, and those that stand in its pictures.

    Args:
        path: a video or a picture.
        text: what reads text in pictures, or why there is none.
        trust_list_pem: certificates of C2PA trust anchors, PEM; None leaves trust unchecked.
        progress: hears the seconds decoded.

    Raises:
        MediaError: there is no such file.
        AccessError: the trust list holds no certificate.
    """
    return LabelledFile(
        path=storable(str(path)),
        sha256=digest_file(path).sha256,
        metadata=read_labels(path, trust_list_pem=trust_list_pem),
        visible=text if isinstance(text, NotMeasured) else _visible(path, text, progress),
    )


def _visible(path: Path, text: TextEngine, progress: Progress) -> tuple[VisibleMark, ...] | NotMeasured:
    try:
        video = describe_video(path, [PdqDescriber()], config=SampleConfig(), text=text, progress=progress)
    except MediaError as error:
        return not_measured("the pictures can't be read: {reason}", reason=str(error))
    return visible_marks(video.text, is_still=video.info.is_still)
