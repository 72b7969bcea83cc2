"""Every frame around the matches that were found, as a case folder keeps them: small, grey, one below the other."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

import numpy as np

from similarity.absence import NotMeasured
from similarity.case.disk.layout import inside, read_bounded
from similarity.case.disk.pictures import column_of, png_of
from similarity.compare.frames import FoundStretch
from similarity.errors import CaseError
from similarity.files import write_atomically
from similarity.intervals import Interval
from similarity.media.stretches import GreyStretch
from similarity.phrases import Phrase

__all__ = ["StretchRecord", "Stretches", "stored_stretch", "written_stretches"]

_MAX_BYTES = 200_000_000

Stretches = Mapping[tuple[str, int, Interval], FoundStretch]
"""SHA-256 of the video, longer side, span -> its frames, or why there are none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StretchRecord:
    """Every frame of a stretch of a video, small and grey."""

    sha256: str
    """SHA-256 of the video it is from."""
    max_side_pixels: int
    """Longer side that was asked for, at most."""
    start_seconds: float
    """Where it was asked to begin."""
    end_seconds: float
    """Where it was asked to end."""
    pts: tuple[int, ...]
    """Presentation time stamps of its frames."""
    seconds: tuple[float, ...]
    """The same in seconds after the first frame of the video."""
    path: str
    """PNG of the frames one below the other, relative to the case folder; empty where there is none."""
    png_sha256: str
    """SHA-256 of the PNG; empty where there is none."""
    missing: Phrase | None
    """Why the file could not be used; None where it could."""


def stored_stretch(folder: Path, record: StretchRecord) -> FoundStretch:
    """The frames of a stretch that a case folder keeps, or why there are none.

    Raises:
        CaseError: they are not there, another file than the one recorded, or not as many as recorded.
    """
    if record.missing is not None:
        return NotMeasured(reason=record.missing)
    pictures = np.zeros((0, 1, 1), dtype=np.uint8)
    if record.pts:
        content = read_bounded(inside(folder, record.path), _MAX_BYTES)
        if hashlib.sha256(content).hexdigest() != record.png_sha256:
            raise CaseError(
                f"{record.path}: is not the picture that evidence/run.json records by its SHA-256; restore the file"
            )
        pictures = column_of(content, record.path, num_pictures=len(record.pts), max_side=record.max_side_pixels)
    try:
        return GreyStretch(
            pts=np.array(record.pts, dtype=np.int64),
            seconds=np.array(record.seconds, dtype=np.float64),
            pictures=pictures,
        )
    except (ValueError, OverflowError) as error:
        raise CaseError(f"evidence/run.json: {record.path}: {error}; restore the file") from error


def written_stretches(stretches: Stretches, names: Mapping[str, str], folder: Path) -> tuple[StretchRecord, ...]:
    """Write stretches into a case folder.

    Args:
        stretches: what was asked of which video, and what was found.
        names: name in the evidence -> SHA-256 of the video.
        folder: the case folder.
    """
    by_content = {sha256: name for name, sha256 in reversed(list(names.items()))}
    records = []
    for (sha256, max_side, span), found in sorted(stretches.items(), key=itemgetter(0)):
        path, content = "", b""
        if not isinstance(found, NotMeasured) and len(found.pts):
            path = f"evidence/stretches/{by_content[sha256]}-{max_side}-{found.pts[0]}-{found.pts[-1]}.png"
            content = png_of(found.pictures.reshape(-1, found.pictures.shape[2]))
            write_atomically(inside(folder, path), content)
        records.append(
            StretchRecord(
                sha256=sha256,
                max_side_pixels=max_side,
                start_seconds=span[0],
                end_seconds=span[1],
                pts=() if isinstance(found, NotMeasured) else tuple(found.pts.tolist()),
                seconds=() if isinstance(found, NotMeasured) else tuple(found.seconds.tolist()),
                path=path,
                png_sha256=hashlib.sha256(content).hexdigest() if content else "",
                missing=found.reason if isinstance(found, NotMeasured) else None,
            )
        )
    return tuple(records)
