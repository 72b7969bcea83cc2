"""Lines of text through the samples of a video: read in few frames, followed by their edges in all others.

A frame is read where rows of edges stand that no line in hand explains and that were not looked at before, at most once
in `LEAST_SECONDS_BETWEEN`.  A line still stands where the edges of its letters do; it is followed back to where it
began, and forward until it is gone.  A line that comes back at its place with the same words is the same line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import cv2
import numpy as np
import numpy.typing as npt

from similarity.describe.picture_text import MAX_LINES, PictureText, TextLine
from similarity.describe.text.engine import ReadLine, TextEngine
from similarity.describe.text.likely import Boxes, Grey, edges_of, likely_lines, share_inside
from similarity.media.types import Picture

__all__ = ["LEAST_SECONDS_BETWEEN", "TextFollower"]

LEAST_SECONDS_BETWEEN = Fraction(2)
"""From one frame that is read to the next of the same shot, at least."""
LOOKED_BACK = 6
"""Samples of a shot through which a line is followed back from where it was read."""
STILL_THERE = 0.6
"""Correlation of the edges in a line's box with those where it was read, from which it still stands."""
_ROOM = 2
"""Dots by which a line may wander and still stand."""
_EXPLAINED = 0.5
"""Share of a row of edges inside a line, or inside a row that was looked at, from which it needs no reading."""
_SAME_PLACE, _SAME_WORDS = 0.5, 80.0
_MOST_GAP = Fraction(3)
"""A line that comes back within this many seconds has stood there in between, behind a cut or a change of ground."""
_LEANS, _LETTERS_IN_BOX = 0.1, 0.72
"""Slope from which a line leans; height of letters in the reader's boxes, measured on set text."""
_INK_SHARE = 0.15
"""Share of the strongest row of edges from which a row belongs to the letters."""


@dataclass(slots=True)
class _Line:
    """A line in hand."""

    text: str
    confidence: float
    box: tuple[int, int, int, int]
    edges: Grey
    height_share: float
    frame: tuple[int, int]
    start: Fraction
    end: Fraction
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class _Seen:
    """A sample of the shot in hand."""

    time: Fraction
    edges: Grey


@dataclass(slots=True)
class TextFollower:
    """Hears the samples of a video in order of time, shot by shot; `finished` gives what was read."""

    engine: TextEngine
    lines: list[_Line] = field(default_factory=list)
    num_read: int = 0
    num_followed: int = 0
    _recent: list[_Seen] = field(default_factory=list)
    _looked_at: Boxes = field(default_factory=lambda: np.empty((0, 4), dtype=np.int32))
    _last_read: Fraction | None = None

    def look(self, samples: Iterable[tuple[Fraction, Picture]]) -> None:
        """Follow lines through samples of one shot, and read where something new may stand.

        Args:
            samples: time in seconds after the first frame, and RGB picture with its bars.
        """
        self._recent = []
        self._looked_at = np.empty((0, 4), dtype=np.int32)
        self._last_read = None
        for time, picture in samples:
            self._look_at(time, picture)

    def finished(self, end: Fraction) -> PictureText:
        """Everything that was read.

        Args:
            end: of the video, seconds.
        """
        for line in self.lines:
            if line.is_open:
                line.end = max(end, line.start)
        found = sorted(self.lines, key=lambda line: (line.start, line.box[1], line.box[0]))
        return PictureText(
            reader=self.engine.name,
            weights_sha256=self.engine.weights_sha256,
            num_frames_read=self.num_read,
            num_frames_followed=self.num_followed,
            lines=tuple(_said(line) for line in found[:MAX_LINES]),
            num_lines_left_out=max(0, len(found) - MAX_LINES),
        )

    def _look_at(self, time: Fraction, picture: Picture) -> None:
        edges = edges_of(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False))
        self.num_followed += 1
        for line in self.lines:
            if line.is_open and not _stands(line, edges):
                line.is_open, line.end = False, time
        if self._is_worth_reading(time, edges):
            self._read(time, picture, edges)
        self._recent = [*self._recent[1 - LOOKED_BACK :], _Seen(time, edges)]

    def _is_worth_reading(self, time: Fraction, edges: Grey) -> bool:
        if self._last_read is not None and time < self._last_read + LEAST_SECONDS_BETWEEN:
            return False
        rows = likely_lines(edges)
        explained = np.concatenate([_boxes(line for line in self.lines if line.is_open), self._looked_at])
        return bool((share_inside(rows, explained) < _EXPLAINED).any())

    def _read(self, time: Fraction, picture: Picture, edges: Grey) -> None:
        found = self.engine.read(picture)
        self.num_read += 1
        self._last_read = time
        self._looked_at = likely_lines(edges)
        for read in found:
            box = _box(read, edges.shape)
            if box is not None:
                self._take(read, box, time, edges)

    def _take(self, read: ReadLine, box: tuple[int, int, int, int], time: Fraction, edges: Grey) -> None:
        """A line that was read: one in hand, or one that comes back, or a new one."""
        known = next((line for line in reversed(self.lines) if _is_same(line, read, box, edges.shape, time)), None)
        height, width = edges.shape
        left, top, right, bottom = box
        patch = edges[top:bottom, left:right]
        if known is None:
            share = _letter_height(read, patch) / min(height, width)
            line = _Line(read.text, read.confidence, box, patch, share, (width, height), time, time)
            line.start = self._beginning(line, time)
            self.lines.append(line)
            return
        known.is_open, known.box, known.edges = True, box, patch
        if read.confidence > known.confidence:
            known.text, known.confidence = read.text, read.confidence

    def _beginning(self, line: _Line, time: Fraction) -> Fraction:
        for seen in reversed(self._recent):
            if not _stands(line, seen.edges):
                break
            time = seen.time
        return time


