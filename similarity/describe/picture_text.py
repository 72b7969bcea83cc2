"""Text that stands in the pictures of a video: what it says, where, how large and from when to when.

Titles, captions, credits and marks are read from few frames and followed through the samples around them.  Nothing of
it counts as taking: two videos may well show the same words.
"""

from __future__ import annotations

from dataclasses import dataclass

from similarity.absence import not_measured

__all__ = ["MAX_LINES", "NOT_ASKED_FOR", "NOT_READ_WHEN_INDEXED", "PictureText", "TextLine"]

MAX_LINES = 1_000
"""Lines of one video that are kept, in order of time."""
NOT_ASKED_FOR = not_measured("text in the pictures was not asked for")
NOT_READ_WHEN_INDEXED = not_measured("no text in the pictures was read when the file was indexed")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLine:
    """One line of text at one place of the picture, as long as it stands there."""

    text: str
    """What was read."""
    start_seconds: float
    """First sample that shows it, seconds after the first frame; it may stand there since the sample before."""
    end_seconds: float
    """First sample that no longer shows it, or the end of the video; exclusive."""
    left: int
    """Left edge of the line, thousandths of the frame's width."""
    top: int
    """Upper edge, thousandths of the frame's height."""
    right: int
    """Right edge (exclusive)."""
    bottom: int
    """Lower edge (exclusive)."""
    height_share: float
    """Height of its characters as a share of the frame's shorter side, 0 to 1."""
    confidence: float
    """How sure the reader is of the characters, 0 to 1: no probability."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureText:
    """Every line of text that was read in a video."""

    reader: str
    """Package and models that read."""
    weights_sha256: str
    """SHA-256 over the models' weights."""
    num_frames_read: int
    """Frames that were given to the reader."""
    num_frames_followed: int
    """Samples through which lines were followed."""
    lines: tuple[TextLine, ...]
    """In order of time, then from above."""
    num_lines_left_out: int
    """Lines after the first `MAX_LINES`."""
