"""One change of the picture and one line through time for a match, fitted to every frame of both files around it.

The change that verification found, or the views say, is refined on pairs of frames along the line, and the line on all
frames under the change; then the ends are where the agreement along the line begins and ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from similarity.absence import NotMeasured, not_measured
from similarity.align.dense_ends import DenseEnds, find_ends
from similarity.align.dense_line import best_line
from similarity.align.dense_pieces import PiecewiseLine, TimeLine, as_pieces
from similarity.align.dense_window import DenseWindow
from similarity.align.values import AlignedMatch, FramesOnLine
from similarity.compare.dense_pairs import HERE, NO_SLACK, Pairing, Parts, Slack, pairs_on_line
from similarity.compare.dense_seen import CoarseLine, SeenStretch
from similarity.compare.dense_spread import PictureSpread, picture_spread
from similarity.describe.views import turning
from similarity.geometry.dense import (
    Overlay,
    overlay,
    tracked_transforms,
)
from similarity.geometry.fit import PairFit
from similarity.geometry.framing import placing
from similarity.intervals import Interval

__all__ = ["MOVING", "TOO_FEW_FRAMES", "DenseFit", "dense_fit"]

LEAST_AGREEMENT = 0.3
"""Middle agreement from which a match is placed: below, the pictures do not agree dot by dot."""
NUM_SHOWN_PAIRS = 4
"""Pairs of frames, about, on which a placed match is measured as both show it."""
MOST_SCENES_IN_THREE = 12
"""Scenes of a match, at most, of which beginning, middle and end are shown."""
MOMENT_SECONDS = 0.2
"""Room within which the frame that agrees best stands for a beginning, a middle or an end."""
LEAST_BETTER = 0.001
"""How much more of the pairs a refined change must explain."""
MOST_WORSE = 0.02
"""Mean agreement that it may cost on all frames, over another part of the picture."""
_MOST_TRANSFORMS = 3
_QUICK_ROWS, _QUICK_STEP, _QUICK_SECONDS = 8, 3, 0.6
_MOST_ROUNDS = 4
_SLACK_SECONDS = 0.1

TOO_FEW_FRAMES = not_measured("too few frames could be decoded around it")
MOVING = not_measured("the picture moves over a moment that is held still: no one change lays its frames")
_TOO_LITTLE = not_measured("too little of both pictures is visible to lay them over each other dot by dot")
_NOT_ALIKE = not_measured("the pictures do not agree dot by dot: the times are those of the sample grid")

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class DenseFit:
    """A line, its ends and the change of the picture."""

    line: TimeLine
    """Which time of the work each frame shows."""
    ends: DenseEnds
    """Where that begins and ends in the suspect."""
    transform: Floats
    """(3, 3) from fractions of the suspect's picture to fractions of the work's."""
    aspects: tuple[float, float]
    """Width over height of the suspect's and the work's pictures."""
    frames: tuple[FramesOnLine, ...]
    """The frames that agree best in each of some equal parts; none where no one change lays all of them."""
    scene_frames: tuple[FramesOnLine, ...]
    """Beginning, middle and end of each scene of the suspect; of many scenes one frame each; in order of time."""
    spread: PictureSpread | NotMeasured
    """How exactly the change of the picture is known."""


def _core(span: Interval) -> Interval:
    """What surely belongs of a stretch."""
    gap = min(0.3, (span[1] - span[0]) / 5)
    return span[0] + gap, span[1] - gap


def _inside(span: Interval) -> Interval:
    """A stretch without its very edge, where a frame of the neighbouring scene may stand."""
    gap = min(0.04, (span[1] - span[0]) / 5)
    return span[0] + gap, span[1] - gap


def dense_fit(match: AlignedMatch, seen: Sequence[SeenStretch], parts: Parts, edges: Floats) -> DenseFit | NotMeasured:
    """Fit line, ends and change of the picture.

    Args:
        match: as the sample grid has it, looked at again or not.
        seen: the match and what surrounds it, or parts of a long one, in order of time.
        parts: what of each picture is compared: without burned-in bars.
        edges: (c,) seconds at which scenes of the suspect begin or end, first its start, last its end.
    """
    coarse, core = CoarseLine.of(match), _core((match.suspect_start_seconds, match.suspect_end_seconds))
    transform = max(_transforms(match, parts), key=lambda one: _quick(seen, one, parts, coarse, core))
    middle = float(coarse.work_seconds(np.array(sum(core) / 2)))
    first = _laid(seen, parts, core, (transform, middle, coarse.speed))
    if isinstance(first, NotMeasured):
        return first
    laid = _refined(seen, parts, core, first)
    if laid.line.speed == 0:
        laid = _following(seen, parts, core, laid)
    laid = _in_pieces(seen, parts, core, laid)
    line, end = laid.line, float(edges[-1])
    ends = find_ends(laid.windows, line, core=core, end_seconds=end, cut_seconds=edges)
    if ends is None or ends.agreement < LEAST_AGREEMENT:
        return _NOT_ALIKE
    for _ in range(2):
        timed = _changing(seen, laid.overlays, ends.span, line) if laid.overlays else laid.windows
        middle = line.work_seconds(sum(ends.span) / 2)
        line = _timed_line(timed, ends.span, line, at_seconds=middle)
        again = find_ends(laid.windows, line, core=_core(ends.span), end_seconds=end, cut_seconds=edges)
        ends = again or ends
    if ends.agreement < LEAST_AGREEMENT:
        return _NOT_ALIKE
    widths = [one.size[0] / one.size[1] for one in (seen[0].suspect, seen[0].work)]
    inner = _core(ends.span)
    frames = list(_frames_on_line(seen, laid.windows, line, inner)) if laid.overlays else []
    return DenseFit(
        line=line.loosened(laid.slack.seconds, laid.slack.speed),
        ends=ends,
        transform=laid.transform,
        aspects=(widths[0], widths[1]),
        frames=tuple(frames),
        scene_frames=tuple(_of_scenes(seen, laid, line, _scenes_within(_inside(ends.span), edges))) if frames else (),
        spread=_spread(seen, replace(laid, line=line), parts, inner) if laid.overlays else MOVING,
    )


def _spread(seen: Sequence[SeenStretch], laid: _Laid, parts: Parts, core: Interval) -> PictureSpread | NotMeasured:
    """Each pair fitted alone; and all of them as far off in time as a change of its own makes up for."""
    pairing = Pairing.of(seen, (laid.windows, laid.line), parts, core)
    if pairing is None:
        return TOO_FEW_FRAMES
    singles = [replace(pairing, pairs=[pair]).refined(HERE, laid.transform, is_near=True)[0] for pair in pairing.pairs]
    others = [pairing.refined(one, laid.transform)[0] for one in laid.slack.moves]
    times = pairing.seen.suspect_seconds[[row for row, _ in pairing.pairs]]
    return picture_spread(laid.transform, singles, others, suspect_seconds=times)


def _frames_on_line(
    seen: Sequence[SeenStretch], windows: Sequence[DenseWindow], line: TimeLine, core: Interval
) -> Iterator[FramesOnLine]:
    """Frames that agree best along the line, from every stretch."""
    num_parts = -(-NUM_SHOWN_PAIRS // len(seen))
    for one, window in zip(seen, windows, strict=True):
        for row, column in pairs_on_line(window, line, core, num_parts=num_parts):
            yield one.frames(row, column)


def _scenes_within(core: Interval, edges: Floats) -> list[Interval]:
    """The parts of a stretch that lie in one scene each."""
    inside = edges[(edges > core[0]) & (edges < core[1])].tolist()
    return list(pairwise([core[0], *inside, core[1]]))


def _of_scenes(
    seen: Sequence[SeenStretch], laid: _Laid, line: TimeLine, scenes: Sequence[Interval]
) -> list[FramesOnLine]:
    """Frames on the line at beginning, middle and end of each scene; the best one of each where they are many."""
    spans = list(scenes) if len(scenes) > MOST_SCENES_IN_THREE else [one for scene in scenes for one in _moments(scene)]
    found = [
        one.frames(*pair)
        for span in spans
        for one, window in zip(seen, laid.windows, strict=True)
        for pair in pairs_on_line(window, line, span, num_parts=1)
    ]
    return sorted(dict.fromkeys(found), key=lambda one: one.suspect_seconds)


def _moments(scene: Interval) -> tuple[Interval, Interval, Interval]:
    """Where beginning, middle and end of a scene are looked for."""
    start, end = scene
    length, middle = min(MOMENT_SECONDS, (end - start) / 3), (start + end) / 2
    return (start, start + length), (middle - length / 2, middle + length / 2), (end - length, end)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Laid:
    """Pictures laid over each other under one change, and the line that they agree along."""

    transform: Floats
    overlays: Sequence[Overlay]
    windows: Sequence[DenseWindow]
    line: TimeLine
    slack: Slack = NO_SLACK
    """How far the time may lie from the line's for the change of the picture to make up for it."""


