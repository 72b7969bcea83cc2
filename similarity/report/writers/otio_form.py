"""OpenTimelineIO: a timeline per suspect, for editors (https://opentimelineio.readthedocs.io, schema Timeline.1).

The lowest track holds the suspect, whole, with a marker for each match; the tracks above hold the stretches of the
works, each over the stretch of the suspect in which it was found.  Where speeds differ a clip bears a `LinearTimeWarp`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from similarity.intervals import Interval
from similarity.report.writers.timeline import Side, Taken, Timeline, layers

if TYPE_CHECKING:
    from opentimelineio import opentime, schema

__all__ = ["to_otio"]

_COLOURS = {"copy": "RED", "adaptation": "ORANGE"}
_SHARED_COLOUR = "YELLOW"
_METADATA = "similarity"


def to_otio(timeline: Timeline) -> bytes:
    """The timeline as OTIO JSON, UTF-8."""
    from opentimelineio import adapters, schema

    made = schema.Timeline(timeline.suspect.name)
    made.tracks.append(_suspect_track(timeline))
    for number, layer in enumerate(layers(timeline.taken), start=1):
        made.tracks.append(_works_track(f"works {number}", layer, timeline.suspect.rate))
    return bytes(adapters.write_to_string(made, "otio_json").encode("utf-8", "backslashreplace")) + b"\n"


def _suspect_track(timeline: Timeline) -> schema.Track:
    from opentimelineio import schema

    suspect = timeline.suspect
    clip = schema.Clip(suspect.name, _reference(suspect), _whole(suspect))
    for one in timeline.taken:
        clip.markers.append(
            schema.Marker(
                name=one.words,
                marked_range=_range(one.suspect_span, suspect.rate),
                color=_SHARED_COLOUR if one.shared_with else _COLOURS[one.found_by[0]],
                metadata={_METADATA: _facts(one)},
            )
        )
    return schema.Track("suspect", [clip], kind=schema.TrackKind.Video)


def _works_track(name: str, layer: Sequence[Taken], rate: Fraction) -> schema.Track:
    """The stretches of works, with gaps between, all lasting as long as in the suspect."""
    from opentimelineio import opentime, schema

    track = schema.Track(name, kind=schema.TrackKind.Video)
    reached = opentime.RationalTime(0, float(rate))
    for one in layer:
        place = _range(one.suspect_span, rate)
        start = max(place.start_time, reached)  # neighbours that meet within a frame
        if start > reached:
            track.append(schema.Gap(source_range=opentime.TimeRange(start - start, start - reached)))
        track.append(_clip(one, place.duration))
        reached = start + place.duration
    return track


def _clip(one: Taken, duration: opentime.RationalTime) -> schema.Clip:
    from opentimelineio import opentime, schema

    start = _range(one.work_span, one.work.rate).start_time
    clip = schema.Clip(
        one.work.name,
        _reference(one.work),
        opentime.TimeRange(start, duration),
        metadata={_METADATA: _facts(one)},
    )
    if one.is_retimed(int(duration.value)):
        clip.effects.append(schema.LinearTimeWarp(time_scalar=one.speed))
    return clip


def _facts(one: Taken) -> dict[str, Any]:
    return {
        "work": one.work.name,
        "suspect_start_seconds": one.suspect_span[0],
        "suspect_end_seconds": one.suspect_span[1],
        "work_start_seconds": one.work_span[0],
        "work_end_seconds": one.work_span[1],
        "score": one.score,
        "found_by": list(one.found_by),
        "shared_with": list(one.shared_with),
    }


def _reference(side: Side) -> schema.ExternalReference:
    from opentimelineio import schema

    return schema.ExternalReference(Path(side.path).absolute().as_uri(), _whole(side))


def _whole(side: Side) -> opentime.TimeRange:
    from opentimelineio import opentime

    rate = float(side.rate)
    return opentime.TimeRange(opentime.RationalTime(0, rate), opentime.RationalTime(max(1, side.num_frames), rate))


def _range(span: Interval, rate: Fraction) -> opentime.TimeRange:
    """Whole frames, one at least."""
    from opentimelineio import opentime

    start, end = (round(seconds * rate) for seconds in span)
    return opentime.TimeRange(
        opentime.RationalTime(start, float(rate)), opentime.RationalTime(max(1, end - start), float(rate))
    )
