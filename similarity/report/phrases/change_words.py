"""The change of a picture in words, as far as it lies beyond what measuring leaves open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from similarity.absence import NotMeasured
from similarity.describe.views import View
from similarity.geometry.change import PictureChange, PicturePart
from similarity.geometry.colour import ColourChange
from similarity.geometry.verification import Verification
from similarity.phrases import Phrase, joined_by_commas, phrase

__all__ = ["percent", "stretch_words", "transformation_words", "turn_words", "view_turn_words"]

TURN_DEGREES = 2.0
"""Smaller turns are not mentioned."""
STRETCH_FACTOR = 1.05
"""Smaller stretches are not mentioned."""
WHOLE_FROM = 0.93
"""Share of a picture from which it counts as the whole."""
LEAST_CUT = 0.01
"""Share of a side from which it is named as cut off."""
NEGATIVE_BELOW = -0.3
"""Correlation of grey levels below which bright and dark are exchanged."""


def transformation_words(
    verification: Verification, colours: Sequence[ColourChange | NotMeasured] = ()
) -> tuple[Phrase, ...]:
    """Phrases that say how the suspect's picture was made from the work's; none where nothing is confirmed.

    Args:
        verification: from `verify`.
        colours: from `colour_change`, of any confirmed pairs; what most of them say is said.
    """
    if isinstance(verification.change, NotMeasured):
        return ()
    known = [colour for colour in colours if isinstance(colour, ColourChange)]
    return (*_of_change(verification.change), *_of_colour(verification, known))


def _of_change(change: PictureChange) -> Iterator[Phrase]:
    if change.is_mirrored:
        yield phrase("mirrored left to right")
    yield from filter(None, (turn_words(change.rotation_degrees), stretch_words(change.stretch_factor)))
    if change.work_part.area_share < WHOLE_FROM:
        yield phrase(
            "cropped to {share} of the work's picture ({cut})",
            share=percent(change.work_part.area_share),
            cut=_cut_off(change.work_part),
        )
    if change.suspect_part.area_share < WHOLE_FROM:
        yield phrase("inset: fills {share} of the suspect's picture", share=percent(change.suspect_part.area_share))


def turn_words(degrees: float) -> Phrase | None:
    """A turn in words; None for one too small to mention."""
    if abs(degrees) < TURN_DEGREES:
        return None
    way = phrase("clockwise") if degrees > 0 else phrase("anticlockwise")
    return phrase("turned by {degrees} degrees {way}", degrees=f"{abs(degrees):.1f}", way=way)


def view_turn_words(view: View) -> Phrase:
    """How the suspect shows the work's picture turned, as the view says that it was found through."""
    degrees = 360 - view.turn_degrees
    if view.is_mirrored and view.turn_degrees != 180:
        said = phrase("turned by 90 degrees and mirrored")
    elif view.turn_degrees == 180:
        said = phrase("upside down") if view.is_mirrored else phrase("turned by 180 degrees")
    elif degrees == 90:
        said = phrase("turned by 90 degrees clockwise")
    else:
        said = phrase("turned by 90 degrees anticlockwise")
    return phrase("{change}, as the descriptors see it; not confirmed", change=said)


def stretch_words(factor: float) -> Phrase | None:
    """A stretch in words; None for one too small to mention."""
    if factor >= STRETCH_FACTOR:
        return phrase("stretched {factor} times in width", factor=f"{factor:.2f}")
    if 1.0 / factor >= STRETCH_FACTOR:
        return phrase("stretched {factor} times in height", factor=f"{1.0 / factor:.2f}")
    return None


def _cut_off(part: PicturePart) -> Phrase:
    cuts = (
        (part.left, phrase("left {share}", share=percent(part.left))),
        (part.top, phrase("top {share}", share=percent(part.top))),
        (1.0 - part.right, phrase("right {share}", share=percent(1.0 - part.right))),
        (1.0 - part.bottom, phrase("bottom {share}", share=percent(1.0 - part.bottom))),
    )
    said = [words for share, words in cuts if share >= LEAST_CUT]
    return phrase("cut off: {sides}", sides=joined_by_commas(said) if said else phrase("corners"))


def percent(share: float) -> str:
    """A share in whole percent."""
    return f"{100.0 * share:.0f} %"


def _of_colour(verification: Verification, colours: Sequence[ColourChange]) -> Iterator[Phrase]:
    greys = [colour.is_grey for colour in colours if isinstance(colour.is_grey, bool)]
    if _most(greys):
        yield phrase("without the work's colours")
    levels = [colour.grey_correlation for colour in colours if isinstance(colour.grey_correlation, float)]
    if verification.is_negative is True or _most([level < NEGATIVE_BELOW for level in levels]):
        yield phrase("bright and dark exchanged")


def _most(answers: Sequence[bool]) -> bool:
    return sum(answers) * 2 > len(answers)
