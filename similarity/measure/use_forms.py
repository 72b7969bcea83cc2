"""Form of use: what the structure of the matches looks like, proposed for a person to weigh; it decides nothing.

Looked at are intervals, order, speed, cuts and whether pictures stand still; not speech, text, or why somebody did it.
Several forms can be proposed for one suspect: an extension may be part of a mash-up.

repost           one work in its own order fills most of the suspect, and most of the work is there
slice            the same of a piece of the work without a gap
stills           two moments of the works or more are held, each without movement
mash_up          three pieces or more: rearranged, of several works, or with other footage between them
extension        within one shot of the suspect a piece of a work goes over into footage that matches nothing
still_in_motion  one moment of a work stands behind a stretch in which the suspect's picture changes
blend            over one stretch the whole picture matches two works, and is the very picture of neither; the fainter
                 one may be a weaker match whose pictures lie nearer than those of unrelated footage
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, product
from statistics import median
from typing import Literal

from similarity.intervals import Interval, clipped, overlap_seconds, union_seconds, without
from similarity.phrases import Phrase, phrase

__all__ = ["UseForm", "UseFormName", "UsedStretch", "forms_of_use"]

UseFormName = Literal["repost", "slice", "stills", "mash_up", "extension", "still_in_motion", "blend"]

MOST = 0.8
"""Share of a video that counts as most of it."""
GAP_SECONDS = 1.0
"""Between two matches, up to which a piece of a work runs on: twice the usual distance of samples."""
LEAST_PIECES = 3
"""Pieces of a mash-up."""
OTHER_SHARE = 0.1
"""Share of the suspect between the pieces, from which other footage stands between them."""
EDGE_SECONDS = 0.5
"""How far beyond a cut a match may reach that was not placed to the frame: the usual distance of samples."""
LEAST_CONTINUED_SECONDS = 1.0
"""How far a shot must go on without a match."""
LEAST_HELD_SECONDS = 1.0
"""How long one moment must stand."""
CHANGES_BITS = 20
"""Spread of the PDQ distances to one moment of a work from which the suspect's picture changes before it; held pictures
that were encoded anew stay within 8."""
VERBATIM_BITS = 31
"""PDQ distance up to which two pictures count as the same, as its authors publish."""
SHOWS_THROUGH_BITS = 88
"""Median PDQ distance up to which a work below the threshold shows through: of blends by halves and two fifths of short
clips the fainter work lay at 70 to 96, unrelated works at 104 and more."""
BLEND_SHARE = 0.6
"""Share of the shorter of two stretches that must lie in the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedStretch:
    """What is looked at of a match that was found."""

    match_id: str
    """The match."""
    work_id: str
    """The work."""
    suspect_span: Interval
    """Where in the suspect, seconds."""
    work_span: Interval
    """Where in the work, seconds."""
    is_held: bool
    """Whether one moment of the work stands through the stretch: a still, or a line of speed 0."""
    is_whole_picture: bool
    """Whether it was found in the suspect's whole picture, not in a pane or an inset."""
    has_common_source: bool
    """Whether most of the work's stretch stands in other works too."""
    distances_bits: tuple[int, ...]
    """PDQ distances of its aligned samples."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UseForm:
    """A form of use that the structure of the matches looks like."""

    form: UseFormName
    """Which."""
    work_ids: tuple[str, ...]
    """Works it concerns."""
    match_ids: tuple[str, ...]
    """Matches it rests on."""
    reason: Phrase
    """The figures that lead there."""


def forms_of_use(
    stretches: Sequence[UsedStretch],
    weaker: Sequence[UsedStretch] = (),
    *,
    suspect_seconds: float,
    work_seconds: Mapping[str, float],
    scenes: Sequence[Interval],
) -> tuple[UseForm, ...]:
    """Every form that the structure looks like; none where nothing was found or nothing fits.

    Args:
        stretches: matches that were found, in any order.
        weaker: matches below the threshold, of which a blend may have one.
        suspect_seconds: length of the suspect; 0 of a still.
        work_seconds: length of each work; 0 of a still.
        scenes: shots of the suspect.
    """
    if suspect_seconds <= 0:
        return ()
    ordered = sorted(stretches, key=lambda one: one.suspect_span)
    running = [one for one in ordered if not one.is_held]
    return (
        *_as_a_whole(running, suspect_seconds, work_seconds),
        *_stills(ordered),
        *_mash_up(running, suspect_seconds),
        *_extensions(running, ordered, scenes),
        *_in_motion(ordered),
        *_blends(ordered, weaker),
    )


def _as_a_whole(
    running: Sequence[UsedStretch], suspect_seconds: float, work_seconds: Mapping[str, float]
) -> Iterator[UseForm]:
    """Reposts and slices."""
    for work_id in dict.fromkeys(one.work_id for one in running):
        own = [one for one in running if one.work_id == work_id and one.is_whole_picture]
        of_suspect = union_seconds(clipped(one.suspect_span, (0.0, suspect_seconds)) for one in own) / suspect_seconds
        length = work_seconds.get(work_id, 0.0)
        if of_suspect < MOST or length <= 0 or not _in_order(own):
            continue
        of_work = union_seconds(one.work_span for one in own) / length
        if of_work < MOST and not _without_gap(own):
            continue
        yield UseForm(
            form="repost" if of_work >= MOST else "slice",
            work_ids=(work_id,),
            match_ids=tuple(one.match_id for one in own),
            reason=phrase(
                "{here} % of the suspect and {there} % of the work lie in {number} matches, in the work's order",
                here=f"{100 * of_suspect:.0f}",
                there=f"{100 * min(1.0, of_work):.0f}",
                number=len(own),
            ),
        )


def _in_order(own: Sequence[UsedStretch]) -> bool:
    return all(before.work_span[0] <= after.work_span[0] for before, after in pairwise(own))


def _without_gap(own: Sequence[UsedStretch]) -> bool:
    return all(after.work_span[0] - before.work_span[1] <= GAP_SECONDS for before, after in pairwise(own))


def _held(stretches: Sequence[UsedStretch]) -> list[UsedStretch]:
    return [one for one in stretches if one.is_held and _length(one.suspect_span) >= LEAST_HELD_SECONDS]


def _spread(one: UsedStretch) -> int:
    return max(one.distances_bits) - min(one.distances_bits) if one.distances_bits else 0


def _stills(ordered: Sequence[UsedStretch]) -> Iterator[UseForm]:
    still = [one for one in _held(ordered) if _spread(one) < CHANGES_BITS]
    if len(still) >= 2:
        yield UseForm(
            form="stills",
            work_ids=_works(still),
            match_ids=tuple(one.match_id for one in still),
            reason=phrase(
                "{number} single pictures stand without movement, {seconds} s in all",
                number=len(still),
                seconds=f"{union_seconds(one.suspect_span for one in still):.1f}",
            ),
        )


def _in_motion(ordered: Sequence[UsedStretch]) -> Iterator[UseForm]:
    for one in _held(ordered):
        if _spread(one) >= CHANGES_BITS:
            yield UseForm(
                form="still_in_motion",
                work_ids=(one.work_id,),
                match_ids=(one.match_id,),
                reason=phrase(
                    "one moment of the work stands behind {seconds} s, in which the suspect's picture moves away from "
                    "it by {least} to {most} of 256 bits",
                    seconds=f"{_length(one.suspect_span):.1f}",
                    least=min(one.distances_bits),
                    most=max(one.distances_bits),
                ),
            )


def _mash_up(running: Sequence[UsedStretch], suspect_seconds: float) -> Iterator[UseForm]:
    pieces = [one for one in running if one.is_whole_picture]
    if len(pieces) < LEAST_PIECES:
        return
    works = _works(pieces)
    is_rearranged = any(not _in_order([one for one in pieces if one.work_id == work]) for work in works)
    between = (pieces[0].suspect_span[0], max(one.suspect_span[1] for one in pieces))
    other = _length(between) - union_seconds(one.suspect_span for one in pieces)
    if is_rearranged or len(works) > 1 or other >= OTHER_SHARE * suspect_seconds:
        order = phrase("not in the order of the work") if is_rearranged else phrase("in the order of the work")
        yield UseForm(
            form="mash_up",
            work_ids=works,
            match_ids=tuple(one.match_id for one in pieces),
            reason=phrase(
                "{number} pieces of {works} works, {order}, with {seconds} s of other footage between them",
                number=len(pieces),
                works=len(works),
                order=order,
                seconds=f"{other:.1f}",
            ),
        )


def _extensions(
    running: Sequence[UsedStretch], ordered: Sequence[UsedStretch], scenes: Sequence[Interval]
) -> Iterator[UseForm]:
    """Pieces that the same shot leads up to or goes on from, where nothing matches."""
    spans = [one.suspect_span for one in ordered]
    for one in running:
        start, end = one.suspect_span
        first, last = start + EDGE_SECONDS, end - EDGE_SECONDS
        before = _unmatched_at(next((shot[0] for shot in scenes if shot[0] <= first < shot[1]), start), start, spans)
        after = _unmatched_at(end, next((shot[1] for shot in scenes if shot[0] < last <= shot[1]), end), spans)
        if one.is_whole_picture and max(before, after) >= LEAST_CONTINUED_SECONDS:
            yield UseForm(
                form="extension",
                work_ids=(one.work_id,),
                match_ids=(one.match_id,),
                reason=phrase(
                    "the shot that holds {seconds} s of the work begins {before} s before and ends {after} s after "
                    "them without a cut, and that matches nothing",
                    seconds=f"{_length(one.suspect_span):.1f}",
                    before=f"{before:.1f}",
                    after=f"{after:.1f}",
                ),
            )


def _unmatched_at(start: float, end: float, spans: Sequence[Interval]) -> float:
    """Length of a stretch that no match enters; 0 where one does."""
    return end - start if end > start and without((start, end), spans) == ((start, end),) else 0.0


def _blends(ordered: Sequence[UsedStretch], weaker: Sequence[UsedStretch]) -> Iterator[UseForm]:
    """Pairs of works over one stretch; a picture that stands in both works is shared footage, no blend."""
    able = [one for one in ordered if _may_be_blended(one)]
    faint = [one for one in weaker if _may_be_blended(one) and median(one.distances_bits) <= SHOWS_THROUGH_BITS]
    for left, right in (*combinations(able, 2), *product(able, faint)):
        both = overlap_seconds(left.suspect_span, right.suspect_span)
        shorter = min(_length(left.suspect_span), _length(right.suspect_span))
        if left.work_id != right.work_id and shorter > 0 and both >= BLEND_SHARE * shorter:
            yield UseForm(
                form="blend",
                work_ids=(left.work_id, right.work_id),
                match_ids=(left.match_id, right.match_id),
                reason=phrase(
                    "over {seconds} s the whole picture matches both; it lies {left} and {right} of 256 bits from them",
                    seconds=f"{both:.1f}",
                    left=f"{median(left.distances_bits):.0f}",
                    right=f"{median(right.distances_bits):.0f}",
                ),
            )


def _may_be_blended(one: UsedStretch) -> bool:
    is_another = bool(one.distances_bits) and median(one.distances_bits) > VERBATIM_BITS
    return one.is_whole_picture and not one.has_common_source and not one.is_held and is_another


def _works(stretches: Sequence[UsedStretch]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.work_id for one in stretches))


def _length(span: Interval) -> float:
    return span[1] - span[0]
