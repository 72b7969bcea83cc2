"""Pictures of a suspect above those of a work, for a page that shows where a ratio misleads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from similarity.errors import MediaError
from similarity.files import write_atomically
from similarity.media.open import open_video
from similarity.media.types import Picture

__all__ = ["write_strip"]

_NUM_PICTURES, _WIDTH, _HEIGHT = 4, 240, 160


def write_strip(suspect: Path, work: Path, out: Path) -> None:
    """Four frames of the suspect above four of the work, evenly spread, as one JPEG; black for an unreadable file.

    Args:
        suspect: the suspect.
        work: the work.
        out: the JPEG to write.
    """
    rows = [np.hstack(_frames(path)) for path in (suspect, work)]
    _, data = cv2.imencode(".jpg", cv2.cvtColor(np.vstack(rows), cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 85])
    write_atomically(out, data.tobytes())


def _frames(path: Path) -> Sequence[Picture]:
    try:
        seen = _small_frames(path)
    except MediaError:
        seen = []
    if not seen:
        return [np.zeros((_HEIGHT, _WIDTH, 3), dtype=np.uint8)] * _NUM_PICTURES
    chosen = np.linspace(0, len(seen) - 1, _NUM_PICTURES).round().astype(int)
    return [seen[number] for number in chosen]


def _small_frames(path: Path) -> list[Picture]:
    """Every sixth frame, small: labelled clips are short."""
    reader = open_video(path).reader
    try:
        return [
            np.asarray(cv2.resize(reader.picture(frame, max_side=_WIDTH), (_WIDTH, _HEIGHT)), dtype=np.uint8)
            for number, frame in enumerate(reader.frames())
            if number % 6 == 0
        ]
    finally:
        reader.close()
