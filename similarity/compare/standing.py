"""What of a placed match stands still in both videos: along its frames, and over a wider look where that tells nothing.

Along the match each scene of the suspect is held against its own mean, so that cuts are no movement.  Where hardly
anything moves so, as on slides or beside a moment that is held still, some samples of both videos around it are taken
in: what changes between them moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

import cv2
import numpy as np
import numpy.typing as npt

from index.records import SampleTable
from similarity.absence import NotMeasured, not_measured
from similarity.align.values import AlignedMatch
from similarity.compare.dense_fit import MOVING, DenseFit
from similarity.compare.dense_pairs import Parts
from similarity.compare.dense_seen import SeenStretch
from similarity.compare.frames import FoundPictures, Frames
from similarity.compare.works import Works
from similarity.geometry.dense import ContrastPictures, contrast_pictures, laid_pictures
from similarity.geometry.standing_support import Departures, StandingSupport, in_blocks, standing_support
from similarity.media.types import Picture

__all__ = ["WideLook", "support_of", "with_support_of_others"]

MOST_SHIFT_FRAMES = 3
"""How far the work's frames may lie beside the line's: fast movement forgives no frame."""
AROUND_SECONDS = 60.0
"""How far the wider look reaches into the work on either side."""
NUM_AROUND = 9
"""Samples of the work that it takes in."""
MOST_CHANGING = 0.75
"""Share of the cells that may change between them: more is other shots, which tell nothing of this one."""

LEAST_AROUND_SECONDS = 2.0
"""Length of a match from which it is held against the wider look: the time of a shorter one may be another's."""

_TOO_FEW = not_measured("too few frames of it were looked at to tell what stands from what moves")

Floats = npt.NDArray[np.float64]
Dots = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class WideLook:
    """Where samples of a work around a match are taken from."""

    rows: Works
    """The library."""
    frames: Frames
    """Where frames are taken from."""
    max_side: int
    """Longer side of the pictures, pixels."""

    def around(self, match: AlignedMatch) -> ContrastPictures | None:
        """Samples of the work around a match as local contrast; None where fewer than three can be had."""
        samples = self.rows.library.samples(match.work_id)
        stamps = _stamps_around(samples, (match.work_start_seconds + match.work_end_seconds) / 2)
        found = self.frames.of_entry(self.rows.entry(match.work_id), stamps, max_side=self.max_side)
        pictures = _greys(found, stamps)
        return contrast_pictures(np.stack(pictures)) if len(pictures) >= _LEAST_AROUND else None


_LEAST_AROUND = 3


def support_of(
    match: AlignedMatch, fit: DenseFit, seen: Sequence[SeenStretch], parts: Parts, *, edges: Floats, wide: WideLook
) -> StandingSupport | NotMeasured:
    """What stands and what moves of a placed match.

    Args:
        match: the match.
        fit: what it was placed by.
        seen: stretches of both files around it.
        parts: what of each picture is compared.
        edges: (c,) seconds at which scenes of the suspect begin or end.
        wide: a wider look at the work.
    """
    if not fit.frames:
        return MOVING
    laid = [_Along.of(one, fit, parts) for one in seen]
    laid = [one for one in laid if len(one.rows)]
    if not laid:
        return _TOO_FEW
    if fit.line.speed != 0:
        found = _along_scenes(laid, edges)
        if found.kind != "nothing moves":
            return found
    first, last = fit.ends.span
    around = _around(laid, match, fit, parts, wide) if last - first >= LEAST_AROUND_SECONDS else None
    return around or replace(_along_scenes(laid, edges), kind="nothing moves")


def with_support_of_others(matches: Sequence[AlignedMatch], *, from_score: float) -> list[AlignedMatch]:
    """Matches with one work, those that tell nothing themselves under what the others tell.

    Where one shows that support lies only in what never moves, and none that what moves agrees, that holds for weaker
    ones that could not be weighed too.

    Args:
        matches: with one work, strongest first.
        from_score: score from which a match is asked about.
    """
    weighed = [match.support for match in matches if not isinstance(match.support, NotMeasured)]
    if any(one.kind == "moving" for one in weighed):
        return list(matches)
    found: list[AlignedMatch] = []
    theirs: StandingSupport | None = None
    for match in matches:
        if not _tells_nothing(match):
            theirs = theirs or cast("StandingSupport", match.support)
            found.append(match)
        elif theirs is None or match.score < from_score:
            found.append(match)
        else:
            found.append(replace(match, support=replace(theirs, is_of_another_match=True)))
    return found


