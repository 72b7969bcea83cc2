"""A shot: a camera that moves over a photograph, and what is laid over it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from similarity.demo.photographs import Photograph, load_photograph
from similarity.media.types import Picture

__all__ = ["Opening", "Overlay", "Shot", "Size", "View", "shoot"]

Size = tuple[int, int]
"""Width and height, pixels."""

Opening = Literal["cut", "dissolve", "fade"]
"""How a shot begins: at once, blended with the one before, or out of black."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What the camera sees of a photograph."""

    x: float
    """Centre, share of the photograph's width."""
    y: float
    """Centre, share of the photograph's height."""
    width: float
    """Share of the photograph's width that fills the frame."""
    degrees: float = 0.0
    """Roll of the camera, counter-clockwise."""

    def towards(self, other: View, share: float) -> View:
        """The view on the straight way to another one; beyond its ends for a share below 0 or above 1."""
        return View(
            x=self.x + share * (other.x - self.x),
            y=self.y + share * (other.y - self.y),
            width=self.width + share * (other.width - self.width),
            degrees=self.degrees + share * (other.degrees - self.degrees),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """Something drawn over the photograph that moves on its own."""

    kind: Literal["disc", "square", "caption"]
    """A disc that crosses from left to right, a square that turns in place, or a line of text on a band."""
    colour: tuple[int, int, int]
    """RGB."""
    text: str = ""
    """What a caption says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One shot of the demo's footage."""

    photograph: Photograph
    """What it shows."""
    seconds: float
    """Length at full scale."""
    start: View
    """Where the camera starts."""
    end: View
    """Where it ends."""
    overlay: Overlay | None = None
    """What moves in front."""
    opening: Opening = "cut"
    """How it begins."""


def shoot(shot: Shot, share: float, size: Size) -> Picture:
    """The frame of a shot at a share of its length.

    Args:
        shot: the shot.
        share: how much of its length has passed, 0 to 1.
        size: width and height, pixels.
    """
    picture = _photographed(load_photograph(shot.photograph), shot.start.towards(shot.end, share), size)
    if shot.overlay is not None:
        _draw(picture, shot.overlay, share)
    return picture


def _photographed(photograph: Picture, view: View, size: Size) -> Picture:
    height, width = photograph.shape[:2]
    centre = (view.x * width, view.y * height)
    matrix = cv2.getRotationMatrix2D(centre, view.degrees, size[0] / (view.width * width))
    matrix[:, 2] += (size[0] / 2 - centre[0], size[1] / 2 - centre[1])
    moved = cv2.warpAffine(photograph, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    return moved.astype(np.uint8, copy=False)


def _draw(picture: Picture, overlay: Overlay, share: float) -> None:
    height, width = picture.shape[:2]
    if overlay.kind == "disc":
        centre = (round((0.1 + 0.8 * share) * width), round((0.3 + 0.2 * np.sin(4 * share)) * height))
        cv2.circle(picture, centre, height // 9, overlay.colour, -1, cv2.LINE_AA)
    elif overlay.kind == "square":
        corners = cv2.boxPoints(((0.8 * width, 0.25 * height), (height / 5, height / 5), 90 * share))
        cv2.fillConvexPoly(picture, np.round(corners).astype(np.int32), overlay.colour, cv2.LINE_AA)
    else:
        band = (round(0.78 * height), round(0.92 * height))
        cv2.rectangle(picture, (0, band[0]), (round(0.7 * width), band[1]), overlay.colour, -1)
        corner = (round((0.03 + 0.05 * share) * width), round(0.88 * height))
        cv2.putText(
            picture, overlay.text, corner, cv2.FONT_HERSHEY_DUPLEX, height / 400, (255, 255, 255), 1, cv2.LINE_AA
        )
