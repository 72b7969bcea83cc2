"""One grading of the whole picture: what turns the work's colours into the suspect's, where they stand in place."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["MOST_COLOUR_GAP", "NO_GRADING", "colour_gap", "common_grading", "graded_picture"]

MOST_COLOUR_GAP = 36.0
"""Levels of 255 by which a cell's colour may differ from the graded one of the work."""
NO_GRADING = np.vstack([np.eye(3), np.zeros((4, 3))])
"""Turns colours into themselves."""
_LEAST_GRADED = 20
"""Cells in place from which a grading can be fitted; with fewer there is none."""
_LEAST_FOLLOWING = 0.25
"""Share of the cells in place that must follow a grading."""
_RIDGE = 0.2
"""Pull of a grading towards none, in cells."""
_ROUNDS = 4
"""Times that a grading is fitted again to the cells that follow it."""

Plane = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]


def common_grading(here: Plane, there: Plane) -> Floats | None:
    """(7, 3) what turns colours of the work, and their squares, into the suspect's: iterated weighted least squares.

    Begun at no grading and at that of all cells, whichever more cells follow; None where few follow either.

    Args:
        here: (n, 3) colours of the suspect's cells in place, levels of 255.
        there: (n, 3) those of the work.
    """
    if len(here) == 0:
        return None
    starts = [NO_GRADING]
    if len(here) >= _LEAST_GRADED:
        starts = [_settled(there, here, start) for start in (NO_GRADING, _grading(there, here, np.ones(len(here))))]
    followers = [float((colour_gap(there, here, grading) <= MOST_COLOUR_GAP).mean()) for grading in starts]
    best = int(np.argmax(followers))
    return starts[best] if followers[best] >= _LEAST_FOLLOWING else None


def _settled(there: Plane, here: Plane, grading: Floats) -> Floats:
    """A grading fitted again and again to the cells that follow it."""
    for _ in range(_ROUNDS):
        weight = 1 / (1 + (colour_gap(there, here, grading) / (MOST_COLOUR_GAP / 3)) ** 2)
        grading = _grading(there, here, weight)
    return grading


def colour_gap(there: Plane, here: Plane, grading: Floats) -> Floats:
    """How far colours lie from the graded ones of the work, levels of 255.

    Args:
        there: (..., 3) colours of the work.
        here: (..., 3) those of the suspect.
        grading: (7, 3).
    """
    return np.asarray(np.linalg.norm(np.clip(_graded(there, grading), 0, 255) - here, axis=-1), np.float64)


def graded_picture(picture: npt.NDArray[np.uint8], grading: Floats) -> npt.NDArray[np.uint8]:
    """(h, w, 3) the picture under a grading."""
    return np.clip(_graded(picture.astype(np.float32), grading), 0, 255).astype(np.uint8)


def _grading(there: Plane, here: Plane, weight: Floats) -> Floats:
    """Weighted least squares, drawn a little to no grading."""
    lifted = _lifted(there)
    pull = _RIDGE * np.diag([1.0] * 6 + [0.0])
    weighted = lifted * weight[:, None]
    return np.asarray(np.linalg.solve(weighted.T @ lifted + pull, weighted.T @ (here / 255.0) + pull @ NO_GRADING))


def _lifted(colours: Plane) -> Floats:
    """Colours, 0 to 1, their squares, and 1."""
    share = colours / 255.0
    return np.concatenate([share, share * share, np.ones((*colours.shape[:-1], 1))], axis=-1)


def _graded(colours: Plane, grading: Floats) -> Floats:
    return np.asarray(255.0 * (_lifted(colours) @ grading), np.float64)
