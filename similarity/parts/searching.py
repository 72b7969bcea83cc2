"""A suspect's pictures against the parts of works: where each part is most alike, and how much it stands out.

The likeness of the two most alike regions, seen as it is and in a mirror, is weighed against the class (`cohort.py`),
kind by kind; local features that one transformation puts in place are added.  Several pictures of a suspect count
together: the mean of the two best.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from similarity.absence import NotMeasured, not_measured
from similarity.describe.conditions import Box
from similarity.geometry.features import LocalFeatures, seen_as
from similarity.geometry.fit import PairFit, fit_pair
from similarity.media.types import Picture
from similarity.parts.cohort import Block, background_block, best_per_block, block_of, usual
from similarity.parts.look import features_within, look_at_regions, mirrored_regions
from similarity.parts.values import KINDS, Kind, PartFinding, PartPicture, PartTraits, RegionRows, WorkParts

__all__ = ["FOUND_FROM", "SHOWN_FROM", "PartSearch", "SeenPicture", "look_at"]

FOUND_FROM = 5.0
"""Score from which a part counts as found; `docs/bench.md` says how often unrelated suspects reach it."""
APART_BY = 0.5
"""How far a part must stand above the closest part of another origin in the same place of the suspect."""
SHOWN_FROM = 2.0
"""Score from which a part is listed, and from which a picture of the suspect counts among those that show it."""
WEIGHT_OF_MARKS, CHANCE_MARKS = 4.0, 3
"""A score gains so much per natural logarithm of one and the marks in place beyond those that chance gives."""
NUM_FITTED, NUM_FITTED_BY_COUNT = 12, 6
"""Works of which local features are put in place: the most alike, and those with most features in common."""
MOST_COUNTED = 400
"""Pictures of parts whose features are counted, the most alike first."""
_COUNTED_POINTS = 150
_RATIO = 0.8
_SAME_PLACE = 0.5
"""Share of the smaller of two boxes of the suspect that the other holds from which they are one place."""

Rows = npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class SeenPicture:
    """A picture of the suspect, looked at."""

    pts: int
    """Its time stamp."""
    seconds: float
    """The same, seconds after the first frame."""
    regions: RegionRows
    """Its regions as they are."""
    mirrored: RegionRows
    """The same regions in a mirror."""
    features: LocalFeatures
    """Its local features."""

    @cached_property
    def descriptors(self) -> tuple[Rows, Rows]:
        """Descriptors of its features as they are, and in a mirror."""
        return self.features.descriptors, seen_as(self.features, "mirrored").descriptors


def look_at(picture: Picture, *, pts: int, seconds: float) -> SeenPicture:
    """Look at a picture of the suspect.

    Args:
        picture: RGB.
        pts: its time stamp.
        seconds: the same, seconds after the first frame.
    """
    regions = look_at_regions(picture)
    return SeenPicture(
        pts=pts,
        seconds=seconds,
        regions=regions,
        mirrored=mirrored_regions(picture, regions),
        features=features_within(picture),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """One picture of the suspect against one picture of a part."""

    number: int
    """Of the part's picture."""
    picture: SeenPicture
    """The suspect's."""
    regions: Mapping[Kind, float]
    """Kind -> how much the likeness stands out."""
    rows: tuple[int, int]
    """The two most alike regions, all kinds together: of the suspect's (those in the mirror follow), of the part's."""
    fit: PairFit | None = None
    """What local features say; None where they were not put in place."""

    @property
    def likeness(self) -> float:
        return sum(self.regions.values()) / len(self.regions)

    @property
    def marks(self) -> int:
        return 0 if self.fit is None else self.fit.num_distinct

    @property
    def score(self) -> float:
        return self.likeness + WEIGHT_OF_MARKS * math.log1p(max(self.marks - CHANCE_MARKS, 0))


