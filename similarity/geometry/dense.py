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

__all__ = [
    "ContrastPictures",
    "Overlay",
    "contrast_pictures",
    "explained",
    "laid_pictures",
    "overlay",
    "refined_transform",
    "tracked_transforms",
]

NEIGHBOURHOOD_SHARE = 0.035
"""Half the side of the neighbourhood whose mean and spread a dot is held against, share of the longer side."""
SMOOTH_SHARE = 0.008
"""Blur before that, share of the longer side: the finest detail, which copies lose, is left out."""
NOISE_LEVELS = 4.0
"""Spread of grey levels that counts as noise: flat neighbourhoods are not blown up."""
_LEAST_DOTS = 200
"""Dots that must be visible in both pictures."""
_LEAST_CONTRAST = 0.25
"""Root mean square contrast below which a picture is not stretched to unit length: it shows next to nothing."""
_LEAST_ENERGY = 1e-6
"""Keeps pictures in which nothing changes from being blown up."""
_STEPS = ((2, 1.5, 4), (1, 1.0, 4))
"""How far pictures are shrunk and blurred (dots), and steps of the refinement, coarse to fine."""
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
    side = 2 * _reach((width, height)) + 1
    dots = np.empty(greys.shape, dtype=np.float32)
    for number, grey in enumerate(greys):
        smooth = cv2.GaussianBlur(grey.astype(np.float32), (0, 0), SMOOTH_SHARE * max(height, width))
        centred = smooth - cv2.blur(smooth, (side, side))
        spread = np.sqrt(cv2.blur(centred * centred, (side, side)) + np.float32(NOISE_LEVELS**2))
        dots[number] = centred / spread
    return ContrastPictures(dots=dots)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Overlay(ArrayValue):
    """Frames of the suspect, and frames of the work as they stand in its frame, dot for dot where both are seen."""

    suspect: Rows
    """(n, dots) local contrast."""
    work: Rows
    """(m, dots) local contrast."""

    def __post_init__(self) -> None:
        check_arrays(self, suspect="float32(n, d)", work="float32(m, d)")

    def agreement(self) -> Rows:
        """(n, m) correlation of every frame of the suspect with every one of the work, -1 to 1."""
        return np.asarray(_unit_rows(self.suspect) @ _unit_rows(self.work).T, dtype=np.float32)

    def likeness(self, rows: npt.NDArray[np.bool_], columns: npt.NDArray[np.bool_]) -> Rows | None:
        """(n, m) how alike they are in what changes with time: 1 for the same, 0 for as far as from their mean.

        What stands still tells no time, nor does what was added and stands still.

        Args:
            rows: (n,) frames of the suspect that show what both have; their mean is taken off.
            columns: (m,) the same of the work.
        """
        if not rows.any() or not columns.any():
            return None
        here, there = self.suspect - self.suspect[rows].mean(axis=0), self.work - self.work[columns].mean(axis=0)
        own, other = np.einsum("nd,nd->n", here, here), np.einsum("md,md->m", there, there)
        scale = max(float(own[rows].mean()), _LEAST_ENERGY)
        gain = float(np.sqrt(scale / max(float(other[columns].mean()), _LEAST_ENERGY)))
        distance = own[:, None] + gain**2 * other[None, :] - 2 * gain * (here @ there.T)
        return np.asarray(1 - distance / (2 * scale), dtype=np.float32)


def overlay(
    suspect: ContrastPictures, work: ContrastPictures, transform: Floats, *, parts: tuple[Part, Part]
) -> Overlay | None:
    """Lay frames of the work over those of the suspect; None where too few dots of both are seen.

    Args:
        suspect: n frames.
        work: m frames.
        transform: (3, 3) from fractions of the suspect's picture to fractions of the work's.
        parts: what of each picture is compared: without bars, within a pane.
    """
    inside = _visible((suspect.size, work.size), transform, parts)
    if np.count_nonzero(inside) < _LEAST_DOTS:
        return None
    across, down = _maps(suspect.size, work.size, transform)
    # only the dots that are seen are looked up, as a picture of one column
    across, down = across[inside][:, None], down[inside][:, None]
    there = [_looked_up(one, across, down)[:, 0] for one in work.dots]
    return Overlay(suspect=suspect.dots[:, inside], work=np.stack(there))