def _tells_nothing(match: AlignedMatch) -> bool:
    return isinstance(match.support, NotMeasured) or match.support.kind == "nothing moves"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Along:
    """Frames of one stretch along the line."""

    seen: SeenStretch
    work: Dots
    """(m, h, w) frames of the work as they lie over the suspect."""
    is_seen: npt.NDArray[np.bool_]
    rows: npt.NDArray[np.intp]
    """(k,) frames of the suspect that belong to the match."""
    columns: npt.NDArray[np.intp]
    """(k,) the work's frame of each."""

    @classmethod
    def of(cls, seen: SeenStretch, fit: DenseFit, parts: Parts) -> _Along:
        work, is_seen = laid_pictures(seen.suspect, seen.work, fit.transform, parts=parts)
        first, last = fit.ends.span
        rows = np.flatnonzero((seen.suspect_seconds >= first) & (seen.suspect_seconds < last))
        there = np.asarray(fit.line.places(seen.suspect_seconds[rows]), np.float64)
        columns = np.abs(seen.work_seconds[None, :] - there[:, None]).argmin(axis=1) if len(rows) else rows
        return cls(seen=seen, work=work, is_seen=is_seen, rows=rows, columns=columns)

    def scenes(self, edges: Floats) -> list[npt.NDArray[np.intp]]:
        """Numbers of the paired frames of each scene of the suspect."""
        number = np.searchsorted(edges, self.seen.suspect_seconds[self.rows], side="right")
        return [np.flatnonzero(number == one) for one in np.unique(number)]

    def there(self, shift: int) -> Dots:
        """(k, h, w) the work's frames, so many frames later than the line has them."""
        return self.work[np.clip(self.columns + shift, 0, len(self.work) - 1)]


def _along_scenes(laid: Sequence[_Along], edges: Floats) -> StandingSupport:
    """Each scene against its own mean, at the shift at which what moves agrees best."""
    every = [_shifted(laid, edges, shift) for shift in range(-MOST_SHIFT_FRAMES, MOST_SHIFT_FRAMES + 1)]
    return max(every, key=_moved)


def _moved(one: StandingSupport) -> float:
    return -2.0 if isinstance(one.moving_agreement, NotMeasured) else one.moving_agreement


def _shifted(laid: Sequence[_Along], edges: Floats, shift: int) -> StandingSupport:
    sides: tuple[list[Dots], list[Dots], list[Dots], list[Dots]] = ([], [], [], [])
    for one in laid:
        for numbers in one.scenes(edges):
            here = in_blocks(one.seen.suspect.dots[one.rows[numbers]])
            there = in_blocks(one.there(shift)[numbers])
            means = (np.repeat(side.mean(axis=0, keepdims=True), len(side), axis=0) for side in (here, there))
            for kept, part in zip(sides, (here, there, *means), strict=True):
                kept.append(part)
    here, there, here_mean, there_mean = (np.concatenate(side) for side in sides)
    departures = Departures(
        suspect=here, work=there, suspect_mean=here_mean, work_mean=there_mean, is_seen=laid[0].is_seen
    )
    return standing_support(departures, num_frames=sum(len(one.rows) for one in laid))


def _around(
    laid: Sequence[_Along], match: AlignedMatch, fit: DenseFit, parts: Parts, wide: WideLook
) -> StandingSupport | None:
    """Against what the work shows on the average around the match; None where that tells nothing of this shot."""
    around = wide.around(match)
    if around is None:
        return None
    there, _ = laid_pictures(laid[0].seen.suspect, around, fit.transform, parts=parts)
    middle = np.median(there, axis=0, keepdims=True).astype(np.float32)
    here = np.concatenate([in_blocks(one.seen.suspect.dots[one.rows]) for one in laid])
    departures = Departures(
        suspect=here,
        work=np.concatenate([in_blocks(one.there(0)) for one in laid]),
        suspect_mean=middle,
        work_mean=middle,
        is_seen=laid[0].is_seen,
        work_change=((there - middle) ** 2).mean(axis=0).astype(np.float64),
    )
    found = standing_support(departures, num_frames=sum(len(one.rows) for one in laid))
    return replace(found, kind="nothing moves") if found.moving_share > MOST_CHANGING else found


def _stamps_around(samples: SampleTable, seconds: float) -> list[int]:
    """Time stamps of samples spread evenly around a time."""
    times = (samples.pts[samples.indexed] - samples.start_pts) * float(samples.time_base)
    near = np.flatnonzero(np.abs(times - seconds) <= AROUND_SECONDS)
    chosen = near[np.unique(np.linspace(0, len(near) - 1, min(NUM_AROUND, len(near))).round().astype(int))]
    return sorted({int(stamp) for stamp in samples.pts[samples.indexed[chosen]]}) if len(near) else []


def _greys(found: FoundPictures, stamps: Sequence[int]) -> list[npt.NDArray[np.uint8]]:
    if isinstance(found, NotMeasured):
        return []
    pictures: list[Picture] = [found[stamp] for stamp in stamps if stamp in found]
    return [np.asarray(cv2.cvtColor(np.ascontiguousarray(one), cv2.COLOR_RGB2GRAY), np.uint8) for one in pictures]
