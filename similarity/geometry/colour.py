"""Brightness and colour of the suspect's picture against the work's, dot by dot where they coincide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from similarity.absence import NotMeasured, not_measured
from similarity.geometry.fit import PairFit
from similarity.media.types import Picture

__all__ = ["ColourChange", "colour_change", "middle_colour_change"]

SIDE_PIXELS = 64
"""Pictures are compared at this size: single dots never coincide exactly."""
GREY_BELOW, COLOURED_FROM = 0.04, 0.1
"""Saturation, 0 to 1, of grey pictures and of coloured ones; that it is a ratio leaves dimming out."""
MIN_SHARED = 0.02
"""Share of the work's picture that must coincide with the suspect's."""

_LEAST_CONTRAST = 0.01
"""Spread of grey levels, share of full scale, below which a picture is of one level."""
_COVERED = 0.99
"""Share of a dot that must lie on the suspect's picture."""
_LUMA = np.array([0.299, 0.587, 0.114])
"""Weights of R, G and B in a grey level (ITU-R BT.601)."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColourChange:
    """Brightness and colour of the suspect's frames against the work's, where they coincide; middle values of many."""

    num_pairs: int
    """Frame pairs that were compared dot by dot."""
    is_grey: bool | NotMeasured
    """Whether the suspect has no colour where the work has some."""
    grey_correlation: float | NotMeasured
    """Correlation of the grey levels, -1 to 1; clearly below 0 where bright and dark are exchanged."""
    contrast_factor: float | NotMeasured
    """Spread of the suspect's grey levels over that of the work's."""
    brightness_change: float | NotMeasured
    """Mean grey level of the suspect less that of the work, share of full scale."""

    def without_levels(self, reason: NotMeasured) -> ColourChange:
        """The same with nothing said of brightness and contrast."""
        return replace(self, contrast_factor=reason, brightness_change=reason)


def colour_change(suspect_picture: Picture, work_picture: Picture, fit: PairFit) -> ColourChange | NotMeasured:
    """Compare colours where a fit says that the pictures coincide.

    Args:
        suspect_picture: (height, width, 3) uint8 RGB.
        work_picture: (height, width, 3) uint8 RGB.
        fit: of these two pictures.
    """
    if isinstance(fit.transform, NotMeasured):
        return not_measured("colours can't be compared: {reason}", reason=fit.transform.reason)
    suspect, is_shared = _laid_over(suspect_picture, fit.transform)
    if is_shared.mean() < MIN_SHARED:
        return not_measured("colours can't be compared: the pictures hardly coincide")
    here, there = suspect[is_shared], _small(work_picture)[is_shared]
    grey_here, grey_there = _grey(here), _grey(there)
    flat = not_measured("one of the pictures is of one grey level")
    has_contrast = min(grey_here.std(), grey_there.std()) > _LEAST_CONTRAST
    return ColourChange(
        num_pairs=1,
        is_grey=_is_grey(here, there),
        grey_correlation=float(np.corrcoef(grey_here, grey_there)[0, 1]) if has_contrast else flat,
        contrast_factor=float(grey_here.std() / grey_there.std()) if has_contrast else flat,
        brightness_change=float(grey_here.mean() - grey_there.mean()),
    )


def middle_colour_change(changes: Sequence[ColourChange | NotMeasured]) -> ColourChange | NotMeasured:
    """What most of several frame pairs say, and the middle value of every number over them."""
    known = [change for change in changes if isinstance(change, ColourChange)]
    if not known:
        absent = [change for change in changes if isinstance(change, NotMeasured)]
        return absent[0] if absent else not_measured("no confirmed frame pair was decoded to compare its colours")
    return ColourChange(
        num_pairs=sum(change.num_pairs for change in known),
        is_grey=_majority([change.is_grey for change in known]),
        grey_correlation=_middle([change.grey_correlation for change in known]),
        contrast_factor=_middle([change.contrast_factor for change in known]),
        brightness_change=_middle([change.brightness_change for change in known]),
    )


def _majority(answers: Sequence[bool | NotMeasured]) -> bool | NotMeasured:
    given = [answer for answer in answers if isinstance(answer, bool)]
    return sum(given) * 2 > len(given) if given else next(one for one in answers if isinstance(one, NotMeasured))


def _middle(figures: Sequence[float | NotMeasured]) -> float | NotMeasured:
    given = [figure for figure in figures if not isinstance(figure, NotMeasured)]
    return float(np.median(given)) if given else next(one for one in figures if isinstance(one, NotMeasured))


def _small(picture: Picture) -> Floats:
    size = (SIDE_PIXELS, SIDE_PIXELS)
    return cv2.resize(np.ascontiguousarray(picture), size, interpolation=cv2.INTER_AREA).astype(np.float64) / 255.0


def _laid_over(picture: Picture, transform: Floats) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """The suspect's picture as it lies over the work's, small, and where it does."""
    scale = np.diag([SIDE_PIXELS, SIDE_PIXELS, 1.0])
    matrix = scale @ transform @ np.linalg.inv(scale)
    size = (SIDE_PIXELS, SIDE_PIXELS)
    laid = cv2.warpPerspective(_small(picture), matrix, size)
    covered = cv2.warpPerspective(np.ones(size), matrix, size)
    return np.asarray(laid, np.float64), np.asarray(covered > _COVERED, np.bool_)


def _grey(dots: Floats) -> Floats:
    return np.asarray(dots @ _LUMA, np.float64)


def _saturation(dots: Floats) -> float:
    """How far the largest of R, G and B exceeds the smallest, as a share of the largest, bright dots counting most."""
    largest = dots.max(axis=1)
    return float((largest - dots.min(axis=1)).sum() / max(float(largest.sum()), 1e-6))


def _is_grey(here: Floats, there: Floats) -> bool | NotMeasured:
    if _saturation(there) < COLOURED_FROM:
        return not_measured("the work's picture has hardly any colour itself")
    return _saturation(here) < GREY_BELOW
