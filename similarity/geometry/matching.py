"""Which local feature of one picture looks like which of the other: tentative correspondences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue, check_arrays
from similarity.geometry.features import LocalFeatures

__all__ = ["Correspondences", "tentative_correspondences"]

MAX_RATIO = 0.9
"""Lowe's test: the nearest descriptor must lie this much nearer than the second nearest."""
MAX_CORRESPONDENCES = 250
"""Correspondences kept at most, most distinctive first: bounds time."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Correspondences(ArrayValue):
    """Pairs of features that look alike, in isotropic units: the longer side of each picture is 1."""

    suspect: Floats
    """(k, 2) positions in the suspect."""
    work: Floats
    """(k, 2) positions in the work."""
    log_scale: Floats
    """(k,) natural logarithm of how much larger the feature is in the work."""
    turn: Floats
    """(k,) how far the feature is turned in the work, radians."""

    def __post_init__(self) -> None:
        check_arrays(self, suspect="float64(k, 2)", work="float64(k, 2)", log_scale="float64(k)", turn="float64(k)")

    def __len__(self) -> int:
        """Number of correspondences."""
        return len(self.suspect)


def tentative_correspondences(suspect: LocalFeatures, work: LocalFeatures) -> Correspondences:
    """Features that are each other's nearest, and nearer than the second nearest by Lowe's ratio (Lowe 2004)."""
    likeness = suspect.descriptors @ work.descriptors.T
    there = likeness.argmax(axis=1)
    rows = np.arange(len(there))
    is_mutual = likeness.argmax(axis=0)[there] == rows
    best = likeness[rows, there]
    likeness[rows, there] = -1.0
    second = likeness.max(axis=1) if likeness.shape[1] > 1 else np.full(len(rows), -1.0)
    ratio = np.sqrt(np.maximum(1.0 - best, 0.0) / np.maximum(1.0 - second, 1e-6))
    chosen = np.flatnonzero(is_mutual & (ratio < MAX_RATIO))
    chosen = chosen[np.argsort(ratio[chosen], kind="stable")][:MAX_CORRESPONDENCES]
    return _correspondences(suspect, work, chosen, there[chosen])


def _correspondences(
    suspect: LocalFeatures, work: LocalFeatures, here: npt.NDArray[np.int64], there: npt.NDArray[np.int64]
) -> Correspondences:
    turn = np.deg2rad(work.degrees[there].astype(np.float64) - suspect.degrees[here])
    return Correspondences(
        suspect=suspect.points[here] * isotropic(suspect),
        work=work.points[there] * isotropic(work),
        log_scale=np.log(work.sizes[there].astype(np.float64) / suspect.sizes[here]),
        turn=turn,
    )


def isotropic(features: LocalFeatures) -> Floats:
    """(2,) what fractions of width and height are multiplied with, so that the longer side is 1."""
    return np.array([features.width, features.height], np.float64) / max(features.width, features.height)