class PartSearch:
    """The parts of a library, ready for searching.

    Args:
        parts: of each work, one picture at least in all.
        origin_of: work -> its origin; works of one origin are no class for one another.
    """

    def __init__(self, parts: Sequence[WorkParts], origin_of: Mapping[str, str]) -> None:
        self._pictures: list[tuple[str, PartPicture]] = [(one.work_id, seen) for one in parts for seen in one.pictures]
        self._block = block_of([picture.regions for _, picture in self._pictures])
        names, self._work_of = np.unique([work for work, _ in self._pictures], return_inverse=True)
        self._works: list[str] = names.tolist()
        origins, self._origin_of = np.unique([origin_of[work] for work in self._works], return_inverse=True)
        self._num_origins = len(origins)
        self._usual = {kind: np.array([self._usual_of(number, kind) for number in self._numbers]) for kind in KINDS}

    @property
    def _numbers(self) -> range:
        return range(len(self._pictures))

    def findings(self, seen: Sequence[SeenPicture]) -> tuple[PartFinding, ...]:
        """The strongest part of every work in a suspect, strongest first.

        Args:
            seen: pictures of the suspect.
        """
        of_work: dict[str, list[_Seen]] = {}
        for picture in seen:
            for one in self._against(picture):
                of_work.setdefault(self._pictures[one.number][0], []).append(one)
        found = [self._finding(work, sorted(some, key=lambda one: -one.score)) for work, some in of_work.items()]
        found.sort(key=lambda one: (-one.score, one.work_id))
        origins = dict(zip(self._works, self._origin_of.tolist(), strict=True))
        return tuple(_beside_rivals(one, found, origins) for one in found)

    def _against(self, picture: SeenPicture) -> list[_Seen]:
        """The strongest picture of each work's parts."""
        query = block_of([picture.regions, picture.mirrored])
        likeness = {kind: query.rows[kind] @ self._block.rows[kind].T for kind in KINDS}
        standings = {kind: self._standings(query, likeness[kind], kind) for kind in KINDS}
        mean = np.mean([standings[kind] for kind in KINDS], axis=0)
        strongest = [self._strongest_of(work, mean) for work in range(len(self._works))]
        summed = np.sum([likeness[kind] for kind in KINDS], axis=0)
        held = [
            _Seen(
                number=number,
                picture=picture,
                regions={kind: float(standings[kind][number]) for kind in KINDS},
                rows=self._most_alike(summed, number),
            )
            for number in strongest
        ]
        return self._with_marks(held)

    def _standings(self, query: Block, likeness: Rows, kind: Kind) -> Rows:
        """(pictures,) how much each picture of a part stands out of its class, and of the suspect's picture's."""
        best = _best(likeness, self._block)
        unrelated = best_per_block(query.rows[kind], background_block(), kind)
        of_works = np.full(len(self._works), -1.0, dtype=np.float32)
        np.maximum.at(of_works, self._work_of, best)
        here = np.array(
            [usual(np.concatenate([unrelated, of_works[self._origin_of != one]])) for one in range(self._num_origins)]
        )[self._origin_of[self._work_of]]
        there = self._usual[kind]
        return np.asarray(((best - here[:, 0]) / here[:, 1] + (best - there[:, 0]) / there[:, 1]) / 2, dtype=np.float32)

    def _usual_of(self, number: int, kind: Kind) -> tuple[float, float]:
        """What the class reaches with one picture of a part: unrelated pictures, and parts of other origins."""
        first, end = self._block.bounds(number)
        rows = self._block.rows[kind][first:end]
        best = _best(rows @ self._block.rows[kind].T, self._block)
        of_works = np.full(len(self._works), -1.0, dtype=np.float32)
        np.maximum.at(of_works, self._work_of, best)
        others = of_works[self._origin_of != self._origin_of[self._work_of[number]]]
        return usual(np.concatenate([best_per_block(rows, background_block(), kind), others]))

    def _strongest_of(self, work: int, mean: Rows) -> int:
        numbers = np.flatnonzero(self._work_of == work)
        return int(numbers[mean[numbers].argmax()])

    def _most_alike(self, summed: Rows, number: int) -> tuple[int, int]:
        first, end = self._block.bounds(number)
        here, there = np.unravel_index(int(summed[:, first:end].argmax()), (len(summed), end - first))
        return int(here), int(there)

    def _with_marks(self, held: Sequence[_Seen]) -> list[_Seen]:
        """The same, with local features put in place where that may say something."""
        ranked = sorted(range(len(held)), key=lambda one: -held[one].likeness)
        counts = {one: self._common_marks(held[one]) for one in ranked[:MOST_COUNTED]}
        by_count = sorted(counts, key=lambda one: -counts[one])[:NUM_FITTED_BY_COUNT]
        wanted = {*ranked[:NUM_FITTED], *by_count}
        return [self._fitted(one) if number in wanted else one for number, one in enumerate(held)]

    def _common_marks(self, one: _Seen) -> int:
        """Features of the part that one of the suspect's looks like more than like any other."""
        there = self._pictures[one.number][1].features.descriptors[:_COUNTED_POINTS]
        if len(there) < 2:
            return 0
        return max(_num_distinctive(here[:_COUNTED_POINTS] @ there.T) for here in one.picture.descriptors)

    def _fitted(self, one: _Seen) -> _Seen:
        fit = fit_pair(one.picture.features, self._pictures[one.number][1].features, variants=("as_is", "mirrored"))
        return one if isinstance(fit, NotMeasured) else replace(one, fit=fit)

    def _finding(self, work: str, ranked: Sequence[_Seen]) -> PartFinding:
        score = float(np.mean([one.score for one in ranked[:2]]))
        best = ranked[0]
        part = self._pictures[best.number][1]
        here, is_mirrored = _place_of(best)
        there = _box(part.regions.boxes[best.rows[1]])
        if best.marks > CHANCE_MARKS and best.fit is not None:
            here, there = _around(best.fit.suspect_points), _around(best.fit.work_points)
            is_mirrored = best.fit.is_mirrored
        return PartFinding(
            work_id=work,
            part=part.part,
            origin=part.origin,
            score=score,
            is_found=score >= FOUND_FROM,
            rival_work_id=_NO_RIVAL,
            rival_score=_NO_RIVAL,
            is_apart=True,
            num_pictures=sum(one.score >= SHOWN_FROM for one in ranked),
            suspect_pts=best.picture.pts,
            suspect_seconds=best.picture.seconds,
            suspect_box=here,
            work_pts=part.pts,
            work_seconds=part.seconds,
            work_source=part.source,
            work_box=there,
            is_mirrored=is_mirrored,
            traits=_traits(best, part, here, there),
        )