def laid_pictures(
    suspect: ContrastPictures, work: ContrastPictures, transform: Floats, *, parts: tuple[Part, Part]
) -> tuple[Rows, npt.NDArray[np.bool_]]:
    """(m, height, width) frames of the work as they lie over the suspect's, and (height, width) dots that both show.

    Args:
        suspect: its frames.
        work: m frames.
        transform: (3, 3) from fractions of the suspect's picture to fractions of the work's.
        parts: what of each picture is compared.
    """
    maps = _maps(suspect.size, work.size, transform)
    laid = np.stack([_looked_up(one, *maps) for one in work.dots])
    return laid, _visible((suspect.size, work.size), transform, parts)


def explained(
    suspect: ContrastPictures, work: ContrastPictures, transform: Floats, *, parts: tuple[Part, Part]
) -> Floats:
    """(k,) correlation of k pairs of pictures over all of the suspect's part, what the work does not reach being 0.

    Unlike agreement it does not rise where a change of the picture pushes what disagrees out of the frame.

    Args:
        suspect: k frames.
        work: the frame of the work for each.
        transform: (3, 3) from fractions of the suspect's picture to fractions of the work's.
        parts: what of each picture is compared.
    """
    laid = overlay(suspect, work, transform, parts=parts)
    if laid is None:
        return np.zeros(len(suspect))
    here = suspect.dots[:, _within(_fractions(suspect.size), parts[0], suspect.size)]
    shared = np.einsum("kd,kd->k", laid.suspect, _unit_rows(laid.work))
    lengths = np.maximum(np.linalg.norm(here, axis=1), _LEAST_CONTRAST * np.sqrt(here.shape[1]))
    return np.asarray(shared / lengths, np.float64)


def refined_transform(
    suspect: ContrastPictures,
    work: ContrastPictures,
    transform: Floats,
    *,
    pairs: Sequence[tuple[int, int]],
    parts: tuple[Part, Part],
    is_near: bool = False,
) -> Floats:
    """The transformation that lays all pairs of frames over each other best, near a given one.

    Args:
        suspect: frames of the suspect.
        work: frames of the work.
        transform: (3, 3) from fractions of the suspect's picture to fractions of the work's.
        pairs: numbers of frames of the suspect and of the work that show the same.
        parts: what of each picture is compared.
        is_near: whether the given one is a neighbour's, off by less than a dot.
    """
    for shrink, blur, steps in _STEPS[-1:] if is_near else _STEPS:
        here = [_blurred(suspect.dots[i], shrink, blur) for i, _ in pairs]
        there = {j: _blurred(work.dots[j], shrink, blur) for j in {j for _, j in pairs}}
        sizes = (_size(here[0]), _size(there[pairs[0][1]]))
        for _ in range(steps):
            inside = _visible(sizes, transform, parts)
            if np.count_nonzero(inside) < _LEAST_DOTS:
                return transform
            maps = _maps(*sizes, transform)
            moved = {j: _looked_up(dots, *maps) for j, dots in there.items()}
            x, y = (one[inside] - np.float32(0.5) for one in _fractions(sizes[0]))
            equations = [_equations(one, moved[j], inside, (x, y)) for one, (_, j) in zip(here, pairs, strict=True)]
            normal, right = sum(one for one, _ in equations), sum(other for _, other in equations)
            curvature = float(np.trace(normal)) / 6
            if not curvature > _LEAST_ENERGY:
                return transform  # black frames: nothing says where they lie
            change = np.linalg.solve(normal + _RIDGE * curvature * np.eye(6), right)
            transform = _composed(transform, np.asarray(change, np.float64))
    return transform


def tracked_transforms(
    suspect: ContrastPictures, still: ContrastPictures, transform: Floats, *, first: int, parts: tuple[Part, Part]
) -> Floats:
    """(n, 3, 3) the change of the picture for every frame of a suspect that moves over one picture of the work.

    Args:
        suspect: n frames.
        still: the one picture.
        transform: for the frame where tracking begins, near enough to be refined.
        first: number of that frame; each other one starts from its neighbour's.
        parts: what of each picture is compared.
    """
    found = np.empty((len(suspect), 3, 3))
    found[first] = refined_transform(suspect, still, transform, pairs=[(first, 0)], parts=parts)
    for numbers, step in ((range(first + 1, len(suspect)), 1), (range(first - 1, -1, -1), -1)):
        for number in numbers:
            found[number] = refined_transform(suspect, still, found[number - step], pairs=[(number, 0)], parts=parts)
    return found


