"""Footage groups: how much each pair counts, and how many independent observations pairs are worth.

A group is footage of one origin.  Pairs that share a suspect's or a work's group resemble each other.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["effective_number", "group_weights", "numbered"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


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

    Pairs of the same two groups are one observation, their mean.  Of these it is the design effect of crossed clusters
    (Kish 1965, Survey Sampling, chapter 5, with one intraclass correlation for either kind of group):
    (sum w)^2 / (sum w^2 + r_s S + r_w W), where S and W sum w w' over observations that share a suspect's or a work's
    group, and r_s and r_w are the correlations of the values between such observations.

    Args:
        values: (n,) scores or log10 LRs of one hypothesis.
        weights: (n,) `group_weights`.
        suspect_groups: (n,) footage group of each suspect.
        work_groups: (n,) footage group of each work.

    Returns:
        From 1 to n.
    """
    suspects, works, num_groups = numbered(np.asarray(suspect_groups), np.asarray(work_groups))
    names, cells = np.unique(suspects * num_groups + works, return_inverse=True)
    counts: Floats = np.bincount(cells, np.asarray(weights, dtype=np.float64)).astype(np.float64)
    numbers = np.bincount(cells, np.asarray(weights) * np.asarray(values, dtype=np.float64)) / counts
    off = numbers - np.average(numbers, weights=counts)
    spread = float(np.average(off**2, weights=counts)) or 1.0
    shared = 0.0
    for groups in (names // num_groups, names % num_groups):
        common = _products_in_groups(counts, groups)
        if common > 0:
            correlation = _products_in_groups(counts * off, groups) / common / spread
            shared += min(max(correlation, 0.0), 1.0) * common
    return max(1.0, float(counts.sum() ** 2 / ((counts**2).sum() + shared)))


def _products_in_groups(values: Floats, groups: Integers) -> float:
    """Sum of the products of any two different values of one group."""
    return float((np.bincount(groups, values) ** 2).sum() - (values**2).sum())


def numbered(
    suspect_groups: npt.NDArray[np.generic], work_groups: npt.NDArray[np.generic]
) -> tuple[Integers, Integers, int]:
    """Groups of both sides as integers from 0, and how many groups there are."""
    names, numbers = np.unique(np.concatenate([suspect_groups, work_groups]), return_inverse=True)
    return numbers[: len(suspect_groups)], numbers[len(suspect_groups) :], len(names)
