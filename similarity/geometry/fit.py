"""A suspect's picture against a work's: the transformation between them and how far chance explains it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue, check_array, check_arrays
from similarity.absence import NotMeasured, not_measured
from similarity.geometry.features import LocalFeatures, Variant, seen_as
from similarity.geometry.matching import Correspondences, isotropic, tentative_correspondences
from similarity.geometry.placement import MIN_SUPPORT, Placement, best_placement
from similarity.phrases import phrase

__all__ = ["CONFIRMED_FROM", "VARIANTS", "PairFit", "PairPoints", "fit_pair"]

VARIANTS: tuple[Variant, ...] = ("as_is", "mirrored", "negative", "mirrored_negative")
MIN_POINTS = 12
"""A picture with fewer points than this is too plain to be recognised by them."""
CHANCE_IN_PLACE = 0.0004
"""Chance that an unrelated correspondence falls in place: area of the tolerance (0.002), span of direction (0.2)."""
CONFIRMED_FROM = 2.0
"""Powers of ten against chance from which a pair counts as confirmed."""
SURE = 12.0
"""Powers of ten against chance from which no other variant is tried."""
SAME_SPOT = 0.02
"""Correspondences this close, as a share of the longer side, count as one."""
LOGO_HALF_SIDE, CAPTION_HALF_HEIGHT = 0.1, 0.04
"""Half the side of a logo, half the height of a caption over the whole width, shares of the longer side of whichever
picture shows them apart."""
NUM_MARKS = 2
"""Regions that may hold the same marks on any pictures: a logo and a caption."""
COVERAGE_CELLS = 8
"""Coverage is counted in cells of a grid this fine."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairPoints:
    """How many local features of two pictures correspond, and how far chance explains it."""

    num_suspect_points: int
    """Local features of the suspect's picture, or of the part that was compared."""
    num_work_points: int
    """Local features of the work's picture."""
    num_inliers: int
    """Of those, points of the two pictures that look alike and that one transformation puts in place."""
    num_elsewhere: int
    """Of those, the ones at different spots outside the two fullest regions (a logo, a caption): these are weighed."""
    chance_exponent: float
    """Powers of ten against chance: 6 where chance does as well once in a million, 0 where it does so often."""
    is_confirmed: bool
    """Whether that is enough for the pair to count as confirmed."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class PairFit(ArrayValue):
    """What the local features of two pictures say about them; points are fractions of width and height."""

    points: PairPoints
    """How many correspond."""
    num_tentative: int
    """Features that look alike, before geometry is asked."""
    num_distinct: int
    """Inliers at different spots."""
    suspect_points: npt.NDArray[np.float32]
    """(num_inliers, 2) positions of the inliers in the suspect's picture."""
    work_points: npt.NDArray[np.float32]
    """(num_inliers, 2) their positions in the work's picture."""
    transform: Floats | NotMeasured
    """(3, 3) projective matrix from fractions of the suspect's picture to fractions of the work's."""
    is_mirrored: bool
    """Whether left and right are exchanged."""
    is_negative: bool
    """Whether bright and dark are exchanged."""
    suspect_coverage: float
    """Share of the cells of the suspect's picture that hold an inlier, 0 to 1."""
    work_coverage: float
    """Share of the cells of the work's picture that hold an inlier, 0 to 1."""
    suspect_aspect: float
    """Width over height of the suspect's picture."""
    work_aspect: float
    """Width over height of the work's picture."""
    residual: float | NotMeasured
    """Root mean square distance of the inliers from where it puts them, share of the longer side."""

    def __post_init__(self) -> None:
        check_arrays(self, suspect_points="float32(n, 2)", work_points="float32(n, 2)")
        if not isinstance(self.transform, NotMeasured):
            check_array("PairFit.transform", self.transform, "float64(3, 3)")


def fit_pair(
    suspect: LocalFeatures, work: LocalFeatures, *, variants: Sequence[Variant] = VARIANTS
) -> PairFit | NotMeasured:
    """The variant and the transformation of the suspect's picture that put most of it in place in the work's.

    Args:
        suspect: features of the suspect's picture.
        work: features of the work's picture.
        variants: what to look for, in this order.

    Raises:
        ValueError: no variant asked for.
    """
    if not variants:
        raise ValueError(f"expected at least one variant of {VARIANTS}, got none")
    for name, features in ((phrase("suspect"), suspect), (phrase("work"), work)):
        if len(features.points) < MIN_POINTS:
            return not_measured(
                "the {side}'s picture is too plain: {number} local features, {needed} needed",
                side=name,
                number=len(features.points),
                needed=MIN_POINTS,
            )
    best = _fit_variant(suspect, work, variants[0])
    for variant in variants[1:]:
        if best.points.chance_exponent >= SURE:
            break
        best = max(best, _fit_variant(suspect, work, variant), key=_support)
    return best


def _support(fit: PairFit) -> tuple[float, int]:
    return fit.points.chance_exponent, fit.points.num_inliers


