"""Films with words in their pictures, set in the typeface that the documents use."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from support.footage import write_video
from support.paths import ROOT

TYPEFACE = ROOT / "similarity" / "report" / "document" / "writers" / "fonts" / "NotoSansSC-Bold-GB2312.ttf"


def soft_ground(number: int, width: int = 512, height: int = 288) -> Image.Image:
    """A picture of soft colours that drift from frame to frame; no edge of it could be a letter's."""
    x, y = np.meshgrid(np.linspace(0, 3, width), np.linspace(0, 2, height))
    shades = [90 + 35 * np.sin(2 * x + y + shift + number / 20) for shift in (0, 1, 2)]
    return Image.fromarray(np.stack(shades, axis=2).astype(np.uint8))


def write_words(picture: Image.Image, words: str, *, place: tuple[int, int], size: int) -> None:
    """Set white words into a picture, their upper left corner at `place` (dots)."""
    ImageDraw.Draw(picture).text(place, words, font=ImageFont.truetype(TYPEFACE, size), fill=(255, 255, 255))


def write_lettered(
    path: Path, seconds: float, words: Mapping[tuple[float, float], tuple[str, tuple[int, int], int]]
) -> Path:
    """A film of 25 frames a second on soft ground.

    Args:
        path: file to write.
        seconds: its length.
        words: when (start, end; seconds) -> words, place of their upper left corner, size in dots.
    """
    frames = []
    for number in range(round(25 * seconds)):
        picture = soft_ground(number)
        for (start, end), (said, place, size) in words.items():
            if start <= number / 25 < end:
                write_words(picture, said, place=place, size=size)
        frames.append(np.asarray(picture))
    return write_video(path, frames)
