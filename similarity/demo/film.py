"""A film as a function from frame number to picture, with every cut known."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from math import ceil

import cv2
import numpy as np

from similarity.demo.camera import Shot, Size, shoot
from similarity.demo.edits import Edit, apply_edit
from similarity.media.types import Picture

__all__ = ["Excerpt", "Film", "FilmCut", "FilmFormat", "Script"]

_DISSOLVE_SECONDS = 1.0
_FADE_SECONDS = 0.5
_BLACK_SECONDS = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmFormat:
    """How footage is rendered."""

    size: Size
    """Width and height, pixels, both even."""
    frame_rate: int
    """Frames per second."""
    time_scale: float
    """Lengths in the script times this: 1 for the demo, less for tests."""

    def num_frames(self, seconds: float) -> int:
        """Frames in a length of the script; at least one."""
        return max(1, round(seconds * self.time_scale * self.frame_rate))


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """A stretch taken from another film."""

    film: str
    """Name of the film it is taken from."""
    start_seconds: float
    """Where it starts there, at full scale."""
    seconds: float
    """How much is taken of there, at full scale."""
    speed: float = 1.0
    """How fast it is played: above 1 for faster."""
    edit: Edit = "none"
    """What is done to the pictures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What a film consists of."""

    name: str
    """Stem of its file."""
    pieces: tuple[Shot | Excerpt, ...]
    """Its own shots and what it takes, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmCut:
    """Where a new shot begins."""

    frame: int
    """Its first frame; the middle of a dissolve, the end of the black of a fade."""
    is_gradual: bool
    """A dissolve or a fade."""


class Film:
    """A script in a format: any frame on demand."""

    def __init__(self, script: Script, film_format: FilmFormat, *, sources: Mapping[str, Film]) -> None:
        """Lay the pieces out; `sources` are the films that excerpts are taken from, by name."""
        self.script = script
        self.film_format = film_format
        self._sources = sources
        lengths = [self._num_frames(piece) for piece in script.pieces]
        self.starts = tuple(accumulate(lengths, initial=0))
        """First frame of each piece, and the end of the last."""

    @property
    def num_frames(self) -> int:
        """Length of the film in frames."""
        return self.starts[-1]

    def seconds(self, frame: int) -> float:
        """Time of a frame."""
        return float(Fraction(frame, self.film_format.frame_rate))

    @property
    def cuts(self) -> tuple[FilmCut, ...]:
        """Every place where a new shot begins, those inside excerpts too."""
        found: list[FilmCut] = []
        for number, (piece, start) in enumerate(zip(self.script.pieces, self.starts[:-1], strict=True)):
            if number > 0:
                is_gradual = isinstance(piece, Shot) and piece.opening != "cut"
                found.append(FilmCut(frame=start, is_gradual=is_gradual))
            if isinstance(piece, Excerpt):
                found += self._cuts_inside(piece, start)
        return tuple(found)

    def picture(self, frame: int) -> Picture:
        """The frame with this number, RGB."""
        number = bisect_right(self.starts, frame) - 1
        picture = self._piece_picture(number, frame)
        if number + 1 < len(self.script.pieces):
            picture = self._before(number + 1, frame, picture)
        return self._after(number, frame, picture) if number > 0 else picture

    def _num_frames(self, piece: Shot | Excerpt) -> int:
        seconds = piece.seconds if isinstance(piece, Shot) else piece.seconds / piece.speed
        return self.film_format.num_frames(seconds)

    def _piece_picture(self, number: int, frame: int) -> Picture:
        piece, offset = self.script.pieces[number], frame - self.starts[number]
        if isinstance(piece, Excerpt):
            first = self.film_format.num_frames(piece.start_seconds)
            return apply_edit(self._sources[piece.film].picture(first + int(offset * piece.speed)), piece.edit)
        return shoot(piece, offset / self._num_frames(piece), self.film_format.size)

    def _before(self, number: int, frame: int, picture: Picture) -> Picture:
        """Towards the end of a piece: blended with the coming piece `number`, or darker."""
        left = self.starts[number] - frame
        match self._opening(number):
            case "dissolve" if left <= (half := self._half_dissolve):
                return _blend(picture, self._piece_picture(number, frame), 0.5 * (1 - left / half))
            case "fade":
                black = self.film_format.num_frames(_BLACK_SECONDS)
                light = (left - black) / self.film_format.num_frames(_FADE_SECONDS)
                return _dimmed(picture, light)
            case _:
                return picture

    def _after(self, number: int, frame: int, picture: Picture) -> Picture:
        """At the beginning of piece `number`: still blended with the one before, or still dark."""
        passed = frame - self.starts[number]
        match self._opening(number):
            case "dissolve" if passed < (half := self._half_dissolve):
                return _blend(self._piece_picture(number - 1, frame), picture, 0.5 * (1 + passed / half))
            case "fade":
                return _dimmed(picture, (passed + 1) / self.film_format.num_frames(_FADE_SECONDS))
            case _:
                return picture

    def _opening(self, number: int) -> str:
        piece = self.script.pieces[number]
        return piece.opening if isinstance(piece, Shot) else "cut"

    @property
    def _half_dissolve(self) -> int:
        return self.film_format.num_frames(_DISSOLVE_SECONDS / 2)

    def _cuts_inside(self, piece: Excerpt, start: int) -> list[FilmCut]:
        first = self.film_format.num_frames(piece.start_seconds)
        found = []
        for cut in self._sources[piece.film].cuts:
            frame = start + ceil((cut.frame - first) / piece.speed)
            if start < frame < start + self._num_frames(piece):
                found.append(FilmCut(frame=frame, is_gradual=cut.is_gradual))
        return found


def _blend(first: Picture, second: Picture, share: float) -> Picture:
    return cv2.addWeighted(first, 1 - share, second, share, 0).astype(np.uint8, copy=False)


def _dimmed(picture: Picture, light: float) -> Picture:
    if light >= 1:
        return picture
    return cv2.convertScaleAbs(picture, alpha=max(0.0, light)).astype(np.uint8, copy=False)
