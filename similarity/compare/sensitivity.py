"""How far the score and the ratios of a match rest on single items of the background.

The match stays as it was aligned, verified and set against its rivals; what the background says of its pictures is
worked out anew, without each item in turn, and without all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, cast

import numpy as np
import numpy.typing as npt

from similarity.absence import NotMeasured, not_measured
from similarity.align.normalise import EVERY_ITEM, Background
from similarity.align.pair import distinct_pictures, match_score, paired_zscores
from similarity.align.rescoring import score_steps, verified_score
from similarity.align.usual import lone_ground
from similarity.align.values import AlignedMatch, BiasedTrack, ViewTrack, WorkTrack
from similarity.compare.measuring import Measurer
from similarity.compare.values import BackgroundSensitivity, FigureRange
from similarity.compare.works import NO_BACKGROUND, Works
from similarity.describe.shapes import WorkShape
from similarity.measure.calibration import LikelihoodRatio
from similarity.measure.finding import Finding

__all__ = ["LeftOut"]

_ROUNDING = 1e-6
"""Difference of two scores that arithmetic may make."""
_NOT_NEEDED = not_measured("concept enters no ratio")

Rows = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]
Items = npt.NDArray[np.int64]
SetName = Literal["compact", "composition"]
SETS: tuple[SetName, ...] = ("compact", "composition")
Figure = Callable[["_Again"], float | NotMeasured]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Again:
    """A match measured under another background."""

    score: float
    finding: Finding


class LeftOut:
    """The background of a library without some of its items; what is worked out is kept for further matches."""

    def __init__(self, rows: Works) -> None:
        self._rows = rows

    def of(self, match: AlignedMatch, finding: Finding, measurer: Measurer) -> BackgroundSensitivity | NotMeasured:
        """The ranges of a match's figures.

        Args:
            match: as it was aligned.
            finding: what it measures under the whole background.
            measurer: measures it.
        """
        entries = self._rows.background_entries
        if not entries:
            return NO_BACKGROUND
        given = _Again(score=match.score, finding=finding)
        again = dict(self._measured(match, measurer))
        none = again.pop(EVERY_ITEM)
        # items that are nobody's nearest leave every figure as it is
        every = {entry.entry_id: again.get(number, given) for number, entry in enumerate(entries)}
        return BackgroundSensitivity(
            num_items=len(entries),
            num_touching=len(again),
            score=_range(given, every, none, lambda one: one.score),
            copy=_range(given, every, none, lambda one: _log10(one.finding.copy_ratio)),
            adaptation=_range(given, every, none, lambda one: _log10(one.finding.adaptation_ratio)),
        )

    def _measured(self, match: AlignedMatch, measurer: Measurer) -> Iterator[tuple[int, _Again]]:
        """The match without each item that its figures rest on, and without all."""
        pairs = _Pairs.of(match, measurer)
        compact = self._biases("compact", pairs.compact_rows)
        layout = self._biases("composition", pairs.layout_rows)
        for item in sorted({EVERY_ITEM, *compact, *layout}):
            yield item, pairs.without(compact=compact.get(item), layout=layout.get(item))

    def _biases(self, set_name: SetName, rows: Sequence[Rows]) -> dict[int, list[Rows]]:
        """Item -> bias of each of several arrays of rows without it; items that change none are left out."""
        background = self._background(set_name)
        if background is None or not rows:
            return {}
        ends = np.cumsum([len(one) for one in rows])[:-1]
        together = np.concatenate(rows)
        found = background.biases_without(together, self._items[set_name])
        found[EVERY_ITEM] = lone_ground(set_name).bias(together)
        return {item: np.split(bias, ends) for item, bias in found.items()}

    def _background(self, set_name: SetName) -> Background | None:
        return getattr(self._rows.background, set_name)  # type: ignore[no-any-return]

    @cached_property
    def _items(self) -> dict[SetName, Items]:
        grounds = ((name, self._background(name)) for name in SETS)
        return {name: self._rows.background_items(len(ground.rows)) for name, ground in grounds if ground is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pairs:
    """The aligned pairs of a match, and what of their tracks rests on the background."""

    match: AlignedMatch
    measurer: Measurer
    seen: ViewTrack
    work: WorkTrack
    here: Numbers
    shapes: tuple[WorkShape, ...]
    """What of the work's pictures its composition is asked of."""

    @classmethod
    def of(cls, match: AlignedMatch, measurer: Measurer) -> _Pairs:
        seen, work = measurer.suspect.views[match.view], measurer.work_track(match.work_id)
        here = seen.rows_of(match.suspect_samples)
        screens = {seen.shapes[row] for row in here.tolist()} if seen.shapes else set()
        with_layout = seen.composition is not None and work.composition is not None
        shapes: tuple[WorkShape, ...] = ("whole", *(one for one in work.shaped if one in screens))
        return cls(
            match=match,
            measurer=measurer,
            seen=seen,
            work=work,
            here=here,
            shapes=shapes if with_layout else (),
        )

    @property
    def compact_rows(self) -> list[Rows]:
        """Of the suspect, of the work."""
        return [self.seen.compact[self.here], self.work.compact[self.match.work_samples]]

    @property
    def layout_rows(self) -> list[Rows]:
        """Of the suspect, and of the work as each of `shapes`."""
        if self.seen.composition is None or not self.shapes:
            return []
        there = [cast("BiasedTrack", self.work.composition_as(shape)) for shape in self.shapes]
        return [self.seen.composition.rows[self.here], *(one.rows[self.match.work_samples] for one in there)]

    def without(self, *, compact: list[Rows] | None, layout: list[Rows] | None) -> _Again:
        """Score and finding with other biases; where none are given, those of the tracks stand."""
        seen, work = self._tracks(compact, layout)
        match, measurer = self.match, self.measurer
        pairs = (self.here, match.work_samples)
        zscores = paired_zscores(match.view, seen, work, measurer.backgrounds, pairs)
        pictures = distinct_pictures(seen.compact[pairs[0]], work.compact[pairs[1]])
        alignment_score = match_score(zscores, pictures)
        score = verified_score(alignment_score, match.verification) * score_steps(match).rival_factor
        again = replace(
            measurer,
            suspect=replace(measurer.suspect, views={**measurer.suspect.views, match.view: seen}),
            work_track=lambda _: work,
            concept=_NOT_NEEDED,
        )
        changed = replace(match, zscores=zscores, alignment_score=alignment_score, score=score)
        return _Again(score=score, finding=again.finding(changed))

    def _tracks(self, compact: list[Rows] | None, layout: list[Rows] | None) -> tuple[ViewTrack, WorkTrack]:
        seen, work, there = self.seen, self.work, self.match.work_samples
        if compact is not None:
            seen = replace(seen, bias=_put(seen.bias, self.here, compact[0]))
            work = replace(work, bias=_put(work.bias, there, compact[1]))
        if layout is not None and seen.composition is not None:
            seen = replace(seen, composition=_rebiased(seen.composition, self.here, layout[0]))
            by_shape = dict(zip(self.shapes, layout[1:], strict=True))
            whole = by_shape.pop("whole")
            shaped = {
                shape: _rebiased(track, there, by_shape[shape]) if shape in by_shape else track
                for shape, track in work.shaped.items()
            }
            composition = _rebiased(cast("BiasedTrack", work.composition), there, whole)
            work = replace(work, composition=composition, shaped=shaped)
        return seen, work