def _boxes(lines: Iterable[_Line]) -> Boxes:
    return np.array([line.box for line in lines], dtype=np.int32).reshape(-1, 4)


def _box(read: ReadLine, shape: Sequence[int]) -> tuple[int, int, int, int] | None:
    """The upright box around a line, inside the picture; None where nothing of it is."""
    x, y = zip(*read.corners, strict=True)
    left, top = max(0, int(min(x))), max(0, int(min(y)))
    right, bottom = min(shape[1], int(np.ceil(max(x)))), min(shape[0], int(np.ceil(max(y))))
    return (left, top, right, bottom) if right - left >= 2 and bottom - top >= 2 else None


def _stands(line: _Line, edges: Grey) -> bool:
    """Whether the edges of a line's letters stand where they were."""
    if edges.shape != (line.frame[1], line.frame[0]):
        return False
    left, top, right, bottom = line.box
    around = edges[max(0, top - _ROOM) : bottom + _ROOM, max(0, left - _ROOM) : right + _ROOM]
    found = cv2.matchTemplate(around, line.edges, cv2.TM_CCOEFF_NORMED)
    return bool(np.nan_to_num(found, posinf=0.0).max() >= STILL_THERE)


def _is_same(line: _Line, read: ReadLine, box: tuple[int, int, int, int], shape: Sequence[int], time: Fraction) -> bool:
    from rapidfuzz.fuzz import ratio

    if line.frame != (shape[1], shape[0]) or not (line.is_open or time <= line.end + _MOST_GAP):
        return False
    one, other = (np.array([found], dtype=np.int32) for found in (line.box, box))
    is_there = min(share_inside(one, other)[0], share_inside(other, one)[0]) >= _SAME_PLACE
    return bool(is_there and ratio(line.text, read.text) >= _SAME_WORDS)


def _letter_height(read: ReadLine, patch: Grey) -> float:
    """Height of the letters of a line, dots; of a line that leans, from the reader's own box, which is larger."""
    (left, top), (right, other_top), *_, (below_left, below_top) = read.corners
    if abs(other_top - top) > _LEANS * abs(right - left):
        return _LETTERS_IN_BOX * float(np.hypot(below_left - left, below_top - top))
    return _ink_height(patch)


def _ink_height(patch: Grey) -> int:
    """Height of the letters in an upright box, dots: from the first row of many edges to the last."""
    rows: npt.NDArray[np.float64] = patch.astype(np.float64).mean(axis=1)
    rows -= rows.min()
    inked = np.flatnonzero(rows >= _INK_SHARE * rows.max()) if rows.max() > 0 else np.array([0])
    return max(1, int(inked[-1] - inked[0]) - 1)  # an edge of three dots reaches one over the letters on either side


def _said(line: _Line) -> TextLine:
    width, height = line.frame
    left, top, right, bottom = line.box
    return TextLine(
        text=line.text,
        start_seconds=round(float(line.start), 3),
        end_seconds=round(float(line.end), 3),
        left=round(1000 * left / width),
        top=round(1000 * top / height),
        right=round(1000 * right / width),
        bottom=round(1000 * bottom / height),
        height_share=round(line.height_share, 4),
        confidence=round(line.confidence, 3),
    )
