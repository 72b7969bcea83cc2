"""What the demo's suspect does to what it takes."""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np

from similarity.media.types import Picture

__all__ = ["Edit", "apply_edit"]

Edit = Literal["none", "mirrored_and_cropped", "letterboxed_with_caption"]

_KEPT_SHARE = 0.84
"""Of each side, what a crop keeps."""
_BAR_SHARE = 0.125
"""Of the height, each bar of a letterbox."""
_CAPTION = "BEST OF - PART 2"


def apply_edit(picture: Picture, edit: Edit) -> Picture:
    """The edited picture, of the same size; a new one unless nothing is to be done."""
    match edit:
        case "none":
            return picture
        case "mirrored_and_cropped":
            return _mirrored_and_cropped(picture)
        case "letterboxed_with_caption":
            return _letterboxed(picture)


def _mirrored_and_cropped(picture: Picture) -> Picture:
    height, width = picture.shape[:2]
    top, left = round(0.4 * (1 - _KEPT_SHARE) * height), round(0.6 * (1 - _KEPT_SHARE) * width)
    kept = picture[top : top + round(_KEPT_SHARE * height), left : left + round(_KEPT_SHARE * width)]
    mirrored = np.ascontiguousarray(kept[:, ::-1])
    return cv2.resize(mirrored, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.uint8, copy=False)


def _letterboxed(picture: Picture) -> Picture:
    height, width = picture.shape[:2]
    bar = round(_BAR_SHARE * height)
    result = np.zeros_like(picture)
    result[bar : height - bar] = picture[bar : height - bar]
    corner = (round(0.3 * width), height - round(0.3 * bar))
    cv2.putText(result, _CAPTION, corner, cv2.FONT_HERSHEY_SIMPLEX, height / 500, (235, 235, 120), 1, cv2.LINE_AA)
    return result