def _laid(
    seen: Sequence[SeenStretch], parts: Parts, core: Interval, start: tuple[Floats, float, float]
) -> _Laid | NotMeasured:
    """Lay pictures over each other under a change, and find their line near a time in the work and a speed."""
    transform, at_seconds, speed = start
    overlays = _overlays(seen, transform, parts)
    if overlays is None:
        return _TOO_LITTLE
    windows = _windows(seen, overlays)
    line = best_line(windows, inside=core, at_seconds=at_seconds, speed=speed)
    if line is None:
        return TOO_FEW_FRAMES
    return _Laid(transform=transform, overlays=overlays, windows=windows, line=line)


def _transforms(match: AlignedMatch, parts: Parts) -> list[Floats]:
    """What may lay the suspect's picture over the work's: what local features say, and what the view says."""
    confirmed = [
        (fit.points.chance_exponent, fit.transform)
        for fit in match.fits
        if isinstance(fit, PairFit) and fit.points.is_confirmed and not isinstance(fit.transform, NotMeasured)
    ]
    confirmed.sort(key=lambda one: -one[0])
    here, there = parts
    width, height = here[2] - here[0], here[3] - here[1]
    left, top, right, bottom = (edge / 1000 for edge in match.view.box)
    pane = (here[0] + left * width, here[1] + top * height, here[0] + right * width, here[1] + bottom * height)
    seen = placing(there) @ turning(match.view) @ np.linalg.inv(placing(pane))
    return [*(transform for _, transform in confirmed[:_MOST_TRANSFORMS]), seen]