def _fit_variant(suspect: LocalFeatures, work: LocalFeatures, variant: Variant) -> PairFit:
    seen = seen_as(suspect, variant)
    pairs = tentative_correspondences(seen, work)
    placement = best_placement(pairs)
    is_inlier = np.zeros(len(pairs), np.bool_) if placement is None else placement.is_inlier
    here, there = pairs.suspect[is_inlier], pairs.work[is_inlier]
    num_distinct, num_elsewhere = _distinct_and_elsewhere(here, there)
    is_mirrored = variant in ("mirrored", "mirrored_negative")
    suspect_points = _unmirrored(here / isotropic(suspect), is_mirrored=is_mirrored)
    work_points = (there / isotropic(work)).astype(np.float32)
    nowhere = not_measured("fewer than {number} local features agree on one transformation", number=MIN_SUPPORT)
    chance_exponent = _chance_exponent(num_elsewhere, _num_spots(pairs))
    return PairFit(
        points=PairPoints(
            num_suspect_points=len(suspect.points),
            num_work_points=len(work.points),
            num_inliers=len(here),
            num_elsewhere=num_elsewhere,
            chance_exponent=chance_exponent,
            is_confirmed=chance_exponent >= CONFIRMED_FROM,
        ),
        num_tentative=len(pairs),
        num_distinct=num_distinct,
        suspect_points=suspect_points,
        work_points=work_points,
        transform=nowhere if placement is None else _in_fractions(placement, suspect, work, is_mirrored=is_mirrored),
        is_mirrored=is_mirrored,
        is_negative=variant in ("negative", "mirrored_negative"),
        suspect_coverage=_coverage(suspect_points),
        work_coverage=_coverage(work_points),
        suspect_aspect=suspect.width / suspect.height,
        work_aspect=work.width / work.height,
        residual=nowhere if placement is None else placement.residual,
    )


def _unmirrored(points: Floats, *, is_mirrored: bool) -> npt.NDArray[np.float32]:
    if is_mirrored:
        points = np.stack([1.0 - points[:, 0], points[:, 1]], axis=1)
    return points.astype(np.float32)


def _in_fractions(placement: Placement, suspect: LocalFeatures, work: LocalFeatures, *, is_mirrored: bool) -> Floats:
    grow, shrink = np.diag([*isotropic(suspect), 1.0]), np.diag([*(1.0 / isotropic(work)), 1.0])
    matrix = shrink @ placement.matrix @ grow
    if is_mirrored:
        matrix = matrix @ np.array([[-1.0, 0.0, 1.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    return np.asarray(matrix / matrix[2, 2], np.float64)


def _num_spots(pairs: Correspondences) -> int:
    return len(np.unique(np.floor(pairs.suspect / SAME_SPOT), axis=0))


def _distinct_and_elsewhere(here: Floats, there: Floats) -> tuple[int, int]:
    """Inliers at different spots in both pictures; and those left when the fullest regions are taken away."""
    if not len(here):
        return 0, 0
    spots = np.floor(np.concatenate([here, there], axis=1) / SAME_SPOT)
    _, first_here = np.unique(spots[:, :2], axis=0, return_index=True)
    _, first = np.unique(spots[first_here, 2:], axis=0, return_index=True)
    kept = first_here[first]
    # how far apart each two are, in whichever picture keeps them farther apart
    across, up = (
        np.maximum(*(np.abs(side[kept, axis][:, None] - side[kept, axis][None, :]) for side in (here, there)))
        for axis in (0, 1)
    )
    regions = np.concatenate([(across < LOGO_HALF_SIDE) & (up < LOGO_HALF_SIDE), up < CAPTION_HALF_HEIGHT])
    is_left = np.ones(len(kept), np.bool_)
    for _ in range(NUM_MARKS):
        is_left &= ~regions[(regions & is_left).sum(axis=1).argmax()]
    return len(kept), int(is_left.sum())


def _chance_exponent(num_elsewhere: int, num_spots: int) -> float:
    """Minus the decimal logarithm of how often chance does as well (a contrario, Moisan & Stival 2004), at least 0."""
    if num_elsewhere < 1:
        return 0.0
    tail = _log10_tail(num_spots, num_elsewhere)
    return max(0.0, -tail - math.log10(max(num_spots, 1) * len(VARIANTS)))


def _log10_tail(count: int, least: int) -> float:
    """Decimal logarithm of the chance of at least `least` of `count` in place: its leading term."""
    least = min(least, count)
    log_choose = math.lgamma(count + 1) - math.lgamma(least + 1) - math.lgamma(count - least + 1)
    logs = log_choose + least * math.log(CHANCE_IN_PLACE) + (count - least) * math.log1p(-CHANCE_IN_PLACE)
    return min(0.0, logs / math.log(10.0))


def _coverage(points: npt.NDArray[np.float32]) -> float:
    if not len(points):
        return 0.0
    cells = np.clip(np.floor(points * COVERAGE_CELLS), 0, COVERAGE_CELLS - 1)
    return len(np.unique(cells, axis=0)) / COVERAGE_CELLS**2
