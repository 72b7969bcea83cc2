"""One transformation that puts local features of one picture on their partners in another."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue, check_arrays
from similarity.geometry.matching import Correspondences

__all__ = ["Placement", "best_placement"]

LOOSE, TIGHT = 0.06, 0.02
"""How far a point may fall from its partner, as a share of the longer side: for a hypothesis, and in the end."""
STEPS = (0.045, 0.03, TIGHT, TIGHT)
"""Tolerances of the steps of refinement."""
MAX_SCALE = 5.0
"""Largest enlargement or reduction that is believed."""
MAX_STRETCH = 2.0
"""Largest ratio of enlargement along two directions that is believed."""
MAX_LOG_SCALE_GAP = math.log(1.8)
"""How far the size of one feature may contradict the scale of the whole."""
MAX_TURN_GAP = math.radians(35.0)
"""How far the direction of one feature may contradict the turn of the whole."""
NUM_REFINED = 6
"""Hypotheses that are refined, best supported first."""
MIN_SUPPORT = 4
"""Fewer points than this fix no transformation that means anything."""
RIDGE = 0.0025
"""Pull of an affine fit towards turn and scale: noise of a point over spread of stretch (0.005 / 0.1), squared."""
NUM_FOR_KEYSTONE = 16
"""Support from which a projective fit is tried."""
KEYSTONE_GAIN = 1.15
"""How much more support, or how much less residual, a projective fit must bring."""
_LEAST_SPREAD, _LEAST_SCALE = 1e-6, 1e-6
"""Points that lie closer together, and scales that are smaller, are one point: they fix no transformation."""
_LEAST_DEPTH, _MOST_DEPTH = 0.5, 2.0
"""Depths between which every corner of the picture must lie under a projective transformation."""

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Placement(ArrayValue):
    """How the suspect's picture lies in the work's, isotropic units, and which correspondences say so."""

    matrix: Floats
    """(3, 3) from suspect to work."""
    is_inlier: Mask
    """(k,) which correspondences fall within the tolerance."""
    residual: float
    """Root mean square distance of those, share of the longer side."""

    def __post_init__(self) -> None:
        check_arrays(self, matrix="float64(3, 3)", is_inlier="bool(k)")


def best_placement(pairs: Correspondences) -> Placement | None:
    """The best supported transformation, or None where fewer than `MIN_SUPPORT` correspondences agree on any.

    Every correspondence of SIFT features alone fixes turn, scale and shift (Lowe 2004), so that all hypotheses
    are tried instead of a random choice (Philbin et al. 2007, in place of RANSAC, Fischler & Bolles 1981); the best
    are refined by least squares to an affine and, with enough support, to a projective transformation.
    """
    if len(pairs) < MIN_SUPPORT:
        return None
    votes = _votes(pairs)
    counts = votes.sum(axis=1)
    found: list[Placement] = []
    for number in np.argsort(-counts, kind="stable")[:NUM_REFINED]:
        if counts[number] < MIN_SUPPORT or any(placement.is_inlier[number] for placement in found):
            continue
        placement = _refined(pairs, votes[number], int(number))
        if placement is not None:
            found.append(placement)
    if not found:
        return None
    best = max(found, key=lambda placement: int(placement.is_inlier.sum()))
    return _with_keystone(pairs, best)


def _votes(pairs: Correspondences) -> Mask:
    """(k, k) whether correspondence j falls in place under the turn, scale and shift of correspondence i."""
    scale, turn = np.exp(pairs.log_scale), pairs.turn
    here, there = _complex(pairs.suspect), _complex(pairs.work)
    factor = scale * np.exp(1j * turn)
    shift = there - factor * here
    gap = np.abs(factor[:, None] * here[None, :] + shift[:, None] - there[None, :])
    votes = gap < LOOSE * np.sqrt(scale)[:, None]
    votes &= np.abs(pairs.log_scale[:, None] - pairs.log_scale[None, :]) < MAX_LOG_SCALE_GAP
    votes &= np.cos(turn[:, None] - turn[None, :]) > math.cos(MAX_TURN_GAP)
    votes[np.abs(pairs.log_scale) > math.log(MAX_SCALE)] = False
    return np.asarray(votes, np.bool_)


def _complex(points: Floats) -> npt.NDArray[np.complex128]:
    return points[:, 0] + 1j * points[:, 1]


def _refined(pairs: Correspondences, is_inlier: Mask, seed: int) -> Placement | None:
    is_like_seed = np.abs(pairs.log_scale - pairs.log_scale[seed]) < MAX_LOG_SCALE_GAP
    is_like_seed &= np.cos(pairs.turn - pairs.turn[seed]) > math.cos(MAX_TURN_GAP)
    matrix, gaps = np.eye(3), np.zeros(0)
    for tolerance in STEPS:
        fitted = _affine(pairs.suspect[is_inlier], pairs.work[is_inlier])
        if fitted is None:
            return None
        matrix, gaps = fitted, _gaps(fitted, pairs)
        is_inlier = is_like_seed & (gaps < tolerance)
        if np.count_nonzero(is_inlier) < MIN_SUPPORT:
            return None
    return _placement(matrix, gaps, is_inlier)


def _placement(matrix: Floats, gaps: Floats, is_inlier: Mask) -> Placement:
    residual = float(np.sqrt(np.mean(gaps[is_inlier] ** 2)))
    return Placement(matrix=matrix, is_inlier=is_inlier, residual=residual)


def _affine(suspect: Floats, work: Floats) -> Floats | None:
    """(3, 3) least squares affine, pulled towards turn and scale; None where it is degenerate or turns over."""
    middle_here, middle_there = suspect.mean(axis=0), work.mean(axis=0)
    here, there = suspect - middle_here, work - middle_there
    spread = float((here**2).sum())
    if spread < _LEAST_SPREAD:
        return None
    along = float((here * there).sum()) / spread
    across = float((here[:, 0] * there[:, 1] - here[:, 1] * there[:, 0]).sum()) / spread
    rigid = np.array([[along, -across], [across, along]])
    linear = (there.T @ here + RIDGE * rigid) @ np.linalg.inv(here.T @ here + RIDGE * np.eye(2))
    if not _is_believable(linear):
        return None
    matrix = np.eye(3)
    matrix[:2, :2] = linear
    matrix[:2, 2] = middle_there - linear @ middle_here
    return matrix


def _is_believable(linear: Floats) -> bool:
    large, small = np.linalg.svd(linear, compute_uv=False)
    is_upright = float(np.linalg.det(linear)) > 0
    return is_upright and large < MAX_SCALE and small > 1 / MAX_SCALE and large < MAX_STRETCH * small


def _gaps(matrix: Floats, pairs: Correspondences) -> Floats:
    """(k,) distance of each point from its partner, shared out evenly between the scales of both pictures."""
    placed = apply_matrix(matrix, pairs.suspect)
    scale = math.sqrt(abs(float(np.linalg.det(matrix[:2, :2]))))
    gaps = np.linalg.norm(placed - pairs.work, axis=1) / math.sqrt(max(scale, _LEAST_SCALE))
    return np.asarray(gaps, np.float64)


def apply_matrix(matrix: Floats, points: Floats) -> Floats:
    """(k, 2) points through a (3, 3) projective matrix; a point on its horizon becomes infinite."""
    lifted = points @ matrix[:, :2].T + matrix[:, 2]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(lifted[:, :2] / lifted[:, 2:], np.float64)


def _with_keystone(pairs: Correspondences, placement: Placement) -> Placement:
    """The same through a projective matrix where that puts clearly more points in place, or clearly closer."""
    num_inliers = int(placement.is_inlier.sum())
    if num_inliers < NUM_FOR_KEYSTONE:
        return placement
    is_inlier = placement.is_inlier | (_gaps(placement.matrix, pairs) < LOOSE / 2)
    matrix, gaps = placement.matrix, np.zeros(0)
    for tolerance in STEPS[1:]:
        matrix = _projective(pairs.suspect[is_inlier], pairs.work[is_inlier])
        gaps = _gaps(matrix, pairs)
        is_inlier = gaps < tolerance
        if np.count_nonzero(is_inlier) < NUM_FOR_KEYSTONE or not _is_mild(matrix):
            return placement
    keystone = _placement(matrix, gaps, is_inlier)
    has_more = np.count_nonzero(is_inlier) >= KEYSTONE_GAIN * num_inliers
    is_closer = np.count_nonzero(is_inlier) >= num_inliers and keystone.residual * KEYSTONE_GAIN < placement.residual
    return keystone if has_more or is_closer else placement


def _projective(suspect: Floats, work: Floats) -> Floats:
    """(3, 3) direct linear transformation, least squares (Hartley & Zisserman 2004, with points already of size 1)."""
    x, y = suspect.T
    u, v = work.T
    one, zero = np.ones_like(x), np.zeros_like(x)
    above = np.stack([x, y, one, zero, zero, zero, -u * x, -u * y], axis=1)
    below = np.stack([zero, zero, zero, x, y, one, -v * x, -v * y], axis=1)
    solution = np.linalg.lstsq(np.concatenate([above, below]), np.concatenate([u, v]), rcond=None)[0]
    return np.append(solution, 1.0).reshape(3, 3)


def _is_mild(matrix: Floats) -> bool:
    """No horizon anywhere near the picture."""
    corners = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    depth = corners @ matrix[2, :2] + 1.0
    return _is_believable(matrix[:2, :2]) and bool(((depth > _LEAST_DEPTH) & (depth < _MOST_DEPTH)).all())
