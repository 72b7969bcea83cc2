"""Regions in which something moves and suspect and work show something else, drawn on a pair of frames."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from similarity.absence import NotMeasured, not_measured
from similarity.geometry.change import PicturePart
from similarity.geometry.standing_support import StandingSupport
from similarity.media.types import Picture
from similarity.report.build.maps import Keep, SeenPair
from similarity.report.schema.taking import ShownRegions

__all__ = ["regions_of"]

_COLOUR, _PIXELS = (204, 51, 17), 3

_NONE = not_measured("there is no region in which something moves and the two show something else")
_NOT_DECODED = not_measured("no frame pair of this match could be decoded a second time")


def regions_of(
    match_id: str, support: StandingSupport | NotMeasured, seen: Sequence[SeenPair], keep: Keep
) -> ShownRegions | NotMeasured:
    """Two frames of a match with its regions drawn in.

    Args:
        match_id: the match, for names of pictures.
        support: knows the regions.
        seen: its frame pairs, in order of time.
        keep: keeps a picture.
    """
    if isinstance(support, NotMeasured):
        return support
    if not support.others:
        return _NONE
    if not seen:
        return _NOT_DECODED
    pair = seen[len(seen) // 2]
    here, there = pair.suspect, pair.work
    for part in support.others:
        corners = _corners(part)
        here = _drawn(here, corners)
        there = _drawn(there, _sent(pair.transform, corners))
    stem = f"pictures/{match_id}-regions"
    return ShownRegions(
        suspect_seconds=pair.suspect_seconds,
        work_seconds=pair.work_seconds,
        suspect_picture=keep(f"{stem}-suspect.jpg", here),
        work_picture=keep(f"{stem}-work.jpg", there),
    )


def _corners(part: PicturePart) -> npt.NDArray[np.float64]:
    """(4, 2) corners of a box, fractions."""
    return np.array(
        [[part.left, part.top], [part.right, part.top], [part.right, part.bottom], [part.left, part.bottom]]
    )


def _sent(transform: npt.NDArray[np.float64], corners: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    sent = np.column_stack([corners, np.ones(len(corners))]) @ transform.T
    return np.asarray(sent[:, :2] / np.where(np.abs(sent[:, 2:]) > 1e-9, sent[:, 2:], 1e-9), np.float64)


def _drawn(picture: Picture, corners: npt.NDArray[np.float64]) -> Picture:
    height, width = picture.shape[:2]
    dots = np.clip(np.round(corners * (width, height)), -width, 2 * width).astype(np.int32)
    return np.asarray(cv2.polylines(np.ascontiguousarray(picture).copy(), [dots], True, _COLOUR, _PIXELS), np.uint8)  # noqa: FBT003