def _traits(best: _Seen, part: PartPicture, here: Box, there: Box) -> PartTraits:
    row, column = best.rows
    colours = best.picture.regions.colour[row % len(best.picture.regions)] @ part.regions.colour[column]
    aspects = [
        (box[2] - box[0]) * features.width / ((box[3] - box[1]) * features.height)
        for box, features in ((here, best.picture.features), (there, part.features))
    ]
    return PartTraits(
        colours=float(np.clip(colours, 0, 1)),
        marks=best.marks,
        outline=(best.regions["compact"] + best.regions["composition"]) / 2,
        proportions=aspects[0] / aspects[1],
    )


def _place_of(best: _Seen) -> tuple[Box, bool]:
    """Where the most alike region of the suspect stands, and whether it is seen in a mirror."""
    count = len(best.picture.regions)
    return _box(best.picture.regions.boxes[best.rows[0] % count]), best.rows[0] >= count


def _beside_rivals(one: PartFinding, found: Sequence[PartFinding], origins: Mapping[str, int]) -> PartFinding:
    """The same, with the strongest part of another origin in the same place of the suspect."""
    rival = next(
        (
            other
            for other in found
            if origins[other.work_id] != origins[one.work_id] and _is_same_place(one.suspect_box, other.suspect_box)
        ),
        None,
    )
    if rival is None:
        return one
    is_apart = one.score >= rival.score + APART_BY
    return replace(
        one,
        rival_work_id=rival.work_id,
        rival_score=rival.score,
        is_apart=is_apart,
        is_found=one.is_found and is_apart,
    )


def _is_same_place(one: Box, other: Box) -> bool:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    shared = max(0, wide) * max(0, high)
    areas = ((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return shared >= _SAME_PLACE * min(areas)


def _best(likeness: Rows, block: Block) -> Rows:
    """(pictures,) likeness of the two most alike regions."""
    return np.asarray(np.maximum.reduceat(likeness.max(axis=0), block.firsts), dtype=np.float32)


def _num_distinctive(likeness: Rows) -> int:
    """Columns to which a row is much more alike than to any other (Lowe's ratio)."""
    rows = np.arange(len(likeness))
    nearest = likeness.argmax(axis=1)
    best = likeness[rows, nearest]
    likeness[rows, nearest] = -1.0
    is_clear = 1.0 - best < _RATIO**2 * (1.0 - likeness.max(axis=1))
    return len(np.unique(nearest[is_clear]))


def _around(points: Rows) -> Box:
    """The box around points, thousandths; a hundredth of the picture at least."""
    low, high = points.min(axis=0), points.max(axis=0)
    middle, half = (low + high) / 2, np.maximum((high - low) / 2, 0.005)
    left, top, right, bottom = (1000 * np.concatenate([middle - half, middle + half])).round().clip(0, 1000).astype(int)
    return int(left), int(top), int(right), int(bottom)


def _box(row: npt.NDArray[np.int16]) -> Box:
    left, top, right, bottom = row.tolist()
    return (left, top, right, bottom)


_NO_RIVAL = not_measured("no part of another origin is there to hold it against")