def _rebiased(track: BiasedTrack, where: Numbers, bias: Rows) -> BiasedTrack:
    return replace(track, bias=_put(track.bias, where, bias))


def _put(values: Rows, where: Numbers, new: Rows) -> Rows:
    changed = values.copy()
    changed[where] = new
    return changed


def _log10(ratio: LikelihoodRatio | NotMeasured) -> float | NotMeasured:
    return ratio if isinstance(ratio, NotMeasured) else ratio.log10_lr


def _range(given: _Again, every: Mapping[str, _Again], none: _Again, figure: Figure) -> FigureRange | NotMeasured:
    """Lowest and highest of a figure over the items left out, and without all; as missing as it is for any."""
    stated, without_all = figure(given), figure(none)
    values = {entry_id: figure(one) for entry_id, one in every.items()}
    known = {entry_id: value for entry_id, value in values.items() if not isinstance(value, NotMeasured)}
    if isinstance(stated, NotMeasured) or isinstance(without_all, NotMeasured) or len(known) < len(values):
        return next(one for one in (stated, without_all, *values.values()) if isinstance(one, NotMeasured))
    farthest = max(known, key=lambda entry_id: abs(known[entry_id] - stated))
    return FigureRange(
        lowest=min(known.values()),
        highest=max(known.values()),
        moved_most_without=farthest if abs(known[farthest] - stated) > _ROUNDING else None,
        without_all=without_all,
    )