def _equations(
    here: Rows, there: Rows, inside: npt.NDArray[np.bool_], places: tuple[Rows, Rows]
) -> tuple[Floats, Floats]:
    """Normal equations of one pair for a small affine change of the suspect's coordinates.

    Args:
        here: (h, w) the suspect's picture.
        there: (h, w) the work's as it lies over it.
        inside: (h, w) dots that both show.
        places: x and y of these dots, fractions from the middle.
    """
    height, width = there.shape
    one, other = here[inside], there[inside]
    gain = float(one @ other) / max(float(other @ other), 1e-6)
    slope_across = cv2.Sobel(there, cv2.CV_32F, 1, 0)[inside] * (width / 8)
    slope_down = cv2.Sobel(there, cv2.CV_32F, 0, 1)[inside] * (height / 8)
    x, y = places
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


def _blurred(dots: Rows, shrink: int, blur: float) -> Rows:
    size = tuple(max(1, length // shrink) for length in _size(dots))
    small = dots if shrink == 1 else cv2.resize(dots, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.GaussianBlur(small, (0, 0), blur), dtype=np.float32)


def _size(dots: Rows) -> tuple[int, int]:
    """Width and height, dots."""
    return dots.shape[1], dots.shape[0]


def _fractions(size: tuple[int, int]) -> tuple[Rows, Rows]:
    """The x and y of every dot's middle, fractions of width and height."""
    width, height = size
    x, y = (np.arange(width, dtype=np.float32) + 0.5) / width, (np.arange(height, dtype=np.float32) + 0.5) / height
    return np.broadcast_to(x, (height, width)), np.broadcast_to(y[:, None], (height, width))


def _maps(size: tuple[int, int], work_size: tuple[int, int], transform: Floats) -> tuple[Rows, Rows]:
    """(height, width) where each dot of the suspect's picture is looked up in the work's, dots."""
    u, v, _ = _placed(size, transform)
    return u * np.float32(work_size[0]) - np.float32(0.5), v * np.float32(work_size[1]) - np.float32(0.5)


def _looked_up(dots: Rows, across: Rows, down: Rows) -> Rows:
    return np.asarray(cv2.remap(dots, across, down, cv2.INTER_LINEAR), dtype=np.float32)


def _placed(size: tuple[int, int], transform: Floats) -> tuple[Rows, Rows, Rows]:
    """(height, width) fractions of the work's width and height at each dot of the suspect's picture, and its depth."""
    x, y = _fractions(size)
    rows = transform.astype(np.float32)
    depth = rows[2, 0] * x + rows[2, 1] * y + rows[2, 2]
    with np.errstate(divide="ignore", invalid="ignore"):
        u = (rows[0, 0] * x + rows[0, 1] * y + rows[0, 2]) / depth
        v = (rows[1, 0] * x + rows[1, 1] * y + rows[1, 2]) / depth
    return u, v, depth


def _visible(
    sizes: tuple[tuple[int, int], tuple[int, int]], transform: Floats, parts: tuple[Part, Part]
) -> npt.NDArray[np.bool_]:
    """(height, width) dots of the suspect's picture where both parts are seen, clear of their borders."""
    x, y = _fractions(sizes[0])
    u, v, depth = _placed(sizes[0], transform)
    return np.asarray(_within((x, y), parts[0], sizes[0]) & (depth > 0) & _within((u, v), parts[1], sizes[1]))


def _within(at: tuple[Rows, Rows], part: Part, size: tuple[int, int]) -> npt.NDArray[np.bool_]:
    """Whether places lie within a part by more than a neighbourhood, which else reaches what is not compared."""
    (x, y), (left, top, right, bottom) = at, part
    across, down = (_reach(size) / length for length in size)
    return np.asarray((x > left + across) & (x < right - across) & (y > top + down) & (y < bottom - down))


def _reach(size: tuple[int, int]) -> int:
    """Half the side of a neighbourhood, dots."""
    return max(2, round(NEIGHBOURHOOD_SHARE * max(size)))


def _unit_rows(rows: Rows) -> Rows:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, _LEAST_CONTRAST * np.sqrt(rows.shape[1])), dtype=np.float32)
