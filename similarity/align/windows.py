"""Stretches of works: what alignment looks at where works are too many and too long to look at whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue, check_arrays
from similarity.align.values import BiasedTrack, WorkTrack
from similarity.describe.views import View

__all__ = ["Stretch", "WorkWindows", "joined_track", "rows_of_stretches", "windows_among"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch of a work that is aligned with a suspect seen through one view."""

    view: View
    """The view."""
    first_row: int
    """Its first indexed sample of the work."""
    stop_row: int
    """The indexed sample after its last."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class WorkWindows(ArrayValue):
    """Stretches of a work, one after the other: what alignment looks at where the work is too long to look at whole."""

    track: WorkTrack
    """Their samples, in order of time."""
    numbers: npt.NDArray[np.int64]
    """(m,) numbers of these among the work's indexed samples."""
    windows: Mapping[View, tuple[slice, ...]]
    """Which of the samples are each stretch that is looked at through each view, ascending and apart."""

    def __post_init__(self) -> None:
        check_arrays(self, numbers="int64(m)")


def rows_of_stretches(stretches: Iterable[Stretch]) -> tuple[slice, ...]:
    """Rows that stand in any of some stretches, in order, apart from each other."""
    joined: list[slice] = []
    for one in sorted(stretches, key=lambda stretch: stretch.first_row):
        if joined and one.first_row <= joined[-1].stop:
            joined[-1] = slice(joined[-1].start, max(one.stop_row, joined[-1].stop))
        else:
            joined.append(slice(one.first_row, one.stop_row))
    return tuple(joined)


def windows_among(numbers: npt.NDArray[np.int64], stretches: Iterable[Stretch]) -> Mapping[View, tuple[slice, ...]]:
    """Where each stretch lies among samples of the work.

    Args:
        numbers: (m,) numbers of the samples, ascending; whole stretches.
        stretches: the stretches.
    """
    found: dict[View, list[slice]] = {}
    for one in stretches:
        first, stop = np.searchsorted(numbers, [one.first_row, one.stop_row]).tolist()
        found.setdefault(one.view, []).append(slice(first, stop))
    return {view: tuple(windows) for view, windows in found.items()}


def joined_track(parts: Sequence[WorkTrack]) -> WorkTrack:
    """Stretches of one work as one track; a middle of the picture that one of them lacks stands in none."""
    shapes = set(parts[0].shaped).intersection(*(part.shaped for part in parts))
    layouts = [part.composition for part in parts if part.composition is not None]
    motions = [part.motion for part in parts if part.motion is not None]
    return replace(
        parts[0],
        seconds=np.concatenate([part.seconds for part in parts]),
        compact=np.concatenate([part.compact for part in parts]),
        pdq=np.concatenate([part.pdq for part in parts]),
        bias=np.concatenate([part.bias for part in parts]),
        quality=np.concatenate([part.quality for part in parts]),
        composition=_joined(layouts) if len(layouts) == len(parts) else None,
        motion=np.concatenate(motions) if len(motions) == len(parts) else None,
        shaped={shape: _joined([part.shaped[shape] for part in parts]) for shape in sorted(shapes)},
    )


def _joined(tracks: Sequence[BiasedTrack]) -> BiasedTrack:
    return BiasedTrack(
        rows=np.concatenate([track.rows for track in tracks]), bias=np.concatenate([track.bias for track in tracks])
    )
