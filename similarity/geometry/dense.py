"""Small grey pictures laid over each other dot by dot, under one change of the picture for all of a match.

Pictures are compared by their local contrast, which neither brightness, colour nor uneven light changes.  The change of
the picture is refined for many pairs of frames at once by least squares over all their dots (Lucas and Kanade, 1981).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue, check_arrays
from similarity.geometry.framing import Part

__all__ = ["ContrastPictures", "agreement", "contrast_pictures", "likeness", "refined_transform"]

NEIGHBOURHOOD_SHARE = 0.06
"""Half the side of the neighbourhood whose mean and spread a dot is held against, share of the longer side."""
NOISE_LEVELS = 4.0
"""Spread of grey levels that counts as noise: flat neighbourhoods are not blown up."""
_MARGIN_SHARE = 0.02
"""Dots this close to the border of either picture are not compared: their neighbourhood lies partly outside."""
_LEAST_DOTS = 200
"""Dots that must be visible in both pictures."""
_LEAST_CONTRAST = 0.25
"""Root mean square contrast below which a picture is not stretched to unit length: it shows next to nothing."""
_STEPS = ((2.0, 6), (1.0, 6))
"""Blur (dots) and number of steps of the refinement, coarse to fine."""
_RIDGE = 1e-3
"""Pull towards no change, share of the mean curvature."""

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ContrastPictures(ArrayValue):
    """Local contrast of grey pictures."""

    dots: Rows
    """(n, height, width) grey level less that of its neighbourhood, over the neighbourhood's spread."""

    def __post_init__(self) -> None:
        check_arrays(self, dots="float32(n, *, *)")

    def __len__(self) -> int:
        """Number of pictures."""
        return len(self.dots)

    def some(self, numbers: npt.NDArray[np.intp]) -> ContrastPictures:
        """Some of them."""
        return ContrastPictures(dots=self.dots[numbers])

    @property
    def strength(self) -> Floats:
        """(n,) root mean square contrast of each picture."""
        return np.asarray(np.sqrt(np.einsum("nij,nij->n", self.dots, self.dots) / self.dots[0].size), np.float64)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, dots."""
        return self.dots.shape[2], self.dots.shape[1]


def contrast_pictures(greys: npt.NDArray[np.uint8]) -> ContrastPictures:
    """Local contrast of (n, height, width) grey pictures."""
    height, width = greys.shape[1:]
    side = 2 * max(2, round(NEIGHBOURHOOD_SHARE * max(height, width))) + 1
    dots = np.empty(greys.shape, dtype=np.float32)
    for number, grey in enumerate(greys):
        smooth = cv2.GaussianBlur(grey.astype(np.float32), (0, 0), 0.8)
        centred = smooth - cv2.blur(smooth, (side, side))
        spread = np.sqrt(cv2.blur(centred * centred, (side, side)) + np.float32(NOISE_LEVELS**2))
        dots[number] = centred / spread
    return ContrastPictures(dots=dots)


def agreement(
    suspect: ContrastPictures, work: ContrastPictures, transform: Floats, *, parts: tuple[Part, Part]
) -> Rows | None:
    """(n, m) correlation of every frame of the suspect with every one of the work; None where too few dots are shared.

    Args:
        suspect: n frames.
        work: m frames.
        transform: (3, 3) from fractions of the suspect's picture to fractions of the work's.
        parts: what of each picture is compared: without bars, within a pane.
    """
    inside = _visible(suspect.size, transform, parts)
    if np.count_nonzero(inside) < _LEAST_DOTS:
        return None
    here = _unit_rows(suspect.dots[:, inside])
    there = np.stack([_warped(one, transform, suspect.size)[inside] for one in work.dots])
    return np.asarray(here @ _unit_rows(there).T, dtype=np.float32)


def likeness(
    suspect: ContrastPictures,
    work: ContrastPictures,
    transform: Floats,
    *,
    parts: tuple[Part, Part],
    common: tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]],
) -> Rows | None:
    """(n, m) how alike the pictures are in what changes with time: 1 for the same, 0 for as far as from their mean.

    Args:
        suspect: n frames.
        work: m frames.
        transform: (3, 3) from fractions of the suspect's picture to fractions of the work's.
        parts: what of each picture is compared.
        common: (n,) and (m,) which frames show what both have; the mean over each is taken off.
    """
    rows, columns = common
    inside = _visible(suspect.size, transform, parts)
    if np.count_nonzero(inside) < _LEAST_DOTS or not rows.any() or not columns.any():
        return None
    here = suspect.dots[:, inside]
    there = np.stack([_warped(one, transform, suspect.size)[inside] for one in work.dots])
    here = here - here[rows].mean(axis=0)
    there = there - there[columns].mean(axis=0)
    own, other = (here * here).sum(axis=1), (there * there).sum(axis=1)
    gain = np.sqrt(own[rows].mean() / max(float(other[columns].mean()), 1e-6))
    scale = max(float(own[rows].mean()), 1e-6)
    distance = own[:, None] + gain**2 * other[None, :] - 2 * gain * (here @ there.T)
    return np.asarray(1 - distance / (2 * scale), dtype=np.float32)


def refined_transform(
    suspect: ContrastPictures,
    work: ContrastPictures,
    transform: Floats,
    *,
    pairs: Sequence[tuple[int, int]],
    parts: tuple[Part, Part],
) -> Floats:
    """The transformation that lays all pairs of frames over each other best, near a given one.

    Args:
        suspect: frames of the suspect.
        work: frames of the work.
        transform: (3, 3) from fractions of the suspect's picture to fractions of the work's.
        pairs: numbers of frames of the suspect and of the work that show the same.
        parts: what of each picture is compared.
    """
    across, down = _fractions(suspect.size)
    for blur, steps in _STEPS:
        here = [_blurred(suspect.dots[i], blur) for i, _ in pairs]
        there = {j: _blurred(work.dots[j], blur) for j in {j for _, j in pairs}}
        for _ in range(steps):
            inside = _visible(suspect.size, transform, parts)
            if np.count_nonzero(inside) < _LEAST_DOTS:
                return transform
            normal, right = np.zeros((6, 6)), np.zeros(6)
            for one, (_, j) in zip(here, pairs, strict=True):
                one_normal, one_right = _equations(
                    one, _warped(there[j], transform, suspect.size), inside, (across, down)
                )
                normal += one_normal
                right += one_right
            normal += _RIDGE * np.trace(normal) / 6 * np.eye(6)
            transform = _composed(transform, np.asarray(np.linalg.solve(normal, right), np.float64))
    return transform


def _equations(
    here: Rows, there: Rows, inside: npt.NDArray[np.bool_], fractions: tuple[Rows, Rows]
) -> tuple[Floats, Floats]:
    """Normal equations of one pair for a small affine change of the suspect's coordinates."""
    height, width = there.shape
    one, other = here[inside], there[inside]
    gain = float(one @ other) / max(float(other @ other), 1e-6)
    slope_across = cv2.Sobel(there, cv2.CV_32F, 1, 0)[inside] * (width / 8)
    slope_down = cv2.Sobel(there, cv2.CV_32F, 0, 1)[inside] * (height / 8)
    x, y = fractions[0][inside] - 0.5, fractions[1][inside] - 0.5
    columns = np.stack([slope_across * x, slope_across * y, slope_across, slope_down * x, slope_down * y, slope_down])
    columns = columns * gain
    residual = one - gain * other
    return (columns @ columns.T).astype(np.float64), (columns @ residual).astype(np.float64)


