"""The change of a picture in English, as far as it lies beyond what measuring leaves open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from similarity.absence import NotMeasured
from similarity.geometry.change import PictureChange, PicturePart
from similarity.geometry.colour import ColourChange
from similarity.geometry.verification import Verification

__all__ = ["percent", "stretch_words", "transformation_words", "turn_words"]

TURN_DEGREES = 2.0
"""Smaller turns are not mentioned."""
STRETCH_FACTOR = 1.05
"""Smaller stretches are not mentioned."""
WHOLE_FROM = 0.93
"""Share of a picture from which it counts as the whole."""
NEGATIVE_BELOW = -0.3
"""Correlation of grey levels below which bright and dark are exchanged."""


def transformation_words(
    verification: Verification, colours: Sequence[ColourChange | NotMeasured] = ()
) -> tuple[str, ...]:
    """Phrases that say how the suspect's picture was made from the work's; none where nothing is confirmed.

    Args:
        verification: from `verify`.
        colours: from `colour_change`, of any confirmed pairs; what most of them say is said.
    """
    if isinstance(verification.change, NotMeasured):
        return ()
    known = [colour for colour in colours if isinstance(colour, ColourChange)]
    return (*_of_change(verification.change), *_of_colour(verification, known))


def _of_change(change: PictureChange) -> Iterator[str]:
    if change.is_mirrored:
        yield "mirrored left to right"
    yield from filter(None, (turn_words(change.rotation_degrees), stretch_words(change.stretch_factor)))
    if change.work_part.area_share < WHOLE_FROM:
        yield f"cropped to {percent(change.work_part.area_share)} of the work's picture ({_cut_off(change.work_part)})"
    if change.suspect_part.area_share < WHOLE_FROM:
        yield f"inset: fills {percent(change.suspect_part.area_share)} of the suspect's picture"


def turn_words(degrees: float) -> str:
    """A turn in words; empty for one too small to mention."""
    if abs(degrees) < TURN_DEGREES:
        return ""
    return f"turned by {abs(degrees):.1f} degrees {'clockwise' if degrees > 0 else 'anticlockwise'}"


def stretch_words(factor: float) -> str:
    """A stretch in words; empty for one too small to mention."""
    if factor >= STRETCH_FACTOR:
        return f"stretched {factor:.2f} times in width"
    return f"stretched {1.0 / factor:.2f} times in height" if 1.0 / factor >= STRETCH_FACTOR else ""


def _cut_off(part: PicturePart) -> str:
    cuts = {"left": part.left, "top": part.top, "right": 1.0 - part.right, "bottom": 1.0 - part.bottom}
    said = ", ".join(f"{side} {percent(share)}" for side, share in cuts.items() if share >= 0.01)
    return f"cut off: {said}" if said else "cut off: corners"


def percent(share: float) -> str:
    """A share in whole percent."""
    return f"{100.0 * share:.0f} %"


def _of_colour(verification: Verification, colours: Sequence[ColourChange]) -> Iterator[str]:
    greys = [colour.is_grey for colour in colours if isinstance(colour.is_grey, bool)]
    if _most(greys):
        yield "without the work's colours"
    levels = [colour.grey_correlation for colour in colours if isinstance(colour.grey_correlation, float)]
    if verification.is_negative is True or _most([level < NEGATIVE_BELOW for level in levels]):
        yield "bright and dark exchanged"


def _most(answers: Sequence[bool]) -> bool:
    return sum(answers) * 2 > len(answers)
