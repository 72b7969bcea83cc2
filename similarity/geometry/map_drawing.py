"""Pictures of a change map for people: labelled cells over the frame, a checkerboard, the difference that is left.

Every label has a tint, a hatch and a letter, so that a copy without colour reads the same: K kept, M moved, C changed,
A added, G gone, X cropped; what is too plain to tell is washed out.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from similarity.geometry.laid_over import LaidOver
from similarity.geometry.map_labels import LABELS, Label
from similarity.media.types import Picture

__all__ = ["LETTERS", "draw_checkerboard", "draw_difference", "draw_labels"]

LETTERS: dict[Label, str] = {"kept": "K", "moved": "M", "changed": "C", "added": "A", "gone": "G", "cropped": "X"}
"""The letter that stands in the cells of a label."""
_TINTS: dict[Label, tuple[int, int, int]] = {
    "no detail": (225, 225, 225),
    "kept": (0, 153, 136),
    "moved": (0, 119, 187),
    "changed": (238, 119, 51),
    "added": (204, 51, 17),
    "gone": (170, 51, 119),
    "cropped": (60, 60, 60),
}
"""Of Paul Tol's colour-blind safe `vibrant` set."""
_OPACITY: dict[Label, float] = {"no detail": 0.65, "kept": 0.18, "cropped": 0.6}
_USUAL_OPACITY, _HATCH_OPACITY = 0.4, 0.65
_CELL = 12
"""Side of a drawn cell: pictures are 480 dots on the longer side."""
_SQUARE_CELLS = 4
"""Side of a field of the checkerboard."""
_LEAST_LETTERED = 9
"""Cells of a region from which it bears its letter."""
_FULL_DIFFERENCE = 96
"""Grey levels of difference that are drawn as full."""

Cells = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]


def draw_labels(picture: Picture, cells: Cells) -> Picture:
    """A frame under the labels of its cells.

    Args:
        picture: (height, width, 3) uint8 RGB.
        cells: (rows, columns) numbers of `LABELS`.
    """
    size = (cells.shape[1] * _CELL, cells.shape[0] * _CELL)
    sheet = np.asarray(cv2.resize(np.ascontiguousarray(picture), size, interpolation=cv2.INTER_AREA), np.uint8)
    wide = np.repeat(np.repeat(cells, _CELL, axis=0), _CELL, axis=1)
    for number in np.unique(cells).tolist():
        _tint(sheet, wide == number, LABELS[number])
    _outline(sheet, wide)
    for number, label in enumerate(LABELS):
        if label in LETTERS:
            _write_letters(sheet, cells == number, LETTERS[label])
    return sheet


def draw_checkerboard(laid: LaidOver) -> Picture:
    """Fields of the suspect and of the work as it was laid over it, in turn: lines that run on stand in one place."""
    height, width = laid.suspect.shape[:2]
    side = _SQUARE_CELLS * 8
    down, across = np.mgrid[0:height, 0:width] // side
    turns = ((down + across) % 2).astype(bool)
    sheet = np.where(turns[..., None] & laid.is_covered[..., None], laid.work_in_place, laid.suspect)
    return _enlarged(np.asarray(sheet, np.uint8))


def draw_difference(laid: LaidOver, graded_work: Picture) -> Picture:
    """Where grey levels differ once the work was laid over and graded: white none, black 96 levels or more.

    Args:
        laid: both pictures.
        graded_work: (h, w, 3) the work in place under the grading of the whole picture.
    """
    gap = cv2.absdiff(_grey(laid.suspect), _grey(graded_work)).astype(np.float32)
    shade = 255 - np.clip(gap / _FULL_DIFFERENCE, 0, 1) * 255
    shade[~laid.is_covered] = 0
    return _enlarged(np.repeat(shade.astype(np.uint8)[..., None], 3, axis=2))


def _grey(picture: Picture) -> npt.NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_RGB2GRAY), np.uint8)


def _enlarged(sheet: npt.NDArray[np.uint8]) -> Picture:
    size = (sheet.shape[1] * _CELL // 8, sheet.shape[0] * _CELL // 8)
    return np.asarray(cv2.resize(sheet, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def _tint(sheet: Picture, mask: Mask, label: Label) -> None:
    """Lay a tint and a hatch over a part of the sheet, in place."""
    _lay(sheet, mask, label, _OPACITY.get(label, _USUAL_OPACITY))
    _lay(sheet, mask & _hatch(sheet.shape[:2], label), label, _HATCH_OPACITY)


def _lay(sheet: Picture, mask: Mask, label: Label, opacity: float) -> None:
    """Lay a label's tint over a part of the sheet, in place."""
    tint = np.array(_TINTS[label], np.float32)
    sheet[mask] = ((1 - opacity) * sheet[mask] + opacity * tint).astype(np.uint8)


@lru_cache(maxsize=16)
def _hatch(shape: tuple[int, ...], label: Label) -> Mask:
    """The lines of a label."""
    down, across = np.mgrid[0 : shape[0], 0 : shape[1]]
    half = _CELL // 2
    rising, falling = (down + across) % _CELL < 2, (down - across) % _CELL < 2
    level, upright = down % half < 2, across % half < 2
    lines: dict[Label, Mask] = {
        "moved": rising,
        "changed": level & upright,
        "added": rising | falling,
        "gone": level,
        "cropped": upright,
    }
    return lines.get(label, np.zeros(shape, np.bool_))


def _outline(sheet: Picture, wide: Cells) -> None:
    """White lines where labels meet, in place."""
    sheet[:, 1:][wide[:, 1:] != wide[:, :-1]] = 255
    sheet[1:][wide[1:] != wide[:-1]] = 255


def _write_letters(sheet: Picture, mask: Mask, letter: str) -> None:
    """A letter in the middle of every region that is large enough, in place."""
    count, numbers = cv2.connectedComponents(mask.astype(np.uint8), connectivity=4)
    for number in range(1, count):
        region = numbers == number
        if np.count_nonzero(region) < _LEAST_LETTERED:
            continue
        depth = cv2.distanceTransform(np.pad(region, 1).astype(np.uint8), cv2.DIST_L2, 3)[1:-1, 1:-1]
        row, column = np.unravel_index(int(depth.argmax()), depth.shape)
        corner = (int(column) * _CELL - 1, (int(row) + 1) * _CELL)
        for colour, width in (((0, 0, 0), 5), ((255, 255, 255), 2)):
            cv2.putText(sheet, letter, corner, cv2.FONT_HERSHEY_SIMPLEX, 0.7, colour, width, cv2.LINE_AA)