def _composed(transform: Floats, change: Floats) -> Floats:
    """The transformation after a small affine change about the middle of the suspect's picture."""
    a, b, c, d, e, f = np.clip(change, -0.1, 0.1).tolist()
    small = np.array([[1 + a, b, c], [d, 1 + e, f], [0.0, 0.0, 1.0]])
    middle = np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.5], [0.0, 0.0, 1.0]])
    moved = transform @ middle @ small @ np.linalg.inv(middle)
    return np.asarray(moved / moved[2, 2], np.float64)


def _blurred(dots: Rows, blur: float) -> Rows:
    return np.asarray(cv2.GaussianBlur(dots, (0, 0), blur), dtype=np.float32)


def _fractions(size: tuple[int, int]) -> tuple[Rows, Rows]:
    """The x and y of every dot's middle, fractions of width and height."""
    width, height = size
    x, y = (np.arange(width, dtype=np.float32) + 0.5) / width, (np.arange(height, dtype=np.float32) + 0.5) / height
    return np.broadcast_to(x, (height, width)), np.broadcast_to(y[:, None], (height, width))


def _warped(dots: Rows, transform: Floats, size: tuple[int, int]) -> Rows:
    """The work's picture as it stands in the suspect's frame."""
    height, width = dots.shape
    to_dots, from_dots = _in_dots(width, height), np.linalg.inv(_in_dots(*size))
    matrix = to_dots @ transform @ from_dots
    return np.asarray(
        cv2.warpPerspective(dots, matrix, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP), dtype=np.float32
    )


def _in_dots(width: int, height: int) -> Floats:
    """From fractions to numbers of dots, whose middles are whole numbers."""
    return np.array([[width, 0.0, -0.5], [0.0, height, -0.5], [0.0, 0.0, 1.0]])


def _visible(size: tuple[int, int], transform: Floats, parts: tuple[Part, Part]) -> npt.NDArray[np.bool_]:
    """(height, width) dots of the suspect's picture where both parts are seen, clear of their borders."""
    x, y = _fractions(size)
    with np.errstate(divide="ignore", invalid="ignore"):
        depth = transform[2, 0] * x + transform[2, 1] * y + transform[2, 2]
        u = (transform[0, 0] * x + transform[0, 1] * y + transform[0, 2]) / depth
        v = (transform[1, 0] * x + transform[1, 1] * y + transform[1, 2]) / depth
    here = _within(x, y, parts[0])
    return np.asarray(here & (depth > 0) & _within(u, v, parts[1]))


def _within(x: Rows, y: Rows, part: Part) -> npt.NDArray[np.bool_]:
    left, top, right, bottom = part
    gap = _MARGIN_SHARE
    return np.asarray((x > left + gap) & (x < right - gap) & (y > top + gap) & (y < bottom - gap))


def _unit_rows(rows: Rows) -> Rows:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, _LEAST_CONTRAST * np.sqrt(rows.shape[1])), dtype=np.float32)
