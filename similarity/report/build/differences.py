"""What differs between suspect and work in a match: framing, speed, colours, samples without support."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from index.records import SampleTable
from similarity.absence import NotMeasured
from similarity.align.lines import LineRules
from similarity.align.values import AlignedMatch, DensePlacement, speeds_along
from similarity.geometry.change import PicturePart
from similarity.geometry.colour import ColourChange
from similarity.geometry.verification import Verification
from similarity.phrases import Phrase, joined_by_and, joined_by_commas, phrase
from similarity.report.phrases.change_words import NEGATIVE_BELOW, WHOLE_FROM, percent, stretch_words, turn_words
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

AS_IT_IS, AS_IN_THE_WORK, NONE = phrase("unaltered"), phrase("as in the work"), phrase("none")
FRAMING = (
    (phrase("part shown"), phrase("whole frame")),
    (phrase("place in the frame"), phrase("fills it")),
    (phrase("rotation"), AS_IT_IS),
    (phrase("shape"), AS_IT_IS),
)
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
        _speed(match),
        _row(phrase("bright and dark"), _exchanged(match.verification, colours)),
        *_of_colour(colours),
        _without_support(match, suspect.seconds[suspect.indexed]),
    )


def _row(
    aspect: Phrase, change: Phrase | NotMeasured | None, *, work: Phrase = AS_IT_IS, in_short: Phrase | None = None
) -> Difference:
    """A row whose change is None where there is none."""
    if isinstance(change, NotMeasured):
        return Difference(aspect=aspect, work=work, suspect=change, is_different=change, in_short=None)
    is_different = change is not None
    suspect = AS_IN_THE_WORK if change is None else change
    return Difference(
        aspect=aspect,
        work=work,
        suspect=suspect,
        is_different=is_different,
        in_short=in_short if is_different else None,
    )


def _mirror(match: AlignedMatch) -> Difference:
    aspect = phrase("left and right")
    change = match.verification if isinstance(match.verification, NotMeasured) else match.verification.change
    if isinstance(change, NotMeasured):
        return _row(aspect, phrase("mirrored, as the descriptors see it") if match.is_mirrored else None)
    by_points = change.is_mirrored
    if by_points != match.is_mirrored:
        points, descriptors = phrase("local features"), phrase("descriptors")
        one, other = (points, descriptors) if by_points else (descriptors, points)
        return _row(aspect, phrase("mirrored to the {one}, not to the {other}", one=one, other=other))
    return _row(aspect, phrase("mirrored") if by_points else None)


def _of_framing(verification: Verification | NotMeasured) -> Iterator[Difference]:
    change = verification if isinstance(verification, NotMeasured) else verification.change
    found: Iterable[Phrase | NotMeasured | None]
    if isinstance(change, NotMeasured):
        found = [change] * len(FRAMING)
    else:
        found = (
            _cropped(change.work_part),
            _placed(change.suspect_part),
            turn_words(change.rotation_degrees),
            stretch_words(change.stretch_factor),
        )
    for (aspect, work), said in zip(FRAMING, found, strict=True):
        yield _row(aspect, said, work=work)


def _cropped(part: PicturePart) -> Phrase | None:
    if part.area_share >= WHOLE_FROM:
        return None
    return phrase("{share} of the work's frame: {edges}", share=percent(part.area_share), edges=_edges(part))


def _placed(part: PicturePart) -> Phrase | None:
    if part.area_share >= WHOLE_FROM:
        return None
    return phrase("fills {share} of the suspect's frame: {edges}", share=percent(part.area_share), edges=_edges(part))


def _edges(part: PicturePart) -> Phrase:
    return joined_by_commas((_across(part.left, part.right), _down(part.top, part.bottom)))


def _across(left: float, right: float) -> Phrase:
    return phrase("{first} to {last} of the width", first=f"{100 * left:.0f}", last=percent(right))


def _down(top: float, bottom: float) -> Phrase:
    return phrase("{first} to {last} of the height", first=f"{100 * top:.0f}", last=percent(bottom))


def _bars(suspect_boxes: npt.NDArray[np.int16], work_boxes: npt.NDArray[np.int16]) -> Difference:
    """Where the picture stands inside bars, middle value over the aligned samples."""
    here, there = np.median(suspect_boxes, axis=0), np.median(work_boxes, axis=0)
    is_same = bool(np.abs(here - there).max() < BARS_THOUSANDTHS)
    inside = _within(here)
    in_short = phrase("without the work's bars") if inside is None else phrase("set in bars ({bars})", bars=inside)
    change = None if is_same else inside or NONE
    return _row(phrase("bars"), change, work=_within(there) or NONE, in_short=in_short)


def _within(box: npt.NDArray[np.float64]) -> Phrase | None:
    """Where a picture stands inside its bars; None where it has none."""
    left, top, right, bottom = (box / 1000).tolist()
    said = [_across(left, right)] if right - left < 1 else []
    said += [_down(top, bottom)] if bottom - top < 1 else []
    return phrase("picture within {sides}", sides=joined_by_and(said)) if said else None


def _speed(match: AlignedMatch) -> Difference:
    aspect, speed = phrase("speed"), match.fit.speed_factor
    speeds = speeds_along(match.fit, match.placement)
    if len(speeds) > 1:
        how = phrase(
            "changing from {first} to {last} times as fast, in {number} pieces",
            first=f"{speeds[0]:.2f}",
            last=f"{speeds[-1]:.2f}",
            number=len(speeds),
        )
        return _row(aspect, how)
    if isinstance(speed, NotMeasured):
        return _row(aspect, speed)
    if abs(speed) < SPEED_SHARE:
        return _row(aspect, phrase("one moment of the work held still"))
    if speed < 0:
        return _row(aspect, phrase("backwards, {factor} times as fast", factor=f"{-speed:.2f}"))
    is_other = abs(speed - 1) >= SPEED_SHARE and not _may_be_unchanged(match.placement)
    return _row(aspect, phrase("{factor} times as fast", factor=f"{speed:.2f}") if is_other else None)


def _may_be_unchanged(placement: DensePlacement | NotMeasured) -> bool:
    """Whether the interval of the speed holds 1."""
    interval = placement if isinstance(placement, NotMeasured) else placement.speed_interval
    return not isinstance(interval, NotMeasured) and interval[0] <= 1.0 <= interval[1]


def _of_colour(colours: ColourChange | NotMeasured) -> Iterator[Difference]:
    colour, brightness, contrast = phrase("colour"), phrase("brightness"), phrase("contrast")
    if isinstance(colours, NotMeasured):
        yield from (_row(aspect, colours) for aspect in (colour, brightness, contrast))
        return
    grey = phrase("without colour") if colours.is_grey is True else None
    yield _row(colour, colours.is_grey if isinstance(colours.is_grey, NotMeasured) else grey, work=phrase("in colour"))
    brighter, spread = _brightness(colours.brightness_change), _contrast(colours.contrast_factor)
    yield _row(brightness, brighter, in_short=brighter if isinstance(brighter, Phrase) else None)
    in_short = phrase("{aspect} {change}", aspect=contrast, change=spread) if isinstance(spread, Phrase) else None
    yield _row(contrast, spread, in_short=in_short)


def _exchanged(
    verification: Verification | NotMeasured, colours: ColourChange | NotMeasured
) -> Phrase | NotMeasured | None:
    if isinstance(verification, NotMeasured):
        return verification
    if isinstance(verification.is_negative, NotMeasured):
        return verification.is_negative
    levels = colours.grey_correlation if isinstance(colours, ColourChange) else 1.0
    is_exchanged = verification.is_negative or (isinstance(levels, float) and levels < NEGATIVE_BELOW)
    return phrase("exchanged") if is_exchanged else None


def _brightness(change: float | NotMeasured) -> Phrase | NotMeasured | None:
    if isinstance(change, NotMeasured):
        return change
    if abs(change) < BRIGHTNESS_SHARE:
        return None
    how = phrase("brighter") if change > 0 else phrase("darker")
    return phrase("{how} by {share} of full scale", how=how, share=percent(abs(change)))


def _contrast(factor: float | NotMeasured) -> Phrase | NotMeasured | None:
    if isinstance(factor, NotMeasured):
        return factor
    return None if 1 / CONTRAST_FACTOR < factor < CONTRAST_FACTOR else phrase("{factor} times", factor=f"{factor:.2f}")


def _without_support(match: AlignedMatch, suspect_seconds: npt.NDArray[np.float64]) -> Difference:
    """Samples inside the stretch that are not aligned, or aligned and not similar enough."""
    supporting = match.suspect_samples[match.zscores >= LineRules().asked_per_bin]
    aligned = suspect_seconds[match.suspect_samples]
    inside = np.flatnonzero((suspect_seconds >= aligned.min()) & (suspect_seconds <= aligned.max()))
    times = suspect_seconds[np.setdiff1d(inside, supporting)].tolist()
    named = ", ".join(clock(time) for time in times[:MOST_TIMES]) + (" ..." if len(times) > MOST_TIMES else "")
    missing = phrase("{number} of {all} in the stretch: {times}", number=len(times), all=len(inside), times=named)
    return Difference(
        aspect=phrase("samples without support"),
        work=NONE,
        suspect=missing if times else NONE,
        is_different=bool(times),
        in_short=None,
    )
