"""Whether the edges of two pictures stand in the same places, whatever surface lies between them.

Both pictures become fields of gradient direction, doubled so that dark-on-bright and bright-on-dark count alike
(Bigun and Granlund, 1987).  The field is compared window by window by normalised cross-correlation, each window moved
by a few dots at most, as in block matching.  Windows whose best place disagrees with that of the others count less: a
picture that was repainted keeps its edges together, while chance likenesses scatter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue, check_arrays
from similarity.media.types import Picture

__all__ = ["SQUARE_PIXELS", "PairStructure", "grey_for_structure", "pair_structure", "structure_value"]

SQUARE_PIXELS = 96
"""Side of the square to which both pictures are brought."""
BLOCK_PIXELS, GRID_CELLS = 9, 9
"""Windows of two by two blocks, each moved on by one block."""
MOST_SHIFT_PIXELS = 4
"""How far a window may lie from where it stands in the other picture: 4 % of the side."""
SCATTER = 0.05
"""Likeness falls with exp(-SCATTER * d^2), d dots from the common shift: to a half within 4 % of the side."""
LEAST_DETAIL = 0.15
"""Mean strength of the field from which a window has edges to speak of."""
LEAST_LIKE = 0.5
"""Correlation from which a window has a say in the common shift."""
BEST_SHARE = 0.3
"""Share of all windows that carry the value: a part of the picture may have been exchanged."""
_LEAST_GRADIENT = 1.0
"""Grey levels per dot below which a direction is noise."""
_LEAST_ENERGY = 1e-4
"""Keeps the correlation of windows without edges near 0."""
_LEAST_VOICES = 3
"""Windows from which there is a common shift."""
_MARGIN = (SQUARE_PIXELS - (GRID_CELLS + 1) * BLOCK_PIXELS) // 2

Square = npt.NDArray[np.uint8]
Field = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class PairStructure(ArrayValue):
    """How well each window of one picture is found at its place in the other."""

    likeness: npt.NDArray[np.float32]
    """(9, 9) correlation at the best place, lowered where that place disagrees with the others, 0 to 1."""
    has_detail: npt.NDArray[np.bool_]
    """(9, 9) whether the window has edges to speak of in the suspect's picture."""

    def __post_init__(self) -> None:
        check_arrays(self, likeness="float32(9, 9)", has_detail="bool(9, 9)")


def grey_for_structure(picture: Picture) -> Square:
    """(96, 96) uint8: an RGB picture as it is compared."""
    grey = cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey, (SQUARE_PIXELS, SQUARE_PIXELS), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def pair_structure(suspect: Square, work: Square) -> PairStructure:
    """Compare two grey squares.

    Args:
        suspect: (96, 96) uint8.
        work: (96, 96) uint8, brought into the suspect's frame where a transformation is known.
    """
    here, there = _field(suspect), _field(work)
    correlation, down, across = _best_places(here, there)
    has_detail = _cells(here[0] ** 2 + here[1] ** 2) > LEAST_DETAIL**2
    likeness = np.clip(correlation, 0, 1) * _agreement(correlation, down, across, has_detail)
    return PairStructure(likeness=np.where(has_detail, likeness, 0).astype(np.float32), has_detail=has_detail)


def structure_value(pairs: Sequence[PairStructure]) -> float:
    """Mean likeness of the best 30 % of all windows of all pairs, 0 to 1; 0 for no pairs."""
    if not pairs:
        return 0.0
    every = np.sort(np.concatenate([pair.likeness.ravel() for pair in pairs]))[::-1]
    return float(every[: max(1, int(BEST_SHARE * len(every)))].mean())


def _field(square: Square) -> Field:
    """(2, 96, 96) direction of the gradient, doubled, as long as the root of its strength."""
    smooth = cv2.GaussianBlur(square.astype(np.float32), (0, 0), 1.0)
    across = cv2.Sobel(smooth, cv2.CV_32F, 1, 0) / 4
    down = cv2.Sobel(smooth, cv2.CV_32F, 0, 1) / 4
    strength = np.hypot(across, down)
    root = np.where(strength > _LEAST_GRADIENT, np.sqrt(strength) / (strength * strength + 1e-6), 0)
    return np.stack([(across * across - down * down) * root, 2 * across * down * root]).astype(np.float32)


def _best_places(here: Field, there: Field) -> tuple[Field, Field, Field]:
    """(9, 9) best correlation of each window, and how far down and across it lies there."""
    reach = range(-MOST_SHIFT_PIXELS, MOST_SHIFT_PIXELS + 1)
    padded = np.pad(there, ((0, 0), (MOST_SHIFT_PIXELS,) * 2, (MOST_SHIFT_PIXELS,) * 2))
    energy = _cells(here[0] ** 2 + here[1] ** 2)
    energies = cv2.blur(padded[0] ** 2 + padded[1] ** 2, (2 * BLOCK_PIXELS,) * 2, anchor=(0, 0))
    last = GRID_CELLS * BLOCK_PIXELS
    best = np.full((GRID_CELLS, GRID_CELLS), -1, dtype=np.float32)
    best_down, best_across = np.zeros_like(best), np.zeros_like(best)
    for down in reach:
        for across in reach:
            top, left = down + MOST_SHIFT_PIXELS, across + MOST_SHIFT_PIXELS
            moved = padded[:, top : top + SQUARE_PIXELS, left : left + SQUARE_PIXELS]
            shared = _cells(here[0] * moved[0] + here[1] * moved[1])
            row, column = top + _MARGIN, left + _MARGIN
            there_energy = energies[row : row + last : BLOCK_PIXELS, column : column + last : BLOCK_PIXELS]
            value = shared / np.sqrt(energy * there_energy + _LEAST_ENERGY)
            better = value > best
            best[better] = value[better]
            best_down[better], best_across[better] = down, across
    return best, best_down, best_across


def _cells(values: Field) -> Field:
    """(9, 9) mean over windows of 18 x 18 dots, 9 apart."""
    side = (GRID_CELLS + 1) * BLOCK_PIXELS
    inner = values[_MARGIN : _MARGIN + side, _MARGIN : _MARGIN + side]
    blocks = cv2.resize(inner, (GRID_CELLS + 1, GRID_CELLS + 1), interpolation=cv2.INTER_AREA)
    rows = blocks[1:] + blocks[:-1]
    return np.asarray((rows[:, 1:] + rows[:, :-1]) / 4, dtype=np.float32)


def _agreement(correlation: Field, down: Field, across: Field, has_detail: npt.NDArray[np.bool_]) -> Field:
    """(9, 9) 1 where a window moved with the others, less the further off; a half where too few have a say."""
    says = has_detail & (correlation > LEAST_LIKE)
    if np.count_nonzero(says) < _LEAST_VOICES:
        return np.full_like(correlation, 0.5)
    off = (down - np.median(down[says])) ** 2 + (across - np.median(across[says])) ** 2
    return np.asarray(np.exp(-SCATTER * off), dtype=np.float32)
