"""From a run of bins to two intervals: robust line fit through the best sample pairs, residual, support."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from similarity.absence import NotMeasured, not_measured

__all__ = ["LineFit", "fit_line"]

MAX_CORRECTION = 0.35
"""How far, as a share of the searched speed, a fitted speed may lie from it; a wilder fit is not believed."""
_FAR_SHARE, _FAR_SECONDS = 0.4, 1.0
"""Two samples have a say in the slope where they lie this far apart: share of the whole run, and seconds at least."""
_LEAST_SLOPES = 3
"""Slopes whose median is believed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFit:
    """`work = speed * suspect + offset` through aligned samples."""

    speed_factor: float | NotMeasured
    """Work seconds per suspect second."""
    offset_seconds: float | NotMeasured
    """Offset of the line."""
    residual_seconds: float | NotMeasured
    """Root mean square distance of the aligned samples from the line."""


def fit_line(
    suspect_seconds: npt.NDArray[np.float64],
    work_seconds: npt.NDArray[np.float64],
    *,
    searched_speed: float,
) -> LineFit:
    """Fit aligned sample times by the median of pairwise slopes (Theil 1950, Sen 1968).

    Args:
        suspect_seconds: (k,) times in the suspect, ascending.
        work_seconds: (k,) times in the work.
        searched_speed: slope of the line on which the samples were found; kept where too few or too close
            samples lie on it to fit a better one.
    """
    if len(suspect_seconds) < 2:
        missing = not_measured("one aligned sample fixes no speed: at least two are needed")
        return LineFit(speed_factor=missing, offset_seconds=missing, residual_seconds=missing)
    speed = searched_speed if searched_speed == 0 else _median_slope(suspect_seconds, work_seconds, searched_speed)
    offset = float(np.median(work_seconds - speed * suspect_seconds))
    residual = work_seconds - speed * suspect_seconds - offset
    return LineFit(
        speed_factor=speed,
        offset_seconds=offset,
        residual_seconds=float(np.sqrt(np.mean(residual**2))),
    )


def _median_slope(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], searched: float) -> float:
    across, up = x[None, :] - x[:, None], y[None, :] - y[:, None]
    is_far = across > max(_FAR_SECONDS, _FAR_SHARE * (x[-1] - x[0]))
    if np.count_nonzero(is_far) < _LEAST_SLOPES:
        return searched
    slope = float(np.median(up[is_far] / across[is_far]))
    return slope if abs(slope - searched) <= MAX_CORRECTION * max(1.0, abs(searched)) else searched
