"""The fitted line of a match over its similarity matrix: suspect time to the right, work time downwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from similarity.absence import NotMeasured
from similarity.align.values import DensePlacement
from similarity.report.phrases.words import decimal
from similarity.report.plots.axis_ticks import time_ticks
from similarity.report.plots.plot import Curve, Plot
from similarity.report.schema.match import Match, MatrixPicture

__all__ = ["make_path_plot", "path_ranges"]

LEAST_RATIO, MOST_RATIO = 0.505, 1.06
MOST_TICKS_ACROSS, MOST_TICKS_DOWN = 5, 7

Say = Callable[..., str]
"""Says a text of the product in the language of the document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Range:
    start: float
    length: float

    @property
    def end(self) -> float:
        return self.start + self.length

    def share(self, seconds: float) -> float:
        return (seconds - self.start) / self.length


def make_path_plot(match: Match, say: Say) -> Plot:
    """The drawing of a match; where no matrix was measured it spans the match itself."""
    across, down = _ranges(match)
    points = tuple((across.share(one.suspect_seconds), down.share(one.work_seconds)) for one in match.path)
    return Plot(
        caption=_caption(match, say),
        across=say("time in the {suspect}"),
        upright=say("time in the {work}, downwards"),
        ticks_across=time_ticks(across.start, across.length, MOST_TICKS_ACROSS),
        ticks_upright=time_ticks(down.start, down.length, MOST_TICKS_DOWN),
        curves=(*_fitted(match, across, down), Curve(style="dots", points=points)),
        height_ratio=min(max(down.length / across.length, LEAST_RATIO), MOST_RATIO),
        picture="" if isinstance(match.matrix, NotMeasured) else match.matrix.picture,
    )


def _fitted(match: Match, across: _Range, down: _Range) -> Iterator[Curve]:
    """The line along the match, in pieces where its speed changes; none for a still."""
    pieces = match.placement.pieces if isinstance(match.placement, DensePlacement) else ()
    ends = [
        (one.suspect_start_seconds, one.work_start_seconds, one.suspect_end_seconds, one.work_end_seconds)
        for one in pieces
    ]
    speed, offset = match.fit.speed_factor, match.fit.offset_seconds
    if not ends and not isinstance(speed, NotMeasured) and not isinstance(offset, NotMeasured):
        first, last = match.suspect_start_seconds, match.suspect_end_seconds
        ends = [(first, speed * first + offset, last, speed * last + offset)]
    for first, begins, last, stops in ends:
        points = ((across.share(first), down.share(begins)), (across.share(last), down.share(stops)))
        yield Curve(style="fitted", points=points)


def path_ranges(match: Match) -> tuple[tuple[float, float], tuple[float, float]]:
    """Suspect time at the left and at the right edge, work time at the upper and at the lower edge, in seconds."""
    across, down = _ranges(match)
    return (across.start, across.end), (down.start, down.end)


def _caption(match: Match, say: Say) -> str:
    matrix = match.matrix
    if isinstance(matrix, NotMeasured):
        return say("Fitted line and aligned samples of match {match}", match=match.match_id)
    return say(
        "Similarity matrix of match {match}: bright where pictures resemble each other (black {black} pt, white "
        "{white} pt); the line is the fitted one, dots are aligned samples",
        match=match.match_id,
        black=decimal(matrix.similarity_at_black),
        white=decimal(matrix.similarity_at_white),
    )


def _ranges(match: Match) -> tuple[_Range, _Range]:
    matrix = match.matrix
    if isinstance(matrix, MatrixPicture):
        return (
            _range(matrix.suspect_start_seconds, matrix.suspect_end_seconds),
            _range(matrix.work_start_seconds, matrix.work_end_seconds),
        )
    return (
        _range(match.suspect_start_seconds, match.suspect_end_seconds),
        _range(match.work_start_seconds, match.work_end_seconds),
    )


def _range(start: float, end: float) -> _Range:
    """A still or a single sample has no length: a second around it is drawn."""
    return _Range(start=start, length=end - start) if end > start else _Range(start=start - 0.5, length=1.0)
