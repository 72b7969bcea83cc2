"""What differs between suspect and work in a match: framing, speed, colours, samples without support."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from index.records import SampleTable
from similarity.absence import NotMeasured
from similarity.align.lines import LineRules
from similarity.align.values import AlignedMatch
from similarity.geometry.change import PicturePart
from similarity.geometry.colour import ColourChange
from similarity.geometry.verification import Verification
from similarity.geometry.words import NEGATIVE_BELOW, WHOLE_FROM, percent, stretch_words, turn_words
from similarity.report.phrases.words import clock
from similarity.report.schema.match import Difference

__all__ = ["differences_of"]

BRIGHTNESS_SHARE = 0.05
"""Smaller changes of the mean grey level, share of full scale, count as none."""
CONTRAST_FACTOR = 1.15
"""Smaller changes of the spread of grey levels count as none."""
BARS_THOUSANDTHS = 20
"""Smaller differences between the boxes inside the bars count as none."""
SPEED_SHARE = 0.005
"""Smaller changes of speed count as none."""
MOST_TIMES = 6
"""Times of samples without support that are named."""

AS_IT_IS, AS_IN_THE_WORK = "as it is", "as in the work"
FRAMING = {
    "part shown": "whole frame",
    "place in the frame": "fills it",
    "rotation": AS_IT_IS,
    "shape": AS_IT_IS,
}
"""Aspects of framing, and how each is in the work."""


def differences_of(
    match: AlignedMatch, colours: ColourChange | NotMeasured, suspect: SampleTable, work: SampleTable
) -> tuple[Difference, ...]:
    """A row per respect that was looked at; where it could not be measured the row says why.

    Args:
        match: the match.
        colours: of the suspect's frames against the work's.
        suspect: the suspect's samples.
        work: the work's samples.
    """
    return (
        _mirror(match),
        *_of_framing(match.verification),
        _bars(suspect.box[suspect.indexed[match.suspect_samples]], work.box[work.indexed[match.work_samples]]),
        _speed(match.fit.speed_factor),
        _row("bright and dark", _exchanged(match.verification, colours)),
        *_of_colour(colours),
        _without_support(match, suspect.seconds[suspect.indexed]),
    )


def _row(aspect: str, change: str | NotMeasured, *, work: str = AS_IT_IS) -> Difference:
    """A row whose change is empty where there is none."""
    if isinstance(change, NotMeasured):
        return Difference(aspect=aspect, work=work, suspect=change, is_different=change)
    return Difference(aspect=aspect, work=work, suspect=change or AS_IN_THE_WORK, is_different=bool(change))


def _mirror(match: AlignedMatch) -> Difference:
    change = match.verification if isinstance(match.verification, NotMeasured) else match.verification.change
    if isinstance(change, NotMeasured):
        return _row("left and right", "mirrored, as the descriptors see it" if match.is_mirrored else "")
    by_points = change.is_mirrored
    if by_points != match.is_mirrored:
        one, other = ("local features", "descriptors") if by_points else ("descriptors", "local features")
        return _row("left and right", f"mirrored to the {one}, not to the {other}")
    return _row("left and right", "mirrored" if by_points else "")


def _of_framing(verification: Verification | NotMeasured) -> Iterator[Difference]:
    change = verification if isinstance(verification, NotMeasured) else verification.change
    found: Iterable[str | NotMeasured]
    if isinstance(change, NotMeasured):
        found = [change] * len(FRAMING)
    else:
        found = (
            _cropped(change.work_part),
            _placed(change.suspect_part),
            turn_words(change.rotation_degrees),
            stretch_words(change.stretch_factor),
        )
    for (aspect, work), said in zip(FRAMING.items(), found, strict=True):
        yield _row(aspect, said, work=work)


def _cropped(part: PicturePart) -> str:
    if part.area_share >= WHOLE_FROM:
        return ""
    return f"{percent(part.area_share)} of the work's frame: {_edges(part)}"


def _placed(part: PicturePart) -> str:
    if part.area_share >= WHOLE_FROM:
        return ""
    return f"fills {percent(part.area_share)} of the suspect's frame: {_edges(part)}"


def _edges(part: PicturePart) -> str:
    across = f"{100 * part.left:.0f} to {percent(part.right)} of the width"
    return f"{across}, {100 * part.top:.0f} to {percent(part.bottom)} of the height"


def _bars(suspect_boxes: npt.NDArray[np.int16], work_boxes: npt.NDArray[np.int16]) -> Difference:
    """Where the picture stands inside bars, middle value over the aligned samples."""
    here, there = np.median(suspect_boxes, axis=0), np.median(work_boxes, axis=0)
    is_same = bool(np.abs(here - there).max() < BARS_THOUSANDTHS)
    return _row("bars", "" if is_same else _within(here), work=_within(there))


def _within(box: npt.NDArray[np.float64]) -> str:
    left, top, right, bottom = (box / 1000).tolist()
    sides = {"width": (left, right), "height": (top, bottom)}
    said = [
        f"{100 * first:.0f} to {percent(last)} of the {side}"
        for side, (first, last) in sides.items()
        if last - first < 1
    ]
    return f"picture within {' and '.join(said)}" if said else "none"


def _speed(speed: float | NotMeasured) -> Difference:
    if isinstance(speed, NotMeasured):
        return _row("speed", speed)
    if abs(speed) < SPEED_SHARE:
        return _row("speed", "one moment of the work held still")
    if speed < 0:
        return _row("speed", f"backwards, {-speed:.2f} times as fast")
    return _row("speed", f"{speed:.2f} times as fast" if abs(speed - 1) >= SPEED_SHARE else "")


def _of_colour(colours: ColourChange | NotMeasured) -> Iterator[Difference]:
    if isinstance(colours, NotMeasured):
        for aspect in ("colour", "brightness", "contrast"):
            yield _row(aspect, colours)
        return
    grey, contrast = colours.is_grey, colours.contrast_factor
    yield _row("colour", grey if isinstance(grey, NotMeasured) else "without colour" * grey, work="in colour")
    yield _row("brightness", _brightness(colours.brightness_change))
    yield _row("contrast", contrast if isinstance(contrast, NotMeasured) else _contrast(contrast))


def _exchanged(verification: Verification | NotMeasured, colours: ColourChange | NotMeasured) -> str | NotMeasured:
    if isinstance(verification, NotMeasured):
        return verification
    if isinstance(verification.is_negative, NotMeasured):
        return verification.is_negative
    levels = colours.grey_correlation if isinstance(colours, ColourChange) else 1.0
    return "exchanged" if verification.is_negative or (isinstance(levels, float) and levels < NEGATIVE_BELOW) else ""


def _brightness(change: float) -> str:
    if abs(change) < BRIGHTNESS_SHARE:
        return ""
    return f"{'brighter' if change > 0 else 'darker'} by {percent(abs(change))} of full scale"


def _contrast(factor: float) -> str:
    return f"{factor:.2f} times" if not 1 / CONTRAST_FACTOR < factor < CONTRAST_FACTOR else ""


def _without_support(match: AlignedMatch, suspect_seconds: npt.NDArray[np.float64]) -> Difference:
    """Samples inside the stretch that are not aligned, or aligned and not similar enough."""
    supporting = match.suspect_samples[match.zscores >= LineRules().asked_per_bin]
    aligned = suspect_seconds[match.suspect_samples]
    inside = np.flatnonzero((suspect_seconds >= aligned.min()) & (suspect_seconds <= aligned.max()))
    times = suspect_seconds[np.setdiff1d(inside, supporting)].tolist()
    named = ", ".join(clock(time) for time in times[:MOST_TIMES]) + (" ..." if len(times) > MOST_TIMES else "")
    return Difference(
        aspect="samples without support",
        work="none",
        suspect=f"{len(times)} of {len(inside)} in the stretch: {named}" if times else "none",
        is_different=bool(times),
    )