def _quick(seen: Sequence[SeenStretch], transform: Floats, parts: Parts, line: CoarseLine, core: Interval) -> float:
    """Middle over some frames of the best agreement with any frame of the work near the line."""
    best: list[float] = []
    for one in seen:
        rows = np.flatnonzero((one.suspect_seconds >= core[0]) & (one.suspect_seconds < core[1]))
        rows = rows[:: max(1, -(-len(rows) // _QUICK_ROWS))]
        if not len(rows):
            continue
        there = line.work_seconds(one.suspect_seconds[rows])
        near = np.abs(one.work_seconds[None, :] - there[:, None]) < _QUICK_SECONDS
        columns = np.flatnonzero(near.any(axis=0))[::_QUICK_STEP]
        if not len(columns):
            continue
        laid = overlay(one.suspect.some(rows), one.work.some(columns), transform, parts=parts)
        if laid is None:
            return -1.0
        best += np.where(near[:, columns], laid.agreement(), -1.0).max(axis=1).tolist()
    return float(np.median(best)) if best else -1.0


def _overlays(seen: Sequence[SeenStretch], transform: Floats, parts: Parts) -> list[Overlay] | None:
    found = [overlay(one.suspect, one.work, transform, parts=parts) for one in seen]
    laid = [one for one in found if one is not None]
    return laid if len(laid) == len(found) else None


def _windows(seen: Sequence[SeenStretch], overlays: Sequence[Overlay]) -> list[DenseWindow]:
    return [one.window(laid.agreement()) for one, laid in zip(seen, overlays, strict=True)]


def _changing(
    seen: Sequence[SeenStretch], overlays: Sequence[Overlay], span: Interval, line: TimeLine
) -> list[DenseWindow]:
    """Frames against frames by what changes with time in the pictures alone."""
    first, last = sorted(line.work_seconds(edge) for edge in span)
    found = []
    for one, laid in zip(seen, overlays, strict=True):
        rows = (one.suspect_seconds >= span[0]) & (one.suspect_seconds < span[1])
        columns = (one.work_seconds >= first - _SLACK_SECONDS) & (one.work_seconds < last + _SLACK_SECONDS)
        values = laid.likeness(rows, columns)
        if values is not None:
            found.append(one.window(values))
    return found


def _refined(seen: Sequence[SeenStretch], parts: Parts, core: Interval, first: _Laid) -> _Laid:
    """Change of the picture and time together, as long as pairs of frames agree better."""
    laid = first
    for _ in range(_MOST_ROUNDS):
        pairing = Pairing.of(seen, (laid.windows, laid.line), parts, core)
        if pairing is None:
            return laid
        shift, transform, explained_now = pairing.climbed(laid.transform)
        if explained_now.mean() < pairing.explained(HERE, laid.transform).mean() + LEAST_BETTER:
            break
        at_seconds = laid.line.work_seconds(sum(core) / 2) + shift * laid.line.work_frame_seconds
        better = _laid(seen, parts, core, (transform, at_seconds, laid.line.speed))
        if isinstance(better, NotMeasured) or better.line.mean_agreement < laid.line.mean_agreement - MOST_WORSE:
            break
        laid = better
    pairing = Pairing.of(seen, (laid.windows, laid.line), parts, core)
    return laid if pairing is None else replace(laid, slack=pairing.slack(laid.transform, laid.line.work_frame_seconds))


def _in_pieces(seen: Sequence[SeenStretch], parts: Parts, core: Interval, laid: _Laid) -> _Laid:
    """The same along a line of several pieces where the frames prefer that, the change of the picture refined on it."""
    line = laid.line if isinstance(laid.line, PiecewiseLine) else as_pieces(laid.windows, laid.line, inside=core)
    if not isinstance(line, PiecewiseLine):
        return laid
    bent = replace(laid, line=line)
    pairing = Pairing.of(seen, (bent.windows, bent.line), parts, core)
    if pairing is None:
        return bent
    transform, _ = pairing.refined(HERE, laid.transform)
    overlays = _overlays(seen, transform, parts)
    if overlays is None:
        return bent
    bent = replace(bent, transform=transform, overlays=overlays, windows=_windows(seen, overlays))
    return replace(bent, slack=pairing.slack(transform, bent.line.work_frame_seconds))


def _timed_line(windows: Sequence[DenseWindow], inside: Interval, line: TimeLine, *, at_seconds: float) -> TimeLine:
    """The best line by what changes with time; in pieces only where all of the pictures prefer that too."""
    found = best_line(windows, inside=inside, at_seconds=at_seconds, speed=line.speed)
    if found is None:
        return line
    return as_pieces(windows, found, inside=inside) if isinstance(line, PiecewiseLine) else found


def _following(seen: Sequence[SeenStretch], parts: Parts, core: Interval, laid: _Laid) -> _Laid:
    """The same where the suspect moves over a moment that is held still, if the frames agree better so."""
    windows = []
    for one, window in zip(seen, laid.windows, strict=True):
        rows = np.flatnonzero((one.suspect_seconds >= core[0]) & (one.suspect_seconds < core[1]))
        if not len(rows):
            return laid
        column = int(np.abs(one.work_seconds - laid.line.work_seconds(0.0)).argmin())
        first = int(rows[window.agreement[rows, column].argmax()])
        still = one.work.some(np.array([column]))
        transforms = tracked_transforms(one.suspect, still, laid.transform, first=first, parts=parts)
        values = np.full_like(window.agreement, -1.0)
        for number, transform in enumerate(transforms):
            single = overlay(one.suspect.some(np.array([number])), one.work, transform, parts=parts)
            if single is not None:
                values[number] = single.agreement()[0]
        windows.append(one.window(values))
    line = best_line(windows, inside=core, at_seconds=laid.line.work_seconds(0.0), speed=0.0)
    if line is None or line.mean_agreement < laid.line.mean_agreement + MOST_WORSE:
        return laid
    return replace(laid, windows=windows, line=line, overlays=())
