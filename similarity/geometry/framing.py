"""A fit between parts of two pictures, in fractions of the whole frames."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from similarity.absence import NotMeasured
from similarity.geometry.fit import PairFit

__all__ = ["Part", "in_whole_frames", "placing"]

Part = tuple[float, float, float, float]
"""Left, top, right, bottom of a part of a frame, fractions of its width and height."""


def in_whole_frames(fit: PairFit, suspect_part: Part, work_part: Part) -> PairFit:
    """The same fit with points and transformation in fractions of the whole frames.

    Args:
        fit: a fit between a part of the suspect's frame and a part of the work's.
        suspect_part: what the suspect's features were taken from.
        work_part: what the work's features were taken from.
    """
    here, there = placing(suspect_part), placing(work_part)
    transform = fit.transform
    if not isinstance(transform, NotMeasured):
        matrix = there @ transform @ np.linalg.inv(here)
        transform = np.asarray(matrix / matrix[2, 2], np.float64)
    return replace(
        fit,
        suspect_points=_placed(fit.suspect_points, here),
        work_points=_placed(fit.work_points, there),
        transform=transform,
        suspect_coverage=fit.suspect_coverage * _area(suspect_part),
        work_coverage=fit.work_coverage * _area(work_part),
        suspect_aspect=fit.suspect_aspect / _aspect(suspect_part),
        work_aspect=fit.work_aspect / _aspect(work_part),
    )


def placing(part: Part) -> npt.NDArray[np.float64]:
    """(3, 3) from fractions of a part to fractions of the whole frame."""
    left, top, right, bottom = part
    return np.array([[right - left, 0.0, left], [0.0, bottom - top, top], [0.0, 0.0, 1.0]])


def _placed(points: npt.NDArray[np.float32], placing: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    return np.asarray(points * placing.diagonal()[:2] + placing[:2, 2], np.float32)


def _area(part: Part) -> float:
    return (part[2] - part[0]) * (part[3] - part[1])


def _aspect(part: Part) -> float:
    return (part[2] - part[0]) / (part[3] - part[1])
