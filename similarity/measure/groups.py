"""Footage groups: how much each pair counts, and how many independent observations pairs are worth.

A group is footage of one origin.  Pairs that share a suspect's or a work's group resemble each other.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["effective_number", "group_weights", "numbered"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_NOTHING = 1e-9
"""Sums of products below which no two pairs share a group."""


def group_weights(
    is_taken: npt.ArrayLike,
    *,
    suspect_groups: npt.ArrayLike,
    work_groups: npt.ArrayLike,
    populations: npt.ArrayLike | None = None,
) -> Floats:
    """Weights with which every population counts alike under each hypothesis, and in it every suspect's group.

    Args:
        is_taken: (n,) bool; False: made independently.
        suspect_groups: (n,) footage group of each suspect.
        work_groups: (n,) footage group of each work, names of the same type.
        populations: (n,) name of the population of each pair; one for all if not given.

    Returns:
        (n,) float64, above 0; those of a hypothesis sum to its number of distinct suspects' groups.
    """
    taken = np.asarray(is_taken, dtype=np.bool_)
    suspects, _, num_groups = numbered(np.asarray(suspect_groups), np.asarray(work_groups))
    given = np.zeros(len(taken), dtype=np.int64) if populations is None else np.asarray(populations)
    names, population = np.unique(given, return_inverse=True)
    weights = np.zeros(len(taken))
    for side in (taken, ~taken):
        cells = (population * num_groups + suspects)[side]
        sizes = np.bincount(cells, minlength=len(names) * num_groups)
        groups_of = (sizes.reshape(len(names), num_groups) > 0).sum(axis=1)
        share = len(np.unique(suspects[side])) / max(1, int((groups_of > 0).sum()))
        weights[side] = share / groups_of[population[side]] / sizes[cells]
    return weights


def effective_number(
    values: npt.ArrayLike, *, weights: npt.ArrayLike, suspect_groups: npt.ArrayLike, work_groups: npt.ArrayLike
) -> float:
    """How many independent observations pairs are worth that share suspects' and works' groups.

    The design effect of crossed clusters (Kish 1965, Survey Sampling, chapter 5, with an intraclass correlation for
    either kind of group and one for both): (sum w)^2 / (sum w^2 + r_s S + r_w W + r_b B), where S, W and B sum w w'
    over pairs of pairs that share a suspect's group, a work's group or both, and the correlations are those of the
    values between such pairs, 0 to 1.  Pairs that are the same measured twice count as one.

    Args:
        values: (n,) scores or log10 LRs of one hypothesis.
        weights: (n,) `group_weights`.
        suspect_groups: (n,) footage group of each suspect.
        work_groups: (n,) footage group of each work.

    Returns:
        From 1 to n.
    """
    counts = np.asarray(weights, dtype=np.float64)
    suspects, works, num_groups = numbered(np.asarray(suspect_groups), np.asarray(work_groups))
    numbers = np.asarray(values, dtype=np.float64)
    off = numbers - np.average(numbers, weights=counts)
    spread = float(np.average(off**2, weights=counts)) or 1.0
    both = _products_in_groups(counts, off, suspects * num_groups + works)
    either = [_products_in_groups(counts, off, groups) - both for groups in (suspects, works)]
    shared = sum(
        float(np.clip(common[1] / common[0] / spread, 0.0, 1.0)) * float(common[0])
        for common in (both, *either)
        if common[0] > _NOTHING
    )
    return max(1.0, float(counts.sum() ** 2 / ((counts**2).sum() + shared)))


def _products_in_groups(counts: Floats, off: Floats, groups: Integers) -> Floats:
    """Sums over any two pairs of one group: of the products of their weights, and of their weighted values."""
    return np.array([(np.bincount(groups, some) ** 2).sum() - (some**2).sum() for some in (counts, counts * off)])


def numbered(
    suspect_groups: npt.NDArray[np.generic], work_groups: npt.NDArray[np.generic]
) -> tuple[Integers, Integers, int]:
    """Groups of both sides as integers from 0, and how many groups there are."""
    names, numbers = np.unique(np.concatenate([suspect_groups, work_groups]), return_inverse=True)
    return numbers[: len(suspect_groups)], numbers[len(suspect_groups) :], len(names)
