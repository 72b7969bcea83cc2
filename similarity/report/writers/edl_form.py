"""CMX 3600 edit decision lists: what was found in a suspect, for editing systems that read nothing newer.

    001  HARBOUR  V     C        00:00:20:00 00:00:25:00 00:01:00:00 00:01:05:00
    M2   HARBOUR       025.0                00:00:20:00
    * FROM CLIP NAME: harbour.mp4
    * COMMENT: harbour: found by copy, score 12.3

Source times are the work's, record times the suspect's, both at the suspect's rate, from 00:00:00:00 on; where that is
no rate of SMPTE timecode (ST 12-1), at the nearest that is one, and a comment says so.  At 30000/1001 and 60000/1001
frames are dropped.  A list holds one layer; what overlaps is in a further list.

The adapter of OpenTimelineIO is not used for writing: it divides by the speed of a clip where it should multiply, and
does not say whether frames are dropped.  It reads these lists (a test does it).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from similarity.report.writers.timeline import Side, Taken, Timeline, layers
from similarity.text import plain_line

__all__ = ["to_edls"]

_DROPPED = (29.97, 59.94)
_REEL_LENGTH = 8


def to_edls(timeline: Timeline) -> tuple[bytes, ...]:
    """One list for each layer, ASCII where names are; none where nothing was found."""
    reels = _reels([one.work.name for one in timeline.taken])
    return tuple(_list(layer, timeline.suspect, reels).encode("utf-8") for layer in layers(timeline.taken))


def _list(layer: Sequence[Taken], suspect: Side, reels: dict[str, str]) -> str:
    clock = _Clock(suspect)
    lines = [
        f"TITLE: {plain_line(suspect.name)}",
        f"FCM: {'DROP' if clock.drops else 'NON-DROP'} FRAME",
        *clock.notes,
        "",
    ]
    for number, one in enumerate(layer, start=1):
        lines += [*_event(number, one, reels[one.work.name], clock), ""]
    return "\n".join(lines)


def _event(number: int, one: Taken, reel: str, clock: _Clock) -> list[str]:
    place, source = clock.frame(one.suspect_span[0]), clock.frame(one.work_span[0])
    length = max(1, clock.frame(one.suspect_span[1]) - place)
    is_retimed = one.is_retimed(length)
    taken = max(1, round(length * one.speed)) if is_retimed else length
    times = " ".join(map(clock.timecode, (source, source + taken, place, place + length)))
    lines = [f"{number:03d}  {reel:<{_REEL_LENGTH}} V     C        {times}"]
    if is_retimed:
        speed = clock.rate * taken / length
        lines.append(f"M2   {reel:<{_REEL_LENGTH}} {speed:05.1f}                {clock.timecode(source)}")
    return [*lines, f"* FROM CLIP NAME: {plain_line(Path(one.work.path).name)}", f"* COMMENT: {plain_line(one.words)}"]


class _Clock:
    """Frames and timecode of one list."""

    def __init__(self, suspect: Side) -> None:
        from opentimelineio.opentime import RationalTime

        counted = float(suspect.rate)
        self.rate = RationalTime.nearest_smpte_timecode_rate(counted)
        self.drops = any(abs(self.rate - rate) < 0.01 for rate in _DROPPED)
        self.notes = (
            []
            if abs(self.rate - counted) < 0.001
            else [f"* COMMENT: times at {self.rate:.3f} frames per second; the suspect has {counted:.3f}"]
        )

    def frame(self, seconds: float) -> int:
        """The frame at a time, from 0."""
        return round(seconds * float(self.rate))

    def timecode(self, frames: int) -> str:
        """hh:mm:ss:ff, or hh:mm:ss;ff where frames are dropped; it begins again after a day."""
        from opentimelineio import opentime

        return str(opentime.to_timecode(opentime.RationalTime(frames, self.rate), self.rate, self.drops))


def _reels(names: Sequence[str]) -> dict[str, str]:
    """A reel name of at most eight letters and digits for each work, all different."""
    reels: dict[str, str] = {}
    for name in dict.fromkeys(names):
        plain = re.sub(r"[^A-Z0-9]", "", name.upper())[:_REEL_LENGTH] or "WORK"
        number = 1
        while plain in reels.values():
            number += 1
            plain = f"{plain[: _REEL_LENGTH - len(str(number))]}{number}"
        reels[name] = plain
    return reels
