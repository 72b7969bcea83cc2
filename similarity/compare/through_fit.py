"""Placed matches measured on what both pictures show: frames on their line, the work's laid by the fit.

A letterboxed, cropped or mirrored copy is far from the work as shown, and the same picture where both are seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import numpy.typing as npt

from similarity.absence import NotMeasured, not_measured
from similarity.align.values import AlignedMatch, DensePlacement, FramesOnLine, VisiblePair
from similarity.compare.dense_fit import MOVING, DenseFit
from similarity.compare.frames import NOT_DECODED, FoundPictures, Frames
from similarity.compare.works import Works
from similarity.describe.descriptors.pdq import PdqDescriber, paired_distance_bits
from similarity.describe.video import DescribedVideo
from similarity.geometry.framing import Part
from similarity.geometry.structure import PairStructure, grey_for_structure, pair_structure, structure_value
from similarity.geometry.visible import visible_parts
from similarity.media.types import Picture

__all__ = ["FittedMatch", "measured_through_fit"]

_TOO_LITTLE = not_measured("too little of the picture is seen in both")

Floats = npt.NDArray[np.float64]
_Measured = tuple[VisiblePair, PairStructure]


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedMatch:
    """A placed match with the fit that placed it."""

    match: AlignedMatch
    """With its placement."""
    fit: DenseFit
    """What it was placed by."""
    parts: tuple[Part, Part]
    """What of each picture is compared: without burned-in bars."""


def measured_through_fit(
    video: DescribedVideo, placed: Sequence[FittedMatch], *, rows: Works, frames: Frames, max_side: int
) -> tuple[AlignedMatch, ...]:
    """The matches with their frames compared on what both show, in the order given.

    Args:
        video: the suspect, whose file is read again.
        placed: its placed matches.
        rows: the library.
        frames: where frames are taken from.
        max_side: longer side of the pictures at most, pixels.
    """
    if not placed:
        return ()
    stamps = {one.suspect_pts for of in placed for one in of.fit.frames}
    here = frames.of_suspect(video, sorted(stamps), max_side=max_side)
    there: dict[str, FoundPictures] = {}
    for work_id in dict.fromkeys(one.match.work_id for one in placed):
        stamps = {one.work_pts for of in placed if of.match.work_id == work_id for one in of.fit.frames}
        there[work_id] = frames.of_entry(rows.entry(work_id), sorted(stamps), max_side=max_side)
    return tuple(_with_pairs(one, _compared(one, here, there[one.match.work_id])) for one in placed)


def _with_pairs(one: FittedMatch, measured: Sequence[_Measured] | NotMeasured) -> AlignedMatch:
    placement = one.match.placement
    if not isinstance(placement, DensePlacement):
        return one.match
    if isinstance(measured, NotMeasured):
        return replace(one.match, placement=replace(placement, pairs=measured))
    pairs, structures = tuple(pair for pair, _ in measured), tuple(structure for _, structure in measured)
    return replace(one.match, placement=replace(placement, pairs=pairs), visible=structures)


def _compared(one: FittedMatch, here: FoundPictures, there: FoundPictures) -> Sequence[_Measured] | NotMeasured:
    if not one.fit.frames:
        return MOVING
    for pictures in (here, there):
        if isinstance(pictures, NotMeasured):
            return pictures
    seen = [(on, _picture(here, on.suspect_pts), _picture(there, on.work_pts)) for on in one.fit.frames]
    decoded = [(on, suspect, work) for on, suspect, work in seen if suspect is not None and work is not None]
    if not decoded:
        return NOT_DECODED
    found = [_pair(on, suspect, work, one) for on, suspect, work in decoded]
    return [pair for pair in found if pair is not None] or _TOO_LITTLE


def _picture(pictures: Mapping[int, Picture] | NotMeasured, stamp: int) -> Picture | None:
    return None if isinstance(pictures, NotMeasured) else pictures.get(stamp)


def _pair(on: FramesOnLine, suspect: Picture, work: Picture, one: FittedMatch) -> _Measured | None:
    both = visible_parts(suspect, work, one.fit.transform, parts=one.parts)
    if both is None:
        return None
    structure = pair_structure(grey_for_structure(both.suspect), grey_for_structure(both.work))
    bits, quality = _hashed(both.suspect, both.work)
    shown, _ = _hashed(_inside(suspect, one.parts[0]), _inside(work, one.parts[1]))
    pair = VisiblePair(
        suspect_seconds=on.suspect_seconds,
        work_seconds=on.work_seconds,
        area_share=both.area_share,
        pdq_distance_bits=bits,
        pdq_distance_bits_as_shown=shown,
        pdq_quality=quality,
        structure=structure_value([structure]),
    )
    return pair, structure


def _hashed(suspect: Picture, work: Picture) -> tuple[int, int]:
    """PDQ distance and the lower quality."""
    described = PdqDescriber().describe([suspect, work])
    hashes = cast("npt.NDArray[np.uint8]", described.descriptors)
    bits = paired_distance_bits(hashes[:1], hashes[1:])
    return int(bits[0]), int(described.quality.min())


def _inside(picture: Picture, part: Part) -> Picture:
    height, width = picture.shape[:2]
    left, top, right, bottom = part
    return picture[round(top * height) : round(bottom * height), round(left * width) : round(right * width)]
