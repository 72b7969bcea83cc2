"""The aligned path over the similarity matrix, in the units of one drawing."""

from __future__ import annotations

from dataclasses import dataclass

from similarity.report.phrases.words import short_clock
from similarity.report.plots.axis_ticks import tick_step_seconds, ticks_seconds
from similarity.report.schema.match import Match, MatrixPicture

__all__ = ["PathPlot", "PlotTick", "make_path_plot"]

WIDTH, LEFT, TOP, RIGHT, BOTTOM = 480.0, 70.0, 8.0, 14.0, 46.0
LEAST_HEIGHT, MOST_HEIGHT = 200.0, 420.0
MOST_TICKS_ACROSS, MOST_TICKS_DOWN = 5, 7


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotTick:
    """A label of an axis."""

    position: float
    """Where, in units of the drawing."""
    label: str
    """Time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PathPlot:
    """A drawing of suspect time to the right and work time downwards."""

    width: float
    """Width of the whole drawing."""
    height: float
    """Height of the whole drawing."""
    left: float
    """Left edge of the plot."""
    top: float
    """Upper edge of the plot."""
    plot_width: float
    """Width of the plot."""
    plot_height: float
    """Height of the plot."""
    points: tuple[tuple[float, float], ...]
    """The path."""
    ticks_across: tuple[PlotTick, ...]
    """Suspect time."""
    ticks_down: tuple[PlotTick, ...]
    """Work time."""
    across_seconds: tuple[float, float]
    """Suspect time at the left and at the right edge."""
    down_seconds: tuple[float, float]
    """Work time at the upper and at the lower edge."""

    @property
    def line(self) -> str:
        """The path as an SVG polyline."""
        return " ".join(f"{x:.2f},{y:.2f}" for x, y in self.points)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Range:
    start: float
    length: float

    def place(self, seconds: float, *, origin: float, extent: float) -> float:
        return origin + extent * (seconds - self.start) / self.length


def make_path_plot(match: Match) -> PathPlot:
    """The drawing of a match; where no matrix was measured it spans the match itself."""
    across, down = _ranges(match)
    plot_width = WIDTH - LEFT - RIGHT
    plot_height = min(max(plot_width * down.length / across.length, LEAST_HEIGHT), MOST_HEIGHT)
    points = tuple(
        (
            across.place(point.suspect_seconds, origin=LEFT, extent=plot_width),
            down.place(point.work_seconds, origin=TOP, extent=plot_height),
        )
        for point in match.path
    )
    return PathPlot(
        width=WIDTH,
        height=TOP + plot_height + BOTTOM,
        left=LEFT,
        top=TOP,
        plot_width=plot_width,
        plot_height=plot_height,
        points=points,
        ticks_across=_ticks(across, origin=LEFT, extent=plot_width, most=MOST_TICKS_ACROSS),
        ticks_down=_ticks(down, origin=TOP, extent=plot_height, most=MOST_TICKS_DOWN),
        across_seconds=(across.start, across.start + across.length),
        down_seconds=(down.start, down.start + down.length),
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


def _ticks(axis: _Range, *, origin: float, extent: float, most: int) -> tuple[PlotTick, ...]:
    step = tick_step_seconds(axis.length, most)
    return tuple(
        PlotTick(position=axis.place(seconds, origin=origin, extent=extent), label=short_clock(seconds, step))
        for seconds in ticks_seconds(axis.start, axis.start + axis.length, most)
    )
